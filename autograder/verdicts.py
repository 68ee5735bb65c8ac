"""From how a test cell ended to its points, in nbgrader's rules without their holes.

A test counts as passed only if it ran to its end, what is printed on stderr costs nothing, and a score that is not
between 0 and the test's points is nobody's score. The outputs of test cells are written so that nbgrader's own
`determine_grade` finds the same points in them.
"""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output
from nbgrader.utils import determine_grade

from autograder import cells
from autograder.judge.test import ENDED, TIMED_OUT
from autograder.outline import BEGIN_HIDDEN, END_HIDDEN, TestCell, outline
from autograder.records import Test

NOT_RUN, FORBIDDEN = "NotRun", "Forbidden"
OURS = (NOT_RUN, ENDED, TIMED_OUT, FORBIDDEN)  # these texts are sentences of ours
STUB = "The answer is not written yet: it still raises NotImplementedError."
THIS_PYTHON = ".".join(platform.python_version_tuple()[:2])
_FILE_OF_CELL = re.compile(r"\(\d+\.py, (?=line \d+\))")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?(nan|inf)", re.IGNORECASE)


@dataclass
class Outcome:
    """How a cell ended: `error` is empty if well. hint, line: of a failed check, where it says so.

    isolated: whether a test ran outside the student's process. memory_mb: the most that this process had held until
    then, libraries included; 0 where nothing is known.
    """

    error: str = ""
    text: str = ""
    hint: str = ""
    line: int | None = None
    seconds: float = 0.0
    isolated: bool = False
    memory_mb: float = 0.0


def tests_of(notebook: NotebookNode, outcomes: Mapping[int, Outcome]) -> list[Test]:
    """The verdicts, in the notebook's order; makes the outputs of test cells say the same to nbgrader."""
    known = {test.id: test for test in outline(notebook).tests}
    found = []
    for index, cell in enumerate(notebook.cells):
        if cells.is_test(cell):
            test = known[cells.grade_id(cell)]
            verdict = _verdict(test, cell, outcomes[index], _answer_error(notebook, outcomes, test.task))
            _settle(cell, verdict)
            found.append(verdict)
        elif cells.is_graded(cell):
            found.append(_manual(notebook, cell))
    return found


def error_output(outcome: Outcome) -> NotebookNode:
    text = f"{outcome.error}: {outcome.text}"
    return new_output("error", ename=outcome.error, evalue=outcome.text, traceback=[text])


def _answer_error(notebook: NotebookNode, outcomes: Mapping[int, Outcome], task: str) -> str:
    """How the cell with the answer itself failed, in a sentence; empty if it did not."""
    for index, cell in enumerate(notebook.cells):
        outcome = outcomes.get(index)
        if cells.grade_id(cell) == task and outcome and outcome.error:
            if outcome.error in OURS:
                return _sentence(outcome.text)
            text = _FILE_OF_CELL.sub("(", outcome.text)
            if newer_syntax(outcome.error, outcome.text):
                text += (
                    f". This is Python {THIS_PYTHON}, where a string inside of an f-string needs other quotes"
                )
            return f"The cell with the answer stops with {outcome.error}: {text}".rstrip(": ")
    return ""


def newer_syntax(error: str, text: str) -> bool:
    """Whether what this Python refuses may be an f-string of Python 3.12."""
    return sys.version_info < (3, 12) and error == "SyntaxError" and "f-string" in text


def _verdict(test: TestCell, cell: NotebookNode, outcome: Outcome, answer_error: str) -> Test:
    said: dict[str, Any] = {
        "id": test.id,
        "task": test.task,
        "title": test.title,
        "visible": test.visible,
        "max_score": test.points,
        "seconds": outcome.seconds,
        "isolated": outcome.isolated,
    }
    if outcome.error == NOT_RUN:
        return Test(**said, status="could_not_run", score=0.0, message=_sentence(outcome.text))
    if outcome.error:
        said["visible"] = test.visible and not _in_hidden_part(cell, outcome.line)
        message = "\n".join(filter(None, [answer_error, _message(cell, outcome)]))
        return Test(**said, status="failed", score=0.0, message=message, hint=outcome.hint)
    score, problem = _score(cell, test.points)
    if problem:
        return Test(**said, status="could_not_run", score=0.0, message=problem)
    if score == test.points:
        return Test(**said, status="passed", score=score)
    printed = "".join(output.text for output in cell.outputs if output.output_type == "stream").strip()
    return Test(**said, status="failed", score=score, message=printed[-2000:] or "Partly right.")


def _message(cell: NotebookNode, outcome: Outcome) -> str:
    """What a student reads about a failure."""
    if outcome.error in OURS:
        return _sentence(outcome.text)
    text = outcome.text.strip()
    if outcome.error in ("AssertionError", "Mismatch"):
        lines, line = cell.source.splitlines(), outcome.line
        failed = lines[line - 1].strip() if type(line) is int and 0 < line <= len(lines) else "a check"
        return text or f"This does not hold: {failed}"
    if outcome.error == "NotImplementedError" and not text:
        return STUB
    return f"{outcome.error}: {text}" if text else outcome.error


def _in_hidden_part(cell: NotebookNode, line: int | None) -> bool:
    """Whether a line of the cell (counted from 1) is hidden; an unknown line counts as hidden where any is."""
    if BEGIN_HIDDEN not in cell.source:
        return False
    inside = False
    for number, text in enumerate(cell.source.splitlines(), 1):
        inside = (inside or BEGIN_HIDDEN in text) and END_HIDDEN not in text
        if number == line:
            return inside
    return True


def _score(cell: NotebookNode, points: float) -> tuple[float, str]:
    """The points of a test that ran to its end, and what is wrong with the score that it gives."""
    shown = [output.data.get("text/plain", "") for output in _results(cell)]
    numbers = [text.strip() for text in shown if _NUMBER.fullmatch(text.strip())]
    if not numbers:
        return points, ""  # as nbgrader: a last expression that is no number is only shown
    if len(shown) > 1:
        return 0.0, "The test gave several scores: " + ", ".join(numbers)
    score = float(numbers[0])
    if not 0 <= score <= points:
        return 0.0, f"The test gave {numbers[0]} as its score; it can give 0 to {points:g}."
    return score, ""


def _settle(cell: NotebookNode, verdict: Test) -> None:
    """Write the outputs of a test cell so that nbgrader's `determine_grade` gives the verdict's score."""
    for output in cell.outputs:
        if output.output_type == "stream":
            output.name = "stdout"  # on stderr, a warning would cost all points
        if output.output_type == "execute_result" and (verdict.status != "failed" or not verdict.score):
            output.output_type = "display_data"
            output.pop("execution_count", None)
    errors = [output for output in cell.outputs if output.output_type == "error"]
    others = [output for output in cell.outputs if output.output_type != "error"]
    if verdict.score == 0 and not errors:
        errors = [error_output(Outcome("AssertionError", verdict.message or "no points"))]
    cell.outputs = [*errors, *others]  # the first that says something about points decides


def _results(cell: NotebookNode) -> list[NotebookNode]:
    return [output for output in cell.outputs if output.output_type == "execute_result"]


def _manual(notebook: NotebookNode, cell: NotebookNode) -> Test:
    """The record of a cell whose points a person gives; without an answer it has 0, as for nbgrader."""
    name = cells.grade_id(cell)
    score, points = (None, float(cells.marks(cell)["points"]))
    if cells.is_answer(cell):
        score, _ = determine_grade(cell)
    message = "No answer." if score == 0 else ""
    title = cells.manual_title(notebook, name)
    return Test(name, name, title, True, "manual", score, points, message)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
