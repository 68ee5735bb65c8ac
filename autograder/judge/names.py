"""What the source of a cell says about names: which it binds, reads and changes, statement by statement."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from autograder import cells

SEEDING = {"seed", "manual_seed"}


@dataclass(frozen=True)
class Statement:
    """One top-level statement of a cell.

    binds: names that it gives a value. reads: names that it needs when it runs; those that only the bodies of its
    functions need are not among them. changes: names whose objects it may change, mutates: those that it surely
    means to. seeds: whether it sets a random seed. imports: for each name that it imports, the module (and the name
    in it).
    """

    node: ast.stmt
    binds: frozenset[str]
    reads: frozenset[str]
    changes: frozenset[str]
    mutates: frozenset[str]
    seeds: bool = False
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)

    @cached_property
    def source(self) -> str:
        return ast.unparse(self.node)


@lru_cache(512)
def statements(source: str) -> tuple[Statement, ...]:
    """The statements of a cell, magics turned into Python; none if it does not parse."""
    tree = parse(source)
    return () if tree is None else of(tree.body)


def of(nodes: list[ast.stmt]) -> tuple[Statement, ...]:
    return tuple(map(_statement, nodes))


def parse(source: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings(action="ignore"):  # about odd escapes in strings
            return ast.parse(cells.as_python(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def bound(source: str) -> frozenset[str]:
    """The names that a cell gives a value, or deletes, at its top level."""
    return frozenset().union(*(statement.binds for statement in statements(source)))


@lru_cache(512)
def mentioned(source: str) -> frozenset[str]:
    """All names in a cell, those in the bodies of its functions included."""
    tree = parse(source)
    return frozenset() if tree is None else frozenset(n.id for n in ast.walk(tree) if isinstance(n, ast.Name))


def used_before_bound(source: str) -> frozenset[str]:
    """Names that a cell reads or deletes before it gives them a value itself: it means those of other cells.

    What the body of a function reads from outside counts as read where the function is defined.
    """
    tree = parse(source)
    found: set[str] = set()
    seen: set[str] = set()
    for name, stored in _uses(tree) if tree else ():
        if not stored and name not in seen:
            found.add(name)
        seen.add(name)
    return frozenset(found)


_EVALUATED_FIRST = ("value", "iter", "test")  # of a statement's parts; its targets come after them
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_SCOPES = (*_FUNCTIONS, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _uses(node: ast.AST) -> Iterator[tuple[str, bool]]:
    """Each use of a name, near enough in the order of evaluation, and whether it gives the name a value."""
    if isinstance(node, ast.Name):
        yield node.id, isinstance(node.ctx, ast.Store)
        return
    inside = [use for child in _children(node) for use in _uses(child)]
    if isinstance(node, _SCOPES):
        own = {name for name, stored in inside if stored}
        own |= {argument.arg for argument in ast.walk(node) if isinstance(argument, ast.arg)}
        inside = [(name, stored) for name, stored in inside if name not in own]
    yield from inside
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name, True
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from ((alias.asname or alias.name.partition(".")[0], True) for alias in node.names)


def _children(node: ast.AST) -> list[ast.AST]:
    first = [part for name in _EVALUATED_FIRST if isinstance(part := getattr(node, name, None), ast.AST)]
    return first + [child for child in ast.iter_child_nodes(node) if child not in first]


def imported(node: ast.Import | ast.ImportFrom) -> dict[str, tuple[str, str]]:
    """For each name that an import binds, the module, and the name in it where it is no module."""
    if isinstance(node, ast.ImportFrom):
        return {alias.asname or alias.name: (node.module or "", alias.name) for alias in node.names}
    tops = {
        alias.name.partition(".")[0]: alias.name.partition(".")[0] for alias in node.names if not alias.asname
    }
    named = {alias.asname: alias.name for alias in node.names if alias.asname}
    return {name: (module, "") for name, module in (tops | named).items()}


def _statement(node: ast.stmt) -> Statement:
    look = _Look()
    look.visit(node)
    return Statement(
        node,
        frozenset(look.binds),
        frozenset(look.reads),
        frozenset(look.changes | look.mutates),
        frozenset(look.mutates),
        look.seeds,
        look.imports,
    )


class _Look(ast.NodeVisitor):
    """Collects what one statement does at the top level; bodies of functions run later and do not count."""

    def __init__(self):
        self.binds: set[str] = set()
        self.reads: set[str] = set()
        self.changes: set[str] = set()
        self.mutates: set[str] = set()
        self.imports: dict[str, tuple[str, str]] = {}
        self.seeds = False

    def visit_Name(self, node: ast.Name) -> None:
        (self.reads if isinstance(node.ctx, ast.Load) else self.binds).add(node.id)

    def visit_Import(self, node: ast.Import | ast.ImportFrom) -> None:
        self.imports |= imported(node)
        self.binds |= set(imported(node))

    visit_ImportFrom = visit_Import

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self.binds.add(node.name)
        for part in (*node.decorator_list, *node.args.defaults, *node.args.kw_defaults):
            if part is not None:
                self.visit(part)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for part in (*node.args.defaults, *node.args.kw_defaults):
            if part is not None:
                self.visit(part)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        inner = _Look()
        for part in (*node.decorator_list, *node.bases, *node.keywords, *node.body):
            inner.visit(part)
        self.reads |= inner.reads - inner.binds
        self.binds.add(node.name)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.generic_visit(node)
        if isinstance(node.target, ast.Name):
            self.reads.add(node.target.id)
        self.mutates |= _owner(node.target)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load):
            self.mutates |= _owner(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load):
            self.mutates |= _owner(node)

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        if isinstance(node.func, ast.Attribute):
            self.seeds = self.seeds or node.func.attr in SEEDING
            self.changes |= _owner(node.func)

    def visit_Expr(self, node: ast.Expr) -> None:
        """A call for its effect: it changes what it is a method of, and perhaps whatever it is given."""
        self.generic_visit(node)
        if isinstance(node.value, ast.Call):
            self.changes = self.changes.union(*map(_owner, node.value.args))
            if isinstance(node.value.func, ast.Attribute):
                self.mutates |= _owner(node.value.func)

    def _comprehension(self, node: ast.AST) -> None:
        inner = _Look()
        inner.generic_visit(node)
        self.reads |= inner.reads - inner.binds
        self.changes |= inner.changes - inner.binds
        self.mutates |= inner.mutates - inner.binds

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = _comprehension


def _owner(node: ast.AST) -> set[str]:
    """The name whose object an attribute or item belongs to."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Starred):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()


def as_lines(source: str) -> list[str]:
    """The lines of a cell as `statements` counts them, with their ends."""
    return cells.as_python(source).splitlines(keepends=True)
