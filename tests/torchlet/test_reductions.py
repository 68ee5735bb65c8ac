"""Sums, means, spreads, norms, extremes and order, against PyTorch."""

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import torchlet

rng = np.random.default_rng(2)
CUBE = rng.standard_normal((2, 3, 4))

OVER = ["", "0", "1", "-1", "(0, 2)", "(0, 1, 2)", "dim=1, keepdim=True", "(-1, 0), True", "[]", "dim=2, keepdim=False", "axis=1, keepdims=True"]  # fmt: skip


@pytest.mark.parametrize("over", OVER)
@pytest.mark.parametrize("name", ["sum", "mean", "std", "var", "amax", "amin", "all", "any", "nansum"])
def test_reductions(agree, name, over):
    if "axis" in over and name not in ("sum", "mean"):
        pytest.skip("the NumPy names are tried for sum and mean")
    if over == "[]" and name in ("all", "any", "std", "var"):
        pytest.skip("PyTorch is not of one mind")
    agree(f"x.{name}({over})", x=CUBE, names=name != "nansum")
    agree(
        f"torch.{name}(x, {over})" if over else f"torch.{name}(x)",
        x=CUBE.astype(np.float32)[:, ::2],
        names=name != "nansum",
    )


EXPRESSIONS = [
    "x.prod()", "x.prod(1)", "x.prod(-1, True)", "(x * (x > 0)).prod(1)", "(x * (x > 0)).prod()", "x[:, 0].prod()", "x.cumsum(1)", "x.cumsum(-1)",
    "x.cumprod(1)", "x.logsumexp(1)", "x.logsumexp((0, 2), True)", "x.softmax(1)", "torch.softmax(x, -1)", "x.softmax(0, torch.float64)",
    "x.log_softmax(1)", "torch.log_softmax(x, -1)", "(x * 1000).softmax(1)", "(x * 1000).log_softmax(1)", "(x * 1000).logsumexp(1)",
    "x.norm()", "x.norm(dim=1)", "x.norm(2, 1)", "x.norm(1)", "x.norm(3, 1)", "x.norm(float('inf'), 1)", "x.norm(p=1, dim=(0, 1))", "x.norm(dim=-1, keepdim=True)",
    "x.std(unbiased=False)", "x.var(False)", "x.var(1, correction=0)", "x.std(dim=1, correction=2)", "x.std((0, 1), keepdim=True)", "torch.var(x, 1, False)",
    "torch.std_mean(x, 1)", "torch.var_mean(x)", "x.count_nonzero()", "x.count_nonzero(1)", "x.max()", "x.min()", "x.max(1)", "x.min(-1, True)",
    "x.max(0)[0]", "x.argmax()", "x.argmax(1)", "x.argmin(1, True)", "x.argmin(-1)", "torch.argmax(x)", "x.sort()", "x.sort(0, True)", "x.sort(1, descending=True)[1]",
    "x.argsort(1)", "torch.argsort(x, -1, True)", "x.topk(2)", "x.topk(2, 1)", "x.topk(3, largest=False)", "torch.topk(x, 1, 0)", "x.kthvalue(2)", "x.kthvalue(1, 1, True)",
    "x.median()", "x.median(1)", "x.median(-1, True)", "torch.median(x[0, 0])", "torch.aminmax(x)", "torch.max(x, x * 0.5)", "torch.min(x, x[0])", "x.mean(dtype=torch.float64)",
    "x.sum(dtype=torch.float64)", "x.sum(1, dtype=torch.float64)", "torch.linalg.norm(x)", "torch.linalg.norm(x, dim=1)", "torch.linalg.vector_norm(x, 3)",
    "torch.dist(x, x * 2)", "torch.norm(x)", "torch.nn.functional.softmax(x, 1)", "torch.std(x[0], 0)", "x[0, 0].std()", "x.logsumexp(-1)",
]  # fmt: skip


