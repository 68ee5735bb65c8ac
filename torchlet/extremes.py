"""The largest, the smallest, and everything that comes from putting elements in order."""

import operator

import numpy

from . import errors
from .elementwise import maximum, minimum
from .record import record, unrecorded
from .reductions import dims_of, numpy_names
from .tensor import Tensor


class ValuesAndIndices(tuple):
    """What some operations give: `values`, and the `indices` at which they were found. Unpacks as a tuple."""

    __slots__ = ()
    values = property(operator.itemgetter(0), doc="The elements.")
    indices = property(operator.itemgetter(1), doc="Where they were, as int64.")

    def __new__(cls, values, indices):
        return super().__new__(cls, (values, indices))

    def __repr__(self):
        return (
            f"torch.return_types.{type(self).__name__}(\nvalues={self.values!r},\nindices={self.indices!r})"
        )


_max_result, _min_result, _sort_result, _topk_result, _median_result, _kthvalue_result = (
    type(name, (ValuesAndIndices,), {"__slots__": ()})
    for name in ("max", "min", "sort", "topk", "median", "kthvalue")
)


def _refuse_empty(name, array, dims=None):
    if array.size == 0 and (dims is None or any(array.shape[d] == 0 for d in dims)):
        if dims is None:
            raise RuntimeError(
                f"{name}(): Expected reduction dim to be specified for input.numel() == 0. "
                "Specify the reduction dim with the 'dim' argument."
            )
        d = next(d for d in dims if array.shape[d] == 0)
        raise IndexError(f"{name}(): Expected reduction dim {d} to have non-zero size.")


def _at(array, indices, dim):
    """The elements at `indices` along `dim`, which stays as length 1."""
    return numpy.take_along_axis(array, indices, dim)


def _picked(node, name, input, dim, keepdim, find, result):
    """Values along `dim`, chosen by the indices that `find(array, dim)` gives."""
    array = input._array
    dim = errors.checked_dim(dim, array.ndim)
    _refuse_empty(name, array, (dim,) if array.ndim else ())
    if array.ndim == 0:
        return result(
            record(node, (input,), array.copy(), shape=(), dim=0, keepdim=True, indices=numpy.int64(0)),
            unrecorded(name, (input,), numpy.int64(0)),
        )
    kept = numpy.expand_dims(find(array, dim), dim)
    values = _at(array, kept, dim)
    indices = kept
    if not keepdim:
        values, indices = values.squeeze(dim)[()], kept.squeeze(dim)[()]
    return result(
        record(node, (input,), values, shape=array.shape, dim=dim, keepdim=keepdim, indices=kept),
        unrecorded(name, (input,), indices),
    )


@numpy_names
def max(input, dim=None, keepdim=False, *, other=None):
    """The largest element; with `dim` (values, indices) along it; with another tensor the larger of each pair."""
    if not isinstance(input, Tensor):
        raise errors.no_overload("max", input, dim)
    if other is not None or isinstance(dim, Tensor):
        return maximum(input, dim if other is None else other)
    if dim is None:
        _refuse_empty("max", input._array)
        return record("MaxBackward1", (input,), numpy.max(input._array))
    return _picked("MaxBackward0", "max", input, dim, keepdim, numpy.argmax, _max_result)


@numpy_names
def min(input, dim=None, keepdim=False, *, other=None):
    """The smallest element; with `dim` (values, indices) along it; with another tensor the smaller of each pair."""
    if not isinstance(input, Tensor):
        raise errors.no_overload("min", input, dim)
    if other is not None or isinstance(dim, Tensor):
        return minimum(input, dim if other is None else other)
    if dim is None:
        _refuse_empty("min", input._array)
        return record("MinBackward1", (input,), numpy.min(input._array))
    return _picked("MinBackward0", "min", input, dim, keepdim, numpy.argmin, _min_result)


@numpy_names
def amax(input, dim=(), keepdim=False):
    """The largest over `dim`; equal largest elements share the gradient."""
    return _extreme("amax", numpy.max, input, dim, keepdim)


@numpy_names
def amin(input, dim=(), keepdim=False):
    """The smallest over `dim`; equal smallest elements share the gradient."""
    return _extreme("amin", numpy.min, input, dim, keepdim)


def _extreme(name, reduce, input, dim, keepdim):
    array = input._array
    dims = dims_of(dim, array.ndim)
    _refuse_empty(name, array, dims)
    out = reduce(array, dims, keepdims=keepdim)
    return record(
        f"{name.capitalize()}Backward0", (input,), out, shape=array.shape, dim=dims, keepdim=keepdim
    )


def aminmax(input, *, dim=None, keepdim=False):
    """The smallest and the largest."""
    dim = () if dim is None else dim
    return amin(input, dim, keepdim), amax(input, dim, keepdim)


@numpy_names
def argmax(input, dim=None, keepdim=False):
    """Where the largest element is: in the flattened tensor, or along `dim`."""
    return _where("argmax", numpy.argmax, input, dim, keepdim)


@numpy_names
def argmin(input, dim=None, keepdim=False):
    """Where the smallest element is: in the flattened tensor, or along `dim`."""
    return _where("argmin", numpy.argmin, input, dim, keepdim)


def _where(name, find, input, dim, keepdim):
    array = input._array
    if array.dtype.kind == "b":
        raise RuntimeError(f"{name}(): does not support bool input")
    if dim is None:
        if array.size == 0:
            raise IndexError(f"{name}(): Expected reduction dim to be specified for input.numel() == 0.")
        out = find(array)
        if keepdim:
            out = out.reshape((1,) * array.ndim)
    else:
        dim = errors.checked_dim(dim, array.ndim)
        _refuse_empty(name, array, (dim,) if array.ndim else ())
        out = find(array, dim, keepdims=keepdim) if array.ndim else numpy.int64(0)
    return unrecorded(name, (input,), out)


