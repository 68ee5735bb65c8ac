"""Renderers: each turns what is known of marks into one format, in a file of its own.

A renderer gets `Material` and returns text. Who cannot be put into a format is never dropped in silence: it is in
`notes`, which the command prints.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from autograder.gradebook import Manual
from autograder.records import Marks, Report, Submission, Test
from autograder.report import manual_points
from autograder.roster import Roster


@dataclass
class Material:
    """What there is to render.

    manual: what persons gave, by lesson and student, as `Grades.manual` returns it. titles: of lessons, by id.
    rosters: class lists of the platform and of the course. notes: what a renderer has to say about its work.
    """

    reports: Sequence[Report]
    manual: Mapping[tuple[str, str], Mapping[str, Manual]] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    rosters: Sequence[Roster] = ()
    notes: list[str] = field(default_factory=list)

    def entries(self) -> Iterator[tuple[Report, Submission]]:
        for report in self.reports:
            for entry in report.submissions:
                yield report, entry

    def marks(self) -> list[Marks]:
        """One for each student and lesson, in the reports' order."""
        return [
            marks(report.lesson, entry, self.given(report.lesson, entry)) for report, entry in self.entries()
        ]

    def given(self, lesson: str, entry: Submission) -> Mapping[str, Manual]:
        """What persons gave in one submission, by `notebook/grade_id`."""
        return self.manual.get((lesson, entry.student), {})


def marks(lesson: str, entry: Submission, manual: Mapping[str, Manual]) -> Marks:
    """What one submission is worth."""
    given, waiting, possible = manual_points(entry, manual)
    return Marks(
        lesson=lesson,
        student=entry.student,
        status=entry.status,
        score=None if entry.score is None or waiting else entry.score + given,
        max_score=entry.max_score + possible,
        tests_score=entry.score,
        tests_max=entry.max_score,
        manual_score=given if possible and entry.score is not None else None,
        manual_max=possible,
        manual_open=waiting,
        late_seconds=entry.late_seconds,
        flags=list(entry.flags),
        reason=entry.reason,
    )


def by_person(test: Test, manual: Mapping[str, Manual]) -> Manual:
    """What a person gave for one graded cell; a test's id lacks the notebook where there is only one."""
    found = (mark for name, mark in manual.items() if test.id in (name, name.partition("/")[2]))
    return next(found, Manual(None))


def points(test: Test, manual: Mapping[str, Manual]) -> float | None:
    """The points that count: those of a person, else the test's; None as long as there are none."""
    mark = by_person(test, manual)
    return test.score if mark.score is None else mark.score


def for_student(test: Test) -> list[str]:
    """What the student may read about a test beside its title. Of a hidden one that is the hint alone."""
    return [text for text in (test.message if test.visible else "", test.hint) if text]
