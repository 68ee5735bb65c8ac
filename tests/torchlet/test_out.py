"""`out=`: the result is written where it is wanted, or refused in PyTorch's words."""

import warnings

import pytest
import torch

import torchlet

SAME = {
    "x": "torch.arange(6.0).reshape(2, 3)",
    "i": "torch.tensor([1, 0])",
    "m": "torch.tensor([True, False, True])",
}
CALLS = (
    "exp(x)", "sigmoid(x)", "add(x, 1)", "mul(x, x)", "eq(x, 1)", "round(x)", "square(x)", "clamp(x, max=2.5)", "lerp(x, x, 0.5)",
    "addcmul(x, x, x)", "logical_not(x)", "where(x > 1, x, x)", "sum(x, 0)", "mean(x, 1)", "std(x, 1)", "prod(x, 1)", "cumsum(x, 0)",
    "norm(x)", "all(x, 0)", "any(x, 0)", "amax(x, 0)", "argmax(x, 1)", "max(x, 1)", "sort(x)", "topk(x, 2)", "median(x, 1)",
    "kthvalue(x, 2)", "mm(x, x.T)", "matmul(x, x.T)", "mv(x, x[0])", "dot(x[0], x[1])", "outer(x[0], x[1])", "tril(x)", "diag(x)",
    "cat([x, x])", "stack([x, x])", "hstack([x, x])", "gather(x, 1, i[:, None])", "index_select(x, 1, i)", "masked_select(x[0], m)",
    "take(x, i)", "nonzero(i)", "arange(4)", "arange(4.0)", "linspace(0, 1, 3)", "eye(2)", "zeros(2, 3)", "full((2,), 7)",
    "logsumexp(x, 1)", "div(x, 2)", "atan2(x, x)",
)  # fmt: skip

SAID_OTHERWISE = (
    "sum(x, 0)", "cumsum(x, 0)", "prod(x, 1)", "norm(x)", "median(x, 1)", "kthvalue(x, 2)", "mv(x, x[0])", "nonzero(i)", "logsumexp(x, 1)",
    "arange(4)", "arange(4.0)",
)  # fmt: skip


def outcome(module, call, out):
    """What is returned, whether it is `out` itself, and what is warned of; or the error."""
    names = {name: eval(value, {"torch": module}) for name, value in SAME.items()}
    plain = eval(f"torch.{call}", {"torch": module, **names})
    several = isinstance(plain, tuple)
    targets = [out(module, each) for each in (plain if several else [plain])]
    names["targets"] = tuple(targets) if several else targets[0]
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        try:
            answer = eval(f"torch.{call[:-1]}, out=targets)", {"torch": module, **names})
        except (RuntimeError, TypeError) as error:
            return type(error).__name__, str(error).split("\n")[0]
    answers = list(answer) if several else [answer]
    assert all(a is t for a, t in zip(answers, targets, strict=True))
    return [(a.double().numpy().round(5).tolist(), str(a.dtype)) for a in answers], [
        str(w.message).partition(" (Triggered")[0] for w in heard
    ]


def both(call, out):
    ours, theirs = outcome(torchlet, call, out), outcome(torch, call, out)
    assert str(ours) == str(theirs)


@pytest.mark.parametrize("call", CALLS)
def test_of_the_same_form(call):
    both(call, lambda module, like: module.zeros_like(like))


@pytest.mark.parametrize("call", CALLS)
def test_of_another_shape(call):
    if call not in SAID_OTHERWISE:
        both(call, lambda module, like: module.zeros(5, dtype=like.dtype))
    both(call, lambda module, like: module.zeros(0, dtype=like.dtype))


@pytest.mark.parametrize("call", CALLS)
def test_of_another_dtype(call):
    if call in SAID_OTHERWISE:
        pytest.skip("refused by both, or computed in the dtype of out: PyTorch has its own way for each")
    for dtype in ("int64", "float64"):
        both(
            call,
            lambda module, like, dtype=dtype: module.zeros(tuple(like.shape), dtype=getattr(module, dtype)),
        )


@pytest.mark.parametrize(
    "call", ["exp(x)", "add(x, 1)", "sum(x, 0)", "cat([x, x])", "max(x, 1)", "clamp(x, max=2)"]
)
def test_has_no_gradients(call):
    both(call, lambda module, like: module.zeros_like(like, requires_grad=like.is_floating_point()))
    refused = []
    for module in (torchlet, torch):
        x = eval(SAME["x"], {"torch": module}).requires_grad_()
        names = {"torch": module, "x": x}
        with module.no_grad():
            names["out"] = eval(f"torch.{call}", names)
        with pytest.raises(RuntimeError) as caught:
            eval(f"torch.{call[:-1]}, out=out)", names)
        refused.append(str(caught.value))
        with module.no_grad():
            eval(f"torch.{call[:-1]}, out=out)", names)
    assert refused[0] == refused[1]


def test_the_operand_itself():
    for module in (torchlet, torch):
        x = module.zeros(2)
        assert module.exp(x, out=x) is x and x.tolist() == [1, 1]


def test_of_no_tensor():
    for module in (torchlet, torch):
        with pytest.raises(TypeError, match=r"exp\(\): argument 'out' must be Tensor, not int"):
            module.exp(module.ones(2), out=3)
