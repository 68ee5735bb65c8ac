"""New tensors of random numbers."""

import numpy

from . import dtypes, errors, random
from .creation import as_dtype, made, or_default
from .filled import like
from .shapes import new_shape, sizes
from .tensor import Tensor


def _generator(generator):
    return (generator or random.default_generator).numpy


def _drawn(draw, shape, dtype):
    """Random floats; NumPy draws float32 and float64 only."""
    return draw(shape, numpy.float64 if dtype is dtypes.float64 else numpy.float32)


def rand(*lengths, size=None, generator=None, dtype=None, device=None, requires_grad=False):
    """Uniform random numbers from [0, 1)."""
    dtype = or_default(dtype)
    return made(
        _drawn(_generator(generator).random, new_shape(lengths, "rand", size), dtype),
        dtype,
        device,
        requires_grad,
    )


def randn(*lengths, size=None, generator=None, dtype=None, device=None, requires_grad=False):
    """Normal random numbers of mean 0 and variance 1."""
    dtype = or_default(dtype)
    return made(
        _drawn(_generator(generator).standard_normal, new_shape(lengths, "randn", size), dtype),
        dtype,
        device,
        requires_grad,
    )


def randint(low=None, high=None, size=None, *, generator=None, dtype=None, device=None, requires_grad=False):
    """Random integers from [low, high): `randint(10, (5,))`, `randint(3, 10, (5,))`."""
    if size is None:
        low, high, size = None, low, high
    if high is None:
        low, high = None, low
    low = low or 0
    if low >= high:
        raise RuntimeError(f"random_ expects 'from' to be less than 'to', but got from={low} >= to={high}")
    array = _generator(generator).integers(low, high, sizes((size,)))
    return made(array, as_dtype(dtype) or dtypes.int64, device, requires_grad)


def randperm(n, *, generator=None, dtype=None, device=None, requires_grad=False):
    """The numbers 0 … n−1 in random order."""
    array = _generator(generator).permutation(new_shape((n,), "randperm")[0])
    return made(array, as_dtype(dtype) or dtypes.int64, device, requires_grad)


def normal(mean=0.0, std=1.0, size=None, *, generator=None, dtype=None, device=None, requires_grad=False):
    """Normal random numbers; `mean` and `std` are numbers (then `size` is needed) or tensors."""
    if size is None:
        given = [v for v in (mean, std) if isinstance(v, Tensor)]
        size, device = numpy.broadcast_shapes(*(v.shape for v in given)), given[0]._device
    if not isinstance(std, Tensor) and std < 0:
        raise RuntimeError(f"normal expects std >= 0.0, but found std {std:g}")
    drawn = randn(sizes((size,)), generator=generator, dtype=dtype, device=device)
    result = drawn * std + mean
    return result.requires_grad_() if requires_grad else result


def bernoulli(input, p=None, *, generator=None):
    """1 with the probability given by each element, or with `p`, else 0."""
    chances = input._host_array() if p is None else numpy.asarray(float(p))
    if not ((chances >= 0) & (chances <= 1)).all():
        raise RuntimeError("Expected p_in >= 0 && p_in <= 1 to be true, but got false.")
    drawn = _generator(generator).random(input._array.shape)
    return made(
        (drawn < chances).astype(input._array.dtype),
        None,
        input._device,
        False,
    )


rand_like, randn_like = like(rand), like(randn)


def randint_like(input, low, high=None, *, dtype=None, device=None, requires_grad=False):
    """`randint` of the shape, dtype and device of `input`."""
    return randint(
        *((0, low) if high is None else (low, high)),
        input._array.shape,
        dtype=dtype or input.dtype,
        device=device or input._device,
        requires_grad=requires_grad,
    )


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
    rng = _generator(generator)
    rows = numpy.atleast_2d(array).astype(numpy.float64)
    drawn = [rng.choice(row.size, num_samples, replacement, row / row.sum()) for row in rows]
    indices = numpy.array(drawn)
    return made(indices if input._array.ndim == 2 else indices[0], None, input._device, False)
