"""CSV for Moodle: the assignment's grading worksheet filled in, or a table for the gradebook's import.

With a worksheet (`--roster`: Assignment > Submissions > Download grading worksheet) grade and feedback arrive in the
assignment itself. Any other list gives e-mail address, ID number or username, and the import asks which columns are
which. An unknown address stops Moodle's whole import, and an empty grade deletes one; so only those are in it who are
in the list and have a score.
"""

from __future__ import annotations

from html import escape

from autograder import sheets
from autograder.records import Submission
from autograder.renderers import Material, Report, by_person, marks, points
from autograder.renderers.people import NoRoster, by_row, compare, only
from autograder.roster import Roster
from autograder.untrusted import printable

WORKSHEET = ("Identifier", "Grade", "Last modified (grade)")  # without these three Moodle refuses a worksheet
COMMENTS, MOST = "Feedback comments", "Maximum Grade"
NO_COLUMN = "give it a grading worksheet that Moodle made in English, or a list with the column `email`"
KEYS = {"email": "Email address", "number": "ID number", "login": "Username"}


def render(material: Material) -> str:
    report = only(material, "Moodle")
    worksheets = [roster for roster in material.rosters if set(WORKSHEET) <= set(roster.sheet.header)]
    if worksheets:
        return _worksheet(material, report, worksheets[0])
    lists = [roster for roster in material.rosters if roster.columns.keys() & KEYS.keys()]
    if material.rosters and not lists:
        raise NoRoster(platform="Moodle", repair=NO_COLUMN)
    return _import(material, report, lists[0] if lists else _own_names(material, report))


def _worksheet(material: Material, report: Report, worksheet: Roster) -> str:
    header, lines = worksheet.sheet.header, []
    for row, (entry, line) in by_row(material, report, worksheet).items():
        cells = list(worksheet.sheet.rows[row])
        cells[header.index("Grade")] = sheets.number(line.score)
        if COMMENTS in header:
            cells[header.index(COMMENTS)] = feedback(material, report, entry)
        lines.append(cells)
    if MOST in header and lines:
        compare(material, report, lines[0][header.index(MOST)], "Moodle")
    if COMMENTS not in header:
        material.notes.append(
            "the worksheet has no column for feedback: switch on feedback comments in Moodle"
        )
    return sheets.write(header, lines)


def _import(material: Material, report: Report, roster: Roster) -> str:
    keys = [fact for fact in KEYS if fact in roster.columns]
    title = material.titles.get(report.lesson) or report.lesson
    lines = []
    for row, (entry, line) in by_row(material, report, roster).items():
        who = [roster.sheet.rows[row][roster.columns[fact]].strip() for fact in keys]
        if any(text.startswith(sheets.COMPUTED) for text in who):
            # Made safe, it would be nobody's, and stop the import.
            text = f"{printable(who[0])}: a spreadsheet would compute the address, left out"
            material.notes.append(text)
            continue
        lines.append([*who, sheets.number(line.score), feedback(material, report, entry)])
    return sheets.write([*(KEYS[fact] for fact in keys), title, f"{title} (feedback)"], lines)


def _own_names(material: Material, report: Report) -> Roster:
    """A list of our own names for the students, which must be theirs in Moodle."""
    names = sorted(entry.student for entry in report.submissions)
    key = KEYS["email"] if names and all("@" in name for name in names) else KEYS["login"]
    material.notes.append(f"without --roster the students' names here are taken for Moodle's `{key}`")
    return Roster(sheets.Sheet([key], [[name] for name in names]))


def feedback(material: Material, report: Report, entry: Submission) -> str:
    """What a student should read beside the grade, as HTML: tests that were not passed with their hints, and comments."""
    manual = material.given(report.lesson, entry)
    whole = marks(report.lesson, entry, manual)
    lines = [f"{sheets.number(whole.score)} of {sheets.number(whole.max_score)} points."]
    for test in entry.tests:
        score, comment = points(test, manual), by_person(test, manual).comment
        if (score is not None and score < test.max_score) or comment:
            said = " ".join(text for text in (test.hint, comment) if text)
            earned = f"({sheets.number(score or 0.0)} of {sheets.number(test.max_score)})"
            lines.append(f"{test.title} {earned}{': ' if said else ''}{said}")
    return "<br>".join(escape(line).replace("\n", "<br>") for line in lines)
