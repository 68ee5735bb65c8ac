"""A judge and the student's process in one process: bytes go from one to the other as they do over a socket."""

from __future__ import annotations

import builtins
import contextlib
import dataclasses
import inspect
import io
import operator
import sys
import unittest
from collections.abc import Callable

import nbformat
import pytest

from autograder.judge import identity, introspection, serve, sources, test
from autograder.judge.lesson import Lesson
from autograder.judge.namespace import Namespace
from autograder.judge.remote import Judge
from autograder.judge.session import Session
from autograder.judge.test import TestOutcome

# What the judge changes in its process.
CHANGED = {
    builtins: ("issubclass",),
    dataclasses: ("fields",),
    inspect: ("getsource", "getsourcelines"),
    operator: ("is_", "is_not", "eq"),
    unittest.TestCase: ("assertIs", "assertIsNot", "_baseAssertEqual"),
}


class Pair:
    """`judge` asks; `names` is the student's namespace, filled by running `source` in it."""

    def __init__(self, source: str = "", **limits):
        self.names: dict = {"__name__": "__main__"}
        exec(source, self.names)
        self.judge = Judge(self.request, **limits)
        self.runner = serve.Runner(self.names, self._callback)
        self._answers: list[Callable[[bytes], bytes]] = []

    def request(self, payload: bytes, answer: Callable[[bytes], bytes]) -> bytes:
        self._answers.append(answer)
        try:
            return self.runner.handle(payload)
        finally:
            self._answers.pop()

    def _callback(self, payload: bytes) -> bytes:
        return self._answers[-1](payload)

    def __getitem__(self, name: str):
        return self.judge.get(name)


class Crossing:
    """Two plain ends, for values that need nobody to ask."""

    def __init__(self):
        self.near, self.far = Session(0), Session(1)

    def over(self, *values):
        """The values on the other side."""
        return self.far.decode(self.near.encode(*values))

    def back(self, *values):
        """Values of the other side, on this one."""
        return self.near.decode(self.far.encode(*values))


def cell(source: str, role: str, name: str = "", **metadata):
    """A code cell: `answer`, `test`, `locked`, or `own` (the student's)."""
    marks = {"grade": role == "test", "solution": role == "answer", "locked": role in ("test", "locked")}
    nbgrader = {**marks, "grade_id": name, "points": 1, "schema_version": 3, "task": False}
    found = nbformat.v4.new_code_cell(source)
    found.metadata = nbformat.from_dict({"nbgrader": nbgrader} if role != "own" else {})
    if metadata:
        found.metadata["autograder"] = metadata
    return found


def notebook(*cells):
    """A notebook of (role, source) pairs; the names of the cells are their numbers."""
    return nbformat.v4.new_notebook(
        cells=[cell(source, role, f"{role}{i}") for i, (role, source) in enumerate(cells)]
    )


def judged(*cells, source=None, seed: int = 0, seconds: float = 20, modules=None) -> list[TestOutcome]:
    """How the tests of a notebook of (role, source) pairs end, judged across the wire in this process.

    source: pairs as well, what the instructor wrote; None where that is not known. seconds: for each test.
    modules: the folder of those that the instructor hands out, if there are any.
    """
    written = notebook(*cells)
    lesson = Lesson.of(written, notebook(*source) if source else None)
    pair = Pair()
    namespace = Namespace(lesson, pair.judge)
    pair.judge.signature = lambda name: sources.signature(lesson, namespace.at, name)
    monkeypatch = pytest.MonkeyPatch()
    for owner, names in CHANGED.items():
        for name in names:
            monkeypatch.setattr(owner, name, getattr(owner, name))  # put back below
    monkeypatch.setattr(sys, "path_hooks", sys.path_hooks[:])
    sources.install(namespace)
    identity.install(modules)
    introspection.install()
    outcomes = []
    for piece in lesson.pieces:
        if piece.role == "test":
            outcomes.append(test.run(namespace, piece, seconds, seed))
            continue
        with contextlib.suppress(Exception), contextlib.redirect_stdout(io.StringIO()):
            exec(piece.source, pair.names)
        namespace.cell_ran(piece)
    monkeypatch.undo()
    return outcomes


def plainly(*cells, seed: int = 0) -> list[str]:
    """The errors with which the same tests end in one process, as a notebook runs them; "" for none."""
    names: dict = {"__name__": "__main__"}
    errors = []
    for role, source in cells:
        if role == "test":
            test.reseed(seed)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(source, names)
            error = ""
        except Exception as problem:
            error = type(problem).__name__
        if role == "test":
            errors.append(error)
    return errors
