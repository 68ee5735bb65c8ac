"""From many numbers to fewer: sums, means, spreads, products, norms, logical summaries."""

import functools
import math
import warnings

import numpy

from . import dtypes, errors, kernels
from .creation import as_dtype
from .out import filled
from .record import record, unrecorded
from .shapes import as_ints


def dims_of(dim, ndim):
    """The dimensions to reduce over, from the front, in order: all of them for None or ()."""
    if dim is None:
        return tuple(range(ndim))
    dims = [errors.checked_dim(d, ndim) for d in as_ints(dim)]
    for d in dims:
        if dims.count(d) > 1:
            raise RuntimeError(f"dim {d} appears multiple times in the list of dims")
    if ndim == 0:
        return ()
    return tuple(sorted(dims)) or tuple(range(ndim))


_NUMPY_NAMES = {"axis": "dim", "keepdims": "keepdim"}


def numpy_names(function):
    """Lets NumPy's names of the arguments pass, `axis` for `dim`, `keepdims` for `keepdim`; and takes `out`."""

    @functools.wraps(function)
    def named(*args, **kwargs):
        if not kwargs:
            return function(*args)
        given = kwargs.pop("out", None)
        if given is not None:
            return filled(given, function.__name__, named, args, kwargs)
        return function(*args, **{_NUMPY_NAMES.get(name, name): value for name, value in kwargs.items()})

    return named


def _count(shape, dims):
    return math.prod([shape[d] for d in dims])


def _in(dtype, input):
    return input if dtype is None else input.to(as_dtype(dtype))


def _floating(name, input):
    """RuntimeError for integers, whose mean or spread is no integer."""
    array = input._array
    if array.dtype.kind != "f":
        raise RuntimeError(
            f"{name}: could not infer output dtype. Input dtype must be either a floating point or complex dtype. "
            f"Got: {errors.type_word(array.dtype)}"
        )
    return array


def _summable(array):
    """Integers are added up in int64."""
    return array if array.dtype.kind == "f" else array.astype(numpy.int64)


@numpy_names
def sum(input, dim=None, keepdim=False, *, dtype=None):
    """The sum of all elements, or over `dim` (an int or several). Integers add up to int64."""
    input = _in(dtype, input)
    array = input._array
    if array.dtype.kind != "f":
        dims = dims_of(dim, array.ndim)
        wanted = dtypes.int64.np if dtype is None else as_dtype(dtype).np
        out = kernels.sum_over(array.astype(wanted), dims, keepdim).astype(
            wanted
        )  # NumPy widens narrow integers
        return unrecorded("sum", (input,), out)
    shape = array.shape
    if dim is None and not keepdim:
        return record("SumBackward0", (input,), kernels.total(array), shape=shape)
    dims = dims_of(dim, array.ndim)
    out = kernels.sum_over(array, dims, keepdim)
    return record("SumBackward1", (input,), out, shape=shape, dim=dims, keepdim=keepdim)


@numpy_names
def nansum(input, dim=None, keepdim=False, *, dtype=None):
    """The sum, with NaN counted as 0."""
    return sum(input.nan_to_num(0.0, math.inf, -math.inf), dim, keepdim, dtype=dtype)


@numpy_names
def mean(input, dim=None, keepdim=False, *, dtype=None):
    """The mean of all elements or over `dim`. RuntimeError for integers: their mean is no integer."""
    input = _in(dtype, input)
    array = input._array
    if array.dtype.kind != "f":
        _floating("mean()", input)
    shape = array.shape
    if dim is None and not keepdim:
        count = array.size
        out = kernels.mean(array, None, count)
        return record("MeanBackward0", (input,), out, shape=shape, count=count)
    dims = dims_of(dim, array.ndim)
    count = _count(shape, dims)
    out = kernels.mean(array, dims, count, keepdim)
    return record("MeanBackward1", (input,), out, shape=shape, dim=dims, keepdim=keepdim, count=count)


