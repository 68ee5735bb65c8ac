"""Proving a lesson: what is run, and what each run has to show."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from nbformat import NotebookNode

from autograder import cells, parity
from autograder.execution import Executed, execute
from autograder.outline import outline
from autograder.parts import needed
from autograder.records import Test
from autograder.schema import Limits
from autograder.versions import Versions
from autograder.wrong_answers import WrongAnswer

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.editions import Edition

Kind = Literal["reference", "again", "untouched", "torch", "wrong"]
SEEDS = {
    "again": 2
}  # hidden tests draw other inputs from another seed; the reference answers pass all the same
WITH = {"reference": "", "again": ", with another seed,", "torch": ", with PyTorch,"}


@dataclass(frozen=True)
class Job:
    """One run of a notebook: everything that a worker process needs.

    places: where each cell stands in the source. until_lost: whether the run may end at the first test that it loses.
    """

    kind: Kind
    lesson: str
    notebook: NotebookNode
    places: tuple[str, ...]
    limits: Limits
    files: dict[str, bytes]
    answer: WrongAnswer | None = None
    source: NotebookNode | None = None
    until_lost: bool = False

    def run(self) -> Executed:
        """Run the notebook; of a wrong answer only what the tests need, unless that leaves a question open."""
        if self.kind == "wrong":
            tests = {test.id for test in outline(self.notebook).tests}
            found = replace(self, notebook=needed(self.notebook, tests))._execute()
            if not judge(self, found).problems:
                return found
        return self._execute()

    def _execute(self) -> Executed:
        with tempfile.TemporaryDirectory(prefix="check-", ignore_cleanup_errors=True) as folder:
            given = {PurePosixPath(name): Path(folder, name) for name in self.files}
            for name, path in given.items():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(self.files[str(name)])
            return execute(
                self.notebook,
                lesson_id=self.lesson,
                limits=self.limits,
                seed=SEEDS.get(self.kind, 1),
                files=Path(folder),
                given=given,
                source=self.source,
                until_lost=self.until_lost,
            )


@dataclass
class Verdict:
    """What one run showed: nothing in `problems` if it showed what it should. lost: ids of tests not passed."""

    kind: Kind
    name: str
    task: str = ""
    seconds: float = 0.0
    score: float = 0.0
    lost: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def jobs(base: Job, version: Versions, answers: Iterable[WrongAnswer], torch: bool) -> list[Job]:
    """The runs that prove one notebook of a lesson, each a variation of `base`.

    torch: also with PyTorch, if the lesson uses torchlet.
    """
    reference = answered(version.graded, solutions(version.source))
    runs: list[tuple[Kind, NotebookNode, WrongAnswer | None]] = [
        ("reference", reference, None),
        ("again", reference, None),
        ("untouched", version.graded, None),
    ]
    if torch and parity.uses_torchlet(reference):
        runs.append(("torch", parity.with_torch(reference), None))
    tasks = outline(version.source).tasks
    for answer in (answer for answer in answers if answer.task in tasks):
        runs.append(("wrong", answered(reference, {answer.task: answer.code}), answer))
    return [
        replace(base, kind=kind, notebook=notebook, answer=answer, source=version.source)
        for kind, notebook, answer in runs
    ]


def beside(course: Course, edition: Edition) -> dict[str, bytes]:
    """The files that students get with a lesson's notebooks, by relative name."""
    folder = course.release_dir / edition.lesson.id
    others = {path: data for path, data in edition.release.items() if path.suffix != ".ipynb"}
    return {path.relative_to(folder).as_posix(): data for path, data in others.items()}


def solutions(notebook: NotebookNode) -> dict[str, str]:
    """The answers that stand in a notebook, by grade_id."""
    return {cells.grade_id(cell): cell.source for cell in notebook.cells if cells.is_answer(cell)}


