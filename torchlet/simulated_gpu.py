"""A GPU that is not there: what it would have stored, and how long it would have taken.

The arithmetic is NumPy's. Beside it run a caching allocator and a virtual clock with two lanes: the host
*launches* an operation and goes on at once; the device works through the launches in order. The host waits
only when it is told to (`synchronize`), or when it wants numbers back.
"""

import re
import weakref
from collections import deque
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy

from .caching_allocator import CachingAllocator, GiB

US = 1e-6  # seconds in a microsecond
KEPT_LAUNCHES = 100_000  # the timeline forgets what is older
_PRODUCTS = {"mm", "bmm", "mv", "dot", "addmm"}  # one multiply and one add for each inner index


@cache
def _operation(name):
    """The operation of a node: log_softmax for LogSoftmaxBackward0."""
    return re.sub(r"(?<=.)(?=[A-Z])", "_", re.sub(r"Backward\d*$", "", name)).lower()


@dataclass(frozen=True)
class Specification:
    """What the simulated card can do: a middling one, in round numbers. Seconds, bytes, operations."""

    name: str = "Simulated GPU (torchlet)"
    memory: int = 8 * GiB
    multiprocessors: int = 40
    capability: tuple = (7, 5)
    launch_seconds: float = 5 * US  # of the host, for every operation
    load_seconds: float = 300 * US  # of the host, when an operation is launched for the first time
    shortest_seconds: float = 2 * US  # of the device: no operation takes less, however small
    bytes_per_second: float = 320e9  # device memory
    transfer_seconds: float = 10 * US  # before the first byte between host and device moves
    transfer_bytes_per_second: float = 12e9  # between host and device
    float32_per_second: float = 8e12
    float16_factor: float = 4.0  # how many times faster than float32
    int8_factor: float = 8.0
    float64_factor: float = 1 / 32

    def seconds(self, nbytes, operations, dtype_name="float32"):
        """How long the device works: as long as memory or arithmetic takes, whichever is slower."""
        rate = self.float32_per_second * getattr(self, f"{dtype_name}_factor", 1.0)
        return max(self.shortest_seconds, nbytes / self.bytes_per_second, operations / rate)

    def transfer(self, nbytes):
        """How long a copy between host and device takes."""
        return self.transfer_seconds + nbytes / self.transfer_bytes_per_second


class Launch(NamedTuple):
    """One entry of the timeline, in virtual seconds: what the host did when, and what the device did when.

    A wait of the host ("synchronize") has an empty device interval: start == end.
    """

    name: str
    host_start: float
    host_end: float
    start: float
    end: float


def _owner(array):
    """The array whose memory `array` looks at."""
    while isinstance(getattr(array, "base", None), numpy.ndarray):
        array = array.base
    return array


def _arrays(values):
    return [each for each in values if isinstance(each, (numpy.ndarray, numpy.generic))]


