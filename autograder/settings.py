"""The bridge to nbgrader: where a course's files lie, and the settings under which nbgrader works on it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import AutograderError

if TYPE_CHECKING:
    from traitlets.config import Config

    from autograder.course import Course

DATABASE_VARIABLE = "AUTOGRADER_DATABASE"  # a URL with a password does not belong into a committed file
WRONG_ANSWERS = "wrong_answers.py"
EQUIVALENT_MUTANTS = "equivalent_mutants.yml"
_DEFAULT_STRUCTURE = os.path.join("{nbgrader_step}", "{student_id}", "{assignment_id}")


class UnusualLayout(AutograderError):
    what = "CourseDirectory.directory_structure is `{structure}`"
    why = "the autograder reads nbgrader's usual layout, step/student/assignment, and no other"
    repair = "take that line out of the configuration, and move the folders to match"


class BrokenConfiguration(AutograderError):
    what = "the configuration stops with {error}"
    why = "nbgrader itself cannot read it either"
    repair = "repair the file; `nbgrader --generate-config` writes an example"


@dataclass(frozen=True)
class Layout:
    """Where a course's files lie: absolute folders, and the gradebook's database as an SQLAlchemy URL."""

    source: Path
    release: Path
    submitted: Path
    autograded: Path
    feedback: Path
    database_url: str


def own_layout(root: Path) -> Layout:
    """The layout of a course with a course.yml."""
    return _layout(root, source="solutions", release="notebooks")


def plain_layout(root: Path, file: Path) -> Layout:
    """The layout that an nbgrader_config.py sets, or nbgrader's default where there is no such file."""
    config = _load(file).CourseDirectory
    structure = config.get("directory_structure", _DEFAULT_STRUCTURE)
    if structure != _DEFAULT_STRUCTURE:
        raise UnusualLayout(where=file, structure=structure)
    steps = {"source", "release", "submitted", "autograded", "feedback"}
    names = {step: config[f"{step}_directory"] for step in steps if f"{step}_directory" in config}
    return _layout(Path(config.get("root", root)).resolve(), database_url=config.get("db_url", ""), **names)


def _layout(
    root: Path,
    source: str = "source",
    release: str = "release",
    submitted: str = "submitted",
    autograded: str = "autograded",
    feedback: str = "feedback",
    database_url: str = "",
) -> Layout:
    database_url = os.environ.get(DATABASE_VARIABLE) or database_url or f"sqlite:///{root / 'gradebook.db'}"
    folders = [root / name for name in (source, release, submitted, autograded, feedback)]
    return Layout(*folders, database_url=database_url)


def _load(file: Path) -> Config:
    """An nbgrader_config.py as nbgrader reads it: it is Python, and runs."""
    from traitlets.config import Config
    from traitlets.config.loader import PyFileConfigLoader

    if not file.is_file():
        return Config()
    try:
        return PyFileConfigLoader(file.name, path=str(file.parent)).load_config()
    except AutograderError:
        raise
    except Exception as error:
        raise BrokenConfiguration(where=file, error=f"{type(error).__name__}: {error}") from error


@contextmanager
def course_of(config: Config) -> Iterator[Course]:
    """The course that nbgrader is working on, inside one of its steps; our errors stop it as its own do."""
    from nbgrader.converters.base import NbGraderException

    from autograder.course import Course

    try:
        yield Course.load(Path(config.CourseDirectory.get("root", ".")).resolve())
    except AutograderError as error:
        raise NbGraderException(str(error)) from error


def judged() -> Config:
    """nbgrader's own Autograde asks the judge, and its feedback is our page: for `c.merge` in a configuration."""
    from traitlets.config import Config

    config = Config()
    config.Autograde.sanitize_preprocessors = []  # the notebook is rebuilt from the instructor's
    config.Autograde.autograde_preprocessors = ["autograder.nbgrader_step.JudgeTests"]
    config.GenerateFeedback.exporter_class = "autograder.nbgrader_feedback.FeedbackPage"
    config.GenerateFeedback.preprocessors = []
    return config


def nbgrader_config(course: Course) -> Config:
    """nbgrader's settings for a course, in memory. nbgrader_config.py hands them to plain nbgrader."""
    from traitlets.config import Config

    if not course.has_file:
        config = _load(course.root / "nbgrader_config.py")
        config.CourseDirectory.setdefault("root", str(course.root))
        config.CourseDirectory.db_url = course.database_url
        return config

    from autograder.release_steps import RELEASE_STEPS, AsTheTextSays

    config = Config()
    directory = config.CourseDirectory
    directory.root = str(course.root)
    for step in ("source", "release", "submitted", "autograded", "feedback"):
        directory[f"{step}_directory"] = getattr(course.layout, step).name
    directory.db_url = course.database_url
    # Everything else in a lesson's folder is the student's too: data, pictures. These are not.
    texts = [f"{lesson.id}.py" for lesson in course.lessons]
    ours = [WRONG_ANSWERS, EQUIVALENT_MUTANTS, *texts]
    directory.ignore = [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", *ours]
    config.Execute.timeout = course.limits.cell_seconds
    config.GenerateAssignment.preprocessors = [AsTheTextSays, *RELEASE_STEPS]
    config.merge(judged())
    return config


def exchange_config(course: Course) -> Config:
    """The same with what nbgrader_config.py adds: where the exchange is stands there, and not in course.yml."""
    config = course.nbgrader_config()
    if course.has_file:
        file = course.root / "nbgrader_config.py"
        config.merge(_loaded(file, file.stat().st_mtime_ns if file.is_file() else 0))
    return config


@lru_cache(maxsize=8)  # asked for each submission, and the file loads the course
def _loaded(file: Path, changed: int) -> Config:
    return _load(file)


def put_tools_on_path() -> None:
    """Let nbgrader find alembic and jupyter beside this Python where no environment is activated."""
    if shutil.which("alembic") is None:
        folder = str(Path(sys.executable).parent)
        os.environ["PATH"] = os.pathsep.join([folder, os.environ.get("PATH", os.defpath)])
