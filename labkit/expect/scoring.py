"""Partial credit."""

from __future__ import annotations

import math

from ..translate import given, tr


def score(fraction: float, message: str = "", *, points: float = 1.0) -> float:
    """`fraction` of `points` as a plain float; as the last line of a graded cell it is the partial credit.

    fraction: 0 to 1, else ValueError. points: the cell's points (nbgrader takes the last value as points).
    Anything below full marks prints the percentage and `message`.
    """
    fraction = float(fraction)
    if not (math.isfinite(fraction) and 0 <= fraction <= 1):
        raise ValueError(f"a fraction of the points lies between 0 and 1, not {fraction}")
    if fraction < 1:
        print(tr("Partly right: {percent}% of the points.", percent=round(100 * fraction)), given(message))
    return fraction * float(points)
