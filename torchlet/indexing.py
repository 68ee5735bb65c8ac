"""Reading and writing parts of a tensor: `x[1]`, `x[:, ::2]`, `x[None]`, `x[x > 0]`, `x[[0, 2]]`, and `x[…] = value`.

Integers, slices, None and … give views, one step for each dimension, as in PyTorch's graph: Select, Slice,
Unsqueeze. Tensors, lists and arrays pick single elements and give a copy: Index.
"""

import numpy

from . import errors, scalars
from .indices import as_int, as_pick, check_mask, dims_used, is_flag, is_integer, parts_of
from .record import record
from .shapes import expand, unsqueeze
from .tensor import Tensor, wrap
from .views import view


def select(input, dim, index):
    """The part at `index` along `dim`, without that dimension, as a view."""
    array = input._memory()
    if array.ndim == 0:
        raise IndexError("select() cannot be applied to a 0-dim tensor.")
    dim = errors.checked_dim(dim, array.ndim)
    length = array.shape[dim]
    if not -length <= index < length:
        raise IndexError(
            f"select(): index {index} out of range for tensor of size {list(array.shape)} at dimension {dim}"
        )
    index = int(index) % length
    out = array[(slice(None),) * dim + (index, ...)]
    return view(
        "SelectBackward0",
        input,
        out,
        lambda t: select(t, dim, index),
        shape=array.shape,
        dim=dim,
        place=index,
    )


def slice_(input, dim=0, start=None, end=None, step=1):
    """The part from `start` up to `end` along `dim` in steps, as a view. ValueError for a step that is not positive."""
    array = input._memory()
    if array.ndim == 0:
        raise RuntimeError("slice() cannot be applied to a 0-dim tensor.")
    dim = errors.checked_dim(dim, array.ndim)
    if step <= 0:
        raise ValueError("step must be greater than zero")
    part = slice(start, end, step)
    out = array[(slice(None),) * dim + (part,)]
    return view(
        "SliceBackward0",
        input,
        out,
        lambda t: slice_(t, dim, start, end, step),
        shape=array.shape,
        dim=dim,
        part=part,
    )


def narrow(input, dim, start, length):
    """`length` elements from `start` along `dim`, as a view."""
    if input._array.ndim == 0:
        raise RuntimeError("narrow() cannot be applied to a 0-dim tensor.")
    if isinstance(start, Tensor) and (start._array.ndim or start._array.dtype.kind not in "iu"):
        raise RuntimeError("start must be an 0-dim integral Tensor.")
    dim = errors.checked_dim(dim, input._array.ndim)
    size = input._array.shape[dim]
    start = int(start)
    if length < 0:
        raise RuntimeError("narrow(): length must be non-negative.")
    if not -size <= start <= size:
        raise IndexError(
            f"start out of range (expected to be in range of [{-size}, {size}], but got {start})"
        )
    if start < 0:
        start += size
    if start + length > size:
        raise RuntimeError(f"start ({start}) + length ({length}) exceeds dimension size ({size}).")
    return slice_(input, dim, start, start + length)


def getitem(input, index):
    """`input[index]`."""
    if type(index) is int:
        if input._array.ndim == 0:
            raise IndexError(_ZERO_DIM)
        length = len(input._array)
        if not -length <= index < length:
            raise IndexError(f"index {index} is out of bounds for dimension 0 with size {length}")
        return select(input, 0, index)
    seen, picks, _ = _views_and_picks(input, index)
    if not picks:
        if seen is not input:
            return seen
        return slice_(input) if isinstance(index, slice) else _alias(input)
    arrays = tuple([slice(None) if p is None else p for p in picks])
    try:
        out = seen._array[arrays]
    except IndexError as error:
        raise _index_error(error, seen, arrays) from None
    if not out.flags.c_contiguous:  # where picks stand behind a slice, NumPy exchanges dimensions
        out = out.copy()
    return record("IndexBackward0", (seen,), out, shape=seen._array.shape, index=arrays)


