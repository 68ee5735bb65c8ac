"""The namespace in which the judge runs tests: a dictionary that knows where each name comes from.

CPython asks a dict subclass for names that are not in it (`__missing__`), and tells it what is assigned and
deleted. So test cells run here as they stand in the notebook.
"""

from __future__ import annotations

import ast
import builtins
import importlib
import linecache
import sys
from typing import Any

from autograder.cells import as_python
from autograder.judge import identity, names
from autograder.judge.draws import FRAMEWORKS, RandomStates
from autograder.judge.lesson import USUAL, Lesson, Piece, Position
from autograder.judge.remote import Judge, Undefined
from autograder.judge.standins import RemoteModule

MOCKED = {"input", "print"}  # builtins that a test replaces for the student's code by a name of its own


class Namespace(dict):
    """Names as test cells see them. `at` is the index of the test cell that runs."""

    def __init__(self, lesson: Lesson, judge: Judge):
        super().__init__(identity.NAMES, __name__="__main__", __builtins__=builtins, __doc__=None)
        self.lesson = lesson
        self.judge = judge
        self.at = 0
        self.theirs: frozenset[str] = frozenset()  # names that this test assigns to the student's process
        self.done: set[Position] = set()
        self.remote: set[str] = set()  # locked names that only the student's process can give
        self._trees: dict[int, ast.Module] = {}  # of the locked cells that ran here
        self._local = 0
        self._helped = False  # whether the student's process has the helpers for this test

    def begin(self, piece: Piece) -> None:
        """The names that the test in `piece` means; those it gives a value first are its own."""
        self.at, self._helped = piece.index, False
        used = names.used_before_bound(piece.source)
        stored = names.bound(piece.source)
        self.theirs = frozenset(
            name for name in used & stored if self.lesson.owner(name, (self.at, 0))[0] == "student"
        )
        self.judge.give(self._given_classes())

    def _given_classes(self) -> dict[str, type]:
        """The classes that the locked cells before define."""
        classes = self.lesson.classes_before(self.at)
        found = {name: self[name] for name in classes if name in self}
        return {name: kind for name, kind in found.items() if isinstance(kind, type)}

    def cell_ran(self, piece: Piece) -> None:
        """A cell that is no test ran in the student's process: what it defines is asked anew."""
        for name in piece.defines:
            allowed = piece.role in ("locked", "helper") or self.lesson.belongs_to_answer(name, piece)
            if allowed and dict.__contains__(self, name):
                dict.__delitem__(self, name)
            if piece.role == "locked":
                self.remote.discard(name)

    # What CPython asks

    def __missing__(self, name: str) -> Any:
        if name.startswith("__"):
            raise KeyError(name)
        whose, _ = self.lesson.owner(name, (self.at, 0))
        if whose == "locked" and name not in self.remote and self._evaluate(name):
            return dict.__getitem__(self, name)
        if whose == "helper":
            return self._helper(name)
        if whose != "student" and name in self.lesson.imports and self._import(name):
            return dict.__getitem__(self, name)
        if whose == "" and name in identity.BUILTINS:
            return identity.BUILTINS[name]
        if whose == "" and hasattr(builtins, name):
            raise KeyError(name)
        if whose == "" and self._import_stars(name):
            return dict.__getitem__(self, name)
        try:
            value = self.judge.get(name)
        except Undefined:
            raise KeyError(name) from None
        return value if whose != "student" else self._our_own(name, value)

    def _our_own(self, name: str, value: Any) -> Any:
        """For a library that an answer imports, the judge's: `np.allclose` of the student's process says what it likes."""
        module, attribute = self.lesson.libraries.get(name, ("", ""))
        if isinstance(value, RemoteModule) and not attribute:
            said = value.__name__
            module = said if said in sys.modules or said.partition(".")[0] in USUAL else module
        return self._loaded(module, attribute, value) if module else value

    def __setitem__(self, name: str, value: Any) -> None:
        if name in self.theirs and not self._local:
            dict.pop(self, name, None)
            self.judge.ask("set", name, value)
            return
        dict.__setitem__(self, name, value)
        if name in MOCKED and not self._local:
            self.judge.ask("set", name, value)

    def __delitem__(self, name: str) -> None:
        if dict.__contains__(self, name):
            dict.__delitem__(self, name)
            if name in MOCKED:
                self.judge.ask("delete", name)
        elif self.lesson.owner(name, (self.at, 0))[0] == "student":
            self.judge.ask("delete", name)
        else:
            raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        if dict.__contains__(self, name) or not isinstance(name, str):
            return dict.__contains__(self, name)
        try:
            self.__missing__(name)
        except KeyError:
            return False
        return True

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    # The instructor's own names

    def _helper(self, name: str) -> Any:
        """What a helper cell defines, made anew in the student's process for each test."""
        if not self._helped:
            known = dict(self.lesson.for_helpers(self.at))
            for each in self.lesson.imports.keys() - known.keys():
                if self.lesson.owner(each, (self.at, 0))[0] != "student":
                    module, attribute = self._imported(each)
                    known[each] = (
                        f"from {module} import {attribute} as {each}"
                        if attribute
                        else f"import {module} as {each}"
                    )
            mentioned = frozenset().union(*map(names.mentioned, known.values())) - known.keys()
            for each in mentioned & vars(builtins).keys():  # a student's `sum = 0`, or `from torch import *`
                if self.lesson.owner(each, (self.at, 0))[0] != "student":
                    known[each] = f"from builtins import {each}"
            self.judge.ask("helpers", tuple(known.items()))
            self._helped = True
        return self.judge.ask("helper", name)

    def _evaluate(self, name: str) -> bool:
        """Give `name` its value by running what makes it; False if the student's process must be asked."""
        positions = self.lesson.needed(name, (self.at, 0))
        if positions is None:
            self.remote.add(name)
            return False
        states, seeded = RandomStates(), False
        self._local += 1
        try:
            for position in positions:
                statement = self.lesson.statement(position)
                bound = all(dict.__contains__(self, each) for each in statement.binds)
                if position not in self.done or not bound:
                    seeded = seeded or statement.seeds
                    self._run(position)
                    self.done.add(position)
        except Exception:  # say, a file that only lies in the student's folder
            self.remote.add(name)
            return False
        finally:
            self._local -= 1
            drew = states.moved()
            states.restore()
        self._forget_older(positions)
        if drew and not seeded:  # random numbers: the student's process has the ones that its code has seen
            self.remote.add(name)
            dict.pop(self, name, None)
            return False
        return dict.__contains__(self, name)

    def _run(self, position: Position) -> None:
        index, place = position
        filename = f"<cell {index}>"
        if index not in self._trees:
            source = as_python(self.lesson.piece(index).source)
            linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
            self._trees[index] = identity.changed(names.parse(source))
        module = ast.Module([self._trees[index].body[place]], type_ignores=[])
        exec(compile(module, filename, "exec", dont_inherit=True), self)

    def _forget_older(self, positions: list[Position]) -> None:
        """What was needed on the way and has another value by now is evaluated when it is asked for."""
        for position in positions:
            for name in self.lesson.statement(position).binds:
                if self.lesson.owner(name, (self.at, 0))[1] not in self.done:
                    dict.pop(self, name, None)

    def _import(self, name: str) -> bool:
        """A module that a cell which the student may change imports: the same one here, from our own libraries."""
        module, attribute = self._imported(name)
        value = self._loaded(module, attribute, None)
        if value is not None:
            dict.__setitem__(self, name, value)
        return value is not None

    @staticmethod
    def _loaded(module: str, attribute: str, otherwise: Any) -> Any:
        try:
            found = importlib.import_module(module)
            return getattr(found, attribute) if attribute else found
        except (ImportError, AttributeError):
            return otherwise

    def _imported(self, name: str) -> tuple[str, str]:
        """The module, and what of it, that a name stands for which the student may have imported otherwise."""
        module, attribute = self.lesson.imports[name]
        top, dot, rest = module.partition(".")
        return (self._framework() + dot + rest if top in FRAMEWORKS else module), attribute

    def _framework(self) -> str:
        """The framework that the student's notebook works with: `import torch` may replace `import torchlet`."""
        for name, (module, attribute) in self.lesson.imports.items():
            if module in FRAMEWORKS and not attribute:
                try:
                    chosen = self.judge.get(name)
                except Undefined:
                    continue
                if isinstance(chosen, RemoteModule) and chosen.__name__ in FRAMEWORKS:
                    return chosen.__name__
                return module
        return next((m for m, _ in self.lesson.imports.values() if m in FRAMEWORKS), "torch")

    def _import_stars(self, name: str) -> bool:
        """Run the instructor's `from module import *`, which may define any name."""
        for piece in self.lesson.pieces:
            if piece.role == "locked" and piece.index < self.at:
                for i, statement in enumerate(piece.statements):
                    position = (piece.index, i)
                    if "*" in statement.binds and position not in self.done:
                        self.done.add(position)
                        self._local += 1
                        try:
                            self._run(position)
                        finally:
                            self._local -= 1
        return dict.__contains__(self, name)
