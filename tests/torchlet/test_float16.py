"""float16 is computed in float32 and rounded once, as PyTorch does: the same bits, not nearly the same."""

import numpy as np
import pytest
import torch

import torchlet

RNG = np.random.default_rng(16)
VALUES = np.concatenate([RNG.normal(size=300), RNG.uniform(0, 1000, 100), [3.0, 60000, 1e-5]]).astype(
    "float16"
)
NUMBERS = (0.1, 3, 1 / 3, -0.7, 2.5, 1000.1, 1e-4)
WITH_A_NUMBER = (
    "x + n", "x - n", "n - x", "x * n", "n * x", "x / n", "n / x", "x // n", "x % n", "n % x", "x ** 3", "x.abs() ** n",
    "2.5 ** x", "x < n", "x.fmod(n)", "x.clone().mul_(n)", "x.clone().div_(n)", "x[0] * n", "x * torch.tensor(n)",
    "x / torch.tensor(n)", "x + torch.tensor(n, dtype=torch.float64)", "torch.nn.functional.leaky_relu(x, n)", "x.add(n)",
)  # fmt: skip
ALONE = (
    "x.sigmoid()",  "x.abs().sqrt()", "x.exp()", "x.tanh()", "x.abs().log()", "x ** 2", "1 / x", "x * x",
    "x / x.flip(0)", "x + x.flip(0)", "x.mean()", "x.sum()", "x.abs().mean(0, keepdim=True)", "x[:400].reshape(20, 20).mean(1)",
)  # fmt: skip


def both(expression, **names):
    results = []
    for module in (torchlet, torch):
        x = module.from_numpy(VALUES.copy()).requires_grad_()
        results.append((x, eval(expression, {"torch": module, "x": x, **names})))
    return results


def bits(tensor):
    return tensor.detach().numpy().tolist(), str(tensor.dtype)


@pytest.mark.parametrize("expression", WITH_A_NUMBER)
def test_with_a_number(expression):
    for number in NUMBERS:
        (_, ours), (_, theirs) = both(expression, n=number)
        np.testing.assert_equal(bits(ours), bits(theirs), str(number))


@pytest.mark.parametrize("expression", ALONE)
def test_alone(expression):
    (_, ours), (_, theirs) = both(expression)
    np.testing.assert_equal(bits(ours), bits(theirs))


@pytest.mark.parametrize(
    "expression", ["x * n", "x / n", "n - x", "n / x", "x * torch.tensor(n)", "x.mean() * n"]
)
def test_gradients(expression):
    for number in NUMBERS:
        (x, ours), (x2, theirs) = both(expression, n=number)
        assert ours.grad_fn.name() == theirs.grad_fn.name()
        ours.sum().backward()
        theirs.sum().backward()
        np.testing.assert_equal(bits(x.grad), bits(x2.grad), str(number))


def test_a_single_number_that_asks_for_a_gradient():
    for module in (torchlet, torch):
        x = module.from_numpy(VALUES[:300].copy())
        scale = module.tensor(0.1, requires_grad=True)
        (x * scale).sum().backward()
        assert scale.grad.dtype is module.float32
        assert scale.grad.item() == pytest.approx(float(VALUES[:300].astype(float).sum()), rel=1e-3)