def _spread(name, input, dim, unbiased, correction, keepdim):
    """Variance, and what its pull-back needs."""
    if isinstance(dim, bool):  # var(unbiased)
        dim, unbiased = None, dim
    if unbiased is not None:
        correction = int(unbiased)
    correction = 1 if correction is None else correction
    array = input._array
    if array.dtype.kind != "f":
        raise RuntimeError("std and var only support floating point and complex dtypes")
    dims = dims_of(dim, array.ndim)
    freedom = max(0, _count(array.shape, dims) - correction)
    values = array if array.dtype.itemsize > 4 else array.astype(numpy.float64)
    distance = values - kernels.mean_kept(values, dims)
    total = kernels.sum_over(numpy.square(distance), dims, keepdim)
    if freedom <= 0:
        warnings.warn(
            f"{name}(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor (input "
            "numel divided by output numel). (Triggered internally at "
            "/__w/pytorch/pytorch/aten/src/ATen/native/ReduceOps.cpp:1878.)",
            UserWarning,
            stacklevel=3,
        )
    variance = total / freedom if freedom else total * math.nan if total.size else total
    return variance, {
        "dim": dims,
        "keepdim": keepdim,
        "freedom": freedom,
        "shape": array.shape,
    }


@numpy_names
def var(input, dim=None, unbiased=None, keepdim=False, *, correction=None):
    """The variance, divided by N − 1, or by N − `correction`."""
    variance, where = _spread("var", input, dim, unbiased, correction, keepdim)
    return record("VarBackward0", (input,), variance.astype(input._array.dtype)[()], **where)


@numpy_names
def std(input, dim=None, unbiased=None, keepdim=False, *, correction=None):
    """The standard deviation: the root of `var`."""
    variance, where = _spread("std", input, dim, unbiased, correction, keepdim)
    return record("StdBackward0", (input,), numpy.sqrt(variance).astype(input._array.dtype)[()], **where)


@numpy_names
def var_mean(input, dim=None, unbiased=None, keepdim=False, *, correction=None):
    """The variance and the mean."""
    spread = var(input, dim, unbiased, keepdim, correction=correction)
    return spread, mean(input, None if isinstance(dim, bool) else dim, keepdim)


@numpy_names
def std_mean(input, dim=None, unbiased=None, keepdim=False, *, correction=None):
    """The standard deviation and the mean."""
    spread = std(input, dim, unbiased, keepdim, correction=correction)
    return spread, mean(input, None if isinstance(dim, bool) else dim, keepdim)


@numpy_names
def prod(input, dim=None, keepdim=False, *, dtype=None):
    """The product of all elements, or over one `dim`. Integers multiply to int64."""
    input = _in(dtype, input)
    array = input._array
    if array.dtype.kind != "f" and dtype is None:
        array = array.astype(numpy.int64)
    if dim is None:
        out = numpy.multiply.reduce(array, None, array.dtype)
        return record("ProdBackward0", (input,), out)
    dim = errors.checked_dim(dim, array.ndim)
    dims = (dim,) if array.ndim else ()
    out = numpy.multiply.reduce(array, dims, array.dtype, keepdims=keepdim)
    return record("ProdBackward1", (input,), out, dim=dim, keepdim=keepdim or not array.ndim)


def _running(accumulate, array, dim):
    """float32 in float64 on the way, as PyTorch does: the errors of a thousand steps would show."""
    if not array.ndim:
        return array.copy()
    wide = numpy.float64 if array.dtype.kind == "f" else array.dtype
    return accumulate(array, dim, dtype=wide).astype(array.dtype)


@numpy_names
def cumsum(input, dim, *, dtype=None):
    """Running sums along `dim`."""
    input = _in(dtype, input)
    dim = errors.checked_dim(dim, input._array.ndim)
    array = _summable(input._array) if dtype is None else input._array
    out = _running(numpy.cumsum, array, dim)
    return record("CumsumBackward0", (input,), out, dim=dim)


