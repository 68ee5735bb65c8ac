"""The coordinator's hold on a judge's process: hand it tests, carry its questions to the runner, end it."""

from __future__ import annotations

import contextlib
import json
import socket
import time
from pathlib import Path
from typing import Any

from autograder.judge import files, process
from autograder.judge.lesson import Lesson
from autograder.judge.test import ENDED, TIMED_OUT, TestOutcome
from autograder.runner import frames
from autograder.runner.failures import PreloadedGone, RunnerFailure, TimedOut
from autograder.runner.handle import Runner
from autograder.runner.preloaded import Preloaded

GRACE = 5.0  # seconds that the judge has to end a test by itself
MAX_MESSAGE, MAX_OUTCOME = 256 << 20, 8 << 20
MEMORY_MB = 1024
CUT_NOTE = "[cut here: "  # begins the note of `outputs` about what was left out


class JudgeLost(Exception):
    """The judge's process ended, or was ended, in the middle of a test. `str()` says why."""


class JudgeLink:
    """One judge's process. Use it as a context manager.

    work: its working folder. modules: where the instructor's modules lie, None if there are none.
    """

    def __init__(self, host: Preloaded, lesson: Lesson, work: Path, modules: Path | None):
        self._host, self._lesson, self._work = host, lesson, work
        self._files: files.SharedFiles | None = None  # if the test uses any
        self._order = process.order_of(lesson, work, modules, MEMORY_MB)
        self._channel: frames.Channel | None = None
        self.failure: RunnerFailure | None = None  # of the runner, in the last test
        self.cut = False  # whether it printed more than is kept
        self.outputs: list[dict[str, Any]] = []  # what the student's code showed in the last test

    def __enter__(self) -> JudgeLink:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def start(self) -> None:
        """A new process, which knows the notebook and has run nothing."""
        self.close()
        ours, theirs = socket.socketpair()
        with theirs:
            self._number = self._host.fork_judge(theirs.fileno())
        self._channel = frames.Channel(ours)
        self._send(process.START, self._order)

    def close(self) -> None:
        if self._channel:
            self._channel.close()
            self._channel = None
            with contextlib.suppress(PreloadedGone):
                self._host.kill_judge(self._number)

    def cell_ran(self, index: int) -> None:
        self._tell(process.RAN, index=index)

    def renewed(self, reason: str) -> None:
        """The runner has a new process: what came from the old one is lost, for this reason."""
        self._tell(process.RENEWED, reason=reason)

    def run(self, index: int, seconds: float, seed: int, runner: Runner) -> TestOutcome:
        """Run the test in cell `index` against the runner. Raises `JudgeLost`."""
        self.failure, self.outputs, self.cut = None, [], False
        uses_files = files.uses_files(self._lesson.piece(index).source)
        self._files = files.SharedFiles(self._work, runner.work) if uses_files else None
        self._seconds, self._deadline = seconds, time.monotonic() + seconds
        self._tell(process.TEST, index=index, seconds=seconds, seed=seed)
        while True:
            kind, payload = self._receive(process.REQUEST, process.DONE)
            if kind == process.DONE:
                return TestOutcome(**json.loads(payload))
            self._relay(payload, runner)

    def _relay(self, payload: bytes, runner: Runner) -> None:
        """Carry one request to the runner, and its answer back."""
        left = max(self._deadline - time.monotonic(), 0.05)
        if self._files:
            self._files.down()
        try:
            reply = runner.request(payload, seconds=left, answer=lambda asked: self._answer(asked, runner))
        except RunnerFailure as failure:
            self.failure = self.failure or failure
            self._forward_outputs(runner)
            late = isinstance(failure, TimedOut)
            text = f"this test did not end within {self._seconds:g} s" if late else failure.what
            name = TIMED_OUT if late else ENDED
            self._tell(process.FAILED, name=name, text=text, hint=failure.repair)
            return
        self._forward_outputs(runner)
        if self._files:
            self._files.up()
        self._send(process.REPLY, reply)

    def _answer(self, asked: bytes, runner: Runner) -> bytes:
        """What the judge says when the student's code calls something of the test's."""
        self._send(process.CALLBACK, asked)
        while True:
            kind, payload = self._receive(process.REQUEST, process.ANSWER)
            if kind == process.ANSWER:
                if self.failure is not None and not self.failure.alive:
                    raise self.failure  # there is no runner any more that could take the answer
                return payload
            self._relay(payload, runner)

    def _forward_outputs(self, runner: Runner) -> None:
        """What the student's code printed, for a test that looks at it; what it showed, for the notebook."""
        for output in runner.take_outputs():
            if output["output_type"] != "stream":
                self.outputs.append(output)
            elif output["name"] == "stdout":
                text = output["text"]
                self.cut = self.cut or CUT_NOTE in text
                self._send(process.PRINTED, text.encode("utf-8", "replace"))

    def _tell(self, kind: bytes, **order: Any) -> None:
        self._send(kind, json.dumps(order).encode())

    def _send(self, kind: bytes, payload: bytes) -> None:
        try:
            self._channel.send(kind, 0, payload, time.monotonic() + 60)
        except (frames.Closed, frames.Late):
            raise JudgeLost(self._end()) from None

    def _receive(self, *kinds: bytes) -> tuple[bytes, bytes]:
        limits = {kind: MAX_OUTCOME if kind == process.DONE else MAX_MESSAGE for kind in kinds}
        try:
            kind, _, payload = self._channel.receive(self._deadline + GRACE, limits)
        except frames.Late:
            self.close()
            raise JudgeLost("the test did not end in its time and could not be interrupted") from None
        except (frames.Closed, frames.Malformed):
            raise JudgeLost(self._end()) from None
        return kind, payload

    def _end(self) -> str:
        self.close()
        return (
            "the process that runs the tests ended; most often a value that came back needed too much memory"
        )
