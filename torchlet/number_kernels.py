"""What `kernels` has for numbers one by one: functions of one number, of a layer's numbers, of two numbers."""

import math

import numpy
from numpy import abs, exp, floor, isfinite, log, sqrt, where

# --- functions of one number ---


def sign(x):
    """−1, 0 or 1; 0 for NaN."""
    return numpy.subtract(x > 0, x < 0, dtype=x.dtype)


def _in_each_dtype(number):
    """By dtype an array of no dimensions: the form of a number that NumPy takes fastest beside an array."""
    names = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64")
    return {dtype: numpy.array(number, dtype) for dtype in map(numpy.dtype, names)}


ZERO, ONE = _in_each_dtype(0), _in_each_dtype(1)


def unit(x):
    """The number 1 beside `x`."""
    return ONE[x.dtype] if isinstance(x, numpy.ndarray) else 1


def one_minus(x):
    return unit(x) - x


def sigmoid(x):
    if _is_large(x):
        return _in_blocks(_sigmoid_into, x)
    one = unit(x)
    return one / (one + exp(-x))


def through_sigmoid(g, out):
    """g · (1 − out) · out, the gradient before a sigmoid."""
    if _is_large(out) and _is_large(g):
        return _in_blocks(_through_sigmoid_into, g, out)
    return g * one_minus(out) * out


def _sigmoid_into(x, out):
    one = ONE[x.dtype]
    numpy.negative(x, out)
    exp(out, out)
    numpy.add(one, out, out)
    numpy.divide(one, out, out)


def _through_sigmoid_into(g, y, out):
    numpy.subtract(ONE[y.dtype], y, out)
    numpy.multiply(g, out, out)
    numpy.multiply(out, y, out)


_BLOCK = 65536  # numbers, which a processor's cache holds several times


def _is_large(x):
    return type(x) is numpy.ndarray and x.size >= _BLOCK and x.flags.c_contiguous


def _in_blocks(work, *arrays):
    """What `work(*arrays, out)` writes, for large arrays of one shape.

    Block by block, so that each step finds in the cache what the step before has written.
    """
    out = numpy.empty_like(arrays[0])
    flat = [array.reshape(-1) for array in (*arrays, out)]
    for i in range(0, out.size, _BLOCK):
        work(*[array[i : i + _BLOCK] for array in flat])
    return out


def reciprocal(x):
    return 1 / x


def rsqrt(x):
    return 1 / sqrt(x)


def power(x, exponent):
    """x ** exponent for a number, by multiplications where that is what it means."""
    if exponent == 2:
        return x * x
    if exponent == 3:
        return x * x * x
    if exponent == 0.5:
        return sqrt(x)
    if exponent == -1:
        return 1 / x
    if exponent == -2:
        return 1 / (x * x)
    return x**exponent


def power_slope(x, exponent):
    """The derivative of x ** exponent."""
    if exponent == 2:
        return x + x
    return numpy.zeros_like(x) if exponent == 0 else exponent * power(x, exponent - 1)


def power_tensors(x, y):
    """x ** y; a negative power of an integer is 0, but for 1 and −1."""
    if y.dtype.kind == "i" and (y < 0).any():
        whole = numpy.power(x, numpy.where(y < 0, -y % 2, y))
        return numpy.where((y < 0) & (abs(x) != 1), 0, whole).astype(x.dtype)[()]
    return numpy.power(x, y)


_erf = numpy.frompyfunc(math.erf, 1, 1)
_erfc = numpy.frompyfunc(math.erfc, 1, 1)


def erf(x):
    """The error function: NumPy has none, Python's is used for each element."""
    return _on_host(_erf, x)


def erfc(x):
    return _on_host(_erfc, x)


def _on_host(function, x):
    """What only Python computes; the numbers of a GPU go there and back."""
    if isinstance(x, (numpy.ndarray, numpy.generic)):
        return numpy.asarray(function(x), x.dtype)[()]
    return numpy.asarray(_on_host(function, x.get()), like=x)


