"""`autograder report`: the marks of a lesson as a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.console import out
from autograder.errors import AutograderError

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.gradebook import Manual
    from autograder.records import Report, Submission

STYLES = {"graded": "green", "needs_review": "yellow", "failed": "red", "missing": "dim"}
WORDS = {"needs_review": "needs review"}


class NothingGraded(AutograderError):
    what = "nothing of {lesson} has been graded"
    repair = "autograder grade {lesson}"


def command(
    ctx: typer.Context,
    lesson: Annotated[str, typer.Argument(help="The lesson, for example 06_autograd.")],
) -> None:
    """Print the marks of a lesson as they were graded last.

    \b
    Examples:
      autograder report 06_autograd
    """
    from autograder.gradebook import Grades

    course = ctx.obj.course
    lesson = course.lesson(lesson).id
    report = graded(course, lesson)
    with Grades(course) as grades:
        manual = {entry.student: grades.manual(lesson, entry.student) for entry in report.submissions}
    print_marks(course, report, manual)
    raise typer.Exit(1 if any(entry.status != "graded" for entry in report.submissions) else 0)


def graded(course: Course, lesson: str) -> Report:
    """What the ledger knows of a lesson. Raises `NothingGraded`."""
    from autograder.ledger import Ledger
    from autograder.records import Report

    ledger = Ledger(course, lesson)
    entries = [entry.submission for name in ledger.students() if (entry := ledger.get(name))]
    if not entries:
        raise NothingGraded(lesson=lesson)
    return Report(lesson=lesson, seed=ledger.seed(None), submissions=entries)


def print_marks(course: Course, report: Report, manual: Mapping[str, Mapping[str, Manual]]) -> None:
    """The table of marks, and below it why a submission is worth a look."""
    from rich.box import SIMPLE
    from rich.table import Table

    lesson = course.lesson(report.lesson)
    table = Table(
        title=f"{report.lesson}  {lesson.title}",
        title_justify="left",
        title_style="bold",
        box=SIMPLE,
        pad_edge=False,
    )
    table.add_column("Student", no_wrap=True)
    table.add_column("Status", no_wrap=True)
    table.add_column("Points", justify="right", no_wrap=True)
    table.add_column("By hand", justify="right", no_wrap=True)
    table.add_column("Handed in", no_wrap=True)
    table.add_column("Seconds", justify="right", no_wrap=True)
    for entry in report.submissions:
        style, word = STYLES[entry.status], WORDS.get(entry.status, entry.status)
        table.add_row(
            _plain(entry.student),
            f"[{style}]{word}[/]",
            "-" if entry.score is None else f"{entry.score:g} / {entry.max_score:g}",
            by_hand(entry, manual.get(entry.student, {})),
            _time(entry),
            f"{entry.seconds:.1f}" if entry.status != "missing" else "",
        )
    out.print(table)
    for entry in report.submissions:
        if entry.status not in ("graded", "missing"):
            out.print(f"{entry.student}: {entry.reason}", markup=False)


def by_hand(entry: Submission, manual: Mapping[str, Manual]) -> str:
    """Points that a person gives, as `given / possible`, with a question mark while some are waited for."""
    cells = [test for test in entry.tests if test.status == "manual"]
    if not cells or entry.status == "missing":
        return ""
    given = {name.rpartition("/")[2]: mark for name, mark in manual.items()}
    scores = [_manual_score(test.id.rpartition("/")[2], test.score, given) for test in cells]
    possible = sum(test.max_score for test in cells)
    total = sum(score for score in scores if score is not None)
    waiting = "?" if any(score is None for score in scores) else ""
    return f"{total:g}{waiting} / {possible:g}" if total or not waiting else f"? / {possible:g}"


def _manual_score(name: str, automatic: float | None, given: Mapping[str, Manual]) -> float | None:
    mark = given.get(name)
    return mark.score if mark and mark.score is not None else automatic


def _time(entry: Submission) -> str:
    if entry.status == "missing":
        return ""
    if entry.late_seconds is None:
        return "?"
    words = {"extended": "extension", "late": "too late", "time_unverified": "in time (own word)"}
    return next((words[flag] for flag in entry.flags if flag in words), "in time")


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)
