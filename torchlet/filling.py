"""Methods that fill a tensor in place: with random numbers, along its diagonal, in another size."""

import numpy

from . import errors, in_place, random
from .creation import made
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
    return _fill(input, lambda rng, shape: rng.random(shape) * (to - from_) + from_, generator)


def normal_(input, mean=0.0, std=1.0, *, generator=None):
    """Normal random numbers."""
    if std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std}")
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
    return _fill(input, lambda rng, shape: rng.standard_exponential(shape) / lambd, generator)


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


def _check_distribution(array, num_samples, replacement):
    """RuntimeError for what cannot be the probabilities of a draw."""
    if array.ndim not in (1, 2):
        raise RuntimeError("prob_dist must be 1 or 2 dim")
    if array.dtype.kind != "f":
        given = errors.type_word(array.dtype)
        raise RuntimeError(f"multinomial only supports floating-point dtypes for input, got: {given}")
    if num_samples <= 0:
        raise RuntimeError("cannot sample n_sample <= 0 samples")
    if not replacement and num_samples > array.shape[-1]:
        raise RuntimeError("cannot sample n_sample > prob_dist.size(-1) samples without replacement")
    if array.shape[-1] > 2**24:
        raise RuntimeError("number of categories cannot exceed 2^24")
    if not (numpy.isfinite(array) & (array >= 0)).all():
        raise RuntimeError("probability tensor contains either `inf`, `nan` or element < 0")
    if (array.sum(-1) <= 0).any():
        raise RuntimeError("invalid multinomial distribution (sum of probabilities <= 0)")


def multinomial(input, num_samples, replacement=False, *, generator=None):
    """Indices drawn with the probabilities (up to scale) in each row."""
    array = input._host_array()
    _check_distribution(array, num_samples, replacement)
    rng = (generator or random.default_generator).numpy
    rows = numpy.atleast_2d(array).astype(numpy.float64)
    drawn = [rng.choice(row.size, num_samples, replacement, row / row.sum()) for row in rows]
    indices = numpy.array(drawn)
    return made(indices if input._array.ndim == 2 else indices[0], None, input._device, False)
