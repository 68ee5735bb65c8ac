"""`autograder feedback`: one page for each student, to be read on any screen and without a network."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Annotated, Any

import typer

from autograder.arrival import SECRET
from autograder.console import out
from autograder.pages import asset, autograded, template

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from autograder.course import Course
    from autograder.gradebook import Grades, Manual
    from autograder.records import Report, Submission

FOR_RELEASE = ("timestamp.txt", SECRET)  # `nbgrader release_feedback` reads both, of everyone
WORDS = {"passed": "Passed", "failed": "Not passed", "could_not_run": "Not run", "manual": "By hand"}


def command(
    ctx: typer.Context,
    lesson: Annotated[str, typer.Argument(help="The lesson, for example 06_autograd.")],
    student: Annotated[str | None, typer.Option(help="Only this student.")] = None,
) -> None:
    """Write feedback/STUDENT/LESSON/*.html: each test with its message and hint, points and comments given by hand.

    Hidden tests show their title and hint, never their code or what they expect. `nbgrader release_feedback` hands
    the pages out. Run it again after grading by hand.

    \b
    Examples:
      autograder feedback 06_autograd
      autograder feedback 06_autograd --student ada
    """
    from dataclasses import replace

    from autograder.export import NobodyCalled
    from autograder.gradebook import Grades
    from autograder.report import standing

    course = ctx.obj.course
    with Grades(course) as grades:
        report = standing(course, course.lesson(lesson).id, grades.students())
        if student:
            chosen = [entry for entry in report.submissions if entry.student == student]
            if not chosen:
                raise NobodyCalled(student=student, lessons=report.lesson, folder=course.submitted_dir)
            report = replace(report, submissions=chosen)
        pages = write(course, report, grades)
    out.print(f"{len(pages)} pages in {course.feedback_dir}", markup=False)
    raise typer.Exit(0 if pages else 1)


def write(course: Course, report: Report, grades: Grades) -> list[Path]:
    """Write the pages of a report. Returns their paths, in the order of the students.

    Each notebook of a lesson gets a page, and each page is about the whole lesson.
    """
    pages = []
    for entry in report.submissions:
        notebooks = autograded(course, report.lesson, entry.student)
        if not notebooks:
            continue  # nothing was handed in, or under a name that is no name
        text = page(course, report.lesson, entry, notebooks, grades.manual(report.lesson, entry.student))
        folder = course.feedback_dir / entry.student / report.lesson
        folder.mkdir(parents=True, exist_ok=True)
        for name in notebooks:  # `nbgrader release_feedback` looks for one page for each notebook
            fresh = folder / f".{name}.html.new"
            fresh.write_text(text, encoding="utf-8")
            pages.append(fresh.replace(folder / f"{name}.html"))
        for name in FOR_RELEASE:
            kept = course.autograded_dir / entry.student / report.lesson / name
            if kept.is_file():
                (folder / name).write_bytes(kept.read_bytes())
            elif not (
                folder / name
            ).exists():  # it did not come by the exchange: nobody fetches by a random secret
                (folder / name).write_text(token_hex() if name == SECRET else "", encoding="utf-8")
    return pages


def page(
    course: Course,
    lesson: str,
    entry: Submission,
    notebooks: Mapping[str, NotebookNode],
    manual: Mapping[str, Manual],
) -> str:
    """The page of one submission, as HTML that needs nothing else."""
    from markupsafe import Markup

    from autograder.header import colab_address
    from autograder.report import by_hand, manual_points, time_words

    address = colab_address(course, course.lesson(lesson))
    style = asset("feedback.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    given, waiting, possible = manual_points(entry, manual)
    total = None if entry.score is None or waiting else (entry.score + given, entry.max_score + possible)
    tasks, own = [], []
    for name, notebook in notebooks.items():
        _without_secrets(notebook, entry)
        tasks += _tasks(entry, notebook, manual, address, name, several=len(notebooks) > 1)
        own += _own_cells(notebook)
    return template("feedback.html").render(
        course=course.title,
        language=course.languages[0],
        title=course.lesson(lesson).title,
        entry=entry,
        by_hand=by_hand(entry, manual).split(" / "),
        total=total if possible or given else None,
        time=time_words(entry),
        tasks=tasks,
        own=own,
        words=WORDS,
        style=Markup(style),
        style_hash=Markup(f"sha256-{digest}"),
    )


def _tasks(
    entry: Submission,
    notebook: NotebookNode,
    manual: Mapping[str, Manual],
    address: str,
    name: str,
    several: bool,
) -> list[dict[str, Any]]:
    """The tests by task, in the notebook's order, each task with what the student wrote."""
    from autograder import cells, sanitise
    from autograder.sections import named, sections, task_place

    known = sections(notebook, address)
    prefix = f"{name}/" if several else ""
    written = {cells.grade_id(cell): cell for cell in notebook.cells if cells.is_answer(cell)}
    tasks: dict[str, dict[str, Any]] = {}
    for test in entry.tests:
        if not test.id.startswith(prefix):
            continue
        mark = manual.get(f"{name}/{test.id.removeprefix(prefix)}")
        if test.task not in tasks:
            title = cells.manual_title(notebook, test.task)
            place = task_place(notebook, test.task, address)
            tasks[test.task] = {"title": title, "place": place, "tests": []}
            tasks[test.task] |= {"written": "", "code": "", "outputs": []}
            answer = written.get(test.task)
            if answer is not None and answer.cell_type == "markdown":
                tasks[test.task]["written"] = sanitise.markdown(answer.source, answer.get("attachments"))
            elif answer is not None:
                tasks[test.task]["code"] = sanitise.code(answer.source)
                tasks[test.task]["outputs"] = [sanitise.output(output) for output in answer.outputs]
        score = mark.score if mark and mark.score is not None else test.score
        tasks[test.task]["tests"].append(
            {
                "title": test.title,
                "status": test.status,
                "score": score,
                "max_score": test.max_score,
                "visible": test.visible,
                "message": test.message if test.visible else "",
                "hint": test.hint,
                "again": named(f"{test.message}\n{test.hint}", known) if test.status == "failed" else [],
                "comment": mark.comment if mark else "",
            }
        )
    return list(tasks.values())


def _without_secrets(notebook: NotebookNode, entry: Submission) -> None:
    """Drop outputs below a hidden test that ran in the student's own process: they could show what it holds.

    A test that only calls a helper there ran in the judge: nothing of it is known to the student's code.
    """
    from autograder import cells
    from autograder.judge.isolation import runs_beside_answers

    hidden = {test.id.rpartition("/")[2] for test in entry.tests if not (test.visible or test.isolated)}
    below = False
    for cell in notebook.cells:
        below = below or (cells.grade_id(cell) in hidden and runs_beside_answers(cell))
        if below and cell.cell_type == "code":
            cell.outputs = []


def _own_cells(notebook: NotebookNode) -> list[dict[str, Any]]:
    """Cells that the student added."""
    from autograder import cells, sanitise

    found = []
    for cell in notebook.cells:
        if not cells.is_own(cell):
            continue
        if cell.cell_type == "markdown":
            found.append({"markdown": sanitise.markdown(cell.source, cell.get("attachments")), "outputs": []})
        else:
            outputs = [sanitise.output(output) for output in cell.outputs]
            found.append({"markdown": "", "code": sanitise.code(cell.source), "outputs": outputs})
    return found