def answered(notebook: NotebookNode, answers: dict[str, str]) -> NotebookNode:
    """A copy of the notebook with these answers in it."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cells.is_answer(cell) and cells.grade_id(cell) in answers:
            cell.source = answers[cells.grade_id(cell)]
    return notebook


def judge(job: Job, executed: Executed, broken: Iterable[str] = ()) -> Verdict:
    """What a run should have shown, and did not. broken: tests that the reference fails, which prove nothing."""
    tests = [test for test in executed.tests if test.status != "manual"]
    verdict = Verdict(
        job.kind, job.answer.name if job.answer else job.kind, job.answer.task if job.answer else ""
    )
    verdict.score = sum(test.score or 0 for test in tests)
    verdict.seconds = round(sum(test.seconds for test in tests), 3)
    verdict.lost = [test.id for test in tests if test.status != "passed"]
    if job.kind == "wrong":
        messages = {test.id: f"{test.message}\n{test.hint}".strip() for test in tests}
        unseen = {test.id: test.hint for test in tests if not test.visible}
        verdict.problems = judge_wrong(job.answer, verdict.lost, messages, set(broken), unseen)
    elif job.kind == "untouched":
        earned = [test.id for test in tests if test.score]
        verdict.problems = [f"the untouched notebook earns points in `{name}`" for name in earned]
    else:
        verdict.problems = [*_judge_reference(job, tests), *_errors(job, executed.notebook)]
    return verdict


def judge_wrong(
    answer: WrongAnswer,
    lost: list[str],
    messages: dict[str, str],
    broken: set[str],
    unseen: Mapping[str, str] = MappingProxyType({}),
) -> list[str]:
    """What is not as it should be. unseen: the hints of hidden tests, of which students read nothing else."""
    who = f"{answer.where}: " * bool(answer.where) + f"`{answer.name}` ({answer.task})"
    passed = [name for name in answer.loses if name in messages and name not in lost]
    problems = [f"{who} should lose `{name}`, and passes" for name in passed]
    for name in lost:
        if name not in answer.loses and name not in broken:
            problems.append(f"{who} should keep `{name}`, and loses it{indented(messages[name])}")
    wanted = [name for name in lost if name in answer.loses]
    told = "\n".join(filter(None, (unseen.get(name, messages[name]) for name in wanted)))
    if wanted and _words(answer.hint) not in _words(told) and not broken & set(answer.loses):
        said = f"but{indented(told)}" if told else "and reads nothing"
        problems.append(f"{who} is not told {answer.hint!r}, {said}")
        if any(_words(answer.hint) in _words(messages[name]) for name in wanted if name in unseen):
            problems[-1] += "\n      (a hidden test shows its hint= alone: say it there)"
    return problems


def _judge_reference(job: Job, tests: Iterable[Test]) -> Iterator[str]:
    core_only = {cells.grade_id(cell) for cell in job.notebook.cells if parity.is_core_only(cell)}
    places = {cells.grade_id(cell): place for place, cell in zip(job.places, job.notebook.cells, strict=True)}
    for test in tests:
        excused = job.kind == "torch" and test.id in core_only
        if not excused and (test.status != "passed" or test.score != test.max_score):
            points = f"{test.score or 0:g} of {test.max_score:g}"
            where = f"{places.get(test.id, test.id)}: the reference answer{WITH[job.kind]}"
            yield f"{where} has {points} in `{test.id}`{indented(test.message)}"


def _errors(job: Job, notebook: NotebookNode) -> Iterator[str]:
    """Errors in cells that are no tests and do not say that they raise one."""
    for place, cell in zip(job.places, notebook.cells, strict=True):
        tagged = cells.MAY_FAIL in cell.metadata.get("tags", []) or (
            job.kind == "torch" and parity.is_core_only(cell)
        )
        if cell.cell_type == "code" and not cells.is_test(cell) and not tagged:
            for output in cell.outputs:
                if output.output_type == "error":
                    what = f"{output.ename}: {output.evalue}".split("\n")[0]
                    yield f"{place}: this cell{WITH[job.kind]} raises {what}{indented(cell.source)}"


def indented(text: str, most: int = 6) -> str:
    lines = text.strip().splitlines()
    lines = lines if len(lines) <= most else [*lines[:most], "..."]
    return "".join(f"\n      {line}" for line in lines)


def _words(text: str) -> str:
    """Without line ends: a message is folded to the width of a page."""
    return " ".join(text.split())
