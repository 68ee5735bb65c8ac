"""Two stand-ins of one object are one object in tests: what the judge runs of the instructor's is compiled for that.

`a is b` becomes a call of `same`. A container finds its items by identity before it asks `==`, and so does a stand-in
(`Calculating.__eq__`); so the `==` of a test itself becomes a call that asks the class, as in one process. What can be
no stand-in (a constant, a list, `type(x)`) is compared as ever.
"""

from __future__ import annotations

import ast
import operator
import sys
import unittest
from collections.abc import Callable
from importlib import machinery
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import numpy as np

from autograder.judge import comparisons, names
from autograder.judge.calculating import operate
from autograder.judge.extending import Super
from autograder.judge.origins import Held, first, same


def equal(left: Any, right: Any) -> Any:
    """`left == right`, of which the class is asked even where both are the same object."""
    if isinstance(left, Held) and left is not right and same(left, right):
        return operate("eq", left, right, left)
    result = left == right
    return comparisons.compared(left, right, result) if type(result) is np.ndarray else result


def distinct(left: Any, right: Any) -> bool:
    return not same(left, right)


def number(thing: Any) -> int:
    """`id(thing)`, the same for all stand-ins of one object."""
    return id(first(thing))


def may_be_called(thing: Any) -> bool:
    """`callable(thing)`: of an object of the student's only its class knows."""
    if isinstance(thing, Held) and not thing._is_function_:
        return thing._judge_.do("callable", thing) is True
    return callable(thing)


class _Builtin(type):
    def __instancecheck__(cls, thing: Any) -> bool:
        return isinstance(thing, cls.__base__)


class Map(map, metaclass=_Builtin):
    """`map` in a test: a function that raises StopIteration does not end it, as if there was nothing more to check."""

    def __new__(cls, function: Callable, *items: Any) -> map:
        return map(_lasting(function), *items)


class Filter(filter, metaclass=_Builtin):
    def __new__(cls, function: Callable | None, items: Any) -> filter:
        return filter(function and _lasting(function), items)


def _lasting(function: Callable) -> Callable:
    def call(*given: Any) -> Any:
        try:
            return function(*given)
        except StopIteration as error:
            raise RuntimeError("a function that was to give a value raised StopIteration") from error

    return call


class Link:
    """An operand of a chain, with the comparison before it: `a is b < c` reads Link(a) == Link(b, "Is") == Link(c, "Lt").

    So Python itself evaluates each operand once, in order, and stops at the first comparison that is not true.
    """

    __slots__ = ("compare", "value")

    def __init__(self, value: Any, compare: str = "Eq"):
        self.value, self.compare = value, compare

    def __eq__(self, other: Link) -> Any:
        return _COMPARISONS[other.compare](self.value, other.value)

    def __repr__(self) -> str:
        return repr(self.value)


_CHANGED = {"Is": ("<is>", same), "IsNot": ("<is not>", distinct), "Eq": ("<==>", equal)}
_COMPARISONS: dict[str, Callable] = {
    **{name: function for name, (_, function) in _CHANGED.items()},
    "NotEq": operator.ne,
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
    "In": lambda left, right: left in right,
    "NotIn": lambda left, right: left not in right,
}
# What compiled code calls: no source can write these names.
NAMES: dict[str, Callable] = {"<link>": Link, **dict(_CHANGED.values())}
# Builtins that a test means, unless the notebook gives the name to something else.
BUILTINS: dict[str, Callable] = {
    "id": number,
    "callable": may_be_called,
    "map": Map,
    "filter": Filter,
    "super": Super,
}

_NEVER = (ast.Constant, ast.JoinedStr, ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp)
# In what of a tree no comparison can be: the most of it, and it costs time for each submission.
_EMPTY = frozenset({ast.Name, ast.Constant, ast.Load, ast.Store, str, int, bool, type(None)})


def changed(tree: ast.Module) -> ast.Module:
    """The tree of a test, or of other code of the instructor's, ready to be compiled. It is changed in place."""
    nodes, found, classes = [tree], [], []
    for node in nodes:  # which grows
        parts = vars(node)
        for name, part in parts.items():
            if type(part) in _EMPTY:
                continue
            box, keys = (part, range(len(part))) if type(part) is list else (parts, (name,))
            for key in keys:
                kind = type(box[key])
                if kind not in _EMPTY:
                    nodes.append(box[key])
                if kind is ast.Compare:
                    found.append((box, key))
                elif kind is ast.ClassDef:
                    classes.append(box[key])
    for box, key in reversed(found):  # the inner ones first
        box[key] = _comparison(box[key])
    if classes:
        _ask_for_names(tree)
    return tree