@pytest.mark.parametrize("expression", EXPRESSIONS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_expressions(agree, expression, dtype):
    unnamed = ("std_mean", "var_mean", "aminmax", "dist", "torch.float64")
    tolerance = 1e-3 if dtype == "float32" and "1000" in expression else None
    agree(
        expression, x=CUBE.astype(dtype), names=not any(u in expression for u in unnamed), tolerance=tolerance
    )


@pytest.mark.parametrize("dtype", ["float16", "int64", "int32", "uint8", "int8", "bool"])
@pytest.mark.parametrize(
    "expression",
    ["x.sum()", "x.sum(0)", "x.prod()", "x.prod(1)", "x.cumsum(1)", "x.max()", "x.min(1)", "x.argmax()", "x.any()", "x.all(1)", "x.amax(0)",
     "x.count_nonzero()", "x.sort()", "x.unique()", "x.sum(dtype=torch.float32)", "x.mean(dtype=torch.float32)", "x.max(1)", "x.median()"],
)  # fmt: skip
def test_dtypes(agree, expression, dtype):
    if dtype == "bool" and ("median" in expression or "arg" in expression):
        pytest.skip("not in PyTorch")
    agree(expression, grad=False, x=np.array([[0, 1, 2], [3, 1, 0]]).astype(dtype))


@pytest.mark.parametrize("expression", ["x.max()", "x.min()", "x.amax(0)", "x.amin()", "x.max(0)", "x.min(1)", "x.median()", "x.sort()", "x.topk(2)", "x.norm()", "x.norm(1)", "x.norm(float('inf'))", "x.std()", "x.prod()", "x.prod(0)", "x.cumprod(1)", "x.abs().sum()", "torch.maximum(x, x.flip(0))"])  # fmt: skip
@pytest.mark.parametrize("values", [[[1, 1, 0], [1, 0, 1]], [[0, 0, 0], [0, 0, 0]], [[2, 1, 0], [0, 2, 2]]])
def test_ties_and_zeros(agree, expression, values):
    if (
        "sort" in expression or "topk" in expression or "median" in expression
    ):  # PyTorch may take any of equal elements
        expression += "[0]" if "median" not in expression else ""
        agree(expression, grad=False, x=np.array(values, float))
    else:
        agree(expression, second="cumprod" not in expression, x=np.array(values, float))


@pytest.mark.parametrize("expression", ["x.sum()", "x.mean()", "x.max()", "x.min()", "x.std()", "x.argmax()", "x.norm()", "x.median()", "x.logsumexp(0)", "x.amax()", "x.prod()", "x.sort()", "x.softmax(0)", "x.isnan().any()"])  # fmt: skip
def test_nan_and_infinity(agree, expression):
    agree(expression, grad=False, x=np.array([1.0, np.nan, -np.inf, np.inf]))
    agree(expression, grad=False, x=np.array([1.0, -np.inf, np.inf]))


@pytest.mark.parametrize("expression", ["x.sum()", "x.mean()", "x.sum(0)", "x.mean(1)", "x.prod()", "x.prod(0)", "x.std()", "x.var(1)", "x.norm()", "x.all()", "x.any(0)", "x.amax(1)", "x.cumsum(0)", "x.softmax(0)", "x.logsumexp(0)", "x.max(1)", "x.argmax(1)", "x.sort()", "x.unique()", "x.topk(0)", "x.count_nonzero()", "x.nansum()"])  # fmt: skip
@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0,), ()])
@pytest.mark.filterwarnings("ignore:.*degrees of freedom")
def test_empty_and_zero_dimensions(agree, expression, shape):
    x = np.full(shape, 1.5)
    try:
        with np.errstate(all="ignore"):
            eval(expression, {"x": torch.from_numpy(x)})
    except (RuntimeError, IndexError) as refusal:
        with pytest.raises(type(refusal)) as caught:
            eval(expression, {"x": torchlet.from_numpy(x)})
        assert str(caught.value) == str(refusal)  # noqa: PT017  (the same words)
    else:
        no_gradient = "var" in expression or "std" in expression or "unique" in expression
        agree(expression, grad=not no_gradient, x=x, names=False)


@given(st.data())
def test_generated_shapes(agree, data):
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=4, max_side=3))
    dims = data.draw(st.lists(st.integers(0, len(shape) - 1), min_size=1, unique=True))
    name = data.draw(st.sampled_from(["sum", "mean", "amax", "var", "logsumexp"]))
    keepdim = data.draw(st.booleans())
    x = rng.standard_normal(shape)
    if data.draw(st.booleans()):
        x = x.T
    correction = "correction=0, " if name == "var" else ""
    agree(f"x.{name}({tuple(dims)}, {correction}keepdim={keepdim})", x=x)


def test_named_results():
    for module in (torch, torchlet):
        x = module.tensor([[1.0, 3.0], [2.0, 0.0]])
        for result, kind in (
            (x.max(1), "max"),
            (x.sort(), "sort"),
            (x.topk(1), "topk"),
            (x.median(0), "median"),
        ):
            assert (
                type(result).__name__ == kind and result.values is result[0] and result.indices is result[1]
            )
    assert repr(torchlet.tensor([1.0, 2.0]).max(0)) == repr(torch.tensor([1.0, 2.0]).max(0))


def test_a_spread_of_one_number_warns():
    for module in (torch, torchlet):
        for name in ("std", "var"):
            with pytest.warns(
                UserWarning, match=rf"^{name}\(\): degrees of freedom is <= 0. Correction should be"
            ):
                assert getattr(module.ones(1), name)().isnan().item()


def test_unique():
    for ours, theirs in (
        (m.tensor([3, 1, 3, 2]).unique(return_inverse=True, return_counts=True) for m in (torchlet, torch)),
        (m.tensor([[1, 2], [1, 2], [0, 1]]).unique(dim=0, return_counts=True) for m in (torchlet, torch)),
        (m.tensor([[3, 1], [3, 2]]).unique(return_inverse=True) for m in (torchlet, torch)),
    ):
        assert [t.tolist() for t in ours] == [t.tolist() for t in theirs]


ERRORS = [
    "x.sum(5)", "x.mean(-4)", "x.sum((0, 0))", "i.mean()", "i.std()", "i.softmax(0)", "x.max(7)", "x.topk(9)", "x.kthvalue(9)", "x.argmax(3)",
    "x.cumsum(4)", "x.prod(3)", "x.norm(dim=3)", "i.norm()", "x.softmax(3)", "i.mean(0)", "x.var((0, 0))", "x.logsumexp(4)", "x.sort(5)",
]  # fmt: skip


@pytest.mark.parametrize("expression", ERRORS)
def test_errors(expression):
    texts = []
    for module in (torch, torchlet):
        names = {"x": module.from_numpy(CUBE), "i": module.arange(6).reshape(2, 3)}
        with pytest.raises((RuntimeError, IndexError, NotImplementedError, TypeError)) as caught:
            eval(expression, names)
        texts.append((caught.type, str(caught.value)))
    assert texts[1] == texts[0]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("expression", ["x.cumsum(0)", "x.cumsum(1)", "x.cumprod(1)", "x.ravel().cumsum(0)"])
def test_running_sums_to_the_last_bit(expression, dtype):
    x = np.random.default_rng(0).normal(size=(50, 40)).astype(dtype)
    ours, theirs = (eval(expression, {"x": module.from_numpy(x)}) for module in (torchlet, torch))
    assert ours.tolist() == theirs.tolist()
