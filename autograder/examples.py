"""Examples: a lesson's code cells that students may change, and that tests and answers may take names from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from nbformat import NotebookNode

from autograder import cells
from autograder.judge.names import bound, statements, used_before_bound
from autograder.records import Test


@dataclass(frozen=True)
class Example:
    """An example as it was handed out, and as a student left it. needed: the names that others take from cells."""

    given: str
    left: str
    needed: Set[str]

    @cached_property
    def changed(self) -> frozenset[str]:
        """The names that are needed and made in another way now, or not at all."""
        defined = bound(self.given) & self.needed
        return frozenset(name for name in defined if _made(name, self.left) != _made(name, self.given))

    @property
    def lost(self) -> frozenset[str]:
        """Those that the student's version does not define any more."""
        return self.changed - bound(self.left)


def taken(sources: Iterable[str]) -> frozenset[str]:
    """The names that cells take from others."""
    return frozenset().union(*map(used_before_bound, sources))


def doubts(source: NotebookNode, tests: Sequence[Test], changed: Collection[str]) -> Iterator[str]:
    """A sentence for each test that was not passed though the answer may be right: it needs a changed example.

    source: the notebook with the reference answers, which may need the example as well.
    """
    written = {cells.grade_id(cell): cell.source for cell in source.cells if cells.grade_id(cell)}
    defined = [bound(cell.source) for cell in source.cells if cells.marks(cell) and cell.cell_type == "code"]
    suspects = set(changed).difference(*defined)
    for test in tests if suspects else ():
        names = suspects & taken([written.get(test.id, ""), written.get(test.task, "")])
        if test.status == "failed" and names:
            yield f"`{test.id}` was not passed and needs {listed(names)}, whose example was changed"


def listed(names: Collection[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))


def _made(name: str, source: str) -> list[str]:
    """The statements of a cell that give a name its value."""
    return [one.source for one in statements(source) if name in one.binds]
