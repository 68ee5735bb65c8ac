"""New tensors from data, and what every constructor ends with."""

import functools
import warnings

import numpy

from . import dtypes, errors
from .devices import cpu, place
from .tensor import Tensor, wrap


def made(array, dtype, device, requires_grad, copied=False):
    """The tensor around a new array: what all constructors end with. `dtype`, `device`: None to leave them.

    `copied`: the values come from Python, so a GPU has to copy them, while zeros or random ones are made there.
    """
    if dtype is not None and array.dtype is not dtype.np:
        array = array.astype(dtype.np, copy=False)
    if array.ndim == 0:
        array = array[()]
    result = wrap(array)
    if device is not None:
        where = place(device)
        if where is not cpu:
            backend = where.backend
            result = wrap(backend.upload(array) if copied else backend.launched("fill", array), where)
    if requires_grad:
        if array.dtype.kind != "f":
            raise errors.only_floating()
        result._requires_grad = True
    return result


def as_dtype(dtype):
    """A `dtype` argument as one of ours: Python's float, int and bool stand for the widest; None stays."""
    if dtype is None or type(dtype) is dtypes.dtype:
        return dtype
    try:
        return dtypes.OF_PYTHON[dtype]
    except (KeyError, TypeError):
        raise TypeError(f"expected a torch.dtype, got {dtype!r}: torch.float32, torch.int64, …") from None


def or_default(dtype):
    """A `dtype` argument as one of ours, the default one for None."""
    return as_dtype(dtype) or dtypes.get_default_dtype()


def tensor(data, *, dtype=None, device=None, requires_grad=False, pin_memory=False):
    """A new tensor with a copy of `data`: a number, nested sequences of numbers, an array or a tensor.

    Without `dtype`, Python floats become float32 (the default dtype), ints int64, bools bool; arrays and tensors
    keep theirs. ValueError for ragged sequences, TypeError or RuntimeError for what is no number.
    """
    dtype = as_dtype(dtype)
    if isinstance(data, Tensor):
        warnings.warn(_COPIED, UserWarning, stacklevel=2)
        array = numpy.array(data._host_array())
        device = device or data._device
    elif isinstance(data, (numpy.ndarray, numpy.generic)):
        array = numpy.array(data)
        dtypes.of(array.dtype)
    else:
        array = _from_python(data, dtype)
    return made(array, dtype, device, requires_grad, copied=True)


_COPIED = (
    "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or "
    "sourceTensor.detach().clone().requires_grad_(True), rather than torch.tensor(sourceTensor)."
)


def _from_python(data, dtype):
    if isinstance(data, (str, bytes)):
        raise TypeError(f"new(): invalid data type '{type(data).__name__}'")
    inferred = dtype is None
    if data is None and not inferred:
        if dtype.is_floating_point:
            raise TypeError("must be real number, not NoneType")
        raise TypeError("'NoneType' object cannot be interpreted as an integer")
    if inferred:
        dtype = _dtype_of(data)
    shape = ()
    if isinstance(data, (list, tuple, range)):
        data = _without_tensors(data, dtype)
        shape = _checked_shape(data)
    if dtype.category == 1 and not inferred:
        _check_range(data, dtype)
    try:
        return numpy.array(data, dtype.np).reshape(shape)
    except OverflowError:
        if dtype is dtypes.int64 or dtype.category != 1:
            raise ValueError("Overflow when unpacking long long") from None
        return numpy.array(data, dtypes.int64.np).reshape(shape).astype(dtype.np)
    except (TypeError, ValueError) as error:
        raise TypeError(f"not a sequence of numbers: {error}") from None


def _check_range(data, dtype):
    """RuntimeError for Python numbers that an integer dtype cannot hold. uint8 takes ints from -255, and wraps them."""
    numbers = numpy.array(data)
    if numbers.dtype.kind not in "if":
        return
    limits = numpy.iinfo(dtype.np)
    low = limits.min if dtype.is_signed or numbers.dtype.kind == "f" else -limits.max
    if not ((numbers >= low) & (numbers <= limits.max)).all():
        raise RuntimeError(f"value cannot be converted to type {dtype.name} without overflow")


