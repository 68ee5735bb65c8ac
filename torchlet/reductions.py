"""From many numbers to fewer: sums, means, extremes."""

from . import dtypes, errors, kernels
from .record import record


def dims_of(dim, ndim):
    """The dimensions to reduce over, counted from the front: a sorted tuple, all of them for None or ()."""
    if dim is None:
        return tuple(range(ndim))
    if isinstance(dim, int):
        return (errors.checked_dim(dim, ndim),) if ndim else ()
    dims = [errors.checked_dim(d, ndim) for d in dim]
    for d in dims:
        if dims.count(d) > 1:
            raise RuntimeError(f"dim {d} appears multiple times in the list of dims")
    if not ndim:
        return ()
    return tuple(sorted(dims)) or tuple(range(ndim))


def sum(input, dim=None, keepdim=False, *, dtype=None):
    """The sum of all elements or over `dim` (an int or several). Integers are added up in int64."""
    array = input._array
    if dtype is not None:
        input = input.to(dtype)
        array = input._array
    elif array.dtype.kind in "bui":
        array = array.astype("int64")
    shape = array.shape
    if dim is None and not keepdim:
        return record("SumBackward0", (input,), kernels.total(array), shape=shape)
    dims = dims_of(dim, array.ndim)
    out = kernels.sum_over(array, dims, keepdim)
    return record("SumBackward1", (input,), out, shape=shape, dim=dims, keepdim=keepdim)


def mean(input, dim=None, keepdim=False, *, dtype=None):
    """The mean of all elements or over `dim`. RuntimeError for integers: their mean is no integer."""
    if dtype is not None:
        input = input.to(dtype)
    array = input._array
    if array.dtype.kind != "f":
        raise RuntimeError(
            "mean(): could not infer output dtype. Input dtype must be either a floating point or complex dtype. "
            f"Got: {errors.type_word(array.dtype)}"
        )
    shape = array.shape
    if dim is None and not keepdim:
        out = kernels.total(array) / array.dtype.type(array.size)
        return record("MeanBackward0", (input,), out, shape=shape, count=array.size)
    dims = dims_of(dim, array.ndim)
    count = 1
    for d in dims:
        count *= shape[d]
    out = kernels.sum_over(array, dims, keepdim) / array.dtype.type(count)
    return record("MeanBackward1", (input,), out, shape=shape, dim=dims, keepdim=keepdim, count=count)
