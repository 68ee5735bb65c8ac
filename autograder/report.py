"""`autograder report`: the marks of a lesson as a table, and its results as a page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
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
COLUMNS = (
    ("Status", "left", 12),
    ("Points", "right", 7),
    ("By hand", "right", 7),
    ("Handed in", "left", 9),
    ("s", "right", 4),
)


class NothingGraded(AutograderError):
    what = "nothing of {lesson} has been graded"
    repair = "autograder grade {lesson}"


def command(
    ctx: typer.Context,
    lesson: Annotated[str, typer.Argument(help="The lesson, for example 06_autograd.")],
) -> None:
    """Print the marks of a lesson as they were graded last, and write reports/LESSON.html for the instructor.

    The page shows how the points are distributed, for each task what was earned and which mistakes were named how
    often, who needs a look, who was late, how long grading took, and submissions that are alike.

    \b
    Examples:
      autograder report 06_autograd
    """
    from autograder import report_page, versions
    from autograder.gradebook import Grades

    course = ctx.obj.course
    lesson = course.lesson(lesson).id
    with Grades(course) as grades:
        report = standing(course, lesson, grades.students())
        manual = grades.all_manual(lesson)
    print_marks(course, report, manual)
    page = report_page.write(course, report, versions.of(course, lesson))
    out.print(f"page  {page}", markup=False)
    raise typer.Exit(1 if any(entry.status != "graded" for entry in report.submissions) else 0)


def standing(course: Course, lesson: str, students: Iterable[str]) -> Report:
    """What is known of everyone: what was graded, what could not be taken, who of `students` handed in nothing.

    Raises `NothingGraded`.
    """
    from autograder.ledger import Ledger
    from autograder.records import Report, Submission
    from autograder.submission import handed_in

    ledger = Ledger(course, lesson)
    found = {name: entry.submission for name in ledger.students() if (entry := ledger.get(name))}
    if not found:
        raise NothingGraded(lesson=lesson)
    known = next(iter(found.values()))
    tests = [replace(test, score=None, message="", hint="", seconds=0.0) for test in known.tests]
    tests = [test if test.status == "manual" else replace(test, status="could_not_run") for test in tests]
    for handed in handed_in(course, lesson):
        reason = handed.problem or "not graded yet"
        unmarked = Submission(handed.student, "failed", None, known.max_score, reason=reason, tests=tests)
        found.setdefault(handed.student, unmarked)
    for name in students:
        reason = "nothing was handed in"
        found.setdefault(name, Submission(name, "missing", None, known.max_score, reason=reason, tests=tests))
    entries = [found[name] for name in sorted(found)]
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
    table.add_column("Student", overflow="fold")
    for heading, justify, width in COLUMNS:
        table.add_column(heading, justify=justify, min_width=width, no_wrap=True)
    for entry in report.submissions:
        style, word = STYLES[entry.status], WORDS.get(entry.status, entry.status)
        table.add_row(
            _plain(entry.student),
            f"[{style}]{word}[/]",
            "-" if entry.score is None else f"{entry.score:g} / {entry.max_score:g}",
            by_hand(entry, manual.get(entry.student, {})),
            time_words(entry),
            f"{entry.seconds:.1f}" if entry.status != "missing" else "",
        )
    out.print(table)
    for entry in report.submissions:
        if entry.status not in ("graded", "missing"):
            out.print(f"{entry.student}: {entry.reason}", markup=False)
    waits = [manual_points(entry, manual.get(entry.student, {}))[1] for entry in report.submissions]
    if waiting := sum(
        n for n, entry in zip(waits, report.submissions, strict=True) if entry.score is not None
    ):
        answers = "1 written answer waits" if waiting == 1 else f"{waiting} written answers wait"
        out.print(
            f"{answers} for points: formgrader, Manual Grading; then autograder feedback {report.lesson}"
        )


def by_hand(entry: Submission, manual: Mapping[str, Manual]) -> str:
    """Points that a person gives, as `given / possible`, with a question mark while some are waited for."""
    given, waiting, possible = manual_points(entry, manual)
    if not possible or (entry.score is None and not given):
        return ""
    return f"{f'{given:g}' if given or not waiting else ''}{'?' if waiting else ''} / {possible:g}"


def manual_points(entry: Submission, manual: Mapping[str, Manual]) -> tuple[float, int, float]:
    """Of what a person gives points for: the points given, how many cells still wait, the points possible.

    manual: by `notebook/grade_id`, as `Grades.manual` returns it.
    """
    given, waiting, possible = 0.0, 0, 0.0
    marks = {key: mark.score for name, mark in manual.items() for key in (name, name.partition("/")[2])}
    for test in entry.tests:
        # A person can overrule a test, too; then the difference is theirs.
        score = marks.get(test.id)
        if test.status != "manual":
            given += 0.0 if score is None else score - (test.score or 0.0)
            continue
        score = test.score if score is None else score
        possible += test.max_score
        given += score or 0.0
        waiting += score is None
    return given, waiting, possible


def time_words(entry: Submission) -> str:
    """When it was handed in, as far as that counts."""
    if entry.status == "missing":
        return ""
    if entry.late_seconds is None:
        return "?"
    words = {"extended": "extension", "late": "too late", "time_unverified": "in time (own word)"}
    return next((words[flag] for flag in entry.flags if flag in words), "in time")


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)
