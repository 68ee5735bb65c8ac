"""Elements picked by index tensors, and put back by index tensors."""

import numpy

from . import errors, kernels, scalars
from .record import fits_of, record, unrecorded
from .shapes import common_shape, expand
from .tensor import Tensor, wrap


def _indices(index):
    if isinstance(index, Tensor):
        return index._memory()
    return index if hasattr(index, "dtype") else numpy.asarray(index)


def _checked(name, input, dim, index, src=None):
    """The index as an array with the same number of dimensions, each no longer than those of `input` outside `dim`."""
    array, index = input._array, _indices(index)
    if index.size == 0:  # picks nothing, whatever its dtype
        return errors.checked_dim(dim, array.ndim), index.astype(numpy.int64)
    if index.dtype not in (numpy.int64, numpy.int32):
        raise RuntimeError(f"{name}(): Expected dtype int32/int64 for index")
    dim = errors.checked_dim(dim, array.ndim)
    if max(index.ndim, 1) != max(array.ndim, 1):
        raise RuntimeError("Index tensor must have the same number of dimensions as input tensor")
    for d in range(array.ndim):
        if index.ndim and d != dim and index.shape[d] > array.shape[d]:
            raise RuntimeError(
                f"Size does not match at dimension {d} expected index {list(index.shape)} to be no larger than self "
                f"{list(array.shape)} apart from dimension {dim}"
            )
    length = array.shape[dim] if array.ndim else 1
    outside = index[(index < 0) | (index >= length)]
    if outside.size:
        raise RuntimeError(f"index {outside.flat[0]} is out of bounds for dimension {dim} with size {length}")
    return dim, index


def gather(input, dim, index, *, sparse_grad=False):
    """out[i][j] = input[index[i][j]][j] for dim 0, and likewise for others. `index`: int64."""
    dim, where = _checked("gather", input, dim, index)
    out = kernels.gather(input._array, dim, where)
    return record("GatherBackward0", (input,), out, shape=input._array.shape, dim=dim, index=where)


def take_along_dim(input, indices, dim=None):
    """`gather` with broadcasting; without `dim` from the flattened tensor."""
    if dim is None:
        return gather(input.reshape(-1), 0, _from_the_front(indices.reshape(-1), input.numel()))
    dim = errors.checked_dim(dim, input._array.ndim)
    a, b = list(input._array.shape), list(indices._array.shape)
    a[dim] = b[dim] = 1
    shape = list(common_shape(tuple(a), tuple(b)))
    like = shape[:dim] + [input._array.shape[dim]] + shape[dim + 1 :]
    shape[dim] = indices._array.shape[dim]
    indices = _from_the_front(indices, input._array.shape[dim])
    return gather(expand(input, like), dim, expand(indices, shape))


def _from_the_front(index, length):
    """Negative indices count from the end."""
    array = index._array
    return wrap(numpy.where(array < 0, array + length, array), index._device)


def index_select(input, dim, index):
    """The slices along `dim` at the places in the vector `index`."""
    where = _indices(index)
    if where.ndim > 1:
        raise IndexError("index_select(): Index is supposed to be a vector")
    if where.dtype.kind not in "iu":
        raise RuntimeError("index_select(): Expected dtype int32 or int64 for index")
    array = input._array
    dim = errors.checked_dim(dim, array.ndim)
    where = where.reshape(-1)
    length = array.shape[dim] if array.ndim else 1
    if where.size and not (where.min() >= 0 and where.max() < length):
        raise IndexError("index out of range in self")
    out = numpy.take(array, where, dim) if array.ndim else array
    place = (slice(None),) * dim + (where,) if array.ndim else ()
    return record("IndexSelectBackward0", (input,), out, shape=array.shape, index=place)


def masked_select(input, mask):
    """The elements where `mask` is True, as a vector; both are broadcast."""
    if mask._array.dtype.kind != "b":
        raise RuntimeError("masked_select: expected BoolTensor for mask")
    shape = common_shape(mask._array.shape, input._array.shape)
    where = numpy.broadcast_to(mask._array, shape)
    out = numpy.broadcast_to(input._array, shape)[where]
    fits = ((input._array.shape, input._array.dtype),)
    return record("MaskedSelectBackward0", (input,), out, fits=fits, shape=tuple(shape), index=(where,))


def take(input, index):
    """The elements at the places in `index`, counted through the flattened tensor."""
    places = _from_the_front(index.reshape(-1), input.numel())
    return gather(input.reshape(-1), 0, places).reshape(index._array.shape)


def nonzero(input, *, as_tuple=False):
    """The places of the elements that are not zero: one row each, or one index vector for each dimension."""
    places = numpy.nonzero(numpy.atleast_1d(input._array))
    if as_tuple:
        return tuple([unrecorded("nonzero", (input,), p) for p in places])
    rows = numpy.stack(places, 1) if input._array.ndim else numpy.zeros((len(places[0]), 0), numpy.int64)
    return unrecorded("nonzero", (input,), rows)


def argwhere(input):
    """`nonzero` with one row for each place."""
    return nonzero(input)


# --- putting back ---


