"""Trying mutants: the cells that a task's tests need, and a run of just these for each mutant.

A mutant is judged as a wrong answer is, in the same sandbox and by the same judge. To lose one test is enough, so a
run ends there; and what hangs is waited for no longer than a few times what the reference answer takes.
"""

from __future__ import annotations

import copy
import time
from dataclasses import dataclass, replace
from math import ceil

from nbformat import NotebookNode

from autograder import cells, mutants
from autograder.checking import Job, answered
from autograder.execution import Executed
from autograder.judge import names
from autograder.judge.host import host
from autograder.mutants import Mutant
from autograder.outline import outline

PATIENCE = 3  # times the reference's own time
LEAST_SECONDS = 2
_CONTROLS: dict[tuple[str, str], Job] = {}  # by lesson and task: what mutants run in, proven in this process


class ReferenceFails(Exception):
    """The reference answer itself does not pass the task's tests, so its mutants prove nothing."""


@dataclass(frozen=True)
class Trial:
    """A mutant to be tried. job: a run of the whole lesson with the reference answers; the mutant runs in a part."""

    job: Job
    mutant: Mutant

    def run(self) -> Tried:
        control = _control(self.job, self.mutant.task)
        job = replace(control, notebook=answered(control.notebook, {self.mutant.task: self.mutant.code}))
        started = time.monotonic()
        lost = lost_tests(job.run())
        seconds = time.monotonic() - started
        if lost and seconds > job.limits.cell_seconds:  # perhaps only the machine was busy
            lost = lost_tests(_with_limit(job, 2 * job.limits.cell_seconds).run())
        return Tried(self.mutant, round(seconds, 3), *lost[0] if lost else ())


@dataclass
class Tried:
    """test: the one that it lost first, "" if none; message: what is said about that. why: it is equivalent."""

    mutant: Mutant
    seconds: float
    test: str = ""
    message: str = ""
    why: str = ""

    @property
    def caught(self) -> bool:
        return bool(self.test)


def lost_tests(executed: Executed) -> list[tuple[str, str]]:
    """The tests that a run did not pass, with the first line of what is said about it."""
    tests = [test for test in executed.tests if test.status not in ("passed", "manual")]
    return [(test.id, next(iter(test.message.splitlines()), "")) for test in tests]


def _control(job: Job, task: str) -> Job:
    """The job for one task's mutants: its cells, and limits after what the reference answer takes in this process."""
    key = job.lesson, task
    if key in _CONTROLS:
        return _CONTROLS[key]
    code = next(cell.source for cell in job.notebook.cells if cells.grade_id(cell) == task)
    notebook = answered(job.notebook, {task: mutants.plain(code)})
    host([cell.source for cell in notebook.cells])  # its start is not the answer's time
    lost: list[tuple[str, str]] = []
    for part in (needed(notebook, task), needed(notebook, task, everything=True)):
        tried = replace(job, notebook=part)
        started = time.monotonic()
        lost = lost_tests(tried.run())
        if not lost:
            seconds = max(LEAST_SECONDS, ceil(PATIENCE * (time.monotonic() - started)))
            tried = replace(tried, until_lost=True, notebook=_without_own_limits(part))
            return _CONTROLS.setdefault(key, _with_limit(tried, seconds))
    raise ReferenceFails("; ".join(f"{name}: {message}" for name, message in lost))


def _with_limit(job: Job, seconds: int) -> Job:
    limits = {"cell_seconds": seconds, "submission_seconds": 3 * seconds}
    return replace(job, limits=job.limits.model_copy(update=limits))


def needed(notebook: NotebookNode, task: str, everything: bool = False) -> NotebookNode:
    """The part of a lesson's notebook in which the tests of a task can run.

    That is the task's answer, its tests, and the cells before them that give a value to a name that these mention, or
    that change it, and so on. everything: all cells but the tests of other tasks.
    """
    own = {test.id for test in outline(notebook).tests_of(task)}
    kept: list[NotebookNode] = []
    wanted: set[str] = set()
    for cell in reversed(notebook.cells):
        if cell.cell_type != "code":
            continue
        name = cells.grade_id(cell)
        if cells.is_test(cell):
            take = name in own
        else:
            take = bool(kept) and (everything or name == task or bool(_gives(cell.source) & wanted))
        if take:
            kept.insert(0, cell)
            wanted |= names.used_before_bound(cell.source)
    part = copy.copy(notebook)
    part.cells = copy.deepcopy(kept)
    return part


def _gives(source: str) -> frozenset[str]:
    """The names that a cell gives a value, or whose objects it surely changes."""
    return names.bound(source).union(*(statement.mutates for statement in names.statements(source)))


def _without_own_limits(notebook: NotebookNode) -> NotebookNode:
    """The same cells; a test's own limit would let a mutant hang as long as a student's answer may."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        cell.metadata.get("autograder", {}).pop("seconds", None)
    return notebook
