"""The dtype ruler: what each dtype stores of one number, and how far its numbers lie apart there."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from .frames import Frame, show_frames
from .page import escape
from .translate import tr

DTYPES = ("uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64")

# Around the ends of the dtypes and around the places where their spacing grows beyond 1; START is shown first.
PREPARED = (
    -129, -1.7, -1, 1e-8, 0.1, 0.5, 1.7, 100, 127, 128, 200, 255, 256, 300, 2048, 2049, 32768, 65504, 65520,
    16777216, 16777217, 2147483648, 9007199254740993, 1e39,
)  # fmt: skip
START = 300

TOP, HEIGHT, WIDTH = 34, 46, 780
NAME, STORES, CENTRE, SPACING, VERDICT = 20, 200, 432, 610, 706  # columns: where text begins, then centres
UNIT, REACH = 58, 2.2  # pixels for one spacing, and how many of them fit on each side
LONG = 11  # characters of a neighbour's number that fit beside the next one


def dtype_ruler(*values: Any, names: Sequence[str] = DTYPES) -> None:
    """Show, for each value, what every dtype stores of it: the number, its neighbours on the ruler, the spacing.

    values: numbers or tensors with one number; without any, prepared ones around the ends of the dtypes.
    names: the dtypes, of those in DTYPES. ValueError for others, and for a value that is not finite.
    """
    if unknown := [name for name in names if name not in DTYPES]:
        raise ValueError(
            f"the ruler knows {', '.join(DTYPES)}, and not {', '.join(unknown)}. Choose among these."
        )
    numbers = [_number(value) for value in values] or list(PREPARED)
    frames = [_frame(number, [store(number, name) for name in names]) for number in numbers]
    show_frames(
        tr("The dtype ruler"), frames, size=(WIDTH, TOP + HEIGHT * len(names) + 2), slider=tr("value"),
        start=0 if values else PREPARED.index(START), background=_head_line(),
        note=tr("The triangle is the value. Lines are the numbers that the dtype has; the thick one is stored."),
        alt=tr("One row for each dtype: what it stores of the value, a ruler with its neighbouring numbers, "
               "the spacing between them, and a verdict."),
    )  # fmt: skip


@dataclass(frozen=True)
class Stored:
    """What a dtype makes of a number.

    value: what is stored; None where nothing defines it. verdict: "exact", "rounded", "cut" or "overflow".
    marks: up to two numbers of the dtype on either side, and the stored one, or the dtype's end after an overflow.
    at: of the marks, the one in the middle of the ruler. spacing: from there to the next number, None at an end.
    """

    dtype: str
    value: int | float | None
    verdict: str
    marks: tuple[Fraction, ...]
    at: Fraction
    spacing: Fraction | None


def store(number: int | float, dtype: str) -> Stored:
    """What `dtype` stores of a Python number, as a tensor does.

    An int that is too large for an integer dtype wraps around; for a float that is too large nothing is defined.
    """
    exact = Fraction(str(number))
    return _as_float(number, exact, dtype) if dtype.startswith("float") else _as_integer(number, exact, dtype)


def _as_integer(number: int | float, exact: Fraction, dtype: str) -> Stored:
    limits = np.iinfo(dtype)
    low, high = int(limits.min), int(limits.max)
    whole = math.trunc(exact)
    at = min(max(whole, low), high)
    marks = tuple(Fraction(n) for n in range(max(at - 2, low), min(at + 2, high) + 1))
    if at == whole:
        verdict = "exact" if whole == exact else "cut"
        return Stored(dtype, whole, verdict, marks, Fraction(at), Fraction(1))
    wraps = type(number) is int and -(2**63) <= number < 2**63
    value = (whole - low) % 2**limits.bits + low if wraps else None
    return Stored(dtype, value, "overflow", marks, Fraction(at), None)


def _as_float(number: int | float, exact: Fraction, dtype: str) -> Stored:
    kind = np.dtype(dtype).type
    with np.errstate(all="ignore"):
        stored = kind(number)
        at = stored if np.isfinite(stored) else np.copysign(np.finfo(dtype).max, stored)
        below, above = [at], [at]
        for _ in range(2):
            below.append(np.nextafter(below[-1], kind(-np.inf)))
            above.append(np.nextafter(above[-1], kind(np.inf)))
    marks = tuple(Fraction(float(m)) for m in [*below[:0:-1], *above] if np.isfinite(m))
    middle = Fraction(float(at))
    if not np.isfinite(stored):
        return Stored(dtype, float(stored), "overflow", marks, middle, None)
    away = above if stored >= 0 else below  # from 0: the spacing of the numbers that are larger in size
    spacing = abs(Fraction(float(away[1])) - middle) if np.isfinite(away[1]) else None
    return Stored(dtype, float(stored), "exact" if middle == exact else "rounded", marks, middle, spacing)


def _number(value: Any) -> int | float:
    number = value.item() if hasattr(value, "item") else value
    if type(number) not in (int, float) or not math.isfinite(number):
        raise ValueError(f"the ruler shows finite numbers, and not {number!r}. Give it a number such as 0.1.")
    return number


# --- in words
def _frame(number: int | float, rows: list[Stored]) -> Frame:
    exact = [f"`{row.dtype}`" for row in rows if row.verdict == "exact"]
    parts = (
        [tr("{value} is stored exactly by {names}.", value=number, names=", ".join(exact))] if exact else []
    )
    if not exact:
        parts.append(tr("No dtype stores {value} exactly.", value=number))
    others = [f"`{row.dtype}` {_shown(row)} ({_verdict(row)})" for row in rows if row.verdict != "exact"]
    if others:
        parts.append(tr("The others: {rows}.", rows=", ".join(others)))
    wide = [f"`{row.dtype}` {_spacing(row)}" for row in rows if row.dtype.startswith("float") and row.spacing]
    if wide:
        parts.append(tr("Spacing here: {rows}.", rows=", ".join(wide)))
    picture = "".join(_row(i, row, Fraction(str(number))) for i, row in enumerate(rows))
    return Frame(str(number), " ".join(parts), picture)


def _verdict(row: Stored) -> str:
    words = {"exact": tr("exact"), "rounded": tr("rounded"), "cut": tr("cut off"), "overflow": tr("overflow")}
    return words[row.verdict]


def _shown(row: Stored) -> str:
    """The stored number with all the digits that matter."""
    if row.value is None:
        return tr("not defined")
    if row.dtype == "float64" and row.verdict == "rounded":
        return next(
            (t for t in _digits(row.value) if Fraction(t) != Fraction(repr(row.value))), repr(row.value)
        )
    return repr(row.value)


def _digits(value: float) -> list[str]:
    """A float64 with more and more digits: the shortest that name it hide that it was rounded."""
    return [f"{value:.{n}g}" for n in range(17, 24)]


def _spacing(row: Stored) -> str:
    return "–" if row.spacing is None else f"{float(row.spacing):.3g}"


# --- as a picture
def _row(i: int, row: Stored, value: Fraction) -> str:
    top = TOP + i * HEIGHT
    kind = {"exact": "lk-leaf", "overflow": "lk-hidden"}.get(row.verdict, "")
    return (
        f'<g class="{kind}"><rect x="8" y="{top}" width="{WIDTH - 16}" height="{HEIGHT - 6}" rx="3"/></g>'
        + _text(NAME, top + 25, row.dtype, left=True)
        + _text(STORES, top + 25, _shown(row), "lk-value" if row.verdict != "overflow" else "lk-soft")
        + _ruler(top, row, value)
        + _text(SPACING, top + 25, _spacing(row))
        + _text(VERDICT, top + 25, _verdict(row))
    )


def _ruler(top: int, row: Stored, value: Fraction) -> str:
    """The line with its marks: the middle one at CENTRE, one spacing UNIT wide, and the triangle above it."""
    places = sorted(row.marks)
    unit = row.spacing or abs(row.at - min(places, key=lambda m: (m == row.at, abs(m - row.at))))
    base = top + 24

    def x(number: Fraction) -> float:
        steps = (number - row.at) / unit
        return CENTRE + UNIT * float(max(min(steps, Fraction(REACH)), Fraction(-REACH)))

    parts = [f'<path d="M{CENTRE - UNIT * REACH:g} {base}H{CENTRE + UNIT * REACH:g}"/>']
    if row.verdict == "overflow":  # the ruler ends here
        start, end = sorted((x(row.at - (value - row.at > 0 or -1) * 9 * unit), float(CENTRE)))
        parts = [f'<path d="M{start:g} {base}H{end:g}"/>']
    for mark in places:
        stored = mark == row.at and row.verdict != "overflow"
        bold = ' style="stroke: var(--lk-value); stroke-width: 4"' if stored else ""
        parts.append(f'<path d="M{x(mark):.1f} {base - 5}v10"{bold}/>')
    labelled = [row.at] if row.verdict == "overflow" else _neighbours(row)
    parts += [_text(x(mark), base + 14, _label(mark, row.dtype), "lk-soft", size=10) for mark in labelled]
    at = x(value)
    parts.append(
        f'<path class="lk-head" style="fill: var(--lk-ink)" d="M{at - 5:.1f} {base - 17}h10l-5 10z"/>'
    )
    return "".join(parts)


def _neighbours(row: Stored) -> list[Fraction]:
    """The numbers next to the stored one, where there is room for their digits."""
    near = [
        mark
        for side in (-1, 1)
        for mark in sorted((m for m in row.marks if (m - row.at) * side > 0), key=lambda m: abs(m - row.at))[
            :1
        ]
    ]
    return [mark for mark in near if len(_label(mark, row.dtype)) <= LONG]


def _label(mark: Fraction, dtype: str) -> str:
    """The number itself where it is short, else with the digits that tell it from its neighbours."""
    if mark.denominator == 1 and mark < 10**LONG:
        return str(int(mark))
    text = repr(float(mark))
    digits = {"float16": 5, "float32": 9}.get(dtype, 17)
    return text if len(text) <= LONG else f"{float(mark):.{digits}g}"


def _head_line() -> str:
    return (
        _text(NAME, 20, tr("dtype"), "lk-soft", left=True)
        + _text(STORES, 20, tr("stores"), "lk-value")
        + _text(CENTRE, 20, tr("the ruler there"), "lk-soft")
        + _text(SPACING, 20, tr("spacing"), "lk-soft")
        + _text(VERDICT, 20, tr("verdict"), "lk-soft")
    )


def _text(x: float, y: float, text: str, kind: str = "", *, left: bool = False, size: int = 0) -> str:
    styles = ("text-anchor: start;" if left else "") + (f"font-size: {size}px;" if size else "")
    return (
        f'<text class="{kind}" x="{x:g}" y="{y:g}"' + (f' style="{styles}"' if styles else "")
        + f">{escape(text)}</text>"
    )  # fmt: skip
