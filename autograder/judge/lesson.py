"""Whose name is it: the notebook seen by the judge, cell by cell.

A name that a test uses belongs to whoever gave it its value last. What the instructor's locked cells define is
evaluated in the judge; what answers define is asked of the student's process. Which names an answer may define is
what the reference answer defines: a student who defines `expected`, or `isinstance`, defines it for nobody else.
"""

from __future__ import annotations

import ast
import builtins
import sys
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from autograder import cells
from autograder.judge import names
from autograder.judge.names import Statement

if TYPE_CHECKING:
    from nbformat import NotebookNode

Position = tuple[int, int]  # a cell, and a statement in it

_FUNCTIONS, _IMPORTS = (ast.FunctionDef, ast.AsyncFunctionDef), (ast.Import, ast.ImportFrom)
# Where no source says what a student's cell should import, it may import these.
USUAL = {"IPython", "labkit", "matplotlib", "numpy", "pandas", "scipy", "sympy", "torch", "torchlet"}


@dataclass
class Piece:
    """A code cell. role: `test`, `locked` (the instructor's, for the judge too), `helper` (the instructor's, in the
    student's process), `answer`, or `own` (the student's).

    reference: what the instructor's source has in its place.
    """

    index: int
    role: str
    source: str
    reference: str
    grade_id: str = ""

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        return names.statements(self.source)

    @cached_property
    def defines(self) -> frozenset[str]:
        """Names that the cell may define for tests."""
        return names.bound(self.reference)

    @cached_property
    def changes(self) -> frozenset[str]:
        """Names whose objects the cell may change for tests."""
        return frozenset().union(*(s.mutates for s in names.statements(self.reference)))


