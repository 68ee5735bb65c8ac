"""Submissions without work that want points, and submissions that want to break something: what each does, in code.

`cheating` and `sabotage` hold the lists. An attack is put into the lesson at `SOURCE`; a helper.py of the
instructor's lies beside it.
"""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from autograder.cells import grade_id
from autograder.coordinator import given_files
from autograder.course import Course
from autograder.grading import Task
from autograder.versions import of

LESSON = "01_targets"
ALL = 40.0  # points in it
SOURCE = Path(__file__).parents[1] / "autograder" / "fixtures" / "targets" / f"{LESSON}.py"
COURSE_FILE = """\
title: A course to attack
repository: https://github.com/example/course
lessons: [{id: 01_targets, title: Targets}]
limits: {cell_seconds: 3, submission_seconds: 60, memory_mb: 1024, output_kb: 64}
"""

# Answers of the right kind that are wrong everywhere: only the attack could make them count.
WRONG = {
    "mean_square": "def mean_square(values):\n    return -1.0",
    "unit": "def unit(x):\n    return 0 * x",
    "ranks": "def ranks(values):\n    return [-1] * 7",
    "twice": "def twice(f, x):\n    return -1",
    "total": "total = -1",
    "Tally": "class Tally:\n    def add(self, number): pass\n    def total(self): return -1\n    def __len__(self): return 0",
    "Stone": "class Stone:\n    weight = -1\n    def __init__(self, grams): pass\ndef weigh(stone):\n    return -1\n"
    "def heaviest(stones):\n    return None\ndef sacks(stones):\n    return {'all': [(-1,)] * 3}\n"
    "def each(stones):\n    yield from [-1] * 3\ndef tell(stone, listener):\n    listener(-1)\n"
    "def drop(stone):\n    raise ValueError(-1)",
    "forecast": "def forecast(known):\n    return 0 * known",
    "parity": "def parity(number):\n    return '?'",
    "double_": "def double_(numbers):\n    return -1",
}
HONEST = {
    "mean_square": "def mean_square(values):\n    return sum(v * v for v in values) / len(values)",
    "unit": "def unit(x):\n    return x / (x * x).sum().sqrt()",
    "ranks": "def ranks(values):\n    if not values: raise ValueError\n    return [sorted(values).index(v) for v in values]",
    "twice": "def twice(f, x):\n    return f(f(x))",
    "total": "total = 5050",
    "Tally": "class Tally(list):\n    add = list.append\n    def total(self): return sum(self)",
    "Stone": "class Stone:\n    def __init__(self, grams): self.grams = self.weight = grams\n"
    "    def __add__(self, other): return Stone(self.grams + other)\n"
    "    def __eq__(self, other): return other == self.grams\n    def __lt__(self, other): return self.grams < other.grams\n"
    "def weigh(stone):\n    return stone.weight\ndef heaviest(stones):\n    return sorted(stones)[-1]\n"
    "def sacks(stones):\n    return {'all': [[stone.weight] for stone in stones]}\n"
    "def each(stones):\n    return map(weigh, stones)\ndef tell(stone, listener):\n    return listener(weigh(stone))\n"
    "def drop(stone):\n    raise ValueError(weigh(stone))",
    "forecast": "def forecast(known):\n    return known + 2 * known * known",
    "parity": "def parity(number):\n    return 'odd' if number % 2 else 'even'",
    "double_": "def double_(numbers):\n    numbers[:] = [2 * n for n in numbers]\n    return numbers",
}


@dataclass(frozen=True)
class Attack:
    """One submission. does: what it tries, which is its name as well.

    first, last: code of own cells above the first and below the last cell; `around`: before each test.
    answers: instead of the wrong ones (`EVERY` for all functions alike: {} stands for the name).
    edit: changes the notebook. raw: makes the bytes of the file from it. files: what lies beside it.
    prepare: changes the folder afterwards. status, score: what must become of it; who ends the process again and
    again leaves tests that could not be run, which a person has to look at. said: words that must occur in
    the messages or the reason. flags: that must be there.
    """

    does: str
    first: str = ""
    last: str = ""
    around: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    edit: Callable[[NotebookNode], None] | None = None
    raw: Callable[[str], str | bytes] | None = None
    files: dict[str, str] = field(default_factory=dict)
    prepare: Callable[[Path], None] | None = None
    score: float | None = 0.0
    status: str = "graded or needs_review"
    said: str = ""
    flags: tuple[str, ...] = ()


def every(template: str) -> dict[str, str]:
    """The same answer to every task: `{}` in it is the name that the task defines."""
    return {name: template.replace("{}", name) for name in WRONG}


def task(root: Path) -> Task:
    """A course in `root`, and what its submissions are graded by."""
    folder = root / "solutions" / LESSON
    folder.mkdir(parents=True)
    (root / "course.yml").write_text(COURSE_FILE)
    shutil.copy(SOURCE, folder / SOURCE.name)
    (folder / "helper.py").write_text("TOLERANCE = 1e-9\n")
    course = Course.load(root)
    given = given_files(course, LESSON)
    return Task(LESSON, tuple(of(course, LESSON)), given, course.limits_for(course.lesson(LESSON)), seed=7)


def hand_in(attack: Attack, release: NotebookNode, folder: Path) -> Path:
    """Write the submission into `folder`."""
    folder.mkdir(parents=True)
    notebook = copy.deepcopy(release)
    answers = WRONG | attack.answers
    for cell in notebook.cells:
        cell.source = answers.get(grade_id(cell), cell.source)
    if attack.around:
        cells = []
        for cell in notebook.cells:
            if cell.metadata.get("nbgrader", {}).get("grade"):
                cells.append(new_code_cell(attack.around))
            cells.append(cell)
        notebook.cells = cells
    notebook.cells[:0] = [new_code_cell(attack.first)] if attack.first else []
    notebook.cells += [new_code_cell(attack.last)] if attack.last else []
    if attack.edit:
        attack.edit(notebook)
    text = nbformat.writes(notebook) if not attack.raw else attack.raw(nbformat.writes(notebook))
    path = folder / f"{LESSON}.ipynb"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    for name, content in attack.files.items():
        place = folder / name
        os.makedirs(place.parent, exist_ok=True)
        place.write_text(content)
    if attack.prepare:
        attack.prepare(folder)
    return folder
