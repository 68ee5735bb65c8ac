"""Names that a task forbids: looked for in the source of its answer, and taken away while its code runs."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, NoReturn

from autograder.judge import names
from autograder.judge.lesson import Lesson, Piece
from autograder.outline import TestCell

FRAMEWORKS = ("torch", "torchlet")
_NOTHING = object()  # to put back: a class has the name from a base, or a module was not loaded


def of_tasks(tests: Iterable[TestCell]) -> dict[str, tuple[str, ...]]:
    """For each task the names that any of its tests forbids, each for both frameworks.

    Who forbids `torch.sigmoid` means `x.sigmoid()` and `x.sigmoid_()` as well.
    """
    found: dict[str, dict[str, None]] = {}
    for test in tests:
        for name in test.forbids:
            top, dot, rest = name.partition(".")
            tops, spellings = (top,), [rest]
            if top in FRAMEWORKS:
                tops = FRAMEWORKS
                spellings += [f"Tensor.{rest}", f"Tensor.{rest}_", f"{rest}_"] if rest.isidentifier() else []
            listed = [each + dot + one for each in tops for one in spellings]
            found.setdefault(test.task, {}).update(dict.fromkeys(listed))
    return {task: tuple(forbidden) for task, forbidden in found.items()}


def used(lesson: Lesson, index: int, task: str, forbidden: Iterable[str]) -> str:
    """What a student reads if the answer to `task` uses a forbidden name; empty if its source shows none.

    A name that the answer's functions take from another cell of the student's is looked up there.
    """
    forbidden = set(forbidden)
    answer = lesson.answer(task)
    if not forbidden or answer is None:
        return ""
    aliases = dict(lesson.imports)
    for piece in lesson.pieces:
        if piece.index < index:
            for node in ast.walk(names.parse(piece.source) or ast.Module([], [])):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    aliases |= names.imported(node)
    sources = [("", answer.source), *_from_other_cells(lesson, answer, index)]
    for through, source in sources:
        for line, name in _dotted(source, aliases):
            for each in sorted(forbidden):
                if name == each or name.startswith(each + ".") or _from_inside(name, each):
                    where = f"line {line} of the answer uses it"
                    if through:
                        where = f"`{through}`, which the answer uses, is made of it"
                    return f"`{each}` is not allowed in this task, and {where}"
    return ""


def _from_inside(name: str, forbidden: str) -> bool:
    """Whether a name means a forbidden function by way of another module of its framework."""
    top, _, function = forbidden.partition(".")
    return (
        top in FRAMEWORKS
        and function.isidentifier()
        and name.startswith(top + ".")
        and name.endswith("." + function)
    )


def _from_other_cells(lesson: Lesson, answer: Piece, index: int) -> Iterator[tuple[str, str]]:
    """The names that an answer takes from other cells of the student's, and what makes them there: (name, source).

    `s = torch.sigmoid` in such a cell was run when nothing was forbidden.
    """
    others = [piece for piece in lesson.answers_before(index) if piece is not answer]
    given = [(statement.binds, statement.source) for piece in others for statement in piece.statements]
    waiting = [one.source for one in answer.statements if not isinstance(one.node, ast.Expr | ast.Assert)]
    seen: set[str] = set()
    while waiting:
        for name in sorted(names.used_before_bound(waiting.pop()) - seen):
            seen.add(name)
            made = [(name, source) for binds, source in given if name in binds]
            yield from made
            waiting += [source for _, source in made]


def _dotted(source: str, aliases: dict[str, tuple[str, str]]) -> Iterator[tuple[int, str]]:
    """The full names that a source mentions, with the line."""
    for node in ast.walk(names.parse(source) or ast.Module([], [])):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for module, attribute in names.imported(node).values():
                yield node.lineno, f"{module}.{attribute}".rstrip(".")
        elif isinstance(node, ast.Attribute | ast.Name):
            parts, inner = [], node
            while isinstance(inner, ast.Attribute):
                parts.append(inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name):
                module, attribute = aliases.get(inner.id, (inner.id, ""))
                yield node.lineno, ".".join(filter(None, [module, attribute, *reversed(parts)]))


class Forbidden(NameError):
    """Raised in the student's process where a forbidden name is used."""


class _Refusal:
    def __init__(self, name: str):
        self._name = name

    def __call__(self, *arguments: Any, **keywords: Any) -> NoReturn:
        raise Forbidden(f"`{self._name}` is not allowed in this task")

    def __getattr__(self, name: str) -> NoReturn:
        raise Forbidden(f"`{self._name}` is not allowed in this task")


@contextmanager
def taken_away(forbidden: Iterable[str]) -> Iterator[None]:
    """Put a refusal in the place of each name, in this process. A name in a module that is not loaded is left alone."""
    places: list[tuple[Any, str, Any]] = []
    for name in forbidden:
        owner, attribute = _owner(name)
        inherited = isinstance(owner, type) and hasattr(owner, attribute)  # as most methods of torch.Tensor
        if owner is not None and (inherited or attribute in vars(owner)):
            places.append((owner, attribute, vars(owner).get(attribute, _NOTHING)))
            setattr(owner, attribute, _Refusal(name))
        if isinstance(sys.modules.get(name), ModuleType) or (owner is None and "." not in name):
            places.append((sys.modules, name, sys.modules.get(name, _NOTHING)))
            sys.modules[name] = None  # whoever imports it is refused, also where it was not loaded yet
    try:
        yield
    finally:
        for owner, name, value in places:
            if owner is sys.modules and value is _NOTHING:
                sys.modules.pop(name, None)
            elif owner is sys.modules:
                sys.modules[name] = value
            elif value is _NOTHING:
                delattr(owner, name)
            else:
                setattr(owner, name, value)


def _owner(name: str) -> tuple[Any, str]:
    """The module or class that a full name is looked up in, and the name there; None if it is not loaded."""
    path, _, attribute = name.rpartition(".")
    if path in sys.modules:
        return sys.modules[path], attribute
    module, _, kind = path.rpartition(".")
    return getattr(sys.modules.get(module), kind, None), attribute
