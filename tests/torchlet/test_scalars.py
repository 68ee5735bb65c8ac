"""A Python number that becomes an element: the same value, or the same refusal, as in PyTorch."""

import numpy as np
import pytest
import torch

import torchlet

DTYPES = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64")
NUMBERS = (
    0, 7, 300, -1, -300, 2**15, 2**31, 2**40, 2**63, 2**64, True, 0.5, -0.5, -1.0, 2.9, 127.5, 255.5, -128.5, 7e4, 9.3e18,
    1e39, -1e39, 1e308, float("inf"), float("nan"), np.float64(2.5), np.int64(3),
)  # fmt: skip
NO_NUMBERS = (None, [1], (1, 2), "a", np.array(2.0), np.float32(2.0), np.True_)


def assign(index):
    def call(module, number, dtype):
        x = module.zeros(3, dtype=dtype)
        x[index(module)] = number
        return x

    return call


WAYS = {
    "full": lambda module, number, dtype: module.full((2,), number, dtype=dtype),
    "scalar_tensor": lambda module, number, dtype: module.scalar_tensor(number, dtype=dtype),
    "new_full": lambda module, number, dtype: module.zeros(1, dtype=dtype).new_full((2,), number),
    "fill_": lambda module, number, dtype: module.zeros(2, dtype=dtype).fill_(number),
    "masked_fill": lambda module, number, dtype: module.zeros(2, dtype=dtype).masked_fill(
        module.tensor([True, False]), number
    ),
    "x[0]": assign(lambda module: 0),
    "x[:2]": assign(lambda module: slice(2)),
    "x[mask]": assign(lambda module: module.tensor([True, False, True])),
}


def outcome(way, module, number, dtype):
    try:
        made = WAYS[way](module, number, getattr(module, dtype))
    except (RuntimeError, TypeError, ValueError, OverflowError) as error:
        return type(error).__name__, str(error).split("\n")[0]
    return str(made)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("way", WAYS)
def test_a_number_as_an_element(way, dtype):
    for number in NUMBERS:
        assert outcome(way, torchlet, number, dtype) == outcome(way, torch, number, dtype), number


@pytest.mark.parametrize("way", ["full", "fill_", "x[0]", "x[:2]", "x[mask]"])
def test_what_is_no_number(way):
    for value in NO_NUMBERS:
        assert outcome(way, torchlet, value, "float32") == outcome(way, torch, value, "float32"), value


def test_the_dtype_of_full_is_that_of_the_number():
    for value in (2, 2.5, True, torch.tensor(2, dtype=torch.float64), torch.tensor(2, dtype=torch.int32)):
        ours = torchlet.tensor(value.item()) if isinstance(value, torch.Tensor) else value
        assert str(torchlet.full((2,), ours).dtype) == str(torch.full((2,), value).dtype)
