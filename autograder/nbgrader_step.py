"""nbgrader's own Autograde, with the judge in it: for `nbgrader autograde` and for formgrader's button.

`c.Autograde.autograde_preprocessors` names `JudgeTests` in the place of nbgrader's steps. It grades the submission as
`autograder grade` does (recovery, runner, judge, gradebook, flags, record) and hands nbgrader the executed
notebook. A course without a course.yml can have it too, with `settings.judged()` merged into its configuration.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import ClassVar

import nbformat
from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.course import Course
from autograder.settings import course_of


class JudgeTests(NbGraderPreprocessor):
    """Grades the submission that nbgrader is converting, and gives back the notebook with its verdicts.

    A lesson of several notebooks is graded once, with the first of them.
    """

    # Graded notebooks that nbgrader has not asked for yet, by course, lesson and student.
    _waiting: ClassVar[dict[tuple[Path, str, str], set[str]]] = {}

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        names = resources["nbgrader"]
        with course_of(self.config) as course:
            key = (course.root, names["assignment"], names["student"])
            if names["notebook"] not in self._waiting.get(key, ()):
                self._waiting[key] = self._grade(course, *key[1:])
        self._waiting[key].discard(names["notebook"])
        place = course.autograded_dir / names["student"] / names["assignment"] / f"{names['notebook']}.ipynb"
        return nbformat.read(place, as_version=4), resources

    def _grade(self, course: Course, lesson: str, student: str) -> set[str]:
        """Grade as the coordinator does, in this process; the names of the lesson's notebooks."""
        from autograder.coordinator import Coordinator
        from autograder.gradebook import Grades
        from autograder.ledger import alone

        with alone(course), Grades(course) as grades:
            coordinator = Coordinator(course, lesson, grades)
            for job in coordinator.prepare(student, regrade=True):
                coordinator.run_here(job)
            graded = coordinator.results[student]
            said = f"{student}: {graded.status}, {graded.score if graded.score is not None else 'no'} points"
            log = self.log.info if graded.status == "graded" else self.log.warning
            log(f"{said}{'; ' if graded.reason else ''}{graded.reason}")
            self._leave_as_nbgrader_does(course, lesson, student, coordinator.task.given)
            return {version.name for version in coordinator.task.versions}

    def _leave_as_nbgrader_does(
        self, course: Course, lesson: str, student: str, given: Mapping[PurePosixPath, Path]
    ) -> None:
        """The lesson's own files beside the notebooks, which nbgrader is about to write once more."""
        folder = course.autograded_dir / student / lesson
        for file in folder.iterdir():
            file.chmod(0o644)
        for name, path in given.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / name)
