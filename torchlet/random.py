"""Random numbers: generators, seeded, saved and restored as PyTorch's are, with a stream of their own.

The same seed gives the same numbers on every machine, but not the numbers that PyTorch would give.
"""

import os
import struct
from contextlib import contextmanager

import numpy

from . import devices
from .creation import from_numpy

_DEFAULT_SEED = 67280421310721  # what an unseeded PyTorch generator reports
_SEED_MIN, _SEED_MAX = -(2**63), 2**64 - 1

# A saved state: the seed, PCG64's state and increment in two words each, a spare half word, if there is one.
_STATE = struct.Struct("<Q 4Q I ?")


class Generator:
    """A source of random numbers with its own state.

    `device` is where its numbers are wanted.
    """

    __slots__ = ("_numpy", "_seed", "device")

    def __init__(self, device="cpu"):
        self.device = devices.place(device)
        self.manual_seed(_DEFAULT_SEED)

    def manual_seed(self, seed):
        """Starts the stream of `seed`, from -2**63 to 2**64 - 1 (negative: modulo 2**64). Returns self."""
        if not isinstance(seed, (int, numpy.integer)):
            raise RuntimeError(f"manual_seed expected a long, but got {type(seed).__name__}")
        if not _SEED_MIN <= seed <= _SEED_MAX:
            raise ValueError(f"Overflow when unpacking long long: the seed {seed} needs more than 64 bits")
        self._seed = int(seed) % 2**64
        self._numpy = None
        return self

    @property
    def numpy(self):
        """What draws; made when it is first used, because numpy.random takes its time to import."""
        if self._numpy is None:
            self._numpy = numpy.random.Generator(numpy.random.PCG64(self._seed))
        return self._numpy

    def seed(self):
        """Starts a stream that nobody can repeat; returns its seed, so that one can after all."""
        self.manual_seed(int.from_bytes(os.urandom(8), "little"))
        return self._seed

    def initial_seed(self):
        """The seed of the stream that is running."""
        return self._seed

    def get_state(self):
        """The state, seed and position in the stream, as a uint8 tensor."""
        inner = self.numpy.bit_generator.state
        words = [
            word
            for name in ("state", "inc")
            for word in (inner["state"][name] >> 64, inner["state"][name] % 2**64)
        ]
        packed = _STATE.pack(self._seed, *words, inner["uinteger"], bool(inner["has_uint32"]))
        return from_numpy(numpy.frombuffer(packed, numpy.uint8).copy())

    def set_state(self, new_state):
        """Continues from what `get_state` gave. TypeError if it is no uint8 tensor, RuntimeError if of another size."""
        if not hasattr(new_state, "detach"):
            raise TypeError(f"expected a torch.ByteTensor, but got {type(new_state).__name__}")
        state = numpy.asarray(new_state)
        if state.dtype != numpy.uint8:
            raise TypeError("RNG state must be a torch.ByteTensor")
        if state.size != _STATE.size:
            raise RuntimeError(
                f"Expected a generator state of size {_STATE.size} "
                f"but found the input RNG state size to be {state.size}"
            )
        seed, high, low, inc_high, inc_low, cached, holds_one = _STATE.unpack(state.tobytes())
        self.manual_seed(seed)
        self.numpy.bit_generator.state = {
            "bit_generator": "PCG64",
            "state": {"state": high << 64 | low, "inc": inc_high << 64 | inc_low},
            "uinteger": cached,
            "has_uint32": int(holds_one),
        }
        return self


default_generator = Generator()


def manual_seed(seed):
    """Seeds the default generator and returns it."""
    return default_generator.manual_seed(int(seed))


def seed():
    """Seeds the default generator with a number that nobody can foresee; returns that number."""
    return default_generator.seed()


def initial_seed():
    """The seed of the default generator."""
    return default_generator.initial_seed()


def get_rng_state():
    """The default generator's state."""
    return default_generator.get_state()


def set_rng_state(new_state):
    """Lets the default generator go on from `new_state`."""
    default_generator.set_state(new_state)


@contextmanager
def fork_rng(devices=None, enabled=True):
    """After the block, the default generator goes on as if the block had not drawn from it or seeded it."""
    if not enabled:
        yield
        return
    saved = get_rng_state()
    try:
        yield
    finally:
        set_rng_state(saved)
