"""Memory goes when it should: after the walk, after the step, without the garbage collector's help."""

import gc
import platform
import subprocess
import sys
import tracemalloc
import weakref

import numpy as np
import pytest

import torchlet


@pytest.fixture(autouse=True)
def _without_collector():
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def test_each_node_of_many_paths_is_asked_once():
    """30 doublings have 2³⁰ paths and 30 nodes, and one is before them."""
    x = torchlet.ones(1, requires_grad=True)
    y = x * 1
    asked = []
    for number in range(31):
        y.register_hook(lambda g, number=number: asked.append(number))
        if number < 30:
            y = y + y
    y.backward()
    assert asked == list(range(30, -1, -1))
    assert x.grad.item() == 2.0**30


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="about the allocator of glibc")
def test_the_memory_of_large_tensors_is_used_again():
    """In a fresh process: ten results of 4 MB at a time take 10 000 pages, in each step unless freed memory stays at hand."""
    script = (
        "import resource, torchlet\n"
        "x = torchlet.zeros(10**6)\n"
        "pages = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "step = lambda: [x.exp() for _ in range(10)]\n"
        "step()\n"
        "before = pages()\n"
        "for _ in range(5): step()\n"
        "print(pages() - before)"
    )
    assert int(subprocess.check_output([sys.executable, "-c", script], text=True)) < 5_000


def test_saved_arrays_go_with_the_walk():
    x = torchlet.ones(1000, requires_grad=True)
    squared = (x * 2).exp()
    array = weakref.ref(squared._array)
    loss = squared.sum()
    del squared
    assert array() is not None  # exp saved its result
    loss.backward()
    assert array() is None and loss.grad_fn is not None


def test_a_retained_graph_keeps_them():
    x = torchlet.ones(10, requires_grad=True)
    y = (x * 2).exp()
    array = weakref.ref(y._array)
    loss = y.sum()
    del y
    loss.backward(retain_graph=True)
    assert array() is not None
    loss.backward()
    assert array() is None


def test_a_graph_that_is_never_walked_goes_with_its_result():
    x = torchlet.ones(10, requires_grad=True)
    y = (x * x).exp().sum()
    node, inner = weakref.ref(y.grad_fn), weakref.ref(y.grad_fn.next_functions[0][0])
    del y
    assert node() is None and inner() is None


class Exp(torchlet.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        y = x.exp()
        ctx.save_for_backward(y)
        ctx.note = "anything"
        return y

    @staticmethod
    def backward(ctx, g):
        return g * ctx.saved_tensors[0]


def _saved_output(x):
    return Exp.apply(x)


def _hooked(x):
    y = x * 2
    y.register_hook(lambda g: g * 2)
    return y


def _retained(x):
    y = x * 2
    y.retain_grad()
    return y


def _viewed(x):
    return (x * 2).view(2, 2)[0].t()


def _written(x):
    y = x * 2
    y[0].mul_(3)
    y += 1
    return y


def _second(x):
    (g,) = torchlet.autograd.grad((x**3).sum(), x, create_graph=True)
    return g


@pytest.mark.parametrize("make", [_saved_output, _hooked, _retained, _viewed, _written, _second])
@pytest.mark.parametrize("walked", [False, True])
def test_no_tensor_and_its_node_hold_each_other(make, walked):
    x = torchlet.ones(4, requires_grad=True)
    y = make(x)
    tensor, node = weakref.ref(y), weakref.ref(y.grad_fn)
    if walked:
        y.sum().backward()
    del y
    assert tensor() is None and node() is None
    leaf = weakref.ref(x)
    del x
    assert leaf() is None


@pytest.mark.slow
def test_ten_thousand_steps_leave_nothing_behind():
    x = torchlet.tensor(np.linspace(-1, 1, 8, dtype="float32"))
    a = torchlet.zeros(1, requires_grad=True)
    b = torchlet.zeros(1, requires_grad=True)

    def train(steps):
        for _ in range(steps):
            loss = ((a * x**2 + b - 1) ** 2).mean()
            loss.backward()
            with torchlet.no_grad():
                for p in (a, b):
                    p -= 0.01 * p.grad
                    p.grad.zero_()

    train(20)
    tracemalloc.start()
    try:
        objects, memory = len(gc.get_objects()), tracemalloc.get_traced_memory()[0]
        train(10_000)
        grown = tracemalloc.get_traced_memory()[0] - memory
        assert len(gc.get_objects()) <= objects + 5
        assert grown < 50_000, f"{grown} bytes more after 10,000 steps"
    finally:
        tracemalloc.stop()
    assert b.item() != 0.0
