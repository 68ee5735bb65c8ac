"""Answers that are right in another way than the reference: every test of their task lets them pass.

They stand in `right_answers/`, by lesson: the whole solution cell, as in a lesson's wrong_answers.py.
"""

import contextlib
import io
import warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import jupytext
import pytest

from tests.lessons.machinery import Lesson

pytestmark = pytest.mark.slow

FILES = sorted((Path(__file__).parent / "right_answers").glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_other_right_answers_pass(file, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    # A lesson switches on what others would then find: a simulated GPU, seeds, print options.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        assert not apart.submit(refused_answers, file).result()


def refused_answers(file: Path) -> dict[str, str]:
    """For each answer that a test refuses, what the test says."""
    warnings.simplefilter("ignore")  # a lesson shows overflows and warnings on purpose
    lesson = Lesson(file.stem)
    first = next(k for k, cell in enumerate(lesson.code) if marks(cell).get("solution"))
    before: dict = {"__name__": "__main__"}
    run(before, *lesson.code[:first])
    answers = [cell for cell in jupytext.read(file).cells if "task" in cell.metadata]
    assert answers
    refused = {}
    for answer in answers:
        task, name = answer.metadata["task"], answer.metadata["name"]
        if problem := judged(dict(before), lesson.code[first:], task, answer.source):
            refused[f"{task}, {name}"] = problem
    return refused


def judged(variables: dict, cells: list, task: str, answer: str) -> str:
    """What the first test of the task that refuses the answer says; "" if all pass."""
    now = ""
    for cell in cells:
        if marks(cell).get("solution"):
            if now == task:
                return ""
            now = marks(cell)["grade_id"]
            run(variables, answer if now == task else cell)
        elif marks(cell).get("grade") and now == task:
            try:
                run(variables, cell)
            except Exception as error:
                return f"{type(error).__name__}: {error}"
        elif not marks(cell).get("grade"):
            run(variables, cell)
    return ""


def run(variables: dict, *cells) -> None:
    for cell in cells:
        source = cell if isinstance(cell, str) else cell.source
        shows_one = not isinstance(cell, str) and "raises-exception" in cell.metadata.get("tags", [])
        errors = (Exception,) if shows_one else ()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(*errors):
            exec(source, variables)


def marks(cell) -> dict:
    return cell.metadata.get("nbgrader", {})
