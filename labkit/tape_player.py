"""`show_tape`: a gradient tape while it records, and the head that runs back over its rows."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from .frames import Frame, show_frames
from .graph.wording import short
from .page import escape
from .tape_record import Recording, Row, record
from .translate import tr

LEFT, TOP, HEIGHT = 34, 40, 30  # of the rows
OPERATION, VALUE, GRADIENT, RIGHT = 74, 320, 450, 520  # columns: where text begins, two centres, the end
BOX, WIDTH = 548, 738  # sources: their left and right side
LONG = 24  # characters of an operation in the picture; the words have it in full


def show_tape(program: str, /, *, watch: Iterable[Any] | None = None) -> None:
    """Record a small program on a real `GradientTape`, and let the reader play it back row by row.

    program: assignments in the caller's variables, "a = x + b; f = a ** 2"; the last one is the target. Operations
        within an expression get rows of their own.
    watch: the tensors to watch; without it the tape watches every trainable Variable.

    Values are in one colour, gradients in the other. For single numbers the local derivatives are shown too.
    """
    frame = sys._getframe(1)
    recording = record(program, {**frame.f_globals, **frame.f_locals}, watch)
    states = _Player(recording)
    size = (WIDTH + 2, TOP + HEIGHT * max(len(recording.rows), 2 * len(recording.sources)) + 12)
    show_frames(
        tr("The tape of `{program}`", program=program),
        states.frames(),
        size=size,
        slider=tr("step"),
        background=_head_line(),
        alt=tr("A gradient tape with {rows} rows, its sources beside it.", rows=len(recording.taped)),
    )


class _Player:
    """Goes through a recording and draws each state."""

    def __init__(self, recording: Recording):
        self.recording = recording
        self.arrived: dict[str, list[Any]] = {}  # by name: the contributions that came so far
        self.written = 0  # rows that have been computed
        self.now: Row | None = None
        self.done = False

    def frames(self) -> list[Frame]:
        recording = self.recording
        watched = [name for name in recording.sources if name in recording.watched]
        if watched:
            said = tr("The tape is open. It watches {names}.", names=_list(watched))
        else:
            said = tr("The tape is open. It watches nothing.")
        frames = [self._frame(tr("open"), said)]
        for row in recording.rows:
            self.written, self.now = self.written + 1, row
            frames.append(self._frame(tr("line {n}", n=self.written), self._recorded(row)))
        self.now = None
        frames.append(self._frame(tr("closed"), self._close()))
        for row in reversed(recording.taped):
            self.now = row
            said = self._played(row)
            frames.append(self._frame(tr("back {n}", n=self._number(row)), said))
        self.now, self.done = None, True
        answers = [f"`{name}`: {_value(recording.answers[name])}" for name in recording.sources]
        said = tr("The answers of the tape. Gradient for {answers}.", answers=", ".join(answers))
        return [*frames, self._frame(tr("answers"), said)]

    # --- in words
    def _recorded(self, row: Row) -> str:
        line, value = f"{row.name} = {row.text}", short(row.value)
        if not row.on_tape:
            text = tr("forward: `{line}` gives {value}. The tape knows nothing in it, so nothing is written down.",
                      line=line, value=value)  # fmt: skip
            return text
        known = [name for name in row.inputs if self._knows(name)]
        return tr("forward: `{line}` gives {value}, and is written down, since the tape knows {names}.",
                  line=line, value=value, names=_list(known))  # fmt: skip

    def _close(self) -> str:
        target, answers = self.recording.target, self.recording.answers
        if not any(row.name == target for row in self.recording.taped):
            return tr(
                "The tape is closed. It has no row for `{target}`: every answer will be None.", target=target
            )
        self.arrived[target] = [answers[target]]
        return tr("The tape is closed. The way back begins with the gradient {one} for `{target}`.",
                  one=short(answers[target]), target=target)  # fmt: skip

    def _played(self, row: Row) -> str:
        line = tr("Row {n}, `{line}`.", n=self._number(row), line=f"{row.name} = {row.text}")
        if row.upstream is None:
            return line + " " + tr("Nothing has arrived here, so the head moves on.")
        parts = []
        for name, gradient, local in row.handed:
            if gradient.numel() == row.upstream.numel() == 1:
                product = f"{_signed(row.upstream)} · {_signed(local)} = {short(gradient)}"
            else:
                product = short(gradient)
            before = self.arrived.setdefault(name, [])
            part = tr("{product} for `{name}`", product=product, name=name)
            if before:
                total = sum(before[1:], before[0]) + gradient
                part += (
                    " ("
                    + tr("accumulate: {sum} = {total}", sum=_sum([*before, gradient]), total=short(total))
                    + ")"
                )
            before.append(gradient)
            parts.append(part)
        return line + " " + tr("Upstream × local derivative: {parts}.", parts="; ".join(parts))

    # --- as a picture
    def _frame(self, name: str, text: str) -> Frame:
        rows = "".join(self._row(i, row) for i, row in enumerate(self.recording.rows))
        sources = "".join(self._source(i, name) for i, name in enumerate(self.recording.sources))
        return Frame(name, text, rows + sources)

    def _row(self, i: int, row: Row) -> str:
        if i >= self.written:
            return ""
        top, now = TOP + i * HEIGHT, row is self.now
        box = "lk-now" if now else "" if row.on_tape else "lk-hidden"
        soft = "" if row.on_tape else "lk-soft"
        parts = [
            f'<g class="{box}"><rect x="{LEFT}" y="{top}" width="{RIGHT - LEFT}" height="{HEIGHT - 4}" rx="3"/></g>'
        ]
        if row.on_tape:
            parts.append(_text(LEFT + 20, top, str(self._number(row)), "lk-soft"))
        line = f"{row.name} = {row.text}"
        line = line if len(line) <= LONG else line[: LONG - 1] + "…"
        parts.append(_text(OPERATION, top, line, soft, left=True))
        parts.append(_text(VALUE, top, short(row.value), "lk-value" if row.on_tape else soft))
        if row.name in self.arrived:
            parts.append(_text(GRADIENT, top, _total(self.arrived[row.name]), "lk-gradient"))
        if now:
            middle = top + (HEIGHT - 4) / 2
            parts.append(
                f'<path class="lk-head" style="fill: var(--lk-ink)" d="M8 {middle - 8}l18 8l-18 8z"/>'
            )
        return "".join(parts)

    def _source(self, i: int, name: str) -> str:
        watched = name in self.recording.watched
        top, soft = TOP + 2 * i * HEIGHT, "" if watched else "lk-soft"
        arrived = self.arrived.get(name, [])
        gradient = tr("gradient {value}", value=_total(arrived)) if arrived else ""
        if self.done and not arrived:
            gradient = tr("gradient {value}", value="None")
        state = tr("watched") if watched else tr("not watched")
        height, centre = 2 * HEIGHT - 8, (BOX + WIDTH) / 2
        return (
            f'<g class="{"lk-leaf" if watched else "lk-hidden"}"><rect x="{BOX}" y="{top}" width="{WIDTH - BOX}" '
            f'height="{height}" rx="3"/></g>'
            + _text(
                centre,
                top - 2,
                f"{name} = {short(self.recording.sources[name])}",
                "lk-value" if watched else soft,
            )
            + _text(centre, top + 22, gradient or state, "lk-gradient" if gradient else "lk-soft")
        )

    def _knows(self, name: str) -> bool:
        return name in self.recording.watched or any(row.name == name for row in self.recording.taped)

    def _number(self, row: Row) -> int:
        return self.recording.taped.index(row) + 1


def _head_line() -> str:
    """What stands above the columns."""
    return (
        _text(OPERATION, 6, tr("operation"), "lk-soft", left=True)
        + _text(VALUE, 6, tr("value"), "lk-value")
        + _text(GRADIENT, 6, tr("gradient"), "lk-gradient")
        + _text((BOX + WIDTH) / 2, 6, tr("sources"), "lk-soft")
    )


def _text(x: float, top: float, text: str, kind: str, *, left: bool = False) -> str:
    style = ' style="text-anchor: start"' if left else ""
    return f'<text class="{kind}" x="{x:g}" y="{top + 18:g}"{style}>{escape(text)}</text>'


def _total(parts: list[Any]) -> str:
    return short(sum(parts[1:], parts[0]))


def _sum(parts: list[Any]) -> str:
    return " + ".join(_signed(part) for part in parts)


def _signed(value: Any) -> str:
    text = short(value)
    return f"({text})" if text.startswith("-") else text


def _value(value: Any) -> str:
    return "None" if value is None else short(value)


def _list(names: list[str]) -> str:
    return (
        tr(" and ").join(f"`{name}`" for name in names)
        if len(names) < 3
        else ", ".join(f"`{n}`" for n in names)
    )
