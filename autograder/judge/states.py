"""Objects that are nothing but a state, as pairs: random generators, texts and bytes in memory, namespaces, arrays of Python's.

`f(rng)` draws from the test's generator as in one process: its state travels there and comes back. What comes is
checked before the library gets it, which trusts its own states.
"""

from __future__ import annotations

import array
import io
import random
import types
from typing import Any

import numpy as np

from autograder.judge.exchange import Exchange
from autograder.judge.kinds import Kind
from autograder.judge.wire import Reader, WireError, Writer

_BITS = 2**128


def install(exchange: Exchange) -> None:
    exchange.register(Generator(exchange), np.random.Generator)
    exchange.register(Legacy(exchange), np.random.RandomState)
    exchange.register(Random(exchange), random.Random)
    exchange.register(Text(exchange, b"Y", io.StringIO), io.StringIO)
    exchange.register(Text(exchange, b"Z", io.BytesIO), io.BytesIO)
    exchange.register(Space(exchange), types.SimpleNamespace)
    exchange.register(Numbers(exchange), array.array)


class Generator(Kind):
    """NumPy's, as `default_rng` makes it."""

    tag = b"g"

    def accepts(self, thing: np.random.Generator) -> bool:
        return type(thing.bit_generator) is np.random.PCG64

    def write(self, writer: Writer, thing: np.random.Generator) -> None:
        said = thing.bit_generator.state
        writer.values((said["state"]["state"], said["state"]["inc"], said["has_uint32"], said["uinteger"]))

    def create(self, reader: Reader) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64(0))

    def fill(self, reader: Reader, thing: np.random.Generator, new: bool) -> None:
        values = reader.values()
        reader.end()
        limits = (_BITS, _BITS, 2, 2**32)
        if len(values) != 4 or any(
            type(v) is not int or not 0 <= v < n for v, n in zip(values, limits, strict=True)
        ):
            raise WireError("a random generator in no state that it can have")
        state, inc, has, kept = values
        thing.bit_generator.state = {
            "bit_generator": "PCG64",
            "state": {"state": state, "inc": inc},
            "has_uint32": has,
            "uinteger": kept,
        }


def _words(values: list) -> bool:
    """Whether a list is the state of a Mersenne twister: 624 numbers, and the place of the next of them."""
    return len(values) == 625 and all(type(v) is int and 0 <= v < 2**32 for v in values) and values[-1] <= 624


class Random(Kind):
    """The standard library's."""

    tag = b"j"

    def write(self, writer: Writer, thing: random.Random) -> None:
        _, words, waiting = thing.getstate()
        writer.values(words)
        writer.value(waiting)

    def create(self, reader: Reader) -> random.Random:
        return random.Random(0)

    def fill(self, reader: Reader, thing: random.Random, new: bool) -> None:
        words, waiting = reader.values(), reader.value()
        reader.end()
        if not _words(words) or type(waiting) not in (float, type(None)):
            raise WireError("a random generator in no state that it can have")
        thing.setstate((random.Random.VERSION, tuple(words), waiting))


class Legacy(Kind):
    """NumPy's older generator."""

    tag = b"k"

    def accepts(self, thing: np.random.RandomState) -> bool:
        return thing.get_state(legacy=False)["bit_generator"] == "MT19937"

    def write(self, writer: Writer, thing: np.random.RandomState) -> None:
        _, words, place, has, waiting = thing.get_state()
        writer.values([*words.tolist(), place])
        writer.value(float(waiting) if has else None)

    def create(self, reader: Reader) -> np.random.RandomState:
        return np.random.RandomState(0)

    def fill(self, reader: Reader, thing: np.random.RandomState, new: bool) -> None:
        words, waiting = reader.values(), reader.value()
        reader.end()
        if not _words(words) or type(waiting) not in (float, type(None)):
            raise WireError("a random generator in no state that it can have")
        numbers = np.array(words[:-1], dtype=np.uint32)
        thing.set_state(("MT19937", numbers, words[-1], int(waiting is not None), waiting or 0.0))


class Text(Kind):
    """`io.StringIO` and `io.BytesIO`: what is in them, and where one reads on."""

    def __init__(self, exchange: Exchange, tag: bytes, kind: type):
        super().__init__(exchange)
        self.tag, self.kind = tag, kind

    def accepts(self, thing: Any) -> bool:
        return not thing.closed

    def write(self, writer: Writer, thing: Any) -> None:
        writer.value(None if thing.closed else thing.getvalue())
        writer.value(None if thing.closed else thing.tell())

    def create(self, reader: Reader) -> Any:
        return self.kind()

    def fill(self, reader: Reader, thing: Any, new: bool) -> None:
        content, place = reader.value(), reader.value()
        reader.end()
        if content is None:
            thing.close()
            return
        if type(content) not in (str, bytes) or type(place) is not int or not 0 <= place < 2**40:
            raise WireError("a text in memory that is none")
        if type(content) is not type(self.kind().getvalue()) or thing.closed:
            raise WireError("a text in memory of another kind, or opened again")
        thing.seek(0)
        thing.truncate()
        thing.write(content)
        thing.seek(place)


class Space(Kind):
    """`types.SimpleNamespace`."""

    tag = b"P"

    def write(self, writer: Writer, thing: types.SimpleNamespace) -> None:
        writer.values(list(vars(thing)))
        writer.values(list(vars(thing).values()))

    def create(self, reader: Reader) -> types.SimpleNamespace:
        return types.SimpleNamespace()

    def fill(self, reader: Reader, thing: types.SimpleNamespace, new: bool) -> None:
        names, values = reader.values(), reader.values()
        reader.end()
        if len(names) != len(values) or any(type(name) is not str for name in names):
            raise WireError("attributes that are none")
        vars(thing).clear()
        vars(thing).update(zip(names, values, strict=True))


class Numbers(Kind):
    """`array.array`."""

    tag = b"a"

    def accepts(self, thing: array.array) -> bool:
        return thing.typecode in "bBhHiIlLqQfd"

    def write(self, writer: Writer, thing: array.array) -> None:
        writer.text(thing.typecode)
        writer.bytes(thing.tobytes())

    def create(self, reader: Reader) -> array.array:
        code = reader.text()
        if len(code) != 1 or code not in "bBhHiIlLqQfd":
            raise WireError("an array of no known type")
        return array.array(code)

    def fill(self, reader: Reader, thing: array.array, new: bool) -> None:
        code, data = reader.text(), reader.bytes()
        reader.end()
        if code != thing.typecode or len(data) % thing.itemsize:
            raise WireError("an array whose type changed, or with half an element")
        del thing[:]
        thing.frombytes(data)
