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
STRICT = ConfigDict(extra="forbid", allow_inf_nan=False)

TestStatus = Literal["passed", "failed", "could_not_run", "manual"]
SubmissionStatus = Literal["graded", "needs_review", "failed", "missing"]


class InvalidRecord(AutograderError):
    what = "this is not a result record of schema {schema}: {problem}"
    repair = "make it again with `autograder grade LESSON --json FILE`"


@dataclass(frozen=True, config=STRICT)
class Test:
    """What became of one graded cell.

    id: its grade id, preceded by `notebook/` in a lesson of several notebooks.
    task: the id of the answer that it is about.
    title: what the student may read about it, also when `visible` is False (its code is hidden).
    status: `passed`, `failed`, `could_not_run` (nothing was found out about the answer), or `manual` (a
    person gives the points).
    score: points; None as long as nobody has given any.
    message, hint: for the student; the message only when `visible`.
    isolated: whether it ran outside the student's own process. seconds: how long it ran.
    """

    __test__ = False  # pytest: this is not a class of tests

    id: str
    task: str
    title: str
    visible: bool
    status: TestStatus
    score: float | None
    max_score: float
    message: str = ""
    hint: str = ""
    isolated: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, config=STRICT)
class Submission:
    """What became of one student's submission.

    status: `graded`; `needs_review` (a person must look, `reason` says at what; marks that could be computed
    are there); `failed` (could not be graded, `reason` says why); `missing` (nothing was handed in).
    score, max_score: points that tests give, without those that a person gives. No mark is None, never 0.
    late_seconds: after the day on which it was due; None where no time of submission is known.
    flags: what an instructor may want to know, in words that do not change: see the list below.
    """

    student: str
    status: SubmissionStatus
    score: float | None
    max_score: float
    late_seconds: int | None = None
    flags: list[str] = field(default_factory=list)
    reason: str = ""
    seconds: float = 0.0
    tests: list[Test] = field(default_factory=list)


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
    """All submissions of one lesson. seed: of the random inputs of its tests, to repeat a grading."""

    schema: Literal["autograder/1"] = field(default=SCHEMA, kw_only=True)
    lesson: str
    seed: int
    submissions: list[Submission]

    def to_json(self) -> str:
        """The report as indented JSON, the same bytes for the same report."""
        return _REPORT.dump_json(self, indent=2).decode() + "\n"

    @classmethod
    def from_json(cls, text: str | bytes, where: object = "") -> Report:
        """The report in a JSON text. Raises `InvalidRecord`, which names the first key that is wrong."""
        return _read(_REPORT, text, where)


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
