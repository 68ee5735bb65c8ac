"""What operations and pull-backs compute with: NumPy's functions, and the few that NumPy lacks."""

import math

import numpy
from numpy import (  # noqa: F401
    abs,
    broadcast_to,
    cos,
    cosh,
    exp,
    log,
    outer,
    reshape,
    sign,
    sin,
    sinh,
    sqrt,
    squeeze,
    tanh,
    where,
    zeros_like,
)
from numpy import power as pow  # noqa: F401
from numpy import transpose as permute  # noqa: F401


def sigmoid(x):
    return 1 / (1 + exp(-x))


def reciprocal(x):
    return 1 / x


def rsqrt(x):
    return 1 / sqrt(x)


def relu(x):
    return numpy.maximum(x, x.dtype.type(0))


def power(x, exponent):
    """x ** exponent for a number, by multiplications where that is exact."""
    if exponent == 2:
        return x * x
    if exponent == 3:
        return x * x * x
    if exponent == 0.5:
        return sqrt(x)
    if exponent == -1:
        return reciprocal(x)
    if exponent == -2:
        return reciprocal(x * x)
    return x**exponent


def erf(x):
    """The error function, by the standard library: NumPy has none."""
    values = [math.erf(v) for v in numpy.asarray(x, numpy.float64).ravel().tolist()]
    return numpy.array(values, x.dtype).reshape(numpy.shape(x))[()]


def erfc(x):
    values = [math.erfc(v) for v in numpy.asarray(x, numpy.float64).ravel().tolist()]
    return numpy.array(values, x.dtype).reshape(numpy.shape(x))[()]


def t(x):
    return x.T


def total(x):
    """The sum of all elements."""
    return numpy.add.reduce(x, None)


def sum_over(x, dims, keepdim=False):
    return numpy.add.reduce(x, dims, keepdims=keepdim)


def sum_to(g, shape, dims):
    """Sums over the dimensions in which `g` is longer than `shape`."""
    return numpy.add.reduce(g, dims).reshape(shape)


def look(g, view):
    from .tensor import wrap

    return view.replay(wrap(g))._array


def cut(g, view):
    whole = numpy.array(g)
    look(whole, view)[...] = 0
    return whole


def select_into(g, shape, dim, index):
    """Zeros of `shape` with `g` at `index` of dimension `dim`."""
    whole = numpy.zeros(shape, g.dtype)
    whole[(slice(None),) * dim + (index,)] = g
    return whole


def slice_into(g, shape, dim, part):
    """Zeros of `shape` with `g` in the slice `part` of dimension `dim`."""
    whole = numpy.zeros(shape, g.dtype)
    whole[(slice(None),) * dim + (part,)] = g
    return whole


def index_into(g, shape, index):
    """Zeros of `shape` to which `g` is added at `index`, as often as an element was picked."""
    whole = numpy.zeros(shape, g.dtype)
    numpy.add.at(whole, index, g)
    return whole


def select(g, dim, index):
    return g[(slice(None),) * dim + (index,)]


def slice_(g, dim, part):
    return g[(slice(None),) * dim + (part,)]


def index(g, index):
    return g[index]


def transpose(g, dim0, dim1):
    return g.swapaxes(dim0, dim1) if g.ndim else g
