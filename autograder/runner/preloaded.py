"""The coordinator's handle on its preloaded parent: start it, fork runners from it, stop them."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder import sandbox
from autograder.runner import folders
from autograder.runner.failures import PreloadedGone, PreloadFailed
from autograder.sandbox import ResourceLimits, privileges

if TYPE_CHECKING:
    from autograder.runner.handle import Runner

MODULES = ("numpy", "matplotlib.pyplot", "torchlet", "labkit", "ipywidgets", "torch")
START_SECONDS = 120.0
FORK_SECONDS = 60.0  # a loaded machine takes its time
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class Preloaded:
    """A process with the libraries loaded; each runner is a fork of it. Use it as a context manager.

    absent: the modules that were asked for and are not installed. pid: the process. sandboxed: whether
    runners are shut in.
    """

    @classmethod
    def start(
        cls, modules: Iterable[str] = MODULES, *, sandboxed: bool = True, hash_seed: int = 0
    ) -> Preloaded:
        """Start it and wait until everything is loaded: about 2 s with torch.

        hash_seed is PYTHONHASHSEED for all runners. Without the sandbox only run your own code, or on a
        machine that is thrown away. Raises SandboxUnavailable, PreloadFailed.
        """
        if sandboxed:
            sandbox.require()
        if not hasattr(os, "fork"):
            raise PreloadFailed(said="this system cannot fork a process; Linux and macOS can")
        return cls(list(modules), sandboxed, hash_seed)

    def __init__(self, modules: list[str], sandboxed: bool, hash_seed: int) -> None:
        self.sandboxed = sandboxed
        self._numbers = itertools.count(1)
        self._lock = threading.RLock()
        self._events: dict[tuple[str, int], dict[str, Any]] = {}
        self._unattended: set[int] = set()
        self._buffer = b""
        self.base, self._base_lock = folders.make_base()
        self._control, theirs = socket.socketpair()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        try:
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "autograder.runner.preload", str(theirs.fileno())],
                    env=_environment(self.base, hash_seed),
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=self._said,
                    stderr=self._said,
                    cwd=self.base,
                    start_new_session=True,  # Ctrl-C at the terminal is for the coordinator alone
                )
            self._tell({"modules": modules, "sandbox": sandboxed, "base": str(self.base)})
            ready = self._next_event(time.monotonic() + START_SECONDS)
        except BaseException as error:
            said = self._last_words()
            self.close()
            if isinstance(error, PreloadedGone | TimeoutError):
                raise PreloadFailed(said=said) from None
            raise
        _keep_fonts(self.base)
        self.absent: list[str] = ready["absent"]
        self.pid: int = ready["pid"]

    def __enter__(self) -> Preloaded:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

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

    def close(self) -> None:
        """End it and all its runners, and remove their folders. Can be called twice."""
        self._control.close()
        if process := getattr(self, "_process", None):
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        with contextlib.suppress(OSError):
            folders.remove(self.base)
        self._said.close()
        if self._base_lock >= 0:
            os.close(self._base_lock)
            self._base_lock = -1

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
            "uid": privileges.FIRST_UID + (self.pid % (1 << 22)) * 64 + number % 64,
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
                name = "forked" if "forked" in message else "ended"
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

    def _last_words(self) -> str:
        self._said.seek(0)
        said = self._said.read().decode(errors="replace").strip()
        return said[-2000:] or "it said nothing"


def _environment(base: Path, hash_seed: int) -> dict[str, str]:
    """Nothing of ours reaches student code: no tokens, no paths, no settings."""
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "HOME": str(base),
        "TMPDIR": str(base),
        "IPYTHONDIR": str(base / "ipython"),
        "MPLCONFIGDIR": str(_lend_fonts(base)),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "PYTHONHASHSEED": str(hash_seed),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8",
        "JUPYTER_PLATFORM_DIRS": "1",
        "CUDA_VISIBLE_DEVICES": "",  # a fork cannot use a device that its parent has opened
        "MALLOC_ARENA_MAX": "2",
        **dict.fromkeys(_ONE_THREAD, "1"),
    }


def _lend_fonts(base: Path) -> Path:
    """Matplotlib's folder for a parent, with the list of fonts that an earlier start has made, in seconds."""
    folder = base / "matplotlib"
    folder.mkdir()
    for known in _font_lists(_kept_fonts()):
        shutil.copyfile(known, folder / known.name)
    return folder


def _keep_fonts(base: Path) -> None:
    """Keep a list of fonts that was made just now for the next start."""
    new = {path.name: path for path in _font_lists(base / "matplotlib")}
    for name in new.keys() - {path.name for path in _font_lists(_kept_fonts())}:
        with contextlib.suppress(OSError):
            _kept_fonts().mkdir(parents=True, exist_ok=True)
            shutil.copyfile(new[name], _kept_fonts() / name)


def _font_lists(folder: Path) -> list[Path]:
    return list(folder.glob("fontlist-*.json"))


def _kept_fonts() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "matplotlib"
