"""Which GPU works: a real one through CuPy, a simulated one that `simulate()` switches on, or none.

The GPU in force is the `backend` of the device cuda:0. It is asked to `upload` and `download` arrays and to `allocate`
memory under them, and told what is `launched`, `wrote` (in place) and `walked` (the backward pass).
"""

import dataclasses

import numpy

from . import cupy_gpu, devices
from .simulated_gpu import SimulatedGPU, Specification


class NoGPU:
    """Stands in for a GPU that has gone: what was on a simulated one can be looked at, but not worked with."""

    xp = numpy

    def download(self, array):
        return numpy.array(array)

    def __getattr__(self, name):
        return getattr(need(), name)


_simulated = []  # the GPUs that simulate() switched on; the last one is in force


class Simulation(SimulatedGPU):
    """A simulated GPU in force, until its `with` block ends or `stop()` is called.

    `launches`: the timeline (name, host_start, host_end, start, end, in virtual seconds);
    `specification`: what the card is assumed to do.
    """

    def stop(self):
        """Ends this simulation; the one before it, if any, is in force again."""
        if self in _simulated:
            _simulated.remove(self)
            connect()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def __repr__(self):
        return f"<{self.specification.name}: {'on' if self in _simulated else 'off'}>"


def simulate(**specification):
    """Switches on a simulated `cuda:0`, fresh: nothing allocated, its virtual clock at 0.

    Keyword arguments replace fields of `simulated_gpu.Specification`, such as `memory` (bytes) or
    `launch_seconds`. Use it as a function for the rest of the program, or in a `with` block.
    """
    gpu = Simulation(dataclasses.replace(Specification(), **specification))
    _simulated.append(gpu)
    connect()
    return gpu


def place(device):
    """The one cuda device, cuda:0, with the GPU that works for it. AssertionError without one."""
    need()
    check_index(device)
    connect()
    return devices.device("cuda", 0)


def connect():
    """Tells cuda:0 which GPU works for it."""
    device, gpu = devices.device("cuda", 0), find()
    device.backend = NoGPU() if gpu is None else gpu
    device.xp = device.backend.xp


def find():
    """The GPU in force, or None."""
    return _simulated[-1] if _simulated else cupy_gpu.find()


def need():
    """The GPU in force. AssertionError without one."""
    found = find()
    if found is None:
        raise AssertionError(
            "Torch not compiled with CUDA enabled: there is no NVIDIA GPU with CuPy on this machine. "
            "torch.cuda.simulate() switches on a simulated one."
        )
    return found


def check_index(device):
    """Accepts None, 0, "cuda", "cuda:0" and devices that say the same. RuntimeError for another number."""
    if device is None:
        return
    index = device if isinstance(device, int) else devices.device(device).index
    if not isinstance(device, int) and devices.device(device).type != "cuda":
        raise ValueError(f"Expected a cuda device, but got: {device}")
    if index not in (None, 0):
        raise RuntimeError(
            f"CUDA error: invalid device ordinal: {index} was asked for, the only GPU is number 0"
        )


def simulated():
    """The simulated GPU in force, or None."""
    return _simulated[-1] if _simulated else None
