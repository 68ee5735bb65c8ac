"""Starting a preloaded parent, and ending it."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import NoReturn

from autograder import sandbox
from autograder.runner import folders
from autograder.runner.failures import PreloadedGone, PreloadFailed
from autograder.runner.line import START_SECONDS, Line

MODULES = ("numpy", "matplotlib.pyplot", "torchlet", "labkit", "ipywidgets", "torch", "torch._dynamo")
_ADDRESS = "control"  # in the folder of its runners
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")


class Preloaded(Line):
    """A process with the libraries loaded; each runner is a fork of it. Use it as a context manager.

    absent: the modules that were asked for and are not installed. pid: the process. sandboxed: whether
    runners are shut in. address: where other processes may `Line.join` it; None when it does not listen.
    """

    @classmethod
    def start(
        cls, modules: Iterable[str] = MODULES, *, sandboxed: bool = True, hash_seed: int = 0
    ) -> Preloaded:
        """Start it and wait until everything is loaded: about 2 s with torch.

        hash_seed is PYTHONHASHSEED for all runners. Without the sandbox only run your own code, or on a
        machine that is thrown away. Raises SandboxUnavailable, PreloadFailed.
        """
        started = cls.begin(modules, sandboxed=sandboxed, hash_seed=hash_seed, listening=False)
        started.wait()
        return started

    @classmethod
    def begin(
        cls, modules: Iterable[str], *, sandboxed: bool = True, hash_seed: int = 0, listening: bool = True
    ) -> Preloaded:
        """As `start`, but it goes on loading meanwhile. listening: other processes may join it, from now on."""
        if sandboxed:
            sandbox.require()
        if not hasattr(os, "fork"):
            raise PreloadFailed(said="this system cannot fork a process; Linux and macOS can")
        return cls(list(modules), sandboxed, hash_seed, listening)

    def __init__(self, modules: list[str], sandboxed: bool, hash_seed: int, listening: bool) -> None:
        base, self._base_lock = folders.make_base()
        ours, theirs = socket.socketpair()
        super().__init__(ours, base)
        self.sandboxed = sandboxed
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        try:
            with contextlib.ExitStack() as stack:
                passed = [stack.enter_context(theirs)]
                self.address = base / _ADDRESS if listening else None
                if self.address:
                    passed.append(stack.enter_context(_listen(self.address)))
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", "autograder.runner.preload"]
                    + [str(sock.fileno()) for sock in passed],
                    env=_environment(self.base, hash_seed),
                    pass_fds=[sock.fileno() for sock in passed],
                    stdin=subprocess.DEVNULL,
                    stdout=self._said,
                    stderr=self._said,
                    cwd=self.base,
                    start_new_session=True,  # Ctrl-C at the terminal is for the coordinator alone
                )
            self._tell({"modules": modules, "sandbox": sandboxed, "base": str(self.base)})
        except BaseException as error:
            self._give_up(error)
        self._loaded.update(modules)

    def wait(self) -> None:
        """Until everything is loaded. Raises PreloadFailed."""
        try:
            ready = self._next_event(time.monotonic() + START_SECONDS)
        except BaseException as error:
            self._give_up(error)
        _keep_fonts(self.base)
        self.absent: list[str] = ready["absent"]
        self.pid: int = ready["pid"]

    def need(self, modules: Iterable[str]) -> list[str]:
        absent = super().need(modules)
        _keep_fonts(self.base)
        return absent

    def _give_up(self, error: BaseException) -> NoReturn:
        said = self._last_words()
        self.close()
        if isinstance(error, PreloadedGone | TimeoutError):
            raise PreloadFailed(said=said) from None
        raise error

    def __enter__(self) -> Preloaded:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def close(self) -> None:
        """End it and all its runners, and remove their folders. Can be called twice."""
        loading = self._is_loading()
        super().close()
        if process := getattr(self, "_process", None):
            if loading:  # libraries take seconds, and nothing has been forked
                process.kill()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        with contextlib.suppress(OSError):
            # Others had it load matplotlib; no student code could write there.
            if self.sandboxed and self.address and not loading:
                _keep_fonts(self.base)
            folders.remove(self.base)
        self._said.close()
        if self._base_lock >= 0:
            os.close(self._base_lock)
            self._base_lock = -1

    def _is_loading(self) -> bool:
        """Whether it has not said yet that it is ready."""
        if hasattr(self, "pid") or self._control.fileno() < 0:
            return False
        return not select.select([self._control], [], [], 0)[0]

    def _last_words(self) -> str:
        self._said.seek(0)
        said = self._said.read().decode(errors="replace").strip()
        return said[-2000:] or "it said nothing"


def may_listen() -> bool:
    """Whether the path of a socket among temporary files is one that the system takes: it has 100 bytes."""
    return hasattr(socket, "AF_UNIX") and len(os.fsencode(tempfile.gettempdir())) < 60


def _listen(address: Path) -> socket.socket:
    """A socket that other processes of this user, and nobody else, may connect to."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(address))
    address.chmod(0o600)
    listener.listen()
    return listener


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
        "PYTHONDONTWRITEBYTECODE": os.environ.get("PYTHONDONTWRITEBYTECODE", ""),
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