# --- order ---


def _order(array, dim, descending):
    """The stable order of the elements along `dim`, NaN last (first if descending)."""
    if not descending:
        return numpy.argsort(array, dim, kind="stable")
    backwards = numpy.argsort(numpy.flip(array, dim), dim, kind="stable")
    return array.shape[dim] - 1 - numpy.flip(backwards, dim)


@numpy_names
def sort(input, dim=-1, descending=False, stable=False):
    """(values, indices) in order along `dim`; equal elements keep their order."""
    array = input._array
    if array.ndim == 0:
        return _sort_result(input.clone(), unrecorded("sort", (input,), numpy.int64(0)))
    dim = errors.checked_dim(dim, array.ndim)
    indices = _order(array, dim, descending)
    values = record(
        "SortBackward0",
        (input,),
        _at(array, indices, dim),
        shape=array.shape,
        dim=dim,
        keepdim=True,
        indices=indices,
    )
    return _sort_result(values, unrecorded("sort", (input,), indices))


@numpy_names
def argsort(input, dim=-1, descending=False, stable=False):
    """The indices that put the elements in order along `dim`."""
    return sort(input, dim, descending).indices


def topk(input, k, dim=-1, largest=True, sorted=True):
    """(values, indices) of the `k` largest (or smallest) along `dim`, in order."""
    array = input._array
    dim = errors.checked_dim(dim, array.ndim)
    if k < 0 or k > (array.shape[dim] if array.ndim else 1):
        raise RuntimeError("selected index k out of range")
    if array.ndim == 0:
        return _topk_result(input.clone(), unrecorded("topk", (input,), numpy.int64(0)))
    indices = _order(array, dim, largest)[(slice(None),) * dim + (slice(k),)]
    values = record(
        "TopkBackward0",
        (input,),
        _at(array, indices, dim),
        shape=array.shape,
        dim=dim,
        keepdim=True,
        indices=indices,
    )
    return _topk_result(values, unrecorded("topk", (input,), indices))


def kthvalue(input, k, dim=-1, keepdim=False):
    """(values, indices) of the k-th smallest along `dim`, counted from 1."""

    def find(array, dim):
        if not 1 <= k <= array.shape[dim]:
            raise RuntimeError("kthvalue(): selected number k out of range for dimension " + str(dim))
        return numpy.take(_order(array, dim, False), k - 1, dim)

    return _picked("KthvalueBackward0", "kthvalue", input, dim, keepdim, find, _kthvalue_result)


def _middle(array, dim):
    """Where the median is: the lower of two middle elements; the first NaN if there is one."""
    order = _order(array, dim, False)
    middle = numpy.take(order, (array.shape[dim] - 1) // 2, dim)
    if array.dtype.kind == "f":
        nan = numpy.isnan(array)
        middle = numpy.where(nan.any(dim), nan.argmax(dim), middle)
    return middle


@numpy_names
def median(input, dim=None, keepdim=False):
    """The middle element (the lower of two); with `dim` (values, indices) along it."""
    if dim is not None:
        return _picked("MedianBackward1", "median", input, dim, keepdim, _middle, _median_result)
    flat = input._array.reshape(-1)
    if not flat.size:
        return record("MedianBackward0", (input,), numpy.asarray(numpy.nan, flat.dtype)[()])
    return record("MedianBackward0", (input,), flat[_middle(flat, 0)])


def unique(input, sorted=True, return_inverse=False, return_counts=False, dim=None):
    """The different elements in order; on demand where each element went, and how often each occurs."""
    wanted = {"return_inverse": return_inverse, "return_counts": return_counts}
    found = numpy.unique(input._array, axis=dim, equal_nan=False, **wanted)
    if not (return_inverse or return_counts):
        return unrecorded("unique", (input,), found)
    parts = list(found)
    if return_inverse and dim is None:
        parts[1] = parts[1].reshape(input._array.shape)
    return tuple([unrecorded("unique", (input,), part) for part in parts])


def bincount(input, weights=None, minlength=0):
    """How often each of 0, 1, 2, … occurs in a vector of integers, or the sums of `weights` there."""
    out = numpy.bincount(input._array, None if weights is None else weights._array, minlength)
    return unrecorded("bincount", (input,), out)


def histc(input, bins=100, min=0, max=0):
    """How many elements fall into each of `bins` equal intervals from `min` to `max`."""
    array = input._array
    low, high = (array.min(), array.max()) if min == max == 0 and array.size else (min, max)
    if low == high:
        low, high = low - 1, high + 1
    return unrecorded("histc", (input,), numpy.histogram(array, bins, (low, high))[0].astype(array.dtype))


def searchsorted(sorted_sequence, input, *, out_int32=False, right=False, side=None, sorter=None):
    """Where elements would have to be inserted into a sorted vector (or each row of a tensor) to keep it sorted."""
    side = side or ("right" if right else "left")
    values = input._array if isinstance(input, Tensor) else numpy.asarray(input)
    sequence = sorted_sequence._array
    if sorter is not None:
        sequence = numpy.take_along_axis(sequence, sorter._array, -1)
    if sequence.ndim < 2:
        places = numpy.asarray(numpy.searchsorted(sequence, values, side))
    else:
        places = numpy.empty(values.shape, numpy.int64)
        for row in numpy.ndindex(sequence.shape[:-1]):
            places[row] = numpy.searchsorted(sequence[row], values[row], side)
    places = places.astype(numpy.int32 if out_int32 else numpy.int64)
    return unrecorded("searchsorted", (sorted_sequence,), places[()])
