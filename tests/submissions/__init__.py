"""Submissions by name, as recipes: what students really hand in, and what must become of it.

A recipe is a function that makes one submission from a lesson's student edition and reference answers; its docstring
says what the submission is. Nothing that it makes is committed. `autograder demo` takes its class from here, and the
tests grade them all.
"""

from __future__ import annotations

import copy
import importlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder import percent, sources, versions
from autograder.cells import grade_id, is_answer, is_test
from autograder.course import Course
from autograder.outline import BEGIN_SCHEME, END_SCHEME, Outline, outline, outside

KINDS = ("honest", "damaged", "hostile")
ALL, NOTHING, NO_MARK = "all", "nothing", "no mark"


@dataclass
class Material:
    """What a recipe works with, and the folder that it fills.

    tasks: the ids of the answers that tests are about, in order. answers: the reference answers by id.
    wrong: the lesson's known wrong answers; dicts of task, name, loses, source.
    """

    lesson: str
    name: str
    release: NotebookNode
    answers: dict[str, str]
    outline: Outline
    wrong: list[dict]
    folder: Path = Path()

    @classmethod
    def of(cls, course: Course, lesson: str) -> Material:
        """The material of a lesson of one notebook."""
        (form,) = versions.of(course, lesson)
        answers = {grade_id(cell): _bare(cell.source) for cell in form.source.cells if is_answer(cell)}
        return cls(lesson, form.name, form.release, answers, outline(form.source), _wrong(course, lesson))

    @property
    def tasks(self) -> list[str]:
        return [task for task in self.outline.tasks if self.outline.tests_of(task)]

    def notebook(self, **answers: str) -> NotebookNode:
        """The student edition with these answers written in; `**material.answers` for all."""
        notebook = copy.deepcopy(self.release)
        for cell in notebook.cells:
            cell.source = answers.get(grade_id(cell), cell.source)
        return notebook

    def solved(self, **other: str) -> NotebookNode:
        """With all reference answers but `other`."""
        return self.notebook(**{**self.answers, **other})

    def cell(self, notebook: NotebookNode, name: str) -> int:
        """The number of the cell with this grade id."""
        return next(number for number, cell in enumerate(notebook.cells) if grade_id(cell) == name)

    def first_test(self, notebook: NotebookNode, task: str) -> int:
        return self.cell(notebook, self.outline.tests_of(task)[0].id)

    def hand_in(self, notebook: NotebookNode | str | bytes, name: str = "") -> Path:
        """Write a notebook (or any text or bytes) into the folder, by default under the right name."""
        content = nbformat.writes(notebook) if isinstance(notebook, dict) else notebook
        path = self.folder / (name or f"{self.name}.ipynb")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def points(self, earns: str | Sequence[int | str]) -> float | None:
        """What a case should earn: ALL, NOTHING, NO_MARK (None), or all but some tasks (by number) or tests (by id)."""
        if earns == NO_MARK:
            return None
        if earns in (ALL, NOTHING):
            return self.outline.points if earns == ALL else 0.0
        lost = {self.tasks[one] if isinstance(one, int) else one for one in earns}
        return sum(test.points for test in self.outline.tests if not {test.task, test.id} & lost)


@dataclass(frozen=True)
class Case:
    """One recipe and what must become of it.

    status: of the record. earns: see `Material.points`; a function of the material where that depends on the lesson.
    flags: that must be there. reason: words that must occur in the reason. day: handed in so many days after the
    lesson opens. student: the folder's name, if it is not the case's.
    """

    name: str
    kind: str
    make: Callable[[Material], None]
    status: str = "graded"
    earns: object = ALL
    flags: tuple[str, ...] = ()
    reason: str = ""
    day: float = 3
    student: str = ""
    text: str = field(default="", repr=False)

    def expected(self, material: Material) -> float | None:
        return material.points(self.earns(material) if callable(self.earns) else self.earns)


CASES: dict[str, Case] = {}


def case(**outcome: object) -> Callable[[Callable[[Material], None]], Callable[[Material], None]]:
    """Register a recipe under its function's name."""

    def register(make: Callable[[Material], None]) -> Callable[[Material], None]:
        name, kind = make.__name__, make.__module__.rpartition(".")[2]
        assert name not in CASES, f"two cases are called {name}"
        CASES[name] = Case(name, kind, make, text=(make.__doc__ or "").strip(), **outcome)
        return make

    return register


def cases(*kinds: str) -> list[Case]:
    """All cases of these kinds, by default of all."""
    for kind in KINDS:
        importlib.import_module(f"{__name__}.{kind}")
    return [one for one in CASES.values() if one.kind in (kinds or KINDS)]


def tests_in(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if is_test(cell)]


def _bare(source: str) -> str:
    """An answer without the lines that only its author needs."""
    lines = outside(source, BEGIN_SCHEME, END_SCHEME)
    return "\n".join(line for line in lines if not re.fullmatch(r"\s*#+ (BEGIN|END) SOLUTION", line)).strip()


def _wrong(course: Course, lesson: str) -> list[dict]:
    file = sources.find(course, lesson).wrong_answers
    if not file.is_file():
        return []
    listed = percent.without_lines(percent.read(file.read_text(encoding="utf-8"))).cells
    return [dict(cell.metadata, source=cell.source) for cell in listed if "task" in cell.metadata]
