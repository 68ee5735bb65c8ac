"""The secant that turns into the tangent: two points of a curve, h apart, and the slope of the line through them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .expect import display
from .frames import PlotFrame, show_plot_frames
from .palette import LIGHT
from .plots import subplots
from .translate import tr

STEPS = (2.0, 1.0, 0.5, 0.25, 0.1, 0.01)


def secant_slider(f: Callable[[Any], Any], x: Any, steps: Sequence[float] = STEPS) -> None:
    """Show the secants of f at x, for smaller and smaller steps: forward from x to x + h, and central around x.

    f: a function of one number that returns a number. x: the point, a Python number; or a tensor with one number,
        and then f is called with such tensors, as in `secant_slider(torch.sin, torch.tensor(1.0))`.
    steps: the steps h, at least one, all positive.
    ValueError for other steps, or if f does not return one number.
    """
    steps = [float(h) for h in steps]
    if not steps or min(steps) <= 0:
        raise ValueError(f"steps are positive numbers, at least one, not {steps}: h → 0 comes by itself")
    x, value, limit = _measured(f, x)
    figure, (curve, slopes) = subplots(1, 2, figsize=(8.4, 3.5), width_ratios=(3, 2))
    _background(curve, slopes, value, x, steps, limit)
    groups = {}
    for name, back in ((tr("forward, from x to x + h"), 0), (tr("central, from x − h to x + h"), 1)):
        ends = [(x - back * h, x + h) for h in steps]
        found = [(value(right) - value(left)) / (right - left) for left, right in ends]
        marks = slopes.plot(steps, found, "o", color=LIGHT["gradient"], markersize=4)[0]
        frames = [
            _secant(curve, slopes, value, h, pair, slope, limit, marks)
            for h, pair, slope in zip(steps, ends, found, strict=True)
        ]
        groups[name] = [*frames, _tangent(curve, value, x, limit, marks)]
    figure.tight_layout()
    show_plot_frames(
        tr("The secant turns into the tangent"), figure, groups, slider=tr("step h"), start=0,
        switch=tr("Secant:"),
        alt=tr("Left: a curve, its tangent (dashed) and a secant. Right: the slope of the secant for each step h, "
               "and the slope of the tangent (dashed)."),
    )  # fmt: skip


def _measured(f: Callable[[Any], Any], x: Any) -> tuple[float, Callable[[float], float], float]:
    """x as a number, f as a function from number to number, and the slope of the tangent, measured."""
    like = x.detach().double() if hasattr(x, "detach") else float(x)

    def value(point: float) -> float:
        result = f(like * 0 + point)
        try:
            return float(result.detach() if hasattr(result, "detach") else result)
        except (TypeError, ValueError, RuntimeError):
            raise ValueError(
                f"f({_(point)}) gave {display.value(result)}, and a slope needs one number. "
                "Return a number, or a tensor with one number."
            ) from None

    x = float(like)
    h = best_step(f(like), x)
    return x, value, (value(x + h) - value(x - h)) / (2 * h)


def best_step(result: Any, x: float) -> float:
    """The step of a central difference at x that suits the dtype of a function's result: about the cube root of ε."""
    exact = "float64" in str(getattr(result, "dtype", "float64"))  # Python's own numbers are float64
    return (6e-6 if exact else 5e-3) * max(1.0, abs(x))


def _background(curve: Any, slopes: Any, value: Any, x: float, steps: list[float], limit: float) -> None:
    """What is seen in every frame: the curve, the tangent, and its slope."""
    reach = 1.3 * max(steps)
    points = [x - reach + 2 * reach * k / 160 for k in range(161)]
    heights = [value(point) for point in points]
    curve.plot(points, heights, color=LIGHT["value"], linewidth=2)
    low, high = min(heights), max(heights)
    margin = 0.08 * (high - low or 1.0)
    curve.set(xlim=(points[0], points[-1]), ylim=(low - margin, high + margin), xlabel="x", ylabel="f(x)")
    curve.axline((x, value(x)), slope=limit, color=LIGHT["soft"], linestyle="--", linewidth=1)
    slopes.axhline(limit, color=LIGHT["soft"], linestyle="--", linewidth=1)
    slopes.set(xscale="log", xlabel=tr("step h, smaller to the right"), ylabel=tr("slope"))
    slopes.set_xlim(2 * max(steps), min(steps) / 2)


def _secant(curve, slopes, value, h, ends, slope, limit, marks) -> PlotFrame:
    left, right = ends
    low, high = value(left), value(right)
    line = curve.axline((left, low), slope=slope, color=LIGHT["gradient"], linewidth=1.6)
    legs = curve.plot([left, right, right], [low, low, high], color=LIGHT["gradient"], linewidth=0.9)[0]
    dots = curve.plot([left, right], [low, high], "o", color=LIGHT["gradient"])[0]
    now = slopes.plot([h], [slope], "o", color=LIGHT["gradient"], markersize=9)[0]
    text = tr(
        "From x = {left} to x = {right}: rise {rise}, run {run}, slope {slope}. The slope of the tangent is {limit}.",
        left=_(left), right=_(right), rise=_(high - low), run=_(right - left), slope=_(slope), limit=_(limit),
    )  # fmt: skip
    return PlotFrame(f"h = {h:g}", text, [line, legs, dots, now, marks])


def _tangent(curve, value, x, limit, marks) -> PlotFrame:
    line = curve.axline((x, value(x)), slope=limit, color=LIGHT["gradient"], linewidth=1.6)
    dot = curve.plot([x], [value(x)], "o", color=LIGHT["gradient"])[0]
    text = tr(
        "The two points have become one, and through one point there is no secant. "
        "But the slopes have a limit: {limit}, the slope of the tangent.",
        limit=_(limit),
    )
    return PlotFrame("h → 0", text, [line, dot, marks])


def _(number: float) -> str:
    """A number as a picture shows it: five digits, no −0."""
    return f"{number:.5g}".replace("-0", "0") if number == 0 else f"{number:.5g}"
