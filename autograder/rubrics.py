"""Rubrics of written answers: shown to the person who grades, below the answer in formgrader, and to nobody else."""

from __future__ import annotations

import copy

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from autograder import cells
from autograder.outline import outline

MARK = "rubric-"  # begins the id of a rubric's cell


def with_rubrics(notebook: NotebookNode, source: NotebookNode) -> NotebookNode:
    """A graded notebook with each written answer's rubric, from the instructor's source, below it."""
    known = {cell.id: cell for cell in outline(source).manual if cell.scheme}
    notebook = copy.copy(notebook)
    placed = []
    for cell in notebook.cells:
        placed.append(cell)
        if rubric := known.get(cells.grade_id(cell)):
            text = f"**Rubric, {rubric.points:g} points** (students do not see it)\n\n{rubric.scheme}"
            placed.append(new_markdown_cell(text, id=f"{MARK}{rubric.id}"[:64]))
    notebook.cells = placed
    return notebook
