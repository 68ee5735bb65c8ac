"""The notebook that is graded: the instructor's own, with the student's answers put in.

The student's notebook is never repaired. A fresh copy of the instructor's takes over the answers by grade id,
and the student's other cells in their order, without metadata: so nothing that a notebook can carry besides
text (tags, points, cell types, copies of tests) has any effect. `notes` say what was put in order, `doubts`
what cannot be decided with certainty; with doubts the submission is one to review.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder import cells, examples
from autograder.matching import Matching, Place, match, places, same
from autograder.untrusted import SubmittedCell
from autograder.versions import Versions

STRANGE = 0.25  # with less of the lesson's notebook in it, and no answer found, it is another notebook


@dataclass
class Recovered:
    """notebook: to be executed, without outputs. untouched: no answer differs from what was handed out.

    changed: names that examples define and tests or answers use, where the student has changed the example.
    """

    notebook: NotebookNode
    notes: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    untouched: bool = False
    strange: bool = False
    changed: set[str] = field(default_factory=set)


def recover(versions: Versions, submitted: Sequence[SubmittedCell]) -> Recovered:
    """The notebook to grade for these submitted cells. The worst result is one full of doubts."""
    return _Recovery(match(places(versions), submitted), versions.graded).run()


class _Recovery:
    def __init__(self, matching: Matching, graded: NotebookNode) -> None:
        self.matching = matching
        self.submitted = matching.submitted
        self.result = Recovered(copy.deepcopy(graded))
        self.answers: dict[int, str] = {}  # by the index of their place
        self.attachments: dict[int, dict] = {}
        self.carries: dict[int, int] = {}  # submitted cell -> the place whose answer it holds
        self.ignored: set[int] = set()  # submitted cells whose text counts for nothing

    def run(self) -> Recovered:
        wanted = [place for place in self.matching.lesson if place.is_answer]
        for find in (self._by_grade_id, self._by_names, self._by_place):
            for place in wanted:
                if place.index not in self.answers:
                    find(place)
        for place in wanted:
            self._join_split(place)
        self._judge(wanted)
        self._assemble()
        return self.result

    # The answers, from the most certain to the least.

    def _by_grade_id(self, place: Place) -> None:
        """The cell that carries the answer's grade id; of several, see `_choose`."""
        numbers = self.matching.of(place)
        changed = [n for n in numbers if self._changed(n, place)]
        if not changed:
            return
        self.ignored.update(numbers)
        texts = list(dict.fromkeys(self._text(n, place) for n in changed))
        if len(numbers) > 1:
            self._note(f"the answer `{place.grade_id}` is there {len(numbers)} times")
        if place.is_code and any(self.submitted[n].kind != "code" for n in changed):
            self._note(f"the answer `{place.grade_id}` was turned into text; it is read as code")
        self._answer(place, texts[0] if len(texts) == 1 else self._choose(place, texts), changed)

    def _choose(self, place: Place, texts: list[str]) -> str:
        """Of several different answers the last one that is whole, with the pieces around it."""
        whole = [text for text in texts if cells.parses(text) and place.names <= cells.names_defined(text)]
        if not place.is_code or not whole:
            self._note(f"the pieces of the answer `{place.grade_id}` are put together in their order")
            return "\n".join(texts)
        if len(whole) > 1:
            self._note(f"of the different answers `{place.grade_id}` the last one counts")
        kept = [text for text in texts if text == whole[-1] or (text not in whole and cells.parses(text))]
        return "\n\n".join(kept)

    def _by_names(self, place: Place) -> None:
        """The student's own cells, or changed ones of others, that define what the answer has to define."""
        if not place.names:
            return
        defining = {
            n: cells.names_defined(cell.source) & place.names
            for n, cell in enumerate(self.submitted)
            if cell.kind == "code" and cell.source.strip() and not self._is_given(n)
        }
        numbers = [n for n, names in defining.items() if names and n not in self.carries]
        if not numbers:
            if any(defining.get(n) == place.names for n in self.carries):
                self._note(f"the answer `{place.grade_id}` stands in the cell of another answer")
                self.answers[place.index] = f"# {place.grade_id}: answered together with another task"
            return
        whole = [n for n in numbers if defining[n] == place.names]
        chosen = whole[-1:] or numbers
        self.ignored.update(self.matching.of(place))  # left as it was handed out
        self._note(f"the answer `{place.grade_id}` is recognised by the names that it defines")
        if len({self.submitted[n].source for n in whole}) > 1:
            self._note(f"of the different answers `{place.grade_id}` the last one counts")
        texts = dict.fromkeys(self._without_given(self.submitted[n].source, place) for n in chosen)
        self._answer(place, "\n\n".join(texts), chosen)

    def _by_place(self, place: Place) -> None:
        """Without names to go by: what the student wrote where the answer belongs."""
        there = self.matching.of(place)
        if place.names or (place.is_code and there) or self.matching.share_found() < STRANGE:
            return
        kind = "code" if place.is_code else "markdown"
        gap = self.matching.between_neighbours(place)
        numbers = [n for n in gap if self.submitted[n].kind == kind and n not in self.carries]
        if there:  # a written answer left as it was: only what stands right below it
            numbers = [n for n in numbers if n > max(there)]
        if not numbers:
            return
        rivals = [
            other.grade_id
            for other in self.matching.lesson
            if other.is_answer and other.is_code == place.is_code and other.index not in self.answers
            if other is not place and self.matching.between_neighbours(other) == gap
        ]
        if rivals:
            names = ", ".join(f"`{name}`" for name in [place.grade_id, *rivals])
            self.result.doubts.append(f"it is not certain which cells are the answers {names}")
            numbers = numbers[:1]
        self._note(f"the answer `{place.grade_id}` is recognised by where it stands")
        self.ignored.update(there)
        self._answer(place, "\n\n".join(self.submitted[n].source for n in numbers), numbers)

    def _join_split(self, place: Place) -> None:
        """An answer that parses only with the student's own cells below it was cut there."""
        text = self.answers.get(place.index, "")
        if not place.is_code or not text or cells.parses(text):
            return
        number = max((n for n, index in self.carries.items() if index == place.index), default=None)
        joined, taken = text, []
        while number is not None and number + 1 < len(self.submitted) and len(taken) < 10:
            number += 1
            if self.matching.owner[number] is not None or self.submitted[number].kind != "code":
                return
            taken.append(number)
            joined += "\n" + self.submitted[number].source
            if cells.parses(joined) and place.names <= cells.names_defined(joined):
                self._note(f"the answer `{place.grade_id}` was split over several cells; they are joined")
                self._answer(place, joined, taken)
                return

    # What the result is worth.

    def _judge(self, wanted: list[Place]) -> None:
        result, matching = self.result, self.matching
        result.untouched = not self.answers
        if result.untouched and matching.share_found() < STRANGE:
            result.strange = True
            result.doubts.append("hardly any cell of it is from this lesson: is it the right notebook?")
            return
        ids = any(cell.grade_id for cell in self.submitted)
        for place in wanted:
            if place.index in self.answers or matching.of(place):
                continue
            where = matching.between_neighbours(place) if ids else matching.own()
            kind = "code" if place.is_code else "markdown"
            if any(self.submitted[n].kind == kind for n in where if n not in self.carries):
                text = "the answer cell `{}` is gone; whether another cell is its answer is not certain"
                result.doubts.append(text.format(place.grade_id))
            else:
                self._note(f"the answer cell `{place.grade_id}` was deleted")
        tests = [place for place in matching.lesson if cells.is_test(place.cell)]
        edited = [p.grade_id for p in tests if any(self._edited(n, p) for n in matching.of(p))]
        if edited:
            self._note("changed tests count as they were handed out: " + ", ".join(edited))
        order = [o for o in matching.owner if o is not None and matching.lesson[o].grade_id]
        if order != sorted(order) and len(set(order)) == len(order):
            self._note("the cells are put back into the lesson's order")

    # The notebook.

    def _assemble(self) -> None:
        result = self.result
        follow = self._own_cells()
        written = follow[-1]
        for place, cell in zip(self.matching.lesson, result.notebook.cells, strict=True):
            if place.is_answer:
                cell.source = self.answers.get(place.index, place.given)
                if self.attachments.get(place.index) and not place.is_code:
                    cell.attachments = self.attachments[place.index]
            elif not cells.is_locked(cell):
                follow[place.index][:0] = self._students_version(place, cell)
            written += [cell, *follow[place.index]]
        result.notebook.cells = written

    @cached_property
    def _needed(self) -> frozenset[str]:
        """The names that tests and answers take from other cells: looked for where an example was changed."""
        tests = [place.cell.source for place in self.matching.lesson if cells.is_test(place.cell)]
        return examples.taken([*tests, *self.answers.values()])

    def _students_version(self, place: Place, cell: NotebookNode) -> list[NotebookNode]:
        """A cell that the student may change counts as the student left it.

        Where it does not define any more what tests or answers need, it runs below the one that was handed out.
        """
        changed = [n for n in self.matching.of(place) if self._changed(n, place)]
        if not changed or (self.submitted[changed[-1]].kind == "code") != place.is_code:
            return []
        source = self.submitted[changed[-1]].source
        if place.is_code:
            example = examples.Example(place.given, source, self._needed)
            self.result.changed |= example.changed
            if example.lost:
                self._note(
                    f"the example that defines {examples.listed(example.lost)} runs as it was handed out, too"
                )
                return [new_code_cell(source, id=f"{cells.OWN}{changed[-1]}")]
        cell.source = source
        return []

    def _own_cells(self) -> dict[int, list[NotebookNode]]:
        """The student's own cells by the lesson's cell that they follow (-1: at the top)."""
        follow, last = defaultdict(list), -1
        for number, cell in enumerate(self.submitted):
            owner = self.matching.owner[number]
            if number in self.carries:
                last = self.carries[number]
            elif owner is not None:
                last = last if number in self.ignored else owner
            elif cell.source.strip() and cell.kind != "raw":
                make = new_code_cell if cell.kind == "code" else new_markdown_cell
                own = make(cell.source, id=f"{cells.OWN}{number}")
                if cell.attachments and cell.kind == "markdown":
                    own.attachments = cell.attachments
                follow[last].append(own)
        return follow

    # Small words.

    def _text(self, number: int, place: Place) -> str:
        source = self.submitted[number].source
        return self._without_given(source, place) if place.is_code else source

    def _without_given(self, source: str, place: Place) -> str:
        """An answer without the text of the lesson's other cells that were merged into its cell."""
        for other in self.matching.lesson:
            text = other.given.strip()
            if other.index != place.index and other.is_code and len(text) > 30 and text in source:
                self._note(f"the answer `{place.grade_id}` was merged with another cell; they are told apart")
                source = source.replace(text, "")
        return source.strip("\n")

    def _changed(self, number: int, place: Place) -> bool:
        source = self.submitted[number].source
        return bool(source.strip()) and not same(source, place.given)

    def _edited(self, number: int, place: Place) -> bool:
        """Whether the student changed a test: one that the instructor mended since is as it was handed out then."""
        return self._changed(number, place) and not self.submitted[number].as_given

    def _is_given(self, number: int) -> bool:
        """Whether a submitted cell is the lesson's as handed out, or one that the student may change."""
        owner = self.matching.owner[number]
        if owner is None:
            return False
        place = self.matching.lesson[owner]
        return not self._changed(number, place) or not (place.is_answer or cells.is_locked(place.cell))

    def _answer(self, place: Place, text: str, numbers: Sequence[int]) -> None:
        self.answers[place.index] = text
        for number in numbers:
            self.carries[number] = place.index
            self.attachments.setdefault(place.index, {}).update(self.submitted[number].attachments)

    def _note(self, text: str) -> None:
        if text not in self.result.notes:
            self.result.notes.append(text)