_ZERO_DIM = (
    "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a "
    "0-dim tensor to a number"
)


def _alias(input):
    return view("AliasBackward0", input, input._memory()[...], _alias)


def _views_and_picks(input, index):
    """Applies ints, slices, None and … one after the other; what picks single elements is left, by dimension.

    Also whether it is one mask that picks.
    """
    items = parts_of(index)
    consumed = sum(dims_used(item) for item in items)
    ndim = input._array.ndim
    if consumed > ndim:
        if ndim == 0 and all(isinstance(i, int) for i in items):
            raise IndexError(_ZERO_DIM)
        raise IndexError(f"too many indices for tensor of dimension {ndim}")
    dim, picks, masks, others = 0, [], 0, 0
    for position, item in enumerate(items):
        if item is Ellipsis:
            dim += ndim - consumed
        elif item is None:
            input = unsqueeze(input, dim)
            dim += 1
        elif isinstance(item, slice):
            step = as_int(item.step)
            if step is not None and step <= 0:
                raise ValueError("step must be greater than zero" if step else "slice step cannot be zero")
            item = slice(as_int(item.start), as_int(item.stop), step)
            if item != slice(None) and not _is_whole(item, input._array.shape[dim]):
                input = slice_(input, dim, item.start, item.stop, step or 1)
            dim += 1
        elif is_flag(item):
            input = unsqueeze(input, dim)
            picks += [None] * (dim - len(picks)) + [numpy.array([0] if item else [], int)]
            dim += 1
            masks += 1
        elif is_integer(item):
            length = input._array.shape[dim]
            number = int(item)
            if not -length <= number < length:
                raise IndexError(
                    f"index {number} is out of bounds for dimension {position} with size {length}"
                )
            input = select(input, dim, number)
        else:
            pick = as_pick(item)
            picks += [None] * (dim - len(picks))
            if pick.dtype.kind == "b":
                check_mask(pick, input._array.shape, dim)
                picks += list(pick.nonzero())
                dim += pick.ndim
                masks += 1
            else:
                picks.append(pick)
                dim += 1
                others += 1
    return input, picks, (masks, others) == (1, 0)


def _is_whole(item, length):
    return item.step in (None, 1) and item.start in (None, 0) and (item.stop is None or item.stop >= length)


def _index_error(error, seen, arrays):
    """NumPy's refusal in PyTorch's words."""
    used = [
        (pick, n)
        for pick, n in zip(arrays, seen._array.shape, strict=False)
        if isinstance(pick, numpy.ndarray)
    ]
    for position, (pick, length) in enumerate(used):
        outside = pick[(pick < -length) | (pick >= length)]
        if outside.size and not length:
            return IndexError("index is out of bounds for dimension with size 0")
        if outside.size:
            return IndexError(
                f"index {outside.flat[0]} is out of bounds for dimension {position} with size {length}"
            )
    shapes = ", ".join(str(list(p.shape)) for p in arrays if isinstance(p, numpy.ndarray))
    return IndexError(
        f"shape mismatch: indexing tensors could not be broadcast together with shapes {shapes}"
    )


def _without_leading_ones(value):
    shape = value._array.shape
    kept = next((i for i, n in enumerate(shape) if n != 1), len(shape))
    return value.reshape(shape[kept:]) if kept else value


def setitem(input, index, value):
    """`input[index] = value`."""
    if not isinstance(value, Tensor):
        value = wrap(scalars.assigned(value, input._array.dtype), input._device)
    seen, picks, by_mask = _views_and_picks(input, index)
    if not picks:
        if value._array.ndim and value._array.shape != seen._array.shape:
            value = _without_leading_ones(value)
            value = expand(value, seen._array.shape)
        seen.copy_(value)
        return
    value = _without_leading_ones(value)
    if by_mask and not value._array.ndim:
        value = value.to(input.dtype)
    try:
        seen.index_put_(tuple(picks), value)
    except IndexError as error:
        raise _index_error(error, seen, picks) from None
