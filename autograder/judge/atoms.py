"""Further values that cannot change and travel by value: NumPy's scalars and dtypes, and the standard library's.

An honest answer is often a `Fraction`, a `datetime`, or a named tuple; each is sent as plain data and built anew
from it, never from a class that the sender names.
"""

from __future__ import annotations

import datetime
import re
from collections import namedtuple
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np

from autograder.judge.wire import READERS, WRITERS, Reader, WireError, Writer

PLAIN_KINDS = "biufcSUmM"  # dtypes whose elements are plain memory: no objects, no records


def is_plain(dtype: np.dtype) -> bool:
    return type(dtype) in WRITERS


def read_dtype(reader: Reader) -> np.dtype:
    text = reader.text()
    if not re.fullmatch(r"[<>|=][biufcSUmM]\d{1,9}(\[\d{0,9}[A-Za-zμ]{1,2}\])?", text):
        raise WireError("a dtype that is not plain")
    try:
        return np.dtype(text)
    except (TypeError, ValueError):
        raise WireError("a dtype that NumPy does not know") from None


def check_elements(dtype: np.dtype, data: np.ndarray) -> None:
    """Refuse bytes (uint8, contiguous) that are no element of the dtype: a bool of 7, a character beyond Unicode."""
    if dtype.kind == "b" and data.size and data.max() > 1:
        raise WireError("a truth value that is neither 0 nor 1")
    if dtype.kind == "U" and data.size and data.view(dtype.str[0] + "u4").max() > 0x10FFFF:
        raise WireError("a character beyond Unicode")


def _write_scalar(writer: Writer, value: np.generic) -> None:
    writer.text(value.dtype.str)
    writer.bytes(value.tobytes() if value.dtype.itemsize else b"")


def _read_scalar(reader: Reader) -> np.generic:
    dtype, data = read_dtype(reader), reader.bytes()
    if len(data) != dtype.itemsize:
        raise WireError("a NumPy scalar of the wrong size")
    if not data:
        return dtype.type()
    check_elements(dtype, np.frombuffer(data, np.uint8))
    return np.frombuffer(data, dtype)[0]


def _numpy_atoms() -> None:
    for code in np.typecodes["All"]:
        dtype = np.dtype(code)
        if dtype.kind in PLAIN_KINDS:
            WRITERS[type(dtype)] = lambda writer, value: (writer.tag(b"d"), writer.text(value.str))
            WRITERS[dtype.type] = lambda writer, value: (writer.tag(b"n"), _write_scalar(writer, value))
    READERS[ord("d")] = read_dtype
    READERS[ord("n")] = _read_scalar


# The standard library's: type, to plain values, from plain values of these types.
_LIBRARY: dict[str, tuple[type, Any, Any, tuple[tuple[type, ...], ...]]] = {
    "Fraction": (Fraction, lambda v: (v.numerator, v.denominator), Fraction, ((int,), (int,))),
    "Decimal": (Decimal, lambda v: (str(v),), Decimal, ((str,),)),
    "date": (
        datetime.date,
        lambda v: (v.year, v.month, v.day),
        datetime.date,
        ((int,), (int,), (int,)),
    ),
    "time": (
        datetime.time,
        lambda v: (v.isoformat(), v.fold),
        lambda text, fold: datetime.time.fromisoformat(text).replace(fold=fold),
        ((str,), (int,)),
    ),
    "datetime": (
        datetime.datetime,
        lambda v: (v.isoformat(), v.fold),
        lambda text, fold: datetime.datetime.fromisoformat(text).replace(fold=fold),
        ((str,), (int,)),
    ),
    "timedelta": (
        datetime.timedelta,
        lambda v: (v.days, v.seconds, v.microseconds),
        datetime.timedelta,
        ((int,), (int,), (int,)),
    ),
    "dict_keys": (type({}.keys()), lambda v: (tuple(v),), lambda v: dict.fromkeys(v).keys(), ((tuple,),)),
    "dict_values": (
        type({}.values()),
        lambda v: (tuple(v),),
        lambda v: dict(enumerate(v)).values(),
        ((tuple,),),
    ),
    "dict_items": (type({}.items()), lambda v: (tuple(v),), lambda v: dict(v).items(), ((tuple,),)),
}


def _read_library(reader: Reader) -> Any:
    name, values = reader.text(), reader.values()
    if name not in _LIBRARY:
        raise WireError("a kind of value that is not known")
    _, _, build, kinds = _LIBRARY[name]
    if len(values) != len(kinds) or any(type(v) not in kind for v, kind in zip(values, kinds, strict=True)):
        raise WireError(f"a {name} made of the wrong values")
    try:
        return build(*values)
    except (ValueError, TypeError, ZeroDivisionError, OverflowError, InvalidOperation) as error:
        raise WireError(f"a {name} that cannot be: {type(error).__name__}") from None


def _library_atoms() -> None:
    for name, (kind, plain, _, _) in _LIBRARY.items():
        WRITERS[kind] = lambda writer, value, name=name, plain=plain: (
            writer.tag(b"v"),
            writer.text(name),
            writer.values(plain(value)),
        )
    READERS[ord("v")] = _read_library


def field_names(kind: type) -> tuple[str, ...] | None:
    """The names of a named tuple's fields (also those of torch's `return_types`); None for another class."""
    if not issubclass(kind, tuple) or kind.__eq__ is not tuple.__eq__:
        return None
    names = getattr(kind, "_fields", None) or (hasattr(kind, "n_fields") and kind.__match_args__)
    return tuple(names) if names and all(type(name) is str for name in names) else None


def write_named_tuple(writer: Writer, value: tuple, names: tuple[str, ...]) -> None:
    writer.tag(b"u")
    writer.text(type(value).__name__)
    writer.values(names)
    writer.values(tuple(value))


def _read_named_tuple(reader: Reader) -> tuple:
    name, names, values = reader.text(), reader.values(), reader.values()
    if len(names) != len(values) or len(names) > 255 or any(type(field) is not str for field in names):
        raise WireError("a named tuple whose names do not fit its values")
    return _named_tuple(name, tuple(names))._make(values)


@lru_cache(256)
def _named_tuple(name: str, names: tuple[str, ...]) -> type:
    try:
        return namedtuple(name, names)  # refuses what is no identifier
    except ValueError:
        raise WireError("a named tuple with names that are none") from None


READERS[ord("u")] = _read_named_tuple
_numpy_atoms()
_library_atoms()
