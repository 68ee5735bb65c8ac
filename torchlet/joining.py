"""Several tensors into one, and one into several."""

import math
import warnings

import numpy

from . import errors, promotion
from .record import fits_of, record
from .shapes import as_ints, expand, reshape, sizes
from .tensor import Tensor, wrap
from .views import views


def cat(tensors, dim=0):
    """Tensors one after the other along `dim`; their other dimensions must agree. Dtypes are promoted."""
    if isinstance(tensors, Tensor):
        raise errors.wrong_argument("cat", "tensors", 1, "tuple of Tensors", tensors)
    tensors = _tensors(tensors)
    if not tensors:
        raise ValueError("torch.cat(): expected a non-empty list of Tensors")
    inputs = [t for t in tensors if t._array.shape != (0,)] or tensors[:1]
    shape = inputs[0]._array.shape
    if not shape:
        raise RuntimeError("zero-dimensional tensor (at position 0) cannot be concatenated")
    dim = errors.checked_dim(dim, len(shape))
    for i, t in enumerate(inputs):
        other = t._array.shape
        if len(other) != len(shape):
            raise RuntimeError(
                f"Tensors must have same number of dimensions: got {len(shape)} and {len(other)}"
            )
        for d, (a, b) in enumerate(zip(shape, other, strict=True)):
            if d != dim and a != b:
                raise RuntimeError(
                    f"Sizes of tensors must match except in dimension {dim}. Expected size {a} but got size {b} for "
                    f"tensor number {i} in the list."
                )
    arrays = promotion.in_common_dtype(tensors, inputs)
    lengths = [a.shape[dim] for a in arrays]
    joined = numpy.concatenate(arrays, dim)
    return record(
        "CatBackward0",
        inputs,
        joined,
        fits=fits_of(inputs, joined, dtype_only=True),
        lengths=lengths,
        dim=dim,
    )


concat = concatenate = cat


def _tensors(given):
    """A list of them. TypeError for what is no tensor."""
    given = list(given)
    for i, each in enumerate(given):
        if not isinstance(each, Tensor):
            raise TypeError(f"expected Tensor as element {i} in argument 0, but got {errors.type_name(each)}")
    return given


def stack(tensors, dim=0):
    """Tensors of one shape side by side along a new dimension `dim`."""
    if isinstance(tensors, Tensor):
        raise errors.wrong_argument("stack", "tensors", 1, "tuple of Tensors", tensors)
    tensors = _tensors(tensors)
    if not tensors:
        raise RuntimeError("stack expects a non-empty TensorList")
    shape = tensors[0]._array.shape
    for i, t in enumerate(tensors):
        if t._array.shape != shape:
            raise RuntimeError(
                f"stack expects each tensor to be equal size, but got {list(shape)} at entry 0 and "
                f"{list(t._array.shape)} at entry {i}"
            )
    dim = errors.checked_dim(dim, len(shape) + 1)
    out = numpy.stack(promotion.in_common_dtype(tensors, tensors), dim)
    return record("StackBackward0", tensors, out, fits=fits_of(tensors, out, dtype_only=True), dim=dim)


def vstack(tensors):
    """Tensors one below the other (vectors count as rows)."""
    if not tensors:
        raise RuntimeError("vstack expects a non-empty TensorList")
    return cat([reshape(t, (1, -1)) if t._array.ndim < 2 else t for t in tensors], 0)


def hstack(tensors):
    """Tensors side by side (along the first dimension for vectors)."""
    if not tensors:
        raise RuntimeError("hstack expects a non-empty TensorList")
    tensors = [reshape(t, (1,)) if t._array.ndim == 0 else t for t in tensors]
    return cat(tensors, 0 if tensors[0]._array.ndim == 1 else 1)


def split(tensor, split_size_or_sections, dim=0):
    """Consecutive parts along `dim`, each of the given size (the last may be shorter) or of the sizes in a list: views."""
    length = _length(tensor, dim, "split")
    if isinstance(split_size_or_sections, int):
        size = split_size_or_sections
        if size < 0:
            raise RuntimeError(f"split expects split_size be non-negative, but got split_size={size}")
        if size == 0 and length:
            raise RuntimeError(
                f"split_size can only be 0 if dimension size is 0, but got dimension size of {length}"
            )
        lengths = [min(size, length - start) for start in range(0, length, size or 1)] or [0]
        return _parts(tensor, lengths, dim, "SplitBackward0")
    lengths = list(split_size_or_sections)
    if sum(lengths) != length:
        raise RuntimeError(
            f"split_with_sizes expects split_sizes to sum exactly to {length} (input tensor's size at dimension "
            f"{dim}), but got split_sizes={lengths}"
        )
    return _parts(tensor, lengths, dim, "SplitWithSizesBackward0")


def _length(input, dim, function):
    """The length to be cut. RuntimeError, in the name of `function`, for a tensor without dimensions."""
    shape = input._array.shape
    if not shape:
        raise RuntimeError(f"{function} expects at least a 1-dimensional tensor")
    return shape[errors.checked_dim(dim, len(shape))]


