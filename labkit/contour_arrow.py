"""Contour lines and the gradient as an arrow: it stands across them, and its product with a direction is the slope."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from .frames import PlotFrame, show_plot_frames
from .palette import LIGHT
from .plots import subplots
from .secant_slider import best_step
from .translate import tr

GRID = 61
LONGEST = 0.28  # of the window's width: the longest gradient arrow
UNIT = 0.17  # of the window's width: the direction, which has the length 1


def contour_arrow(
    f: Callable[[float, float], Any],
    path: Sequence[tuple[float, float]],
    direction: tuple[float, float] = (1.0, 0.0),
) -> None:
    """Show the contour lines of f(x, y) and, at each point of a path, its gradient and the slope in a direction.

    f: a function of two Python numbers that returns a number, or a tensor with one number.
    path: the points, at least one. The switch keeps the point in the middle of the path and turns the direction.
    direction: not (0, 0); it is divided by its length, so that the slope is the rise for one unit of way.
    ValueError for an empty path or the direction (0, 0).
    """
    path = [(float(x), float(y)) for x, y in path]
    length = math.hypot(*direction)
    if not path or not length:
        raise ValueError("a path of at least one point is needed, and a direction other than (0, 0)")
    unit = (direction[0] / length, direction[1] / length)
    gradients = [_gradient(f, *point) for point in path]
    figure, axes = subplots(figsize=(6.2, 4.6))
    span = _contours(axes, f, path)
    longest = max(math.hypot(*gradient) for gradient in gradients) or 1.0
    track = axes.plot(*zip(*path, strict=True), color=LIGHT["soft"], linewidth=1, linestyle=":")[0]

    def frame(point, gradient, unit, name, text) -> PlotFrame:
        scale = LONGEST * span / longest
        artists = [
            _arrow(axes, point, gradient, scale, LIGHT["gradient"]),
            _arrow(axes, point, unit, UNIT * span, LIGHT["value"]),
            axes.plot(*point, "o", color=LIGHT["ink"], markersize=6, zorder=4)[0],
        ]
        return PlotFrame(name, text, artists)

    walk = [
        frame(point, gradient, unit, tr("at {point}", point=_pair(point)), _slope(f, point, gradient, unit))
        for point, gradient in zip(path, gradients, strict=True)
    ]
    for one in walk:
        one.artists.append(track)
    middle = len(path) // 2 if any(gradients[len(path) // 2]) else gradients.index(max(gradients, key=_norm))
    point, gradient = path[middle], gradients[middle]
    turn = []
    for degrees in range(0, 360, 30):
        angle = math.atan2(gradient[1], gradient[0]) + math.radians(degrees)
        turned = (math.cos(angle), math.sin(angle))
        text = f"{_slope(f, point, gradient, turned)} {_meaning(degrees)}".strip()
        turn.append(frame(point, gradient, turned, tr("{degrees}° from the gradient", degrees=degrees), text))
    show_plot_frames(
        tr("The gradient among the contour lines"),
        figure,
        {tr("the point walks"): walk, tr("the direction turns"): turn},
        slider=tr("place"), start=0, switch=tr("What moves:"),
        note=tr("Orange: the gradient, longer where the slope is steeper. Blue: the direction v, of length 1."),
        alt=tr("Contour lines, a point with its gradient as an arrow, and a direction as a second arrow."),
    )  # fmt: skip


def _gradient(f: Callable, x: float, y: float) -> tuple[float, float]:
    """Two central differences."""
    h, k = (best_step(f(x, y), one) for one in (x, y))
    return (
        (float(f(x + h, y)) - float(f(x - h, y))) / (2 * h),
        (float(f(x, y + k)) - float(f(x, y - k))) / (2 * k),
    )


def _norm(vector: tuple[float, float]) -> float:
    return math.hypot(*vector)


def _contours(axes: Any, f: Callable, path: list[tuple[float, float]]) -> float:
    """Draw the lines of equal height around the path; returns the width of the window."""
    (left, right), (low, high) = ((min(side), max(side)) for side in zip(*path, strict=True))
    reach = 0.62 * max(right - left, high - low, 1.0)
    middle = (left + right) / 2, (low + high) / 2
    xs = [middle[0] - 1.2 * reach + 2.4 * reach * k / (GRID - 1) for k in range(GRID)]
    ys = [middle[1] - 0.9 * reach + 1.8 * reach * k / (GRID - 1) for k in range(GRID)]
    heights = [[float(f(x, y)) for x in xs] for y in ys]
    lines = axes.contour(xs, ys, heights, levels=14, colors=LIGHT["line"], linewidths=0.8, linestyles="solid")
    axes.clabel(lines, fontsize=8, colors=LIGHT["soft"])
    axes.set(aspect="equal", xlabel="x", ylabel="y", xlim=(xs[0], xs[-1]), ylim=(ys[0], ys[-1]))
    axes.grid(False)
    return 2.4 * reach


def _arrow(axes: Any, point: tuple, vector: tuple, scale: float, colour: str) -> Any:
    from matplotlib.patches import FancyArrowPatch

    tip = (point[0] + scale * vector[0], point[1] + scale * vector[1])
    style = {"arrowstyle": "-|>", "color": colour, "linewidth": 2.2, "mutation_scale": 14}
    return axes.add_patch(FancyArrowPatch(point, tip, shrinkA=0, shrinkB=0, zorder=3, clip_on=False, **style))


def _slope(f: Callable, point: tuple, gradient: tuple, unit: tuple) -> str:
    return tr(
        "f = {f}, gradient {gradient}, v = {unit}. Slope along v: {gx}·{vx} + {gy}·{vy} = {slope}.",
        f=_digits(float(f(*point))), gradient=_pair(gradient), unit=_pair(unit),
        gx=_factor(gradient[0]), vx=_factor(unit[0]), gy=_factor(gradient[1]), vy=_factor(unit[1]),
        slope=_digits(gradient[0] * unit[0] + gradient[1] * unit[1]),
    )  # fmt: skip


def _meaning(degrees: int) -> str:
    return {
        0: tr("Along the gradient: no direction is steeper."),
        90: tr("Across the gradient: along the contour line nothing changes."),
        180: tr("Against the gradient: the steepest way down."),
        270: tr("Across the gradient: along the contour line nothing changes."),
    }.get(degrees, "")


def _digits(number: float) -> str:
    """Three digits; what is zero but for rounding is 0."""
    return "0" if abs(number) < 5e-9 else f"{number:.3g}"


def _factor(number: float) -> str:
    return f"({_digits(number)})" if number < 0 and _digits(number) != "0" else _digits(number)


def _pair(vector: tuple[float, float]) -> str:
    return f"({_digits(vector[0])}, {_digits(vector[1])})"
