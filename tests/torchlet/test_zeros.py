"""The sign of a zero, which shows when it is printed, and NaN: as PyTorch's, for all pairs of particular numbers."""

import itertools

import numpy as np
import pytest
import torch

import torchlet

PARTICULAR = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 3.0, -3.0, 0.1, np.inf, -np.inf, np.nan, 6.0, -6.0)
PAIRS = np.array(list(itertools.product(PARTICULAR, PARTICULAR)))
EXPRESSIONS = (
    "x // y", "x % y", "x % 3", "x % -3", "3 % x", "x // -3", "-3 // x", "x / y", "x.fmod(y)", "-x", "x * 0", "x ** y",
    "x.round()", "x.floor()", "x.ceil()", "x.trunc()", "x.frac()", "x.sign()", "x.abs()", "x.relu()", "x.clamp(0, 1)",
    "x.clamp(min=0)", "x.clamp(max=0)", "torch.maximum(x, y)", "torch.minimum(x, y)", "x.nan_to_num()", "x.tanh()", "x.atan2(y)",
    "(x * 0).nan_to_num().cumsum(0)", "(x * 0).nan_to_num().sum()", "x[1:2].sum()", "x[1:2].mean()", "torch.where(x > 0, x, y)",
)  # fmt: skip


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_particular_numbers(expression, dtype):
    values = []
    for module in (torchlet, torch):
        x, y = (module.from_numpy(column.astype(dtype)) for column in PAIRS.T)
        values.append(eval(expression, {"torch": module, "x": x, "y": y}).numpy())
    ours, theirs = values
    np.testing.assert_allclose(ours, theirs, rtol=1e-6)
    known = ~np.isnan(theirs)
    np.testing.assert_array_equal(np.signbit(ours)[known], np.signbit(theirs)[known])
