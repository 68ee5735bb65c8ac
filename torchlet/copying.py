"""Copies, and the same numbers as another dtype or on another device."""

import math

import numpy

from . import creation, dtypes, errors, filled, kernels
from .creation import as_dtype
from .devices import cpu
from .devices import place as _place
from .record import record, unrecorded
from .tensor import Tensor, wrap
from .views import share


def clone(input, *, memory_format=None):
    """A copy with memory of its own, in which the elements keep their order; gradients go through it."""
    array = input._array
    order = "C" if 0 in array.strides else "K"  # stretched dimensions have no order in memory to keep
    return record("CloneBackward0", (input,), array.copy(order))


def detach(input):
    """The same memory without the history: gradients stop here. A write to one is seen in the other."""
    result = wrap(input._memory(), input._device)
    share(result, input)
    return result


def contiguous(input, *, memory_format=None):
    """The tensor itself if its elements lie in memory row by row, else a copy in which they do."""
    return input if is_contiguous(input) else record("CloneBackward0", (input,), input._array.copy("C"))


def is_contiguous(input, *, memory_format=None):
    """Whether the elements lie in memory row by row, without gaps."""
    return isinstance(input._array, numpy.generic) or input._array.flags.c_contiguous


def stride(input, dim=None):
    """How many elements apart neighbours along each dimension lie in memory."""
    array = input._array
    if array.size:
        steps = tuple([n // array.itemsize for n in array.strides])
    else:  # nothing lies in memory: as if it did, row by row
        lengths = [max(n, 1) for n in array.shape]
        steps = tuple([math.prod(lengths[i + 1 :]) for i in range(array.ndim)])
    return steps if dim is None else steps[errors.checked_dim(dim, array.ndim)]


def data_ptr(input):
    """The address of the first element: tensors that share memory from the start have the same."""
    return _address(input._memory())


def _address(array):
    return array.ctypes.data if isinstance(array, numpy.ndarray) else array.data.ptr


def storage_offset(input):
    """How many elements into the memory of its base the first element lies."""
    array = input._memory()
    base = array if array.base is None else array.base
    return (_address(array) - _address(base)) // array.itemsize if hasattr(base, "dtype") else 0


def to(input, *args, dtype=None, device=None, copy=False, non_blocking=False, memory_format=None):
    """The tensor in another dtype, on another device, or both; the tensor itself if nothing changes (unless `copy`).

    `to(torch.float64)`, `to("cuda")`, `to("cuda", torch.float16)`, `to(other)`.
    """
    for arg in args:
        if isinstance(arg, Tensor):
            dtype, device = arg.dtype, arg._device
        elif isinstance(arg, dtypes.dtype) or (isinstance(arg, type) and arg in dtypes.OF_PYTHON):
            dtype = arg
        elif arg is not None and not isinstance(arg, bool):
            device = arg
    wanted = input._array.dtype if dtype is None else as_dtype(dtype).np
    place = input._device if device is None else _place(device)
    if place is not input._device:
        return _moved(input, place, wanted)
    if wanted == input._array.dtype:
        return clone(input) if copy else input
    return _converted(input, input._array.astype(wanted))


def _converted(input, out):
    """The same numbers in another array; gradients come back in the old dtype."""
    if out.dtype.kind != "f":
        return unrecorded("to", (input,), out)
    return record(
        "ToCopyBackward0",
        (input,),
        out,
        fits=((None, input._array.dtype),),
        old=input._device,
        new=input._device,
    )


def _moved(input, place, np_dtype):
    """A copy on another device; gradients come back the same way."""
    array = input._array
    if array.dtype != np_dtype:
        array = array.astype(np_dtype)
    array = kernels.moved(array, place, input._device)
    array = array if array.ndim else array[()]
    if array.dtype.kind != "f":
        return wrap(array, place)
    fits = ((None, input._array.dtype),)
    return record("ToCopyBackward0", (input,), array, None, fits, place, old=input._device, new=place)


def cpu_(input):
    """The tensor in main memory; itself if it is there."""
    return to(input, cpu)


def cuda(input, device=None, non_blocking=False):
    """A copy on the GPU; the tensor itself if it is there. `a.cuda()` does not move `a`."""
    return to(input, "cuda" if device is None else device)


def type_as(input, other):
    """The tensor in the dtype of `other`."""
    return to(input, other.dtype)


def type_(input, dtype=None):
    """Without `dtype` its name, "torch.FloatTensor"; else the tensor in that dtype, given as dtype, name or typed class."""
    if dtype is None:
        name = next(name for name, found in dtypes.TYPE_NAMES.items() if found is input.dtype)
        return name if input._device.type == "cpu" else name.replace("torch.", "torch.cuda.")
    if isinstance(dtype, str):
        if dtype not in dtypes.TYPE_NAMES:
            raise ValueError(f"invalid type: '{dtype}'")
        dtype = dtypes.TYPE_NAMES[dtype]
    return to(input, getattr(dtype, "tensor_dtype", dtype))


def converter(dtype):
    """The method `.float()`, `.long()`, …"""

    def convert(input, memory_format=None):
        return to(input, dtype)

    convert.__name__ = dtype.name
    convert.__doc__ = f"The tensor in {dtype}; itself if that is its dtype."
    return convert


def as_subclass(input, cls):
    """The same tensor as an instance of a subclass of Tensor, on the same memory."""
    made = object.__new__(cls)
    for slot in ("_array", "_device", "_node", "_requires_grad"):
        setattr(made, slot, getattr(input, slot))
    made._grad = made._hooks = made._view = made._views = made._writes = None
    if not isinstance(input._array, numpy.generic):
        share(made, input)
    return made


def new_tensor(input, data, *, dtype=None, device=None, requires_grad=False):
    """`torch.tensor(data)` in the dtype and on the device of this tensor."""
    place = device or input._device
    return creation.tensor(data, dtype=dtype or input.dtype, device=place, requires_grad=requires_grad)


def _new(constructor):
    def method(input, *args, dtype=None, device=None, requires_grad=False, **named):
        place = device or input._device
        return constructor(
            *args, dtype=dtype or input.dtype, device=place, requires_grad=requires_grad, **named
        )

    method.__name__ = f"new_{constructor.__name__}"
    method.__doc__ = f"`torch.{constructor.__name__}` in the dtype and on the device of this tensor."
    return method


new_zeros, new_ones, new_full, new_empty = map(_new, (filled.zeros, filled.ones, filled.full, filled.empty))
