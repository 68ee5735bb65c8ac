"""The rules of a lesson's source. nbgrader lets each mistake pass, and leaks answers or gives wrong marks."""

from __future__ import annotations

import ast
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from autograder import cells
from autograder.errors import Problem, nearest
from autograder.markers import BEGIN_HIDDEN, BEGIN_SCHEME, BEGIN_SOLUTION, END_SOLUTION, Mistake, outside
from autograder.markers import mistakes as marker_mistakes

if TYPE_CHECKING:
    from nbformat import NotebookNode

MARK_KEYS = ["grade", "grade_id", "locked", "points", "schema_version", "solution", "task"]
SCORE = "expect.score"  # gives a part of the points as the value of a test's last line
REQUIRED = ["grade", "grade_id", "locked", "schema_version", "solution"]
EXTRA_KEYS = {"task": str, "isolated": bool, "forbids": list, "seconds": (int, float), "lesson": str}


def problems(notebook: NotebookNode, file: str, text: bool) -> list[Problem]:
    """All mistakes in a source notebook. `text`: it was read from percent text, whose own rules count too."""
    found = []
    answers = [cells.grade_id(cell) for cell in notebook.cells if cells.is_answer(cell)]
    uses = Counter(cells.grade_id(cell) for cell in notebook.cells if cells.grade_id(cell))
    seen: list[str] = []
    for number, cell in enumerate(notebook.cells, 1):
        mistakes = [*_form(cell), *_misplaced(cell), *_extra(cell, answers)]
        mistakes += marker_mistakes(cell.source, cell.cell_type == "code")
        mistakes += [*_metadata(cell, uses, seen)] if cells.marks(cell) else []
        mistakes += [*_test(cell, bool(set(seen) & set(answers)), text)] if cells.is_test(cell) else []
        mistakes += [*_answer(cell, text)] if cells.is_answer(cell) else []
        seen.append(cells.grade_id(cell))
        first = cell.metadata.get("line")
        for line, what, repair in mistakes:
            place = f"cell {number}: " if first is None else ""
            where = None if first is None else first + line
            found.append(Problem(file, where, place + what, repair))
    return found


def _form(cell: NotebookNode) -> Iterator[Mistake]:
    wrong = cell.metadata.get("incorrectly_encoded_metadata") or cell.metadata.get("title", "")
    if "=" in wrong or "{" in wrong:
        what = f"the metadata after `# %%` cannot be read: {wrong[:80]}"
        yield 0, what, 'write key="text" or key={...} in JSON: true and false in lower case, closed brackets'
    if cell.cell_type == "code" and not cells.parses(cell.source):
        line, reason = _syntax(cell.source)
        yield line, f"the cell is not valid Python: {reason}", "repair the code"


def _syntax(source: str) -> tuple[int, str]:
    try:
        ast.parse(cells.as_python(source))
    except SyntaxError as error:
        return error.lineno or 0, error.msg
    except ValueError as error:
        return 0, str(error)
    return 0, "too deeply nested"


def _misplaced(cell: NotebookNode) -> Iterator[Mistake]:
    if BEGIN_SOLUTION in cell.source and not cells.is_answer(cell):
        yield 0, "a solution in a cell that is not a solution cell", 'set `"solution": true` in its metadata'
    if BEGIN_HIDDEN in cell.source and not cells.is_test(cell):
        yield 0, "hidden tests in a cell that is not a test", 'put them into a cell with `"grade": true`'
    if BEGIN_SCHEME in cell.source and not cells.marks(cell).get("task"):
        rest = outside(cell.source, BEGIN_SOLUTION, END_SOLUTION)
        shown = BEGIN_SOLUTION in cell.source and any(BEGIN_SCHEME in line for line in rest)
        if shown or not cells.is_answer(cell):
            repair = "put it into the solution of a written answer: what stands there is taken out as a whole"
            yield 0, "a mark scheme where nbgrader does not take it out", repair


