"""The typed classes of old, `FloatTensor`, `LongTensor`, …, and `Tensor(…)` itself.

They are constructors with a trap: a number is a *length*. `Tensor(2)` holds two numbers that nobody set;
`tensor(2)` is the number 2.
"""

import numpy

from . import creation, dtypes, filled
from .size import Size
from .tensor import Tensor


def construct(dtype, args, device=None):
    """What `Tensor(*args)` gives: nothing → empty, ints or a Size → uninitialised of that shape, else from data."""
    if len(args) == 1 and not isinstance(args[0], (int, numpy.integer, Size)):
        data = args[0]
        if isinstance(data, Tensor):
            if data.dtype is not dtype:
                raise TypeError(f"expected {type_name(dtype)} (got {data.type()})")
            return data.detach()
        if isinstance(data, str):
            raise TypeError("new(): invalid data type 'str'")
        if not isinstance(data, (list, tuple, range, numpy.ndarray)):
            raise TypeError(f"new(): data must be a sequence (got {type(data).__name__})")
        return creation.tensor(data, dtype=dtype, device=device)
    return filled.empty(*args if args else (0,), dtype=dtype, device=device)


def type_name(dtype):
    """ "torch.FloatTensor" for float32."""
    return next(name for name, found in dtypes.TYPE_NAMES.items() if found is dtype)


class _TypedClass(type):
    """Calling makes a plain Tensor of one dtype; isinstance asks for that dtype."""

    def __call__(cls, *args, device=None):
        return construct(cls.tensor_dtype, args, device)

    def __instancecheck__(cls, instance):
        return isinstance(instance, Tensor) and instance.dtype is cls.tensor_dtype

    def __repr__(cls):
        return f"<class 'torch.{cls.__name__}'>"


def _typed(name, dtype):
    doc = f"Tensors of {dtype}: as a constructor like `Tensor(…)`, with isinstance a question."
    return _TypedClass(name, (), {"tensor_dtype": dtype, "__doc__": doc, "__module__": "torch"})


TYPED = {
    full.removeprefix("torch."): _typed(full.removeprefix("torch."), dtype)
    for full, dtype in dtypes.TYPE_NAMES.items()
}
