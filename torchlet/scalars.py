"""A Python number as one element of a dtype, and the refusal of a number that the dtype cannot hold."""

import math
import numbers

import numpy

from .errors import type_name, type_word

_IN_WORDS = {
    "float32": "float",
    "float16": "c10::Half",
    "int32": "int",
}  # the others are "int8_t", "double", …


def is_number(value):
    """Whether `value` counts as a Python number in operations."""
    return isinstance(value, (numbers.Number, numpy.bool_))


def plain(number):
    """A NumPy number as Python's, which does not change the dtype of what it meets."""
    return number.item() if isinstance(number, numpy.generic) else number


def element(value, np_dtype):
    """`value` as a NumPy number of a dtype. RuntimeError if that cannot hold it: 300 in uint8, 1e39 in float32.

    What lies behind the point is cut off for integers. −1 … −255 wrap in uint8, as ints do in C.
    """
    value = plain(value)
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        raise OverflowError("int too big to convert")
    kind = np_dtype.kind
    if kind == "b":
        return numpy.bool_(value)
    if isinstance(value, complex):
        pass
    elif kind == "f":
        if not math.isfinite(value) or abs(value) <= float(numpy.finfo(np_dtype).max):
            return np_dtype.type(value)
    else:
        limits = numpy.iinfo(np_dtype)
        whole = isinstance(value, int)
        if kind == "u" and whole and -limits.max <= value < 0:
            return np_dtype.type(value + limits.max + 1)
        if limits.min <= value <= limits.max:  # of NaN both are False
            return np_dtype.type(math.trunc(value))
    word = _IN_WORDS.get(np_dtype.name, "double" if kind == "f" else f"{np_dtype.name}_t")
    raise RuntimeError(f"value cannot be converted to type {word} without overflow")


def assigned(value, np_dtype):
    """`value` as `x[i] = value` takes it: a number only."""
    if not isinstance(
        value, (int, float, complex, numpy.integer)
    ):  # of NumPy's floats only float64 is Python's
        raise TypeError(f"can't assign a {type_name(value)} to a torch.{type_word(np_dtype)}Tensor")
    if isinstance(value, (int, numpy.integer)) and not -(2**63) <= value < 2**63:
        raise ValueError("Overflow when unpacking long long")
    return stored(value, np_dtype)


def stored(value, np_dtype):
    """`element`, with an infinity for what is too large for float16."""
    if np_dtype.name == "float16":
        return np_dtype.type(element(value, numpy.dtype(numpy.float64)))
    return element(value, np_dtype)
