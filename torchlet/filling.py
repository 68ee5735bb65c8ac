"""Methods that fill a tensor in place: with random numbers, along its diagonal, in another size."""

import numpy

from . import errors, in_place, random
from .devices import cpu
from .shapes import sizes


def _fill(input, draw, generator):
    """Writes what `draw(random generator, shape)` gives, outside of any recording."""
    in_place.check_writable(input)
    values = draw((generator or random.default_generator).numpy, input._array.shape)
    values = numpy.asarray(values).astype(input._array.dtype)
    if input._device is not cpu:
        values = input._device.backend.launched("fill", values)
    in_place.write(input, values)
    return input


def uniform_(input, from_=0.0, to=1.0, *, generator=None):
    """Uniform random numbers from [from_, to)."""
    if from_ > to:
        raise RuntimeError(f"uniform_ expects to return a [from, to) range, but found from={from_} > to={to}")
    errors.check_floating(input, "check_uniform_bounds")
    return _fill(input, lambda rng, shape: rng.random(shape) * (to - from_) + from_, generator)


def normal_(input, mean=0.0, std=1.0, *, generator=None):
    """Normal random numbers."""
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std}")
    errors.check_floating(input, "normal_kernel_cpu")
    return _fill(input, lambda rng, shape: rng.standard_normal(shape) * std + mean, generator)


def random_(input, from_=0, to=None, *, generator=None):
    """Random integers from [from_, to); with one number from [0, from_); without any, up to what the dtype holds."""
    if to is None and from_:
        from_, to = 0, from_
    if to is None:
        dtype = input._array.dtype
        to = 2**24 if dtype.kind == "f" else 2 if dtype.kind == "b" else numpy.iinfo(dtype).max
    return _fill(input, lambda rng, shape: rng.integers(from_, to, shape), generator)


def bernoulli_(input, p=0.5, *, generator=None):
    """1 with probability `p`, else 0."""
    return _fill(input, lambda rng, shape: rng.random(shape) < p, generator)


def exponential_(input, lambd=1.0, *, generator=None):
    """Exponentially distributed random numbers of rate `lambd`."""
    return _fill(input, lambda rng, shape: rng.standard_exponential(shape) / float(lambd), generator)


def fill_diagonal_(input, fill_value):
    """Writes a number along the main diagonal."""
    input.diagonal().fill_(fill_value)
    return input


def resize_(input, *size):
    """Changes the shape in place; a smaller one keeps the first elements, a larger one has undefined ones at the end.

    Better not: `view` and `reshape` check that nothing is lost, and other tensors may look at this memory.
    """
    shape = sizes(size)
    old = input._memory().reshape(-1)
    count = int(numpy.prod(shape, dtype=int))
    memory = (
        old[:count]
        if count <= old.size
        else numpy.resize(old, count)
        if old.size
        else numpy.zeros(count, old.dtype)
    )
    input._array = memory.reshape(shape)
    return input


def set_(input, source):
    """Makes this tensor look at the memory of another one."""
    input._array = source._memory()
    return input
