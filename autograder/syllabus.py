"""The generated part of docs/syllabus.md: what each lesson gives, needs, is worth and costs in time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import outline, readme, sources
from autograder.schema import Lesson

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from autograder.course import Course

BEGIN = "<!-- syllabus: written by `autograder build` from course.yml and the sources -->"
END = "<!-- end of the syllabus -->"

# How a task says what it costs, in a line of its own below its heading.
EFFORT = re.compile(r"^\*Difficulty (?P<difficulty>\d) of \d, about (?P<minutes>\d+) minutes?\.\*$", re.M)
HEADING = re.compile(r"^#+ (?P<title>.+?)(?: \((?P<points>[^()]*point[^()]*)\))?$", re.M)


@dataclass(frozen=True)
class Task:
    """A task of the homework, as its text announces it."""

    title: str
    points: str
    difficulty: int
    minutes: int


def updated(course: Course) -> dict[Path, bytes]:
    """The page with today's syllabus, by its path; nothing where there is no such page with the two markers."""
    return readme.between(course.root / "docs" / "syllabus.md", BEGIN, END, lambda: text(course))


def text(course: Course) -> str:
    """An overview of all lessons, and a section for each one, in Markdown."""
    return "\n\n".join([overview(course), *(section(course, lesson) for lesson in course.lessons)])


def overview(course: Course) -> str:
    """One row per lesson, and the sums."""
    rows = [
        "| | Lesson | Builds on | Lesson, minutes | Homework, minutes | Points | of these by hand |",
        "|---|---|---|---:|---:|---:|---:|",
    ]
    sums = [0.0, 0.0, 0.0, 0.0]
    for lesson in course.lessons:
        before = ", ".join(course.number(course.lesson(name)) for name in lesson.prerequisites)
        whole = _outline(course, lesson)
        numbers = [
            lesson.minutes or 0,
            sum(task.minutes for task in tasks(course, lesson)),
            whole.points + whole.manual_points,
            whole.manual_points,
        ]
        sums = [total + number for total, number in zip(sums, numbers, strict=True)]
        cells = [course.number(lesson), lesson.title, before, *(f"{number:g}" for number in numbers)]
        rows.append(f"| {' | '.join(cells)} |")
    rows.append(f"| | **Together** | | {' | '.join(f'{total:g}' for total in sums)} |")
    return "\n".join(rows)


def section(course: Course, lesson: Lesson) -> str:
    """What one lesson is for, what it builds on and what builds on it, and its tasks."""
    parts = [f"### {course.number(lesson)} · {lesson.title}"]
    later = [one for one in course.lessons if lesson.id in one.prerequisites]
    before = [course.lesson(name) for name in lesson.prerequisites]
    parts.append(f"Builds on {_named(course, before)}. Needed by {_named(course, later)}.")
    if lesson.goals:
        parts.append("Afterwards students can\n\n" + "\n".join(f"- {goal}" for goal in lesson.goals))
    if found := tasks(course, lesson):
        rows = ["| Task | Points | Difficulty | Minutes |", "|---|---|---:|---:|"]
        rows += [f"| {one.title} | {one.points} | {one.difficulty} | {one.minutes} |" for one in found]
        parts.append("\n".join(rows))
    return "\n\n".join(parts)


def tasks(course: Course, lesson: Lesson) -> list[Task]:
    """The tasks of a lesson that state what they cost, in order; none where there is no source."""
    if not sources.find(course, lesson).exists:
        return []
    cells = [cell for notebook in sources.notebooks(course, lesson).values() for cell in notebook.cells]
    return [task for cell in cells if (task := _task(cell))]


def _task(cell: NotebookNode) -> Task | None:
    effort = EFFORT.search(cell.source) if cell.cell_type == "markdown" else None
    heading = HEADING.search(cell.source) if effort else None
    if not heading:
        return None
    points = (heading["points"] or "").replace("|", "\\|")
    return Task(
        heading["title"].replace("|", "\\|"), points, int(effort["difficulty"]), int(effort["minutes"])
    )


def _outline(course: Course, lesson: Lesson) -> outline.Outline:
    if not sources.find(course, lesson).exists:
        return outline.joined([])
    return outline.joined(outline.outline(one) for one in sources.notebooks(course, lesson).values())


def _named(course: Course, lessons: list[Lesson]) -> str:
    return "; ".join(f"{course.number(one)} {one.title}" for one in lessons) or "no other lesson"
