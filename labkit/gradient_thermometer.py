"""The gradient thermometer: `.grad` of one parameter at each step of a training loop, cleared or forgotten."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .frames import Frame, show_frames
from .page import escape
from .translate import tr

WIDTH, LEFT, RIGHT = 640, 84, 20
ZERO, REACH = 132, 84  # of the thermometers: the height of 0, and the length of the largest gradient
TOP, BOTTOM = 292, 372  # of the path of the parameter
TUBE = 30


@dataclass(frozen=True)
class Step:
    """One step of the loop: what `.grad` held before the backward pass and after it, the parameter before and after."""

    left: float
    total: float
    before: float
    after: float


def gradient_thermometer(
    loss: Callable[[Any], Any], w: Any, lr: float = 0.25, *, steps: int = 8, best: float | None = None
) -> None:
    """Show a training loop step by step: what each backward pass finds in `.grad`, what it adds, where w goes.

    A switch chooses between a loop that clears `.grad` in each step and one that forgets it.
    loss: from a parameter to a tensor with one number. w: where it begins, a tensor with one number; it stays as it is.
    lr: the learning rate. best: the parameter with the smallest loss, drawn as a dashed line.
    ValueError if there is no step, or if the numbers grow beyond all bounds.
    """
    groups = {
        tr("cleared in each step"): _run(loss, w, lr, steps, clear=True),
        tr("forgot to clear"): _run(loss, w, lr, steps, clear=False),
    }
    everything = [step for run in groups.values() for step in run]
    largest = max(max(abs(step.left), abs(step.total)) for step in everything) or 1.0
    places = [p for step in everything for p in (step.before, step.after)] + ([] if best is None else [best])
    scale = _Scale(largest, min(places), max(places), steps)
    frames = {name: _frames(run, scale, lr) for name, run in groups.items()}
    show_frames(
        tr("The gradient thermometer"), frames, size=(WIDTH, BOTTOM + 34), slider=tr("step"), start=0,
        switch=tr("The loop:"), background=_background(scale, best),
        alt=tr("Above, a thermometer for each step: its level is the gradient in .grad. Below, the path of the parameter w."),
    )  # fmt: skip


def _run(loss: Callable[[Any], Any], w: Any, lr: float, steps: int, *, clear: bool) -> list[Step]:
    """The real loop, on a leaf of its own."""
    if steps < 1:
        raise ValueError(f"a training loop has at least one step, not {steps}")
    leaf = w.detach().clone().requires_grad_()
    found = []
    for _ in range(steps):
        if clear:
            leaf.grad = None
        left = 0.0 if leaf.grad is None else leaf.grad.item()
        before = leaf.item()
        loss(leaf).backward()
        leaf.detach().sub_(lr * leaf.grad)
        found.append(Step(left, leaf.grad.item(), before, leaf.item()))
    if not all(math.isfinite(step.total) and math.isfinite(step.after) for step in found):
        raise ValueError(
            f"with lr = {lr} the numbers grow beyond all bounds within {steps} steps, and cannot be drawn. "
            "Choose a smaller learning rate, or fewer steps."
        )
    return found


class _Scale:
    """From numbers to places in the picture."""

    def __init__(self, largest: float, low: float, high: float, steps: int):
        self.largest, self.low, self.high, self.steps = largest, low, high, steps

    def column(self, step: float) -> float:
        return LEFT + (step + 0.5) * (WIDTH - LEFT - RIGHT) / self.steps

    def level(self, gradient: float) -> float:
        return ZERO - REACH * gradient / self.largest

    def place(self, w: float) -> float:
        span = self.high - self.low or 1.0
        return BOTTOM - (BOTTOM - TOP) * (w - self.low) / span


def _background(scale: _Scale, best: float | None) -> str:
    parts = [
        _text(LEFT - 34, ZERO - REACH - 26, ".grad", "lk-gradient"),
        _text(LEFT - 34, TOP - 18, "w", "lk-value"),
    ]
    for value in (scale.largest, 0.0, -scale.largest):
        parts.append(_text(LEFT - 16, scale.level(value) + 4, _(value), "lk-soft", "end"))
    parts.append(_line(LEFT, ZERO, WIDTH - RIGHT, ZERO))
    for k in range(scale.steps):
        x = scale.column(k) - TUBE / 2
        parts.append(
            f'<rect x="{x:.1f}" y="{ZERO - REACH - 10}" width="{TUBE}" height="{2 * REACH + 20}" rx="{TUBE / 2}" '
            'style="fill: none; stroke: var(--lk-line)"/>'
        )
        parts.append(_text(scale.column(k), ZERO + REACH + 28, str(k + 1), "lk-soft"))
    for value in (scale.low, scale.high):
        parts.append(_text(LEFT - 16, scale.place(value) + 4, _(value), "lk-soft", "end"))
    if best is not None:
        y = scale.place(best)
        parts.append(_line(LEFT, y, WIDTH - RIGHT, y, "stroke-dasharray: 5 4"))
        parts.append(_text(WIDTH - RIGHT, y - 6, tr("smallest loss"), "lk-soft", "end"))
    return "".join(parts)


def _frames(run: list[Step], scale: _Scale, lr: float) -> list[Frame]:
    return [
        Frame(tr("step {k}", k=k + 1), _said(step, k, lr), _drawn(run[: k + 1], scale))
        for k, step in enumerate(run)
    ]


def _said(step: Step, k: int, lr: float) -> str:
    added = step.total - step.left
    fields = {
        "k": k + 1, "left": _(step.left), "added": _(added), "total": _(step.total), "lr": _(lr),
        "before": _(step.before), "after": _(step.after),
    }  # fmt: skip
    if step.left == 0:
        first = tr("Step {k}. `.grad` was empty. This pass adds {added}.", **fields)
    else:
        first = tr(
            "Step {k}. `.grad` still held {left}. This pass adds {added}, so `.grad` is {total}.", **fields
        )
    return f"{first} " + tr("The step takes w from {before} to {after}.", **fields)


def _drawn(run: list[Step], scale: _Scale) -> str:
    """The thermometers and the path up to the last step of `run`, which stands out."""
    parts = []
    for k, step in enumerate(run):
        now = k == len(run) - 1
        x, level = scale.column(k), scale.level(step.total)
        top, height = min(level, ZERO), abs(level - ZERO)
        stroke = "stroke: var(--lk-gradient); stroke-width: " + ("2.4" if now else "1")
        parts.append(
            f'<rect x="{x - TUBE / 2 + 4:.1f}" y="{top:.1f}" width="{TUBE - 8}" height="{max(height, 1):.1f}" rx="3" '
            f'style="fill: var(--lk-gradient-fill); {stroke}"/>'
        )
        parts.append(_text(x, ZERO - REACH - 18, _(step.total), "lk-gradient"))
        if now and step.left:
            held = scale.level(step.left)
            parts.append(
                _line(x - TUBE, held, x + TUBE, held, "stroke: var(--lk-ink); stroke-dasharray: 3 3")
            )
            halo = "paint-order: stroke; stroke: var(--lk-paper); stroke-width: 4"  # over the tube before it
            parts.append(_text(x - TUBE / 2 - 6, held - 4, _(step.left), "lk-soft", "end", halo))
        if now:
            parts.append(_arrow(x + TUBE / 2 + 2, scale.level(step.left), level))
    # w stands between the steps: before the first, after the first, ...
    values = [run[0].before, *[step.after for step in run]]
    points = [(scale.column(i - 0.5), scale.place(w)) for i, w in enumerate(values)]
    path = " L ".join(f"{x:.1f} {y:.1f}" for x, y in points)
    parts.append(f'<path d="M {path}" style="stroke: var(--lk-value); stroke-width: 2"/>')
    for i, (x, y) in enumerate(points):
        size = 6 if i == len(points) - 1 else 3
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" style="fill: var(--lk-value)"/>')
    return "".join(parts)


def _arrow(x: float, start: float, end: float) -> str:
    if abs(end - start) < 3:
        return ""
    tip = 5 if end > start else -5
    style = 'style="stroke: var(--lk-gradient); stroke-width: 2"'
    return (
        f'<path d="M {x:.1f} {start:.1f} V {end:.1f} M {x - 4:.1f} {end - tip:.1f} L {x:.1f} {end:.1f} '
        f'L {x + 4:.1f} {end - tip:.1f}" {style}/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, style: str = "") -> str:
    return f'<path d="M {x1:.1f} {y1:.1f} L {x2:.1f} {y2:.1f}" style="{style}"/>'


def _text(x: float, y: float, text: str, kind: str, anchor: str = "middle", style: str = "") -> str:
    style = f"text-anchor: {anchor}" + (f"; {style}" if style else "")
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" style="{style}">{escape(text)}</text>'


def _(number: float) -> str:
    """A number as a picture shows it: four digits, a real minus, no −0."""
    return f"{number + 0.0:.4g}".replace("-", "−")
