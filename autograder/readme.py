"""The table of lessons in the course's README, between two markers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from autograder import outline, sources
from autograder.header import colab
from autograder.schema import PLACEHOLDER

if TYPE_CHECKING:
    from autograder.course import Course

BEGIN = "<!-- lessons: written by `autograder build` from course.yml -->"
END = "<!-- end of lessons -->"


def updated(course: Course) -> dict[Path, bytes]:
    """The README with today's table, by its path; nothing where there is no README with the two markers."""
    path = course.root / "README.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    if BEGIN not in text or END not in text.split(BEGIN, 1)[1]:
        return {}
    before, rest = text.split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    return {path: f"{before}{BEGIN}\n{table(course)}\n{END}{after}".encode()}


def table(course: Course) -> str:
    """One row per lesson, in Markdown; a lesson without a source has no link yet."""
    with_badge = course.repository and PLACEHOLDER not in course.repository
    rows = ["| | Lesson | Minutes | Homework |" + (" Colab |" if with_badge else "")]
    rows.append("|---|---|---|---|" + ("---|" if with_badge else ""))
    for lesson in course.lessons:
        ready = sources.find(course, lesson).exists
        link = f"[{lesson.title}]({course.release_dir.name}/{lesson.id}/{lesson.id}.ipynb)"
        row = [course.number(lesson), link if ready else lesson.title, str(lesson.minutes or "")]
        row.append(homework(course, lesson) if ready else "in preparation")
        row += [colab(course, lesson) if ready else ""] if with_badge else []
        rows.append("| " + " | ".join(row) + " |")
    return "\n".join(rows)


def homework(course: Course, lesson: str) -> str:
    """What a lesson's homework is worth, in words."""
    outlines = [outline.outline(notebook) for notebook in sources.notebooks(course, lesson).values()]
    total = sum(one.points + one.manual_points for one in outlines)
    return f"{total:g} points" if total else ""
