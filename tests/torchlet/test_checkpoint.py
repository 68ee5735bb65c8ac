"""Checkpointing computes twice and gives the same gradients."""

import pytest

import torchlet
from torchlet.utils.checkpoint import checkpoint


def test_same_value_and_gradients_with_a_second_computation():
    w, x = torchlet.tensor([0.5, -1.0], requires_grad=True), torchlet.tensor([2.0, 3.0], requires_grad=True)
    calls = []

    def block(x, scale, power=2):
        calls.append(torchlet.is_grad_enabled())
        return (torchlet.sigmoid(w * x) * scale) ** power

    block(x, 3.0, power=3).sum().backward()
    expected = w.grad.tolist(), x.grad.tolist()
    w.grad = x.grad = None
    calls.clear()
    y = checkpoint(block, x, 3.0, power=3)
    assert calls == [False]  # nothing was recorded on the way there
    y.sum().backward()
    assert calls == [False, True]
    assert (w.grad.tolist(), x.grad.tolist()) == expected


def test_several_outputs_and_inputs_without_gradient():
    w, x = torchlet.tensor(2.0, requires_grad=True), torchlet.tensor(3.0)
    a, b = checkpoint(lambda x: (w * x, w * w), x)
    (a + b).backward()
    assert w.grad.item() == 7 and x.grad is None


def test_takes_a_function():
    with pytest.raises(TypeError, match="not Tensor"):
        checkpoint(torchlet.ones(1))
