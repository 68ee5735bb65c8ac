"""Reading and writing parts, gathering and scattering, against PyTorch."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import torchlet

rng = np.random.default_rng(4)
CUBE = rng.standard_normal((4, 3, 5))

INDICES = [
    "0", "-1", "1:3", "::2", ":-1", "...", "None", ":", "0, 1", "0, 1, 2", ":, 1", ":, :, -1", "..., 0", "0, ..., 0", "None, 0", ":, None", "..., None",
    "1:3, 0:2, 2:", "0, 1:, ::3", "[0, 2]", "[0, 0, 1]", ":, [0, 2]", "[0, 1], [1, 2]", "0, [1, 2]", "[0, 1], :, [1, 2]", "0, :, [1, 2]",
    "x > 0", "x[:, 0, 0] > 0", "x[..., 0] > 0", "torch.tensor([0, 3])", "torch.tensor(2)", "torch.tensor([True, False, True, True])",
    ":, torch.tensor([2, 0])", "torch.tensor([[0, 1], [2, 3]])", "..., torch.tensor([1])", "True", "False", "torch.tensor(True)", "torch.tensor(False)", ":, torch.tensor(True)", "[True, False, True, False]", "[-1, -2]", "5:", "2:1",
    "None, [0, 1], None", "None, ..., None", "slice(1, 3)", "(0, slice(None), 1)", "np.int64(1)", "np.array([0, 1])", "[]", "1:3, [0, 1]", "x[:, :, 0] > 0, 1",
    "[0, 1], None, [1, 2]", "torch.tensor([1, 2], dtype=torch.uint8).long()", "torch.tensor([1, 0], dtype=torch.int32)", "::3, ::2, ::4",
]  # fmt: skip


@pytest.mark.parametrize("index", INDICES)
def test_reading(agree, index):
    agree(f"x[{index}]", x=CUBE, np=np, names="None" not in index or "[0" not in index)


@pytest.mark.parametrize("index", INDICES)
def test_writing(index):
    if index in ("5:", "2:1", "False", "torch.tensor(False)", "[]"):
        values = ["7.0"]
    else:
        values = ["7.0", f"x[{index}] * 2", f"torch.ones(x[{index}].shape[-1:], dtype=x.dtype)"]
    for value in values:
        results = []
        for module in (torch, torchlet):
            names = {"torch": module, "np": np, "x": module.from_numpy(CUBE.copy())}
            exec(f"x[{index}] = {value}", names)
            results.append(names["x"])
        assert results[0].tolist() == results[1].tolist()


@pytest.mark.parametrize("index", INDICES)
def test_gradients_of_writing(agree, index):
    expression = f"assigned(x * 1, at[{index}], y)"
    agree(expression, x=CUBE, y=np.array(2.0), np=np, names=False, assigned=assigned, at=np.s_)


def assigned(x, index, value):
    x[index] = value
    return x


def test_reading_shares_memory_or_copies():
    for module in (torch, torchlet):
        x = module.zeros(3, 4)
        x[0][1] = 5.0
        x[1:, 2].add_(1.0)
        x[[0, 1]].add_(100.0)
        x[x > 4].zero_()
        x[2, 3] += 2
        x[None, :, 0] -= 1
        assert x.tolist() == [[-1, 5, 0, 0], [-1, 0, 1, 0], [-1, 0, 1, 2]]


@given(hnp.basic_indices((4, 3, 5), allow_newaxis=True), st.booleans())
def test_generated_basic_indices(index, write):
    items = index if isinstance(index, tuple) else (index,)
    if any(isinstance(i, slice) and i.step is not None and i.step <= 0 for i in items):
        return
    results = []
    for module in (torch, torchlet):
        x = module.from_numpy(CUBE.copy()).requires_grad_()
        y = x[index]
        (y * y).sum().backward()
        if write:
            with module.no_grad():
                x[index] = 1.5
        results.append((y.tolist(), x.grad.tolist(), x.tolist()))
    assert results[0] == results[1]


@given(hnp.integer_array_indices((4, 3, 5), result_shape=hnp.array_shapes(max_dims=2, max_side=3)))
def test_generated_integer_indices(index):
    results = []
    for module in (torch, torchlet):
        x = module.from_numpy(CUBE.copy()).requires_grad_()
        y = x[tuple(module.from_numpy(np.asarray(i)) for i in index)]
        (y * y).sum().backward()
        results.append((y.tolist(), np.round(x.grad.numpy(), 12).tolist()))
    assert results[0] == results[1]


PICKING = [
    "x.gather(0, i)", "x.gather(2, i % 5)", "torch.gather(x, 1, i[:, :1] % 3)", "x.index_select(0, j)", "torch.index_select(x, -1, j)", "x.masked_select(x > 0)",
    "x.masked_select(x[0] > 0)", "torch.take(x, i)", "x.take_along_dim(i % 3, 1)", "x.take_along_dim(i)", "x.nonzero()", "(x > 0).nonzero(as_tuple=True)", "torch.argwhere(x > 1)",
    "x.scatter(0, i, y)", "x.scatter(1, i % 3, 3.0)", "x.scatter(2, i, y)", "x.scatter_add(0, i, y)", "torch.scatter_add(x, 2, i % 5, y)", "x.scatter_add(1, i % 3, y)",
    "x.index_add(0, j, y[:2])", "x.index_add(1, j, y[:, :2], alpha=2)", "x.index_copy(0, torch.tensor([0, 2]), y[:2])", "x.index_fill(1, j, 4.0)",
    "x.index_put((j,), y[0, 0])", "x.index_put((j, j), y[0, 0], accumulate=True)", "x.masked_fill(x > 0, 1.0)", "x.masked_scatter(x > 0, y)",
    "(x * 1).scatter_(0, i, y)", "(x * 1).masked_fill_(x > 0, 1.0)", "(x * 1).index_add_(0, j, y[:2])", "(x * 1).scatter_add_(0, i, y)", "(x * 1).index_fill_(0, j, 0.5)",
]  # fmt: skip


@pytest.mark.parametrize("expression", PICKING)
def test_picking_and_putting(agree, expression):
    i = rng.integers(0, 3, (4, 3, 5))
    if "scatter(" in expression or "scatter_(" in expression:  # no place twice: the order would count
        i = np.argsort(rng.random((4, 3, 5)), 0)
        if "2, i" in expression or "1, i" in expression:
            i = i * 0
    own = ("take", "index_add(1", "index_fill", "index_copy", "masked_scatter", "index_put", "_(", "1, 0")
    agree(expression, x=CUBE, y=rng.standard_normal(CUBE.shape), i=i, j=np.array([2, 1]), names=not any(o in expression for o in own))  # fmt: skip


ERRORS = [
    "x[4]", "x[0, 3]", "x[0, 0, 0, 0]", "x[-5]", "x[[5]]", "x[:, [0, 9]]", "x[1.5]", "x['a']", "x[torch.tensor([1.0])]", "x[torch.ones(3, dtype=torch.bool)]", "x[::-1]",
    "torch.tensor(1.0)[0]", "x[[0, 1], [0, 1, 2]]", "x.index_select(0, torch.tensor([9]))", "x.gather(0, torch.tensor([0]))", "x.gather(0, torch.zeros(1, 1, 1))",
    "x.gather(0, torch.full((1, 1, 1), 9))", "x.masked_select(x)", "x.masked_fill(x, 0.0)", "len(torch.tensor(1))", "list(torch.tensor(1))", "x.scatter(0, torch.zeros(1, 1, 1, dtype=torch.int64), x.float())",
    "x[0][7]", "x.select(3, 0)",
]  # fmt: skip


@pytest.mark.parametrize("expression", ERRORS)
def test_errors(expression):
    texts = []
    for module in (torch, torchlet):
        with pytest.raises((IndexError, RuntimeError, TypeError, ValueError)) as caught:
            eval(expression, {"torch": module, "x": module.from_numpy(CUBE.copy())})
        texts.append((caught.type, str(caught.value)))
    assert texts[1] == texts[0]


@pytest.mark.parametrize("statement", ["x[0] = torch.ones(7)", "x[5] = 0", "x[[0, 1]] = torch.ones(3, 3)", "x[x > 0] = torch.ones(2)", "x[:, 0] = 'a'", "x[:1] = torch.ones(2, 3, 5)"])  # fmt: skip
def test_errors_of_writing(statement):
    kinds = []
    for module in (torch, torchlet):
        with pytest.raises((IndexError, RuntimeError, TypeError, ValueError)) as caught:
            exec(statement, {"torch": module, "x": module.from_numpy(CUBE.copy()).float()})
        kinds.append(caught.type)
    assert kinds[0] is kinds[1]
