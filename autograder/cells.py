"""What a cell is to nbgrader, and which names its code defines."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

OWN = "own-"  # begins the id of a cell that a student added
MAY_FAIL = "raises-exception"  # Jupyter's own tag of a cell that shows an error
# What IPython takes away even from Python: blank lines and spaces at the top, prompts that were copied with the code.
_PROMPTS = re.compile(r"\A(\s|\Z)|^\s*(>>>|\.\.\.|In \[)", re.MULTILINE)
_BINDING_LINE = r"^(?:(?:async\s+)?def|class)\s+(\w+)|^(\w+)\s*=(?!=)"


def marks(cell: NotebookNode) -> dict:
    """A cell's nbgrader metadata; empty when it has none."""
    found = cell.metadata.get("nbgrader")
    return found if isinstance(found, dict) else {}


def grade_id(cell: NotebookNode) -> str:
    return marks(cell).get("grade_id", "")


def is_answer(cell: NotebookNode) -> bool:
    """Whether the student writes in this cell: code, or a written answer."""
    return bool(marks(cell).get("solution"))


def is_graded(cell: NotebookNode) -> bool:
    """Whether the cell has points: a test, a written answer, or nbgrader's manually graded task."""
    return bool(marks(cell).get("grade") or marks(cell).get("task"))


def is_test(cell: NotebookNode) -> bool:
    """Whether running the cell decides its points."""
    return cell.cell_type == "code" and bool(marks(cell).get("grade")) and not is_answer(cell)


def is_locked(cell: NotebookNode) -> bool:
    """Whether the cell is the instructor's: the student's version of it does not count."""
    return not is_answer(cell) and (is_graded(cell) or bool(marks(cell).get("locked")))


def is_own(cell: NotebookNode) -> bool:
    """Whether a graded notebook has this cell from its student, who added it."""
    return str(cell.get("id", "")).startswith(OWN)


def heading_above(notebook: NotebookNode, name: str) -> tuple[str, str]:
    """The last heading at or above the cell `name`, and the id of the cell that it stands in; "" where there is none."""
    heading = place = ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            headings = re.findall(r"^#+[ \t]+(.+)$", cell.source, re.MULTILINE)
            heading, place = (headings[-1].strip(), cell.get("id", "")) if headings else (heading, place)
        if grade_id(cell) == name:
            break
    return heading, place


def manual_title(notebook: NotebookNode, name: str) -> str:
    """What to call the manually graded cell `name`: the last heading at or above it, else its id in words."""
    return heading_above(notebook, name)[0] or re.sub(r"[-_]+", " ", name)


@lru_cache(512)
def as_python(source: str) -> str:
    """A cell's source with IPython's own syntax (magics, `!`, `?`) made Python, as the kernel does it."""
    if not _PROMPTS.search(source) and _is_python(source):  # what IPython leaves as it is, after a long look
        return source if source.endswith("\n") else source + "\n"
    return _transformer().transform_cell(source)


def _is_python(source: str) -> bool:
    try:
        with warnings.catch_warnings(action="ignore"):
            ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def parses(source: str) -> bool:
    """Whether a cell's source is free of syntax errors."""
    return _parse(source) is not None


def names_defined(source: str) -> set[str]:
    """The names that a cell binds at its top level; a guess where it does not parse."""
    tree = _parse(source)
    if tree is None:
        return {one or other for one, other in re.findall(_BINDING_LINE, source, re.MULTILINE)}
    return set(_bound(tree.body))


@lru_cache(512)
def _parse(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings(action="ignore"):  # about odd escapes in strings
            return ast.parse(as_python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _bound(body: list[ast.stmt]) -> Iterator[str]:
    for statement in body:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=targets):
                for target in targets:
                    names = (node for node in ast.walk(target) if isinstance(node, ast.Name))
                    yield from (node.id for node in names if isinstance(node.ctx, ast.Store))
            case ast.AnnAssign(target=ast.Name(id=name), value=value) if value is not None:
                yield name
            case ast.If() | ast.For() | ast.While() | ast.With() | ast.Try():
                yield from _bound(statement.body)
                yield from _bound(getattr(statement, "orelse", []))


@cache
def _transformer():
    # Imported here: it takes a moment, and only recovery needs it.
    from IPython.core.inputtransformer2 import (
        TransformerManager,
    )

    return TransformerManager()
