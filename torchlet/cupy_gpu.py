"""A real NVIDIA GPU through CuPy, behind the same few methods as the simulated one."""

import time
from functools import cache


@cache
def find():
    """The GPU, or None on a machine without CuPy or without an NVIDIA card. Looks once."""
    try:
        import cupy
    except ImportError:
        return None
    return CupyGPU(cupy) if cupy.cuda.is_available() else None


class _Memory:
    """CuPy's own caching pool, with the peaks that it does not keep."""

    def __init__(self, cupy):
        self._pool = pool = cupy.get_default_memory_pool()
        self.reset_peaks()
        memory = self

        class Peaks(cupy.cuda.MemoryHook):
            name = "torchlet peaks"

            def malloc_postprocess(self, **_):
                memory.peak_allocated = max(memory.peak_allocated, pool.used_bytes())
                memory.peak_reserved = max(memory.peak_reserved, pool.total_bytes())

        self._hook = Peaks()
        self._hook.__enter__()  # for as long as the process lives

    @property
    def allocated(self):
        return self._pool.used_bytes()

    @property
    def reserved(self):
        return self._pool.total_bytes()

    def reset_peaks(self):
        self.peak_allocated, self.peak_reserved = self.allocated, self.reserved

    def empty_cache(self):
        self._pool.free_all_blocks()


class CupyGPU:
    """Card 0. Launches need no help: CuPy's operations are asynchronous by themselves."""

    launches = ()  # no timeline: that takes a profiler

    def __init__(self, cupy):
        self.xp = self._cupy = cupy
        self.memory = _Memory(cupy)

    def properties(self):
        """Name, compute capability, bytes of memory, multiprocessors."""
        found = self._cupy.cuda.runtime.getDeviceProperties(0)
        return {
            "name": found["name"].decode(),
            "major": found["major"],
            "minor": found["minor"],
            "total_memory": found["totalGlobalMem"],
            "multi_processor_count": found["multiProcessorCount"],
        }

    def memory_info(self):
        """Free and total bytes, as the driver sees them."""
        return self._cupy.cuda.runtime.memGetInfo()

    def upload(self, array):
        return self._cupy.array(array)

    def download(self, array):
        return self._cupy.asnumpy(array)

    def launched(self, name, result, inputs=()):
        """Nothing to note: the launch has happened. Returns the array to keep for `result`."""
        return self._cupy.asarray(result)

    def allocate(self, array):
        """The array on the GPU, itself if it is there."""
        return self._cupy.asarray(array)

    def wrote(self, name, array, values):
        """Nothing to note."""

    def walked(self, node, g):
        """Nothing to note."""
        return g

    def synchronize(self):
        self._cupy.cuda.get_current_stream().synchronize()

    def mark(self):
        event = self._cupy.cuda.Event()
        event.record()
        return event

    def reached(self, mark):
        return mark.done

    def wait_for(self, mark):
        mark.synchronize()

    def seconds_between(self, first, second):
        return self._cupy.cuda.get_elapsed_time(first, second) / 1000

    def now(self):
        return time.perf_counter()
