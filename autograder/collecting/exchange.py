"""nbgrader's exchange: `inbound/ada+06_autograd+2027-02-22 22:58:00 UTC+a1b2/`, the newest of each student.

When it came is what the exchange's disk says of its files, and not the time in the folder's name, which is the
student's. Earlier ones stay in the exchange.
"""

from __future__ import annotations

import glob
import os
import re
from datetime import UTC, datetime
from pathlib import Path

from autograder.collecting import Parcel, Sorted
from autograder.collecting.trees import folder
from autograder.course import Course
from autograder.errors import AutograderError
from autograder.settings import exchange_config
from autograder.untrusted import MAX_FILES, is_real_folder, printable


class NoExchange(AutograderError):
    what = "there is no exchange to collect from: {reason}"
    repair = (
        "name what the platform gave you: --from PATH;\n"
        "          or set c.CourseDirectory.course_id and c.Exchange.root in nbgrader_config.py"
    )


def inbound(course: Course) -> Path:
    """Where the exchange keeps what students submit. Raises `NoExchange`."""
    from nbgrader.exchange.default import Exchange

    config = exchange_config(course)
    course_id = config.CourseDirectory.get("course_id", "")
    if not course_id:
        raise NoExchange(reason="the configuration names no course_id")
    place = Path(Exchange(config=config).root) / course_id / "inbound"
    if not place.is_dir():
        raise NoExchange(reason=f"{place} is not there")
    return place


def parcels(course: Course, lesson: str) -> Sorted:
    """The newest submission of each student."""
    name = re.compile(rf"(?P<student>.+)\+{re.escape(lesson)}\+(?P<stamp>[^+]+)(?:\+[^+]+)?")
    newest: dict[str, tuple[datetime, str, Path]] = {}
    left_out = []
    for path in sorted(inbound(course).glob(f"*+{glob.escape(lesson)}+*")):
        match = name.fullmatch(path.name)
        if match is None or not is_real_folder(path):
            left_out.append(f"{printable(path.name)}: not a submitted folder")
            continue
        found = (_arrived(path), match["stamp"], path)
        newest[match["student"]] = max(newest.get(match["student"], found), found)
    result = Sorted([], left_out)
    for student, (time, _, path) in newest.items():
        parcel = Parcel(student, time=time, note=_owner(path, student))
        result.parcels.append(parcel)
        try:
            tree = folder(path)
        except (AutograderError, OSError) as error:
            parcel.problem = str(error).splitlines()[0]
            continue
        parcel.entries = {entry.path: entry for entry in tree.entries}
        result.left_out += [f"{printable(student)}: {reason}" for reason in tree.refused]
    return result


def _arrived(path: Path) -> datetime:
    """When the disk received it. Whoever changes it afterwards makes that later."""
    times = [path.lstat().st_ctime]
    for place, _, files in os.walk(path):
        times += [os.lstat(os.path.join(place, file)).st_ctime for file in files[:MAX_FILES]]
    return datetime.fromtimestamp(max(times), UTC)


def _owner(path: Path, student: str) -> str:
    """A word where the folder's owner has another name than the student, as nbgrader says it, too."""
    try:
        owner = path.owner()
    except (KeyError, NotImplementedError):
        return ""
    return "" if owner == student else f"the exchange's folder belongs to {printable(owner)}"
