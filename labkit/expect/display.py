"""Values in a few characters, for messages."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..translate import tr
from . import values

MANY = 24  # elements; longer arrays are shown by their corners
WIDE = 90  # characters in one line


def number(x: Any, digits: int = 6) -> str:
    """'93.0', '0.0589967', '1e-12', 'True'."""
    x = x.item() if hasattr(x, "item") else x
    if type(x) is complex:
        return f"{x:.{digits}g}"
    if type(x) is not float:
        return str(x)
    short = f"{x:.{digits}g}"
    return short if any(c in short for c in ".en") else short + ".0"


def numbers(array: np.ndarray, digits: int = 6) -> str:
    """One line where it fits, else rows under each other."""
    if array.ndim == 0:
        return number(array[()], digits)
    kind = {"float_kind": lambda x: number(x, digits), "bool": str}
    text = np.array2string(
        array, separator=", ", threshold=MANY, edgeitems=2, max_line_width=10**6, formatter=kind
    )
    flat = " ".join(text.split())
    return flat if len(flat) <= WIDE else text


def pair(want: Any, got: Any) -> tuple[str, str]:
    """Both in the fewest digits that tell them apart."""
    for digits in (6, 9, 17):
        shown = numbers(np.asarray(want), digits), numbers(np.asarray(got), digits)
        if shown[0] != shown[1]:
            break
    return shown


def as_tuple(value: Any, shown: str) -> str:
    """The brackets of a flat tuple made round: '[2, 3]' -> '(2, 3)', '[8]' -> '(8,)'."""
    if type(value) is not tuple or shown.count("[") != 1:
        return shown
    return f"({shown[1:-1]}{',' * (len(value) == 1)})"


def kind(found: values.Numbers) -> str:
    """'float32 tensor of shape (2, 3)', 'float64 array of shape ()', 'number'."""
    if found.source == "number" and found.shape == ():
        return {"b": "bool", "i": "int", "u": "int", "f": "float", "c": "complex"}[found.array.dtype.kind]
    noun = {"tensor": tr("tensor"), "array": tr("array"), "number": tr("list")}[found.source]
    return tr("{dtype} {noun} of shape {shape}", dtype=found.dtype, noun=noun, shape=found.shape)


def value(anything: Any, limit: int = WIDE) -> str:
    """Any value in one short line; an opaque one by its type alone."""
    anything = values.plain(anything)
    try:
        found = values.read_nested(anything) or values.read(anything)
    except values.Unreadable:
        return _other(anything, limit)
    if found.shape == () and found.source == "number":
        return number(found.array[()])
    text = numbers(found.array)
    return f"{text}  ({kind(found)})" if found.source != "number" else as_tuple(anything, text)


def _other(anything: Any, limit: int) -> str:
    cls = type(anything)
    if anything is None or cls in (str, bytes, range, slice) or anything is Ellipsis:
        return _cut(repr(anything), limit)
    if values.is_dtype(anything):
        return str(anything)
    if cls in (list, tuple):
        inside = ", ".join(value(item, limit) for item in anything[:5]) + (
            ", ..." if len(anything) > 5 else ""
        )
        return _cut(f"[{inside}]" if cls is list else f"({inside}{',' * (len(anything) == 1)})", limit)
    if cls is dict:
        inside = ", ".join(f"{value(k, limit)}: {value(v, limit)}" for k, v in list(anything.items())[:5])
        return _cut("{" + inside + (", ..." if len(anything) > 5 else "") + "}", limit)
    if cls in (set, frozenset):
        return _cut("{" + ", ".join(sorted(value(item, limit) for item in anything)) + "}", limit)
    if cls is type:
        return anything.__name__
    return tr("an object of type {name}", name=values.type_name(anything))


def _cut(text: str, limit: int) -> str:
    text = " ".join(text.split()) if "\n" in text else text
    return text if len(text) <= limit else text[: limit - 4] + " ..."


def exception(raised: BaseException) -> str:
    """'ValueError: shapes (2,) and (3,) do not fit', the text cut after two lines' worth."""
    text = str(raised)
    return f"{type(raised).__name__}: {_cut(text, 2 * WIDE)}" if text else type(raised).__name__
