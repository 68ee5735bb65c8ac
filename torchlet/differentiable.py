"""The table of derivatives over tensors: the functions of `kernels`, recorded, so that gradients have gradients."""

import numpy

from . import kernels
from .choices import where
from .elementwise import (  # noqa: F401
    abs,
    cos,
    cosh,
    erf,
    exp,
    floor,
    log,
    pow,
    power,
    rsqrt,
    sigmoid,
    sign,
    sin,
    sinh,
    sqrt,
    tanh,
    trunc,
)
from .gathering import gather, index_put, scatter, scatter_add  # noqa: F401
from .indexing import select, slice_  # noqa: F401
from .joining import cat, flip, roll, split, stack, unbind  # noqa: F401
from .kernels import no_derivative  # noqa: F401
from .linalg import inv, solve  # noqa: F401
from .matrices import matmul, mm, mv, outer, tril, triu  # noqa: F401
from .record import record, unrecorded
from .reductions import cumsum, mean
from .reductions import sum as total
from .shapes import diagonal, permute, reshape, t, transpose, unfold, unsqueeze  # noqa: F401
from .shapes import expand as broadcast_to  # noqa: F401
from .tensor import wrap
from .views import replay


def isfinite(x):
    return unrecorded("isfinite", (x,), numpy.isfinite(x._array))


def zeros(shape, like):
    return wrap(kernels.zeros(shape, like._array), like._device)


def zeros_like(x):
    return zeros(x._array.shape, x)


def power_slope(x, exponent):
    """A function of x down to the slope of x itself: PyTorch's graphs, too, end only after that."""
    return zeros_like(x) if exponent == 0 else exponent * power(x, exponent - 1)


def one_minus(x):
    return 1 - x


def through_sigmoid(g, out):
    return g * one_minus(out) * out


def as_float(mask, like):
    return mask.to(like.dtype)


def within(x, low, high):
    return unrecorded("within", (x,), kernels.within(x._array, low, high))


def passed(g, out):
    return record("ThresholdBackwardBackward0", (g, out), kernels.passed(g._array, out._array))


def passed_leaking(g, x, slope):
    array = kernels.passed_leaking(g._array, x._array, slope)
    return record("LeakyReluBackwardBackward0", (g, x), array, slope=slope)


def finite(x):
    return where(isfinite(x), x, 0)


def sum_kept(x, dim):
    return total(x, dim, True)


def mean_kept(x, dim):
    return mean(x, dim, True)


def each_matrix(x):
    return x.reshape((*x._array.shape, 1, 1))


def mT(x):
    return transpose(x, -1, -2)


def sums_from(g, dim):
    return flip(cumsum(flip(g, dim), dim), dim)


def product_of_others(x, dim):
    if dim is None:
        return product_of_others(x.reshape(-1), 0).reshape(x._array.shape)
    n = x._array.shape[dim] if x._array.ndim else 1
    others = unsqueeze(x, dim).expand(x._array.shape[:dim] + (n,) + x._array.shape[dim:])
    diagonal_of_ones = numpy.eye(n, dtype=bool).reshape((n, n) + (1,) * (x._array.ndim - dim - 1))
    return (
        where(wrap(diagonal_of_ones, x._device), 1, others).prod(dim + 1)
        if x._array.ndim
        else where(x == x, 1, x)
    )


def cumprod_slope(g, x, out, dim):
    if (x._array != 0).all():
        return sums_from(g * out, dim) / x
    raise NotImplementedError(
        "The second derivative of cumprod where an element is 0 is not in this core: avoid zeros."
    )


def filled(gradients, shapes):
    like = next(g for g in gradients if g is not None)
    return [zeros(shape, like) if g is None else g for g, shape in zip(gradients, shapes, strict=True)]


def sum_of_tiles(g, shape, padded, counts):
    both = [n for pair in zip(counts, padded, strict=True) for n in pair]
    return g.reshape(both).sum(tuple(range(0, len(both), 2))).reshape(shape) if both else g


def select_into(g, shape, dim, index):
    out = kernels.select_into(g._array, shape, dim, index)
    return record("SelectBackwardBackward0", (g,), out, dim=dim, place=index)


def slice_of(x, dim, part):
    return slice_(x, dim, part.start, part.stop, part.step)


def slice_into(g, shape, dim, part):
    out = kernels.slice_into(g._array, shape, dim, part)
    return record("SliceBackwardBackward0", (g,), out, dim=dim, part=part)


def index(x, index):
    return x[index]


def index_into(g, shape, index):
    out = kernels.index_into(g._array, shape, index)
    return record("IndexPutImplBackward0", (g,), out, index=index)


def cleared(x, index):
    return index_put(x, [i if isinstance(i, numpy.ndarray) else None for i in index], 0)


def diagonal_into(g, shape, offset, dim1, dim2):
    out = kernels.diagonal_into(g._array, shape, offset, dim1, dim2)
    return record("DiagEmbedBackward0", (g,), out, offset=offset, dim1=dim1, dim2=dim2)


def unfold_into(g, shape, dim, size, step):
    out = kernels.unfold_into(g._array, shape, dim, size, step)
    return record("UnfoldBackwardBackward0", (g,), out, dim=dim, size=size, gap=step)


def gather_into(g, shape, dim, index):
    return scatter_add(zeros(shape, g), dim, index, g)


def gather_padded(g, dim, index, shape):
    read = gather(g, dim, index)
    for d, (n, wanted) in enumerate(zip(read._array.shape, shape, strict=True)):
        if n < wanted:
            read = slice_into(
                read, (*read._array.shape[:d], wanted, *read._array.shape[d + 1 :]), d, slice(n)
            )
    return read


def look(g, steps):
    return replay(steps, g)


def cut(g, steps):
    whole = g.clone()
    replay(steps, whole).zero_()
    return whole


def moved(g, old, new):
    return g.to(old)
