"""Whether a locked cell is as it was handed out: nbgrader keeps a checksum of it in the notebook itself.

A student can forge one, so it only decides what is said about a cell, and never what it counts.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode


def clean_marks(found: dict[str, Any]) -> NotebookNode:
    """nbgrader's metadata of a student's cell (with a grade id), each key only as what it may be."""
    from nbformat import NotebookNode

    marks = NotebookNode({name: found.get(name) is True for name in ("grade", "solution", "locked", "task")})
    points = found.get("points")
    good = isinstance(points, int | float) and math.isfinite(points) and points >= 0
    grade_id = found["grade_id"].encode(errors="replace").decode()  # a lone surrogate is no letter
    marks.update(grade_id=grade_id, points=float(points) if good else 0.0, schema_version=3)
    return marks


def fits_checksum(kind: str, source: str, found: dict[str, Any]) -> bool | None:
    """Whether a locked cell's text is what the checksum beside it says; None where nobody knows."""
    if found.get("locked") is not True or not isinstance(found.get("checksum"), str):
        return None
    from nbformat import NotebookNode
    from nbgrader.utils import compute_checksum

    metadata = NotebookNode(nbgrader=clean_marks(found))
    return (
        compute_checksum(NotebookNode(cell_type=kind, source=source, metadata=metadata)) == found["checksum"]
    )
