"""Run a notebook that is to be graded: a notebook in, the same with outputs and a verdict on every test out.

This is the seam where the judge goes in. The interim way, one Jupyter kernel for answers and tests (`kernel`), keeps
nbgrader's rules of scoring, without their holes: a test counts as passed only if it ran to its end, what is printed
on stderr costs nothing, and a score that is not between 0 and the test's points is nobody's score.

The outputs of test cells are written so that nbgrader's own `determine_grade` finds the same points in them.
"""

from __future__ import annotations

import copy
import re
import tempfile
import time
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.utils import determine_grade

from autograder import cells
from autograder.kernel import TIMEOUT, Kernel, KernelLost
from autograder.outline import BEGIN_HIDDEN, END_HIDDEN, TestCell, outline
from autograder.records import Test
from autograder.schema import Limits

MAX_RESTARTS = 3
NOT_RUN, KERNEL_LOST = "NotRun", "KernelLost"
OURS = (NOT_RUN, KERNEL_LOST, TIMEOUT)  # these texts are sentences of ours
STUB = "The answer is not written yet: it still raises NotImplementedError."
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?(nan|inf)", re.IGNORECASE)


@dataclass
class Executed:
    """notebook: with outputs. tests: one per graded cell, in the notebook's order. flags: as in `records.FLAGS`."""

    notebook: NotebookNode
    tests: list[Test]
    flags: list[str] = field(default_factory=list)


def execute(
    notebook: NotebookNode, *, lesson_id: str, limits: Limits, seed: int, files: Path | None = None
) -> Executed:
    """Run `notebook` (fresh from the instructor's source, answers put in, hidden tests included) and judge its tests.

    limits: seconds for a cell and for all, memory, output. seed: of the tests' random inputs.
    files: a folder with what may lie beside the notebook; it becomes the working directory.
    An endless loop, or the end of the process, ends no more than its cell: the cells before it are run again
    without it.
    """
    with tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True) as private:
        folder = files if files is not None else Path(private)
        run = _Run(copy.deepcopy(notebook), limits, seed, lesson_id)
        with Kernel(run.notebook, folder, Path(private), limits, seed) as kernel:
            run.all_cells(kernel)
    return Executed(run.notebook, run.tests(), sorted(run.flags))


@dataclass
class Outcome:
    """How a cell ended: `error` is empty if well. fields: what `Kernel.last_error` says of a test that failed."""

    error: str = ""
    text: str = ""
    seconds: float = 0.0
    fields: dict = field(default_factory=dict)


class _Run:
    def __init__(self, notebook: NotebookNode, limits: Limits, seed: int, lesson_id: str) -> None:
        self.notebook, self.limits, self.seed, self.lesson_id = notebook, limits, seed, lesson_id
        self.outcomes: dict[int, Outcome] = {}
        self.flags: set[str] = set()
        self.outline = {test.id: test for test in outline(notebook).tests}
        self.ends = time.monotonic() + limits.submission_seconds
        self.restarts, self.given_up = 0, False

    def all_cells(self, kernel: Kernel) -> None:
        for index, cell in enumerate(self.notebook.cells):
            if cell.cell_type != "code":
                continue
            cell.outputs, cell.execution_count = [], None
            start = time.monotonic()
            try:
                outcome = self._one_cell(kernel, cell, index)
            except KernelLost as lost:
                outcome = Outcome(KERNEL_LOST, str(lost))
            outcome.seconds = round(time.monotonic() - start, 3)
            self.outcomes[index] = outcome
            shown = any(output.output_type == "error" for output in cell.outputs)
            if outcome.error in OURS or (outcome.error and not shown):
                cell.outputs.append(_error(outcome))
            if outcome.error == KERNEL_LOST:
                self._restart(kernel)

    def _one_cell(self, kernel: Kernel, cell: NotebookNode, index: int) -> Outcome:
        left = self.ends - time.monotonic()
        if left <= 0:
            text = "the {} s for a whole submission were used up before this cell"
            return Outcome(NOT_RUN, text.format(self.limits.submission_seconds))
        if self.given_up:
            return Outcome(NOT_RUN, "too many cells before this one ended the process that runs them")
        test = self.outline.get(cells.grade_id(cell)) if cells.is_test(cell) else None
        if test:
            kernel.reseed(self.seed << 32 | zlib.crc32(test.id.encode()))
        allowed = (test and test.seconds) or self.limits.cell_seconds
        reply = kernel.run(cell, index, min(allowed, left))
        if reply.cut:
            self.flags.add("output_cut")
        if reply.error == TIMEOUT:
            return Outcome(TIMEOUT, f"this cell did not end within {round(min(allowed, left))} s")
        fields = kernel.last_error() if test and reply.error else {}
        return Outcome(reply.error, reply.text, fields=fields if fields.get("type") == reply.error else {})

    def _restart(self, kernel: Kernel) -> None:
        """A fresh process in the state that the last one was in, but for the cell that ended it."""
        self.flags.add("restarted")
        kernel.kill()
        while self.restarts < MAX_RESTARTS:
            self.restarts += 1
            try:
                kernel.start()
                for index, outcome in self.outcomes.items():
                    left = self.ends - time.monotonic()
                    if outcome.error in OURS or left <= 0:
                        continue
                    cell = self.notebook.cells[index]
                    kernel.run(copy.deepcopy(cell), index, min(self.limits.cell_seconds, left))
                    self.notebook.cells[index] = cell  # the outputs of the first time stay
                return
            except KernelLost:
                kernel.kill()
        self.given_up = True

    def tests(self) -> list[Test]:
        """The verdicts, in the notebook's order; makes the outputs of test cells say the same to nbgrader."""
        found = []
        for index, cell in enumerate(self.notebook.cells):
            if cells.is_test(cell):
                test = self.outline[cells.grade_id(cell)]
                verdict = _verdict(test, cell, self.outcomes[index], self._answer_error(test.task))
                _settle(cell, verdict)
                found.append(verdict)
            elif cells.is_graded(cell):
                found.append(_manual(self.notebook, cell))
        return found

    def _answer_error(self, task: str) -> str:
        """How the cell with the answer itself failed, in a sentence; empty if it did not."""
        for index, cell in enumerate(self.notebook.cells):
            outcome = self.outcomes.get(index)
            if cells.grade_id(cell) == task and outcome and outcome.error:
                if outcome.error in OURS:
                    return _sentence(outcome.text.replace("this cell", "the cell with the answer", 1))
                if outcome.error == "NotImplementedError" and not outcome.text:
                    return STUB
                return f"The cell with the answer stops with {outcome.error}: {outcome.text}".rstrip(": ")
        return ""


