"""`autograder check --mutants`: how many small changes of the reference answers the tests notice."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autograder import cells, checking, equivalents, mutants, outline, sources, versions
from autograder.console import out
from autograder.mutants import Mutant
from autograder.trials import ReferenceFails, Trial, Tried

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.editions import Edition
    from autograder.schema import Lesson

ENOUGH = 0.95
WIDTH = 110  # of a line with a change; around the change, longer ones are cut
_SEED = 1


@dataclass
class MutationReport:
    """What became of the mutants of one lesson. untried: those that `--most` left out."""

    lesson: str
    tried: list[Tried] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)
    untried: int = 0
    problems: list[str] = field(default_factory=list)

    def counted(self, task: str = "") -> list[Tried]:
        """Those that a test could catch, of one task or of all."""
        return [one for one in self.tried if not one.why and task in ("", one.mutant.task)]

    @property
    def survivors(self) -> list[Tried]:
        return [one for one in self.counted() if not one.caught]

    def rate(self, task: str = "") -> float:
        counted = self.counted(task)
        return sum(one.caught for one in counted) / len(counted) if counted else 1.0

    @property
    def good(self) -> bool:
        return not self.problems and self.rate() >= ENOUGH


def check(
    course: Course, lessons: Sequence[Lesson], most: int | None = None, workers: int | None = None
) -> list[MutationReport]:
    """Try the mutants of lessons. most: so many of each, the same ones each time."""
    from autograder.build import make
    from autograder.check import run_all

    reports, known, plan = {}, {}, {}
    for edition in make(course, lessons):
        lesson = edition.lesson
        report = reports[lesson.id] = MutationReport(lesson.id)
        found = list(_trials(course, edition, report))
        file = sources.find(course, lesson).equivalent_mutants
        made = [trial.mutant for trial in found]
        known[lesson.id], problems = equivalents.read(file, sources.relative(course, file), made)
        report.problems += [str(problem) for problem in problems]
        if most is not None and most < len(found):
            report.untried = len(found) - most
            found = random.Random(_SEED).sample(found, most)
        plan.update({(lesson.id, trial.mutant.key): trial for trial in found})
    executed = run_all(plan, workers, "mutants")
    for (lesson, key), trial in plan.items():
        _record(reports[lesson], trial.mutant, executed[lesson, key], known[lesson].get(key, ""))
    for report in reports.values():
        report.tried.sort(key=lambda one: (list(report.places).index(one.mutant.task), one.mutant.line))
    return list(reports.values())


def _trials(course: Course, edition: Edition, report: MutationReport) -> Iterator[Trial]:
    """All mutants of a lesson, ready to be tried."""
    lesson = edition.lesson
    for version in versions.of(course, lesson.id):
        places = sources.places(course, lesson, version.name)
        reference = checking.answered(version.graded, checking.solutions(version.source))
        files = checking.beside(course, edition)
        limits = course.limits_for(lesson)
        job = checking.Job("reference", lesson.id, reference, places, limits, files, source=version.source)
        whole = outline.outline(version.source)
        for cell, place in zip(version.source.cells, places, strict=True):
            task = cells.grade_id(cell)
            if cell.cell_type == "code" and cells.is_answer(cell) and whole.tests_of(task):
                report.places[task] = place
                for mutant in mutants.mutants(task, cell.source):
                    yield Trial(job, mutant)


def _record(report: MutationReport, mutant: Mutant, result: Any, why: str) -> None:
    if isinstance(result, ReferenceFails):
        problem = f"the reference answer of `{mutant.task}` does not pass its tests: {result}"
        if problem not in report.problems:
            report.problems.append(problem)
    elif isinstance(result, BaseException):
        report.problems.append(f"a run ended with {type(result).__name__}: {result}{_indented(mutant)}")
    else:
        result.why = why
        report.tried.append(result)
        if why and result.caught:
            problem = f"listed as equivalent, but `{result.test}` of `{mutant.task}` catches it: take it out"
            report.problems.append(problem + _indented(mutant))


def show(report: MutationReport) -> None:
    """Print the table of one lesson, and below it what nothing has caught."""
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(title=report.lesson, title_justify="left", title_style="bold", box=SIMPLE, pad_edge=False)
    table.add_column("Mutants of")
    for heading in ("caught", "tried", "rate", "equivalent"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for task in [*report.places, ""]:
        counted = report.counted(task)
        equivalent = sum(bool(one.why) for one in report.tried if task in ("", one.mutant.task))
        numbers = [str(sum(one.caught for one in counted)), str(len(counted)), f"{report.rate(task):.1%}"]
        verdict = "" if task else "[green]good[/]" if report.good else "[red]not good[/]"
        table.add_row(task or "the lesson", *numbers, str(equivalent), verdict)
    out.print(table)
    if report.untried:
        out.print(f"{report.untried} more were not tried")
    for problem in report.problems:
        out.print(f"  - {problem}", markup=False)
    for one in report.survivors:
        place = line_of(report.places[one.mutant.task], one.mutant.line)
        number = f" (number {one.mutant.number})" if one.mutant.number > 1 else ""
        what = f"  - {place}: nothing in `{one.mutant.task}` notices ({one.mutant.kind}){number}"
        out.print(what + _indented(one.mutant), markup=False)


def line_of(place: str, line: int) -> str:
    """The place of a line (from 1) of the cell at `place`, which is `file:line` of the cell's marker or a cell."""
    file, _, marker = place.rpartition(":")
    return f"{file}:{int(marker) + line}" if marker.isdigit() else f"{place}, line {line}"


def _indented(mutant: Mutant) -> str:
    return "".join(f"\n      {line}" for line in shortened(mutant.diff().splitlines()))


def shortened(lines: list[str]) -> list[str]:
    """Lines that begin alike, none longer than `WIDTH`: what they have in common is cut at both ends."""
    same = next(
        (
            i
            for i, letters in enumerate(zip(*[line[2:] for line in lines], strict=False))
            if len(set(letters)) > 1
        ),
        0,
    )
    start = 2 + max(0, same - WIDTH // 3) if max(map(len, lines)) > WIDTH else 2
    cut = []
    for line in lines:
        shown = line[start:] if start == 2 else f"...{line[start:]}"
        cut.append(line[:2] + (shown if len(shown) <= WIDTH else f"{shown[:WIDTH]}..."))
    return cut
