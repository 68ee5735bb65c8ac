"""The same numbers in another shape: mostly views, which share their memory."""

import numpy

from . import dtypes, errors
from .record import record
from .size import Size
from .views import view as _view


def sizes(args):
    """A shape given as several ints or as one sequence."""
    if len(args) == 1 and not isinstance(args[0], (int, numpy.integer)):
        args = args[0]
    return tuple([int(n) for n in args])


def _filled_in(shape, numel):
    """The shape with -1 replaced by what is left."""
    if -1 in shape:
        known = 1
        for n in shape:
            if n != -1:
                known *= n
        if shape.count(-1) > 1:
            raise RuntimeError("only one dimension can be inferred")
        if known == 0 and numel == 0:
            raise RuntimeError(
                f"cannot reshape tensor of 0 elements into shape {list(shape)} because the unspecified dimension "
                "size -1 can be any value and is ambiguous"
            )
        if known == 0 or numel % known:
            raise RuntimeError(f"shape '{list(shape)}' is invalid for input of size {numel}")
        return tuple([numel // known if n == -1 else n for n in shape])
    total = 1
    for n in shape:
        if n < 0:
            raise RuntimeError(
                f"invalid shape dimension {n} at index {shape.index(n)} of shape {list(shape)}"
            )
        total *= n
    if total != numel:
        raise RuntimeError(f"shape '{list(shape)}' is invalid for input of size {numel}")
    return shape


def _looks_at(out, array):
    """Whether reshaping gave a view and not a copy."""
    return array.size == 0 or numpy.may_share_memory(out, array)


def view(input, *shape):
    """The tensor with another shape, on the same memory. RuntimeError if its strides do not allow that."""
    if len(shape) == 1 and isinstance(shape[0], dtypes.dtype):
        return _view_dtype(input, shape[0])
    array = input._memory()
    shape = _filled_in(sizes(shape), array.size)
    out = array.reshape(shape)
    if not _looks_at(out, array):
        raise RuntimeError(
            "view size is not compatible with input tensor's size and stride (at least one dimension spans across "
            "two contiguous subspaces). Use .reshape(...) instead."
        )
    return _view("ViewBackward0", input, out, lambda t: view(t, shape), shape=array.shape)


def reshape(input, *shape):
    """The tensor with another shape: a view where the strides allow it, otherwise a copy."""
    array = input._memory()
    shape = _filled_in(sizes(shape), array.size)
    out = array.reshape(shape)
    if _looks_at(out, array):
        return _view("ViewBackward0", input, out, lambda t: view(t, shape), shape=array.shape)
    copy = record("CloneBackward0", (input,), out)
    return record("UnsafeViewBackward0", (copy,), out, shape=array.shape)


def permute(input, *dims):
    """The dimensions in another order, as a view."""
    array = input._memory()
    dims = tuple([errors.checked_dim(d, array.ndim) for d in sizes(dims)])
    inverse = tuple(numpy.argsort(dims).tolist())
    return _view(
        "PermuteBackward0", input, array.transpose(dims), lambda t: permute(t, dims), inverse=inverse
    )


def transpose(input, dim0, dim1):
    """Two dimensions swapped, as a view."""
    array = input._memory()
    a, b = errors.checked_dim(dim0, array.ndim), errors.checked_dim(dim1, array.ndim)
    out = array.swapaxes(a, b) if array.ndim else array.view()
    return _view("TransposeBackward0", input, out, lambda t: transpose(t, a, b), dim0=a, dim1=b)


def t(input):
    """A matrix transposed, as a view; vectors and numbers as they are. RuntimeError for more dimensions."""
    array = input._memory()
    if array.ndim > 2:
        raise RuntimeError(f"t() expects a tensor with <= 2 dimensions, but self is {array.ndim}D")
    return _view("TBackward0", input, array.T, t)


def unsqueeze(input, dim):
    """One more dimension, of length 1, at `dim`, as a view."""
    array = input._memory()
    dim = errors.checked_dim(dim, array.ndim + 1)
    out = array.reshape(array.shape[:dim] + (1,) + array.shape[dim:])
    return _view(
        "UnsqueezeBackward0", input, numpy.expand_dims(array, dim), lambda t: unsqueeze(t, dim), dim=dim
    )


def expand(input, *sizes_):
    """Dimensions of length 1 repeated without copying, as a view. -1 keeps a length."""
    array = input._memory()
    wanted = sizes(sizes_)
    extra = len(wanted) - array.ndim
    shape = tuple([array.shape[i - extra] if n == -1 and i >= extra else n for i, n in enumerate(wanted)])
    out = numpy.broadcast_to(array, shape)
    return _view(
        "ExpandBackward0", input, out, lambda t: expand(t, shape), fits=((array.shape, array.dtype),)
    )


def squeeze(input, dim=None):
    """Without the dimensions of length 1 (or without those of `dim` that have it), as a view."""
    array = input._memory()
    if dim is None:
        dims = range(array.ndim)
    else:
        dims = [errors.checked_dim(d, array.ndim) for d in ([dim] if isinstance(dim, int) else dim)]
    shape = tuple([n for i, n in enumerate(array.shape) if n != 1 or i not in dims])
    name = "SqueezeBackward0" if dim is None else "SqueezeBackward1"
    return _view(name, input, array.reshape(shape), lambda t: squeeze(t, dim), shape=array.shape)


def T(input):
    """All dimensions in reverse order, as a view."""
    return permute(input, tuple(range(input._array.ndim - 1, -1, -1)))


def flatten(input, start_dim=0, end_dim=-1):
    """The dimensions from `start_dim` to `end_dim` as one."""
    shape = input._array.shape
    if not shape:
        return reshape(input, (1,))
    a, b = errors.checked_dim(start_dim, len(shape)), errors.checked_dim(end_dim, len(shape))
    if a > b:
        raise RuntimeError("flatten() has invalid args: start_dim cannot come after end_dim")
    return input if a == b else reshape(input, shape[:a] + (-1,) + shape[b + 1 :])
