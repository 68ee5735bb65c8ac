"""`learning_rate_landscape`: the ways of gradient descent over the contours of a loss, one for each learning rate."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from . import palette
from .epoch_slider import digits
from .frames import PlotFrame, show_plot_frames
from .plots import subplots
from .translate import given, tr

LEVELS = 12  # contours


def learning_rate_landscape(
    loss: Callable[[Any, Any], Any],
    paths: Mapping[str, Sequence[tuple[float, float]]],
    *,
    names: tuple[str, str],
    best: tuple[float, float],
) -> None:
    """Show the contours of a loss of two parameters, and on them each path, step by step.

    loss: `loss(p, q)` for NumPy arrays of equal shape, element by element.
    paths: {what is switched between ("0.01"): the points (p, q), the start first, then one for each step}.
    names: of the two parameters, the horizontal one first. best: the point with the smallest loss.
    ValueError if there is no path, or an empty one.
    """
    paths = {name: np.array(path, dtype=float).reshape(-1, 2) for name, path in paths.items()}
    if not paths or not all(len(path) for path in paths.values()):
        raise ValueError("each learning rate needs the points of its path: the start, and one for each step")
    figure, axes = subplots(figsize=(7, 4.2), layout="constrained")
    ink, value, gradient, line = (palette.LIGHT[name] for name in ("ink", "value", "gradient", "line"))
    window = _window(paths, best)
    grid = np.meshgrid(*(np.linspace(low, high, 120) for low, high in window))
    height = np.asarray(loss(*grid), dtype=float)
    lowest = float(np.asarray(loss(np.array(best[0]), np.array(best[1]))))
    levels = lowest + np.geomspace(0.02, 1, LEVELS) ** 2 * (height.max() - lowest)
    axes.contour(*grid, height, levels=levels, colors=line, linewidths=0.8)
    axes.plot(*best, "x", color=ink, markersize=9, markeredgewidth=2)
    axes.set(xlabel=names[0], ylabel=names[1], xlim=window[0], ylim=window[1])

    groups = {}
    for name, path in paths.items():
        frames, walked = [], []
        heights = np.asarray(loss(path[:, 0], path[:, 1]), dtype=float)
        for step, point in enumerate(path):
            if step:
                walked += axes.plot(*path[step - 1 : step + 1].T, color=gradient, linewidth=1.5)
                walked += axes.plot(*path[step - 1], ".", color=gradient, markersize=5)
            here = axes.plot(*point, "o", color=value, markersize=8, zorder=3)
            text = _sentence(names, point, float(heights[step]), window)
            frames.append(PlotFrame(tr("step {n}", n=step), text, [*walked, *here]))
        groups[given(name)] = frames
    show_plot_frames(
        tr("Where the steps lead"),
        figure,
        groups,
        slider=tr("step"),
        switch=tr("Learning rate"),
        start=-1,
        note=tr("On each line the loss is the same. The cross marks the smallest loss, the dot the parameters now."),
        alt=tr("Contours of the loss over {p} and {q}, a cross at its minimum ({a}, {b}), and the way that the "
               "parameters take.", p=names[0], q=names[1], a=digits(best[0]), b=digits(best[1])),
    )  # fmt: skip


def _window(paths: Mapping[str, np.ndarray], best: tuple[float, float]) -> list[tuple[float, float]]:
    """What is seen: the starts and the minimum, as far again on the other side of it, and some room."""
    limits = []
    for axis in (0, 1):
        starts = [path[0, axis] for path in paths.values()]
        reach = 1.25 * (max(abs(start - best[axis]) for start in starts) or 1.0)
        limits.append((best[axis] - reach, best[axis] + reach))
    return limits


def _sentence(names: Sequence[str], point: np.ndarray, loss: float, window: Sequence[tuple]) -> str:
    if not np.isfinite(point).all() or not np.isfinite(loss):
        return tr("The numbers have overflowed.")
    text = tr("{p} = {a}, {q} = {b}, loss {loss}.", p=names[0], a=digits(point[0]), q=names[1],
              b=digits(point[1]), loss=digits(loss))  # fmt: skip
    inside = all(low <= number <= high for number, (low, high) in zip(point, window, strict=True))
    return text if inside else text + " " + tr("This is outside the picture.")
