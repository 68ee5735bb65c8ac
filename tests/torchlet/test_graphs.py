"""The graph: names and edges, each node visited once, deep chains, nothing left behind."""

import gc
import weakref

import pytest
import torch

import torchlet
import torchlet.differentiable
from tests.torchlet.stories import both


def test_names_and_edges():
    def walk(node, depth=0):
        if node is None or depth > 6:
            return None
        return node.name(), [(walk(n, depth + 1), i) for n, i in node.next_functions]

    def story(t):
        x, w = t.ones(2, 2, requires_grad=True), t.ones(2, requires_grad=True)
        expressions = [
            2 * x**2 + 1, (x @ x).mean(), 1 - x / 2, (x + w).sum(0), x.T @ w, x[0, 1:], x.exp().log(), x.unbind()[1], x.max(1)[0],
            x.view(4).relu(), x.double(), t.cat([x, x]), 3 / x, 2**x, x.sigmoid().tanh(), x.t().reshape(-1),
        ]  # fmt: skip
        return [walk(e.grad_fn) for e in expressions]

    both(story)
    for t in (torch, torchlet):
        x = t.ones(1, requires_grad=True)
        y, z = x * 2, x * 3
        assert y.grad_fn.next_functions[0][0] is z.grad_fn.next_functions[0][0]
        assert y.grad_fn.next_functions[0][0].variable is x
        assert type(y.grad_fn).__name__ == "MulBackward0" and repr(y.grad_fn).startswith(
            "<MulBackward0 object at 0x"
        )
        assert type(y.grad_fn.next_functions[0][0]).__name__ == "AccumulateGrad"


def test_shared_results_are_visited_once():
    """30 doublings have 2³⁰ paths."""
    x = torchlet.ones(1, requires_grad=True)
    y = x
    for _ in range(30):
        y = y + y
    y.backward()
    assert x.grad.item() == 2.0**30


def test_gradients_do_not_share_memory():
    def story(t):
        x, y, v = t.ones(2, requires_grad=True), t.ones(2, requires_grad=True), t.ones(2)
        (x + y).backward(v)
        x.grad += 1
        x2 = t.ones(2, requires_grad=True)
        x2.backward(v)
        x2.grad += 1
        z = t.ones(3, requires_grad=True)
        z.sum().backward()
        z.grad[0] = 5
        return x.grad, y.grad, v, x2.grad, z.grad

    both(story)


@pytest.mark.parametrize("length", [10_000, 1_000_000])
@pytest.mark.parametrize("operation", ["plus", "times", "exp"])
def test_deep_chains(length, operation):
    if length == 1_000_000 and operation == "exp":
        pytest.skip("as deep as the others")
    x = torchlet.tensor(1.0, requires_grad=True)
    w = torchlet.tensor(1.0)
    y = x
    gc.disable()
    try:
        for _ in range(length):
            y = y + 0.0 if operation == "plus" else y * w if operation == "times" else (y * 0.0).exp()
        y.backward()
        assert x.grad is not None
        del y
        z = x
        for _ in range(length):  # never walked: freed as it is
            z = z * w
        del z
    finally:
        gc.enable()


def test_nothing_is_left_behind():
    """No reference cycles: without the garbage collector, everything is freed at once."""
    gc.collect()
    gc.disable()
    try:
        watched = []

        class Double(torchlet.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                y = x * 2
                ctx.save_for_backward(x, y)
                return y

            @staticmethod
            def backward(ctx, g):
                return g * 2

        def step():
            x = torchlet.ones(3, requires_grad=True)
            y = (Double.apply(x) * x).exp() + 1
            y.retain_grad()
            y.register_hook(lambda g: g)
            z = y[1:].view(-1)
            z.mul_(2)
            a, b = z.unbind()
            (g,) = torchlet.autograd.grad((a * b) + y.sum(), x, create_graph=True)
            (g * g).sum().backward()
            watched.extend(weakref.ref(t) for t in (x, y, z, a, g, y.grad_fn))

        step()
        assert [r() for r in watched] == [None] * len(watched)
    finally:
        gc.enable()


def test_training_does_not_grow():
    a = torchlet.ones(3, requires_grad=True)

    def train(steps):
        for _ in range(steps):
            loss = ((a * 0.5 - 1) ** 2).mean()
            loss.backward()
            with torchlet.no_grad():
                a.sub_(0.01 * a.grad)
            a.grad.zero_()

    gc.collect()
    gc.disable()
    try:
        train(10)
        before = len(gc.get_objects())
        train(500)
        assert len(gc.get_objects()) <= before + 5
    finally:
        gc.enable()