def _parts(input, lengths, dim, name):
    array = input._memory()
    dim = errors.checked_dim(dim, array.ndim)
    ends = numpy.cumsum(lengths).tolist()
    cuts = [slice(end - n, end) for n, end in zip(lengths, ends, strict=True)]
    arrays = [array[(slice(None),) * dim + (cut,)] for cut in cuts]
    steps = [lambda t, i=i: _parts(t, lengths, dim, name)[i] for i in range(len(cuts))]
    return views(name, input, arrays, steps, dim=dim)


def chunk(input, chunks, dim=0):
    """At most `chunks` parts of equal length along `dim` (the last may be shorter): views."""
    if chunks <= 0:
        raise RuntimeError(f"chunk expects `chunks` to be greater than 0, got: {chunks}")
    length = _length(input, dim, "chunk")
    if length == 0:
        return split(input, [0] * chunks, dim)
    return split(input, max(1, math.ceil(length / chunks)), dim)


def unbind(input, dim=0):
    """The slices along `dim`, without that dimension, as a tuple of views."""
    array = input._memory()
    dim = errors.checked_dim(dim, array.ndim)
    if array.ndim == 0:
        raise IndexError("Dimension specified as 0 but tensor has no dimensions")
    arrays = [array[(slice(None),) * dim + (i, ...)] for i in range(array.shape[dim])]
    if not arrays:
        return ()
    steps = [lambda t, i=i: unbind(t, dim)[i] for i in range(len(arrays))]
    return views("UnbindBackward0", input, arrays, steps, dim=dim)


def repeat(input, *counts, repeats=None):
    """The tensor tiled: `repeats[i]` copies along dimension i, new dimensions in front."""
    counts = sizes(counts if repeats is None else (repeats,))
    array = input._array
    extra = len(counts) - array.ndim
    if extra < 0:
        raise RuntimeError(
            "Number of dimensions of repeat dims can not be smaller than number of dimensions of tensor"
        )
    out = numpy.tile(array, counts)
    padded = (1,) * extra + array.shape
    return record("RepeatBackward0", (input,), out, shape=array.shape, padded=padded, counts=counts)


def tile(input, *counts, dims=None):
    """Like `repeat`; missing repeats in front count as 1."""
    counts = sizes(counts if dims is None else (dims,))
    return repeat(input, (1,) * (input._array.ndim - len(counts)) + counts)


def repeat_interleave(input, repeats, dim=None, *, output_size=None):
    """Each element (or each slice along `dim`) repeated in place: `repeats` times, or as often as a tensor says.

    `output_size` may say how long the result will be; nothing is gained by it here.
    """
    from .gathering import index_select

    if dim is None:
        input, dim = reshape(input, (-1,)), 0
    dim = errors.checked_dim(dim, input._array.ndim)
    counts = repeats if isinstance(repeats, int) else repeats._host_array()
    index = numpy.repeat(numpy.arange(input._array.shape[dim]), counts)
    return index_select(input, dim, wrap(index, input._device))


def flip(input, *places, dims=None):
    """The order of the elements reversed along `dims`, in a copy."""
    array = input._array
    dims = tuple([errors.checked_dim(d, array.ndim) for d in sizes(places if dims is None else (dims,))])
    out = numpy.flip(array, dims).copy() if array.ndim else array.copy()
    return record("FlipBackward0", (input,), out, dims=dims)


def roll(input, shifts, dims=None):
    """The elements moved along `dims`, those that fall off coming in at the other end."""
    shifts, dims = as_ints(shifts), () if dims is None else as_ints(dims)
    if not shifts:
        raise RuntimeError("`shifts` required")
    if len(shifts) != len(dims) and (dims or len(shifts) > 1):
        raise RuntimeError(f"shifts and dimensions must align. shifts: {len(shifts)}, dims:{len(dims)}")
    ndim = input._array.ndim
    if dims and not ndim:
        raise IndexError(f"Dimension specified as {dims[0]} but tensor has no dimensions")
    dims = tuple([errors.checked_dim(d, ndim) for d in dims]) or None
    shifts = shifts if dims else shifts[0]
    out = numpy.roll(input._array, shifts, dims)
    back = -shifts if isinstance(shifts, int) else tuple([-s for s in shifts])
    return record("RollBackward0", (input,), out, back=back, dims=dims)


def meshgrid(*tensors, indexing=None):
    """Coordinates of a grid: for each vector a tensor of the grid's shape in which it varies along its own dimension.

    `indexing="ij"`, the default, lets the first vector vary along the rows, as in a matrix, "xy" along the columns.
    """
    if indexing is None:
        warnings.warn(
            "torch.meshgrid: in an upcoming release, it will be required to pass the indexing argument.",
            UserWarning,
            2,
        )
    elif indexing not in ("ij", "xy"):
        raise RuntimeError(f'torch.meshgrid: indexing must be one of "xy" or "ij", but received: {indexing}')
    if len(tensors) == 1 and isinstance(tensors[0], (list, tuple)):
        tensors = tuple(tensors[0])
    order = (1, 0, *range(2, len(tensors))) if indexing == "xy" and len(tensors) > 1 else range(len(tensors))
    shape = tuple([tensors[i]._array.size for i in order])
    grids = []
    for i, t in enumerate(tensors):
        place = list(order).index(i)
        grids.append(expand(reshape(t, (1,) * place + (-1,) + (1,) * (len(shape) - place - 1)), shape))
    return tuple(grids)
