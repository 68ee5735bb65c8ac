"""Values as bytes, without pickle: what may travel between the student's process and the judge.

A value that cannot change (a number, a text, a tuple of them, ...) is written where it stands; it is called an
*atom* here. What can change (lists, arrays, tensors, ...) is written once a message and referred to by number:
see `judge.exchange`. Only exact types travel: an `int` subclass that claims to equal everything is no int.

A message is read as if an enemy had written it: every count is checked against the bytes that are left before
anything is made of it, depth and number of values are limited, and a byte too many is an error.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class WireError(ValueError):
    """A message is malformed, or a value cannot travel. `str()` says what is wrong with it."""


@dataclass(frozen=True)
class Limits:
    """What one message may hold: bytes in all, values in values, values in all, bytes of one integer."""

    size: int = 256 * 2**20
    depth: int = 100
    count: int = 2_000_000
    integer: int = 2**17


LIMITS = Limits()


class Writer:
    """Writes atoms to `out`; what is no atom is given to `other(writer, value)`."""

    def __init__(self, other: Callable[[Writer, Any], None], limits: Limits = LIMITS):
        self.out = bytearray()
        self.other = other
        self.limits = limits
        self.depth = 0

    def value(self, value: Any) -> None:
        write = WRITERS.get(type(value))
        if write is None:
            self.other(self, value)
        else:
            write(self, value)

    def tag(self, tag: bytes) -> None:
        self.out += tag

    def number(self, number: int) -> None:
        """A count or an index, 0 ≤ number < 2⁶³."""
        self.out += _INT64.pack(number)

    def bytes(self, data: bytes | memoryview) -> None:
        self.out += _INT64.pack(len(data))
        self.out += data
        if len(self.out) > self.limits.size:
            raise WireError(f"a value of more than {self.limits.size // 2**20} MB cannot be compared")

    def text(self, text: str) -> None:
        self.bytes(text.encode("utf-8", "surrogatepass"))

    def values(self, values: tuple | list | frozenset) -> None:
        self.depth += 1
        if self.depth > self.limits.depth:
            raise WireError(f"values nested more than {self.limits.depth} deep cannot be compared")
        self.out += _INT64.pack(len(values))
        for value in values:
            self.value(value)
        self.depth -= 1


class Reader:
    """Reads what `Writer` wrote. `other(reader, tag)` reads what is no atom.

    Raises `WireError` for bytes that no writer writes.
    """

    def __init__(
        self, data: bytes | memoryview, other: Callable[[Reader, int], Any], limits: Limits = LIMITS
    ):
        if len(data) > limits.size:
            raise WireError(f"a message of {len(data)} bytes, more than {limits.size}")
        self.data = memoryview(data)
        self.at = 0
        self.other = other
        self.limits = limits
        self.depth = 0
        self.left = [limits.count]  # values; shared by the readers of one message

    def part(self, data: memoryview) -> Reader:
        """A reader of a part of the message."""
        reader = Reader(data, self.other, self.limits)
        reader.left = self.left
        return reader

    def value(self) -> Any:
        self.left[0] -= 1
        if self.left[0] < 0:
            raise WireError(f"a message of more than {self.limits.count} values")
        tag = self.tag()
        read = READERS.get(tag)
        return self.other(self, tag) if read is None else read(self)

    def exactly(self, kind: type) -> Any:
        """The next value, which must be of exactly this type."""
        value = self.value()
        if type(value) is not kind:
            raise WireError(f"expected {kind.__name__}, not {type(value).__name__}")
        return value

    def tag(self) -> int:
        return self.take(1)[0]

    def take(self, size: int) -> memoryview:
        end = self.at + size
        if size < 0 or end > len(self.data):
            raise WireError("the message ends too early")
        piece = self.data[self.at : end]
        self.at = end
        return piece

    def number(self) -> int:
        number = _INT64.unpack(self.take(8))[0]
        if number < 0:
            raise WireError("a negative count")
        return number

    def count(self) -> int:
        """A number of values that follow; each takes at least one byte, so it cannot exceed what is left."""
        count = self.number()
        if count > len(self.data) - self.at or count > self.left[0]:
            raise WireError("a count larger than the message")
        return count

    def bytes(self) -> memoryview:
        return self.take(self.number())

    def text(self) -> str:
        try:
            return str(self.bytes(), "utf-8", "surrogatepass")
        except UnicodeDecodeError:
            raise WireError("a text that is not UTF-8") from None

    def values(self) -> list:
        self.depth += 1
        if self.depth > self.limits.depth:
            raise WireError(f"values nested more than {self.limits.depth} deep")
        values = [self.value() for _ in range(self.count())]
        self.depth -= 1
        return values

    def end(self) -> None:
        if self.at != len(self.data):
            raise WireError(f"{len(self.data) - self.at} bytes too many")


_INT64 = struct.Struct("<q")
_DOUBLE = struct.Struct("<d")
_SMALL = 2**63

WRITERS: dict[type, Callable[[Writer, Any], None]] = {}
READERS: dict[int, Callable[[Reader], Any]] = {}


def atom(tag: bytes, kind: type, write: Callable[[Writer, Any], None], read: Callable[[Reader], Any]) -> None:
    """Let values of exactly the type `kind` travel under a one-byte tag."""
    WRITERS[kind] = lambda writer, value: (writer.tag(tag), write(writer, value))
    READERS[tag[0]] = read


def hashable(values: list) -> frozenset:
    try:
        return frozenset(values)
    except TypeError as error:
        raise WireError(f"a set of what cannot be in a set: {error}") from None


def _write_int(writer: Writer, value: int) -> None:
    if -_SMALL <= value < _SMALL:
        writer.out += b"i"
        writer.out += _INT64.pack(value)
        return
    size = value.bit_length() // 8 + 1
    if size > writer.limits.integer:
        raise WireError(f"an integer of {value.bit_length()} bits cannot be compared")
    writer.out += b"I"
    writer.bytes(value.to_bytes(size, "little", signed=True))


def _read_long(reader: Reader) -> int:
    data = reader.bytes()
    if len(data) > reader.limits.integer:
        raise WireError(f"an integer of {8 * len(data)} bits")
    value = int.from_bytes(data, "little", signed=True)
    if -_SMALL <= value < _SMALL:
        raise WireError("a small integer in the form of a long one")
    return value


def _triple(writer: Writer, value: slice | range) -> None:
    writer.values((value.start, value.stop, value.step))


def _read_slice(reader: Reader) -> slice:
    values = reader.values()
    if len(values) != 3:
        raise WireError("a slice or range without start, stop, step")
    return slice(*values)


def _read_range(reader: Reader) -> range:
    parts = _read_slice(reader)
    if any(type(part) is not int for part in (parts.start, parts.stop, parts.step)) or parts.step == 0:
        raise WireError("a range of what is no integer, or without a step")
    return range(parts.start, parts.stop, parts.step)


def _float(reader: Reader) -> float:
    return _DOUBLE.unpack(reader.take(8))[0]


WRITERS[int] = _write_int
WRITERS[bool] = lambda writer, value: writer.tag(b"T" if value else b"F")
READERS[ord("i")] = lambda reader: _INT64.unpack(reader.take(8))[0]
READERS[ord("I")] = _read_long
READERS[ord("T")] = lambda reader: True
READERS[ord("F")] = lambda reader: False
for _tag, _value in {b"N": None, b".": Ellipsis, b"!": NotImplemented}.items():
    atom(_tag, type(_value), lambda writer, value: None, lambda reader, value=_value: value)
atom(b"f", float, lambda writer, value: writer.out.extend(_DOUBLE.pack(value)), _float)
atom(
    b"c",
    complex,
    lambda writer, value: writer.out.extend(_DOUBLE.pack(value.real) + _DOUBLE.pack(value.imag)),
    lambda reader: complex(_float(reader), _float(reader)),
)
atom(b"s", str, Writer.text, Reader.text)
atom(b"b", bytes, Writer.bytes, lambda reader: bytes(reader.bytes()))
atom(b"(", tuple, Writer.values, lambda reader: tuple(reader.values()))
atom(b"<", frozenset, Writer.values, lambda reader: hashable(reader.values()))
atom(b":", slice, _triple, _read_slice)
atom(b"r", range, _triple, _read_range)
