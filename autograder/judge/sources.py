"""Questions about the source of the student's functions, answered from the notebook.

The student's process is not asked: it could say anything. A name that is not bound by a plain `def` or `class` last
stands for everything that the student wrote, so that a test that looks for loops finds them.
"""

from __future__ import annotations

import ast
import inspect
from typing import Any

from autograder.judge import names
from autograder.judge.lesson import Lesson
from autograder.judge.namespace import Namespace
from autograder.judge.standins import RemoteClass, RemoteObject

# With these, a name may be bound to what no statement shows.
_REBINDING = {"exec", "eval", "globals", "locals", "vars", "setattr", "get_ipython", "__import__", "__main__"}


def install(namespace: Namespace) -> None:
    """Let `inspect.getsource` and `inspect.getsourcelines` answer for stand-ins, in this process."""
    plain, plain_lines = inspect.getsource, inspect.getsourcelines

    def getsource(thing: Any) -> str:
        if isinstance(thing, RemoteObject | RemoteClass):
            return source_of(namespace.lesson, namespace.at, getattr(thing, "__name__", ""))
        return plain(thing)

    def getsourcelines(thing: Any) -> tuple[list[str], int]:
        if isinstance(thing, RemoteObject | RemoteClass):
            return getsource(thing).splitlines(keepends=True), 1
        return plain_lines(thing)

    inspect.getsource, inspect.getsourcelines = getsource, getsourcelines


def source_of(lesson: Lesson, index: int, name: str) -> str:
    """The source of what `name` stands for in the test cell `index`. Raises OSError if there is none."""
    written = lesson.answers_before(index)
    if any(names.mentioned(piece.source) & _REBINDING for piece in written):
        return "\n\n".join(piece.source for piece in reversed(written))
    for _ in range(10):  # g = f, f = e, ...
        piece, node = _binding(written, name)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return _segment(piece.source, node)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name):
            name = node.value.id
            continue
        break
    if not written:
        raise OSError("source code not available")
    return "\n\n".join(piece.source for piece in reversed(written))


def signature(lesson: Lesson, index: int, name: str) -> inspect.Signature | None:
    """The parameters of a student's function as they are written; a default that is no plain value is `...`."""
    _, node = _binding(lesson.answers_before(index), name)
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    arguments, made = node.args, []
    positional = [*arguments.posonlyargs, *arguments.args]
    defaults = [None] * (len(positional) - len(arguments.defaults)) + list(arguments.defaults)
    for i, (argument, default) in enumerate(zip(positional, defaults, strict=True)):
        only = i < len(arguments.posonlyargs)
        kind = inspect.Parameter.POSITIONAL_ONLY if only else inspect.Parameter.POSITIONAL_OR_KEYWORD
        made.append(_parameter(argument.arg, kind, default))
    if arguments.vararg:
        made.append(_parameter(arguments.vararg.arg, inspect.Parameter.VAR_POSITIONAL, None))
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        made.append(_parameter(argument.arg, inspect.Parameter.KEYWORD_ONLY, default))
    if arguments.kwarg:
        made.append(_parameter(arguments.kwarg.arg, inspect.Parameter.VAR_KEYWORD, None))
    return inspect.Signature(made)


def _binding(pieces: list, name: str) -> tuple[Any, ast.AST | None]:
    for piece in pieces:
        for statement in reversed(piece.statements):
            if name in statement.binds:
                return piece, statement.node
    return None, None


def _segment(source: str, node: ast.AST) -> str:
    lines = names.as_lines(source)
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    return "".join(lines[first - 1 : node.end_lineno])


def _parameter(name: str, kind: Any, default: ast.AST | None) -> inspect.Parameter:
    if default is None:
        return inspect.Parameter(name, kind)
    try:
        value = ast.literal_eval(default)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        value = ...
    return inspect.Parameter(name, kind, default=value)
