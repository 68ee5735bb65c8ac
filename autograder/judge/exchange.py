"""Messages between two processes, and what both of them know.

A mutable object that crossed exists in both processes, as a *pair* with one number. While both sides hold it, a
message also carries what its sender changed in it since; so an argument that a function changes in place is
changed for its caller, a result that *is* an argument is the same object again, and a list that a class keeps
stays one list. A pair ends when either side no longer holds its half.

What cannot travel by value is lent (`judge.lending`). The two sides take turns: there is never a message in
flight in both directions.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from autograder.judge.kinds import Kind
from autograder.judge.lending import Lending
from autograder.judge.wire import LIMITS, READERS, Limits, Reader, WireError, Writer

REFERENCE, LENT, RETURNED = ord("@"), ord("h"), ord("H")


class Exchange:
    """One end of the connection. `side` is 0 or 1, and another at the other end."""

    def __init__(self, side: int, limits: Limits = LIMITS):
        self.side = side
        self.limits = limits
        self.lending = Lending()
        self.objects: dict[int, Any] = {}
        self.kinds: dict[type, Kind] = {}
        self.by_tag: dict[int, Kind] = {}
        self.special: list[
            Callable[[Writer, Any], bool]
        ] = []  # each may write a value, and says whether it did
        self.notes: dict[int, dict[str, Any]] = {}  # what kinds want to remember about a pair
        self._numbers: dict[int, int] = {}  # id of a paired object → its number
        self._marks: dict[int, Any] = {}
        self._next = side
        self._ended: list[int] = []  # pairs that ended here; the other side is told with the next message
        self._pending: list[tuple[int, Any]] = []  # met while writing, not written yet
        self._records: dict[int, tuple[Kind, memoryview]] = {}  # of the message that is being read
        self._making: set[int] = set()
        self._unfilled: set[int] = set()  # pairs whose content has come, and is not in place yet
        self._reading = 0  # messages that are being read: reading one may take a question
        self._ended_there: list[int] = []  # pairs that ended there, for when no message is being read
        self._returned: list[int] = []  # what was lent and came back, likewise
        self._reader: Reader | None = None

    def ask(self, *values: Any) -> Any:
        """Send values to the other side in the middle of something, and return what comes back."""
        raise WireError("nobody is there to ask")

    def lend(self, writer: Writer, value: Any) -> None:
        """Describe a value that stays here."""
        raise WireError(f"a {type(value).__name__} cannot be sent")

    def standin(self, reader: Reader) -> Any:
        """The stand-in for what the other side describes."""
        raise WireError("an object that stays where it is, where none is expected")

    def meet(self, tag: int) -> bool:
        """Whether values with a tag that was not known until now can be read all the same."""
        return False

    def read_special(self, reader: Reader, tag: int) -> Any:
        """Read what one of `special` wrote under a tag of its own."""
        raise WireError(f"a value of no known kind ({tag})")

    def register(self, kind: Kind, *types: type) -> None:
        self.by_tag[kind.tag[0]] = kind
        for each in types:
            self.kinds[each] = kind

    # Writing

    def encode(self, *values: Any) -> bytes:
        """A message of these values. Raises `WireError` when one is too large or cannot travel."""
        records, root, header = self.writer(), self.writer(), self.writer()
        first, written, self._pending = self._next, [], []
        try:
            self._write_changed(records, written)
            root.values(values)
            self._write_pending(records, written)
        except WireError:
            for number in range(first, self._next, 2):
                self._drop(number)
            self._marks.update((number, None) for number in written if number in self.objects)
            raise
        self._sweep()  # after the changes are written: an argument that nobody kept may have been changed
        header.values(self._ended)
        header.values(self.lending.gone())
        header.number(len(written))
        self._ended = []
        return b"".join((header.out, records.out, root.out))

    def writer(self) -> Writer:
        return Writer(self._other, self.limits)

    def number_of(self, thing: Any) -> int:
        """The number of an object that can travel as a pair; it is written with this message if it is new."""
        number = self._numbers.get(id(thing))
        if number is None:
            number = self._next
            self._next += 2
            self._know(number, thing)
            self._pending.append((number, thing))
        return number

    def knows(self, thing: Any) -> bool:
        return id(thing) in self._numbers

    def agreed(self, thing: Any) -> Any:
        """The mark of a paired object when both sides had last the same; None before that."""
        return self._marks.get(self._numbers.get(id(thing), -1))

    def reference(self, writer: Writer, thing: Any) -> None:
        writer.tag(b"@")
        writer.number(self.number_of(thing))

    def _write_changed(self, records: Writer, written: list[int]) -> None:
        for number, thing in list(self.objects.items()):
            if number not in self._unfilled and self._marks[number] != self.kinds[type(thing)].mark(thing):
                self._write_record(records, number, thing, written)

    def _write_pending(self, records: Writer, written: list[int]) -> None:
        for number, thing in self._pending:  # writing them may append more
            self._write_record(records, number, thing, written)
        self._pending = []

    def _write_record(self, records: Writer, number: int, thing: Any, written: list[int]) -> None:
        kind, content = self.kinds[type(thing)], self.writer()
        kind.write(content, thing)
        records.number(number)
        records.tag(kind.tag)
        records.bytes(content.out)
        self._marks[number] = kind.mark(thing)
        written.append(number)

    def _other(self, writer: Writer, value: Any) -> None:
        kind = self.kinds.get(type(value))
        if kind is not None and (id(value) in self._numbers or kind.accepts(value)):
            self.reference(writer, value)
            return
        number = self.lending.borrowed(value)
        if number is not None:
            writer.tag(b"H")
            writer.number(number)
        elif not any(write(writer, value) for write in self.special):
            writer.tag(b"h")
            writer.number(self.lending.lend(value))
            self.lend(writer, value)

    # Reading

    def decode(self, data: bytes | memoryview) -> list:
        """The values of a message. Raises `WireError`; the connection is then of no use any more."""
        reader = self._reader = Reader(data, self._read_other, self.limits)
        ended, returned = reader.values(), reader.values()
        self._records = {}
        for _ in range(reader.count()):
            number, tag = reader.number(), reader.tag()
            if number in self._records or (tag not in self.by_tag and not self.meet(tag)):
                raise WireError("an object sent twice, or of no known kind")
            self._records[number] = self.by_tag[tag], reader.bytes()
        known = set(self.objects)
        made = [(number, self.object(number), *record) for number, record in self._records.items()]
        self._records, self._reader = {}, None
        unfilled = {number for number, *_ in made}
        self._unfilled |= unfilled
        self._ended_there += ended
        self._returned += returned
        try:
            values, later = self._read(reader, made, known)
            self._finish(later)
        finally:
            self._unfilled -= unfilled
        return values

    def _read(self, reader: Reader, made: list, known: set[int]) -> tuple[list, list]:
        """The message's values, with content in its objects; and of which objects members wait for their hashes."""
        later = []
        self._reading += 1
        try:
            for number, thing, kind, content in made:
                if self.kinds[type(thing)] is not kind:
                    raise WireError("an object that became one of another kind")
                finish = kind.fill(reader.part(content), thing, number not in known)
                if finish is not None:
                    later.append((number, thing, finish))
            values = reader.values()
            reader.end()
        finally:
            self._reading -= 1
        waiting = {number for number, *_ in later}
        for number, thing, kind, _ in made:
            if number not in waiting:
                self._marks[number] = kind.mark(thing)
        if not self._reading:  # what is read may still refer to them
            self._let_go()
        return values, later

    def _let_go(self) -> None:
        """End the pairs that ended on the other side, and take back what was lent."""
        while self._ended_there:
            self._drop(self._ended_there.pop())
        while self._returned:
            self.lending.take_back(self._returned.pop())

    def _finish(self, later: list) -> None:
        """Put members into sets and keys into dictionaries: their hashes may have to be asked for on the other side."""
        for number, thing, finish in reversed(later):  # what is inside first
            if number in self._unfilled:  # else an answer in between brought something newer
                finish()
                self._unfilled.discard(number)
                if number in self.objects:
                    self._marks[number] = self.kinds[type(thing)].mark(thing)

    def object(self, number: int) -> Any:
        """The object of this number; made now, when this message brings it."""
        if number in self.objects:
            return self.objects[number]
        if number not in self._records or number in self._making or number % 2 == self.side:
            raise WireError("a reference to an object that does not exist")
        kind, content = self._records[number]
        self._making.add(number)
        thing = kind.create(self._reader.part(content))
        self._making.discard(number)
        self._know(number, thing)
        return thing

    def _read_other(self, reader: Reader, tag: int) -> Any:
        if tag == REFERENCE:
            return self.object(reader.number())
        if tag == RETURNED:
            return self.lending.get(reader.number())
        if tag == LENT:
            number = reader.number()
            known = self.lending.standin(number)
            fresh = self.standin(reader)  # read in any case: the description is part of the message
            if known is None:
                self.lending.borrow(number, fresh)
            return fresh if known is None else known
        if self.meet(tag) and tag in READERS:  # a kind of records is no kind of values
            return READERS[tag](reader)
        return self.read_special(reader, tag)

    # Pairs

    def _know(self, number: int, thing: Any) -> None:
        self.objects[number] = thing
        self._numbers[id(thing)] = number
        self._marks[number] = None
        self.kinds[type(thing)].joined(number, thing)

    def _drop(self, number: int) -> None:
        if number in self.objects:
            thing = self.objects.pop(number)
            self.kinds[type(thing)].left(number)
            del self._numbers[id(thing)]
            del self._marks[number]
            self.notes.pop(number, None)

    def _sweep(self) -> None:
        """End the pairs of which nobody but the exchange holds this side's half."""
        while True:
            free = [
                number
                for number, count in _reference_counts(self.objects)
                if count <= _UNHELD + self.kinds[type(self.objects[number])].owners(self.objects[number])
            ]
            if not free:
                return
            for number in free:
                self._drop(number)
            self._ended += free


def _reference_counts(objects: dict[int, Any]) -> list[tuple[int, int]]:
    return [(number, sys.getrefcount(objects[number])) for number in objects]


_UNHELD = _reference_counts({0: object()})[0][1]  # what the table and the counting itself hold
