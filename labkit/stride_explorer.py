"""The memory of a tensor as a strip of numbers, and the walk of its views over it, element by element."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

import numpy as np

from .expect import display, values
from .frames import Frame, show_frames
from .page import escape
from .translate import tr

MOST = 48  # places of memory, and elements of a view
IN_A_ROW = 16  # places of the strip
WIDTH, HEIGHT = 44, 30  # of a box in pixels
LEFT, TOP = 14, 62  # of the strip; arcs and numbers of places are above it
LINE = 92  # from one row of the strip to the next


def stride_explorer(views: Any, /, **named: Any) -> None:
    """Show the memory that tensors share, and how each of them walks over it.

    views: one tensor, or {name: tensor}, or names as keywords; torchlet's or PyTorch's, of at most three dimensions.
    ValueError if they do not lie in one memory, or if memory or view has more than 48 numbers.
    """
    tensors = {**(views if isinstance(views, Mapping) else {"x": views}), **named}
    looks = [_look(name, tensor) for name, tensor in tensors.items()]
    first = looks[0]
    if apart := next((look.name for look in looks if look.start != first.start), None):
        raise ValueError(
            f"{first.name} and {apart} do not share memory: one is a copy. Show them in two figures."
        )
    strip = _Strip(first.memory)
    parts, groups, bottom = [strip.drawn()], {}, 0.0
    for g, look in enumerate(looks):
        grid = _Grid(look, strip.bottom + 34)
        bottom = max(bottom, grid.bottom)
        frames = [_overview(look), *_walk(look, strip, grid)]
        seen = " ".join(f"{g}.{k}" for k in range(len(frames)))
        hidden = ' display="none"' if g else ""
        used = strip.used(look)
        parts.append(f'<g class="lk-frame" data-frame="{seen}"{hidden}>{used}{grid.drawn()}</g>')
        groups[f"`{look.name}`"] = frames
    width = max([strip.width, *(_Grid(look, 0).width for look in looks)])
    show_frames(
        tr("Memory, and a walk over it"), groups, size=(width, bottom + 10), slider=tr("element"),
        background="".join(parts), start=0, switch=tr("View:"),
        note=tr("Above: the memory, with the number of each place. Filled: the places that this view uses. "
                "Below: the view as it prints."),
        alt=tr("A strip of {count} numbers in memory, and below it the tensor that looks at them.",
               count=len(first.memory)),
    )  # fmt: skip


@dataclass(frozen=True)
class Look:
    """What a tensor is apart from its numbers: a shape, strides and an offset over memory. Lengths in elements.

    start: the address of the memory, by which two tensors are known to share it.
    """

    name: str
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int
    memory: tuple[Any, ...]
    start: int

    def places(self) -> list[tuple[tuple[int, ...], int]]:
        """Each index with its place in memory, in the order in which the tensor prints."""
        indices = product(*(range(size) for size in self.shape))
        return [(index, self.offset + sum(i * s for i, s in zip(index, self.strides, strict=True)))
                for index in indices]  # fmt: skip


def _look(name: str, tensor: Any) -> Look:
    if not values.is_tensor(tensor):
        raise TypeError(f"stride_explorer wants tensors; {name} is {values.type_name(tensor)}")
    if str(tensor.device) != "cpu":
        raise ValueError(
            f"{name} lies on {tensor.device}; stride_explorer looks at main memory. Use {name}.cpu()"
        )
    memory, start = _memory(tensor)
    shape = tuple(tensor.shape)
    if max(len(memory), prod(shape)) > MOST:
        raise ValueError(
            f"{name} has {prod(shape)} elements on a memory of {len(memory)} numbers, and the picture has room for "
            f"{MOST} of each. Take a smaller tensor."
        )
    if len(shape) > 3:
        raise ValueError(f"{name} has {len(shape)} dimensions, and the picture has room for three")
    offset = (tensor.data_ptr() - start) // tensor.element_size() if prod(shape) else 0
    return Look(name, shape, tuple(tensor.stride()), offset, tuple(memory), start)


def _memory(tensor: Any) -> tuple[list[Any], int]:
    """All numbers of the memory that a tensor looks at, as they lie there, and the address of the first."""
    if hasattr(tensor, "untyped_storage"):  # PyTorch
        count = tensor.untyped_storage().nbytes() // tensor.element_size()
        flat = tensor.detach().as_strided((count,), (1,), 0)
        return flat.tolist(), flat.data_ptr()
    array = tensor.detach().numpy()
    while type(array.base) is np.ndarray:
        array = array.base
    flat = array.ravel(order="K")
    return flat.tolist(), flat.__array_interface__["data"][0]


# ------------------------------------------------------------------------------ the walk in words
def _overview(look: Look) -> Frame:
    steps = ", ".join(
        tr("{count} along dimension {dim}", count=stride, dim=dim) for dim, stride in enumerate(look.strides)
    )
    text = tr("Shape {shape}, strides {strides}, offset {offset}.", shape=f"`{look.shape}`",
              strides=f"`{look.strides}`", offset=look.offset)  # fmt: skip
    return Frame(tr("whole"), f"{text} {tr('One step in memory: {steps}.', steps=steps)}" if steps else text)


def _walk(look: Look, strip: _Strip, grid: _Grid) -> list[Frame]:
    frames: list[Frame] = []
    before = None
    for index, place in look.places():
        terms = [str(look.offset), *(f"{i}·{s}" for i, s in zip(index, look.strides, strict=True))]
        text = tr("Place {sum} = {place} holds {value}.", sum=" + ".join(terms), place=place,
                  value=display.number(look.memory[place]))  # fmt: skip
        arc = ""
        if before is not None:
            text += " " + (tr("A jump of {jump:+d} from the element before.", jump=place - before)
                           if place != before else tr("The same place as the element before."))  # fmt: skip
            arc = strip.arc(before, place)
        frames.append(Frame(f"{list(index)}", text, arc + strip.now(place) + grid.now(index)))
        before = place
    return frames


# ------------------------------------------------------------------------------ the picture
class _Strip:
    """The memory: boxes in rows, the number of the place above each."""

    def __init__(self, memory: tuple[Any, ...]):
        self.memory = memory
        rows = max(1, -(-len(memory) // IN_A_ROW))
        self.width = 2 * LEFT + WIDTH * min(IN_A_ROW, max(1, len(memory)))
        self.bottom = TOP + LINE * (rows - 1) + HEIGHT

    def at(self, place: int) -> tuple[float, float]:
        return LEFT + WIDTH * (place % IN_A_ROW), TOP + LINE * (place // IN_A_ROW)

    def drawn(self) -> str:
        return "".join(
            _box(*self.at(place), display.number(value, 4))
            + _text(self.at(place)[0] + WIDTH / 2, self.at(place)[1] - 6, str(place), "lk-soft")
            for place, value in enumerate(self.memory)
        )

    def used(self, look: Look) -> str:
        fill = "fill: var(--lk-value-fill); stroke: var(--lk-value)"
        return "".join(_box(*self.at(place), display.number(self.memory[place], 4), fill)
                       for place in sorted({place for _, place in look.places()}))  # fmt: skip

    def now(self, place: int) -> str:
        return _box(*self.at(place), display.number(self.memory[place], 4), _NOW)

    def arc(self, start: int, end: int) -> str:
        """The jump from one place to the next, above the strip; none from one row of the strip to another."""
        (x, y), (other, below) = self.at(start), self.at(end)
        if start == end or y != below:
            return ""
        x, other, y = x + WIDTH / 2, other + WIDTH / 2, y - 20
        middle, height = (x + other) / 2, min(26, 10 + abs(other - x) / 12)
        path = f'<path d="M {x:g} {y:g} Q {middle:g} {y - 2 * height:g} {other:g} {y:g}" style="stroke: var(--lk-value)"/>'
        head = (
            f'<path class="lk-head" d="M {other:g} {y + 4:g} l -4 -8 h 8 z" style="fill: var(--lk-value)"/>'
        )
        return path + head + _text(middle, y - height - 3, f"{end - start:+d}", "lk-value")


class _Grid:
    """The view as it prints: rows and columns, blocks of three dimensions side by side."""

    def __init__(self, look: Look, top: float):
        self.look, self.top = look, top
        shape = (*(1,) * (3 - len(look.shape)), *look.shape)
        self.blocks, self.rows, self.columns = shape
        self.width = 2 * LEFT + self.blocks * (WIDTH * self.columns + 20)
        self.bottom = top + HEIGHT * max(1, self.rows)

    def at(self, index: tuple[int, ...]) -> tuple[float, float]:
        block, row, column = (*(0,) * (3 - len(index)), *index)
        return LEFT + block * (WIDTH * self.columns + 20) + WIDTH * column, self.top + HEIGHT * row

    def drawn(self) -> str:
        name = f'<text x="{LEFT}" y="{self.top - 10:g}" style="text-anchor: start">{escape(self.look.name)}</text>'
        return name + "".join(_box(*self.at(index), display.number(self.look.memory[place], 4))
                              for index, place in self.look.places())  # fmt: skip

    def now(self, index: tuple[int, ...]) -> str:
        place = dict(self.look.places())[index]
        return _box(*self.at(index), display.number(self.look.memory[place], 4), _NOW)


_NOW = "fill: var(--lk-value-fill); stroke: var(--lk-ink); stroke-width: 3"


def _box(x: float, y: float, text: str, style: str = "") -> str:
    rect = f'<rect x="{x:g}" y="{y:g}" width="{WIDTH}" height="{HEIGHT}"{f""" style="{style}" """ if style else ""}/>'
    return rect + _text(x + WIDTH / 2, y + HEIGHT / 2 + 4.5, text)


def _text(x: float, y: float, text: str, kind: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}"{f""" class="{kind}" """ if kind else ""}>{escape(text)}</text>'
