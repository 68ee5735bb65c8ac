"""Random inputs: fresh for a student, the same again for a grading."""

import pytest

from labkit.expect import rng, set_seed


@pytest.fixture(autouse=True)
def unseeded(monkeypatch):
    monkeypatch.delenv("LABKIT_SEED", raising=False)
    set_seed(None)
    yield
    set_seed(None)


def test_without_a_seed_every_call_is_fresh():
    assert rng().integers(2**62) != rng().integers(2**62)


def test_a_seed_repeats_the_streams_in_order():
    set_seed(7)
    first = [rng().integers(2**62) for _ in range(3)]
    set_seed(7)
    assert [rng().integers(2**62) for _ in range(3)] == first
    assert len(set(first)) == 3


def test_the_environment_gives_the_seed_of_a_grading(monkeypatch):
    monkeypatch.setenv("LABKIT_SEED", "11")
    first = rng().integers(2**62)
    set_seed(11)
    assert rng().integers(2**62) == first
