"""Running a submission's cells, and asking for its values, in a process of its own that nothing here trusts."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from autograder.runner import failures, folders, frames
from autograder.runner.failures import (
    OutOfMemory,
    OutputTooLarge,
    PreloadedGone,
    PreloadFailed,
    ProtocolBroken,
    RunnerDied,
    RunnerFailure,
    TimedOut,
)
from autograder.runner.line import Line
from autograder.runner.outputs import Outputs, error_output, read
from autograder.runner.preloaded import MODULES, Preloaded
from autograder.sandbox import ResourceLimits

__all__ = [
    "MODULES",
    "CellResult",
    "OutOfMemory",
    "OutputTooLarge",
    "PreloadFailed",
    "Preloaded",
    "PreloadedGone",
    "ProtocolBroken",
    "Runner",
    "RunnerDied",
    "RunnerFailure",
    "TimedOut",
]

START_SECONDS = 60.0
INTERRUPT_SECONDS = 1.0  # what an interrupted cell has to come to an end
REPLY_BYTES = 64 << 20
_ERROR_BYTES = 4 << 20  # of tracebacks, beside the limit on outputs
_SAID_BYTES = 1 << 16

_CELL_LIMITS = {frames.DONE: _ERROR_BYTES}
_REQUEST_LIMITS = {
    frames.REPLY: REPLY_BYTES,
    frames.CALLBACK: REPLY_BYTES,
    frames.FAILED: _ERROR_BYTES,
    frames.TOO_LONG: 20,
}

Answer = Callable[[bytes], bytes]


class _Deadline:
    """When an exchange must be over; it passes once, to give an interrupt its time."""

    def __init__(self, seconds: float) -> None:
        self.at = time.monotonic() + seconds
        self.passed = False

    def extend(self, seconds: float) -> None:
        self.at = time.monotonic() + seconds
        self.passed = True


@dataclass
class CellResult:
    """What a cell did. `outputs` are notebook outputs; later cells may update those with a display id.

    error: the error output that ended the cell, or None. seconds: wall time. peak_memory_kb: of the whole
    runner until now, libraries included; 0 where the system does not tell.
    """

    outputs: list[dict[str, Any]]
    error: dict[str, Any] | None
    seconds: float
    peak_memory_kb: int
    execution_count: int


class Runner:
    """One process with one notebook's namespace. Made by `Line.runner`; use it as a context manager.

    Every call raises RunnerFailure when the student's code fails as a process: TimedOut, OutOfMemory,
    RunnerDied, OutputTooLarge, ProtocolBroken. While `failure.alive`, the runner can go on. Outputs that came
    outside of `run_cell` are in `outputs`; `take_outputs` empties it.
    """

    def __init__(
        self, parent: Line, limits: Any, seed: int, workdir_files: Mapping[str, bytes | Path]
    ) -> None:
        self._parent = parent
        self._seed = seed
        self._files = workdir_files
        self._output_bytes = limits.output_kb << 10
        self.limits = ResourceLimits(memory_mb=limits.memory_mb, cpu_seconds=limits.submission_seconds + 30)
        self._channel: frames.Channel | None = None
        self._begin()

    def __enter__(self) -> Runner:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        return self._channel is not None

    @property
    def work(self) -> Path:
        """The working folder, which the code in it may fill as it likes."""
        return self._folder / "work"

    def restart(self) -> None:
        """A new process with a new folder, as if no cell had run."""
        self.close()
        self._begin()

    def close(self) -> None:
        """End the process and remove its folder. Can be called twice."""
        if self._channel:
            with contextlib.suppress(PreloadedGone, TimeoutError):
                self._parent.kill(self._number)
        self._forget()

    def run_cell(self, source: str, *, seconds: float) -> CellResult:
        """Run one cell as Jupyter would, for at most so many seconds of wall time."""
        self._count += 1
        count, started = self._count, time.monotonic()
        outputs = Outputs(self._shown, self._output_bytes)
        payload = self._exchange(frames.CELL, source.encode(errors="replace"), seconds, outputs, None)
        error = self._error_of(payload, outputs)
        self._add_said(outputs)
        for output in outputs.kept:
            if output["output_type"] == "execute_result":
                output["execution_count"] = count
        took = time.monotonic() - started
        return CellResult(outputs.kept, error, took, self._peak_memory_kb(), count)

    def request(self, payload: bytes, *, seconds: float, answer: Answer | None = None) -> bytes:
        """Send bytes to `autograder.judge.serve.handle` in the runner and return what it gives back.

        `answer` is asked when it calls `autograder.runner.inside.ask`; it may make further requests itself.
        """
        outputs = Outputs(self._shown, self._output_bytes)
        try:
            reply = self._exchange(frames.REQUEST, payload, seconds, outputs, answer)
            self._add_said(outputs)
            return reply
        finally:
            self.outputs += outputs.kept

    def take_outputs(self) -> list[dict[str, Any]]:
        """What requests have printed and shown since the last call."""
        taken, self.outputs = self.outputs, []
        return taken

    # The life of the process.

    def _begin(self) -> None:
        self._count = 0
        self._exchanges = 0
        self._shown: dict[str, list[dict[str, Any]]] = {}
        self.outputs: list[dict[str, Any]] = []
        paths = folders.make(self._parent.base, self._files)
        self._folder = paths["root"]
        self._said = tempfile.TemporaryFile("a+b", buffering=0)  # noqa: SIM115 - closed with the process
        self._said_read = 0
        ours, theirs = socket.socketpair()
        self._channel = frames.Channel(ours)
        try:
            with theirs:
                self._number, self.pid = self._parent.fork(
                    paths,
                    self.limits,
                    self._seed,
                    [theirs.fileno(), self._said.fileno()],
                    self._output_bytes,
                    REPLY_BYTES,
                )
            self._channel.receive(time.monotonic() + START_SECONDS, {frames.DONE: 0})
        except (frames.Closed, frames.Late, frames.Malformed, TimeoutError):
            said = self._last_words()
            self.close()
            raise PreloadFailed(said=said or "a runner did not begin") from None
        except BaseException:
            self._forget()
            raise

    def _forget(self) -> None:
        if self._channel:
            self._channel.close()
            self._channel = None
            self._said.close()
            with contextlib.suppress(OSError):
                folders.remove(self._folder)

    def _fail(self, failure: type[RunnerFailure], outputs: Outputs, **fields: Any) -> NoReturn:
        """End the runner for what it did."""
        self.close()
        raise failure(alive=False, outputs=outputs.kept, **fields) from None

    def _fail_by_death(self, outputs: Outputs) -> NoReturn:
        """The socket is closed: find out how the process ended, or end it."""
        try:
            ended = self._parent.ended(self._number, 1)
        except TimeoutError:
            self._fail(RunnerDied, outputs, how="code in it cut its connection to the grader")
        except PreloadedGone:
            self._forget()
            raise
        said = self._last_words()
        self._forget()
        raise failures.death(
            ended["status"], ended["reason"], said, self.limits, alive=False, outputs=outputs.kept
        ) from None

    def _last_words(self) -> str:
        size = os.fstat(self._said.fileno()).st_size
        return self._read_said(max(self._said_read, size - _SAID_BYTES), size).strip()

    def _read_said(self, start: int, end: int) -> str:
        """What it wrote past Python's own streams. The descriptor is shared with it: no seeking."""
        return os.pread(self._said.fileno(), max(0, end - start), start).decode(errors="replace")

    def _add_said(self, outputs: Outputs) -> None:
        """As a kernel does: what compiled code wrote to the descriptors comes after what Python printed."""
        size = os.fstat(self._said.fileno()).st_size
        if size > self._said_read:
            text = self._read_said(self._said_read, min(size, self._said_read + self._output_bytes))
            outputs.add_text(text)
        self._said_read = size

    def _peak_memory_kb(self) -> int:
        with contextlib.suppress(OSError), open(f"/proc/{self.pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1])
        return 0

    # One exchange.

    def _exchange(
        self, kind: bytes, payload: bytes, seconds: float, outputs: Outputs, answer: Answer | None
    ) -> bytes:
        """Send `kind`, collect outputs, answer questions, until the answer is there."""
        if not self._channel:
            raise RunnerDied("it has not been restarted since", alive=False)
        deadline = _Deadline(seconds)
        try:
            got, received = self._converse(kind, payload, deadline, outputs, answer)
        except frames.Late:
            self._fail(TimedOut, outputs, seconds=seconds)
        except frames.Closed:
            if deadline.passed:
                self._fail(TimedOut, outputs, seconds=seconds)
            self._fail_by_death(outputs)
        except frames.TooLong as error:
            self._fail(OutputTooLarge, outputs, **_sizes(error.size))
        except frames.Malformed as error:
            self._fail(ProtocolBroken, outputs, how=error)
        except BaseException as error:  # of `answer`, or Ctrl-C: the runner waits in the middle of something
            self.close()
            if isinstance(error, RunnerFailure):
                error.alive = False
            raise
        if deadline.passed:
            raise TimedOut(alive=True, outputs=outputs.kept, seconds=seconds)
        if got == frames.FAILED:
            how = received.decode(errors="replace")
            raise ProtocolBroken(alive=True, outputs=outputs.kept, how=how)
        if got == frames.TOO_LONG:
            size = int(received) if received.isdigit() else 0
            raise OutputTooLarge(alive=True, outputs=outputs.kept, **_sizes(size))
        return received

    def _converse(
        self, kind: bytes, payload: bytes, deadline: _Deadline, outputs: Outputs, answer: Answer | None
    ) -> tuple[bytes, bytes]:
        self._exchanges += 1
        number, most = self._exchanges, self._output_bytes + _ERROR_BYTES
        limits = {frames.OUTPUT: most, **(_CELL_LIMITS if kind == frames.CELL else _REQUEST_LIMITS)}
        self._channel.send(kind, number, payload, deadline.at)
        while True:
            try:
                got, its_number, received = self._channel.receive(deadline.at, limits)
            except frames.Late:
                if deadline.passed:
                    raise
                self._parent.interrupt(self._number)
                deadline.extend(INTERRUPT_SECONDS)
                continue
            if got == frames.OUTPUT:
                outputs.add(received)
                if outputs.size > most:
                    raise frames.TooLong(outputs.size)
            elif its_number != number:
                raise frames.Malformed(f"the answer to exchange {its_number} where {number} was asked")
            elif got != frames.CALLBACK:
                return got, received
            elif answer is None:
                raise frames.Malformed("a question that nobody asked for")
            else:
                began = time.monotonic()
                reply = answer(received)
                deadline.at += time.monotonic() - began  # the judge's own time is not the student's
                self._channel.send(frames.ANSWER, number, reply, deadline.at)

    def _error_of(self, payload: bytes, outputs: Outputs) -> dict[str, Any] | None:
        """What the end of a cell says about its error."""
        try:
            error = read(payload).get("error")
            return None if error is None else error_output(error)
        except (frames.Malformed, TypeError) as broken:
            self._fail(ProtocolBroken, outputs, how=broken)


def _sizes(size: int) -> dict[str, str]:
    return {"size": f"{size / 2**20:.1f} MB", "limit": f"{REPLY_BYTES >> 20} MB"}
