"""What a lesson asks for: its tasks, the tests of each, its written answers, and what they are worth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autograder import cells
from autograder.markers import BEGIN_HIDDEN, BEGIN_SCHEME, END_HIDDEN, END_SCHEME, inside, outside

if TYPE_CHECKING:
    from nbformat import NotebookNode


@dataclass(frozen=True)
class TestCell:
    """One automatically graded cell. `task` is the grade_id of the solution cell it tests, "" if none."""

    __test__ = False  # pytest: this is not a class of tests

    id: str
    task: str
    title: str
    visible: bool
    points: float
    isolated: bool = True
    forbids: tuple[str, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True)
class ManualCell:
    """One cell that a person grades: a written answer, or code; `scheme` is the rubric for that person."""

    id: str
    points: float
    scheme: str = ""


@dataclass(frozen=True)
class Outline:
    """The tasks (grade_ids of solution cells), tests and manually graded cells of a notebook, in order."""

    tasks: tuple[str, ...]
    tests: tuple[TestCell, ...]
    manual: tuple[ManualCell, ...]

    @property
    def points(self) -> float:
        """What the automatic tests give together."""
        return sum(test.points for test in self.tests)

    @property
    def manual_points(self) -> float:
        return sum(cell.points for cell in self.manual)

    def tests_of(self, task: str) -> tuple[TestCell, ...]:
        return tuple(test for test in self.tests if test.task == task)


def outline(notebook: NotebookNode) -> Outline:
    """The outline of a source notebook (with solutions and hidden tests in it)."""
    tasks, tests, manual = [], [], []
    for cell in notebook.cells:
        name = cells.grade_id(cell)
        points = float(cells.marks(cell).get("points") or 0)
        if cells.is_graded(cell) and not cells.is_test(cell):
            scheme = "\n".join(inside(cell.source, BEGIN_SCHEME, END_SCHEME)).strip()
            manual.append(ManualCell(name, points, scheme))
        elif cells.is_answer(cell):
            tasks.append(name)
        elif cells.is_test(cell):
            tests.append(_test(cell, name, points, tasks[-1] if tasks else ""))
    return Outline(tuple(tasks), tuple(tests), tuple(manual))


def _test(cell: NotebookNode, name: str, points: float, task: str) -> TestCell:
    extra = cell.metadata.get("autograder", {})
    first = next((line.strip() for line in cell.source.splitlines() if line.strip()), "")
    titled = first.startswith("#") and BEGIN_HIDDEN not in first
    shown = outside(cell.source, BEGIN_HIDDEN, END_HIDDEN)
    return TestCell(
        id=name,
        task=extra.get("task", task),
        title=first.lstrip("# ").rstrip() if titled else name,
        visible=any(line.strip() and not line.strip().startswith("#") for line in shown),
        points=points,
        isolated=extra.get("isolated", True),
        forbids=tuple(extra.get("forbids", ())),
        seconds=extra.get("seconds"),
    )


def joined(outlines: Iterable[Outline]) -> Outline:
    """The outline of a lesson that has several notebooks."""
    found = list(outlines)
    return Outline(
        tuple(task for one in found for task in one.tasks),
        tuple(test for one in found for test in one.tests),
        tuple(cell for one in found for cell in one.manual),
    )
