"""Which cell of a student's notebook is which cell of the lesson.

A notebook comes back with cells copied, deleted, moved, split, merged, retyped, and with its metadata gone.
What is certain is used first: the grade id, then the text as it was handed out. A cell that the student may
change is found by its own id, or by its likeness between the cells that were found before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from nbformat import NotebookNode

from autograder import cells
from autograder.untrusted import SubmittedCell
from autograder.versions import Versions

ALIKE = 0.6  # two texts of which this share is the same are two states of one cell


@dataclass(frozen=True)
class Place:
    """A cell of the lesson. given: its text as handed out. names: what an answer in it has to define."""

    index: int
    cell: NotebookNode
    given: str
    names: frozenset[str] = frozenset()

    @property
    def grade_id(self) -> str:
        return cells.grade_id(self.cell)

    @property
    def is_answer(self) -> bool:
        return cells.is_answer(self.cell)

    @property
    def is_code(self) -> bool:
        return self.cell.cell_type == "code"


def places(versions: Versions) -> list[Place]:
    """The cells of a lesson's notebook, in order."""
    found = []
    for index, (cell, given) in enumerate(zip(versions.graded.cells, versions.release.cells, strict=True)):
        names = frozenset()
        if cells.is_answer(cell) and cell.cell_type == "code":
            reference = _source(versions, cells.grade_id(cell))
            names = frozenset(cells.names_defined(given.source) or cells.names_defined(reference))
        found.append(Place(index, cell, given.source, names))
    return found


def _source(versions: Versions, grade_id: str) -> str:
    return next((cell.source for cell in versions.source.cells if cells.grade_id(cell) == grade_id), "")


@dataclass
class Matching:
    """owner: for each submitted cell, the index of the lesson's cell that it is a state of.

    None stands for the student's own cells.
    """

    lesson: list[Place]
    submitted: Sequence[SubmittedCell]
    owner: list[int | None]

    def of(self, place: Place) -> list[int]:
        """The numbers of the submitted cells that are this cell of the lesson, in the student's order."""
        return [number for number, owner in enumerate(self.owner) if owner == place.index]

    def own(self) -> list[int]:
        """The numbers of the student's own cells that hold anything."""
        return [n for n, owner in enumerate(self.owner) if owner is None and self.submitted[n].source.strip()]

    def between_neighbours(self, place: Place) -> list[int]:
        """The student's own cells that lie between the found cells around the place of this one."""
        found = {owner for owner in self.owner if owner is not None}
        before = max((index for index in found if index < place.index), default=None)
        after = min((index for index in found if index > place.index), default=None)
        start = max(self._numbers(before), default=-1)
        stop = min(self._numbers(after), default=len(self.owner))
        return [number for number in self.own() if start < number < stop]

    def _numbers(self, index: int | None) -> list[int]:
        return [number for number, owner in enumerate(self.owner) if owner is not None and owner == index]

    def share_found(self) -> float:
        """How much of the lesson's notebook is in the submitted one, from 0 to 1."""
        return len({owner for owner in self.owner if owner is not None}) / max(1, len(self.lesson))


def match(lesson: Sequence[Place], submitted: Sequence[SubmittedCell]) -> Matching:
    """Match cells by what is certain, and then the lesson's unmarked cells by place and likeness.

    Answers that are not found so stay without a cell: see `recovery`.
    """
    matching = Matching(list(lesson), submitted, [None] * len(submitted))
    _by_grade_id(matching)
    _by_text(matching)
    _edited(matching)
    return matching


def same(one: str, other: str) -> bool:
    """Whether two cells hold the same text, but for blanks at the ends of lines and around the whole."""
    return _stripped(one) == _stripped(other)


def likeness(one: str, other: str) -> float:
    """How much two texts have in common, from 0 to 1, by words and signs."""
    if not one.strip() or not other.strip():
        return 0.0
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def _stripped(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _by_grade_id(matching: Matching) -> None:
    known = {place.grade_id: place.index for place in matching.lesson if place.grade_id}
    for number, cell in enumerate(matching.submitted):
        matching.owner[number] = known.get(cell.grade_id) if cell.grade_id else None


def _by_text(matching: Matching) -> None:
    by_text = defaultdict(list)
    for place in matching.lesson:
        if place.given.strip():
            by_text[_stripped(place.given)].append(place)
    taken = {owner for owner in matching.owner if owner is not None}
    ambiguous = []
    for number, cell in enumerate(matching.submitted):
        alike = by_text.get(_stripped(cell.source), [])
        if matching.owner[number] is not None or not alike:
            continue
        if len(alike) > 1:
            ambiguous.append((number, alike))
        elif alike[0].index not in taken or alike[0].is_code:  # a copy of a found cell
            matching.owner[number] = alike[0].index
            taken.add(alike[0].index)
    for number, alike in ambiguous:  # equal stubs, say: told apart by where they stand
        before = next((o for o in reversed(matching.owner[:number]) if o is not None), -1)
        after = next((o for o in matching.owner[number:] if o is not None), len(matching.lesson))
        free = [place.index for place in alike if place.index not in taken]
        fitting = [index for index in free if before < index < after] or free
        if fitting:
            matching.owner[number] = fitting[0]
            taken.add(fitting[0])


def _edited(matching: Matching) -> None:
    """Cells that the student may change and did: found by their id, or by likeness at their place."""
    taken = {owner for owner in matching.owner if owner is not None}
    for place in matching.lesson:
        if place.index in taken or place.is_answer or cells.is_locked(place.cell):
            continue
        candidates = [n for n in matching.own() if (matching.submitted[n].kind == "code") == place.is_code]
        by_id = [n for n in candidates if matching.submitted[n].cell_id == place.cell.get("id", None)]
        near = matching.between_neighbours(place)
        ranked = sorted(
            (likeness(matching.submitted[n].source, place.given), n) for n in candidates if n in near
        )
        if len(by_id) == 1 and likeness(matching.submitted[by_id[0]].source, place.given) > 0:
            matching.owner[by_id[0]] = place.index
        elif ranked and ranked[-1][0] >= ALIKE:
            matching.owner[ranked[-1][1]] = place.index
