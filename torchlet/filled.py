"""New tensors that hold one number everywhere, or on the diagonal, or whatever was in memory before."""

import numpy

from . import dtypes, errors, scalars
from .creation import as_dtype, made, or_default
from .shapes import new_shape
from .tensor import Tensor


def zeros(*lengths, size=None, dtype=None, device=None, requires_grad=False):
    """A tensor of zeros of shape `size` (several ints or one sequence)."""
    return made(
        numpy.zeros(new_shape(lengths, "zeros", size), or_default(dtype).np), None, device, requires_grad
    )


def ones(*lengths, size=None, dtype=None, device=None, requires_grad=False):
    """A tensor of ones of shape `size`."""
    return made(
        numpy.ones(new_shape(lengths, "ones", size), or_default(dtype).np), None, device, requires_grad
    )


def empty(
    *lengths, size=None, dtype=None, device=None, requires_grad=False, pin_memory=False, memory_format=None
):
    """A tensor of shape `size` with whatever was in memory before."""
    return made(
        numpy.empty(new_shape(lengths, "empty", size), or_default(dtype).np), None, device, requires_grad
    )


def full(size, fill_value, *, dtype=None, device=None, requires_grad=False):
    """A tensor of shape `size`, each element `fill_value`; its dtype is that of the number if none is given."""
    if isinstance(fill_value, Tensor):
        fill_value = fill_value.item()
    elif not scalars.is_number(fill_value):
        raise errors.wrong_argument("full", "fill_value", 2, "Number", fill_value)
    dtype = as_dtype(dtype) or dtypes.result_type(fill_value)
    number = scalars.element(fill_value, dtype.np)
    if not isinstance(size, (tuple, list)):
        raise errors.wrong_argument("full", "size", 1, "tuple of ints", size)
    return made(numpy.full(new_shape((size,), "full"), number), None, device, requires_grad)


def scalar_tensor(s, *, dtype=None, device=None, requires_grad=False):
    """A 0-d tensor of the default dtype."""
    dtype = or_default(dtype)
    return made(numpy.asarray(scalars.stored(s, dtype.np)), None, device, requires_grad)


def eye(n, m=None, *, dtype=None, device=None, requires_grad=False):
    """The n×n (or n×m) matrix with ones on the diagonal."""
    for position, (name, length) in enumerate((("n", n), ("m", m)), start=1):
        if length is not None and not hasattr(length, "__index__"):
            raise errors.wrong_argument("eye", name, position, "int", length)
        if length is not None and length < 0:
            raise RuntimeError(f"{name} must be greater or equal to 0, got {length}")
    return made(numpy.eye(n, m, dtype=or_default(dtype).np), None, device, requires_grad)


def like(constructor):
    """The twin of a constructor that takes shape, dtype and device of another tensor: zeros_like, …"""

    def function(input, *values, dtype=None, device=None, requires_grad=False, memory_format=None, **named):
        if not isinstance(input, Tensor):
            raise errors.wrong_argument(function.__name__, "input", 1, "Tensor", input)
        return constructor(
            input._array.shape,
            *values,
            dtype=dtype or input.dtype,
            device=device or input._device,
            requires_grad=requires_grad,
            **named,
        )

    function.__name__ = function.__qualname__ = constructor.__name__ + "_like"
    function.__doc__ = f"`{constructor.__name__}` of the shape, dtype and device of `input`."
    return function


zeros_like, ones_like, empty_like, full_like = like(zeros), like(ones), like(empty), like(full)
