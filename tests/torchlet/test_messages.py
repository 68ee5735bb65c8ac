"""What goes wrong goes wrong in PyTorch's words: a long list of mistakes, tried on both."""

import warnings

import numpy as np
import pytest
import torch

import torchlet
from tests.torchlet.mistakes import IN_OTHER_WORDS, THE_SAME
from tests.torchlet.op_db import first_sentence


def outcome(module, expression):
    """The type of the exception and the first sentence of its message; None if there is none."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            eval(expression, {"torch": module, "np": np})
        except Exception as error:
            return type(error).__name__, first_sentence(error)
    return None


@pytest.mark.parametrize("expression", THE_SAME.strip().splitlines())
def test_in_the_same_words(expression):
    assert outcome(torchlet, expression) == outcome(torch, expression)


@pytest.mark.parametrize("expression", IN_OTHER_WORDS.strip().splitlines())
def test_refused_by_both(expression):
    ours, theirs = outcome(torchlet, expression), outcome(torch, expression)
    assert ours and theirs
    assert ours != theirs, "the words agree: this belongs to the list of those that do"
