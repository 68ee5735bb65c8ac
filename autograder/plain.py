"""`autograder check --plain-nbgrader`: the same proofs in a kernel, by nbgrader's own steps, without the judge.

A kernel takes seconds to start and the whole lesson runs in it, so one run tries a wrong answer of every task at once:
tasks do not depend on one another, and each test is looked at for its own task's answer alone. Where that shows
something wrong, the answer is tried once more by itself, and only what it shows then counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode

from autograder import checking, outline, sources, versions, wrong_answers
from autograder.console import out
from autograder.judge import forbids
from autograder.judge.lesson import Lesson as JudgedLesson
from autograder.kernel import Marks, Sitting
from autograder.outline import Outline
from autograder.wrong_answers import WrongAnswer

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.editions import Edition
    from autograder.schema import Lesson
    from autograder.versions import Versions


@dataclass
class PlainReport:
    """What plain nbgrader showed of one lesson. caught: wrong answers that lose what they should, of all, by task.

    judged_only: those that only the judge tells: marked so, or using what their task forbids; by task.
    """

    lesson: str
    points: float
    reference: float = 0.0
    untouched: float = 0.0
    caught: dict[str, tuple[int, int]] = field(default_factory=dict)
    judged_only: dict[str, int] = field(default_factory=dict)
    runs: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.problems


def check(course: Course, lessons: Sequence[Lesson], workers: int | None = None) -> list[PlainReport]:
    """Prove lessons under plain nbgrader."""
    from autograder.build import make
    from autograder.check import run_all

    found = [_Proof(course, edition) for edition in make(course, lessons)]
    firsts = {key: one for proof in found for key, one in proof.first.items()}
    first = run_all(firsts, workers, judged=False)
    again = {key: one for proof in found for key, one in proof.again(first).items()}
    alone = run_all(again, workers, "runs once more", judged=False)
    return [proof.report(first, alone) for proof in found]


class _Proof:
    """The runs of one lesson, and what they show."""

    def __init__(self, course: Course, edition: Edition) -> None:
        self.lesson = edition.lesson.id
        made = versions.of(course, self.lesson)
        self.whole = outline.joined(outline.outline(version.source) for version in made)
        self.problems: list[str] = []
        self.first: dict[tuple, Sitting] = {}
        self.judged_only: Counter[str] = Counter()
        files = checking.beside(course, edition)
        seconds = course.limits_for(edition.lesson).cell_seconds
        answers = self._wrong_answers(course, edition.lesson)
        for version in made:
            reference = checking.answered(version.graded, checking.solutions(version.source))
            sitting = Sitting("reference", reference, files, seconds)
            self.first[self.lesson, version.name, "reference"] = sitting
            untouched = replace(sitting, kind="untouched", notebook=version.graded)
            self.first[self.lesson, version.name, "untouched"] = untouched
            own = [answer for answer in answers if answer.task in outline.outline(version.source).tasks]
            possible = [a for a in own if not (a.judge_only or forbidden(version, reference, a))]
            self.judged_only.update(answer.task for answer in own if answer not in possible)
            for number, some in enumerate(rounds(possible)):
                self.first[self.lesson, version.name, number] = _with(sitting, some)

    def _wrong_answers(self, course: Course, lesson: Lesson) -> list[WrongAnswer]:
        file = sources.find(course, lesson).wrong_answers
        if not file.is_file():
            return []
        answers, mistakes = wrong_answers.read(file, sources.relative(course, file), self.whole)
        self.problems += map(str, mistakes)
        return answers

    def again(self, first: Mapping[tuple, Any]) -> dict[tuple, Sitting]:
        """What to try once more: wrong answers with which something was not as expected."""
        broken = self._broken(first)
        suspects = {}
        for key, sitting in self.first.items():
            reference = self.first[*key[:2], "reference"]
            for answer in sitting.answers:
                if problems(answer, sitting.answers, first[key], self.whole, broken):
                    suspects[*key, answer] = _with(reference, (answer,))
        return suspects

    def _broken(self, first: Mapping[tuple, Any]) -> set[str]:
        """The tests that the reference answers fail: they prove nothing about wrong ones."""
        results = [first[key] for key, sitting in self.first.items() if sitting.kind == "reference"]
        return {name for one in results if isinstance(one, dict) for name in lost(one)}

    def report(self, first: Mapping[tuple, Any], alone: Mapping[tuple, Any]) -> PlainReport:
        found = PlainReport(self.lesson, self.whole.points, problems=self.problems)
        found.judged_only = dict(self.judged_only)
        found.caught = {task: (0, 0) for task in self.whole.tasks if self.whole.tests_of(task)}
        found.runs = len(self.first) + sum(key[0] == self.lesson for key in alone)
        broken = self._broken(first)
        for key, sitting in self.first.items():
            result = first[key]
            for answer in sitting.answers:
                again = alone.get((*key, answer))
                wrong = [] if again is None else problems(answer, (answer,), again, self.whole, broken)
                found.problems += wrong
                good, tried = found.caught[answer.task]
                found.caught[answer.task] = (good + (not wrong), tried + 1)
            if isinstance(result, BaseException) and not sitting.answers:
                what = f"the run ({sitting.kind}) ended with {type(result).__name__}: {result}"
                found.problems.append(what)
            elif sitting.kind == "reference":
                found.reference += sum(marks.score for marks in result.values())
                found.problems += [_lost_by_reference(name, result[name]) for name in lost(result)]
            elif sitting.kind == "untouched":
                found.untouched += sum(marks.score for marks in result.values())
                earned = [name for name, marks in result.items() if marks.score]
                found.problems += [f"the untouched notebook earns points in `{name}`" for name in earned]
        return found


def _lost_by_reference(name: str, marks: Marks) -> str:
    has = f"the reference answer has {marks.score:g} of {marks.points:g} in `{name}`"
    return has + checking.indented(marks.told)


def _with(reference: Sitting, answers: tuple[WrongAnswer, ...]) -> Sitting:
    notebook = checking.answered(reference.notebook, {answer.task: answer.code for answer in answers})
    return replace(reference, kind="wrong", notebook=notebook, answers=answers)


def forbidden(version: Versions, reference: NotebookNode, answer: WrongAnswer) -> bool:
    """Whether the answer uses what its task forbids: plain nbgrader knows no such rule."""
    names = forbids.of_tasks(outline.outline(version.source).tests).get(answer.task, ())
    written = checking.answered(reference, {answer.task: answer.code}) if names else reference
    lesson = JudgedLesson.of(written, version.source)
    return bool(forbids.used(lesson, len(written.cells), answer.task, names))


def rounds(answers: Sequence[WrongAnswer]) -> list[tuple[WrongAnswer, ...]]:
    """The wrong answers of one notebook, each in one round, no two of a task in the same."""
    found: list[list[WrongAnswer]] = []
    times: Counter[str] = Counter()
    for answer in answers:
        if times[answer.task] == len(found):
            found.append([])
        found[times[answer.task]].append(answer)
        times[answer.task] += 1
    return [tuple(some) for some in found]


def lost(result: Mapping[str, Marks]) -> list[str]:
    return [name for name, marks in result.items() if marks.score != marks.points]


def problems(
    answer: WrongAnswer,
    together: Sequence[WrongAnswer],
    result: Mapping[str, Marks] | BaseException,
    whole: Outline,
    broken: set[str],
) -> list[str]:
    """What is not as it should be with one wrong answer, in a run of several."""
    if isinstance(result, BaseException):
        return [f"`{answer.name}` ({answer.task}): the run ended with {type(result).__name__}: {result}"]
    if len(together) > 1:  # what another one loses is no matter of this one
        others = {name for other in together if other is not answer for name in other.loses}
        mine = {test.id for test in whole.tests_of(answer.task)} - others | set(answer.loses)
    else:
        mine = set(result)
    messages = {name: marks.told for name, marks in result.items()}
    return checking.judge_wrong(answer, [name for name in lost(result) if name in mine], messages, broken)


def show(report: PlainReport) -> None:
    """Print the table of one lesson, and below it what is wrong."""
    from rich.box import SIMPLE
    from rich.table import Table

    title = f"{report.lesson}, plain nbgrader ({report.runs} runs in a kernel)"
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE, pad_edge=False)
    for heading in ("What", "Shown", ""):
        table.add_column(heading)
    rows = [
        ("reference", f"{report.reference:g} of {report.points:g} points", report.reference == report.points),
        ("untouched", f"{report.untouched:g} points", not report.untouched),
    ]
    for task, (good, tried) in report.caught.items():
        more = f"; {report.judged_only[task]} only for the judge" if task in report.judged_only else ""
        rows.append((task, f"{good} of {tried} wrong answers as expected{more}", good == tried))
    for what, shown, good in rows:
        table.add_row(what, shown, "[green]good[/]" if good else "[red]not good[/]")
    out.print(table)
    for problem in report.problems:
        out.print(f"  - {problem}", markup=False)
