"""The part of a lesson's notebook that tests need: for runs of which only the tests are looked at."""

from __future__ import annotations

import copy
from collections.abc import Collection

from nbformat import NotebookNode

from autograder import cells
from autograder.judge import names
from autograder.outline import outline


def needed(notebook: NotebookNode, tests: Collection[str], everything: bool = False) -> NotebookNode:
    """The part of a lesson's notebook in which these tests can run.

    That is the answers that they are about, the tests, and the cells before them that give a value to a name that
    these mention, or that change it, and so on. everything: all cells but the other tests.
    """
    answers = {test.task for test in outline(notebook).tests if test.id in tests}
    kept: list[NotebookNode] = []
    wanted: set[str] = set()
    for cell in reversed(notebook.cells):
        if cell.cell_type != "code":
            continue
        name = cells.grade_id(cell)
        if cells.is_test(cell):
            take = name in tests
        else:
            take = bool(kept) and (everything or name in answers or bool(_gives(cell.source) & wanted))
        if take:
            kept.insert(0, cell)
            wanted |= names.used_before_bound(cell.source)
    part = copy.copy(notebook)
    part.cells = copy.deepcopy(kept)
    return part


def _gives(source: str) -> frozenset[str]:
    """The names that a cell gives a value, or whose objects it surely changes."""
    return names.bound(source).union(*(statement.mutates for statement in names.statements(source)))
