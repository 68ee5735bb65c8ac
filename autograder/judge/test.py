"""One test cell, run in the judge."""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import linecache
import re
import signal
import sys
import time
import traceback
import warnings
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

import numpy as np

from autograder.cells import as_python
from autograder.judge import identity, modes, seeds
from autograder.judge.lesson import Piece
from autograder.judge.namespace import Namespace
from autograder.judge.origins import HandleError
from autograder.judge.standins import Lost
from autograder.judge.types import MAX_TRACEBACK, clean, text_of

MAX_PRINTED = 64_000  # characters
TIMED_OUT, ENDED = "CellTimeoutError", "ProcessEnded"  # names for what ends a test beside its own errors


class TestEnded(BaseException):
    """The test cannot go on: its time is up, or the student's process failed. Nothing in a test catches it."""

    __test__ = False

    def __init__(self, name: str, text: str, hint: str = ""):
        super().__init__(text)
        self.name, self.hint = name, hint


@dataclass
class TestOutcome:
    """error: the name of the exception that ended the test, "" if none did; text: what it says.

    line: of the test cell, from 1, None if unknown. shown: the traceback, for the instructor. results: numbers that
    the test gave as its score. lost: whether it failed because the student's process had lost something.
    """

    __test__ = False

    error: str = ""
    text: str = ""
    hint: str = ""
    line: int | None = None
    printed: str = ""
    results: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    undefined: str = ""
    lost: bool = False
    seconds: float = 0.0


def run(namespace: Namespace, piece: Piece, seconds: float, seed: int) -> TestOutcome:
    """Run the test in `piece` for at most so many seconds. Never raises."""
    outcome, printed = TestOutcome(), _Printed()
    started = time.perf_counter()
    reseed(seed)
    try:
        with _time_limit(seconds, namespace), _surroundings(printed, outcome):
            _execute(piece, namespace)
    except BaseException as error:  # whatever ends a test is its outcome
        _describe(error, outcome, namespace, _filename(piece))
    outcome.seconds = time.perf_counter() - started
    outcome.printed = clean(printed.getvalue(), MAX_PRINTED)
    return outcome


def reseed(seed: int) -> None:
    """Put every source of random numbers of this process where the seed says."""
    from labkit.expect import set_seed

    with seeds.silently():
        for module in seeds.SEEDS:
            seeds.apply(module, seed % 2**32)
    set_seed(seed)


def _filename(piece: Piece) -> str:
    return f"<test {piece.grade_id}>"


def _execute(piece: Piece, namespace: Namespace) -> None:
    source, filename = as_python(piece.source), _filename(piece)
    lost = _empty_lines(piece.source) - _empty_lines(source)  # IPython drops those at the top
    source = "\n" * lost + source
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    with warnings.catch_warnings(action="ignore"):
        tree = identity.changed(ast.parse(source, filename))
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
        last = ast.Expression(tree.body.pop().value)
    namespace.begin(piece)
    exec(compile(tree, filename, "exec", dont_inherit=True), namespace)
    if last is not None:
        sys.displayhook(eval(compile(last, filename, "eval", dont_inherit=True), namespace))


def _empty_lines(source: str) -> int:
    """How many lines at the top of a source have nothing in them."""
    return source[: len(source) - len(source.lstrip())].count("\n")


@contextlib.contextmanager
def _surroundings(printed: io.StringIO, outcome: TestOutcome):
    """What a test sees of a notebook: printing, the last value, warnings that cost nothing."""

    def display(value: Any) -> None:
        if isinstance(value, (int, float, np.integer, np.floating)) and type(value) is not bool:
            outcome.results.append(repr(float(value)))

    before, sys.displayhook = sys.displayhook, display
    kept, recording = builtins.input, modes.recording()
    try:
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(action="ignore"),
        ):
            yield
    finally:
        sys.displayhook, builtins.input = before, kept
        modes.record(recording.items())


class _Printed(io.StringIO):
    """What a test prints, as much of it as is kept."""

    def write(self, text: str) -> int:
        if self.tell() < MAX_PRINTED:
            super().write(text[:MAX_PRINTED])
        return len(text)


@contextlib.contextmanager
def _time_limit(seconds: float, namespace: Namespace):
    """Raise `TestEnded` in the test's own code when its time is up; the student's is stopped by who runs it."""

    def ring(number: int, frame: FrameType | None) -> None:
        if not namespace.judge.waiting:
            raise TestEnded(TIMED_OUT, f"this test did not end within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.001), 0.2)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _describe(error: BaseException, outcome: TestOutcome, namespace: Namespace, filename: str) -> None:
    hint = getattr(error, "hint", None)
    if type(hint) is str and hasattr(error, "expected"):  # a Mismatch says its hint in its text as well
        outcome.hint, error.hint = hint, None
    outcome.error = clean(type(error).__name__, 100)
    if isinstance(error, TestEnded):
        outcome.error, outcome.hint = error.name, error.hint
    outcome.text = text_of(error)
    if isinstance(error, HandleError):
        outcome.error = "AssertionError"
    elif isinstance(error, SyntaxError) and error.filename == filename:
        outcome.line = error.lineno
    elif isinstance(error, NameError):
        outcome.undefined = error.name or ""
    elif type(error) is AssertionError and _raised_in_cell(error):  # no word of the test's
        outcome.text = f"The answer stops with AssertionError: {outcome.text}".rstrip(": ")
    outcome.lost = isinstance(error, Lost)
    trace = error.__traceback__
    for frame, number in traceback.walk_tb(trace):
        if frame.f_code.co_filename == filename and frame.f_globals is namespace:
            outcome.line = number
            break
    outcome.shown = _shown(error, filename)


_FILE_OF_CELL = re.compile(r'File "[^"]*/ipykernel/\d+\.py"')


def _raised_in_cell(error: BaseException) -> bool:
    """Whether it was raised by a line of a cell in the student's process, and by no helper of the instructor's."""
    files = [
        line for line in getattr(error, "student_traceback", "").splitlines() if line.startswith("  File ")
    ]
    return bool(files and _FILE_OF_CELL.search(files[-1]))


def _shown(error: BaseException, filename: str) -> list[str]:
    """The traceback as far as it lies in the test, then the student's own."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == filename]
    lines = ["".join(traceback.format_list(frames)).rstrip()] if frames else []
    last = f"{type(error).__name__}: {text_of(error)}"
    if theirs := getattr(error, "student_traceback", ""):
        theirs = _FILE_OF_CELL.sub("A cell", theirs.rstrip().removesuffix(last).rstrip())
        lines.append(f"In the student's code:\n{theirs}")
    lines.append(last)
    return [clean(line, MAX_TRACEBACK) for line in lines]
