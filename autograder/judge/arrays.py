"""NumPy arrays, and the memory in which arrays and tensors lie.

Memory travels as a pair of its own, and an array as a window on it: so two arrays that share memory on one side
share it on the other, whether one is the transpose of the other, a slice, or a tensor made from it. Of the judge's
memory only what lies in an array that is handed over: `data[:80]` does not bring `data[80:]` along.
"""

from __future__ import annotations

import math
import zlib
from typing import Any

import numpy as np

from autograder.judge.atoms import check_elements, is_plain, read_dtype
from autograder.judge.exchange import Exchange
from autograder.judge.kinds import Kind
from autograder.judge.wire import Reader, WireError, Writer

JUDGES = 0  # its side
WORTH_SHARING = (
    2**20
)  # bytes; a small window on memory larger than this is sent as a copy of the window alone


class Memory:
    """A run of bytes that both sides know. `owner` keeps it alive.

    What was received has no place yet: the first array or tensor in it decides who allocates (`claim`).
    """

    def __init__(self, owner: Any = None, flat: np.ndarray | None = None, received: memoryview | None = None):
        self.owner = owner
        self._flat = flat
        self._received = received
        self._start: int | None = None  # its address, once it is known

    @property
    def size(self) -> int:
        return len(self._received) if self._flat is None else self._flat.size

    @property
    def flat(self) -> np.ndarray:
        """All of it, as uint8."""
        if self._flat is None:
            self.claim(np.empty(self.size, np.uint8))
        return self._flat

    @property
    def unclaimed(self) -> bool:
        return self._flat is None

    def claim(self, flat: np.ndarray, owner: Any = None) -> None:
        """Put what was received into `flat` (uint8, of the same size), which `owner` owns."""
        flat[:] = np.frombuffer(self._received, np.uint8)
        self._flat, self.owner, self._received = flat, owner, None

    def write(self, data: memoryview) -> None:
        if len(data) != self.size:
            raise WireError("memory that changed its size")
        if not self.flat.flags.writeable:
            raise WireError("a change of memory that is read-only")
        self.flat[:] = np.frombuffer(data, np.uint8)

    def references(self, array: np.ndarray) -> int:
        """How many of the references to an array are this memory's own."""
        return (self.owner is array) + (self._flat is not None and self._flat.base is array)

    def place_of(self, array: np.ndarray, low: int, high: int) -> int | None:
        """Where the first element of `array`, which lies between two addresses, lies in this memory; or None."""
        if self._start is None:
            if self._flat is None:
                return None
            self._start = address(self._flat)
        inside = self._start <= low and high <= self._start + self._flat.size
        return address(array) - self._start if inside else None


class Copied(Memory):
    """A copy of an array that does not lie in one run of bytes; kept equal to it in both directions.

    The copy has the strides of the original, and zeros in the gaps: what lies beside the window does not cross.
    A window whose gaps would be most of a long message is packed densely instead.
    """

    def __init__(self, array: np.ndarray):
        low, high = bounds(array)
        if high - low > max(WORTH_SHARING, 8 * array.nbytes):
            self.copy, self.offset = np.array(array, order="C"), 0
            run = self.copy.reshape(-1).view(np.uint8)
        else:
            run, self.offset = np.zeros(high - low, np.uint8), address(array) - low
            self.copy = np.ndarray(array.shape, array.dtype, run, self.offset, array.strides)
            self.copy[...] = array
        super().__init__(array, run)

    @property
    def flat(self) -> np.ndarray:
        self.copy[...] = self.owner
        return self._flat

    def write(self, data: memoryview) -> None:
        super().write(data)
        self.owner[...] = self.copy

    def place_of(self, array: np.ndarray, low: int, high: int) -> int | None:
        own = self.owner
        same = address(array) == address(own) and array.shape == own.shape and array.strides == own.strides
        return self.offset if same else None


class Memories(Kind):
    tag = b"M"

    def __init__(self, exchange: Exchange):
        super().__init__(exchange)
        self._known: dict[int, Memory] = {}

    def joined(self, number: int, thing: Memory) -> None:
        self._known[number] = thing

    def left(self, number: int) -> None:
        del self._known[number]

    def owners(self, thing: Memory) -> int:
        return 1  # `_known`

    def find(self, array: np.ndarray) -> tuple[Memory, int] | None:
        """The memory that both sides know and that holds `array`, and where in it its first element lies."""
        if not array.size:
            return None
        low, high = bounds(array)
        for memory in self._known.values():
            if (place := memory.place_of(array, low, high)) is not None:
                return memory, place
        return None

    def write_place(self, writer: Writer, array: np.ndarray, whole: np.ndarray, flag: bool) -> None:
        """Where `array` lies, read by `read_layout`. `whole`: all the memory that it is a part of."""
        if not array.size:
            writer.value((array.shape, array.strides, 0, flag))
            writer.value(None)
            return
        if self.exchange.side == JUDGES and 0 not in array.strides:
            whole = array  # what lies beside it may be what the test expects
        memory, offset = self.find(array) or _new_memory(array, whole)
        strides = memory.copy.strides if type(memory) is Copied else array.strides
        writer.value((array.shape, strides, offset, flag))
        self.exchange.reference(writer, memory)

    def write(self, writer: Writer, thing: Memory) -> None:
        writer.bytes(thing.flat.data)

    def create(self, reader: Reader) -> Memory:
        return Memory(received=reader.bytes())

    def fill(self, reader: Reader, thing: Memory, new: bool) -> None:
        if not new:
            thing.write(reader.bytes())

    def mark(self, thing: Memory) -> Any:
        return zlib.crc32(thing.flat.data)


