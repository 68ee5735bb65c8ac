"""What may stand in the brackets of `x[…]`, part by part."""

import operator
import warnings

import numpy

from . import errors
from .tensor import Tensor

_MASKS = ("bool", "uint8")


def parts_of(index):
    """The parts of an index: those of a tuple, or itself. A list with more than numbers in it counts as a tuple."""
    if isinstance(index, tuple):
        return list(index)
    if isinstance(index, list) and len(index) < 32 and any(map(_is_more_than_a_number, index)):
        warnings.warn(_LIST_AS_TUPLE, UserWarning, stacklevel=5)
        return index
    return [index]


def _is_more_than_a_number(item):
    return isinstance(item, (Tensor, list, tuple, str, slice)) or item is None or item is Ellipsis


_LIST_AS_TUPLE = (
    "Using a non-tuple sequence for multidimensional indexing is deprecated and will be changed in pytorch 2.9; use "
    "x[tuple(seq)] instead of x[seq]. In pytorch 2.9 this will be interpreted as tensor index, x[torch.tensor(seq)], which "
    "will result either in an error or a different result"
)


_BYTES_AS_MASK = "indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool instead."


def dims_used(item):
    """How many dimensions of the tensor it speaks of."""
    if item is None or item is Ellipsis or isinstance(item, bool):
        return 0
    if isinstance(item, (int, float, str, slice)):
        return 1
    array = item._array if isinstance(item, Tensor) else numpy.asarray(item)
    return array.ndim if array.dtype.name in _MASKS else 1


def is_integer(item):
    """Whether it is one number: it takes the dimension away."""
    if isinstance(item, (int, numpy.integer)):
        return True
    return isinstance(item, Tensor) and item._array.ndim == 0 and item._array.dtype.kind == "i"


def is_flag(item):
    """Whether it is one bool: a mask without dimensions, which keeps all or nothing."""
    if isinstance(item, Tensor):
        return item._array.ndim == 0 and item._array.dtype.name in _MASKS
    return isinstance(item, bool)


def as_int(value):
    """A bound of a slice. TypeError unless it is None or a whole number."""
    if value is None:
        return None
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError("slice indices must be integers or None or have an __index__ method") from None


def as_pick(item):
    """A tensor, list or array that picks elements, as an array of ints or bools."""
    if isinstance(item, Tensor):
        array = item._memory()
    elif isinstance(item, (list, tuple, numpy.ndarray, range)):
        array = numpy.asarray(
            [int(i) if isinstance(i, Tensor) else i for i in item] if isinstance(item, list) else item
        )
        if array.size == 0:
            array = array.astype(int)
    elif isinstance(item, str):
        raise TypeError("new(): invalid data type 'str'")
    else:
        raise IndexError(
            "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices "
            f"(got {errors.type_name(item)})"
        )
    kinds = (
        ("int64", "int32", *_MASKS)
        if isinstance(item, Tensor)
        else ("int64", "int32", "int16", "int8", *_MASKS)
    )
    if array.dtype.name not in kinds:
        raise IndexError("tensors used as indices must be long, int, byte or bool tensors")
    if array.dtype.name == "uint8":
        warnings.warn(_BYTES_AS_MASK, UserWarning, stacklevel=5)
        return array.astype(bool)
    return array


def check_mask(mask, shape, dim):
    """IndexError unless the mask has the lengths of the tensor from `dim` on."""
    for i, length in enumerate(mask.shape):
        if shape[dim + i] != length:
            raise IndexError(
                f"The shape of the mask {list(mask.shape)} at index {i} does not match the shape of the indexed tensor "
                f"{list(shape)} at index {dim + i}"
            )
