"""Operands brought to one dtype and one device: the long way, for those that differ."""

import numbers

import numpy

from . import dtypes, errors
from .scalars import is_number
from .tensor import Tensor


def common_device(tensors):
    """The device of an operation: of the tensors with dimensions; a 0-d tensor of the cpu may join any."""
    device = tensors[0]._device
    for tensor in tensors[1:]:
        if tensor._device is not device:
            if tensor._array.ndim == 0 and tensor._device.type == "cpu":
                continue
            if all(t._array.ndim == 0 and t._device.type == "cpu" for t in tensors if t._device is device):
                device = tensor._device
                continue
            raise errors.different_devices(*sorted((device, tensor._device), key=str, reverse=True))
    return device


def operands(x, y, floating=False):
    """The arrays of `x` and `y` (tensors or numbers) in their common dtype, and the device of the result.

    `floating`: integers become the default dtype. NotImplemented instead of arrays for other operands.
    """
    if not (isinstance(y, Tensor) or is_number(y)):
        return None
    dtype = dtypes.result_type(x, y)
    if floating and not dtype.is_floating_point:
        dtype = dtypes.get_default_dtype()
    device = common_device([t for t in (x, y) if isinstance(t, Tensor)])
    return as_array(x, dtype.np, device), as_array(y, dtype.np, device), device


def as_array(operand, np_dtype, device):
    """The operand's array in a dtype, with 0-d arrays as NumPy scalars."""
    if isinstance(operand, Tensor):
        array = operand._array
        if device.xp is not numpy and operand._device is not device:
            array = device.xp.asarray(array)
        return array if array.dtype is np_dtype else array.astype(np_dtype)
    if isinstance(operand, numbers.Integral) and not -(2**63) <= operand < 2**64:
        raise OverflowError("int too big to convert")
    return numpy.asarray(operand).astype(np_dtype)[()]


def computed(compute, x, parameters, node_name, floating):
    """An elementwise function of an array that is neither float32 nor float64: what was computed with, and the result.

    float16 is computed in float32 and rounded once; where a number is an operand, it is rounded before.
    """
    if x.dtype == numpy.float16:
        if node_name in _OF_TENSOR_AND_NUMBER:
            parameters = [float(numpy.float16(p)) for p in parameters]
        return x, compute(x.astype(numpy.float32), *parameters).astype(x.dtype)
    x = of_integers(x, node_name, floating)
    return x, compute(x, *parameters)


def of_integers(array, node_name, floating):
    """Integers and bools before a function of one tensor: in the default dtype if the result is no integer."""
    if array.dtype.kind == "f":
        return array
    if floating:
        return array.astype(dtypes.get_default_dtype().np)
    if array.dtype.kind == "b" and node_name in _NOT_FOR_BOOLS:
        raise RuntimeError(_NOT_FOR_BOOLS[node_name])
    return array


_OF_TENSOR_AND_NUMBER = {
    "RsubBackward1", "PowBackward0", "PowBackward2", "RemainderBackward0", "FmodBackward0",
}  # fmt: skip
_NOT_FOR_BOOLS = {
    "ReluBackward0": "Boolean inputs not supported for relu",
    "NegBackward0": "Negation, the `-` operator, on a bool tensor is not supported. "
    "If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.",
}


def in_common_dtype(tensors, used):
    """The arrays of the tensors `used`, in the dtype that all `tensors` have together."""
    dtype = dtypes.result_type(*tensors).np
    common_device(tensors)
    return [t._array if t._array.dtype == dtype else t._array.astype(dtype) for t in used]
