"""The GPU's side of the API: is there one, what does it hold, how long does it take.

Three states: a real NVIDIA GPU through CuPy, a *simulated* one that `simulate()` switches on, or none, as in
PyTorch's CPU build. Functions that ask get an answer in each; functions that need a GPU raise without one.
"""

import time
from contextlib import contextmanager
from dataclasses import dataclass

from . import gpus, missing, random
from .caching_allocator import MiB, OutOfMemoryError
from .gpus import simulate
from .streams import Event, Stream, current_stream, default_stream, stream

__all__ = [
    "Event",
    "OutOfMemoryError",
    "Stream",
    "clock",
    "current_device",
    "current_stream",
    "default_stream",
    "device",
    "device_count",
    "empty_cache",
    "get_device_capability",
    "get_device_name",
    "get_device_properties",
    "init",
    "is_available",
    "is_initialized",
    "manual_seed",
    "manual_seed_all",
    "max_memory_allocated",
    "max_memory_reserved",
    "mem_get_info",
    "memory_allocated",
    "memory_reserved",
    "memory_stats",
    "reset_peak_memory_stats",
    "set_device",
    "simulate",
    "stream",
    "synchronize",
]


def is_available():
    """Whether tensors can be put on "cuda"; True for a simulated GPU, too."""
    return gpus.find() is not None


def device_count():
    """0 or 1."""
    return int(is_available())


def is_initialized():
    """Whether there is a GPU at work."""
    return is_available()


def init():
    """Nothing to prepare. AssertionError without a GPU."""
    gpus.need()


def current_device():
    """The number of the GPU in use: 0."""
    gpus.need()
    return 0


def set_device(device):
    """Chooses the GPU; there is only number 0."""
    gpus.need()
    gpus.check_index(device)


@contextmanager
def device(device):
    """Chooses the GPU for a `with` block; there is only number 0."""
    set_device(device)
    yield


@dataclass(frozen=True)
class _DeviceProperties:
    """Of one GPU; `total_memory` in bytes."""

    name: str
    major: int
    minor: int
    total_memory: int
    multi_processor_count: int

    def __repr__(self):
        return (
            f"_CudaDeviceProperties(name='{self.name}', major={self.major}, minor={self.minor}, "
            f"total_memory={self.total_memory // MiB}MB, multi_processor_count={self.multi_processor_count})"
        )


def get_device_properties(device=None):
    """Name, compute capability (`major`, `minor`), `total_memory` in bytes, `multi_processor_count`."""
    gpu = gpus.need()
    gpus.check_index(device)
    return _DeviceProperties(**gpu.properties())


def get_device_name(device=None):
    """The card's name; a simulated one says so."""
    return get_device_properties(device).name


def get_device_capability(device=None):
    """The compute capability, (major, minor)."""
    properties = get_device_properties(device)
    return properties.major, properties.minor


def manual_seed(seed):
    """Seeds the generator, which is one for all devices here. Without a GPU nothing happens, as in PyTorch."""
    if is_available():
        random.manual_seed(seed)


manual_seed_all = manual_seed


# --- Memory, in bytes; 0 without a GPU ---


def _memory(device):
    gpu = gpus.find()
    gpus.check_index(device)
    return None if gpu is None else gpu.memory


def memory_allocated(device=None):
    """Bytes under living tensors, each storage rounded up to 512."""
    memory = _memory(device)
    return memory.allocated if memory else 0


def max_memory_allocated(device=None):
    """The most that `memory_allocated` has been, since the start or `reset_peak_memory_stats`."""
    memory = _memory(device)
    return memory.peak_allocated if memory else 0


def memory_reserved(device=None):
    """Bytes that the caching allocator holds, for living tensors and for the next ones."""
    memory = _memory(device)
    return memory.reserved if memory else 0


def max_memory_reserved(device=None):
    """The most that `memory_reserved` has been."""
    memory = _memory(device)
    return memory.peak_reserved if memory else 0


def reset_peak_memory_stats(device=None):
    """Lets the maxima start again from what is in use now."""
    gpus.need().memory.reset_peaks()
    gpus.check_index(device)


def memory_stats(device=None):
    """The four sums above under PyTorch's keys; empty without a GPU."""
    if not is_available():
        return {}
    return {
        "allocated_bytes.all.current": memory_allocated(device),
        "allocated_bytes.all.peak": max_memory_allocated(device),
        "reserved_bytes.all.current": memory_reserved(device),
        "reserved_bytes.all.peak": max_memory_reserved(device),
    }


def empty_cache():
    """Gives cached memory in which no tensor lives back to the driver. Frees no tensor."""
    memory = _memory(None)
    if memory:
        memory.empty_cache()


def mem_get_info(device=None):
    """(free, total) bytes, as the driver sees them: cached memory is not free."""
    gpu = gpus.need()
    gpus.check_index(device)
    return gpu.memory_info()


# --- Time ---


def clock():
    """Seconds, for timing code: on the virtual clock while a GPU is simulated, else `time.perf_counter()`.

    On the virtual clock only what concerns the GPU takes time: launches, copies, waiting.
    """
    simulated = gpus.simulated()
    return time.perf_counter() if simulated is None else simulated.now()


def synchronize(device=None):
    """Waits until the GPU has done everything that was launched."""
    gpu = gpus.need()
    gpus.check_index(device)
    gpu.synchronize()


def __getattr__(name):
    raise missing.missing("module 'torchlet.cuda'", name, __all__, globals().get)
