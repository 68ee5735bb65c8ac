"""The result of a grading: one record per test, one per submission, one report per lesson, as JSON and back.

The schema `autograder/1` is what `grade --json` writes and what every renderer (table, feedback, CSV) reads.
Reading checks types, known words and unknown keys, so that a renderer never meets half a record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from autograder.errors import AutograderError

SCHEMA = "autograder/1"
STRICT = ConfigDict(extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)

TestStatus = Literal["passed", "failed", "could_not_run", "manual"]
SubmissionStatus = Literal["graded", "needs_review", "failed", "missing"]


class InvalidRecord(AutograderError):
    what = "this is not a result record of schema {schema}: {problem}"
    repair = "make it again with `autograder grade LESSON --json FILE`"


# The texts below the fields are the published schema's descriptions and the tables of docs/results.md.


@dataclass(frozen=True, config=STRICT)
class Test:
    """What became of one graded cell."""

    __test__ = False  # pytest: this is not a class of tests

    id: str
    """The cell's grade id, preceded by `notebook/` in a lesson of several notebooks."""
    task: str
    """The id of the answer that it is about."""
    title: str
    """What the student may read about it, also when its code is hidden."""
    visible: bool
    """Whether the student could see its code. When not, only `title` and `hint` are for the student."""
    status: TestStatus
    """`passed`, `failed`, `could_not_run` (nothing was found out about the answer), or `manual` (a person gives the points)."""
    score: float | None
    """Points that a machine gave; null as long as nobody has given any."""
    max_score: float
    """The most that the cell gives."""
    message: str = ""
    """What went wrong; for the student only when `visible`."""
    hint: str = ""
    """What to look at next; for the student."""
    isolated: bool = False
    """Whether it ran outside the student's own process."""
    seconds: float = 0.0
    """How long it ran."""


@dataclass(frozen=True, config=STRICT)
class Submission:
    """What became of one student's submission."""

    student: str
    """The student's id: the name of the folder in `submitted/`."""
    status: SubmissionStatus
    """`graded`; `needs_review` (a person must look, marks that could be computed are there); `failed` (could not be
    graded); `missing` (nothing was handed in). `reason` says why."""
    score: float | None
    """Points that tests gave, without those that a person gives. No mark is null, never 0."""
    max_score: float
    """The most that the tests give."""
    late_seconds: int | None = None
    """How long after the day on which it was due; null where no time of submission is known."""
    flags: list[str] = field(default_factory=list)
    """What an instructor may want to know, in words that do not change; they are listed below."""
    reason: str = ""
    """In a sentence: why it was not graded, at what a person must look, what was put in order."""
    seconds: float = 0.0
    """How long grading it took."""
    tests: list[Test] = field(default_factory=list)
    """One record for each graded cell, in the lesson's order."""


FLAGS = {
    "extended": "handed in after the due date, within the extension",
    "late": "handed in after the last day that counts",
    "time_unverified": "the time is what the student's own folder says, and decides about lateness",
    "untouched": "no answer was changed",
    "recovered": "the notebook was damaged or rearranged, and could be put in order",
    "renamed": "the notebook had another file name",
    "extra_files": "files were left out: `reason` names them",
    "restarted": "a cell ended the process or its time; the rest was run without it",
    "output_cut": "a cell printed more than is kept",
}


@dataclass(frozen=True, config=STRICT)
class Report:
    """All submissions of one lesson."""

    schema: Literal["autograder/1"] = field(default=SCHEMA, kw_only=True)
    """The name and version of this schema. A change that could break a reader gets another number."""
    lesson: str
    """The lesson's id."""
    seed: int
    """Of the random inputs of its tests, to repeat a grading."""
    submissions: list[Submission]
    """One record for each student, by name."""

    def to_json(self) -> str:
        """The report as indented JSON, the same bytes for the same report."""
        return _REPORT.dump_json(self, indent=2).decode() + "\n"

    @classmethod
    def from_json(cls, text: str | bytes, where: object = "") -> Report:
        """The report in a JSON text. Raises `InvalidRecord`, which names the first key that is wrong."""
        return _read(_REPORT, text, where)


@dataclass(frozen=True, config=STRICT)
class Marks:
    """What a student's lesson is worth so far: the tests and the points given by hand together."""

    lesson: str
    """The lesson's id."""
    student: str
    """The student's id."""
    status: SubmissionStatus
    """As in the submission's record."""
    score: float | None
    """All points together; null as long as something of them is not known, and never 0 for it."""
    max_score: float
    """The most that the lesson gives."""
    tests_score: float | None
    """What the tests gave."""
    tests_max: float
    """The most that the tests give."""
    manual_score: float | None
    """What a person gave so far, also above or below what a test gave; null without written answers."""
    manual_max: float
    """The most that a person gives."""
    manual_open: int
    """How many written answers still wait for their points."""
    late_seconds: int | None
    """As in the submission's record."""
    flags: list[str]
    """As in the submission's record."""
    reason: str
    """As in the submission's record."""


@dataclass(frozen=True, config=STRICT)
class Export:
    """What `autograder export --to json` writes."""

    marks: list[Marks]
    """One entry for each student and lesson."""
    reports: list[Report]
    """One report for each lesson."""


_REPORT = TypeAdapter(Report)
_SUBMISSION = TypeAdapter(Submission)


def submission_to_json(submission: Submission) -> str:
    """One submission as JSON on one line."""
    return _SUBMISSION.dump_json(submission).decode()


def submission_from_json(text: str | bytes, where: object = "") -> Submission:
    """The submission in a JSON text. Raises `InvalidRecord`."""
    return _read(_SUBMISSION, text, where)


def total(tests: Sequence[Test]) -> tuple[float, float]:
    """The points earned and the points possible in the tests that a machine marks."""
    automatic = [test for test in tests if test.status != "manual"]
    return sum(test.score or 0.0 for test in automatic), sum(test.max_score for test in automatic)


def _read(adapter: TypeAdapter, text: str | bytes, where: object):
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the whole text"
        raise InvalidRecord(where=where, schema=SCHEMA, problem=f"{place}: {first['msg']}") from None
