"""Our students in the class list of a platform, and what to say of those who are not there."""

from __future__ import annotations

from autograder.errors import AutograderError
from autograder.records import Marks, Submission
from autograder.renderers import Material, Report, marks
from autograder.roster import Roster, Unknown, linked
from autograder.untrusted import printable

Line = tuple[Submission, Marks]


class OneLesson(AutograderError):
    what = "{platform} takes one lesson at a time, and these are {count}"
    why = "an empty cell in its import takes a mark away, and who has one in one lesson may have none in another"
    repair = "export them one after the other"


class NoRoster(AutograderError):
    what = "{platform} needs a class list of its own to find its students again"
    repair = "{repair}"


def only(material: Material, platform: str) -> Report:
    """The one report. Raises `OneLesson`."""
    if len(material.reports) != 1:
        raise OneLesson(platform=platform, count=len(material.reports))
    return material.reports[0]


def compare(material: Material, report: Report, cell: str, platform: str) -> None:
    """Say when the platform counts out of another number of points: it takes scores as they are."""
    ours = max((marks.max_score for marks in material.marks()), default=0.0)
    try:
        theirs = float(cell.replace(",", "."))
    except ValueError:
        return
    if theirs != ours:
        text = (
            f"{report.lesson}: {ours:g} points here, {theirs:g} in {platform}; set the assignment to {ours:g}"
        )
        material.notes.append(text)


def by_row(material: Material, report: Report, platform: Roster) -> dict[int, Line]:
    """The submissions with a score, by the line of the platform's list; who is not in the list is in the notes."""
    others = [roster for roster in material.rosters if roster is not platform]
    found: dict[int, list[Line]] = {}
    for entry in report.submissions:
        line = entry, marks(report.lesson, entry, material.given(report.lesson, entry))
        try:
            row = linked(platform, others, entry.student).row
        except Unknown as unknown:
            material.notes.append(f"{printable(entry.student)}: {unknown}, left out")
            continue
        if line[1].score is not None:
            found.setdefault(row, []).append(line)
    for lines in found.values():
        if len(lines) > 1:
            names = " and ".join(printable(entry.student) for entry, _ in lines)
            material.notes.append(f"{names}: the same person in the roster, left out")
    return {row: lines[0] for row, lines in sorted(found.items()) if len(lines) == 1}
