"""CSV for Canvas's gradebook import, made from one that Canvas exported: its columns, its numbers, its points.

Canvas finds students by ID and assignments by the number in parentheses. Who has no score gets no line: an empty cell
would take a mark away that Canvas already has.
"""

from __future__ import annotations

import re

from autograder import sheets
from autograder.errors import AutograderError
from autograder.records import Report
from autograder.renderers import Material
from autograder.renderers.people import NoRoster, by_row, compare, only
from autograder.roster import Roster, letters

POSSIBLE = "Points Possible"  # the line that holds each assignment's points begins so


class NoColumn(AutograderError):
    what = "{found} in it for {lesson}: {titles}"
    why = "scores go to an assignment that Canvas knows, by its number in parentheses"
    repair = (
        "make the assignment in Canvas and export the gradebook again, or name the column: --column TITLE"
    )


def render(material: Material, column: str = "") -> str:
    """The scores of a lesson. column: the assignment's title in Canvas, where it is not the lesson's."""
    report, template = only(material, "Canvas"), template_in(material)
    header, rows = template.sheet.header, template.sheet.rows
    first = header.index("Section") + 1
    place = _place(template, first, report, material.titles.get(report.lesson, ""), column)
    found = by_row(material, report, template)
    lines = []
    for number, row in enumerate(rows):
        if row[0].strip().startswith(POSSIBLE):
            compare(material, report, row[place], "Canvas")
            lines.append([*row[:first], row[place]])
        elif number in found:
            lines.append([*row[:first], sheets.number(found[number][1].score)])
    return sheets.write([*header[:first], header[place]], lines, template.sheet.delimiter)


def template_in(material: Material) -> Roster:
    """The list that Canvas exported. Raises `NoRoster`."""
    for roster in material.rosters:
        if "canvas_id" in roster.columns and "Section" in roster.sheet.header:
            return roster
    raise NoRoster(
        platform="Canvas",
        repair="export the gradebook in Canvas (Grades > Export > Export Entire Gradebook), and give it: --roster FILE",
    )


def _place(template: Roster, first: int, report: Report, title: str, column: str) -> int:
    """Where the lesson's column stands: by the title that was asked for, else by the lesson's id or title."""
    titles = {
        i: re.sub(r"\s*\(\d+\)$", "", head)
        for i, head in enumerate(template.sheet.header)
        if i >= first and re.search(r"\(\d+\)$", head)
    }
    wanted = [column] if column else [report.lesson, title, f"{report.lesson} {title}"]
    wanted = {letters(text) for text in wanted} - {""}
    found = [i for i, text in titles.items() if letters(text) in wanted]
    found = found or [i for i, text in titles.items() if any(letters(text).startswith(w) for w in wanted)]
    if len(found) != 1:
        raise NoColumn(
            where=template.where,
            found="there is no column" if not found else f"there are {len(found)} columns",
            lesson=column or report.lesson,
            titles=", ".join(titles[i] for i in found or titles) or "it has no assignments",
        )
    return found[0]
