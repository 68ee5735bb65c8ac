"""The instructor's page of a lesson: pictures, tasks with their typical mistakes, who needs a look, who is alike.

One HTML file that needs nothing else. Everything in it that a student produced is text, escaped by the template.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nbformat import NotebookNode

from autograder import cells, pages, similar
from autograder.judge.judging import COST
from autograder.overview import Overview, overview
from autograder.records import Report, Submission

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.versions import Versions

FOLDER = "reports"
BINS = 10


def write(course: Course, report: Report, versions: list[Versions]) -> Path:
    """Write reports/LESSON.html. Returns its path."""
    place = course.root / FOLDER / f"{report.lesson}.html"
    place.parent.mkdir(exist_ok=True)
    fresh = place.with_suffix(".new")
    fresh.write_text(page(course, report, versions), encoding="utf-8")
    return fresh.replace(place)


def page(course: Course, report: Report, versions: list[Versions]) -> str:
    from markupsafe import Markup

    from labkit.page import style

    titles = {
        name: cells.manual_title(version.graded, name)
        for version in versions
        for cell in version.graded.cells
        if cells.is_answer(cell) and (name := cells.grade_id(cell))
    }
    found = overview(report, titles)
    notebooks = {
        entry.student: list(pages.autograded(course, report.lesson, entry.student).values())
        for entry in report.submissions
    }
    handed_in = {student: own for student, own in notebooks.items() if own}
    alike = similar.pairs(handed_in, [version.release for version in versions])
    return pages.template("report.html").render(
        course=course.title,
        language=course.languages[0],
        lesson=course.lesson(report.lesson),
        found=found,
        pictures=[Markup(picture) for picture in pictures(found)],
        alike=alike,
        review=_with_status(report, "needs_review", "failed"),
        late=[entry for entry in report.submissions if {"late", "extended"} & set(entry.flags)],
        missing=_with_status(report, "missing"),
        slow=sorted(report.submissions, key=lambda entry: -entry.seconds)[:5],
        hungry=_most_memory(notebooks)[:5],
        style=Markup(style() + f"<style>{pages.asset('report.css')}</style>"),
    )


def pictures(found: Overview) -> list[str]:
    """The distribution of points, and how much of each task was earned, as SVG in the palette's colours."""
    from labkit import plots
    from labkit.palette import LIGHT

    drawn = []
    if found.scores:
        figure, axes = plots.subplots(figsize=(5.6, 3))
        width = max(found.max_score / BINS, 1e-9)
        axes.hist(
            found.scores, bins=[k * width for k in range(BINS + 1)], color=LIGHT["value"], edgecolor="white"
        )
        axes.set_xlabel("points, without those given by hand")
        axes.set_ylabel("submissions")
        axes.yaxis.get_major_locator().set_params(integer=True)
        alt = f"Distribution of points: {len(found.scores)} submissions, median {found.median:g} of {found.max_score:g}."
        drawn.append(plots.as_svg(figure, alt=alt))
    if found.tasks:
        figure, axes = plots.subplots(figsize=(5.6, 0.7 + 0.42 * len(found.tasks)))
        names = [task.title for task in found.tasks]
        axes.barh(names, [100 * task.share for task in found.tasks], color=LIGHT["value"])
        axes.set_xlim(0, 100)
        axes.invert_yaxis()
        axes.set_xlabel("points earned, percent")
        parts = ", ".join(f"{task.title} {100 * task.share:.0f} percent" for task in found.tasks)
        drawn.append(plots.as_svg(figure, alt=f"Points earned for each task: {parts}."))
    return drawn


def _most_memory(notebooks: dict[str, list[NotebookNode]]) -> list[tuple[str, float]]:
    """Who held how much memory at the most, in MB, the largest first."""
    peaks = {
        student: max(
            (cell.metadata.get(COST, {}).get("peak_memory_mb", 0.0) for nb in found for cell in nb.cells),
            default=0.0,
        )
        for student, found in notebooks.items()
    }
    return sorted(((name, peak) for name, peak in peaks.items() if peak), key=lambda one: -one[1])


def _with_status(report: Report, *statuses: str) -> list[Submission]:
    return [entry for entry in report.submissions if entry.status in statuses]
