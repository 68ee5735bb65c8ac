"""Arithmetic and the functions that treat each element by itself, with broadcasting."""

import operator

import numpy

from . import dtypes, errors, kernels, promotion
from .record import binary, checked, record, unary
from .tensor import Tensor

# --- what the operators +, -, *, / do: NotImplemented for an operand that is no tensor and no number ---


def _refuse_bools(x, y):
    bools = [v._array.dtype.kind == "b" if isinstance(v, Tensor) else isinstance(v, bool) for v in (x, y)]
    if all(bools):
        raise RuntimeError(
            "Subtraction, the `-` operator, with two bool tensors is not supported. "
            "Use the `^` or `logical_xor()` operator instead."
        )
    if any(bools):
        raise RuntimeError(
            "Subtraction, the `-` operator, with a bool tensor is not supported. "
            "If you are trying to invert a mask, use the `~` or `logical_not()` operator instead."
        )


plus = binary("AddBackward0", operator.add)
minus = binary("SubBackward0", operator.sub, refuse=_refuse_bools)
times = binary("MulBackward0", operator.mul)
divided = binary("DivBackward0", operator.truediv, floating=True)
_rsub = unary("RsubBackward1", lambda x, number: number - x, floating=False)
_power = unary("PowBackward0", kernels.power, floating=False)
_power_of = unary("PowBackward2", lambda x, base: numpy.power(base, x), floating=False)
_power_tensors = binary("PowBackward1", operator.pow)


def subtracted_from(input, number):
    """`number - input`."""
    if not promotion.is_number(number):
        return NotImplemented
    if input._array.dtype.kind == "f" and type(number) in (int, float):
        return _rsub(input, number)
    _refuse_bools(input, number)
    x, y, device = promotion.operands(input, number)
    return record("RsubBackward1", (input,), y - x)


def divide_into(input, number):
    """`number / input`."""
    return times(reciprocal(input), number)


def power(input, exponent):
    """`input ** exponent`."""
    if isinstance(exponent, Tensor):
        return _power_tensors(input, exponent)
    if not promotion.is_number(exponent):
        return NotImplemented
    if input._array.dtype.kind == "f":
        return _power(input, exponent)
    if input._array.dtype.kind in "iu" and isinstance(exponent, int) and exponent < 0:
        raise RuntimeError("Integers to negative integer powers are not allowed.")
    x, y, _ = promotion.operands(input, exponent)
    return record("PowBackward0", (input,), numpy.power(x, y), exponent=exponent)


def power_of(input, base):
    """`base ** input` for a number `base`."""
    if not promotion.is_number(base):
        return NotImplemented
    if input._array.dtype.kind == "f":
        return _power_of(input, base)
    x, y, _ = promotion.operands(input, base)
    return record("PowBackward2", (input,), numpy.power(y, x), base=base)


# --- the same as functions and methods ---

_add, _sub = checked("add", plus), checked("sub", minus)
mul = multiply = checked("mul", times)
div = divide = true_divide = checked("true_divide", divided)
pow = checked("pow", power, reversed=power_of)


def add(input, other, *, alpha=1, out=None):
    """`input + alpha * other`, elementwise."""
    return _add(input, other if alpha == 1 else mul(other, alpha), out=out)


def sub(input, other, *, alpha=1, out=None):
    """`input - alpha * other`, elementwise."""
    return _sub(input, other if alpha == 1 else mul(other, alpha), out=out)


subtract = sub


def rsub(input, other, *, alpha=1):
    """`other - alpha * input`."""
    scaled = input if alpha == 1 else mul(input, alpha)
    return sub(other, scaled) if isinstance(other, Tensor) else subtracted_from(scaled, other)


# --- one tensor ---

neg = negative = unary("NegBackward0", operator.neg, floating=False)
reciprocal = unary("ReciprocalBackward0", kernels.reciprocal)
exp = unary("ExpBackward0", numpy.exp)
exp2 = unary("Exp2Backward0", numpy.exp2)
expm1 = unary("Expm1Backward0", numpy.expm1)
log = unary("LogBackward0", numpy.log)
log2 = unary("Log2Backward0", numpy.log2)
log10 = unary("Log10Backward0", numpy.log10)
log1p = unary("Log1PBackward0", numpy.log1p)
sqrt = unary("SqrtBackward0", numpy.sqrt)
rsqrt = unary("RsqrtBackward0", kernels.rsqrt)
sin = unary("SinBackward0", numpy.sin)
cos = unary("CosBackward0", numpy.cos)
tan = unary("TanBackward0", numpy.tan)
asin = arcsin = unary("AsinBackward0", numpy.arcsin)
acos = arccos = unary("AcosBackward0", numpy.arccos)
atan = arctan = unary("AtanBackward0", numpy.arctan)
sinh = unary("SinhBackward0", numpy.sinh)
cosh = unary("CoshBackward0", numpy.cosh)
tanh = unary("TanhBackward0", numpy.tanh)
sigmoid = unary("SigmoidBackward0", kernels.sigmoid)
erf = unary("ErfBackward0", kernels.erf)
erfc = unary("ErfcBackward0", kernels.erfc)
abs = absolute = unary("AbsBackward0", numpy.abs, floating=False)
sign = sgn = unary("SignBackward0", numpy.sign, floating=False)
round_ = unary("RoundBackward0", numpy.rint, floating=False)
floor = unary("FloorBackward0", numpy.floor, floating=False)
ceil = unary("CeilBackward0", numpy.ceil, floating=False)
trunc = fix = unary("TruncBackward0", numpy.trunc, floating=False)
frac = unary("FracBackward0", lambda x: x - numpy.trunc(x), floating=False)
relu = unary("ReluBackward0", kernels.relu, floating=False)
