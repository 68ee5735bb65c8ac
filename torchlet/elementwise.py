"""Arithmetic and the functions that treat each element by itself, with broadcasting."""

import operator

import numpy

from . import dtypes, errors, kernels, promotion, scalars
from .devices import cpu
from .operators import binary, checked, unary
from .record import fits_of, record, unrecorded
from .tensor import Tensor, wrap

_NUMBERS = {int, float}

# --- what the operators +, -, *, / do: NotImplemented for an operand that is no tensor and no number ---


def _once_rounded(name, compute):
    """float16 with a number: computed in float32 and rounded once, so the number keeps its digits."""

    def special(input, other):
        if input._array.dtype != numpy.float16:
            return None
        if isinstance(other, Tensor):
            x, y = input._array, other._array
            if y.ndim or not x.ndim or y.dtype.kind != "f" or other._device not in (cpu, input._device):
                return None
        else:
            other = wrap(numpy.float32(other))
            x, y = input._array, other._array
        out = compute(x.astype(numpy.float32), y.astype(numpy.float32)).astype(x.dtype)
        return record(name, (input, other), out, (x, y), fits_of((input, other), out))

    return special


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
minus = binary("SubBackward0", operator.sub, special=_refuse_bools)
times = binary("MulBackward0", operator.mul, special=_once_rounded("MulBackward0", operator.mul))
divided = binary(
    "DivBackward0", operator.truediv, True, special=_once_rounded("DivBackward0", operator.truediv)
)
_rsub = unary("RsubBackward1", lambda x, number: number - x, floating=False)
_power = unary("PowBackward0", kernels.power, floating=False)
_power_of = unary("PowBackward2", lambda x, base: numpy.power(base, x), floating=False)
_power_tensors = binary("PowBackward1", kernels.power_tensors)


def _tensor_or_number(name, compute):
    """The operation whose node is `name`0 with a number, and `name`1 with a tensor."""
    by_tensor, by_number = binary(name + "1", compute), unary(name + "0", compute, floating=False)

    def operation(input, other):
        if isinstance(other, Tensor) or not promotion.is_number(other):
            return by_tensor(input, other)
        if input._array.dtype.kind == "f":
            return by_number(input, float(other))
        x, y, _ = promotion.operands(input, other)
        return unrecorded(
            name, (input,), compute(_no_bools(name.removesuffix("Backward").lower() + "_cpu", x), y)
        )

    return operation


modulo = _tensor_or_number("RemainderBackward", kernels.remainder)
_fmod = _tensor_or_number("FmodBackward", kernels.fmod)


def _no_bools(kernel, array):
    if array.dtype.kind == "b":
        raise NotImplementedError(f"\"{kernel}\" not implemented for 'Bool'")
    return array


def subtracted_from(input, number):
    """`number - input`."""
    if isinstance(number, Tensor):
        return minus(number, input)
    if not promotion.is_number(number):
        return NotImplemented
    if input._array.dtype.kind == "f" and type(number) in (int, float):
        return _rsub(input, number)
    _refuse_bools(input, number)
    x, y, _ = promotion.operands(input, number)
    return record("RsubBackward1", (input,), y - x)


def divide_into(input, number):
    """`number / input`."""
    one_over = reciprocal(input)
    return one_over * number if isinstance(number, numpy.ndarray) else times(one_over, number)


def power(input, exponent):
    """`input ** exponent`."""
    if type(exponent) not in _NUMBERS:
        if isinstance(exponent, Tensor):
            return _power_tensors(input, exponent)
        if not promotion.is_number(exponent):
            return NotImplemented
        exponent = scalars.plain(exponent)
    if input._array.dtype.kind == "f":
        return _power(input, exponent)
    if isinstance(exponent, int) and exponent < 0:
        raise RuntimeError("Integers to negative integer powers are not allowed.")
    x, y, _ = promotion.operands(input, exponent)
    return unrecorded("pow", (input,), numpy.power(x, y).astype(x.dtype))


def power_of(input, base):
    """`base ** input` for a number `base`."""
    if isinstance(base, Tensor):
        return power(base, input)
    if not promotion.is_number(base):
        return NotImplemented
    base = scalars.plain(base)
    if input._array.dtype.kind == "f":
        return _power_of(input, base)
    x, y, _ = promotion.operands(input, base)
    return unrecorded("pow", (input,), kernels.power_tensors(_no_bools("pow", y), x))


floored = binary(
    "NotImplemented", kernels.floor_divide, special=_once_rounded("NotImplemented", kernels.floor_divide)
)
_maximum = binary("MaximumBackward0", numpy.maximum)
_minimum = binary("MinimumBackward0", numpy.minimum)


# --- the same as functions and methods ---


def _number_first(operator):
    """`operator(number, input)`, for functions that take the number first: `torch.sub(1, x)`."""
    return lambda input, number: operator(_as_tensor(number, input), input)


_add, _sub = checked("add", plus, plus), checked("sub", minus, _number_first(minus))
mul = multiply = checked("mul", times, times)
_div = checked("div", divided, _number_first(divided))
_rounded_down = binary("DivBackward2", kernels.floor_divide)
_div_floor = checked("div", _rounded_down, _number_first(_rounded_down))
_pow = checked("pow", power, power_of)


