"""Grade one submission: a folder in, marks and executed notebooks out; a plain function for any executor.

It only computes and writes nothing but temporary files; what it is given and what it gives back can be pickled.
"""

from __future__ import annotations

import copy
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell, new_output

from autograder import cells, examples
from autograder.outline import BEGIN_HIDDEN
from autograder.records import Test, total
from autograder.recovery import recover
from autograder.runner.failures import PreloadFailed
from autograder.sandbox import SandboxUnavailable
from autograder.schema import Limits
from autograder.submission import Intake, Unclear, lay_out, take_in
from autograder.untrusted import Refused
from autograder.versions import Versions

NO_ANSWER = "no answer was changed"
NOBODYS_FAULT = (PreloadFailed, SandboxUnavailable)  # of this machine: it would meet all submissions alike
MARGIN = 120  # seconds beyond the submission's own for starting, restarting and reading


@dataclass(frozen=True)
class Task:
    """What every submission of a lesson is graded by.

    given: the lesson's other files, relative name to path. sandboxed: False only on a machine that is thrown away.
    """

    lesson: str
    versions: tuple[Versions, ...]
    given: dict[PurePosixPath, Path]
    limits: Limits
    seed: int
    sandboxed: bool = True


@dataclass
class Graded:
    """The result for one submission; `records.Submission` without what only the coordinator knows.

    notebooks: to be kept, one for each of the lesson, by name. marked: whether the tests say anything about the work.
    """

    status: str
    notebooks: dict[str, NotebookNode]
    tests: list[Test]
    marked: bool = True
    flags: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    seconds: float = 0.0


def grade_submission(task: Task, folder: Path) -> Graded:
    """Grade what lies in `folder`. Whatever is wrong with it ends in a status and a reason, not in an exception.

    Raises what no submission can be the reason for, see `NOBODYS_FAULT`.
    """
    start = time.monotonic()
    try:
        with _wall_clock(task.limits.submission_seconds + MARGIN):
            intake = take_in(folder, task.versions, list(task.given))
            graded = _grade(task, intake)
    except Unclear as unclear:
        graded = without_marks(task, "needs_review", str(unclear))
    except Refused as refused:
        graded = without_marks(task, "failed", str(refused))
    except TimeoutError as error:
        graded = without_marks(task, "failed", str(error))
    except NOBODYS_FAULT:
        raise
    except Exception as error:  # a mistake of ours costs one submission its marks for now, not the class
        text = f"the grader stopped with {type(error).__name__}: {error}"
        graded = without_marks(task, "failed", text)
    graded.seconds = round(time.monotonic() - start, 3)
    return graded


def without_marks(task: Task, status: str, reason: str) -> Graded:
    """The result for a submission that could not be run: no marks, and notebooks that say why."""
    notebooks, tests = {}, []
    for version in task.versions:
        notebook, records = _not_run(version, "NotGraded", reason, "could_not_run")
        notebook.cells.insert(0, new_markdown_cell(f"**Not graded:** {reason}", id="not-graded"))
        notebooks[version.name] = notebook
        tests += _named(task, version, records)
    return Graded(status, notebooks, tests, marked=False, reasons=[reason])


