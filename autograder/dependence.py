"""Whether it matters which of two neighbouring statements runs first."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

# Methods of Python's own containers: they change what they belong to, and nothing else.
CONTAINER = {
    "add", "append", "appendleft", "clear", "discard", "extend", "insert", "pop", "popleft", "remove", "reverse",
    "setdefault", "sort", "update",
}  # fmt: skip
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass
class Touched:
    """What a statement reads and writes, as dotted paths such as `self.rows`.

    effect: it calls something only for what that does elsewhere. looks: it reads or writes an attribute, which such
    a call may have changed.
    """

    reads: set[str] = field(default_factory=set)
    writes: set[str] = field(default_factory=set)
    effect: bool = False
    looks: bool = False


def matters(first: ast.stmt, second: ast.stmt, scope: ast.AST) -> bool:
    """Whether `second` may do something else in front of `first`, other than to stop at a name without a value."""
    one, other = touched(first), touched(second)
    loaded = {n.id for n in _run(second) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Store)}
    loaded |= {_path(node.target) for node in _run(second) if isinstance(node, ast.AugAssign)}
    if (loaded & _names_stored(first)) - _known_before(first, scope):
        return False
    effects = (one.effect and (other.effect or other.looks)) or (other.effect and one.looks)
    return effects or _overlap(one.writes, other.reads | other.writes) or _overlap(one.reads, other.writes)


def touched(statement: ast.stmt) -> Touched:
    found = Touched()
    nodes = list(_run(statement))
    owners = {id(node.value) for node in nodes if isinstance(node, ast.Attribute | ast.Subscript)}
    for node in nodes:
        if isinstance(node, ast.Attribute):
            found.looks = True
        if isinstance(node, ast.Name | ast.Attribute | ast.Subscript):
            if id(node) not in owners:  # of `self.rows`, not `self` as well
                stored = isinstance(node.ctx, ast.Store | ast.Del)
                (found.writes if stored else found.reads).add(_path(node))
        elif isinstance(node, _DEFINITIONS):
            found.writes.add(node.name)
        elif isinstance(node, ast.AugAssign):
            found.reads.add(_path(node.target))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            _call_for_effect(node.value, found)
    return found


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run with a statement; the body of a function runs later."""
    yield node
    for name, value in ast.iter_fields(node):
        if not (name == "body" and isinstance(node, _DEFINITIONS)):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST):
                    yield from _run(child)


def _call_for_effect(call: ast.Call, found: Touched) -> None:
    if isinstance(call.func, ast.Attribute) and call.func.attr in CONTAINER:
        found.writes.add(_path(call.func.value))
        return
    found.effect = True
    names = {node.id for node in ast.walk(call) if isinstance(node, ast.Name)}
    found.writes |= names - ({call.func.id} if isinstance(call.func, ast.Name) else set())


def _path(node: ast.AST) -> str:
    """`a.b` of `a.b`, of `a.b[i]` and of what hangs on that; empty where it does not begin with a name.

    An item under a name, `a["x"]`, has a path of its own; one under a number may be any.
    """
    parts: list[str] = []
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        if isinstance(node, ast.Attribute):
            parts.insert(0, node.attr)
        elif isinstance(node, ast.Subscript):
            named = isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)
            parts = [repr(node.slice.value), *parts] if named else []
        node = node.value
    return ".".join([node.id, *parts]) if isinstance(node, ast.Name) else ""


def _overlap(some: set[str], others: set[str]) -> bool:
    pairs = ((one, other) for one in some - {""} for other in others - {""})
    return any(f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.") for one, other in pairs)


def _names_stored(node: ast.AST) -> set[str]:
    stored = {one.id for one in _run(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return stored | {one.name for one in _run(node) if isinstance(one, _DEFINITIONS)}


def _known_before(statement: ast.stmt, scope: ast.AST) -> set[str]:
    """The names that have a value before a statement: parameters, and what earlier lines of its function store."""
    earlier = [
        node for node in ast.walk(scope) if getattr(node, "lineno", statement.lineno) < statement.lineno
    ]
    stored = {n.id for n in earlier if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    return stored | {node.arg for node in ast.walk(scope) if isinstance(node, ast.arg)}