def _verdict(test: TestCell, cell: NotebookNode, outcome: Outcome, answer_error: str) -> Test:
    said = {
        "id": test.id,
        "task": test.task,
        "title": test.title,
        "visible": test.visible,
        "max_score": test.points,
        "seconds": outcome.seconds,
    }
    if outcome.error == NOT_RUN:
        return Test(**said, status="could_not_run", score=0.0, message=_sentence(outcome.text))
    if outcome.error:
        said["visible"] = test.visible and not _in_hidden_part(cell, outcome.fields.get("line"))
        hint = outcome.fields.get("hint") or ""
        enough = answer_error == STUB or (answer_error and outcome.error == "NameError")
        message = answer_error if enough else f"{answer_error}\n{_message(cell, outcome)}".strip()
        return Test(**said, status="failed", score=0.0, message=message, hint=hint)
    score, problem = _score(cell, test.points)
    if problem:
        return Test(**said, status="could_not_run", score=0.0, message=problem)
    if score == test.points:
        return Test(**said, status="passed", score=score)
    printed = "".join(output.text for output in cell.outputs if output.output_type == "stream").strip()
    return Test(**said, status="failed", score=score, message=printed[-2000:] or "Partly right.")


def _message(cell: NotebookNode, outcome: Outcome) -> str:
    """What a student reads about a failure."""
    if outcome.error in OURS:
        return _sentence(outcome.text)
    text = outcome.fields.get("text", outcome.text).strip()
    if outcome.error in ("AssertionError", "Mismatch"):
        lines, line = cell.source.splitlines(), outcome.fields.get("line")
        failed = lines[line - 1].strip() if type(line) is int and 0 < line <= len(lines) else "a check"
        return text or f"This does not hold: {failed}"
    if outcome.error == "NotImplementedError" and not text:
        return STUB
    return f"{outcome.error}: {text}" if text else outcome.error


def _in_hidden_part(cell: NotebookNode, line: int | None) -> bool:
    """Whether a line of the cell (counted from 1) is hidden; an unknown line counts as hidden where any is."""
    if BEGIN_HIDDEN not in cell.source:
        return False
    inside = False
    for number, text in enumerate(cell.source.splitlines(), 1):
        inside = (inside or BEGIN_HIDDEN in text) and END_HIDDEN not in text
        if number == line:
            return inside
    return True


def _score(cell: NotebookNode, points: float) -> tuple[float, str]:
    """The points of a test that ran to its end, and what is wrong with the score that it gives."""
    shown = [output.data.get("text/plain", "") for output in _results(cell)]
    numbers = [text.strip() for text in shown if _NUMBER.fullmatch(text.strip())]
    if not numbers:
        return points, ""  # as nbgrader: a last expression that is no number is only shown
    if len(shown) > 1:
        return 0.0, "The test gave several scores: " + ", ".join(numbers)
    score = float(numbers[0])
    if not 0 <= score <= points:
        return 0.0, f"The test gave {numbers[0]} as its score; it can give 0 to {points:g}."
    return score, ""


def _settle(cell: NotebookNode, verdict: Test) -> None:
    """Write the outputs of a test cell so that nbgrader's `determine_grade` gives the verdict's score."""
    for output in cell.outputs:
        if output.output_type == "stream":
            output.name = "stdout"  # on stderr, a warning would cost all points
        if output.output_type == "execute_result" and (verdict.status != "failed" or not verdict.score):
            output.output_type = "display_data"
            output.pop("execution_count", None)
    errors = [output for output in cell.outputs if output.output_type == "error"]
    others = [output for output in cell.outputs if output.output_type != "error"]
    if verdict.score == 0 and not errors:
        errors = [_error(Outcome("AssertionError", verdict.message or "no points"))]
    cell.outputs = [*errors, *others]  # the first that says something about points decides


def _results(cell: NotebookNode) -> list[NotebookNode]:
    return [output for output in cell.outputs if output.output_type == "execute_result"]


def _manual(notebook: NotebookNode, cell: NotebookNode) -> Test:
    """The record of a cell whose points a person gives; without an answer it has 0, as for nbgrader."""
    name = cells.grade_id(cell)
    score, points = (None, float(cells.marks(cell)["points"]))
    if cells.is_answer(cell):
        score, _ = determine_grade(cell)
    message = "No answer." if score == 0 else ""
    title = cells.manual_title(notebook, name)
    return Test(name, name, title, True, "manual", score, points, message)


def _error(outcome: Outcome) -> NotebookNode:
    text = f"{outcome.error}: {outcome.text}"
    return new_output("error", ename=outcome.error, evalue=outcome.text, traceback=[text])


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