def _metadata(cell: NotebookNode, uses: Counter[str], seen: list[str]) -> Iterator[Mistake]:
    marks = cells.marks(cell)
    name = marks.get("grade_id", "")
    for key in marks:
        if key not in [*MARK_KEYS, "checksum", "cell_type"]:
            meant = nearest(key, MARK_KEYS)
            yield 0, f"unknown nbgrader key `{key}`", f"did you mean `{meant}`?" if meant else "take it out"
    missing = [key for key in REQUIRED if key not in marks]
    if missing:
        yield 0, f"nbgrader's metadata lacks {', '.join(missing)}", "write all of " + ", ".join(MARK_KEYS)
        return
    for key in ("grade", "locked", "solution", "task"):
        if not isinstance(marks.get(key, False), bool):
            what = f'`"{key}"` of `{name}` is {json.dumps(marks[key])}'
            yield 0, what, f'write `"{key}": true` or `"{key}": false`, without quotes'
    if marks["schema_version"] != 3:
        yield 0, f"schema_version is {marks['schema_version']}", 'write `"schema_version": 3`'
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z0-9_-]+", name):
        yield 0, f"the grade_id is `{name}`", "use letters, digits, _ and -"
    elif uses[name] > 1 and name in seen:
        yield 0, f"the grade_id `{name}` is used {uses[name]} times", "give each cell its own"
    points = marks.get("points")
    if cells.is_graded(cell):
        number = isinstance(points, int | float) and not isinstance(points, bool)
        if not number or not 0 < points < float("inf"):
            shown = "no points" if "points" not in marks else f"points of `{points}`"
            yield 0, f"the graded cell `{name}` has {shown}", 'say what it is worth: `"points": 1`'
    if marks.get("task") and cell.cell_type != "markdown":
        yield 0, f"`{name}` is marked as a task, but is not a markdown cell", 'set `"task": false`'
    if cell.cell_type == "markdown" and not marks.get("task") and marks["grade"] != marks["solution"]:
        repair = 'set both `"grade": true` and `"solution": true`'
        yield 0, f"the written answer `{name}` is half marked", repair


def _extra(cell: NotebookNode, answers: list[str]) -> Iterator[Mistake]:
    extra = cell.metadata.get("autograder", {})
    if not isinstance(extra, dict):
        yield 0, "the metadata `autograder` is not a group of keys", 'write autograder={"seconds": 10}'
        return
    for key, value in extra.items():
        if key not in EXTRA_KEYS:
            meant = nearest(key, list(EXTRA_KEYS))
            yield 0, f"unknown autograder key `{key}`", f"did you mean `{meant}`?" if meant else "take it out"
        elif not isinstance(value, EXTRA_KEYS[key]) or (key == "seconds" and not value > 0):
            yield 0, f"the autograder key `{key}` is `{value}`", "see CONTRIBUTING.md for what it may be"
    task = extra.get("task")
    if isinstance(task, str) and task not in answers:
        meant = nearest(task, answers)
        yield 0, f"there is no task `{task}`", f"did you mean `{meant}`?" if meant else "name a solution cell"


def _answer(cell: NotebookNode, text: bool) -> Iterator[Mistake]:
    if text and cell.cell_type == "code" and BEGIN_SOLUTION not in cell.source:
        what = f"the solution cell `{cells.grade_id(cell)}` has no `### {BEGIN_SOLUTION}`"
        yield 0, what, "mark the reference answer in it"


def _test(cell: NotebookNode, behind_a_task: bool, text: bool) -> Iterator[Mistake]:
    name = cells.grade_id(cell)
    if text and not re.match(r"\s*#+\s*\w", cell.source):
        yield 1, f"the test `{name}` has no title", "start it with a comment: the title that a student reads"
    elif text and BEGIN_HIDDEN in cell.source.split("\n", 1)[0]:
        yield 1, f"the test `{name}` hides its title", "put the title above the hidden tests"
    if text and not behind_a_task and not cell.metadata.get("autograder", {}).get("task"):
        yield 0, f"the test `{name}` comes before any task", "put it behind the solution cell that it tests"
    yield from _last_value(cell, name, text)


def _last_value(cell: NotebookNode, name: str, text: bool) -> Iterator[Mistake]:
    """nbgrader takes the value of a test's last line as its score: even `np.float64(0.)` gives full marks."""
    if not cells.parses(cell.source):
        return
    body = ast.parse(cells.as_python(cell.source)).body
    shown = bool(body) and isinstance(body[-1], ast.Expr) and not cell.source.rstrip().endswith(";")
    for statement in body[: -1 if shown else None]:
        if isinstance(statement, ast.Expr) and _called(statement.value) == SCORE:
            what = f"the test `{name}` throws the value of `{SCORE}` away"
            yield statement.lineno, what, "make it the last line of the cell, without a semicolon"
    if not shown or not text:
        return  # in other courses a last line that is a score is the usual way of partial credit
    called, line, points = _called(body[-1].value), body[-1].lineno, cells.marks(cell).get("points")
    most = _points_of(body[-1].value) if called == SCORE else points
    if None not in (most, points) and most != points:
        what = f"the test `{name}` is worth {points} points, and gives at most {most}"
        yield line, what, f"write `{SCORE}(fraction, message, points={points})`"
    elif called != "print" and not called.startswith("expect."):
        what = f"the value of the last line of the test `{name}` would be its score"
        yield line, what, f"end with `{SCORE}(fraction, message)`, or the line with a semicolon"


def _called(expression: ast.expr) -> str:
    return ast.unparse(expression.func) if isinstance(expression, ast.Call) else ""


def _points_of(call: ast.Call) -> object:
    """What `expect.score` gives at most: its keyword `points`; None if that is not a plain number."""
    value = next((keyword.value for keyword in call.keywords if keyword.arg == "points"), ast.Constant(1))
    return value.value if isinstance(value, ast.Constant) else None
