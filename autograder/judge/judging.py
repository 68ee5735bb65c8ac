"""Judge one notebook: the student's cells run in a runner, the tests in a judge's process, one after the other.

The runner may end at any cell or test; then it is started anew and the cells before are run again without the one that
ended it. What was earned stays earned.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_output

from autograder.judge import forbids, names, serve
from autograder.judge.isolation import runs_beside_answers
from autograder.judge.lesson import Lesson, Piece
from autograder.judge.link import CUT_NOTE, JudgeLink, JudgeLost
from autograder.judge.test import ENDED, TIMED_OUT, TestOutcome
from autograder.outline import TestCell, outline
from autograder.runner.failures import RunnerDied, RunnerFailure, TimedOut
from autograder.runner.handle import CellResult
from autograder.runner.preloaded import Preloaded
from autograder.schema import Limits
from autograder.verdicts import FORBIDDEN, NOT_RUN, Outcome, error_output

COST = "autograded"  # the key under which a cell of the graded notebook says what it took
MAX_RESTARTS = 3
CONTROL_SECONDS = 10.0
ENOUGH = "a test before this one was lost, and no more was asked for"


class Judging:
    """Runs `notebook` in place; afterwards `outcomes` says how each code cell ended, by its index."""

    def __init__(
        self,
        notebook: NotebookNode,
        source: NotebookNode | None,
        limits: Limits,
        seed: int,
        host: Preloaded,
        until_lost: bool = False,
    ):
        self.notebook, self.limits, self.seed, self.host = notebook, limits, seed, host
        self.until_lost = until_lost
        self.lesson = Lesson.of(notebook, source)
        self.outline = {test.id: test for test in outline(notebook).tests}
        self.outcomes: dict[int, Outcome] = {}
        self.flags: set[str] = set()
        self.ends = time.monotonic() + limits.submission_seconds
        self.restarts, self.given_up = 0, ""
        self.lost: dict[
            str, tuple[str, str]
        ] = {}  # name: the killed cell that would have defined it, and why
        self.forbidden: tuple[str, ...] = ()  # taken away in the runner at the moment
        self.killers: set[int] = set()  # cells that ended the process
        self.forbids = forbids.of_tasks(self.outline.values())

    def run(self, files: Mapping[str, Path], trusted: Mapping[str, Path]) -> None:
        """files: what lies beside the notebook. trusted: those of them that the instructor put there."""
        with contextlib.ExitStack() as stack:

            def folder(name: str) -> Path:
                made = tempfile.TemporaryDirectory(prefix=f"judge-{name}-", ignore_cleanup_errors=True)
                return Path(stack.enter_context(made))

            work, modules = folder("work"), folder("modules") if trusted else None
            lay_out(work, {name: path for name, path in files.items() if not name.endswith(".py")})
            if modules:
                lay_out(modules, trusted)
            self.judge = stack.enter_context(JudgeLink(self.host, self.lesson, work, modules))
            self.runner = stack.enter_context(
                self.host.runner(self.limits, derived(self.seed, "answers"), files)
            )
            for piece in self.lesson.pieces:
                self._cell(piece)

    def _cell(self, piece: Piece) -> None:
        cell = self.notebook.cells[piece.index]
        cell.outputs, cell.execution_count = [], None
        started = time.monotonic()
        test = self.outline.get(piece.grade_id) if piece.role == "test" else None
        left = self.ends - started
        if left <= 0 or self.given_up:
            used_up = (
                f"the {self.limits.submission_seconds} s for a whole submission were used up before this cell"
            )
            outcome = Outcome(NOT_RUN, self.given_up or used_up)
        elif test and not runs_beside_answers(cell):
            outcome = self._test(piece, cell, test, min(test.seconds or self.limits.cell_seconds, left))
        else:
            seconds = min((test and test.seconds) or self.limits.cell_seconds, left)
            outcome = self._students_cell(piece, cell, seconds)
        outcome.seconds = round(time.monotonic() - started, 3)
        self.outcomes[piece.index] = outcome
        cost = {"seconds": outcome.seconds}
        if outcome.memory_mb:
            cost["peak_memory_mb"] = outcome.memory_mb
        cell.metadata[COST] = cost
        if test and outcome.error and self.until_lost:
            self.given_up = self.given_up or ENOUGH
        if outcome.error and not any(output.output_type == "error" for output in cell.outputs):
            cell.outputs.append(error_output(outcome))

    # Cells of the student's process

    def _students_cell(self, piece: Piece, cell: NotebookNode, seconds: float) -> Outcome:
        forbidden = self.forbids.get(piece.grade_id, ())
        try:
            self._forbid(forbidden)
            result = self._run_cell(piece, seconds)
        except RunnerFailure as failure:
            shown = [output for output in failure.outputs if output["output_type"] != "error"]
            cell.outputs = [from_dict(output) for output in shown]
            self._note_cut(cell)
            if failure.alive:
                self._renew_session(failure.what)
                return Outcome(TIMED_OUT, _told_of_cell(failure))
            return self._cell_ended_process(piece, failure)
        cell.outputs = [from_dict(output) for output in result.outputs]
        cell.execution_count = result.execution_count
        self.judge.cell_ran(piece.index)
        self._note_cut(cell)
        memory = round(result.peak_memory_kb / 1024, 1)
        if result.error is None:
            return Outcome(memory_mb=memory)
        return Outcome(result.error["ename"] or "Error", result.error["evalue"], memory_mb=memory)

    def _note_cut(self, cell: NotebookNode) -> None:
        if any(CUT_NOTE in output.get("text", "") for output in cell.outputs):
            self.flags.add("output_cut")

    def _run_cell(self, piece: Piece, seconds: float) -> CellResult:
        return self.runner.run_cell(piece.source, seconds=seconds)

    def _cell_ended_process(self, piece: Piece, failure: RunnerFailure) -> Outcome:
        text = _told_of_cell(failure)
        self.lost.update((name, (piece.grade_id, text)) for name in names.bound(piece.source))
        self.killers.add(piece.index)
        self._restart(text)
        return Outcome(TIMED_OUT if isinstance(failure, TimedOut) else ENDED, text)

    # Tests

    def _test(self, piece: Piece, cell: NotebookNode, test: TestCell, seconds: float) -> Outcome:
        isolated = not self.lesson.helps(piece)
        used = forbids.used(self.lesson, piece.index, test.task, self.forbids.get(test.task, ()))
        if used:
            return Outcome(FORBIDDEN, used, isolated=isolated)
        seed = derived(self.seed, f"test {test.id}")
        try:
            self._forbid(self.forbids.get(test.task, ()))
            found = self.judge.run(piece.index, seconds, seed, self.runner)
        except JudgeLost as lost:
            self.judge.start()
            self._restart(str(lost))
            return Outcome(TIMED_OUT, str(lost), isolated=isolated)
        except RunnerFailure as failure:
            self._restart(failure.what)
            return Outcome(ENDED, failure.what, isolated=isolated)
        if failure := self.judge.failure:
            self._renew_session(failure.what) if failure.alive else self._restart(failure.what)
        if self.judge.cut:
            self.flags.add("output_cut")
        cell.outputs = test_outputs(found, self.judge.outputs)
        outcome = self._outcome_of(found, test)
        outcome.isolated = isolated
        return outcome

    def _outcome_of(self, found: TestOutcome, test: TestCell) -> Outcome:
        killer = self.lost.get(found.undefined)
        if found.lost or (killer is not None and killer[0] != test.task):
            why = killer[1] if killer else found.text
            return Outcome(NOT_RUN, f"what this test needs was lost: {why}")
        text = found.text + self._other_name(found.undefined, test.task)
        return Outcome(found.error, text, found.hint, found.line)

    def _other_name(self, missing: str, task: str) -> str:
        """What the cell with the answer defines where it should define a name that is missing."""
        answer = self.lesson.answer(task)
        if answer is None or missing not in answer.defines or self.outcomes[answer.index].error:
            return ""
        others = sorted(names.bound(answer.source) - answer.defines - {"*"})
        if missing in names.bound(answer.source) or not others:
            return ""
        return f". The cell with the answer defines {', '.join(f'`{name}`' for name in others)}"

    # The life of the runner

    def _restart(self, reason: str) -> None:
        """A fresh process in the state that the last one was in, but for the cell that ended it."""
        if self.until_lost:
            self.given_up = ENOUGH
            return
        self.flags.add("restarted")
        while self.restarts < MAX_RESTARTS:
            self.restarts += 1
            self.runner.restart()
            self.forbidden = ()
            if self._replay():
                self.judge.renewed(reason)
                return
        self.given_up = "too many cells before this one ended the process that runs them"

    def _replay(self) -> bool:
        """Run the cells before again, but for tests and what ended the process; False if it ended once more."""
        for piece in self.lesson.pieces:
            outcome = self.outcomes.get(piece.index)
            if piece.role == "test" or piece.index in self.killers or not outcome or outcome.error == NOT_RUN:
                continue
            seconds = min(self.limits.cell_seconds, self.ends - time.monotonic())
            if seconds <= 0:
                return False
            try:
                self._run_cell(piece, seconds)
            except RunnerFailure as failure:
                if not failure.alive:
                    return False
        return True

    def _renew_session(self, reason: str) -> None:
        """The process goes on, but what judge and runner know of each other may differ: begin anew."""
        try:
            self.runner.request(serve.RESET, seconds=CONTROL_SECONDS)
            self.judge.renewed(reason)
        except RunnerFailure as failure:
            self._restart(failure.what)

    def _forbid(self, forbidden: tuple[str, ...]) -> None:
        """Take names away in the runner, and give back those that were taken away before."""
        if forbidden != self.forbidden:
            payload = serve.CONTROL + json.dumps({"forbid": forbidden}).encode()
            self.runner.request(payload, seconds=CONTROL_SECONDS)
            self.forbidden = forbidden


def derived(seed: int, purpose: str) -> int:
    """A seed for one purpose. It says nothing about the others: answers can read that of their own process."""
    return int.from_bytes(hashlib.sha256(f"{seed} {purpose}".encode()).digest()[:8])


def _told_of_cell(failure: RunnerFailure) -> str:
    if isinstance(failure, RunnerDied):
        return f"this cell ended the process that runs the notebook: {failure.how}"
    return failure.what.replace("this ", "this cell ", 1)


def test_outputs(found: TestOutcome, shown: list[dict]) -> list[NotebookNode]:
    """The outputs of a test cell: what it printed and gave, what the student's code showed, how it failed."""
    outputs = [from_dict(output) for output in shown]
    if found.printed:
        outputs.append(new_output("stream", name="stdout", text=found.printed))
    for number in found.results:
        outputs.append(new_output("execute_result", {"text/plain": number}, execution_count=None))
    if found.error:
        outputs.append(new_output("error", ename=found.error, evalue=found.text, traceback=found.shown))
    return outputs


def lay_out(folder: Path, files: Mapping[str, Path]) -> None:
    """Copy files, by their relative names, into a folder."""
    for name, path in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
