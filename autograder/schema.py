"""What may stand in course.yml and extensions.yml."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

PLACEHOLDER = "OWNER/REPO"  # stands in `repository` until `autograder init` sets it


def _iso_date(value: object) -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError("should be a day of the calendar, written YYYY-MM-DD") from None


def _timezone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("should be a time zone by its name: UTC, Europe/Berlin, Asia/Tokyo, ...")
    return name


def _name(value: object) -> object:
    # A student's id that is all digits is a number to YAML.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _matches(pattern: str, form: str) -> StringConstraints:
    return Annotated[str, StringConstraints(pattern=pattern), Field(description=form)]


Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Day = Annotated[date, BeforeValidator(_iso_date)]
Count = Annotated[int, Field(gt=0)]
Days = Annotated[int, Field(ge=0)]
LessonId = _matches(r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", "a folder's name such as 06_autograd")
Language = _matches(r"^[a-z]{2}$", "a language's two letters such as en")
Repository = _matches(r"^https://[^\s/@]+/[^\s/]+/[^\s/]+$", "a URL such as https://github.com/OWNER/REPO")
Module = _matches(r"^[A-Za-z_][\w.]*$", "a module's name such as labkit")
Module = _matches(r"^[A-Za-z_][\w.]*$", "a module's name such as labkit")
Tag = _matches(r"^[\w][\w./-]*$", "a git tag or branch such as v1.0")


class Strict(BaseModel):
    """No unknown keys, no silent conversions, no change after reading."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Limits(Strict):
    """What one submission may use."""

    cell_seconds: Count = 30
    submission_seconds: Count = 300
    memory_mb: Count = 1024
    output_kb: Count = 1024


class LessonLimits(Strict):
    """A lesson's own limits; what it does not name is the course's."""

    cell_seconds: Count | None = None
    submission_seconds: Count | None = None
    memory_mb: Count | None = None
    output_kb: Count | None = None


class Late(Strict):
    """Homework is due `due_after_days` after its lesson opens, with the extension `extension_days` later."""

    due_after_days: Days = 7
    extension_days: Days = 7


class Lesson(Strict):
    """One lesson: a folder of the sources, an assignment of nbgrader."""

    id: LessonId
    title: Text
    minutes: Count | None = None
    opens: Day | None = None
    goals: list[Text] = []
    prerequisites: list[LessonId] = []
    limits: LessonLimits = LessonLimits()


class Setup(Strict):
    """What each lesson's first cell looks for, and what it installs from the repository if that is missing."""

    imports: list[Module] = []
    installs: str = ""


class CourseFile(Strict):
    """The whole of course.yml."""

    title: Text
    repository: Repository
    tag: Tag = "main"
    languages: Annotated[list[Language], Field(min_length=1)] = ["en"]
    timezone: Annotated[str, AfterValidator(_timezone)] = "UTC"
    setup: Setup = Setup()
    submit_to: str = ""  # where students upload what `labkit.submit` writes: an address, or a sentence
    late: Late = Late()
    limits: Limits = Limits()
    lessons: Annotated[list[Lesson], Field(min_length=1)]


class Extension(Strict):
    """One extension that the instructor gave, on top of the late policy: through the whole day `until`."""

    student: Annotated[Text, BeforeValidator(_name)]
    lesson: LessonId
    until: Day
    why: str = ""


class ExtensionsFile(Strict):
    """The whole of extensions.yml."""

    extensions: list[Extension] = []