def _grade(task: Task, intake: Intake) -> Graded:
    from autograder.execution import execute  # NumPy and the judge, which the coordinator does without

    graded = Graded("graded", {}, [], flags=list(intake.flags), reasons=list(intake.notes))
    doubts, untouched = [], []
    for version in task.versions:
        if version.name not in intake.notebooks:
            reason = f"{version.name}.ipynb was not handed in"
            doubts.append(reason)
            graded.notebooks[version.name], records = _not_run(version, "NotHandedIn", reason, "failed")
            graded.tests += _named(task, version, records)
            continue
        recovered = recover(version, intake.notebooks[version.name])
        if recovered.strange:
            raise Unclear(f"{version.name}.ipynb: " + "; ".join(recovered.doubts))
        with tempfile.TemporaryDirectory(prefix="submission-", ignore_cleanup_errors=True) as place:
            lay_out(Path(place), {**intake.files, **task.given})
            executed = execute(
                recovered.notebook,
                lesson_id=task.lesson,
                limits=task.limits,
                seed=task.seed,
                files=Path(place),
                given=task.given,
                source=version.source,
                sandboxed=task.sandboxed,
            )
        graded.notebooks[version.name] = executed.notebook
        graded.tests += _named(task, version, executed.tests)
        graded.flags += executed.flags + (["recovered"] if recovered.notes else [])
        graded.reasons += recovered.notes
        doubts += recovered.doubts
        doubts += _for_newer_python(executed.notebook)
        doubts += examples.doubts(version.source, executed.tests, recovered.changed)
        untouched.append(recovered.untouched)
    if all(untouched):
        graded.flags.append("untouched")
        graded.reasons.append(NO_ANSWER)
    lost = [test.id for test in graded.tests if test.status == "could_not_run"]
    if lost:
        doubts.append(f"could not be run: {', '.join(lost)}")
    if doubts:
        graded.status = "needs_review"
    graded.flags = list(dict.fromkeys(graded.flags))
    graded.reasons = doubts + graded.reasons
    return graded


def _for_newer_python(executed: NotebookNode) -> Iterator[str]:
    """A sentence for each answer that this Python cannot read, and that of the student perhaps could."""
    from autograder.verdicts import THIS_PYTHON, newer_syntax

    for cell in filter(cells.is_answer, executed.cells):
        for output in cell.get("outputs", ()):
            if output.output_type == "error" and newer_syntax(output.ename, output.evalue):
                yield f"`{cells.grade_id(cell)}` may be right in a newer Python: {THIS_PYTHON} cannot read an f-string in it"


def _named(task: Task, version: Versions, tests: Sequence[Test]) -> list[Test]:
    """Tests with ids that are unique in the lesson, and visible only if the student could see their code."""
    given = {cells.grade_id(cell): cell.source for cell in version.release.cells}
    written = {cells.grade_id(cell): cell.source for cell in version.graded.cells}
    several = len(task.versions) > 1
    named = []
    for test in tests:
        # The markers of hidden tests can be set to others in nbgrader; then nothing of a changed cell is shown.
        secret = given.get(test.id) != written.get(test.id) and BEGIN_HIDDEN not in written.get(test.id, "")
        visible = test.visible and (test.status == "manual" or not secret)
        name = f"{version.name}/{test.id}" if several else test.id
        named.append(replace(test, id=name, visible=visible))
    return named


def _not_run(version: Versions, name: str, reason: str, status: str) -> tuple[NotebookNode, list[Test]]:
    """The lesson's notebook with the reason at every test, and the tests' records."""
    from autograder.outline import outline

    notebook, tests = copy.deepcopy(version.graded), []
    known = {test.id: test for test in outline(notebook).tests}
    for cell in notebook.cells:
        if cells.is_test(cell):
            cell.outputs = [new_output("error", ename=name, evalue=reason, traceback=[f"{name}: {reason}"])]
            test = known[cells.grade_id(cell)]
            score = 0.0 if status == "failed" else None
            tests.append(
                Test(test.id, test.task, test.title, test.visible, status, score, test.points, reason)
            )
        elif cells.is_graded(cell):
            points = float(cells.marks(cell)["points"])
            title = cells.manual_title(notebook, cells.grade_id(cell))
            tests.append(
                Test(cells.grade_id(cell), cells.grade_id(cell), title, True, "manual", None, points, reason)
            )
    return notebook, tests


def points(graded: Graded) -> tuple[float | None, float]:
    """The score (None without marks) and the maximum of the automatic tests."""
    score, possible = total(graded.tests)
    return (score if graded.marked else None), possible


@contextmanager
def _wall_clock(seconds: float) -> Iterator[None]:
    """Raise TimeoutError after `seconds`, whatever the process is doing; where there are no signals, never."""

    def ring(*_: object) -> None:
        raise TimeoutError(f"grading it took more than {seconds:g} s in all")

    try:
        before = signal.signal(signal.SIGALRM, ring)
    except (AttributeError, ValueError):  # Windows, or not the main thread
        yield
        return
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