floor_divide = checked("floor_divide", floored, _number_first(floored))
remainder = checked("remainder", modulo, _number_first(modulo))
maximum = checked("maximum", _maximum, numbers=False)
minimum = checked("minimum", _minimum, numbers=False)
fmod = checked("fmod", _fmod)
atan2 = arctan2 = checked("atan2", binary("Atan2Backward0", numpy.arctan2, floating=True), numbers=False)
hypot = checked("hypot", binary("HypotBackward0", numpy.hypot), numbers=False)
_xlogy = binary("XlogyBackward0", kernels.xlogy, floating=True)
xlogy = checked("xlogy", _xlogy, _number_first(_xlogy))


def pow(input, exponent, *, out=None):
    """`input ** exponent`, elementwise."""
    return _pow(input, exponent, out=out)


def add(input, other, *, alpha=1, out=None):
    """`input + alpha * other`, elementwise."""
    return _add(input, _scaled(other, alpha, input), out=out)


def sub(input, other, *, alpha=1, out=None):
    """`input - alpha * other`, elementwise."""
    if alpha != 1:
        _refuse_bools(input, other)  # before a factor makes a number of a bool
    return _sub(input, _scaled(other, alpha, input), out=out)


def _scaled(value, alpha, partner):
    """`alpha * value`, for a sum with `partner`. RuntimeError unless the dtype of the sum can hold alpha."""
    if type(alpha) is int and alpha == 1:
        return value
    dtype = dtypes.result_type(value, partner)
    if isinstance(alpha, bool) and dtype is not dtypes.bool:
        raise RuntimeError("Boolean alpha only supported for Boolean results.")
    if isinstance(alpha, float) and not dtype.is_floating_point:
        raise RuntimeError("For integral input tensors, argument alpha must not be a floating point number.")
    if dtype is dtypes.bool:
        return value * bool(alpha) if isinstance(value, Tensor) else bool(value and alpha)
    if isinstance(value, Tensor):
        value = value.to(dtype)
    return value * alpha


subtract = sub


def div(input, other, *, rounding_mode=None, out=None):
    """`input / other`, as floats; `rounding_mode` "floor" or "trunc" rounds the quotient."""
    if rounding_mode is None:
        return _div(input, other, out=out)
    if rounding_mode == "floor":
        return _div_floor(input, other, out=out)
    if rounding_mode == "trunc":
        result = _div(input, other)
        return trunc(result).to(dtypes.result_type(input, other))
    raise RuntimeError(
        "div expected rounding_mode to be one of None, 'trunc', or 'floor' but found '"
        + str(rounding_mode)
        + "'"
    )


divide = true_divide = div


def rsub(input, other, *, alpha=1):
    """`other - alpha * input`."""
    if not isinstance(input, Tensor):
        raise errors.no_overload("rsub", input, other)
    scaled = _scaled(input, alpha, other)
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
sign = sgn = unary(
    "SignBackward0", lambda x: x.copy() if x.dtype.kind == "b" else kernels.sign(x), floating=False
)
_round = unary("RoundBackward0", kernels.of_floats(numpy.rint), floating=False)
floor = unary("FloorBackward0", kernels.of_floats(numpy.floor), floating=False)
ceil = unary("CeilBackward0", kernels.of_floats(numpy.ceil), floating=False)
trunc = fix = unary("TruncBackward0", kernels.of_floats(numpy.trunc), floating=False)
frac = unary("FracBackward0", lambda x: x - numpy.trunc(x), floating=False)
relu = unary("ReluBackward0", kernels.relu, floating=False)

deg2rad = unary("Deg2RadBackward0", numpy.deg2rad)
rad2deg = unary("Rad2DegBackward0", numpy.rad2deg)


def round(input, *, decimals=0):
    """The nearest whole number, halves to the even one; with `decimals` digits after the point."""
    return _round(input) if decimals == 0 else _round(input * 10.0**decimals) / 10.0**decimals


def square(input):
    """`input ** 2`."""
    return power(input, 2)


def floor_divided_into(input, number):
    """`number // input`."""
    if not (isinstance(number, Tensor) or promotion.is_number(number)):
        return NotImplemented
    return floored(_as_tensor(number, input), input)


def modulo_of(input, number):
    """`number % input`."""
    if isinstance(number, Tensor):
        return modulo(number, input)
    if not promotion.is_number(number):
        return NotImplemented
    return modulo(_as_tensor(number, input), input)


def _as_tensor(number, like):
    """A Python number as a 0-d tensor of the common dtype."""
    _, y, device = promotion.operands(like, number)
    return wrap(y, device)


def addcmul(input, tensor1, tensor2, *, value=1):
    """`input + value * tensor1 * tensor2`."""
    return input + (tensor1 if value == 1 else value * tensor1) * tensor2


def addcdiv(input, tensor1, tensor2, *, value=1):
    """`input + value * tensor1 / tensor2`."""
    return input + (tensor1 if value == 1 else value * tensor1) / tensor2


def positive(input):
    """`+input`: the tensor itself. RuntimeError for bools."""
    if input._array.dtype.kind == "b":
        raise RuntimeError("The `+` operator, on a bool tensor is not supported.")
    return input
