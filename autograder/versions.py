"""The three forms of a lesson's notebook: as written, as graded, as handed out; by nbgrader's own steps."""

from __future__ import annotations

import contextlib
import copy
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.course import Course
from autograder.errors import AutograderError


class CannotRelease(AutograderError):
    what = "nbgrader's release steps stop: {error}"
    repair = "repair the cell; `autograder build {lesson}` and `autograder check {lesson}` say more"


@dataclass(frozen=True)
class Versions:
    """One notebook of a lesson.

    source: with the reference answers.
    graded: the answers cleared, hidden tests in, nbgrader's checksums computed; the gradebook knows this one.
    release: what the student received.
    """

    name: str
    source: NotebookNode
    graded: NotebookNode
    release: NotebookNode

    @property
    def digest(self) -> str:
        """A hash of everything that decides a mark."""
        kept = [(cell.cell_type, cell.source, cell.metadata) for cell in self.graded.cells]
        return hashlib.sha256(repr(kept).encode()).hexdigest()


def from_source(path: Path, course: Course, lesson: str) -> Versions:
    """The forms of the source notebook at `path`. Nothing is written. Raises `CannotRelease`."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells

    config = course.nbgrader_config()
    coursedir = CourseDirectory(config=config)
    steps = GenerateAssignment(coursedir=coursedir, config=config).preprocessors
    recorded = steps.index(SaveCells) if SaveCells in steps else len(steps)
    resources = {
        "unique_key": path.stem,
        "metadata": {"name": path.stem, "path": str(path.parent)},
        "nbgrader": {
            "student": ".",
            "assignment": lesson,
            "notebook": path.stem,
            "db_url": course.database_url,
        },
    }
    source = nbformat.read(path, as_version=4)
    try:
        with contextlib.chdir(course.root):  # nbgrader's settings name header and footer from there
            graded = _apply(steps[:recorded], source, resources, config)
            release = _apply(steps[recorded + 1 :], graded, resources, config)
    except Exception as error:
        raise CannotRelease(where=path, error=f"{type(error).__name__}: {error}", lesson=lesson) from error
    return Versions(path.stem, source, graded, release)


def _apply(steps: list[Callable[..., Any]], notebook: NotebookNode, resources: dict, config) -> NotebookNode:
    notebook, resources = copy.deepcopy(notebook), copy.deepcopy(resources)
    for step in steps:
        notebook, resources = step(config=config)(notebook, resources)
    return notebook
