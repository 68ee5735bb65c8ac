"""`autograder export`: marks for whoever needs them. The formats are the modules of `renderers`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.console import err
from autograder.errors import AutograderError

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.renderers import Material


class Format(StrEnum):
    csv = "csv"
    csv_tests = "csv-tests"
    canvas = "canvas"
    moodle = "moodle"
    gradescope = "gradescope"
    junit = "junit"
    json = "json"


class NeedsFolder(AutograderError):
    what = "results.json is of one submission, and these are {count}"
    repair = "name a student: --student NAME; or a folder for STUDENT/LESSON/results.json: --output FOLDER"


class NobodyCalled(AutograderError):
    what = "no student `{student}` is known in {lessons}"
    repair = "names are those of the folders in {folder}"


def command(
    ctx: typer.Context,
    lessons: Annotated[list[str], typer.Argument(help="The lessons, for example 06_autograd.")],
    to: Annotated[Format, typer.Option(help="See below.")] = Format.csv,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="The file. [default: print it]")
    ] = None,
    roster: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A class list in CSV: the platform's, your own, or both."),
    ] = None,
    column: Annotated[
        str, typer.Option(metavar="TITLE", help="canvas: the assignment, if not called as the lesson.")
    ] = "",
    student: Annotated[str | None, typer.Option(help="Only this student.")] = None,
) -> None:
    """Export marks. What is not graded has no score: it is empty, null or left out, and never 0.

    The score is that of the tests and the points given by hand together. There is none as long as a written answer
    waits for its points.

    \b
    Formats:
      csv         one line for each student and lesson
      csv-tests   one line for each test
      canvas      for Canvas's gradebook import; --roster: the gradebook as Canvas exports it
      moodle      for Moodle; --roster: the assignment's grading worksheet, or a list with e-mail addresses
      gradescope  results.json, as Gradescope's autograders write it
      junit       JUnit XML, a suite for each submission
      json        everything; docs/results.md says what each field means
    \b
    Examples:
      autograder export 06_autograd --to csv -o marks.csv
      autograder export 06 --to canvas --roster Grades-Course.csv -o import.csv
      autograder export 06 --to moodle --roster worksheet.csv --roster roster.csv -o grades.csv
      autograder export 06 --to gradescope --student ada -o results.json
      autograder export 01_tensors 02_shapes --to json

    Leaves with exit code 1 if someone could not be put into the format of a platform; it says who and why.
    """
    course = ctx.obj.course
    material = gather(course, lessons, roster or [], student)
    files = rendered(material, to, column, output)
    for path, text in files.items():
        if path is None:
            sys.stdout.write(text)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
    for note in material.notes:
        err.print(note, markup=False)
    open_ones = sum(marks.score is None for marks in material.marks())
    if open_ones:
        left_out = "; left out" if to in (Format.canvas, Format.moodle) else ""
        err.print(f"{open_ones} without a score: not graded, or waiting for points given by hand{left_out}")
    raise typer.Exit(1 if material.notes else 0)


def gather(course: Course, lessons: list[str], rosters: list[Path], student: str | None = None) -> Material:
    """What there is to export. Raises `NothingGraded`, `NobodyCalled`, `BadRoster`."""
    from dataclasses import replace

    from autograder.gradebook import Grades
    from autograder.renderers import Material
    from autograder.report import standing
    from autograder.roster import Roster

    reports, manual, titles = [], {}, {}
    chosen = [course.lesson(lesson) for lesson in lessons]
    with Grades(course) as grades:
        for lesson in chosen:
            report = standing(course, lesson.id, grades.students())
            if student is not None:
                only = [entry for entry in report.submissions if entry.student == student]
                report = replace(report, submissions=only)
            titles[lesson.id] = lesson.title
            reports.append(report)
            for entry in report.submissions:
                manual[lesson.id, entry.student] = grades.manual(lesson.id, entry.student)
    if student is not None and not any(report.submissions for report in reports):
        names = ", ".join(titles)
        raise NobodyCalled(student=student, lessons=names, folder=course.submitted_dir)
    return Material(reports, manual, titles, [Roster.read(file, course.zone) for file in rosters])


def rendered(material: Material, to: Format, column: str, output: Path | None) -> dict[Path | None, str]:
    """The texts by the files that they go to; None is the terminal."""
    from autograder.renderers import canvas, document, junit, moodle, tests, totals

    if to is Format.gradescope:
        return _results(material, output)
    if to is Format.canvas:
        return {output: canvas.render(material, column)}
    module = {
        Format.csv: totals,
        Format.csv_tests: tests,
        Format.moodle: moodle,
        Format.junit: junit,
        Format.json: document,
    }[to]
    return {output: module.render(material)}


def _results(material: Material, output: Path | None) -> dict[Path | None, str]:
    from autograder.renderers import gradescope

    texts = {
        (entry.student, report.lesson): gradescope.render(
            report.lesson, entry, material.given(report.lesson, entry)
        )
        for report, entry in material.entries()
        if entry.status != "missing"
    }
    if len(texts) == 1 and (output is None or output.suffix == ".json"):
        return {output: next(iter(texts.values()))}
    if output is None or output.suffix == ".json":
        raise NeedsFolder(count=len(texts))
    from autograder.submission import name_problem

    for student in [student for student, _ in texts if name_problem(student)]:
        material.notes.append(f"{student}: not the name of a folder, left out")
    return {
        output / student / lesson / "results.json": text
        for (student, lesson), text in texts.items()
        if not name_problem(student)
    }
