"""Copies, and the same numbers as another dtype or on another device."""

import numpy

from . import dtypes, errors, in_place
from .creation import as_dtype
from .devices import cpu, device
from .grad_mode import recording
from .record import record
from .tensor import Tensor, wrap
from .views import share


def clone(input, *, memory_format=None):
    """A copy with memory of its own; gradients go through it."""
    return record("CloneBackward0", (input,), input._array.copy())


def detach(input):
    """The same memory without the history: gradients stop here. Writes to one are seen in the other."""
    result = wrap(input._memory(), input._device)
    share(result, input)
    return result


def contiguous(input, *, memory_format=None):
    """The tensor itself if its elements lie in memory row by row, else a copy where they do."""
    return input if is_contiguous(input) else clone(input)


def is_contiguous(input, *, memory_format=None):
    """Whether the elements lie in memory row by row, without gaps."""
    return not isinstance(input._array, numpy.ndarray) or input._array.flags.c_contiguous


def copy_(input, src, non_blocking=False):
    """Writes the elements of `src` into `input`: broadcast, and in the dtype and on the device of `input`."""
    values = src._array
    try:
        broadcast = numpy.broadcast_to(values, input._array.shape)
    except ValueError:
        raise RuntimeError(
            f"The size of tensor a ({input._array.shape}) must match the size of tensor b ({values.shape})"
        ) from None
    if recording.enabled and (input._requires_grad or src._requires_grad):
        in_place.check_writable(input)
        fits = (None, (values.shape, values.dtype))
        result = record("CopyBackwards", (input, src), broadcast.astype(input._array.dtype), fits=fits)
        in_place.adopt(input, result)
    else:
        in_place.write(input, broadcast.astype(input._array.dtype))
    return input


def to(input, *args, dtype=None, device=None, copy=False, non_blocking=False, memory_format=None):
    """The tensor in another dtype, on another device, or both; itself if nothing changes and `copy` is False.

    `to(torch.float64)`, `to("cuda")`, `to("cuda", torch.float16)`, `to(other)` (as `other` is).
    """
    for arg in args:
        if isinstance(arg, Tensor):
            dtype, device = arg.dtype, arg._device
        elif isinstance(arg, bool):
            pass
        elif isinstance(arg, dtypes.dtype) or arg in dtypes.OF_PYTHON:
            dtype = arg
        elif arg is not None:
            device = arg
    dtype = as_dtype(dtype)
    array = input._array
    place = input._device if device is None else _place(device)
    if place is input._device and (dtype is None or dtype.np == array.dtype):
        return clone(input) if copy else input
    if place is not input._device:
        return _moved(input, place, dtype)
    out = array.astype(dtype.np)
    if out.dtype.kind != "f":
        return wrap(out, place)
    return record("ToCopyBackward0", (input,), out, fits=((array.shape, array.dtype),))


def _place(given):
    return device(given)


def _moved(input, place, dtype):
    raise NotImplementedError


def type_(input, dtype=None):
    """Without `dtype` its name ("torch.FloatTensor"), else the tensor in that dtype (a name or a dtype)."""
    if dtype is None:
        return next(name for name, found in dtypes.TYPE_NAMES.items() if found is input.dtype)
    if isinstance(dtype, str):
        dtype = dtypes.TYPE_NAMES[dtype]
    return to(input, getattr(dtype, "dtype", dtype) if isinstance(dtype, type) else dtype)


def converter(dtype):
    """The method `.float()`, `.long()`, …"""

    def convert(input):
        return to(input, dtype)

    convert.__doc__ = f"The tensor in {dtype}; itself if it is so already."
    return convert
