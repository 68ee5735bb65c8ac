"""`gradcheck_microscope`: what gradcheck compares, point by point, for a backward that is more or less wrong.

Above, the slope that backward gives and the slope that is measured. Below, what lies between them, magnified, and the
limit that gradcheck allows. The slider multiplies the backward by a factor; the verdicts are those of the library's own
`gradcheck`.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .expect import display, values
from .frames import PlotFrame, show_plot_frames
from .palette import LIGHT
from .plots import subplots
from .translate import tr

FACTORS = (0.5, 0.9, 0.99, 0.998, 0.999, 1.0, 1.001, 1.002, 1.01, 1.1, 2.0)
SETTINGS = (("float64", 1e-6, 1e-4), ("float32", 1e-4, 1e-3), ("float32", 1e-6, 1e-4))  # dtype, eps, atol
RTOL = 1e-3  # gradcheck's own
FLOOR = 1e-12  # where the lower picture ends: a difference of 0 has no logarithm


@dataclass(frozen=True)
class Look:
    """What there is to see for one dtype, eps and atol. step: between neighbouring slopes that can be measured."""

    dtype: str
    eps: float
    atol: float
    x: np.ndarray
    numeric: np.ndarray
    analytic: np.ndarray
    step: float
    verdicts: dict[float, bool]

    @property
    def limit(self) -> np.ndarray:
        return self.atol + RTOL * np.abs(self.numeric)

    def difference(self, factor: float) -> np.ndarray:
        return np.abs(factor * self.analytic - self.numeric)


def gradcheck_microscope(
    function: Callable[[Any], Any], x: Any, *, factors: Sequence[float] = FACTORS
) -> None:
    """Show the backward of `function` under gradcheck, for three choices of dtype, eps and atol.

    function: takes a tensor and treats each of its numbers by itself, such as `MyFunction.apply`.
    x: a vector, torchlet's or PyTorch's, with the points at which to look. ValueError if it is no vector.
    factors: what the slider multiplies the backward by; 1 leaves it as it is.
    """
    if not values.is_tensor(x) or x.ndim != 1 or not len(x):
        raise ValueError("the microscope needs the points x as a vector, such as torch.linspace(-4, 4, 33)")
    looks = [_look(function, x, factors, *setting) for setting in SETTINGS]
    figure, (above, below) = subplots(2, 1, figsize=(6.6, 5.8), sharex=True)
    highest = max(np.abs(look.analytic).max() for look in looks) * max(1.0, *np.abs(factors))
    lowest = min(0.0, *(look.analytic.min() for look in looks)) * max(1.0, *np.abs(factors))
    above.set(ylim=(lowest - 0.06 * highest, 1.06 * highest), ylabel=tr("slope"))
    below.set(yscale="log", ylim=(FLOOR / 3, 3 * highest), ylabel=tr("difference"), xlabel="x")
    groups = {_title(look): _frames(look, factors, above, below) for look in looks}
    figure.align_ylabels()
    show_plot_frames(
        tr("Under the microscope: what gradcheck compares"),
        figure,
        groups,
        slider=tr("the backward is multiplied by"),
        start=list(factors).index(1.0) if 1.0 in factors else 0,
        switch=tr("Settings:"),
        note=tr("Blue dots: measured slopes. Orange line: what backward gives. Below: the distance between the two, on "
                "a logarithmic scale. Dashed: the limit atol + rtol · |slope|, with rtol = 0.001. A cross is beyond it."),
        alt=tr("Slopes along x, measured and from backward, and below them their difference with the limit"),
    )  # fmt: skip


def _look(function: Any, x: Any, factors: Sequence[float], dtype: str, eps: float, atol: float) -> Look:
    """Slopes as gradcheck takes them, and its verdict for each factor."""
    library = sys.modules[type(x).__module__.partition(".")[0]]
    points = x.detach().to(getattr(library, dtype))
    leaf = points.clone().requires_grad_()
    function(leaf).sum().backward()
    with library.no_grad():
        result = values.tensor_array(function(points))
        above, below = (values.tensor_array(function(points + move)) for move in (eps, -eps))

    def broken(x: Any, factor: float) -> Any:
        y = function(x)
        return y.detach() + factor * (y - y.detach())  # the value of y; its gradient times the factor

    verdicts = {}
    for factor in factors:
        with warnings.catch_warnings(action="ignore"):  # float32 is warned of: here it is the point
            verdicts[factor] = bool(
                library.autograd.gradcheck(
                    lambda x, factor=factor: broken(x, factor),
                    (points.clone().requires_grad_(),),
                    eps=eps,
                    atol=atol,
                    raise_exception=False,
                )
            )
    return Look(
        dtype,
        eps,
        atol,
        values.tensor_array(points).astype(float),
        (above - below).astype(float) / (2 * eps),
        values.tensor_array(leaf.grad).astype(float),
        float(np.spacing(np.abs(result).max())) / (2 * eps),
        verdicts,
    )


def _frames(look: Look, factors: Sequence[float], above: Any, below: Any) -> list[PlotFrame]:
    """Draw one setting into the two pictures: what all its frames share, and what each has of its own."""
    shared = [
        *above.plot(look.x, look.numeric, "o", color=LIGHT["value"], markersize=4, zorder=3),
        *below.plot(look.x, look.limit, "--", color=LIGHT["line"]),
    ]
    frames = []
    for factor in factors:
        seen = np.maximum(look.difference(factor), FLOOR)
        own = [
            *above.plot(look.x, factor * look.analytic, color=LIGHT["gradient"]),
            *below.plot(look.x, seen, "o-", color=LIGHT["gradient"], markersize=4, linewidth=1),
        ]
        if (beyond := seen > look.limit).any():
            own += below.plot(look.x[beyond], seen[beyond], "X", color=LIGHT["gradient"], markersize=9)
        frames.append(PlotFrame(f"× {factor:g}", _sentence(look, factor), [*shared, *own]))
    return frames


def _title(look: Look) -> str:
    return f"{look.dtype}, eps = {_power(look.eps)}, atol = {_power(look.atol)}"


def _power(x: float) -> str:
    """1e-6, as people write it."""
    return f"{x:.0e}".replace("e-0", "e-")


def _sentence(look: Look, factor: float) -> str:
    """What gradcheck says, and by how much the factor alone moves the slopes."""
    says = tr("gradcheck: passes.") if look.verdicts[factor] else tr("gradcheck: fails.")
    wrong = abs(factor - 1) * np.abs(look.analytic).max()
    moved = (
        tr("The backward is right.")
        if factor == 1
        else tr("The backward is wrong by up to {wrong}.", wrong=display.number(wrong, 2))
    )
    measured = tr("Slopes can be measured in steps of {step}.", step=display.number(look.step, 2))
    return f"{says} {moved} {measured}"
