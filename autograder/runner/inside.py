"""What a runner does: takes cells and requests from the socket, one after the other, until it is closed.

It begins in a fork of the preloaded parent. Everything from here on is the student's: it may be changed, broken
or taken over by their code, so nothing that it says is believed above.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import mmap
import os
import random
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from autograder.runner import frames, shell
from autograder.runner.failures import CUT_OFF
from autograder.runner.uplink import Uplink, encode

_uplink: Uplink | None = None
_shell: Any = None
_reply_bytes = 0
_RESERVE = 8 << 20  # bytes that a cell cannot use, so that it can still be said that there are no more


def ask(payload: bytes) -> bytes:
    """Send bytes to the judge in the middle of a request, and wait for its answer.

    The judge may send further requests before it answers; they are handled here.
    """
    interrupts, number = _uplink.interrupts, _uplink.number
    was_allowed, interrupts.allowed = interrupts.allowed, False
    try:
        _uplink.send(frames.CALLBACK, payload)
        while True:
            kind, _uplink.number, received = _uplink.receive()
            if kind == frames.ANSWER:
                return received
            _reply(received)
    finally:
        _uplink.number = number
        interrupts.allowed = was_allowed


def settle(folders: dict[str, Path], seed: int) -> None:
    """Make this fork a process of its own: its folders, its random state, nothing of its parent's."""
    os.environ.update(
        HOME=str(folders["home"]),
        TMPDIR=str(folders["tmp"]),
        IPYTHONDIR=str(folders["home"] / ".ipython"),
        USER="student",
        LOGNAME="student",
    )
    tempfile.tempdir = os.environ["TMPDIR"]
    os.chdir(folders["work"])
    sys.path.insert(0, str(folders["given"]))
    sys.dont_write_bytecode = True
    make_shell().ipython_dir = os.environ["IPYTHONDIR"]
    reseed(seed)


def reseed(seed: int) -> None:
    """Put every random state of the preloaded libraries where `seed` says."""
    random.seed(seed)
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed(seed % 2**32)
    if torch := sys.modules.get("torch"):
        torch.default_generator.manual_seed(seed % 2**63)  # torch.manual_seed asks for every kind of device
    if torchlet := sys.modules.get("torchlet"):
        torchlet.manual_seed(seed % 2**63)


def serve(sock: socket.socket, output_bytes: int, reply_bytes: int) -> None:
    """Do what comes down until the socket is closed. The first frame up says that everything is in place."""
    global _uplink, _reply_bytes
    _reply_bytes = reply_bytes
    sock.setblocking(True)
    _uplink = Uplink(sock, output_bytes)
    _uplink.interrupts.install()
    faulthandler.enable(2)
    shell.connect(make_shell(), _uplink)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    _uplink.send(frames.DONE, b"")
    while True:
        try:
            _exchange(loop)
        except (frames.Closed, OSError):
            os._exit(CUT_OFF)  # at once: atexit functions and threads of the student do not run


def _exchange(loop: asyncio.AbstractEventLoop) -> None:
    kind, number, payload = _uplink.receive()
    _uplink.begin(number)
    if kind == frames.CELL:
        _uplink.send(frames.DONE, encode({"error": _run_cell(loop, payload.decode())}))
    elif kind == frames.REQUEST:
        _reply(payload)


def _run_cell(loop: asyncio.AbstractEventLoop, source: str) -> dict[str, Any] | None:
    """Run a cell and show what it shows. Gives its error in nbformat's form."""
    reserve = None
    with contextlib.suppress(OSError):  # mapped, never touched: it costs nothing but the limit counts it
        reserve = mmap.mmap(-1, _RESERVE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    try:
        raised = _interruptible(partial(shell.run_cell, _shell, loop, source))
    except BaseException as error:  # an interrupt when the cell had just ended; no memory to show an error
        raised = error
    if reserve:
        reserve.close()
    _flush()
    if raised is None or _uplink.error:
        return None if raised is None else _uplink.error
    name, text = type(raised).__name__, str(raised)
    error = {"output_type": "error", "ename": name, "evalue": text, "traceback": [f"{name}: {text}"]}
    if isinstance(raised, MemoryError):  # else the shell has found other words for it
        _uplink.output(error)
    return error


def _reply(payload: bytes) -> None:
    from autograder.judge import serve as remote

    number = _uplink.number
    try:
        kind, answer = frames.REPLY, bytes(_interruptible(partial(remote.handle, payload, _shell.user_ns)))
    except BaseException as error:  # SystemExit included: this process goes on
        kind, answer = frames.FAILED, "".join(traceback.format_exception_only(error))[:2000].encode()
    _flush()
    if len(answer) > _reply_bytes:
        kind, answer = frames.TOO_LONG, str(len(answer)).encode()
    _uplink.number = number
    _uplink.send(kind, answer)


def _interruptible(action: Callable[[], Any]) -> Any:
    interrupts = _uplink.interrupts
    was_allowed, interrupts.allowed = interrupts.allowed, True
    try:
        return action()
    finally:
        interrupts.allowed = was_allowed


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # student code may have put anything there
            continue


def make_shell() -> Any:
    """The shell of this process; made in the parent, so that its forks find it ready."""
    global _shell
    if _shell is None:
        _shell = shell.make()
    return _shell