def _without_tensors(data, dtype):
    """Nested sequences as lists of Python numbers. A tensor among them is one number, an array a list of them."""
    return [
        _without_tensors(v, dtype)
        if isinstance(v, (list, tuple, range))
        else v.tolist()
        if isinstance(v, (numpy.ndarray, numpy.generic))
        else (float(v) if dtype.is_floating_point else v.__index__())
        if isinstance(v, Tensor)
        else v
        for v in data
    ]


def _checked_shape(data, dim=0):
    """The shape of nested lists. ValueError where lists of one level differ in length."""
    if not isinstance(data, list):
        return ()
    inner = [_checked_shape(v, dim + 1) for v in data]
    for v, shape in zip(data, inner, strict=True):
        if shape != inner[0]:
            if isinstance(v, list) and isinstance(data[0], list) and len(v) != len(data[0]):
                raise ValueError(
                    f"expected sequence of length {len(data[0])} at dim {dim + 1} (got {len(v)})"
                )
            if not isinstance(v, list):
                raise TypeError("not a sequence")
            raise TypeError("'list' object cannot be interpreted as an integer")
    return (len(data), *(inner[0] if inner else ()))


_NUMBERS = {float, int, bool}


def _dtype_of(data):
    """The dtype that holds all the numbers: of a float and of an empty list the default one, of an array its own."""
    if isinstance(data, (list, tuple, range)):
        by_type = {type(v): v for v in data}
        some = by_type.values() if by_type.keys() <= _NUMBERS else data  # one number of a type speaks for all
        found = {_dtype_of(v) for v in some} or {dtypes.get_default_dtype()}
        return functools.reduce(dtypes.promote_types, found)
    if isinstance(data, bool):
        return dtypes.bool
    if isinstance(data, int):
        return dtypes.int64
    if isinstance(data, Tensor):
        return data.dtype
    if isinstance(data, (numpy.ndarray, numpy.generic)):
        return dtypes.of(data.dtype)
    if hasattr(data, "__float__"):
        return dtypes.get_default_dtype()
    if data is None:
        raise RuntimeError("Could not infer dtype of NoneType")
    if isinstance(data, str):
        raise ValueError("too many dimensions 'str'")
    raise RuntimeError(f"Could not infer dtype of {type(data).__name__}")


def as_tensor(data, dtype=None, device=None):
    """`data` as a tensor, without copying if it is a tensor or an array that fits."""
    if isinstance(data, Tensor):
        return data.to(device=device or data._device, dtype=as_dtype(dtype) or data.dtype)
    if isinstance(data, numpy.ndarray):
        return from_numpy(data).to(device=device or cpu, dtype=as_dtype(dtype) or dtypes.of(data.dtype))
    return tensor(data, dtype=dtype, device=device)


def asarray(obj, *, dtype=None, device=None, copy=None, requires_grad=False):
    """`as_tensor` for whatever holds numbers. `copy`: True always copies, False refuses to."""
    made = as_tensor(obj, dtype, device)
    if copy is False and not (isinstance(obj, (Tensor, numpy.ndarray)) and _shares(made, obj)):
        raise ValueError(
            "unable to create an alias of the object: its numbers would have to be copied or converted."
        )
    if copy and isinstance(obj, (Tensor, numpy.ndarray)) and _shares(made, obj):
        made = made.detach().clone()
    return made.requires_grad_() if requires_grad else made


def _shares(tensor, source):
    memory = source._memory() if isinstance(source, Tensor) else source
    return numpy.may_share_memory(tensor._memory(), memory)


def from_numpy(ndarray):
    """A tensor on the memory of a NumPy array: writing to one is seen in the other."""
    if not isinstance(ndarray, numpy.ndarray):
        raise TypeError(f"expected np.ndarray (got {type(ndarray).__name__})")
    dtypes.of(ndarray.dtype)
    if any(stride < 0 for stride in ndarray.strides):
        raise ValueError(
            "At least one stride in the given numpy array is negative, and tensors with negative strides are not "
            "currently supported. (You can probably work around this by making a copy of your array  with "
            "array.copy().) "
        )
    result = wrap(ndarray)
    result._writes = [0]
    return result


def rebuilt(cls, array, device, requires_grad):
    """What unpickling calls."""
    result = made(array, None, device if device.type != "cpu" else None, requires_grad, copied=True)
    return result if cls is Tensor else result.as_subclass(cls)
