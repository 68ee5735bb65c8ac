"""`autograder status`: the lessons, and which of them are ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from autograder.console import out
from autograder.errors import AutograderError

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.schema import Lesson

READY, NO_SOURCE = "ready", "no source"


def command(ctx: typer.Context) -> None:
    """Show the lessons: state, tasks, points, days, and how much of what was handed in is graded.

    A lesson is ready when its student notebook is what its source generates. Points that a person gives are
    shown behind a plus sign. Leaves with exit code 1 if a lesson that has a source is not ready.

    \b
    Examples:
      autograder status
      autograder --course ../other status
    """
    from rich.box import SIMPLE
    from rich.table import Table

    course = ctx.obj.course
    table = Table(title=course.title, title_justify="left", title_style="bold", box=SIMPLE, pad_edge=False)
    for heading in ("Lesson", "Tasks", "Points", "Opens", "Due", "Graded", "State"):
        justify = "right" if heading in ("Tasks", "Points") else "left"
        table.add_column(heading, justify=justify, no_wrap=True)
    repairs, waiting = [], []
    for lesson in course.lessons:
        state, repair = state_of(course, lesson)
        (waiting if state == NO_SOURCE else repairs).extend([repair] if repair else [])
        tasks, points = size_of(course, lesson) if state != NO_SOURCE else ("", "")
        deadline = course.deadline(lesson)
        days = [str(lesson.opens or ""), f"{deadline.due:%Y-%m-%d}" if deadline else ""]
        graded, handed = graded_of(course, lesson)
        counted = f"{graded} of {handed}" if handed else ""
        if graded < handed:
            counted = f"[yellow]{counted}[/]"
            waiting.append(f"{lesson.id}: {handed - graded} not graded yet: autograder grade {lesson.id}")
        style = {READY: "green", NO_SOURCE: "dim"}.get(state, "yellow")
        table.add_row(lesson.id, tasks, points, *days, counted, f"[{style}]{state}[/]")
    out.print(table)
    for repair in repairs + waiting:
        out.print(repair, markup=False)
    raise typer.Exit(1 if repairs else 0)


def state_of(course: Course, lesson: Lesson) -> tuple[str, str]:
    """The state of a lesson in a word or two, and what to do about it ("" if nothing)."""
    from autograder import editions, sources

    if not sources.find(course, lesson).exists:
        return NO_SOURCE, sources.stray(course, lesson).replace("; ", f"{lesson.id} has no source; ")
    try:
        mistakes = editions.problems(course, lesson)
        if mistakes:
            return "mistakes", "\n".join(str(mistake) for mistake in mistakes)
        editions.refuse_edited(course, lesson)
        release = editions.edition(course, lesson).release
    except editions.NotebookEdited as error:
        return "edited", error.message()
    except AutograderError as error:
        return "mistakes", error.message()
    if any(not path.is_file() or path.read_bytes() != content for path, content in release.items()):
        return "stale", f"{lesson.id} is stale\n  repair: autograder build {lesson.id}"
    return READY, ""


def graded_of(course: Course, lesson: Lesson) -> tuple[int, int]:
    """How many of a lesson's submissions are graded as they lie there, and how many there are."""
    from autograder.ledger import Ledger
    from autograder.submission import handed_in
    from autograder.untrusted import Refused, look

    ledger, handed, graded = Ledger(course, lesson.id), handed_in(course, lesson.id), 0
    for one in handed:
        entry = None if one.problem else ledger.get(one.student)
        try:
            graded += entry is not None and entry.content == look(one.folder).digest()
        except (Refused, OSError):
            graded += entry.content.startswith("unreadable")  # it was tried, and its record says why
    return graded, len(handed)


def size_of(course: Course, lesson: Lesson) -> tuple[str, str]:
    """How many tasks a lesson has, and how many points, those of a person behind a plus sign."""
    from autograder import outline, sources

    try:
        found = [outline.outline(notebook) for notebook in sources.notebooks(course, lesson).values()]
    except AutograderError:
        return "?", "?"
    manual = sum(one.manual_points for one in found)
    tasks = sum(len(one.tasks) for one in found) + sum(len(one.manual) for one in found)
    points = sum(one.points for one in found)
    return str(tasks), f"{points:g}" + (f" + {manual:g}" if manual else "")
