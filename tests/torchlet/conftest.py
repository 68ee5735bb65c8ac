"""What the tests of the core share: the same expression on torchlet and on PyTorch must give the same."""

import importlib.util
import pathlib
import sys
import warnings

import numpy as np
import pytest
import torch

import torchlet

TOLERANCE = {"float16": 2e-3, "float32": 2e-5, "float64": 1e-10}


@pytest.fixture(autouse=True)
def _inf_and_nan_are_silent():
    """pytest forgets the filter that importing torchlet sets: PyTorch computes inf and nan without a word."""
    warnings.filterwarnings("ignore", category=RuntimeWarning, module="torchlet")


def tensors_of(module, arrays, requires_grad):
    """The arrays as tensors of `module`, with their strides; floating ones as leaves that require grad."""
    made = {}
    for name, value in arrays.items():
        if isinstance(value, np.ndarray):
            tensor = module.from_numpy(value.copy("K") if value.ndim else value.copy())
            if requires_grad and value.dtype.kind == "f":
                tensor = tensor.requires_grad_()
            made[name] = tensor
        else:
            made[name] = value
    return made


def flat(result):
    """A result as a list of tensors and plain values."""
    if isinstance(result, (tuple, list)):
        return [leaf for part in result for leaf in flat(part)]
    return [result]


def assert_same(ours, theirs, context, tolerance=None):
    """Two results agree: type, shape, dtype, values."""
    if not isinstance(theirs, torch.Tensor):
        assert not isinstance(ours, torchlet.Tensor), context
        if isinstance(theirs, float):
            assert ours == pytest.approx(theirs, rel=1e-5, nan_ok=True), context
        else:
            assert ours == theirs, context
        return
    assert isinstance(ours, torchlet.Tensor), f"{context}: {type(ours)}"
    assert tuple(ours.shape) == tuple(theirs.shape), f"{context}: shape {ours.shape} for {theirs.shape}"
    assert str(ours.dtype) == str(theirs.dtype), f"{context}: {ours.dtype} for {theirs.dtype}"
    a, b = ours.detach().numpy(), theirs.numpy(force=True)
    limit = tolerance or TOLERANCE.get(a.dtype.name, 0)
    np.testing.assert_allclose(a, b, rtol=limit, atol=limit, equal_nan=True, err_msg=context)


def run(module, expression, tensors):
    return eval(expression, {"torch": module, "math": __import__("math"), **tensors})


def weights(like, seed):
    rng = np.random.default_rng(seed)
    return rng.uniform(0.5, 1.5, like.shape).astype(str(like.dtype).removeprefix("torch."))


def gradients(module, outputs, inputs, seed, create_graph):
    """The gradients of the sum of the outputs, each weighted with fixed random numbers."""
    given = [module.from_numpy(np.asarray(weights(o, seed + i))) for i, o in enumerate(outputs)]
    return module.autograd.grad(outputs, inputs, given, allow_unused=True, create_graph=create_graph)


@pytest.fixture(scope="session")
def agree():
    """agree("torch.exp(x)", x=array): values, dtypes, shapes, first and second gradients as PyTorch's."""

    def check(expression, *, grad=True, second=True, tolerance=None, names=True, **arrays):
        results = {}
        for module in (torch, torchlet):
            tensors = tensors_of(module, arrays, grad)
            results[module] = flat(run(module, expression, tensors)), tensors
        (theirs, their_inputs), (ours, our_inputs) = results[torch], results[torchlet]
        assert len(ours) == len(theirs), expression
        for a, b in zip(ours, theirs, strict=True):
            assert_same(a, b, expression, tolerance)
            if isinstance(b, torch.Tensor) and grad:
                assert a.requires_grad == b.requires_grad, f"{expression}: requires_grad"
                if names and b.grad_fn is not None:
                    assert a.grad_fn.name() == b.grad_fn.name(), expression
        if not grad:
            return
        _check_gradients(expression, ours, theirs, our_inputs, their_inputs, second, tolerance)

    return check


def _check_gradients(expression, ours, theirs, our_inputs, their_inputs, second, tolerance):
    def pick(module, outputs, inputs):
        outputs = [o for o in outputs if isinstance(o, module.Tensor) and o.requires_grad]
        inputs = [t for t in inputs.values() if isinstance(t, module.Tensor) and t.requires_grad]
        return outputs, inputs

    found = []
    for module, outputs, inputs in ((torchlet, ours, our_inputs), (torch, theirs, their_inputs)):
        outputs, inputs = pick(module, outputs, inputs)
        if not outputs or not inputs:
            return
        first = gradients(module, outputs, inputs, 1, second)
        deeper = [g for g in first if g is not None and g.requires_grad]
        again = gradients(module, deeper, inputs, 2, False) if second and deeper else ()
        found.append((first, again))
    for order, (mine, reference) in enumerate(zip(*found, strict=True), start=1):
        for i, (a, b) in enumerate(zip(mine, reference, strict=False)):
            context = f"{expression}: gradient {order} of input {i}"
            zero = a is None or b is None  # "no path" and "zero" are the same number
            if zero:
                other = b if a is None else a
                assert other is None or not np.asarray(other.numpy(force=True)).any(), context
            else:
                assert_same(a, b, context, tolerance and 10 * tolerance)


@pytest.fixture
def card(monkeypatch):
    """A real GPU in torchlet's eyes: the module `cupy` is `fake_cupy` while the test runs."""
    from torchlet import cupy_gpu, gpus

    path = pathlib.Path(__file__).with_name("fake_cupy.py")
    spec = importlib.util.spec_from_file_location("fake_cupy", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setitem(sys.modules, "cupy", module.FakeCupy())
    cupy_gpu.find.cache_clear()
    yield sys.modules["cupy"]
    monkeypatch.undo()
    cupy_gpu.find.cache_clear()
    gpus.connect()


@pytest.fixture
def gpu():
    """The simulated GPU, while the test runs."""
    with torchlet.cuda.simulate() as simulated:
        yield simulated
