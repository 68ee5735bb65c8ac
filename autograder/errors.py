"""What a user sees instead of a traceback. One class per mistake: what happened, why, what to do instead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches


class AutograderError(Exception):
    """The base of every error that a user can see; the command ends with exit code 2.

    A subclass states its texts once, as `str.format` templates over the keyword arguments it is raised with:

        class NoSuchLesson(AutograderError):
            what = "there is no lesson `{lesson}` in {course}"
            repair = "use one of: {known}"

        raise NoSuchLesson(lesson="6", course="course.yml", known="01_tensors, 02_shapes")

    Attributes after construction: `what`, `why`, `repair` (str, filled in; empty when there is nothing to
    say), and `where` (a file, or `file:line`).
    """

    what = "something went wrong"
    why = ""
    repair = ""
    exit_code = 2

    def __init__(self, *, where: object = "", **fields: object) -> None:
        self.where = str(where)
        for name in ("what", "why", "repair"):
            setattr(self, name, getattr(type(self), name).format(where=where, **fields))
        super().__init__(self.message())

    def __reduce__(self) -> tuple:
        """A worker process hands it over as it is: its class would not take the text for an argument."""
        return _again, (type(self), self.args, vars(self))

    def message(self) -> str:
        """The whole text: `where: what`, then why and repair on lines of their own."""
        lines = [f"{self.where}: {self.what}" if self.where else self.what]
        if self.why:
            lines.append(f"  why: {self.why}")
        if self.repair:
            lines.append(f"  repair: {self.repair}")
        return "\n".join(lines)


def _again(kind: type[AutograderError], arguments: tuple, attributes: dict) -> AutograderError:
    made = kind.__new__(kind, *arguments)
    made.__dict__.update(attributes)
    return made


@dataclass(frozen=True)
class Problem:
    """One mistake in a file that a person wrote. `line` counts from 1; None where there are no lines."""

    file: str
    line: int | None
    what: str
    repair: str = ""

    @property
    def where(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" + (f"\n  repair: {self.repair}" if self.repair else "")


class ProblemsFound(AutograderError):
    """Several mistakes at once, so that they can be repaired in one go. `problems` is the list of them."""

    what = "{count} to repair"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = list(problems)
        super().__init__(count="1 thing" if len(self.problems) == 1 else f"{len(self.problems)} things")

    def message(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class InvalidCourseFile(ProblemsFound):
    """course.yml or extensions.yml does not say what its schema asks for."""


class InvalidLesson(ProblemsFound):
    """A lesson's source breaks a rule without which nbgrader would leak answers or give wrong marks."""


class CannotUse(AutograderError):
    what = "this cannot be used: {reason}"
    repair = "look at the file's permissions and at the space on the disk"


class NotThere(AutograderError):
    what = "there is no such file or folder"
    repair = "look at how its name is written, and at the folder that you are in"


class NoCourse(AutograderError):
    what = "there is no course in {folder}"
    why = "a course is a folder with course.yml, with nbgrader_config.py, or with nbgrader's source/ folder"
    repair = "go to the course's folder, name it with --course DIR, or start one: autograder init DIR --new"


class NoSuchLesson(AutograderError):
    what = "there is no lesson `{lesson}`"
    repair = "{hint}use one of: {known}"


class NoSource(AutograderError):
    what = "lesson {lesson} has no source yet: neither {text} nor a notebook beside it"
    repair = "write {text} in the form of the other lessons, or leave the lesson out{hint}"


def nearest(word: str, known: Sequence[str]) -> str:
    """The entry of `known` that `word` was probably meant to be, or an empty string."""
    return next(iter(get_close_matches(word, known, n=1, cutoff=0.5)), "")