class SimulatedGPU:
    """The device: its `memory` (a CachingAllocator), its `launches` (the timeline) and the virtual clock."""

    xp = numpy

    def __init__(self, specification):
        self.specification = specification
        self.memory = CachingAllocator(specification.memory, "GPU 0 (simulated)")
        self.host = 0.0  # where the host is on the virtual clock
        self.free_at = 0.0  # when the device will have done all that was launched
        self.launches = deque(maxlen=KEPT_LAUNCHES)
        self._loaded = set()  # operations that were launched before
        self._counted = set()  # ids of the arrays whose memory is counted

    def properties(self):
        """Name, compute capability, bytes of memory, multiprocessors."""
        found = self.specification
        return {
            "name": found.name,
            "major": found.capability[0],
            "minor": found.capability[1],
            "total_memory": found.memory,
            "multi_processor_count": found.multiprocessors,
        }

    # --- memory ---

    def memory_info(self):
        """Free and total bytes, as the driver sees them: what is cached is not free."""
        return self.specification.memory - self.memory.reserved, self.specification.memory

    def upload(self, array):
        """A copy of a host array on the device."""
        self.transfer("copy to device", array.nbytes)
        return self.allocate(numpy.array(array))

    def download(self, array):
        """A copy of a device array on the host, which has to wait for it."""
        self.transfer("copy to host", array.nbytes)
        return numpy.array(array)

    def allocate(self, array):
        """Counts the memory under `array` until its last view is gone. Returns it; a scalar as an array."""
        array = numpy.asarray(array)
        owner = _owner(array)
        if owner.nbytes and id(owner) not in self._counted:
            block = self.memory.allocate(owner.nbytes)
            self._counted.add(id(owner))
            weakref.finalize(owner, self._release, id(owner), block).atexit = False
        return array

    def _release(self, key, block):
        self._counted.remove(key)
        self.memory.free(block)

    # --- time ---

    def launched(self, name, result, inputs=()):
        """The hook of every operation: `result` came from `inputs`. Returns the array to keep for it.

        `name`: of the operation or of its node; "AddBackward0" is launched as "add".
        """
        if id(_owner(result)) in self._counted:
            return result  # a view: nothing to do
        arrays = _arrays(inputs)
        operations = max([result.size, *(each.size for each in arrays)])
        name = _operation(name)
        if name in _PRODUCTS and len(arrays) >= 2:
            operations = 2 * result.size * arrays[-2].shape[-1]
        self.launch(name, result.nbytes + sum(each.nbytes for each in arrays), operations, result.dtype.name)
        return self.allocate(result)

    def wrote(self, name, array, values):
        """The hook of writing in place. What a launched operation computed is not written by another one."""
        if id(_owner(values)) not in self._counted or name != "copy_":
            self.launch(name, 2 * array.nbytes, array.size, array.dtype.name)

    def walked(self, node, g):
        """The hook of the backward pass: `g` has come to `node`. Returns the array (or arrays) to go on with."""
        if getattr(node, "saved", None) is None:
            return g  # nothing to launch: freed, or one of several outputs
        several = isinstance(g, (list, tuple))
        kept = [None if each is None else self.allocate(each) for each in (g if several else [g])]
        arrays = _arrays(kept)
        saved = _arrays(node.saved)
        operations = sum(each.size for each in arrays)
        if _operation(node.name()) in _PRODUCTS:
            inner = arrays[0].shape[-2:] if arrays[0].ndim > 1 else (1, 1)
            operations = sum(2 * arrays[0].size * s.size // n for s, n in zip(saved[:2], inner, strict=False))
        nbytes = 2 * sum(each.nbytes for each in arrays) + sum(each.nbytes for each in saved)
        self.launch(node.name(), nbytes, operations, arrays[0].dtype.name)
        return kept if several else kept[0]

    def launch(self, name, nbytes, operations=0, dtype_name="float32"):
        """The host hands over an operation that moves `nbytes` bytes of device memory, and goes on."""
        host_start = self.host
        if name not in self._loaded:
            self._loaded.add(name)
            self.host += self.specification.load_seconds
        self.host += self.specification.launch_seconds
        start = max(self.host, self.free_at)
        self.free_at = start + self.specification.seconds(nbytes, operations, dtype_name)
        self.launches.append(Launch(name, host_start, self.host, start, self.free_at))

    def transfer(self, name, nbytes):
        """A copy between host and device: it waits for its turn there, and the host waits for its end."""
        host_start = self.host
        start = max(self.host, self.free_at)
        self.free_at = self.host = start + self.specification.transfer(nbytes)
        self.launches.append(Launch(name, host_start, self.host, start, self.free_at))

    def synchronize(self):
        """The host waits until the device has done all that was launched."""
        self.wait_for(self.free_at)

    def mark(self):
        """A point in the device's work: the time at which it will have done all that was launched so far."""
        return max(self.host, self.free_at)

    def reached(self, mark):
        return self.host >= mark

    def wait_for(self, mark):
        host_start = self.host
        self.host = max(self.host, mark)
        self.launches.append(Launch("synchronize", host_start, self.host, self.host, self.host))

    def seconds_between(self, first, second):
        return second - first

    def now(self):
        """The virtual time of the host, in seconds since the simulation began."""
        return self.host
