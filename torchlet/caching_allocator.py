"""How a framework hands out GPU memory: it keeps what it got, because asking the driver is slow.

Tensors get *blocks*, cut from *segments* of the driver. A dead tensor's block goes back to the free blocks
of its pool and waits there for the next tensor; the driver sees it again only after `empty_cache`. Sizes and
rules are those of PyTorch's CUDA allocator. Nothing is stored here: a block is a range of addresses, and only
the sums are of use.
"""

from bisect import bisect_left, insort
from typing import NamedTuple

from .errors import OutOfMemoryError

KiB, MiB, GiB = 2**10, 2**20, 2**30

BLOCK = 512  # every request is rounded up to a multiple of this
SMALL_REQUEST = MiB  # up to this size, a request is served from the small pool
SMALL_SEGMENT = 2 * MiB  # what the small pool asks the driver for
LARGE_SEGMENT = 20 * MiB  # what the large pool asks for when less than LARGE_REQUEST is wanted
LARGE_REQUEST = 10 * MiB  # from this size on, a request gets a segment of its own …
LARGE_ROUNDING = 2 * MiB  # … rounded up to a multiple of this
_GAP = 1  # between segments, so that blocks of two segments are never neighbours


class Block(NamedTuple):
    start: int
    size: int
    small: bool


class _FreeBlocks:
    """The free blocks of one pool: found by size, joined with their neighbours."""

    def __init__(self):
        self._by_size = []  # (size, start), sorted
        self._starts = {}  # start: size
        self._ends = {}  # end: start

    def add(self, start, size):
        left, right = self._ends.get(start), start + size
        if left is not None:
            size += self.remove(left)
            start = left
        if right in self._starts:
            size += self.remove(right)
        insort(self._by_size, (size, start))
        self._starts[start] = size
        self._ends[start + size] = start

    def remove(self, start):
        size = self._starts.pop(start)
        del self._ends[start + size]
        del self._by_size[bisect_left(self._by_size, (size, start))]
        return size

    def take(self, size):
        """Removes the smallest block of at least this size: its (start, size), or None."""
        place = bisect_left(self._by_size, (size, 0))
        if place == len(self._by_size):
            return None
        size, start = self._by_size[place]
        self.remove(start)
        return start, size

    def size_at(self, start):
        return self._starts.get(start, 0)


class CachingAllocator:
    """Blocks of device memory, and the sums that `memory_allocated` and its relatives report (bytes)."""

    def __init__(self, capacity, name="GPU 0"):
        self.capacity, self.name = capacity, name
        self.allocated = self.peak_allocated = 0
        self.reserved = self.peak_reserved = 0
        self._free = {True: _FreeBlocks(), False: _FreeBlocks()}  # by "is it the small pool?"
        self._segments = {}  # start: (size, small)
        self._next_start = 0

    def allocate(self, nbytes):
        """A Block of at least `nbytes` bytes. OutOfMemoryError when the device is full."""
        size = _rounded(max(nbytes, 1), BLOCK)
        small = size <= SMALL_REQUEST
        free = self._free[small]
        start, found = free.take(size) or self._new_segment(size, small)
        rest = found - size
        if rest >= BLOCK if small else rest > SMALL_REQUEST:
            free.add(start + size, rest)
            found = size
        self.allocated += found
        self.peak_allocated = max(self.peak_allocated, self.allocated)
        return Block(start, found, small)

    def free(self, block):
        """Takes a block back into the cache; the driver does not see it."""
        self.allocated -= block.size
        self._free[block.small].add(block.start, block.size)

    def empty_cache(self):
        """Gives every segment without a living block back to the driver."""
        for start, (size, small) in list(self._segments.items()):
            if self._free[small].size_at(start) == size:
                self._free[small].remove(start)
                del self._segments[start]
                self.reserved -= size

    def reset_peaks(self):
        self.peak_allocated, self.peak_reserved = self.allocated, self.reserved

    def _new_segment(self, size, small):
        if small:
            segment = SMALL_SEGMENT
        elif size < LARGE_REQUEST:
            segment = LARGE_SEGMENT
        else:
            segment = _rounded(size, LARGE_ROUNDING)
        if self.reserved + segment > self.capacity:
            self.empty_cache()
        if self.reserved + segment > self.capacity:
            raise self._out_of_memory(size)
        start = self._next_start
        self._next_start += segment + _GAP
        self._segments[start] = segment, small
        self.reserved += segment
        self.peak_reserved = max(self.peak_reserved, self.reserved)
        return start, segment

    def _out_of_memory(self, size):
        return OutOfMemoryError(
            f"CUDA out of memory. Tried to allocate {in_words(size)}. {self.name} has a total capacity of "
            f"{in_words(self.capacity)} of which {in_words(self.capacity - self.reserved)} is free. "
            f"Of the allocated memory {in_words(self.allocated)} is allocated by torchlet, and "
            f"{in_words(self.reserved - self.allocated)} is reserved by torchlet but unallocated. "
            "Delete tensors that are no longer needed, or work on smaller batches."
        )


def _rounded(size, multiple):
    return -(-size // multiple) * multiple


def in_words(nbytes):
    """`3.25 MiB`, as PyTorch writes sizes."""
    for unit, name in ((GiB, "GiB"), (MiB, "MiB"), (KiB, "KiB")):
        if nbytes >= unit:
            return f"{nbytes / unit:.2f} {name}"
    return f"{nbytes} bytes"