class Arrays(Kind):
    """Exact ndarrays of plain dtypes; one that is read-only stays so."""

    tag = b"A"

    def __init__(self, exchange: Exchange, memories: Memories):
        super().__init__(exchange)
        self.memories = memories

    def accepts(self, thing: np.ndarray) -> bool:
        return is_plain(thing.dtype)

    def write(self, writer: Writer, thing: np.ndarray) -> None:
        writer.text(thing.dtype.str)
        self.memories.write_place(writer, thing, _base(thing), bool(thing.flags.writeable))

    def create(self, reader: Reader) -> np.ndarray:
        dtype = read_dtype(reader)
        shape, strides, offset, writable = read_layout(reader, dtype.itemsize)
        memory = reader.value()
        reader.end()
        if memory is None and not math.prod(shape):
            return _checked(np.empty(shape, dtype), writable)
        if not isinstance(memory, Memory):
            raise WireError("an array without memory")
        if memory.unclaimed and memory.size == math.prod(shape) * dtype.itemsize and not offset:
            array = np.empty(shape, dtype)
            if array.strides == strides:
                memory.claim(array.reshape(-1).view(np.uint8), array)
                return _checked(array, writable)
        try:
            return _checked(np.ndarray(shape, dtype, memory.flat, offset, strides), writable)
        except (ValueError, TypeError) as error:
            raise WireError(f"an array beyond its memory: {error}") from None

    def fill(self, reader: Reader, thing: np.ndarray, new: bool) -> None:
        """An array that both sides know keeps its shape; what changed in it comes with its memory."""

    def mark(self, thing: np.ndarray) -> Any:
        found = self.memories.find(thing)
        return thing.shape, thing.strides, thing.dtype.str, found

    def owners(self, thing: np.ndarray) -> int:
        found = self.memories.find(thing)
        return found[0].references(thing) if found else 0


def install(exchange: Exchange) -> Memories:
    memories = Memories(exchange)
    exchange.register(memories, Memory, Copied)
    exchange.register(Arrays(exchange, memories), np.ndarray)
    return memories


def address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]


def bounds(array: np.ndarray) -> tuple[int, int]:
    """The first address of an array's elements, and the one behind the last. `array` is not empty."""
    first = address(array)
    if array.flags.c_contiguous:
        return first, first + array.nbytes
    reach = [(n - 1) * stride for n, stride in zip(array.shape, array.strides, strict=True)]
    low = first + sum(r for r in reach if r < 0)
    return low, first + sum(r for r in reach if r > 0) + array.itemsize


def read_layout(reader: Reader, itemsize: int) -> tuple[tuple[int, ...], tuple[int, ...], int, bool]:
    """Shape, strides, offset, flag; checked to be what they should be, and not larger than a message may be."""
    layout = reader.exactly(tuple)
    match layout:
        case (tuple() as shape, tuple() as strides, int() as offset, bool() as flag):
            numbers = [*shape, *strides, offset]
        case _:
            raise WireError("a layout that is none")
    if any(type(number) is not int or abs(number) >= 2**62 for number in numbers) or len(shape) > 32:
        raise WireError("a layout of impossible numbers")
    if len(shape) != len(strides) or offset < 0 or min(shape, default=0) < 0:
        raise WireError("a layout that does not fit together")
    if math.prod(shape) * itemsize > reader.limits.size:
        raise WireError(f"an array of shape {shape}, more than may be sent")
    return shape, strides, offset, flag


def _base(array: np.ndarray) -> np.ndarray:
    while type(array.base) is np.ndarray and is_plain(array.base.dtype):
        array = array.base
    return array


def _new_memory(array: np.ndarray, whole: np.ndarray) -> tuple[Memory, int]:
    if whole.nbytes > max(WORTH_SHARING, 2 * array.nbytes):
        whole = array
    for owner in (whole, array):
        flat = owner.ravel(order="K")
        if address(flat) == bounds(owner)[0] and flat.nbytes:  # no copy: the elements lie in one run
            flat = flat.view(np.uint8)
            return Memory(owner, flat), address(array) - address(flat)
    copied = Copied(array)
    return copied, copied.offset


def _checked(array: np.ndarray, writable: bool) -> np.ndarray:
    if array.dtype.kind in "bU":
        check_elements(array.dtype, np.ascontiguousarray(array).reshape(-1).view(np.uint8))
    array.flags.writeable = writable
    return array