def _ask_for_names(tree: ast.AST, local: frozenset[str] = frozenset()) -> None:
    """Let the bodies of classes find names as everything else does: CPython asks no namespace for theirs.

    local: names of the functions around.
    """
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            inside = {each.arg for each in ast.walk(node) if isinstance(each, ast.arg)}
            inside |= {
                n.id for n in ast.walk(node) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)
            }
            inside |= {n.name for n in ast.walk(node) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
            _ask_for_names(node, local | inside)
            continue
        if isinstance(node, ast.ClassDef):
            read, bound = set(), set()
            for statement in names.of(node.body):
                read |= statement.reads
                bound |= statement.binds
                read |= _in_annotations(statement.node)
            wanted = sorted(name for name in read - bound - local if not name.startswith("__"))
            first = isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
            if wanted:
                node.body.insert(int(first), ast.copy_location(ast.Global(wanted), node.body[0]))
        _ask_for_names(node, local)


def _in_annotations(node: ast.stmt) -> set[str]:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return set()
    given = [each.annotation for each in ast.walk(node.args) if isinstance(each, ast.arg)]
    parts = [part for part in (*given, node.returns) if part is not None]
    return {each.id for part in parts for each in ast.walk(part) if isinstance(each, ast.Name)}


def _comparison(node: ast.Compare) -> ast.expr:
    operands, names = [node.left, *node.comparators], [type(each).__name__ for each in node.ops]
    if not any(
        name in _CHANGED and _may_be_held(operands[i]) and _may_be_held(operands[i + 1])
        for i, name in enumerate(names)
    ):
        return node
    if len(names) == 1:
        return _call(_CHANGED[names[0]][0], operands, node)
    links = [_call("<link>", operands[:1], operands[0])]
    for operand, name in zip(operands[1:], names, strict=True):
        links.append(_call("<link>", [operand, ast.copy_location(ast.Constant(name), operand)], operand))
    chain = ast.Compare(links[0], [ast.Eq() for _ in names], links[1:])
    return ast.copy_location(chain, node)


def _may_be_held(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id != "type"
    return not isinstance(node, _NEVER)


def _call(name: str, operands: list[ast.expr], place: ast.expr) -> ast.expr:
    called = ast.copy_location(ast.Name(name, ast.Load()), place)
    return ast.copy_location(ast.Call(called, operands, []), place)


def install(modules: str | None) -> None:
    """Let what tests use in this process see it so: `unittest`, `operator`, and the instructor's modules in a folder."""
    case = unittest.TestCase
    case.assertIs, case.assertIsNot = _of_one(case.assertIs), _of_one(case.assertIsNot)
    case._baseAssertEqual = _asking(case._baseAssertEqual)
    operator.is_, operator.is_not, operator.eq = same, distinct, equal
    if modules:
        inside = Path(modules)
        kinds = (
            (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
            (_Loader, machinery.SOURCE_SUFFIXES),
        )

        def finder(path: str) -> machinery.FileFinder:
            if not Path(path).is_relative_to(inside):
                raise ImportError
            return machinery.FileFinder(path, *kinds)

        sys.path_hooks.insert(0, finder)


def _of_one(method: Callable) -> Callable:
    def compare(self: unittest.TestCase, one: Any, other: Any, msg: Any = None) -> None:
        method(self, one, one if same(one, other) else other, msg)

    return compare


def _asking(method: Callable) -> Callable:
    def compare(self: unittest.TestCase, one: Any, other: Any, msg: Any = None) -> None:
        method(self, Link(one), Link(other), msg)

    return compare


class _Loader(machinery.SourceFileLoader):
    def get_code(self, name: str) -> CodeType:
        """Never what an earlier Python process has compiled and kept."""
        path = self.get_filename(name)
        return compile(changed(ast.parse(self.get_data(path), path)), path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        vars(module).update(NAMES, **BUILTINS)
        super().exec_module(module)
