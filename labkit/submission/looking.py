"""What can be said about a notebook before it is handed in: which lesson, what is missing, which checks pass."""

from __future__ import annotations

import ast
import re
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from .. import session
from .finding import text

_SETUP = re.compile(r"^# Lesson ([\w.-]+)\. ")  # the setup cell's first line, where its metadata is gone


@dataclass(frozen=True)
class Check:
    """A check that the student can see. result: `passed`, `partly`, `failed`, or `not run`."""

    id: str
    title: str
    result: str

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True)
class Lesson:
    """What the setup cell says. cells: the ids of answers, checks and locked cells; empty where it does not say."""

    id: str
    cells: tuple[str, ...] = ()
    submit_to: str = ""


def lesson_of(cells: Sequence[dict[str, Any]]) -> Lesson | None:
    """The lesson of a notebook; None without its setup cell."""
    for cell in cells:
        said = _group(cell, "autograder")
        if isinstance(said.get("lesson"), str):
            ids = said.get("cells") if isinstance(said.get("cells"), list) else []
            to = said.get("submit_to")
            return Lesson(said["lesson"], tuple(map(str, ids)), to if isinstance(to, str) else "")
    found = (_SETUP.match(text(cell)) for cell in cells if cell.get("cell_type") == "code")
    return next((Lesson(match[1]) for match in found if match), None)


def missing(lesson: Lesson, cells: Sequence[dict[str, Any]]) -> list[str]:
    """The ids of the lesson's cells that are not there."""
    there = {grade_id(cell) for cell in cells}
    return [name for name in lesson.cells if name not in there]


def grade_id(cell: dict[str, Any]) -> str:
    found = _group(cell, "nbgrader").get("grade_id")
    return found if isinstance(found, str) else ""


def other_than_run(cells: Sequence[dict[str, Any]], history: Sequence[str]) -> list[str]:
    """The answers that stand otherwise in the notebook than they were run last: not saved, or not run again.

    history: the cells of this session as they were typed, the last one at the end.
    """
    written = {_stripped(text(cell)) for cell in cells}
    found = []
    for cell in cells:
        names = _names(text(cell)) if _is_answer(cell) else set()
        last = next((ran for ran in reversed(history) if names and names <= _names(ran)), None)
        if last is not None and _stripped(last) not in written:
            found.append(grade_id(cell))
    return found


def stands_in(cells: Sequence[dict[str, Any]], source: str) -> bool:
    """Whether one of the cells is this text."""
    return _stripped(source) in {_stripped(text(cell)) for cell in cells}


def run_checks(cells: Sequence[dict[str, Any]]) -> list[Check]:
    """Run the checks that the student can see, in this session, and show nothing of it."""
    shell = session.shell()
    return [
        Check(grade_id(cell), _title(cell), _run(shell, cell) if shell else "not run")
        for cell in _visible(cells)
    ]


def _visible(cells: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for cell in cells:
        marks = _group(cell, "nbgrader")
        lines = [line.strip() for line in text(cell).splitlines()]
        has_code = any(line and not line.startswith("#") for line in lines)
        if cell.get("cell_type") == "code" and marks.get("grade") and not marks.get("solution") and has_code:
            yield cell


def _run(shell: Any, cell: dict[str, Any]) -> str:
    """How a check ends. Not by `run_cell`: a kernel would show the traceback, and tell all who wait for a cell."""
    from IPython.utils.capture import capture_output

    value = None
    with capture_output():
        try:
            tree = ast.parse(shell.transform_cell(text(cell)))
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, "<check>", "exec"), shell.user_ns)
            if last is not None:
                value = eval(compile(ast.Expression(last.value), "<check>", "eval"), shell.user_ns)
        except (
            NameError
        ) as error:  # in the check itself: its answer, or a helper, was never run in this session
            *_, (innermost, _) = traceback.walk_tb(error.__traceback__)
            return "not run" if innermost.f_code.co_filename == "<check>" else "failed"
        except Exception:
            return "failed"
    points = _group(cell, "nbgrader").get("points")
    partly = type(value) is float and isinstance(points, int | float) and value < points
    return "partly" if partly else "passed"


def _title(cell: dict[str, Any]) -> str:
    first = text(cell).strip().partition("\n")[0]
    return first.lstrip("# ").rstrip() if first.startswith("#") else grade_id(cell)


def _is_answer(cell: dict[str, Any]) -> bool:
    return cell.get("cell_type") == "code" and _group(cell, "nbgrader").get("solution") is True


def _group(cell: dict[str, Any], name: str) -> dict[str, Any]:
    metadata = cell.get("metadata")
    found = metadata.get(name) if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def _names(source: str) -> set[str]:
    """The names that a cell defines at its top level; none where it does not parse."""
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError):
        return set()
    found = set()
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            found.add(statement.name)
        elif isinstance(statement, ast.Assign):
            found |= {target.id for target in statement.targets if isinstance(target, ast.Name)}
    return found


def _stripped(source: str) -> str:
    return "\n".join(line.rstrip() for line in source.strip().splitlines())
