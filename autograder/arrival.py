"""When a submission was handed in.

Nothing that lies in a submitted folder proves that: `timestamp.txt` is written by the student's own command,
and the files' dates are carried along. So, in this order:

1. what was recorded when the submission was received (`record`, kept in .autograder/received.json);
2. where nbgrader's exchange still has the submission with this very notebook: when its disk received it (the
   inode's change time, which the owner of a file can only make later);
3. what the folder says: `timestamp.txt`, else the notebook's date. It is believed only between the day the
   lesson opened and the moment the folder arrived here, and not against a notebook that was saved later.
   Where being in time rests on it, the time counts as unverified, and the submission carries that flag.
"""

from __future__ import annotations

import glob
import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from autograder.course import Course
from autograder.late import Deadline
from autograder.schema import Lesson
from autograder.settings import exchange_config
from autograder.untrusted import Refused, read_bytes

RECEIVED = Path(".autograder") / "received.json"
CLOCK_SKEW = timedelta(minutes=5)
SECRET = "submission_secret.txt"
COPYING = timedelta(seconds=2)  # a copy that does not keep dates leaves both dates of a file this close


@dataclass(frozen=True)
class Arrival:
    """time: aware, or None where nothing is known. verified: the student did not write it."""

    time: datetime | None
    verified: bool


def record(course: Course, lesson: str, student: str, moment: datetime) -> None:
    """Keep the time (aware) at which a submission was received. It outranks everything in the folder."""
    known = _received(course)
    known.setdefault(lesson, {})[student] = moment.astimezone(UTC).isoformat()
    _keep(course, known)


def recorded(course: Course, lesson: str, student: str) -> datetime | None:
    """The time (aware) that was recorded for a submission; None if there is none."""
    said = _received(course).get(lesson, {}).get(student)
    return datetime.fromisoformat(said) if said else None


def forget(course: Course, lesson: str, student: str) -> None:
    """Drop the recorded time: another submission takes the place of the one that it belonged to."""
    known = _received(course)
    if known.get(lesson, {}).pop(student, None):
        _keep(course, known)


def _keep(course: Course, known: dict[str, dict[str, str]]) -> None:
    file = course.root / RECEIVED
    file.parent.mkdir(exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(known, indent=1, sort_keys=True))
    fresh.replace(file)


def arrival(
    course: Course, lesson: Lesson, student: str, notebook: Path, deadline: Deadline | None
) -> Arrival:
    """When the submitted `notebook` (a path in its submitted folder) was handed in."""
    if said := recorded(course, lesson.id, student):
        return Arrival(said, True)
    if exchanged := _from_exchange(course, lesson.id, student, notebook):
        return Arrival(exchanged, True)
    here = _moment(notebook.lstat().st_ctime)
    if deadline is not None and here <= deadline.due:
        return Arrival(here, True)  # whatever it says: it came in time
    opens = lesson.opens or date(2000, 1, 1)
    return Arrival(_claimed(notebook, datetime.combine(opens, time(), tzinfo=course.zone), here), False)


def _claimed(notebook: Path, opened: datetime, here: datetime) -> datetime | None:
    """The time that the folder says, as far as it can be true; None where it says nothing."""
    saved = _moment(notebook.lstat().st_mtime)
    saved = saved if saved < here - COPYING else None  # else it is the date of a copy
    says = timestamp(notebook.parent)
    if says is None:
        says = saved
    if says is None:
        return None
    if not opened <= says <= here + CLOCK_SKEW:
        return here
    return max(says, saved) if saved and saved > says + CLOCK_SKEW else says


def timestamp(folder: Path) -> datetime | None:
    """What a submitted folder's timestamp.txt says, as nbgrader reads it; None if it says nothing that is a time."""
    from nbgrader.utils import parse_utc

    try:
        text = read_bytes(folder / "timestamp.txt", 100).decode().strip()
        return parse_utc(text).replace(tzinfo=UTC) if text else None
    except (Refused, ValueError, OverflowError, TypeError, AttributeError):
        return None


def secret(folder: Path) -> bytes:
    """What `nbgrader submit` left beside the notebooks, so that only this student finds their feedback; b"" if nothing."""
    try:
        return read_bytes(folder / SECRET, 1000)
    except Refused:
        return b""


def _from_exchange(course: Course, lesson: str, student: str, notebook: Path) -> datetime | None:
    """When nbgrader's exchange received this notebook; None where it has none, or another one."""
    from nbgrader.exchange.default import Exchange

    config = exchange_config(course)
    course_id = config.CourseDirectory.get("course_id", "")
    if not course_id:
        return None
    inbound = Path(Exchange(config=config).root) / course_id / "inbound"
    same = []
    for folder in inbound.glob(f"{glob.escape(student)}+{glob.escape(lesson)}+*"):
        file = folder / notebook.name
        try:
            if read_bytes(file, 10**8) == read_bytes(notebook, 10**8):
                same.append(file.lstat().st_ctime)
        except Refused:
            continue
    return _moment(min(same)) if same else None


def _received(course: Course) -> dict[str, dict[str, str]]:
    file = course.root / RECEIVED
    return json.loads(file.read_text()) if file.is_file() else {}


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
