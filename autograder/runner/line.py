"""The line to a preloaded parent: orders go down, and word of what became of them comes up.

Who started the parent has one; other processes may have theirs, when it listens.
"""

from __future__ import annotations

import itertools
import json
import select
import socket
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.runner.failures import PreloadedGone, PreloadFailed
from autograder.sandbox import ResourceLimits

if TYPE_CHECKING:
    from autograder.runner.handle import Runner

START_SECONDS = 120.0  # a loaded machine takes its time
FORK_SECONDS = 60.0


class Line:
    """A connection to a preloaded parent; each runner is a fork of it. `base` is the folder of its runners."""

    def __init__(self, control: socket.socket, base: Path) -> None:
        self._control, self.base = control, base
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self._events: dict[tuple[str, int], dict[str, Any]] = {}
        self._unattended: set[int] = set()
        self._buffer = b""
        self._loaded: set[str] = set()

    @classmethod
    def join(cls, address: Path) -> Line:
        """A further line to a parent that listens at `address`. Raises OSError when there is none."""
        control = socket.socket(socket.AF_UNIX)
        try:
            control.connect(str(address))
        except OSError:
            control.close()
            raise
        return cls(control, address.parent)

    @property
    def alive(self) -> bool:
        try:
            readable, _, _ = select.select([self._control], [], [], 0)
            return not readable or bool(self._control.recv(1, socket.MSG_PEEK))
        except (OSError, ValueError):  # closed here
            return False

    def close(self) -> None:
        """The parent ends what was forked over this line. Can be called twice."""
        self._control.close()

    def need(self, modules: Iterable[str]) -> list[str]:
        """Have these modules loaded before the next fork; those of them that are not installed come back."""
        wanted = [module for module in modules if module not in self._loaded]
        if not wanted:
            return []
        number = next(self._numbers)
        self._tell({"do": "load", "number": number, "modules": wanted})
        absent = self._wait_for("loaded", number, START_SECONDS)["absent"]
        self._loaded.update(wanted)
        return absent

    def runner(
        self, limits: Any, seed: int, workdir_files: Mapping[str, bytes | Path] | None = None
    ) -> Runner:
        """A new runner, with nothing in common with any other.

        limits: what course.yml says (`submission_seconds`, `memory_mb`, `output_kb`). seed: for every random
        state. workdir_files: what lies in the working folder, relative path to content or file; modules among
        them are imported before all others. Raises PreloadedGone, PreloadFailed.
        """
        from autograder.runner.handle import Runner

        return Runner(self, limits, seed, dict(workdir_files or {}))

    # What a runner asks for.

    def fork(
        self,
        paths: Mapping[str, Path],
        limits: ResourceLimits,
        seed: int,
        descriptors: list[int],
        output_bytes: int,
        reply_bytes: int,
    ) -> tuple[int, int]:
        """Fork a runner onto the descriptors (its socket, and where its error descriptor leads).

        Gives its number here and its process id.
        """
        number = next(self._numbers)
        order = {
            "do": "fork",
            "number": number,
            "folders": {name: str(path) for name, path in paths.items()},
            "limits": asdict(limits),
            "seed": seed,
            "output_bytes": output_bytes,
            "reply_bytes": reply_bytes,
        }
        self._tell(order, descriptors)
        return number, self._forked(number)

    def fork_judge(self, descriptor: int) -> int:
        """Fork a process for tests onto a socket; see `judge.process`. Gives its number here.

        Nobody waits for its beginning and end: when something goes wrong, its socket is closed.
        """
        number = next(self._numbers)
        self._unattended.add(number)
        self._tell({"do": "judge", "number": number}, [descriptor])
        return number

    def kill_judge(self, number: int) -> None:
        self._tell({"do": "kill", "number": number})

    def _forked(self, number: int) -> int:
        answer = self._wait_for("forked", number, FORK_SECONDS)
        if "error" in answer:
            raise PreloadFailed(said=f"it cannot fork: {answer['error']}")
        return answer["pid"]

    def interrupt(self, number: int) -> None:
        self._tell({"do": "interrupt", "number": number})

    def kill(self, number: int) -> dict[str, Any]:
        """End a runner, if it has not ended. How it ended: see `ended`."""
        self._tell({"do": "kill", "number": number})
        return self.ended(number, FORK_SECONDS)

    def ended(self, number: int, seconds: float) -> dict[str, Any]:
        """Wait for a runner's end: `status` (exit code or minus a signal), `reason`, `peak_kb`.

        Raises TimeoutError when it goes on, PreloadedGone.
        """
        return self._wait_for("ended", number, seconds)

    def _tell(self, order: dict[str, Any], descriptors: Iterable[int] = ()) -> None:
        try:
            with self._lock:
                socket.send_fds(self._control, [json.dumps(order).encode() + b"\n"], list(descriptors))
        except OSError:
            raise PreloadedGone from None

    def _wait_for(self, event: str, number: int, seconds: float) -> dict[str, Any]:
        deadline = time.monotonic() + seconds
        with self._lock:
            while (event, number) not in self._events:
                message = self._next_event(deadline)
                name = next(name for name in ("forked", "ended", "loaded") if name in message)
                if message[name] not in self._unattended:
                    self._events[name, message[name]] = message
                elif name == "ended" or "error" in message:
                    self._unattended.discard(message[name])
            return self._events.pop((event, number))

    def _next_event(self, deadline: float) -> dict[str, Any]:
        while b"\n" not in self._buffer:
            ready, _, _ = select.select([self._control], [], [], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise TimeoutError
            try:
                piece = self._control.recv(1 << 16)
            except OSError:
                piece = b""
            if not piece:
                raise PreloadedGone
            self._buffer += piece
        line, self._buffer = self._buffer.split(b"\n", 1)
        return json.loads(line)
