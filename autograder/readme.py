"""The table of lessons in the course's README, between two markers."""

from __future__ import annotations

from collections.abc import Callable
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
    return between(course.root / "README.md", BEGIN, END, lambda: table(course))


def between(path: Path, begin: str, end: str, made: Callable[[], str]) -> dict[Path, bytes]:
    """The file with what `made` gives between two markers, by its path; nothing where they do not stand in it."""
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    return {path: f"{before}{begin}\n{made()}\n{end}{after}".encode()} if found and closed else {}


def table(course: Course) -> str:
    """One row per lesson, in Markdown; a lesson without a source has no link yet."""
    with_badge = course.repository and PLACEHOLDER not in course.repository
    with_goals = any(lesson.goals for lesson in course.lessons)
    titles = ["", "Lesson", "Minutes", "Homework"]
    titles += ["You will be able to"] * with_goals + ["Colab"] * bool(with_badge)
    rows = [f"| {' | '.join(titles).strip()} |", "|---" * len(titles) + "|"]
    for lesson in course.lessons:
        ready = sources.find(course, lesson).exists
        link = f"[{lesson.title}]({course.release_dir.name}/{lesson.id}/{lesson.id}.ipynb)"
        row = [course.number(lesson), link if ready else lesson.title, str(lesson.minutes or "")]
        row.append(homework(course, lesson) if ready else "in preparation")
        row += ["; ".join(lesson.goals)] if with_goals else []
        row += [colab(course, lesson) if ready else ""] if with_badge else []
        rows.append("| " + " | ".join(row) + " |")
    return "\n".join(rows)


def homework(course: Course, lesson: str) -> str:
    """What a lesson's homework is worth, in words."""
    outlines = [outline.outline(notebook) for notebook in sources.notebooks(course, lesson).values()]
    total = sum(one.points + one.manual_points for one in outlines)
    return f"{total:g} points" if total else ""
