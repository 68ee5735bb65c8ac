"""The judge's process: forked for one submission, it takes orders and runs tests until its socket is closed.

    down  START     the notebook's cells                up
    down  RAN       a cell ran in the student's process
    down  RENEWED   that process is a new one
    down  TEST      run this test                       up  REQUEST* (answered by REPLY or FAILED), then DONE
    down  CALLBACK  (while a request is on its way)     up  REQUEST*, then ANSWER

Its orders come from the coordinator, which it trusts. What comes in REPLY and CALLBACK was written by the
student's process, and is read by `wire` alone.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import resource
import socket
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from autograder.judge import comparisons, identity, introspection, mocks, seeds, sources, test
from autograder.judge import serve as serve_end
from autograder.judge.lesson import Lesson, Piece
from autograder.judge.namespace import Namespace
from autograder.judge.remote import Judge
from autograder.judge.test import TestEnded
from autograder.runner import frames

START, RAN, RENEWED, TEST, REPLY, FAILED, CALLBACK, PRINTED = (b"S", b"R", b"N", b"T", b"r", b"f", b"c", b"p")
REQUEST, ANSWER, DONE = b"q", b"a", b"d"


def serve(sock: socket.socket) -> NoReturn:
    """Take orders until the socket is closed."""
    try:
        _Process(sock).run()
    except (frames.Closed, OSError):
        os._exit(0)


class _Process:
    def __init__(self, sock: socket.socket):
        self.sock = sock
        self.lesson: Lesson
        self.namespace: Namespace

    def run(self) -> NoReturn:
        sock = self.sock
        sock.setblocking(True)
        while True:
            kind, _, payload = frames.receive_blocking(sock)
            order = json.loads(payload)
            if kind == START:
                self._start(order)
            elif kind == RAN:
                self.namespace.cell_ran(self.lesson.piece(order["index"]))
            elif kind == RENEWED:
                self._renew(order["reason"])
            elif kind == TEST:
                piece = self.lesson.piece(order["index"])
                outcome = test.run(self.namespace, piece, order["seconds"], order["seed"])
                self._send(DONE, json.dumps(asdict(outcome)).encode())

    def _start(self, order: dict[str, Any]) -> None:
        pieces = [Piece(**piece) for piece in order["pieces"]]
        self.lesson = Lesson(pieces, order["known"], _pairs(order["imports"]), _pairs(order["libraries"]))
        self.namespace = Namespace(self.lesson, self._judge())
        sources.install(self.namespace)
        comparisons.install()
        introspection.install()
        identity.install(order["modules"])
        mocks.install(lambda *replaced: self.namespace.judge.ask("mock", *replaced))
        seeds.install(lambda module, seed: self.namespace.judge.seeds.update({module: seed}))
        os.chdir(order["work"])
        if order["modules"]:
            sys.path.append(order["modules"])  # the instructor's; behind all that is installed
        limit = order["memory_mb"] << 20
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (_data_in_use() + limit, resource.RLIM_INFINITY))
        module = type(sys)("__main__")
        module.__dict__.update(__name__="__main__")
        sys.modules["__main__"] = module

    def _judge(self) -> Judge:
        judge = Judge(self._request)
        judge.signature = lambda name: sources.signature(self.lesson, self.namespace.at, name)
        return judge

    def _renew(self, reason: str) -> None:
        self.namespace.judge.closed = reason
        self.namespace.judge = self._judge()
        self.namespace.remote.clear()

    def _request(self, payload: bytes, answer: Callable[[bytes], bytes]) -> bytes:
        self._send(REQUEST, payload)
        while True:
            kind, _, received = frames.receive_blocking(self.sock)
            if kind == REPLY:
                return received
            if kind == CALLBACK:
                self._send(ANSWER, answer(received))
            elif kind == PRINTED:
                sys.stdout.write(received.decode("utf-8", "replace"))
            elif kind == FAILED:
                failure = json.loads(received)
                self.namespace.judge.closed = failure["text"]
                raise TestEnded(**failure)

    def _send(self, kind: bytes, payload: bytes) -> None:
        self.sock.sendall(frames.HEADER.pack(kind, 0, len(payload)))
        self.sock.sendall(payload)


def warm() -> None:
    """Do once what is slow the first time, in the parent of all judges: a session of each side, and a test."""
    serve_end.Runner({}, lambda payload: b"")
    piece = Piece(0, "test", "import numpy as np\nassert np.allclose(np.ones(2), 1.0)", "", "warm")
    namespace = Namespace(Lesson([piece], known=False), Judge(lambda payload, answer: b""))
    outcome = test.run(namespace, piece, 60.0, 0)
    if outcome.error:
        raise RuntimeError(f"a test of nothing fails: {outcome.error}: {outcome.text}")


def order_of(lesson: Lesson, work: Path, modules: Path | None, memory_mb: int) -> bytes:
    """The first order: all that the judge is to know."""
    fields = list(inspect.signature(Piece).parameters)
    pieces = [{name: getattr(piece, name) for name in fields} for piece in lesson.pieces]
    order = {
        "pieces": pieces,
        "known": lesson.known,
        "imports": lesson.imports,
        "libraries": lesson.libraries,
    }
    return json.dumps(
        {**order, "work": str(work), "modules": modules and str(modules), "memory_mb": memory_mb}
    ).encode()


def _pairs(imports: dict[str, list[str]]) -> dict[str, tuple[str, str]]:
    return {name: (module, attribute) for name, (module, attribute) in imports.items()}


def _data_in_use() -> int:
    with contextlib.suppress(OSError), open("/proc/self/status") as status:
        for line in status:
            if line.startswith("VmData:"):
                return int(line.split()[1]) << 10
    return 0