def of_floats(ufunc):
    """Integers are whole already."""
    return lambda x: ufunc(x) if x.dtype.kind == "f" else x.copy()


def as_float(mask, like):
    """True as 1 and False as 0 in the dtype of `like`."""
    return mask.astype(like.dtype)


def within(x, low, high):
    """Where x lies in the closed interval; None: no limit."""
    if low is None:
        return x <= high
    return x >= low if high is None else (x >= low) & (x <= high)


def finite(x):
    """The finite elements, 0 for the others."""
    return where(isfinite(x), x, 0)


# --- between layers ---


def relu(x):
    # of equal zeros the second: −0 stays, as in PyTorch
    return numpy.maximum(
        ZERO[x.dtype] if isinstance(x, (numpy.ndarray, numpy.generic)) else x.dtype.type(0), x
    )


_SIGNED = {2: numpy.dtype("int16"), 4: numpy.dtype("int32"), 8: numpy.dtype("int64")}


def passed_leaking(g, x, slope):
    """`g` where x is positive, else a part of it."""
    return where(x > 0, g, g * slope)


def passed(g, out):
    """`g` where relu let its number pass, else 0."""
    if not isinstance(g, numpy.ndarray):
        return where(out.astype(bool), g, 0)
    if g.size <= 1024:
        return where(out, g, ZERO[g.dtype])
    # The bits of g, or none: `where` decides for each element, and a processor cannot guess the sign of the next one.
    return (g.view(_SIGNED[g.itemsize]) & -out.astype(bool).view(numpy.int8)).view(g.dtype)


def leaky_relu(x, slope):
    return where(x > 0, x, x * slope)


def elu(x, alpha):
    return where(x > 0, x, alpha * numpy.expm1(x))


def softplus(x, beta, threshold):
    return where(x * beta > threshold, x, numpy.log1p(exp(x * beta)) / beta)


def logsigmoid(x):
    return numpy.minimum(x, x.dtype.type(0)) - numpy.log1p(exp(-abs(x)))


def silu(x):
    return x / (1 + exp(-x))


def gelu(x):
    return x * 0.5 * (1 + erf(x * math.sqrt(0.5)))


# --- two numbers ---


def floor_divide(x, y):
    """x // y; a float divided by zero is an infinity, as with /. ZeroDivisionError's twin for integers."""
    if x.dtype.kind == "f":
        rest = numpy.fmod(x, y)
        quotient = (x - rest) / y
        quotient = where((rest != 0) & ((y < 0) != (rest < 0)), quotient - 1, quotient)
        whole = floor(quotient)
        whole = where(quotient - whole > 0.5, whole + 1, whole)
        whole = where(quotient == 0, numpy.copysign(0, x / y), whole)
        return where(y == 0, x / y, whole).astype(x.dtype)[()]
    if x.dtype.kind == "b":
        raise NotImplementedError("\"div_floor_cpu\" not implemented for 'Bool'")
    _refuse_zero(y)
    return x // y


def remainder(x, y):
    """x − y·floor(x / y): of the sign of y; a zero has that of x, which NumPy's has not."""
    if x.dtype.kind != "f":
        _refuse_zero(y)
        return numpy.remainder(x, y)
    rest = numpy.fmod(x, y)
    return where((rest != 0) & ((y < 0) != (rest < 0)), rest + y, rest).astype(x.dtype)[()]


def fmod(x, y):
    """What truncating division leaves: of the sign of x."""
    if x.dtype.kind != "f":
        _refuse_zero(y)
    return numpy.fmod(x, y)


def _refuse_zero(y):
    if not numpy.all(y):
        raise RuntimeError("ZeroDivisionError")


def xlogy(x, y):
    """x·log(y), 0 where x is 0."""
    product = x * log(y)  # the logarithm of a Python number is a float64
    return where((x == 0) & ~numpy.isnan(y), 0, product.astype(x.dtype, copy=False))
