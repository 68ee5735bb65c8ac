"""saved_tensors_hooks: the same tensors are packed as in PyTorch, and what is unpacked gives the same gradients."""

import gc
import weakref

import numpy as np
import pytest
import torch

import torchlet

PROGRAMS = {
    "sigmoid": "torch.sigmoid(x)",
    "exp": "(x + 1).exp()",
    "a number is no tensor": "x * 2 / 3 - 1",
    "both factors": "x * x",
    "the other factor": "x * torch.ones(3)",
    "power": "(x - 1) ** 3",
    "nothing for a sum": "(x + x).sum()",
    "product": "torch.ones(2, 3) @ (x + 0).reshape(3, 1)",
    "loss": "torch.nn.functional.mse_loss(2 * x, torch.zeros(3))",
    "condition": "torch.where(x > 0.3, x * 1, -x)",
    "views": "torch.tanh(x.reshape(3, 1).t())",
}


def packed_by(lib, program, hooks=None):
    """What was packed, and the gradient: (shape, dtype, requires_grad, is_leaf, class of grad_fn)."""
    x = lib.tensor([0.2, 0.5, -1.0], requires_grad=True)
    seen = []

    def pack(t):
        row = tuple(t.shape), str(t.dtype).partition(".")[2], t.requires_grad, t.is_leaf
        seen.append((*row, type(t.grad_fn).__name__, lib.is_grad_enabled()))
        return t.detach().numpy().copy()

    with lib.autograd.graph.saved_tensors_hooks(pack, lib.from_numpy):
        y = eval(program, {"torch": lib, "x": x})
    y.sum().backward()
    return seen, x.grad.numpy()


@pytest.mark.parametrize("name", PROGRAMS)
def test_packs_what_pytorch_packs(name):
    (ours, gradient), (theirs, expected) = (packed_by(lib, PROGRAMS[name]) for lib in (torchlet, torch))
    assert ours == theirs
    np.testing.assert_allclose(gradient, expected, rtol=1e-6)


@pytest.fixture(params=[torchlet, torch], ids=["torchlet", "torch"])
def lib(request):
    return request.param


def test_gradients_are_computed_from_what_unpack_gives(lib):
    x = lib.tensor(3.0, requires_grad=True)
    with lib.autograd.graph.saved_tensors_hooks(lambda t: t.detach(), lambda t: 10 * t):
        y = x**2
    y.backward()
    assert x.grad.item() == 60.0


def test_second_derivatives_reach_the_leaf(lib):
    x = lib.tensor(2.0, requires_grad=True)
    with lib.autograd.graph.saved_tensors_hooks(lambda t: t.detach().clone(), lambda t: t):
        u = 2 * x
        y = u * u * x + u.exp()
    (first,) = lib.autograd.grad(y, x, create_graph=True)
    (second,) = lib.autograd.grad(first, x)
    assert first.item() == pytest.approx(12 * 4 + 2 * np.exp(4))
    assert second.item() == pytest.approx(24 * 2 + 4 * np.exp(4))


def test_unpacked_at_each_walk_and_freed_after_the_last(lib):
    x, calls = lib.tensor(2.0, requires_grad=True), []
    with lib.autograd.graph.saved_tensors_hooks(lambda t: t.detach(), lambda t: calls.append(t.item()) or t):
        y = x.exp()
    y.backward(retain_graph=True)
    y.backward()
    assert len(calls) == 2
    with pytest.raises(RuntimeError, match="a second time"):
        y.backward()


def test_the_innermost_block_counts(lib):
    x, seen = lib.tensor(2.0, requires_grad=True), []

    def hooks(name):
        return lib.autograd.graph.saved_tensors_hooks(lambda t: seen.append(name) or t.detach(), lambda t: t)

    with hooks("outer"):
        x.exp()
        with hooks("inner"):
            x.exp()
        x.exp()
    x.exp()
    assert seen == ["outer", "inner", "outer"]


def test_saved_by_a_function_of_the_user(lib):
    class Square(lib.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            y = x * x
            ctx.save_for_backward(x, y)
            return y

        @staticmethod
        def backward(ctx, g):
            x, y = ctx.saved_tensors
            assert y.item() == 9.0
            return 2 * x * g

    x, seen = lib.tensor(3.0, requires_grad=True), []
    with lib.autograd.graph.saved_tensors_hooks(
        lambda t: seen.append(t.item()) or t.detach().clone(), lambda t: t
    ):
        y = Square.apply(x)
    (first,) = lib.autograd.grad(y, x, create_graph=True)
    assert seen == [3.0, 9.0] and first.item() == 6.0
    assert lib.autograd.grad(first, x)[0].item() == 2.0


def test_what_was_packed_is_let_go_by_the_backward_pass(lib):
    class Kept:
        def __init__(self, tensor):
            self.tensor = tensor.detach()

    x, kept = lib.ones(3, requires_grad=True), []
    with lib.autograd.graph.saved_tensors_hooks(
        lambda t: kept.append(weakref.ref(made := Kept(t))) or made, lambda made: made.tensor
    ):
        y = lib.tanh(lib.exp(x))
    assert [ref() is not None for ref in kept] == [True, True]
    y.sum().backward()
    gc.collect()
    assert [ref() is not None for ref in kept] == [False, False]


def test_what_pack_keeps_elsewhere_is_not_held_by_the_graph():
    x = torchlet.ones(3, requires_grad=True)
    with torchlet.autograd.graph.saved_tensors_hooks(lambda t: t.numpy(force=True) + 0, torchlet.from_numpy):
        u = 2 * x
        y = u * u
    held = weakref.ref(u)
    del u
    assert held() is None
    y.sum().backward()
    assert x.grad.tolist() == [8.0, 8.0, 8.0]


def test_checkpoint_keeps_its_input_only(lib):
    from importlib import import_module

    checkpoint = import_module(f"{lib.__name__}.utils.checkpoint").checkpoint
    x, seen = lib.ones(3, requires_grad=True), []
    with lib.autograd.graph.saved_tensors_hooks(lambda t: seen.append(t.numel()) or t.detach(), lambda t: t):
        y = checkpoint(lambda t: lib.tanh(lib.exp(lib.sigmoid(t))).sum(), x, use_reentrant=False)
    assert seen == [3]
    y.backward()
    assert x.grad is not None


def test_writes_in_pack_are_refused(lib):
    x = lib.ones(3, requires_grad=True)
    with (
        pytest.raises(RuntimeError, match="pack hook is modifying its input in place"),
        lib.autograd.graph.saved_tensors_hooks(lambda t: t.add_(1), lambda t: t),
    ):
        (x * 1.0).exp()


@pytest.mark.parametrize("answer", [3, None])
def test_unpack_gives_a_tensor(lib, answer):
    x = lib.ones(3, requires_grad=True)
    with lib.autograd.graph.saved_tensors_hooks(lambda t: t.detach(), lambda t: answer):
        y = x.exp()
    with pytest.raises(
        TypeError, match=f"expected to be a Tensor but got result of type {type(answer).__name__}"
    ):
        y.sum().backward()


@pytest.mark.filterwarnings("ignore:Anomaly Detection")
def test_together_with_anomaly_mode(lib):
    x = lib.tensor([4.0, 0.0], requires_grad=True)
    with (
        lib.autograd.detect_anomaly(),
        lib.autograd.graph.saved_tensors_hooks(lambda t: t.detach(), lambda t: t),
    ):
        y = (x**0.5).sum()
    assert y.grad_fn.metadata["traceback_"]
    y.backward()
    assert x.grad[0].item() == 0.25