@numpy_names
def cumprod(input, dim, *, dtype=None):
    """Running products along `dim`."""
    input = _in(dtype, input)
    dim = errors.checked_dim(dim, input._array.ndim)
    array = _summable(input._array) if dtype is None else input._array
    out = _running(numpy.cumprod, array, dim)
    return record("CumprodBackward0", (input,), out, dim=dim)


# --- through exponentials, without overflow ---


@numpy_names
def logsumexp(input, dim, keepdim=False):
    """log Σ exp over `dim`."""
    if input._array.dtype.kind != "f":
        input = input.to(dtypes.get_default_dtype())
    array = input._array
    dims = dims_of(dim, array.ndim)
    out = kernels.logsumexp(array, dims, keepdim)
    return record("LogsumexpBackward0", (input,), out, shape=array.shape, dim=dims, keepdim=keepdim)


@numpy_names
def softmax(input, dim=None, dtype=None):
    """exp(x) / Σ exp(x) along `dim`: positive numbers with sum 1."""
    input = _in(dtype, input)
    dim = _softmax_dim("softmax", input, dim)
    return record("SoftmaxBackward0", (input,), kernels.softmax(input._array, dim), dim=dim)


@numpy_names
def log_softmax(input, dim=None, dtype=None):
    """The logarithm of `softmax`, computed without it."""
    input = _in(dtype, input)
    dim = _softmax_dim("log_softmax", input, dim)
    return record("LogSoftmaxBackward0", (input,), kernels.log_softmax(input._array, dim), dim=dim)


def _softmax_dim(name, input, dim):
    if dim is None:
        raise TypeError(f'{name}() missing 1 required positional arguments: "dim"')
    if input._array.dtype.kind != "f":
        is_last = errors.checked_dim(dim, input._array.ndim) == max(0, input._array.ndim - 1)
        kernel = f"{name}_lastdim_kernel_impl" if is_last else f"{name}_kernel_impl"
        errors.check_floating(input, kernel)
    return errors.checked_dim(dim, input._array.ndim)


# --- norms ---


@numpy_names
def norm(input, p="fro", dim=None, keepdim=False, dtype=None):
    """The p-norm (Σ|x|ᵖ)^(1/p) of all elements, or over `dim`; p = 2 by default, `inf` is the largest |x|."""
    input = _in(dtype, input)
    array = input._array
    if array.dtype.kind != "f":
        raise RuntimeError(
            "linalg.vector_norm: Expected a floating point or complex tensor as input. Got "
            f"{errors.type_word(array.dtype)}"
        )
    order = 2.0 if p in (None, "fro") else float(p)
    dims = dims_of(dim, array.ndim)
    out = kernels.norm(array, order, dims, keepdim)
    return record(
        "LinalgVectorNormBackward0", (input,), out, order=order, shape=array.shape, dim=dims, keepdim=keepdim
    )


# --- logical summaries ---


@numpy_names
def all(input, dim=None, keepdim=False):
    """Whether all elements are non-zero, over all or along `dim`."""
    return _logical(numpy.all, input, dim, keepdim)


@numpy_names
def any(input, dim=None, keepdim=False):
    """Whether some element is non-zero, over all or along `dim`."""
    return _logical(numpy.any, input, dim, keepdim)


def _logical(reduce, input, dim, keepdim):
    out = reduce(input._array, dims_of(dim, input._array.ndim), keepdims=keepdim)
    if input._array.dtype == numpy.uint8:
        out = out.astype(numpy.uint8)
    return unrecorded(reduce.__name__, (input,), out)


def count_nonzero(input, dim=None):
    """How many elements are not zero."""
    counts = numpy.count_nonzero(input._array, dims_of(dim, input._array.ndim))
    return unrecorded(
        "count_nonzero", (input,), counts[()] if hasattr(counts, "dtype") else numpy.int64(counts)
    )
