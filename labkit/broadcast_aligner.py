"""Two shapes, aligned from the right: what is stretched, what does not fit, and which elements meet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from .controls import Text, respond
from .page import block, escape, inline, plain
from .translate import tr

MOST_DIMENSIONS = 6
MOST_CELLS = 8  # along each dimension of the picture of pairs
CELL, ROW = 74, 40  # width and height of a box in pixels


def broadcast_aligner(a: str | Sequence[int] = "3, 1", b: str | Sequence[int] = "4") -> None:
    """Show how the shapes a and b are broadcast; both can be typed in where a person is at the notebook.

    a, b: shapes, as text ("3, 1"; "" for a single number) or as numbers (x.shape).
    What is no shape, or too large to draw (more than six dimensions), is explained in the picture.
    """
    respond(draw, Text(tr("shape of a"), _typed(a)), Text(tr("shape of b"), _typed(b)))


@dataclass(frozen=True)
class Dimension:
    """One column of the picture. a, b: the sizes that meet there; None where a shape has no such dimension."""

    place: int  # counted from the right: -1, -2, ...
    a: int | None
    b: int | None

    @property
    def sizes(self) -> tuple[int, int]:
        """What counts: a dimension that is not there has size 1."""
        return 1 if self.a is None else self.a, 1 if self.b is None else self.b

    @property
    def fits(self) -> bool:
        a, b = self.sizes
        return a == b or 1 in (a, b)

    @property
    def result(self) -> int:
        a, b = self.sizes
        return b if a == 1 else a


def align(a: Sequence[int], b: Sequence[int]) -> list[Dimension]:
    """The dimensions of two shapes side by side, the last of one beside the last of the other; leftmost first."""
    count = max(len(a), len(b))
    padded = [[None] * (count - len(shape)) + list(shape) for shape in (a, b)]
    return [Dimension(i - count, *sizes) for i, sizes in enumerate(zip(*padded, strict=True))]


def draw(a: str, b: str) -> tuple[str, str]:
    """The figure for two shapes given as text: as HTML and as plain text."""
    title = tr("Do these shapes fit?")
    try:
        shapes = parse(a), parse(b)
    except ValueError as error:
        return _html(title, "", [str(error)]), f"{title}\n  {plain(str(error))}"
    dimensions = align(*shapes)
    said = [verdict(*shapes), *(explain(one) for one in reversed(dimensions))]
    html = _html(title, _boxes(dimensions, shapes), said, _pairs(dimensions))
    return html, "\n".join([title, *(f"  {plain(text)}" for text in said)])


def parse(text: str) -> tuple[int, ...]:
    """The shape that a text like "3, 1", "(3, 1)", "[3 1]" or "3 x 1" means; ValueError says why it is none."""
    inner = re.sub(r"^\s*(torch\.Size)?[\s(\[]*|[\s)\],]*$", "", text)
    words = [word for word in re.split(r"\s*[,x×*]\s*|\s+", inner) if word]
    if wrong := next((word for word in words if not re.fullmatch(r"\d{1,9}", word)), None):
        raise ValueError(
            tr("`{word}` is not a size. Type whole numbers with commas between them, such as `3, 1`; "
               "leave the field empty for a single number.", word=wrong)
        )  # fmt: skip
    if len(words) > MOST_DIMENSIONS:
        raise ValueError(
            tr("This picture has room for {most} dimensions, not for {count}.",
               most=MOST_DIMENSIONS, count=len(words))
        )  # fmt: skip
    return tuple(int(word) for word in words)


def verdict(a: tuple[int, ...], b: tuple[int, ...]) -> str:
    """The result in a sentence; or the error that PyTorch raises, and the repair if a dummy dimension is one."""
    dimensions = align(a, b)
    if wrong := next((one for one in reversed(dimensions) if not one.fits), None):
        text = tr(
            "{a} and {b} do not fit. RuntimeError: The size of tensor a ({m}) must match the size of tensor b "
            "({n}) at non-singleton dimension {dim}.",
            a=f"`{a}`", b=f"`{b}`", m=wrong.a, n=wrong.b, dim=wrong.place + len(dimensions),
        )  # fmt: skip
        return f"{text} {_repair(a, b)}".rstrip()
    shape = tuple(one.result for one in dimensions)
    count = tr("1 element") if prod(shape) == 1 else tr("{count} elements", count=f"{prod(shape):,}")
    text = tr("{a} and {b} give {shape}: {count}.", a=f"`{a}`", b=f"`{b}`", shape=f"`{shape}`", count=count)
    stretched = [any(one.sizes[side] != one.result for one in dimensions) for side in (0, 1)]
    if all(stretched):
        text += " " + tr("Both are stretched, so this pairs elements that do not stand at the same place. "
                         "Did you mean that?")  # fmt: skip
    return text


def _repair(a: tuple[int, ...], b: tuple[int, ...]) -> str:
    """How many dimensions of size 1 on the right make the shorter shape fit, and the call that adds them."""
    name, short, long = ("b", b, a) if len(b) < len(a) else ("a", a, b)
    for count in range(1, len(long) - len(short) + 1):
        longer = (*short, *(1,) * count)
        if all(one.fits for one in align(longer, long)):
            call = f"{name}.unsqueeze(-1)" if count == 1 else f"{name}.reshape{longer}"
            return tr("It would fit as {shape}: {call}.", shape=f"`{longer}`", call=f"`{call}`")
    return ""


def explain(one: Dimension) -> str:
    """What happens in one dimension."""
    a, b = one.sizes
    place = tr("Dimension {place}:", place=one.place)
    if not one.fits:
        return f"{place} " + tr("{a} against {b}. They differ, and neither is 1.", a=a, b=b)
    missing = next((name for name, size in (("a", one.a), ("b", one.b)) if size is None), None)
    start = (
        tr("{name} has no such dimension, so a 1 is put there.", name=missing)
        if missing
        else tr("{a} against {b}.", a=a, b=b)
    )
    if a == b:
        rest = tr("Nothing is stretched.") if missing else tr("Equal.")
    else:
        rest = tr("{name} is stretched from 1 to {size}.", name="a" if a == 1 else "b", size=one.result)
    return f"{place} {start} {rest}"


# ------------------------------------------------------------------------------ the picture
def _html(title: str, picture: str, said: list[str], pairs: str = "") -> str:
    first, *rest = (inline(text) for text in said)
    items = f'<ul class="lk-steps">{"".join(f"<li>{text}</li>" for text in rest)}</ul>' if rest else ""
    if pairs:
        pairs = f'<p class="lk-note">{tr("Which element of a meets which element of b:")}</p>{pairs}'
    body = (
        f'<p><span class="lk-title">{inline(title)}</span></p>{picture}'
        f'<p class="lk-status" role="status">{first}</p>{items}{pairs}'
    )
    return block("broadcast", body, label=plain(title))


def _boxes(dimensions: list[Dimension], shapes: tuple[tuple[int, ...], tuple[int, ...]]) -> str:
    """Three rows of boxes: a, b and the result, the last dimension on the right."""
    left, top = 70, 26
    width, height = left + CELL * max(1, len(dimensions)) + 6, top + 3 * ROW + 10
    parts = [
        _text(left + CELL * (i + 0.5), 16, str(one.place), "lk-soft") for i, one in enumerate(dimensions)
    ]
    parts += [
        _text(34, top + ROW * k + 21 + 6 * (k == 2), name)
        for k, name in enumerate((tr("a"), tr("b"), tr("result")))
    ]
    for i, one in enumerate(dimensions):
        x = left + CELL * i
        for k, size in enumerate((one.a, one.b)):
            parts.append(_box(x, top + ROW * k, *_look(one, size, one.sizes[k])))
        result = str(one.result) if one.fits else tr("error")
        parts.append(_box(x, top + ROW * 2 + 6, result, "" if one.fits else "gradient"))
    if not dimensions:
        parts.append(_text(left + CELL / 2, top + ROW + 21, tr("one number"), "lk-soft"))
    label = tr("The shapes {a} and {b}, aligned from the right.", a=shapes[0], b=shapes[1])
    return _svg(width, height, parts, label)


def _look(one: Dimension, size: int | None, counts: int) -> tuple[str, str, bool]:
    """Of one box: its text, its colour and whether its border is dashed."""
    if not one.fits:
        return str(size), "gradient", False
    if counts != one.result:
        return f"1 → {one.result}", "value", size is None
    return ("(1)" if size is None else str(size)), "", size is None


def _pairs(dimensions: list[Dimension]) -> str:
    """For results of one or two dimensions that are small: a table with the two elements that meet in each place."""
    shape = [one.result for one in dimensions]
    if not all(one.fits for one in dimensions) or not 1 <= len(shape) <= 2:
        return ""
    if not all(1 <= size <= MOST_CELLS for size in shape):
        return ""
    rows, columns = [1, *shape][-2:]
    names = [
        [" ".join(_element(dimensions, side, (i, j)) for side in (0, 1)) for j in range(columns)]
        for i in range(rows)
    ]
    width = 8 * len(names[0][0]) + 16
    parts = [
        _box(4 + width * j, 2 + 28 * i, text, width=width - 4, height=24)
        for i, row in enumerate(names)
        for j, text in enumerate(row)
    ]
    return _svg(8 + width * columns, 4 + 28 * rows, parts, tr("The pairs of elements that meet."))


def _element(dimensions: list[Dimension], side: int, place: tuple[int, int]) -> str:
    """The element of a (side 0) or b (side 1) that stands at a place of the result: "a[1]"; "a" for a number."""
    index = []
    for one, at in zip(dimensions, place[-len(dimensions) :], strict=True):
        if (one.a, one.b)[side] is not None:
            index.append(str(at if one.sizes[side] == one.result else 0))
    return "ab"[side] + (f"[{','.join(index)}]" if index else "")


def _box(
    x: float, y: float, text: str, colour: str = "", dashed: bool = False, *, width: float = CELL - 6,
    height: float = ROW - 8,
) -> str:  # fmt: skip
    style = f"fill: var(--lk-{colour}-fill); stroke: var(--lk-{colour}); stroke-width: 2" if colour else ""
    style += "; stroke-dasharray: 4 3" if dashed else ""
    rect = f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="4" style="{style}"/>'
    return rect + _text(x + width / 2, y + height / 2 + 4.5, text)


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}"{f""" class="{kind}" """ if kind else ""}>{escape(text)}</text>'


def _svg(width: float, height: float, parts: list[str], label: str) -> str:
    head = f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(label)}"'
    style = f'style="width: {width:g}px; max-width: 100%"'
    return f'<div class="lk-scroll" tabindex="0">{head} {style}>{"".join(parts)}</svg></div>'


def _typed(shape: str | Sequence[int]) -> str:
    return shape if isinstance(shape, str) else ", ".join(str(int(size)) for size in shape)
