"""A course: what course.yml (or nbgrader's own configuration) says, and where its files lie."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from autograder import late, settings, yamlfile
from autograder.errors import NoCourse, NoSuchLesson, nearest
from autograder.schema import CourseFile, Extension, ExtensionsFile, Late, Lesson, Limits, Setup

if TYPE_CHECKING:
    from traitlets.config import Config

COURSE_FILE = "course.yml"
EXTENSIONS_FILE = "extensions.yml"
NBGRADER_FILE = "nbgrader_config.py"


@dataclass(frozen=True, eq=False)
class Course:
    """One course, read-only. Make it with `Course.load(folder)`.

    With a course.yml everything comes from there. Without one the folder is a plain nbgrader course: its
    nbgrader_config.py counts, and its lessons are the folders of its source directory.
    All directories are absolute; below `source_dir` and `release_dir` come lessons, below the other three
    students and then lessons.
    """

    root: Path
    title: str
    repository: str
    tag: str
    languages: list[str]
    timezone: str
    setup: Setup
    submit_to: str
    late: Late
    limits: Limits
    lessons: list[Lesson]
    layout: settings.Layout
    has_file: bool

    @classmethod
    def load(cls, folder: Path | str) -> Course:
        """The course in `folder`. Raises `NoCourse`, or `InvalidCourseFile` with all mistakes."""
        root = Path(folder).resolve()
        if (root / COURSE_FILE).is_file():
            file = yamlfile.read(root / COURSE_FILE, CourseFile, _rules)
            return cls(root=root, layout=settings.own_layout(root), has_file=True, **_fields(file))
        layout = settings.plain_layout(root, root / NBGRADER_FILE)
        if not layout.source.is_dir() and not (root / NBGRADER_FILE).is_file():
            raise NoCourse(folder=root)
        lessons = [Lesson(id=name, title=name) for name in _notebook_folders(layout.source)]
        words = {
            "title": root.name,
            "repository": "",
            "tag": "",
            "languages": ["en"],
            "timezone": "UTC",
            "submit_to": "",
        }
        groups = {"setup": Setup(), "late": Late(), "limits": Limits(), "lessons": lessons}
        return cls(root=root, layout=layout, has_file=False, **words, **groups)

    @classmethod
    def find(cls, folder: Path) -> Course:
        """The course that `folder` or one of the folders around it is. Raises `NoCourse`."""
        for candidate in (folder.resolve(), *folder.resolve().parents):
            if (candidate / COURSE_FILE).is_file() or (candidate / NBGRADER_FILE).is_file():
                return cls.load(candidate)
        return cls.load(folder)

    @property
    def source_dir(self) -> Path:
        return self.layout.source

    @property
    def release_dir(self) -> Path:
        return self.layout.release

    @property
    def submitted_dir(self) -> Path:
        return self.layout.submitted

    @property
    def autograded_dir(self) -> Path:
        return self.layout.autograded

    @property
    def feedback_dir(self) -> Path:
        return self.layout.feedback

    @property
    def database_url(self) -> str:
        return self.layout.database_url

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @cached_property
    def extensions(self) -> list[Extension]:
        """The extensions that the instructor gave. Raises `InvalidCourseFile`."""
        file = self.root / EXTENSIONS_FILE
        return yamlfile.read(file, ExtensionsFile, self._extension_rules).extensions if file.is_file() else []

    def number(self, lesson: Lesson) -> str:
        """What stands before the lesson's title: the digits that its id begins with, else its place."""
        digits = re.match(r"\d*", lesson.id)[0]
        return digits or f"{self.lessons.index(lesson) + 1:02d}"

    def lesson(self, name: str) -> Lesson:
        """The lesson with this id, or with the only id that begins so (`06`). Raises `NoSuchLesson`."""
        known = [lesson.id for lesson in self.lessons]
        fitting = [lesson for lesson in self.lessons if lesson.id == name]
        fitting = fitting or [lesson for lesson in self.lessons if name and lesson.id.startswith(name)]
        if len(fitting) == 1:
            return fitting[0]
        meant = nearest(name, known)
        hint = f"did you mean `{meant}`? Otherwise " if meant else ""
        raise NoSuchLesson(lesson=name, hint=hint, known=", ".join(known) or "(there are none)")

    def limits_for(self, lesson: Lesson | str) -> Limits:
        """The course's limits with the lesson's own ones over them."""
        own = (self.lesson(lesson) if isinstance(lesson, str) else lesson).limits
        return self.limits.model_copy(update=own.model_dump(exclude_none=True))

    def deadline(self, lesson: Lesson | str, student: str = "") -> late.Deadline | None:
        """The deadline of a lesson's homework, for one student or for all; None without a day of opening."""
        lesson = self.lesson(lesson) if isinstance(lesson, str) else lesson
        given = [entry for entry in self.extensions if (entry.student, entry.lesson) == (student, lesson.id)]
        return late.deadline(lesson, self.late, self.zone, given[0] if given else None)

    def nbgrader_config(self) -> Config:
        """The settings under which nbgrader's own classes and commands work on this course."""
        return settings.nbgrader_config(self)

    def _extension_rules(self, file: ExtensionsFile) -> Iterator[tuple[tuple[Any, ...], str, str]]:
        known = [lesson.id for lesson in self.lessons]
        seen = set()
        for i, entry in enumerate(file.extensions):
            if entry.lesson not in known:
                meant = nearest(entry.lesson, known)
                repair = f"did you mean `{meant}`?" if meant else f"use one of: {', '.join(known)}"
                yield ("extensions", i, "lesson"), f"there is no lesson `{entry.lesson}`", repair
            if (entry.student, entry.lesson) in seen:
                what = f"a second extension of {entry.lesson} for {entry.student}"
                yield ("extensions", i, "student"), what, "keep the one that counts"
            seen.add((entry.student, entry.lesson))


def _fields(file: CourseFile) -> dict[str, Any]:
    return {name: getattr(file, name) for name in CourseFile.model_fields}


def _rules(file: CourseFile) -> Iterator[tuple[tuple[Any, ...], str, str]]:
    """What a schema cannot say: ids are unique, a prerequisite is an earlier lesson."""
    earlier: list[str] = []
    for i, lesson in enumerate(file.lessons):
        if lesson.id in earlier:
            first = earlier.index(lesson.id) + 1
            yield (
                ("lessons", i, "id"),
                f"`{lesson.id}` is already lesson {first}",
                "give each lesson its own id",
            )
        for j, name in enumerate(lesson.prerequisites):
            if name not in earlier:
                meant = nearest(name, earlier)
                repair = f"did you mean `{meant}`?" if meant else "name lessons that stand before this one"
                yield ("lessons", i, "prerequisites", j), f"`{name}` is not an earlier lesson", repair
        earlier.append(lesson.id)


def _notebook_folders(source: Path) -> list[str]:
    return sorted(
        {path.parent.name for path in source.glob("*/*.ipynb") if not path.parent.name.startswith(".")}
    )
