"""The functions that the table of derivatives asks for, on tensors: recorded, so that a gradient has gradients.

The counterpart of `kernels`, under the same names.
"""

from . import kernels
from .comparison import logical_and
from .elementwise import abs, cos, cosh, exp, log, pow, power, rsqrt, sign, sin, sinh, sqrt, tanh
from .record import record
from .shapes import permute, reshape, squeeze, t, transpose
from .shapes import expand as broadcast_to
from .tensor import Tensor, wrap

__all__ = [name for name in globals() if not name.startswith("_")]


def zeros_like(x):
    return wrap(kernels.zeros_like(x._array), x._device)


def outer(x, y):
    return x.unsqueeze(1) * y


def select_into(g, shape, dim, index):
    out = kernels.select_into(g._array, shape, dim, index)
    return record("SelectBackwardBackward0", (g,), out, dim=dim, index=index)


def slice_into(g, shape, dim, part):
    out = kernels.slice_into(g._array, shape, dim, part)
    return record("SliceBackwardBackward0", (g,), out, dim=dim, part=part)


def index_into(g, shape, index):
    out = kernels.index_into(g._array, shape, index)
    return record("IndexPutImplBackward0", (g,), out, index=index)


def look(g, view):
    """What the view shows of `g`."""
    return view.replay(g)


def cut(g, view):
    """`g` with zeros where the view looks."""
    whole = g.clone()
    view.replay(whole).zero_()
    return whole


def select(g, dim, index):
    return g.select(dim, index)


def slice_(g, dim, part):
    from .indexing import slice_ as sliced

    return sliced(g, dim, part.start, part.stop, part.step)


def index(g, index):
    return g[index]
