"""Mutants: a reference answer with one small change in it, which the tests should notice."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from autograder.judge import names
from autograder.markers import BEGIN_SOLUTION, END_SOLUTION
from autograder.mutations import Edit, edits, rearrangements

BLOCKS = ("body", "orelse", "finalbody")


@dataclass(frozen=True)
class Mutant:
    """One change of an answer.

    was, now: the changed statement before and after, in Python's own layout (of an `if` or a loop its head), so
    that they outlive a shift of the lines. number: counts equal changes in one answer, from 1. line: of the
    statement, in the cell. code: the whole cell.
    """

    task: str
    kind: str
    was: str
    now: str
    line: int
    code: str
    number: int = 1

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What an entry in equivalent_mutants.yml says to mean this one."""
        return self.task, self.was, self.now, self.number

    def diff(self) -> str:
        """The change as two lines, or as one where a line is missing."""
        return "\n".join([f"- {self.was}", *([f"+ {self.now}"] if self.now else [])])


def mutants(task: str, source: str) -> list[Mutant]:
    """All mutants of the answer `source`, in the order of its lines; none if it does not parse.

    Only what stands between the markers of the solution is changed; where there are none, all of the cell.
    """
    tree = names.parse(source)
    if tree is None:
        return []
    lines = _solution_lines(names.as_lines(source))
    found: list[Mutant] = []
    seen, times = {ast.unparse(tree)}, Counter()
    for edit in _all_edits(tree, tree):
        if not all(statement.lineno in lines for statement in edit.before):
            continue
        was = "; ".join(map(_head, edit.before))
        code, now = _applied(tree, edit)
        if code in seen or not _compiles(code):
            continue
        seen.add(code)
        found.append(Mutant(task, edit.kind, was, now, edit.before[0].lineno, code))
    found.sort(key=lambda one: one.line)
    for i, mutant in enumerate(found):
        times[mutant.key] += 1
        found[i] = replace(mutant, number=times[mutant.key])
    return found


def plain(source: str) -> str:
    """The answer as its mutants are written: without comments, in Python's own layout."""
    return ast.unparse(names.parse(source))


def _solution_lines(lines: list[str]) -> set[int]:
    if not any(BEGIN_SOLUTION in line for line in lines):
        return set(range(1, len(lines) + 1))
    found, within = set(), False
    for number, line in enumerate(lines, 1):
        within = (within or BEGIN_SOLUTION in line) and END_SOLUTION not in line
        if within:
            found.add(number)
    return found


def _all_edits(owner: ast.AST, scope: ast.AST) -> Iterator[Edit]:
    """The changes in all blocks under `owner`."""
    for field in BLOCKS:
        body = getattr(owner, field, [])
        if not isinstance(body, list):
            continue  # of a lambda or a conditional expression
        yield from rearrangements(owner, field, body, scope)
        for statement in body:
            yield from edits(statement)
            inner = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
            yield from _all_edits(statement, statement if inner else scope)
    for part in (*getattr(owner, "handlers", []), *getattr(owner, "cases", [])):
        yield from _all_edits(part, scope)


def _applied(tree: ast.Module, edit: Edit) -> tuple[str, str]:
    """The whole cell with the change in it, and the changed statements alone."""
    before = getattr(edit.owner, edit.field)
    setattr(edit.owner, edit.field, edit.value)
    try:
        return ast.unparse(tree), "; ".join(map(_head, edit.after))
    finally:
        setattr(edit.owner, edit.field, before)


def _head(statement: ast.stmt) -> str:
    """A statement in one line: of a compound one its first."""
    if hasattr(statement, "body") or hasattr(statement, "cases"):
        return next(line for line in ast.unparse(statement).splitlines() if not line.startswith("@"))
    return ast.unparse(statement)


def _compiles(code: str) -> bool:
    try:
        compile(code, "mutant", "exec")
    except SyntaxError:
        return False
    return True
