"""CSV with one line for each student and test: what a spreadsheet or pandas counts with."""

from __future__ import annotations

from autograder import sheets
from autograder.renderers import Material, by_person, points

FIELDS = (
    "lesson",
    "student",
    "submission",  # its status
    "test",
    "task",
    "title",
    "visible",
    "status",
    "score",  # that counts
    "max_score",
    "test_score",  # of the machine
    "manual_score",  # of a person
    "message",
    "hint",
    "comment",
    "seconds",
)


def render(material: Material) -> str:
    return sheets.write(FIELDS, _rows(material))


def _rows(material: Material):
    for report, entry in material.entries():
        manual = material.given(report.lesson, entry)
        for test in entry.tests:
            mark = by_person(test, manual)
            what = (report.lesson, entry.student, entry.status, test.id, test.task, test.title)
            how = ("yes" if test.visible else "no", test.status, points(test, manual), test.max_score)
            yield (*what, *how, test.score, mark.score, test.message, test.hint, mark.comment, test.seconds)
