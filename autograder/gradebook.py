"""nbgrader's gradebook, written so that formgrader, `nbgrader generate_feedback` and `export` find our marks."""

from __future__ import annotations

import copy
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Notebook,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.preprocessors import AssignLatePenalties, SaveAutoGrades, SaveCells
from sqlalchemy.exc import ArgumentError, OperationalError

from autograder.course import Course
from autograder.database import open_gradebook
from autograder.errors import AutograderError
from autograder.late import Deadline
from autograder.versions import Versions


class LessonChanged(AutograderError):
    what = "the graded cells of {lesson} are others than those that submissions were graded by: {difference}"
    why = "the gradebook keeps marks by grade id, and would lose some"
    repair = "give the cells their ids back; or, to drop all marks of {lesson}: nbgrader db assignment remove {lesson}"


class GradebookUnreachable(AutograderError):
    what = "the gradebook cannot be opened: {url}"
    why = "{error}"
    repair = "check that the database server runs and that AUTOGRADER_DATABASE names it, its user and an existing database"


@dataclass(frozen=True)
class Manual:
    """What a person gave for one graded cell: points (None: not yet) and a comment."""

    score: float | None
    comment: str = ""
    needed: bool = False


class Grades:
    """The open gradebook of a course; a context manager. Only the coordinator of a grading writes to it."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.config = course.nbgrader_config()
        directory = self.config.CourseDirectory
        try:
            self.book = open_gradebook(course.database_url, directory.get("course_id") or "default_course")
        except (OperationalError, ImportError, ArgumentError) as error:
            url = re.sub(r"://[^@/]*@", "://", course.database_url)  # no password in a message
            said = str(getattr(error, "orig", error)).splitlines()[0]
            raise GradebookUnreachable(url=url, error=said) from None

    def __enter__(self) -> Grades:
        return self

    def __exit__(self, *exception: object) -> None:
        self.book.close()

    def record_lesson(self, lesson: str, versions: Sequence[Versions]) -> None:
        """Make the gradebook know the lesson's cells and points, as `nbgrader generate_assignment` does.

        Raises `LessonChanged` when that would lose marks.
        """
        deadline = self.course.deadline(lesson)
        due = {"duedate": _utc(deadline.due)} if deadline else {}
        self.book.update_or_create_assignment(lesson, **due)
        for version in versions:
            step = SaveCells(config=self.config)
            try:
                step(copy.deepcopy(version.graded), self._resources(lesson, version.name, "."))
            except RuntimeError as error:
                difference = self._difference(lesson, version)
                raise LessonChanged(lesson=lesson, difference=difference) from error
        self.book.db.expire_all()  # the step wrote through a session of its own

    def _difference(self, lesson: str, version: Versions) -> str:
        known = {cell.name for cell in self.book.find_notebook(version.name, lesson).source_cells}
        marked = [cell.metadata.nbgrader for cell in version.graded.cells if "nbgrader" in cell.metadata]
        now = {m.grade_id for m in marked if m.grade or m.solution or m.locked or m.get("task")}
        gone, new = sorted(known - now), sorted(now - known)
        parts = [f"gone: {', '.join(gone)}"] if gone else []
        return "; ".join(parts + ([f"new: {', '.join(new)}"] if new else [])) or "their kinds differ"

    def students(self) -> list[str]:
        """Everyone the gradebook knows: imported, or graded before."""
        return sorted(student.id for student in self.book.students)

    def deadline(self, lesson: str, student: str) -> Deadline | None:
        """The deadline by course.yml and extensions.yml; in a plain course by the gradebook's due date."""
        if self.course.has_file:
            return self.course.deadline(lesson, student)
        try:
            due = self.book.find_assignment(lesson).duedate
            extension = self.book.find_submission(lesson, student).extension
        except MissingEntry:
            extension = None
        if due is None:
            return None
        due = due.replace(tzinfo=UTC)
        return Deadline(due, due + (extension or timedelta()))

    def save(
        self,
        lesson: str,
        student: str,
        notebooks: Mapping[str, NotebookNode],
        *,
        stamp: datetime | None,
        deadline: Deadline | None,
        marked: bool,
        flagged: bool | None,
    ) -> None:
        """Write one student's marks, in one piece or not at all; those that a person gave are kept.

        notebooks: executed, all notebooks of the lesson. stamp: what the submitted timestamp.txt says, if anything;
        formgrader takes a submission for graded when the gradebook has the same. marked: False where there are no
        marks: then every cell waits for a person. flagged: sets nbgrader's flag; None leaves it.
        """
        with self._one_piece():
            self.book.update_or_create_student(student)
            time = _utc(stamp) if stamp else None
            submission = self.book.update_or_create_submission(lesson, student, timestamp=time)
            if self.course.has_file and deadline:
                submission.extension = deadline.last - deadline.due if deadline.last > deadline.due else None
            submitted = {written.notebook.name: written for written in submission.notebooks}
            for name, notebook in notebooks.items():
                written, rows = submitted[name], _Rows(self.book, submitted[name])
                _Save(rows, config=self.config).save(copy.deepcopy(notebook))
                if flagged is not None:
                    written.flagged = flagged
                for grade in rows.grades.values() if not marked else []:
                    grade.auto_score, grade.needs_manual_grade = None, True
            # A plain course may have set a penalty; course.yml knows none.
            penalised = not self.course.has_file and _concerns_lateness(submission)
        if penalised:
            for name, notebook in notebooks.items():
                step = AssignLatePenalties(config=self.config)
                step(copy.deepcopy(notebook), self._resources(lesson, name, student))
            self.book.db.expire_all()

    def manual(self, lesson: str, student: str) -> dict[str, Manual]:
        """What persons gave, by `notebook/grade_id`; empty if nothing of this student was graded."""
        return self.all_manual(lesson, student).get(student, {})

    def all_manual(self, lesson: str, student: str | None = None) -> dict[str, dict[str, Manual]]:
        """What persons gave, by student and `notebook/grade_id`. student: only this one's."""
        found: dict[str, dict[str, Manual]] = defaultdict(dict)
        marks = (Grade.auto_score, Grade.manual_score, Grade.extra_credit, Grade.needs_manual_grade)
        for name, cell, auto, score, extra, needed in self._of_lesson(Grade, marks, lesson, student):
            if score is not None or extra:
                score = (auto or 0.0 if score is None else score) + (extra or 0.0)
            found[name][cell] = Manual(score, "", bool(needed))
        for name, cell, comment in self._of_lesson(Comment, (Comment.manual_comment,), lesson, student):
            found[name][cell] = replace(found[name].get(cell, Manual(None)), comment=comment or "")
        return dict(found)

    def _of_lesson(
        self, kind: type, columns: Sequence[Any], lesson: str, student: str | None
    ) -> Iterator[tuple]:
        """Of the rows of a kind: the student, `notebook/grade_id`, and these columns."""
        found = (
            self.book.db.query(SubmittedAssignment.student_id, Notebook.name, BaseCell.name, *columns)
            .select_from(kind)
            .join(BaseCell, BaseCell.id == kind.cell_id)
            .join(SubmittedNotebook, SubmittedNotebook.id == kind.notebook_id)
            .join(Notebook, Notebook.id == SubmittedNotebook.notebook_id)
            .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
            .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
            .filter(Assignment.name == lesson)
        )
        if student is not None:
            found = found.filter(SubmittedAssignment.student_id == student)
        for name, notebook, cell, *values in found:
            yield name, f"{notebook}/{cell}", *values

    def _resources(self, lesson: str, notebook: str, student: str) -> ResourcesDict:
        marks = {"assignment": lesson, "notebook": notebook, "student": student}
        return ResourcesDict(nbgrader={**marks, "db_url": self.course.database_url}, unique_key=notebook)

    @contextmanager
    def _one_piece(self) -> Iterator[None]:
        """nbgrader commits after every cell; within this, nothing counts before the end."""
        session = self.book.db()
        session.commit = session.flush
        try:
            with session.no_autoflush:  # SQLAlchemy warns of nbgrader's order of doing things
                yield
        except BaseException:
            del session.commit
            session.rollback()
            raise
        del session.commit
        session.commit()