def scatter(input, dim, index, src=None, *, value=None, reduce=None):
    """A copy of `input` with out[index[i][j]][j] = src[i][j] for dim 0. `src`: a tensor or a number."""
    src = value if src is None else src
    if reduce == "add":
        return scatter_add(
            input, dim, index, src if isinstance(src, Tensor) else _filled_like(index, src, input)
        )
    dim, where = _checked("scatter", input, dim, index)
    if not isinstance(src, Tensor):
        out = kernels.scatter(input._array, dim, where, src)
        return record("ScatterBackward1", (input,), out, dim=dim, index=where)
    _same_dtype("scatter", input, src)
    part = src._array[tuple([slice(n) for n in where.shape])] if where.ndim else src._array
    out = kernels.scatter(input._array, dim, where, part)
    return record("ScatterBackward0", (input, src), out, dim=dim, index=where, src_shape=src._array.shape)


def _filled_like(index, value, input):
    return wrap(numpy.full(index._array.shape, scalars.element(value, input._array.dtype)), input._device)


def _same_dtype(name, input, src):
    if input._array.dtype != src._array.dtype:
        raise RuntimeError(f"{name}(): Expected self.dtype to be equal to src.dtype")


def scatter_add(input, dim, index, src):
    """A copy of `input` to which src[i][j] is added at out[index[i][j]][j] for dim 0, and likewise for others."""
    dim, where = _checked("scatter_add", input, dim, index)
    _same_dtype("scatter", input, src)
    part = src._array[tuple([slice(n) for n in where.shape])] if where.ndim else src._array
    out = kernels.scatter_add(input._array, dim, where, part)
    return record("ScatterAddBackward0", (input, src), out, dim=dim, index=where, src_shape=src._array.shape)


def index_add(input, dim, index, source, *, alpha=1):
    """A copy of `input` to which the slices of `source` are added at the places `index` along `dim`."""
    if input._array.ndim == 0:
        whole = index_add(input.reshape(1), 0, index, source.reshape(-1), alpha=alpha)
        return whole.reshape(())
    where = _indices(index).reshape(-1)
    dim = errors.checked_dim(dim, input._array.ndim)
    expected = (*input._array.shape[:dim], where.size, *input._array.shape[dim + 1 :])
    if source._array.shape != expected:
        raise RuntimeError(
            "source tensor shape must match self tensor shape, excluding the specified dimension. "
            f"Got self.shape = {list(input._array.shape)} source.shape = {list(source._array.shape)}"
        )
    added = source if alpha == 1 else source * alpha
    out = input._array.copy()
    numpy.add.at(out, (slice(None),) * dim + (where,), added._array)
    return record("IndexAddBackward0", (input, added), out, index=(slice(None),) * dim + (where,))


def index_copy(input, dim, index, source):
    """A copy of `input` with the slices of `source` at the places `index` along `dim`."""
    return _with_slices(input, dim, index, source)


def index_fill(input, dim, index, value):
    """A copy of `input` with `value` at the places `index` along `dim`."""
    return _with_slices(input, dim, numpy.unique(_indices(index)), value)


def _with_slices(input, dim, index, values):
    if input._array.ndim == 0:
        return _with_slices(input.reshape(1), dim, index, values).reshape(())
    dim = errors.checked_dim(dim, input._array.ndim)
    return index_put(input, (None,) * dim + (_indices(index),), values)


def index_put(input, indices, values, accumulate=False):
    """A copy of `input` with `values` (broadcast) at `indices`, one tensor for each dimension or None for all of it."""
    index = tuple([slice(None) if i is None else _indices(i) for i in indices])
    if not isinstance(values, Tensor):
        values = wrap(scalars.element(values, input._array.dtype), input._device)
    out = kernels.own(input._array)
    try:
        if accumulate:
            numpy.add.at(out, index, values._array)
        else:
            out[index] = values._array
    except ValueError:
        raise RuntimeError(
            f"shape mismatch: value tensor of shape {list(values._array.shape)} cannot be broadcast to indexing result of "
            f"shape {list(out[index].shape)}"
        ) from None
    if values._array.dtype != input._array.dtype:
        raise RuntimeError(
            "Index put requires the source and destination dtypes match, got "
            f"{errors.type_word(input._array.dtype)} for the destination and "
            f"{errors.type_word(values._array.dtype)} for the source."
        )
    fits = (None, (values._array.shape, values._array.dtype))
    name = "IndexPutBackward1" if accumulate else "IndexPutBackward0"
    return record(name, (input, values), out, fits=fits, index=index)


def masked_fill(input, mask, value):
    """A copy of `input` with `value` where `mask` is True."""
    if mask._array.dtype.kind != "b":
        raise RuntimeError(
            "masked_fill_ only supports boolean masks, but got mask with dtype "
            + errors.type_word(mask._array.dtype).lower()
        )
    name = "MaskedFillBackward1" if isinstance(value, Tensor) else "MaskedFillBackward0"
    if not isinstance(value, Tensor):
        value = wrap(scalars.element(value, input._array.dtype), input._device)
    elif value._array.ndim:
        raise RuntimeError(
            "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with "
            f"{value._array.ndim} dimension(s)."
        )
    out = numpy.where(mask._array, value._array, input._array).astype(input._array.dtype)[()]
    return record(name, (input, value), out, fits=fits_of((input, value), out), mask=mask._array)


def masked_scatter(input, mask, source):
    """A copy of `input` in which the places where `mask` is True take the elements of `source`, in order."""
    if mask._array.dtype.kind != "b":
        raise RuntimeError(
            "masked_scatter_ only supports boolean masks, but got mask with dtype "
            + errors.type_word(mask._array.dtype)
        )
    shape = common_shape(mask._array.shape, input._array.shape)
    input, where = expand(input, shape), numpy.broadcast_to(mask._array, shape)
    count = int(where.sum())
    picked = source.reshape(-1)[:count]
    return index_put(input, where.nonzero(), picked)
