"""`autograder grade`: from the folder of submissions to marks."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.console import err, out
from autograder.errors import AutograderError, nearest
from autograder.sandbox import WITHOUT

if TYPE_CHECKING:
    from autograder.coordinator import Change, Compute, Coordinator, Job
    from autograder.course import Course
    from autograder.records import Report


class Interrupted(AutograderError):
    what = "interrupted: {done} of {all} submissions were graded and are kept"
    repair = "run the same command again; it {goes_on}"


class NothingHandedIn(AutograderError):
    what = "nothing was handed in for {lesson}"
    repair = "put submissions into {folder}/STUDENT/{lesson}/, by hand or with `autograder collect {lesson}`"


class NoSuchStudent(AutograderError):
    what = "no student `{student}` is known, and none handed in {lesson}"
    repair = "names are those of the folders in {folder}"


def command(
    ctx: typer.Context,
    lesson: Annotated[str, typer.Argument(help="The lesson, for example 06_autograd.")],
    student: Annotated[str | None, typer.Option(help="Only this student.")] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes. [default: one per processor]")
    ] = None,
    regrade: Annotated[bool, typer.Option("--regrade", help="Also what is graded and unchanged.")] = False,
    lower: Annotated[
        bool, typer.Option("--accept-lower", help="Let the same work get fewer points than before.")
    ] = False,
    seed: Annotated[
        int | None, typer.Option(help="Of random inputs in tests. [default: the lesson's first]")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(metavar="URL", help="Of a Dask cluster that does the work, tcp://HOST:8786.")
    ] = None,
    without_sandbox: Annotated[
        bool, typer.Option(WITHOUT, help="Run other people's code unconfined: on a throw-away machine only.")
    ] = False,
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the whole result there.")] = None,
) -> None:
    """Grade what lies in submitted/STUDENT/LESSON/, and print the marks.

    Each submission ends in autograded/ and in the gradebook, or with a reason why not. What is graded and unchanged
    is not graded again; an interrupted run goes on where it stopped. Leaves with exit code 1 if there is something to
    look at: a submission to review, one that could not be graded, or nothing from someone.

    \b
    Examples:
      autograder grade 06_autograd
      autograder grade 06_autograd --student ada --regrade
      autograder --course ../other grade ps1 --json marks.json
      autograder grade 06_autograd --scheduler tcp://login-node:8786
    """
    from autograder import cluster, local, sandbox, sources
    from autograder.ledger import alone
    from autograder.report import print_marks

    course = ctx.obj.course
    name = course.lesson(lesson).id
    if scheduler and workers:
        raise typer.BadParameter("a cluster has its own number of workers: give --scheduler or --workers")
    if not without_sandbox and not scheduler:  # a cluster's workers look for themselves
        sandbox.require()
    with alone(course), local.Machine(workers) as machine:
        compute = machine.run
        if scheduler:
            compute = partial(cluster.run, address=scheduler, folder=course.root)
        elif work_is_likely(course, name, student, regrade):
            machine.begin(sources.texts(course, name), sandboxed=not without_sandbox)

        # Only now: importing these takes as long as the machine takes to be ready.
        from autograder.coordinator import Coordinator
        from autograder.gradebook import Grades

        with Grades(course) as grades:
            coordinator = Coordinator(course, name, grades, seed=seed, sandboxed=not without_sandbox)
            jobs = coordinator.prepare(student, regrade)
            if not jobs and not coordinator.results:
                if student:
                    raise NoSuchStudent(student=student, lesson=name, folder=course.submitted_dir)
                raise NothingHandedIn(lesson=name, folder=course.submitted_dir)
            run(coordinator, jobs, compute, lower, regrade)
            report = coordinator.report()
            manual = grades.all_manual(report.lesson)
    for change in coordinator.changes:
        out.print(describe(change), markup=False)
    print_marks(course, report, manual)
    if not student:
        for line in strange_extensions(course, report):
            out.print(line, markup=False)
    if coordinator.reused:
        out.print(
            f"{coordinator.reused} of {len(report.submissions)} were graded before and have not changed."
        )
    if json:
        json.write_text(report.to_json(), encoding="utf-8")
    worth_a_look = any(entry.status != "graded" for entry in report.submissions)
    raise typer.Exit(1 if worth_a_look or any(change.kept for change in coordinator.changes) else 0)


def strange_extensions(course: Course, report: Report) -> Iterator[str]:
    """What extensions.yml says of names that nobody has who is known here."""
    known = [entry.student for entry in report.submissions]
    for given in course.extensions:
        if given.lesson == report.lesson and given.student not in known:
            meant = nearest(given.student, known)
            asked = f": did you mean `{meant}`?" if meant else ""
            yield f"extensions.yml names `{given.student}`, who is not known here{asked}"


def work_is_likely(course: Course, lesson: str, student: str | None, regrade: bool) -> bool:
    """Whether something seems to wait for being graded; no file is opened for it."""
    from autograder.ledger import Ledger

    names = {folder.parent.name for folder in course.submitted_dir.glob(f"*/{glob.escape(lesson)}")}
    if student is not None:
        names &= {student}
    return bool(names if regrade else names - set(Ledger(course, lesson).students()))


def run(
    coordinator: Coordinator, jobs: list[Job], compute: Compute, lower: bool, regrade: bool = False
) -> None:
    """Run the jobs with a progress bar. Raises `Interrupted` on Ctrl-C; what is done is kept."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = [
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    ]
    finished = 0
    with Progress(*columns, console=err, transient=True) as progress:
        shown = progress.add_task("grading", total=len(jobs), rate="")

        def done(_: object) -> None:
            nonlocal finished
            finished += 1
            elapsed = progress.tasks[shown].elapsed or 1
            progress.update(shown, advance=1, rate=f"{60 * finished / elapsed:.0f}/min")

        try:
            coordinator.run(jobs, compute, lower, done)
        except KeyboardInterrupt:
            goes_on = "grades all of them once more" if regrade else "goes on where this one stopped"
            raise Interrupted(done=finished, all=len(jobs), goes_on=goes_on) from None


def describe(change: Change) -> str:
    """A sentence on what a new grading changed, with the tests that make the difference."""
    before, after = change.before, change.after
    shown = {None: "no mark"}
    marks = [shown.get(one.score, f"{one.score or 0:g}") for one in (before, after)]
    why = "handed in again" if change.again else "graded again"
    text = f"{change.student}: {marks[0]} -> {marks[1]} ({why})"
    if before.status != after.status:
        text += f", {before.status} -> {after.status}"
    old = {test.id: test for test in before.tests}
    for test in after.tests:
        if test.id in old and old[test.id].score != test.score:
            scores = [shown.get(one.score, f"{one.score or 0:g}") for one in (old[test.id], test)]
            text += f"\n    {test.id}: {scores[0]} -> {scores[1]}" + (
                f"  {test.message}" if test.message else ""
            )
    if change.kept:
        text += "\n    the old marks are kept, since the work is the same; accept with --accept-lower"
    return text
