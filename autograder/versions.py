"""The three forms of a lesson's notebook: as written, as graded, as handed out; by nbgrader's own steps."""

from __future__ import annotations

import contextlib
import copy
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder import sources
from autograder.course import Course
from autograder.errors import AutograderError


class CannotRelease(AutograderError):
    what = "nbgrader's release steps stop at {name}.ipynb: {error}"
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
        """A hash of everything in the notebook that decides a mark."""
        kept = [(cell.cell_type, cell.source, cell.metadata) for cell in self.graded.cells]
        return hashlib.sha256(repr(kept).encode()).hexdigest()


def of(course: Course, lesson: str) -> list[Versions]:
    """The notebooks of a lesson, by name. Nothing is written. Raises `NoSource`, `CannotRelease`."""
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.preprocessors import SaveCells

    config = course.nbgrader_config()
    steps = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config).preprocessors
    recorded = steps.index(SaveCells) if SaveCells in steps else len(steps)
    found = []
    for name, source in sorted(sources.notebooks(course, lesson).items()):
        resources = {
            "unique_key": name,
            "metadata": {"name": name, "path": str(course.source_dir / lesson)},
            "nbgrader": {
                "student": ".",
                "assignment": lesson,
                "notebook": name,
                "db_url": course.database_url,
            },
        }
        try:
            with contextlib.chdir(course.root):  # nbgrader's settings name header and footer from there
                graded = _apply(steps[:recorded], source, resources, config)
                release = _apply(steps[recorded + 1 :], graded, resources, config)
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
            raise CannotRelease(name=name, error=text, lesson=lesson) from error
        found.append(Versions(name, source, graded, release))
    return found


def _apply(steps: Sequence[type], notebook: NotebookNode, resources: dict, config) -> NotebookNode:
    notebook, resources = copy.deepcopy(notebook), copy.deepcopy(resources)
    for step in steps:
        notebook, resources = step(config=config)(notebook, resources)
    return notebook
