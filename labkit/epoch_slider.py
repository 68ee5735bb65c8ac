"""`epoch_slider`: the fitted curve over the data, epoch by epoch, with the loss and the parameters of that epoch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from . import palette
from .expect import values
from .frames import PlotFrame, show_plot_frames
from .plots import subplots
from .translate import tr


def epoch_slider(
    x: Any, y: Any, curve: Callable[..., Any], history: Mapping[str, Sequence[float]], *, frames: int = 40
) -> None:
    """Show what a model had learned after each epoch.

    x, y: the data, as many numbers each: tensors, arrays or lists.
    curve: what the model computes: `curve(x, **parameters)` for a NumPy array x.
    history: {"loss": [...], "a": [...], ...}: the mean loss and each parameter of `curve` after epoch 1, 2, ...
    frames: how many of the epochs are shown; they stand denser at the start, and the last one is always there.
    ValueError if the data or the columns of `history` differ in length, or there is no loss.
    """
    x, y = (_numbers(data).ravel() for data in (x, y))
    if len(x) != len(y):
        raise ValueError(f"x has {len(x)} numbers and y has {len(y)}: each x needs its y")
    columns = {name: [float(number) for number in column] for name, column in history.items()}
    lengths = {name: len(column) for name, column in columns.items()}
    if not lengths.get("loss") or len(set(lengths.values())) > 1:
        raise ValueError(f'history needs "loss" and one number of each kind for each epoch, not {lengths}')
    losses = columns.pop("loss")

    figure, (left, right) = subplots(1, 2, figsize=(9, 3.6), width_ratios=[3, 2], layout="constrained")
    ink, value, soft = (palette.LIGHT[name] for name in ("ink", "value", "soft"))
    left.scatter(x, y, s=12, color=soft)
    left.set(xlabel="x", ylabel="y", ylim=_room(y))
    right.plot(range(1, len(losses) + 1), losses, color=value)
    right.set(xlabel=tr("epoch"), title=tr("mean loss"), yscale="log")

    at = np.linspace(x.min(), x.max(), 60)
    shown = []
    for epoch in chosen(len(losses), frames):
        parameters = {name: column[epoch - 1] for name, column in columns.items()}
        fitted = np.broadcast_to(curve(at, **parameters), at.shape)
        artists = [
            *left.plot(at, fitted, color=value, linewidth=2),
            *right.plot(epoch, losses[epoch - 1], "o", color=ink),
        ]
        shown.append(PlotFrame(tr("epoch {n}", n=epoch), _sentence(losses[epoch - 1], parameters), artists))
    show_plot_frames(
        tr("The fit, epoch by epoch"),
        figure,
        shown,
        slider=tr("epoch"),
        start=0,
        alt=tr("Left: {n} data points and the fitted curve of one epoch. Right: the mean loss of every epoch "
               "on a logarithmic axis, with a dot at the epoch shown.", n=len(x)),
    )  # fmt: skip


def chosen(epochs: int, frames: int) -> list[int]:
    """Up to `frames` numbers from 1 to `epochs`, with both ends, at steps that grow in proportion."""
    if frames >= epochs:
        return list(range(1, epochs + 1))
    for count in range(max(2, frames), 100 * epochs):  # rounding makes some of them equal, so ask for more
        numbers = sorted({round(number) for number in np.geomspace(1, epochs, count)})
        if len(numbers) >= frames:
            break
    return numbers


def _sentence(loss: float, parameters: Mapping[str, float]) -> str:
    listed = ", ".join(f"{name} = {digits(number)}" for name, number in parameters.items())
    return tr("Mean loss {loss}. {parameters}.", loss=digits(loss), parameters=listed)


def digits(number: float) -> str:
    """Three of them: '183', '0.0743', '−2.1'."""
    return f"{number:.3g}".replace("-", "−")


def _numbers(data: Any) -> np.ndarray:
    return (values.read_nested(data) or values.read(data)).array.astype(float)


def _room(y: np.ndarray) -> tuple[float, float]:
    """Limits that keep the data in view whatever the curve does."""
    margin = 0.15 * (np.ptp(y) or 1.0)
    return float(y.min() - margin), float(y.max() + margin)
