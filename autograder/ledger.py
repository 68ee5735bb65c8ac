"""What has been graded: one file per student and lesson in .autograder/, written last, in one step.

A submission counts as graded when its entry is there; so whatever is interrupted before is done again.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from autograder.course import Course
from autograder.errors import AutograderError
from autograder.records import InvalidRecord, Submission, submission_from_json, submission_to_json

FOLDER = ".autograder"


class AlreadyGrading(AutograderError):
    what = "another `autograder grade` is at work in {course}"
    why = "two at once would write the same marks"
    repair = "wait for it, or end it; it keeps what it has done"


@dataclass(frozen=True)
class Entry:
    """A graded submission. content: a hash of what was handed in. basis: of all that the marks depend on."""

    content: str
    basis: str
    submission: Submission


class Ledger:
    """The entries of one lesson."""

    def __init__(self, course: Course, lesson: str) -> None:
        self.course, self.lesson = course, lesson
        self.folder = course.root / FOLDER / "results" / lesson

    def seed(self, wanted: int | None) -> int:
        """The seed of this lesson's gradings: the wanted one, else the one of before, else a new one; it is kept."""
        file = self.folder / "seed"
        if wanted is None:
            wanted = int(file.read_text()) if file.is_file() else secrets.randbelow(2**53)
        _write(file, f"{wanted}\n")
        return wanted

    def get(self, student: str) -> Entry | None:
        """The entry of a student; None if there is none, or none that can be read."""
        file = self._file(student)
        try:
            kept = json.loads(file.read_text())
            return Entry(
                kept["content"], kept["basis"], submission_from_json(json.dumps(kept["submission"]), file)
            )
        except (OSError, ValueError, KeyError, TypeError, InvalidRecord):
            return None

    def put(self, entry: Entry) -> None:
        submission = json.loads(submission_to_json(entry.submission))
        kept = {"content": entry.content, "basis": entry.basis, "submission": submission}
        _write(self._file(entry.submission.student), json.dumps(kept) + "\n")

    def students(self) -> list[str]:
        return sorted(file.name.removesuffix(".json") for file in self.folder.glob("*.json"))

    def publish(self, student: str, files: Mapping[str, bytes]) -> None:
        """Replace the student's autograded folder by these files, as nearly in one step as folders allow."""
        place = self.course.autograded_dir / student / self.lesson
        new, old = (self.course.root / FOLDER / name / student / self.lesson for name in ("new", "old"))
        for leftover in (new, old):
            shutil.rmtree(leftover, ignore_errors=True)
        new.mkdir(parents=True)
        for name, content in files.items():
            (new / name).write_bytes(content)
            (new / name).chmod(0o444)  # as nbgrader leaves them
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            old.parent.mkdir(parents=True, exist_ok=True)
            place.rename(old)
        new.rename(place)
        shutil.rmtree(old, ignore_errors=True)

    def published(self, student: str) -> bool:
        return (self.course.autograded_dir / student / self.lesson).is_dir()

    def _file(self, student: str) -> Path:
        return self.folder / f"{student}.json"


@contextmanager
def alone(course: Course) -> Iterator[None]:
    """Keep other gradings of the course out; the lock ends with the process, however it ends."""
    folder = course.root / FOLDER
    folder.mkdir(exist_ok=True)
    lock = FileLock(folder / "lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AlreadyGrading(course=course.root) from None
    try:
        yield
    finally:
        lock.release()


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.new")
    with open(fresh, "w", encoding="utf-8") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(file)
