"""What `kernels` has for sums, products along a dimension, norms, and matrices."""

import math

import numpy
from numpy import abs, exp, flip, log, sqrt

from .number_kernels import finite

_HALF = numpy.dtype("float16")

# --- sums ---


def total(x):
    """The sum of all elements. float16 is added up in float32."""
    if x.dtype == _HALF:
        return numpy.add.reduce(x, None, numpy.float32).astype(x.dtype)
    return numpy.add.reduce(x, None)


def sum_over(x, dims, keepdim=False):
    if x.dtype == _HALF:
        return numpy.add.reduce(x, dims, numpy.float32, keepdims=keepdim).astype(x.dtype)
    return numpy.add.reduce(x, dims, keepdims=keepdim)


def sum_kept(x, dim):
    """The sum over `dim`, kept as length 1."""
    if not x.ndim:
        return x
    return sum_over(x, dim if dim is None or isinstance(dim, tuple) else (dim,), True)


def mean(x, dims, count, keepdim=False):
    """The sum over `dims` (None: all) divided by `count`, which may be 0. float16 is rounded once, at the end."""
    if x.dtype == _HALF:
        return (numpy.add.reduce(x, dims, numpy.float32, keepdims=keepdim) / count).astype(x.dtype)
    return numpy.add.reduce(x, dims, keepdims=keepdim) / count


def mean_kept(x, dim):
    rest = math.prod([n for i, n in enumerate(x.shape) if i not in dim])
    return mean(x, dim, x.size // max(1, rest), True)


def logsumexp(x, dims, keepdim=False):
    if not x.ndim:
        return x.copy()
    largest = finite(numpy.max(x, dims, keepdims=True)) if x.size else -math.inf
    out = log(sum_over(exp(x - largest), dims, True)) + largest
    return out if keepdim else out.squeeze(dims)[()]


def softmax(x, dim):
    if not x.ndim or not x.size:
        return exp(x - x)[()]  # 1, or NaN
    e = exp(x - numpy.max(x, dim, keepdims=True))
    return e / sum_kept(e, dim)


def log_softmax(x, dim):
    if not x.ndim or not x.size:
        return (x - x)[()]  # 0, or NaN
    away = x - numpy.max(x, dim, keepdims=True)
    return away - log(sum_kept(exp(away), dim))


def norm(x, order, dims, keepdim):
    """(Σ|x|ᵖ)^(1/p) over `dims`, the largest or smallest |x| for infinite p, how many are not 0 for p = 0."""
    a = abs(x.astype(numpy.float32) if x.dtype == _HALF else x)
    if order == 2:
        out = sqrt(sum_over(a * a, dims, keepdim))
    elif order == 1:
        out = sum_over(a, dims, keepdim)
    elif order == 0:
        out = sum_over((a != 0).astype(a.dtype), dims, keepdim)
    elif order == math.inf:
        out = numpy.max(a, dims, keepdims=keepdim)
    elif order == -math.inf:
        out = numpy.min(a, dims, keepdims=keepdim)
    else:
        out = sum_over(a**order, dims, keepdim) ** (1 / order)
    return out.astype(x.dtype, copy=False)[()]


def product_of_others(x, dim):
    """For each element the product of all the others (along `dim`)."""
    if dim is None:
        return product_of_others(numpy.reshape(x, -1), 0).reshape(x.shape)
    if not x.ndim:
        return numpy.ones_like(x)
    ones = numpy.ones_like(numpy.take(x, [0] if x.shape[dim] else [], dim))
    front = numpy.concatenate([ones, numpy.take(x, range(x.shape[dim] - 1), dim)], dim) if x.shape[dim] else x
    back = numpy.concatenate([numpy.take(x, range(1, x.shape[dim]), dim), ones], dim) if x.shape[dim] else x
    return numpy.cumprod(front, dim) * flip(numpy.cumprod(flip(back, dim), dim), dim)


def sums_from(g, dim):
    """For each place the sum from there to the end."""
    return flip(numpy.cumsum(flip(g, dim), dim), dim) if g.ndim else g


def cumprod_slope(g, x, out, dim):
    """Σ over the products that an element is part of, each without the element."""
    if not x.ndim:
        return g
    if (x != 0).all():
        return sums_from(g * out, dim) / x
    slope = numpy.zeros_like(x)
    for i in range(x.shape[dim]):
        here = (slice(None),) * dim + (slice(i, i + 1),)
        without = x.copy()
        without[here] = 1
        products = numpy.cumprod(without, dim)
        later = (slice(None),) * dim + (slice(i, None),)
        slope[here] = sum_over(g[later] * products[later], dim, True)
    return slope


# --- matrices ---


def mm(x, y):
    """The product of two matrices; two vectors, or one of each, will do. `numpy.matmul` is slower for small ones."""
    return x.dot(y)


mv = mm


def t(x):
    return x.T


def mT(x):
    return x.swapaxes(-1, -2)


def solve(a, b):
    return numpy.linalg.solve(a, b)


def inv(a):
    return numpy.linalg.inv(a)


def each_matrix(x):
    """One number for each matrix of a batch, ready to multiply it."""
    return numpy.reshape(x, (*x.shape, 1, 1))
