"""When homework is due, and how late a submission is.

A lesson's homework is due at the end of the day `due_after_days` after it opens. Who hands in later takes,
without asking, the one extension of `extension_days`. Beyond it only the instructor extends: extensions.yml.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from autograder.schema import Extension, Late, Lesson


@dataclass(frozen=True)
class Deadline:
    """When one student's homework is `due`, and the `last` moment at which it still counts (aware datetimes).

    `given` is the instructor's extension, if there is one.
    """

    due: datetime
    last: datetime
    given: Extension | None = None

    def status(self, submitted: datetime) -> Literal["on time", "extension", "too late"]:
        """How an aware time of submission stands to this deadline."""
        if submitted <= self.due:
            return "on time"
        return "extension" if submitted <= self.last else "too late"

    def seconds_late(self, submitted: datetime) -> int:
        """Whole seconds after `due`; 0 when it came in time."""
        return max(0, int((submitted - self.due).total_seconds()))


def deadline(lesson: Lesson, policy: Late, zone: ZoneInfo, given: Extension | None = None) -> Deadline | None:
    """The deadline of a lesson's homework; None for a lesson that has no day of opening."""
    if lesson.opens is None:
        return None
    day = lesson.opens + timedelta(days=policy.due_after_days)
    due = _end_of(day, zone)
    last = _end_of(day + timedelta(days=policy.extension_days), zone)
    if given is not None:
        last = max(last, _end_of(given.until, zone))
    return Deadline(due, last, given)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone)
