"""What a value is, found out without running any code of the value's own class.

Checks may meet anything: a student's class with an `__eq__` that says yes to everything, or the handle of an
object that lives in another process. So exact plain types come first, tensors are recognised by what their
*class* has (torchlet's and PyTorch's alike, neither is imported), and everything else is opaque.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

NUMBERS = (bool, int, float, complex)
TENSOR_ATTRIBUTES = ("detach", "numpy", "dtype", "shape", "requires_grad")

# Types that stand for something else, as the handle of an object in another process does: how they are named.
_type_names: dict[type, Callable[[Any], str]] = {}


class Unreadable(Exception):
    """A value that cannot be read as numbers; the text says what it is."""


@dataclass(frozen=True)
class Numbers:
    """A number, NumPy array or tensor, as an array that the check may look at. It must not be written to."""

    array: np.ndarray
    dtype: str  # "float32", as NumPy and PyTorch both name it
    source: str  # "number", "array" or "tensor"
    requires_grad: bool = False
    is_leaf: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.shape

    @property
    def integral(self) -> bool:
        return self.array.dtype.kind in "iub"


def name_type(cls: type, name: Callable[[Any], str]) -> None:
    """Let messages show `name(value)` as the type of values of exactly the class `cls`."""
    _type_names[cls] = name


def type_name(value: Any) -> str:
    cls = type(value)
    return _type_names[cls](value) if cls in _type_names else cls.__name__


def plain(value: Any) -> Any:
    """A torch.Size or named tuple as a plain tuple; anything else as it is."""
    if issubclass(type(value), tuple) and type(value) is not tuple:
        return tuple(tuple.__iter__(value))
    return value


def is_tensor(value: Any) -> bool:
    return is_tensor_type(type(value))


def is_tensor_type(cls: type) -> bool:
    """Whether the class and its bases define what tensors have; looked up where it is written, asking nobody."""
    defined = set().union(*(vars(base) for base in cls.__mro__))
    return defined.issuperset(TENSOR_ATTRIBUTES)


def is_array(value: Any) -> bool:
    return type(value) is np.ndarray or issubclass(type(value), np.generic)


def is_dtype(value: Any) -> bool:
    """A dtype object of NumPy, PyTorch or torchlet."""
    libraries = (sys.modules.get(name) for name in ("torch", "torchlet"))
    return issubclass(type(value), np.dtype) or any(
        type(value) is getattr(lib, "dtype", None) for lib in libraries
    )


def dtype_name(dtype: Any) -> str:
    """'float32' for torch.float32, np.float32, np.dtype('float32'), 'float32' and 'torch.float32'."""
    if type(dtype) is type:
        return np.dtype(dtype).name
    return str(dtype).rpartition(".")[2]


def read(value: Any) -> Numbers:
    """`value` as Numbers; Unreadable for anything that is not a number, an array or a tensor of them."""
    if type(value) in NUMBERS:
        return _plain(value)
    if is_array(value):
        if value.dtype.kind not in "biufc":
            raise Unreadable(f"array with dtype {value.dtype}")
        return Numbers(np.asarray(value), value.dtype.name, "array")
    if is_tensor(value):
        return Numbers(
            tensor_array(value),
            dtype_name(value.dtype),
            "tensor",
            requires_grad=bool(value.requires_grad),
            is_leaf=bool(getattr(value, "is_leaf", False)),
        )
    raise Unreadable(type_name(value))


def read_nested(value: Any) -> Numbers | None:
    """A list or tuple of plain numbers, nested evenly, as Numbers; None for anything else."""
    if type(value) not in (list, tuple) or not _only_numbers(value):
        return None
    try:
        return _plain(value)
    except ValueError:  # ragged: lists of different lengths
        return None


def tensor_array(tensor: Any) -> np.ndarray:
    """The tensor's numbers as an array that shares its memory where the device allows it."""
    detached = tensor.detach()
    if str(getattr(tensor, "device", "cpu")) != "cpu":
        detached = detached.cpu()
    return np.asarray(detached.numpy())


def _plain(value: Any) -> Numbers:
    try:
        array = np.array(value)
    except OverflowError:
        array = np.array(value, dtype=float)
    if array.dtype.kind == "O":  # integers beyond 64 bits
        array = array.astype(float)
    return Numbers(array, array.dtype.name, "number")


def _only_numbers(value: Any) -> bool:
    if type(value) in (list, tuple):
        return all(_only_numbers(item) for item in value)
    return type(value) in NUMBERS
