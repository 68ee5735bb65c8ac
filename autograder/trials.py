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
from autograder.judge.host import host
from autograder.mutants import Mutant
from autograder.outline import outline
from autograder.parts import needed

PATIENCE = 3  # times the reference's own time
LEAST_SECONDS = 2
# By lesson and task: what mutants run in, proven in this process, or why there is no such thing.
_CONTROLS: dict[tuple[str, str], Job | ReferenceFails] = {}


class ReferenceFails(Exception):
    """The reference answer itself does not pass the task's tests, so its mutants prove nothing."""


@dataclass(frozen=True)
class Trial:
    """A mutant to be tried. job: a run of the whole lesson with the reference answers; the mutant runs in a part."""

    job: Job
    mutant: Mutant

    def run(self) -> Tried:
        key = self.job.lesson, self.mutant.task
        if key not in _CONTROLS:
            _CONTROLS[key] = _control(self.job, self.mutant.task)
        control = _CONTROLS[key]
        if isinstance(control, ReferenceFails):
            raise control
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


def _control(job: Job, task: str) -> Job | ReferenceFails:
    """The job for one task's mutants: its cells, and limits after what the reference answer takes in this process."""
    code = next(cell.source for cell in job.notebook.cells if cells.grade_id(cell) == task)
    notebook = answered(job.notebook, {task: mutants.plain(code)})
    host([cell.source for cell in notebook.cells])  # its start is not the answer's time
    lost: list[tuple[str, str]] = []
    own = {test.id for test in outline(notebook).tests_of(task)}
    for part in (needed(notebook, own), needed(notebook, own, everything=True)):
        tried = replace(job, notebook=part)
        started = time.monotonic()
        lost = lost_tests(tried.run())
        if not lost:
            seconds = max(LEAST_SECONDS, ceil(PATIENCE * (time.monotonic() - started)))
            tried = replace(tried, until_lost=True, notebook=_without_own_limits(part))
            return _with_limit(tried, seconds)
    return ReferenceFails("; ".join(f"{name}: {message}" for name, message in lost))


def _with_limit(job: Job, seconds: int) -> Job:
    limits = {"cell_seconds": seconds, "submission_seconds": 3 * seconds}
    return replace(job, limits=job.limits.model_copy(update=limits))


def _without_own_limits(notebook: NotebookNode) -> NotebookNode:
    """The same cells; a test's own limit would let a mutant hang as long as a student's answer may."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        cell.metadata.get("autograder", {}).pop("seconds", None)
    return notebook
