"""`autograder export`: marks for whoever needs them, as CSV or JSON."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.console import err

if TYPE_CHECKING:
    from autograder.gradebook import Manual
    from autograder.records import Report, Submission

FIELDS = (
    "lesson",
    "student",
    "status",
    "score",
    "max_score",
    "tests_score",
    "tests_max",
    "manual_score",
    "manual_max",
    "manual_open",
    "late_seconds",
    "flags",
    "reason",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class Format(StrEnum):
    csv = "csv"
    json = "json"


def command(
    ctx: typer.Context,
    lessons: Annotated[list[str], typer.Argument(help="The lessons, for example 06_autograd.")],
    to: Annotated[
        Format, typer.Option(help="csv: one line per student and lesson; json: every test.")
    ] = Format.csv,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file. [default: print it]")
    ] = None,
) -> None:
    """Export marks. What is not graded has no score: it is empty in CSV and null in JSON, and never 0.

    The score is that of the tests and the points given by hand together. It is empty as long as a written answer
    waits for its points; tests_score holds what the tests gave.

    \b
    Examples:
      autograder export 06_autograd --to csv -o marks.csv
      autograder export 01_tensors 02_shapes --to json
    """
    from autograder.gradebook import Grades
    from autograder.report import standing

    course = ctx.obj.course
    reports, manual = [], {}
    with Grades(course) as grades:
        for lesson in lessons:
            report = standing(course, course.lesson(lesson).id, grades.students())
            reports.append(report)
            for entry in report.submissions:
                manual[report.lesson, entry.student] = grades.manual(report.lesson, entry.student)
    text = as_csv(reports, manual) if to is Format.csv else as_json(reports, manual)
    if output:
        output.write_text(text, encoding="utf-8", newline="")
    else:
        sys.stdout.write(text)
    open_ones = sum(row["score"] is None for row in rows(reports, manual))
    if open_ones:
        err.print(f"{open_ones} without a score: not graded, or waiting for points given by hand")
    raise typer.Exit(0)


def rows(
    reports: Iterable[Report], manual: Mapping[tuple[str, str], Mapping[str, Manual]]
) -> list[dict[str, object]]:
    """One dict per student and lesson, with the keys of FIELDS; None where there is no number."""
    return [
        _row(report.lesson, entry, manual.get((report.lesson, entry.student), {}))
        for report in reports
        for entry in report.submissions
    ]


def as_csv(reports: Iterable[Report], manual: Mapping[tuple[str, str], Mapping[str, Manual]]) -> str:
    """The rows as CSV (RFC 4180). Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    file = io.StringIO()
    writer = csv.DictWriter(file, FIELDS)
    writer.writeheader()
    for row in rows(reports, manual):
        writer.writerow({name: _safe(value) for name, value in row.items()})
    return file.getvalue()


def as_json(reports: Iterable[Report], manual: Mapping[tuple[str, str], Mapping[str, Manual]]) -> str:
    """The reports, each as in the schema of `records`, with the rows of marks beside them."""
    documents = [json.loads(report.to_json()) for report in reports]
    return (
        json.dumps({"marks": rows(reports, manual), "reports": documents}, indent=2, ensure_ascii=False)
        + "\n"
    )


def _row(lesson: str, entry: Submission, manual: Mapping[str, Manual]) -> dict[str, object]:
    from autograder.report import manual_points

    given, waiting, possible = manual_points(entry, manual)
    whole = None if entry.score is None or waiting else entry.score + given
    return {
        "lesson": lesson,
        "student": entry.student,
        "status": entry.status,
        "score": whole,
        "max_score": entry.max_score + possible,
        "tests_score": entry.score,
        "tests_max": entry.max_score,
        "manual_score": given if possible and entry.score is not None else None,
        "manual_max": possible,
        "manual_open": waiting,
        "late_seconds": entry.late_seconds,
        "flags": " ".join(entry.flags),
        "reason": entry.reason,
    }


def _safe(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, str) and value.startswith(_FORMULA):
        return "'" + value
    return value