class _Rows:
    """What nbgrader's step asks a gradebook for, cell by cell: the rows of one notebook, read at once."""

    def __init__(self, book: Gradebook, written: SubmittedNotebook) -> None:
        def rows(kind: type) -> dict[str, Any]:
            found = book.db.query(BaseCell.name, kind).join(BaseCell, BaseCell.id == kind.cell_id)
            return dict(found.filter(kind.notebook_id == written.id).all())

        self.grades, self.comments = rows(Grade), rows(Comment)
        self.db = self

    def commit(self) -> None:
        """The step asks for it after every cell; `_one_piece` does it, for all."""

    def find_grade(self, name: str, *place: str) -> Grade:
        return self.grades[name]

    def find_comment(self, name: str, *place: str) -> Comment:
        return self.comments[name]


class _Save(SaveAutoGrades):
    """nbgrader's own step, on a gradebook that is open already."""

    def __init__(self, rows: _Rows, **settings: Any) -> None:
        super().__init__(**settings)
        self.gradebook = rows
        self.notebook_id = self.assignment_id = self.student_id = ""  # the rows are one notebook's

    def save(self, notebook: NotebookNode) -> None:
        for index, cell in enumerate(notebook.cells):
            self.preprocess_cell(cell, ResourcesDict(), index)


def _concerns_lateness(submission: SubmittedAssignment) -> bool:
    """Whether nbgrader's step for late submissions would change anything."""
    before = any(written.late_submission_penalty is not None for written in submission.notebooks)
    return bool(before or submission.total_seconds_late)


def _utc(moment: datetime) -> datetime:
    """As nbgrader keeps times: without a zone, in UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None)
