"""Lists, dictionaries, sets and their relatives from the standard library, as pairs.

Only what the exact type says travels; a subclass stays where it is.
"""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any

from autograder.judge.exchange import Exchange
from autograder.judge.kinds import Kind
from autograder.judge.wire import Reader, WireError, Writer, hashable


def install(exchange: Exchange) -> None:
    exchange.register(Sequence(exchange), list)
    exchange.register(Deque(exchange), deque)
    exchange.register(Set(exchange), set)
    exchange.register(Bytes(exchange), bytearray)
    exchange.register(Mapping(exchange, b"D", dict), dict)
    exchange.register(Mapping(exchange, b"O", OrderedDict), OrderedDict)
    exchange.register(Mapping(exchange, b"K", Counter), Counter)
    exchange.register(DefaultMapping(exchange), defaultdict)


class Sequence(Kind):
    tag = b"L"

    def write(self, writer: Writer, thing: list) -> None:
        writer.values(thing)

    def create(self, reader: Reader) -> list:
        return []

    def fill(self, reader: Reader, thing: list, new: bool) -> None:
        thing[:] = reader.values()
        reader.end()


class Deque(Kind):
    tag = b"Q"

    def write(self, writer: Writer, thing: deque) -> None:
        writer.value(thing.maxlen)
        writer.values(list(thing))

    def create(self, reader: Reader) -> deque:
        length = reader.value()
        if length is not None and (type(length) is not int or length < 0):
            raise WireError("a deque of no possible length")
        return deque(maxlen=length)

    def fill(self, reader: Reader, thing: deque, new: bool) -> None:
        reader.value()
        thing.clear()
        thing.extend(reader.values())
        reader.end()


class Set(Kind):
    tag = b"S"

    def write(self, writer: Writer, thing: set) -> None:
        writer.values(list(thing))

    def create(self, reader: Reader) -> set:
        return set()

    def fill(self, reader: Reader, thing: set, new: bool) -> Callable[[], None]:
        values = reader.values()
        reader.end()

        def finish() -> None:
            members = hashable(values)
            thing.clear()
            thing.update(members)

        return finish


class Bytes(Kind):
    tag = b"B"

    def write(self, writer: Writer, thing: bytearray) -> None:
        writer.bytes(thing)

    def create(self, reader: Reader) -> bytearray:
        return bytearray()

    def fill(self, reader: Reader, thing: bytearray, new: bool) -> None:
        thing[:] = reader.bytes()
        reader.end()


class Mapping(Kind):
    """A dictionary of exactly the type `kind`, in its order."""

    def __init__(self, exchange: Exchange, tag: bytes, kind: type):
        super().__init__(exchange)
        self.tag = tag
        self.kind = kind

    def write(self, writer: Writer, thing: dict) -> None:
        writer.values(list(thing))
        writer.values(list(thing.values()))

    def create(self, reader: Reader) -> dict:
        return self.kind()

    def fill(self, reader: Reader, thing: dict, new: bool) -> Callable[[], None]:
        keys, values = reader.values(), reader.values()
        reader.end()
        if len(keys) != len(values):
            raise WireError("a dictionary with a key too many")

        def finish() -> None:
            if not new:
                thing.clear()
            for key, value in zip(keys, values, strict=True):
                try:
                    thing[key] = value
                except TypeError:
                    raise WireError("a dictionary with a key that cannot be one") from None

        return finish


class DefaultMapping(Mapping):
    """A defaultdict; of its factory only a class that both sides know, or nothing."""

    def __init__(self, exchange: Exchange):
        super().__init__(exchange, b"U", defaultdict)

    def write(self, writer: Writer, thing: defaultdict) -> None:
        factory = thing.default_factory
        writer.value(factory if factory in (int, float, str, list, dict, set, bool, tuple) else None)
        super().write(writer, thing)

    def fill(self, reader: Reader, thing: defaultdict, new: bool) -> Callable[[], None]:
        factory: Any = reader.value()
        if factory is not None and not isinstance(factory, type):
            raise WireError("a defaultdict whose default is no class")
        if new:
            thing.default_factory = factory
        return super().fill(reader, thing, new)
