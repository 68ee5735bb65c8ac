"""Grade a lesson's submissions: who is to be graded, the work to the pool, the results to gradebook and folders.

Only this process writes. For each student: the gradebook in one transaction, then the autograded folder, then the
ledger's entry, which says that it is done; whatever is interrupted earlier is done again by the next run.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from nbformat.v4 import writes
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import find_all_files

from autograder import versions
from autograder.arrival import SECRET, Arrival, arrival, secret, timestamp
from autograder.course import Course
from autograder.gradebook import Grades
from autograder.grading import NOBODYS_FAULT, Graded, Task, grade_submission, points, without_marks
from autograder.late import Deadline
from autograder.ledger import Entry, Ledger
from autograder.records import Report, Submission
from autograder.rubrics import with_rubrics
from autograder.submission import Handed, handed_in
from autograder.untrusted import Refused, look

Compute = Callable[[Callable[..., Graded], Mapping[str, tuple]], Iterable[tuple[str, Any]]]
RULES = "1"  # part of what marks depend on: another number grades everything again


@dataclass(frozen=True)
class Change:
    """What a new grading changes in a student's marks. kept: the old ones stay, since they would drop."""

    student: str
    before: Submission
    after: Submission
    again: bool
    kept: bool = False


@dataclass
class Job:
    """One submission on its way. stamp: what its timestamp.txt says."""

    handed: Handed
    content: str = ""
    basis: str = ""
    stamp: datetime | None = None
    arrival: Arrival = field(default_factory=lambda: Arrival(None, False))
    deadline: Deadline | None = None