@dataclass
class Lesson:
    """The code cells of a notebook in order. `known`: whether the instructor's source is there."""

    pieces: list[Piece]
    known: bool
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)
    libraries: dict[str, tuple[str, str]] = field(default_factory=dict)  # imported by the answers themselves
    _owners: dict[tuple[str, Position], tuple[str, Position]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @classmethod
    def of(cls, notebook: NotebookNode, source: NotebookNode | None = None) -> Lesson:
        """notebook: with the student's answers. source: with the reference answers, as the instructor wrote it."""
        written = {cells.grade_id(cell): cell.source for cell in source.cells} if source else {}
        pieces = []
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type == "code":
                name = cells.grade_id(cell)
                reference = (written.get(name, "") if name else "") if source else cell.source
                pieces.append(Piece(index, _role(cell), cell.source, reference, name))
        lesson = cls(pieces, source is not None)
        for cell in source.cells if source else notebook.cells:
            role = _role(cell) if cell.cell_type == "code" else ""
            found = {"own": lesson.imports, "helper": lesson.imports, "answer": lesson.libraries}.get(role)
            for statement in names.statements(cell.source) if found is not None else ():
                for name in statement.binds & lesson.libraries.keys():
                    if lesson.libraries[name][1]:  # a function of a library, and something else by now
                        del lesson.libraries[name]
                found |= statement.imports
        for found in (lesson.imports, lesson.libraries) if source is None else (lesson.libraries,):
            for name in [name for name, (module, _) in found.items() if not _is_usual(module)]:
                del found[name]
        return lesson

    def answer(self, task: str) -> Piece | None:
        """The cell with the answer to a task."""
        return next((piece for piece in self.pieces if piece.grade_id == task), None)

    @cached_property
    def protected(self) -> frozenset[str]:
        """Functions, classes and modules of the instructor's: no answer replaces them."""
        found = set()
        for piece in self.pieces:
            if piece.role in ("locked", "helper", "test"):
                for statement in piece.statements:
                    if isinstance(statement.node, (*_FUNCTIONS, ast.ClassDef, *_IMPORTS)):
                        found |= statement.binds
        return frozenset(found)

    def belongs_to_answer(self, name: str, piece: Piece) -> bool:
        """Whether an answer (or another cell of the student's) may be what defines `name` for tests."""
        if name not in piece.defines and (name not in piece.changes or name in self.protected):
            return False
        if self.known and piece.role == "answer":
            return True
        return name not in self.protected and not hasattr(builtins, name)

    def owner(self, name: str, before: Position) -> tuple[str, Position]:
        """Who defined `name` last before a position: (`locked` or `helper` or `student`, where), or (``, ...)."""
        if (name, before) not in self._owners:  # a test asks for the same names again and again
            self._owners[name, before] = self._owner(name, before)
        return self._owners[name, before]

    def _owner(self, name: str, before: Position) -> tuple[str, Position]:
        found = ("", (-1, 0))
        for piece in self.pieces:
            if (piece.index, -1) >= before:
                break
            if piece.role in ("locked", "helper"):
                for i, statement in enumerate(piece.statements):
                    if name in statement.binds and (piece.index, i) < before:
                        found = (piece.role, (piece.index, i))
            elif piece.role == "answer" or (piece.role == "own" and found[0] not in ("locked", "helper")):
                changed = name in piece.changes and name not in piece.defines
                if self.belongs_to_answer(name, piece) and not (changed and found[0] != "locked"):
                    found = ("student", (piece.index, 0))
        return found

    def piece(self, index: int) -> Piece:
        return next(piece for piece in self.pieces if piece.index == index)

    def statement(self, position: Position) -> Statement:
        return self.piece(position[0]).statements[position[1]]

    def needed(self, name: str, before: Position) -> list[Position] | None:
        """The locked statements that give `name` its value, in order; None if that depends on the student's code."""
        needed: set[Position] = set()
        waiting = [(name, before)]
        while waiting:
            wanted, end = waiting.pop()
            whose, binder = self.owner(wanted, end)
            if whose in ("student", "helper"):
                return None
            if whose == "":
                if not hasattr(builtins, wanted) and wanted not in self.imports and wanted != "get_ipython":
                    return None
                continue
            for position in self._making(wanted, binder, end):
                if position not in needed:
                    needed.add(position)
                    waiting += [(read, position) for read in self.statement(position).reads]
        return sorted(needed)

    def _making(self, name: str, binder: Position, end: Position) -> list[Position]:
        """The statement that binds a name, what changes its object until `end`, and what seeds come before."""
        piece = self.piece(binder[0])
        seeded = [i for i in range(binder[1]) if piece.statements[i].seeds]
        found = [(binder[0], i) for i in range(seeded[0], binder[1])] if seeded else []
        found.append(binder)
        for piece in self.pieces:
            if piece.role == "locked" and binder[0] <= piece.index <= end[0] and name not in self.protected:
                for i, statement in enumerate(piece.statements):
                    if binder < (piece.index, i) < end and name in statement.changes:
                        found.append((piece.index, i))
        return found

    def classes_before(self, index: int) -> list[str]:
        """The names of the classes that locked cells before a cell define."""
        locked = [piece for piece in self.pieces if piece.role == "locked" and piece.index < index]
        nodes = [statement.node for piece in locked for statement in piece.statements]
        return [node.name for node in nodes if isinstance(node, ast.ClassDef)]

    def helps(self, test: Piece) -> bool:
        """Whether a test, or a function of locked cells that it may call, uses what a helper cell defines."""
        waiting, seen = set(names.mentioned(test.source)), set()
        while waiting:
            name = waiting.pop()
            seen.add(name)
            whose, position = self.owner(name, (test.index, 0))
            if whose == "helper":
                return True
            if whose == "locked":
                inside = ast.walk(self.statement(position).node)
                waiting |= {node.id for node in inside if isinstance(node, ast.Name)} - seen
        return False

    def for_helpers(self, index: int) -> tuple[tuple[str, str], ...]:
        """What helper cells before a cell find where the student cannot rebind it: (name, source of its statement).

        The helpers themselves, and the functions and modules of locked cells. Classes and data are those that the
        answers know.
        """
        found: dict[str, str] = {}
        for piece in self.pieces:
            for statement in piece.statements if piece.index < index else ():
                known = piece.role == "locked" and isinstance(statement.node, (*_FUNCTIONS, *_IMPORTS))
                if piece.role == "helper" or known:
                    found |= dict.fromkeys(statement.binds - {"*"}, statement.source)
        return tuple(found.items())

    def answers_before(self, index: int) -> list[Piece]:
        """The student's cells before a cell, last first."""
        return [p for p in reversed(self.pieces) if p.role in ("answer", "own") and p.index < index]


def _role(cell: NotebookNode) -> str:
    if cells.is_test(cell):
        return "test"
    if cells.is_answer(cell):
        return "answer"
    if not cells.is_locked(cell):
        return "own"
    return "locked" if cell.metadata.get("autograder", {}).get("isolated", True) else "helper"


def _is_usual(module: str) -> bool:
    top = module.partition(".")[0]
    return top in USUAL or top in sys.stdlib_module_names
