"""Putting a submission in its place, and what was there before beside it. Nothing is lost, and nothing written elsewhere.

What was collected is remembered by its content: an old download does not replace a newer one, and what a teacher
mended in submitted/ is not undone by the same download.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from autograder import arrival
from autograder.course import Course
from autograder.ledger import FOLDER
from autograder.untrusted import Refused, is_real_folder, look, printable, read_bytes

STAMP = PurePosixPath("timestamp.txt")  # says when, and not what
NEW, REPLACED, SAME, OLDER, REFUSED = "new", "replaced", "unchanged", "older", "refused"


@dataclass(frozen=True)
class Outcome:
    """What became of a parcel. earlier: where the submission lies that it replaced."""

    student: str
    what: str
    files: int = 0
    time: datetime | None = None
    note: str = ""
    earlier: Path | None = None


def put(
    course: Course, lesson: str, student: str, files: Mapping[PurePosixPath, bytes], time: datetime | None
) -> Outcome:
    """Make `files` the student's submission, unless they are not new. Raises `Refused`."""
    place = course.submitted_dir / student / lesson
    for folder in (place.parent, place):
        if (folder.is_symlink() or folder.exists()) and not is_real_folder(folder):
            raise Refused(f"{folder.relative_to(course.submitted_dir)} in submitted/ is a link or a file")
    digest = _digest({path: hashlib.sha256(data).hexdigest() for path, data in files.items()})
    history = _history(course, lesson).get(student, [])
    known = arrival.recorded(course, lesson, student)
    newer = bool(time and known and time > known)
    if place.exists():
        note = ""
        if digest != _digest_of(place):
            if history[-1:] == [digest] and not newer:
                note = "the submission was changed here since; it is left as it is"
            elif (digest in history and not newer) or (time and known and time < known):
                return Outcome(student, OLDER, len(files), time, "a newer one is here, and stays")
            else:
                return _replace(course, lesson, student, files, time, digest)
        if time and not known:
            arrival.record(course, lesson, student, time)
        _remember(course, lesson, student, digest)
        return Outcome(student, SAME, len(files), time or known, note)
    return _replace(course, lesson, student, files, time, digest)


def _replace(
    course: Course,
    lesson: str,
    student: str,
    files: Mapping[PurePosixPath, bytes],
    time: datetime | None,
    digest: str,
) -> Outcome:
    place = course.submitted_dir / student / lesson
    fresh = course.root / FOLDER / "incoming" / lesson
    shutil.rmtree(fresh, ignore_errors=True)
    known = arrival.recorded(course, lesson, student)
    try:
        _write(fresh, files, time)
        arrival.forget(course, lesson, student)  # it was that of the one before
        earlier = _aside(course, lesson, student) if place.exists() else None
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(fresh, place)
        except OSError:
            if earlier:
                shutil.rmtree(place, ignore_errors=True)
                shutil.move(earlier, place)
            if known:
                arrival.record(course, lesson, student, known)
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    if time:
        arrival.record(course, lesson, student, time)
    _remember(course, lesson, student, digest)
    return Outcome(student, REPLACED if earlier else NEW, len(files), time, earlier=earlier)


def _write(folder: Path, files: Mapping[PurePosixPath, bytes], time: datetime | None) -> None:
    folder.mkdir(parents=True)
    for path, data in files.items():
        try:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            with open(folder / path, "xb") as file:
                file.write(data)
        except (FileExistsError, NotADirectoryError):
            raise Refused(f"{printable(path)} is a file and a folder at once") from None
    if time and STAMP not in files:  # nbgrader and formgrader show it
        (folder / STAMP).write_text(f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f} UTC\n")


def _aside(course: Course, lesson: str, student: str) -> Path:
    """Move the submission that is there to the earlier ones. Returns where it lies now."""
    moment = datetime.now(UTC).strftime("%Y-%m-%dT%H-%M-%S")
    folder = course.root / FOLDER / "earlier" / student / lesson
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / moment
    count = 1
    while target.exists():
        count += 1
        target = folder / f"{moment}-{count}"
    shutil.move(course.submitted_dir / student / lesson, target)
    return target


def _digest_of(place: Path) -> str:
    folder = look(place)
    return _digest(
        {path: hashlib.sha256(read_bytes(place / path, 10**9)).hexdigest() for path in folder.files}
    )


def _digest(hashes: Mapping[PurePosixPath, str]) -> str:
    """A hash of all files but the time stamp."""
    lines = [f"{path}\n{value}\n" for path, value in sorted(hashes.items()) if path != STAMP]
    return hashlib.sha256("".join(lines).encode(errors="surrogatepass")).hexdigest()


def _history(course: Course, lesson: str) -> dict[str, list[str]]:
    file = _file(course, lesson)
    return json.loads(file.read_text()) if file.is_file() else {}


def _remember(course: Course, lesson: str, student: str, digest: str) -> None:
    known = _history(course, lesson)
    before = known.get(student, [])
    if before[-1:] == [digest]:
        return
    known[student] = [*(one for one in before if one != digest), digest]
    file = _file(course, lesson)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(known, indent=1, sort_keys=True))
    fresh.replace(file)


def _file(course: Course, lesson: str) -> Path:
    return course.root / FOLDER / "collected" / f"{lesson}.json"
