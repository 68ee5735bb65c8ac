"""Random inputs for checks: fresh in the student's notebook, repeatable when a grading sets the seed."""

from __future__ import annotations

import os

import numpy as np

SEED_VARIABLE = "LABKIT_SEED"

_sequence: np.random.SeedSequence | None = None


def set_seed(seed: int | None) -> None:
    """Start the stream of `rng()` from `seed`; None goes back to LABKIT_SEED, or fresh numbers without it."""
    global _sequence
    _sequence = None if seed is None else np.random.SeedSequence(seed)


def rng() -> np.random.Generator:
    """A NumPy random generator for the inputs of a check. Every call gives an independent stream.

    Under a seed (`set_seed`, or the environment variable LABKIT_SEED) the n-th call repeats its stream.
    """
    global _sequence
    if _sequence is None and os.environ.get(SEED_VARIABLE):
        _sequence = np.random.SeedSequence(int(os.environ[SEED_VARIABLE]))
    if _sequence is None:
        return np.random.default_rng()
    return np.random.default_rng(_sequence.spawn(1)[0])