class Coordinator:
    """One run over a lesson. Use `prepare`, then `run`, then `report`."""

    def __init__(
        self, course: Course, lesson: str, grades: Grades, *, seed: int | None = None, sandboxed: bool = True
    ) -> None:
        self.course, self.lesson, self.grades = course, course.lesson(lesson), grades
        self.ledger = Ledger(course, self.lesson.id)
        forms = versions.of(course, self.lesson.id)
        grades.record_lesson(self.lesson.id, forms)
        limits = course.limits_for(self.lesson)
        given = given_files(course, self.lesson.id)
        self.task = Task(self.lesson.id, tuple(forms), given, limits, self.ledger.seed(seed), sandboxed)
        parts = [RULES, str(self.task.seed), repr(limits), *(form.digest for form in forms)]
        parts += [f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}" for name, path in given.items()]
        self.source = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        self.results: dict[str, Submission] = {}
        self.changes: list[Change] = []
        self.reused = 0

    def prepare(self, student: str | None = None, regrade: bool = False) -> list[Job]:
        """Who is to be graded now. What is graded and unchanged is taken from the ledger."""
        jobs = []
        for handed in handed_in(self.course, self.lesson.id):
            if student not in (None, handed.student):
                continue
            job = self._job(handed)
            known = self.ledger.get(handed.student) if not handed.problem else None
            current = known and (known.content, known.basis) == (job.content, job.basis)
            if (
                current
                and known.submission.status != "failed"
                and not regrade
                and self.ledger.published(handed.student)
            ):
                self.results[handed.student] = known.submission
                self.reused += 1
            else:
                jobs.append(job)
        everyone = {*self.grades.students(), *self.ledger.students()}
        handed_names = {job.handed.student for job in jobs} | set(self.results)
        for name in sorted(
            everyone - handed_names if student is None else {student} & everyone - handed_names
        ):
            self.results[name] = self._missing(name)
        return jobs

    def run(self, jobs: list[Job], compute: Compute, lower: bool, done: Callable[[Submission], None]) -> None:
        """Grade the jobs; `done` is called after each. lower: accept marks lower than those of the same work before.

        compute: where the work is done, `local.Machine.run`, or `cluster.run` with its further arguments filled in.
        Raises PreloadFailed or SandboxUnavailable where this machine cannot run notebooks; what was graded is kept.
        """
        by_name = {job.handed.student: job for job in jobs}
        for job in jobs:
            if job.handed.problem:
                self._keep(job, without_marks(self.task, "failed", job.handed.problem), lower)
                done(self.results[job.handed.student])
        work = {
            name: (self.task, job.handed.folder) for name, job in by_name.items() if not job.handed.problem
        }
        for name, result in compute(grade_submission, work):
            if isinstance(result, NOBODYS_FAULT):
                raise result
            if isinstance(result, BaseException):
                result = without_marks(self.task, "failed", f"{type(result).__name__}: {result}")
            try:
                self._keep(by_name[name], result, lower)
            except Exception as error:  # a full disk, a locked database: this one next time, the others now
                result = without_marks(self.task, "failed", f"the result could not be written: {error}")
                self.results[name] = self._record(by_name[name], result)
            done(self.results[name])

    def run_here(self, job: Job) -> None:
        """Grade one job in this process, for who has asked for just this one; its new marks count, whatever they are."""
        if job.handed.problem:
            graded = without_marks(self.task, "failed", job.handed.problem)
        else:
            graded = grade_submission(self.task, job.handed.folder)
        self._keep(job, graded, lower=True)

    def report(self) -> Report:
        """What is known of everyone, by name."""
        found = [self.results[name] for name in sorted(self.results)]
        return Report(lesson=self.lesson.id, seed=self.task.seed, submissions=found)

    def _job(self, handed: Handed) -> Job:
        if handed.problem:
            return Job(handed)
        job = Job(handed, deadline=self.grades.deadline(self.lesson.id, handed.student))
        try:
            job.stamp = timestamp(handed.folder)
            folder = look(handed.folder)
            job.content = folder.digest()
            paths = [folder.path / name for name in folder.files]
            exact = [
                path for path in paths if path.name in {f"{form.name}.ipynb" for form in self.task.versions}
            ]
            for notebook in (exact or paths)[:1]:
                job.arrival = arrival(self.course, self.lesson, handed.student, notebook, job.deadline)
        except (Refused, OSError) as error:  # grading says so again, as the reason
            job.content = f"unreadable: {error}"
        parts = (self.source, str(job.arrival), str(job.deadline))
        job.basis = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        return job

    def _keep(self, job: Job, graded: Graded, lower: bool) -> None:
        """Write a result, unless the same work would lose marks by it and nobody accepted that."""
        submission = self._record(job, graded)
        name = submission.student
        known = self.ledger.get(name) if not job.handed.problem else None
        if known and _marks(known.submission) != _marks(submission):
            again = known.content != job.content
            drop = not again and (known.submission.score or 0) > (submission.score or 0)
            kept = drop and not lower
            self.changes.append(Change(name, known.submission, submission, again, kept))
            if kept:
                self.results[name] = known.submission
                return
        self.results[name] = submission
        if job.handed.problem:
            return  # no name that a gradebook or a folder could take
        waiting = ("needs_review", "failed")
        cleared = False if known and known.submission.status in waiting else None
        self.grades.save(
            self.lesson.id,
            name,
            graded.notebooks,
            stamp=job.stamp,
            deadline=job.deadline,
            marked=graded.marked,
            flagged=True if submission.status in waiting else cleared,
        )
        self.ledger.publish(name, self._files(graded, job))
        self.ledger.put(Entry(job.content, job.basis, submission))

    def _record(self, job: Job, graded: Graded) -> Submission:
        score, possible = points(graded)
        status, flags, reasons, late = graded.status, list(graded.flags), list(graded.reasons), None
        claimed = not job.handed.problem and (job.handed.folder / "timestamp.txt").exists()
        if claimed and not job.stamp:
            reasons.append("timestamp.txt is not a time; nbgrader's formgrader stops at it: delete it")
        if job.deadline and job.arrival.time:
            late = job.deadline.seconds_late(job.arrival.time)
            state = job.deadline.status(job.arrival.time)
            if state != "on time":
                flags.append("extended" if state == "extension" else "late")
            elif not job.arrival.verified:
                flags.append("time_unverified")
            if state == "too late" and self.course.has_file:
                status = "needs_review" if status == "graded" else status
                reasons.insert(0, self._too_late(job))
        return Submission(
            student=job.handed.student,
            status=status,
            score=score,
            max_score=possible,
            late_seconds=late,
            flags=flags,
            reason="; ".join(reasons),
            seconds=graded.seconds,
            tests=graded.tests,
        )

    def _too_late(self, job: Job) -> str:
        until = job.arrival.time.astimezone(self.course.zone).date()
        return (
            f"handed in {_duration(job.arrival.time - job.deadline.last)} after the last day that counts; "
            f"the marks stand if extensions.yml gives this student until {until}"
        )

    def _missing(self, name: str) -> Submission:
        known = self.ledger.get(name)
        if known:
            return known.submission
        reason = "nothing was handed in"
        nothing = without_marks(self.task, "missing", reason)
        return Submission(name, "missing", None, points(nothing)[1], reason=reason, tests=nothing.tests)

    def _files(self, graded: Graded, job: Job) -> dict[str, bytes]:
        notebooks = graded.notebooks
        if self.course.has_file:  # elsewhere nothing would keep rubrics out of nbgrader's own feedback
            sources = {version.name: version.source for version in self.task.versions}
            notebooks = {name: with_rubrics(nb, sources[name]) for name, nb in notebooks.items()}
        files = {f"{name}.ipynb": writes(nb).encode() for name, nb in notebooks.items()}
        if job.stamp:  # nbgrader compares it with that of the submission
            files["timestamp.txt"] = f"{job.stamp:%Y-%m-%d %H:%M:%S.%f} UTC".encode()
        if words := secret(job.handed.folder):
            files[SECRET] = words
        return files


def given_files(course: Course, lesson: str) -> dict[PurePosixPath, Path]:
    """What the instructor puts beside a lesson's notebooks: the other files of its folder, as they are handed out."""
    folder = course.source_dir / lesson
    ignored = [*CourseDirectory(config=course.nbgrader_config()).ignore, "*.ipynb"]
    found = sorted(Path(name) for name in find_all_files(str(folder), ignored))
    return {PurePosixPath(path.relative_to(folder).as_posix()): path for path in found}


def _marks(submission: Submission) -> tuple:
    return (
        submission.status,
        submission.score,
        [(test.id, test.status, test.score) for test in submission.tests],
    )


def _duration(time) -> str:
    days, hours = time.days, time.seconds // 3600
    return (
        f"{days} days" if days > 1 else f"{days * 24 + hours} hours" if days or hours else "less than an hour"
    )
