"""What the graph keeps for the backward pass: bytes per operation, from moment to moment of a real run.

`saved_tensors_hooks` of the tensor's own library tell what is saved, and Python tells when it is let go.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from .frames import Frame, show_frames
from .page import escape
from .translate import tr

WIDTH, LEFT, RIGHT = 680, 20, 130
TOP, FLOOR = 40, 230


@dataclass(frozen=True)
class Moment:
    """What is held after one event: `kind` and the number of the operation; bytes by operation, inputs by segment."""

    kind: str
    operation: int
    held: tuple[int, ...]
    inputs: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.held) + sum(self.inputs)


Operations = Sequence[tuple[str, Callable[[Any], Any]]]


def saved_bytes_bar(operations: Operations, x: Any, *, checkpoints: int = 2) -> None:
    """Show how many bytes each of a chain of operations keeps for backward: recorded, under no_grad, with checkpoints.

    operations: pairs (name, function of one tensor), in the order in which they run; in the end all is added up.
    x: the tensor that goes in (torchlet's or PyTorch's). Its own memory is not counted: it is there anyway.
    checkpoints: the number of parts of the chain that keep only their input.
    ValueError for an empty chain, or more parts than operations.
    """
    if not 1 <= checkpoints <= len(operations):
        raise ValueError(
            f"{len(operations)} operations cannot be cut into {checkpoints} parts, one or more each"
        )
    parts = tr("1 checkpoint") if checkpoints == 1 else tr("{n} checkpoints", n=checkpoints)
    groups = {
        tr("recorded"): Run(operations, x).record(),
        tr("under no_grad"): Run(operations, x).forward_only(),
        parts: Run(operations, x).checkpointed(checkpoints),
    }
    largest = max(max(moment.held[i] + moment.inputs[i] for i in range(len(operations)))
                  for moments in groups.values() for moment in moments)  # fmt: skip
    scale = _Scale(
        [name for name, _ in operations],
        largest or 1,
        max(m.total for ms in groups.values() for m in ms) or 1,
    )
    show_frames(
        tr("What the graph keeps for the backward pass"),
        {name: _frames(moments, scale) for name, moments in groups.items()},
        size=(WIDTH, FLOOR + 50), slider=tr("moment"), start=len(operations) - 1, switch=tr("The run:"),
        background=_background(scale),
        note=tr("Orange: what an operation keeps for its way back. Blue: the input of a part, kept by a checkpoint."),
        alt=tr("A bar for each operation: the bytes that it keeps for the backward pass. On the right, all of them together."),
    )  # fmt: skip


class Run:
    """One run of a chain of operations with its ledger: who keeps how many bytes, now."""

    def __init__(self, operations: Operations, x: Any):
        self.library = type(x).__module__.partition(".")[0]
        self.operations = [function for _, function in operations]
        self.x = x.detach().clone().requires_grad_()
        self.kept: dict[int, _Entry] = {}  # all that is kept now, the oldest first
        self.moments: list[Moment] = []
        self.at = 0  # the operation that runs
        self.segment: int | None = None  # the first operation of the part whose input is being kept
        self.walking = False

    def record(self) -> list[Moment]:
        return self._run(lambda x: self._chain(0, len(self.operations), x))

    def forward_only(self) -> list[Moment]:
        with self._module("").no_grad():
            return self._run(lambda x: self._chain(0, len(self.operations), x), walk=False)

    def checkpointed(self, parts: int) -> list[Moment]:
        checkpoint = self._module(".utils.checkpoint").checkpoint
        n = len(self.operations)
        bounds = [round(k * n / parts) for k in range(parts + 1)]

        def forward(x):
            for start, end in pairwise(bounds):
                self.segment = start
                # the reentrant kind computes again within these hooks, so that we see what it keeps meanwhile
                x = checkpoint(lambda t, a=start, b=end: self._chain(a, b, t), x, use_reentrant=True)
                self.segment = None
                self.moments.pop()
                self.note("forward", end - 1)  # now with its input
            return x

        return self._run(forward)

    def _run(self, forward: Callable[[Any], Any], walk: bool = True) -> list[Moment]:
        hooks = self._module(".autograd.graph").saved_tensors_hooks
        with hooks(lambda tensor: _Kept(self, tensor), lambda kept: kept.tensor):
            result = forward(self.x).sum()
            if walk:
                self.walking = True
                result.backward()
        return self.moments

    def _chain(self, start: int, end: int, x: Any) -> Any:
        for i in range(start, end):
            self.at = i
            x = self.operations[i](x)
            self.note("again" if self.walking else "forward", i)
        return x

    def note(self, kind: str, operation: int) -> None:
        held, inputs = [0] * len(self.operations), [0] * len(self.operations)
        counted = {self.x.data_ptr()}
        for entry in self.kept.values():
            if entry.address not in counted:  # each memory once, however often it is saved
                counted.add(entry.address)
                (inputs if entry.is_input else held)[entry.place] += entry.size
        self.moments.append(Moment(kind, operation, tuple(held), tuple(inputs)))

    def _module(self, name: str) -> Any:
        return importlib.import_module(self.library + name)


@dataclass(frozen=True)
class _Entry:
    """A line of the ledger."""

    address: int
    size: int
    place: int
    is_input: bool


class _Kept:
    """A saved tensor. It comes into being when the graph keeps it, and dies when the graph lets it go."""

    def __init__(self, run: Run, tensor: Any):
        self.run, self.tensor = run, tensor.detach()
        is_input = run.segment is not None
        size = tensor.numel() * tensor.element_size()
        run.kept[id(self)] = _Entry(tensor.data_ptr(), size, run.segment if is_input else run.at, is_input)

    def __del__(self):
        entry = self.run.kept.pop(id(self))
        if self.run.walking:
            self.run.note("input" if entry.is_input else "free", entry.place)


class _Scale:
    def __init__(self, names: list[str], largest: int, most: int):
        self.names, self.largest, self.most = names, largest, most
        self.step = (WIDTH - LEFT - RIGHT) / len(names)
        self.width = min(0.7 * self.step, 46)

        self.unit, self.bytes = (tr("bytes"), 1) if largest < 1024 else ("KiB", 1024)

    def number(self, size: int) -> str:
        return f"{size / self.bytes:,.0f}"

    def column(self, i: int) -> float:
        return LEFT + (i + 0.5) * self.step

    def height(self, size: int) -> float:
        return (FLOOR - TOP) * size / self.largest

    def height_of_all(self, size: int) -> float:
        return (FLOOR - TOP) * size / self.most


ALL = WIDTH - RIGHT / 2  # where the bar of all together stands


def _background(scale: _Scale) -> str:
    parts = [f'<path d="M {LEFT} {FLOOR} H {WIDTH - RIGHT} M {ALL - 40} {FLOOR} H {ALL + 40}"/>']
    parts += [_text(scale.column(i), FLOOR + 20, name, "lk-value") for i, name in enumerate(scale.names)]
    parts.append(_text(LEFT + 16, TOP - 22, scale.unit, "lk-soft"))
    return "".join([*parts, _text(ALL, FLOOR + 20, tr("together"), "lk-soft")])


def _frames(moments: list[Moment], scale: _Scale) -> list[Frame]:
    frames, most = [], 0
    for moment in moments:
        most = max(most, moment.total)
        name = scale.names[moment.operation]
        title = {
            "forward": tr("forward: {name}", name=name),
            "again": tr("backward: {name} again", name=name),
            "free": tr("backward: {name}", name=name),
            "input": tr("backward: a part is done"),
        }[moment.kind]
        frames.append(Frame(title, _said(moment, name, most), _drawn(moment, scale, most)))
    return frames


def _said(moment: Moment, name: str, most: int) -> str:
    texts = {
        "forward": tr("Forward: `{name}` has run.", name=name),
        "again": tr(
            "On the way back the part is computed once more, now recorded: `{name}` has run again.", name=name
        ),
        "free": tr("Backward: `{name}` has been walked, and what it kept is let go.", name=name),
        "input": tr("Backward: this part is done, and its input is let go."),
    }
    end = tr("Kept now: {now}. The most so far: {most}.", now=in_words(moment.total), most=in_words(most))
    return f"{texts[moment.kind]} {end}"


def _drawn(moment: Moment, scale: _Scale, most: int) -> str:
    parts = []
    for i, (held, kept) in enumerate(zip(moment.held, moment.inputs, strict=True)):
        x, now = scale.column(i), i == moment.operation
        base = FLOOR
        for size, colour in ((kept, "value"), (held, "gradient")):
            if size:
                base -= scale.height(size)
                parts.append(_bar(x, base, scale.width, scale.height(size), colour, now))
        if held + kept:
            parts.append(_text(x, base - 7, scale.number(held + kept), "lk-gradient" if held else "lk-value"))
        if now:
            parts.append(f'<path d="M {x - 5:.1f} {FLOOR + 36} l 5 -8 l 5 8 z" style="fill: var(--lk-ink)"/>')
    if moment.total:
        height = scale.height_of_all(moment.total)
        parts.append(_bar(ALL, FLOOR - height, 50, height, "gradient", True))
    y = FLOOR - scale.height_of_all(most)
    parts.append(
        f'<path d="M {ALL - 40} {y:.1f} H {ALL + 40}" style="stroke: var(--lk-ink); stroke-dasharray: 4 3"/>'
    )
    parts.append(_text(ALL, TOP - 22, tr("now {size}", size=in_words(moment.total)), "lk-gradient"))
    parts.append(_text(ALL, TOP - 6, tr("most {size}", size=in_words(most)), "lk-soft"))
    return "".join(parts)


def in_words(size: int) -> str:
    """Bytes as text: "96 bytes", "1,024 KiB"."""
    return tr("{n} bytes", n=size) if size < 1024 else f"{size / 1024:,.0f} KiB"


def _bar(x: float, y: float, width: float, height: float, colour: str, now: bool) -> str:
    style = f"fill: var(--lk-{colour}-fill); stroke: var(--lk-{colour}); stroke-width: {2.4 if now else 1.2}"
    return f'<rect x="{x - width / 2:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" style="{style}"/>'


def _text(x: float, y: float, text: str, kind: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(text)}</text>'
