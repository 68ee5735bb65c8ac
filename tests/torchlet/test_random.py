"""Generators: the same surface and the same errors as PyTorch's, a stream of their own."""

import copy
import pickle

import numpy as np
import pytest
import torch

import torchlet
from torchlet import random


@pytest.fixture(autouse=True)
def same_default_afterwards():
    with random.fork_rng(), torch.random.fork_rng():
        yield


def text_of_error(function, *args):
    try:
        function(*args)
    except Exception as error:
        return type(error), str(error).split(":")[0]
    raise AssertionError(f"{function} accepted {args}")


def test_a_seed_gives_the_same_stream_again():
    first = random.Generator().manual_seed(3).numpy.random(5)
    assert (random.Generator().manual_seed(3).numpy.random(5) == first).all()
    assert (random.Generator().manual_seed(4).numpy.random(5) != first).all()


def test_the_stream_is_pinned():
    # A lesson's printed numbers must not change with a release; NumPy keeps the PCG64 stream itself.
    words = random.Generator().manual_seed(0).numpy.bit_generator.random_raw(2)
    assert words.tolist() == np.random.PCG64(0).random_raw(2).tolist()


@pytest.mark.parametrize("seed", [0, 5, -1, -5, 2**63, 2**64 - 1, -(2**63)])
def test_initial_seed(seed):
    assert (
        random.Generator().manual_seed(seed).initial_seed()
        == torch.Generator().manual_seed(seed).initial_seed()
    )


def test_the_seed_before_any_seed():
    assert random.Generator().initial_seed() == torch.Generator().initial_seed()


@pytest.mark.parametrize("seed", [2**64, -(2**63) - 1, 1.5, "a", None])
def test_seeds_that_are_none(seed):
    assert text_of_error(random.Generator().manual_seed, seed) == text_of_error(
        torch.Generator().manual_seed, seed
    )


@pytest.mark.parametrize("seed", [1.7, "12", np.int64(4), True])
def test_the_function_takes_what_int_takes(seed):
    assert random.manual_seed(seed) is random.default_generator
    assert random.initial_seed() == torch.manual_seed(seed).initial_seed()


def test_seed_is_new_each_time_and_is_reported():
    generator = random.Generator()
    seeds = {generator.seed() for _ in range(4)}
    assert len(seeds) == 4 and generator.initial_seed() in seeds
    assert random.seed() == random.initial_seed()


def test_a_saved_state_goes_on_where_it_was():
    generator = random.Generator().manual_seed(11)
    generator.numpy.random(3)
    generator.numpy.integers(0, 9, dtype=np.uint32)  # leaves half a word in PCG64's hands
    state = generator.get_state()
    assert repr(state.dtype) == "torch.uint8" and state.ndim == 1
    want = generator.numpy.integers(0, 2**31, 9, dtype=np.uint32)
    generator.manual_seed(12)
    generator.set_state(state)
    assert generator.initial_seed() == 11
    assert (generator.numpy.integers(0, 2**31, 9, dtype=np.uint32) == want).all()


def test_a_state_is_a_copy():
    state = random.get_rng_state()
    before = state.clone()
    random.default_generator.numpy.random(9)
    assert (state == before).all() and (random.get_rng_state() != before).any()


@pytest.mark.parametrize("make", [lambda t: t.zeros(3), lambda t: t.zeros(3, dtype=t.uint8), lambda t: 3])
def test_states_that_are_none(make):
    ours = text_of_error(random.Generator().set_state, make(torchlet))
    theirs = text_of_error(torch.Generator().set_state, make(torch))
    assert ours[0] is theirs[0]
    assert ours[1].split()[-3:] == theirs[1].split()[-3:]


def test_the_default_generators_state():
    random.manual_seed(5)
    state = random.get_rng_state()
    want = random.default_generator.numpy.random(3)
    random.seed()
    random.set_rng_state(state)
    assert (random.default_generator.numpy.random(3) == want).all()


@pytest.mark.parametrize("enabled", [True, False])
def test_fork_rng(enabled):
    random.manual_seed(5)
    with random.fork_rng(enabled=enabled):
        random.manual_seed(6)
    assert random.initial_seed() == (5 if enabled else 6)


def test_fork_rng_restores_after_an_error():
    random.manual_seed(5)

    @random.fork_rng()
    def fails():
        random.manual_seed(6)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()
    assert random.initial_seed() == 5


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda g: pickle.loads(pickle.dumps(g))])
def test_a_copy_goes_its_own_way_from_the_same_point(copied):
    generator = random.Generator().manual_seed(9)
    generator.numpy.random(2)
    other = copied(generator)
    assert other.initial_seed() == 9
    assert (other.numpy.random(3) == generator.numpy.random(3)).all()
    generator.numpy.random(1)
    assert (other.get_state() != generator.get_state()).any()


def test_generators_do_not_share():
    a, b = random.Generator().manual_seed(1), random.Generator().manual_seed(1)
    a.numpy.random(7)
    assert (b.numpy.random(2) == random.Generator().manual_seed(1).numpy.random(2)).all()
