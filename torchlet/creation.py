"""New tensors: from Python data, filled, counted out, or random."""

import numpy

from . import dtypes, random
from .devices import cpu
from .devices import device as _device
from .shapes import sizes
from .tensor import Tensor, wrap


def made(array, dtype=None, device=None, requires_grad=False):
    """The tensor around a new array, with what all constructors are asked for."""
    if dtype is not None:
        array = array.astype(dtype.np, copy=False)
    place = cpu if device is None else _device(device)
    if place is not cpu:
        array = place.backend.launched("empty", array)
    result = wrap(array, place)
    if requires_grad:
        result.requires_grad_()
    return result


def as_dtype(dtype):
    """A dtype argument as one of ours: Python's float, int and bool stand for the widest."""
    if dtype is None or type(dtype) is dtypes.dtype:
        return dtype
    return dtypes.OF_PYTHON[dtype]


def tensor(data, *, dtype=None, device=None, requires_grad=False):
    """A new tensor with a copy of `data` (a number, nested sequences, an array, a tensor).

    Without `dtype`: float32 (the default dtype) for Python floats, int64 for ints, bool for bools; an array keeps its own.
    """
    dtype = as_dtype(dtype)
    if isinstance(data, Tensor):
        array = data._array.copy()
    elif isinstance(data, (numpy.ndarray, numpy.generic)):
        array = numpy.array(data)
        dtypes.of(array.dtype)
    else:
        array = _from_python(data, dtype)
    if array.ndim == 0:
        array = array[()]
    return made(array, dtype, device, requires_grad)


def _from_python(data, dtype):
    array = numpy.array(data)
    if dtype is None:
        if array.dtype.kind == "f":
            dtype = dtypes.get_default_dtype()
        elif array.size == 0:
            dtype = dtypes.get_default_dtype()
        if dtype is not None:
            array = array.astype(dtype.np)
    return array


def zeros(*size, dtype=None, device=None, requires_grad=False):
    """A tensor of zeros of shape `size`."""
    return made(
        numpy.zeros(sizes(size), (as_dtype(dtype) or dtypes.get_default_dtype()).np),
        None,
        device,
        requires_grad,
    )


def ones(*size, dtype=None, device=None, requires_grad=False):
    """A tensor of ones of shape `size`."""
    return made(
        numpy.ones(sizes(size), (as_dtype(dtype) or dtypes.get_default_dtype()).np),
        None,
        device,
        requires_grad,
    )


def ones_like(input):
    return made(numpy.ones(input._array.shape, input._array.dtype))


def arange(start, end=None, step=1, *, dtype=None, device=None, requires_grad=False):
    if end is None:
        start, end = 0, start
    array = numpy.arange(start, end, step)
    if dtype is None and array.dtype.kind == "f":
        dtype = dtypes.get_default_dtype()
    return made(array, as_dtype(dtype), device, requires_grad)


def linspace(start, end, steps, *, dtype=None, device=None, requires_grad=False):
    return made(
        numpy.linspace(start, end, steps),
        as_dtype(dtype) or dtypes.get_default_dtype(),
        device,
        requires_grad,
    )


def rand(*size, generator=None, dtype=None, device=None, requires_grad=False):
    dtype = as_dtype(dtype) or dtypes.get_default_dtype()
    g = (generator or random.default_generator).numpy
    return made(
        g.random(sizes(size), dtype.np if dtype.itemsize > 2 else numpy.float32), dtype, device, requires_grad
    )


def randn(*size, generator=None, dtype=None, device=None, requires_grad=False):
    dtype = as_dtype(dtype) or dtypes.get_default_dtype()
    g = (generator or random.default_generator).numpy
    return made(
        g.standard_normal(sizes(size), dtype.np if dtype.itemsize > 2 else numpy.float32),
        dtype,
        device,
        requires_grad,
    )
