"""Losses beside PyTorch's: values, gradients, second gradients, names of nodes, refusals."""

import numpy
import pytest
import torch

import torchlet

rng = numpy.random.default_rng(0)
LOGITS, OTHER = rng.normal(size=(4, 3)), rng.normal(size=(4, 3))
P, Q = rng.uniform(0.05, 0.95, (4, 3)), rng.uniform(0.05, 0.95, (4, 3))
CLASSES = numpy.array([0, 2, 1, 1])

CASES = {
    "mse_loss": (LOGITS, OTHER),
    "l1_loss": (LOGITS, OTHER),
    "binary_cross_entropy": (P, Q),
    "binary_cross_entropy_with_logits": (LOGITS, Q),
    "nll_loss": (LOGITS, CLASSES),
    "cross_entropy": (LOGITS, CLASSES),
}
ONE_SAMPLE = {"nll_loss": (LOGITS[0], CLASSES[1]), "cross_entropy": (LOGITS[0], CLASSES[1])}
IMAGES = {"cross_entropy": (rng.normal(size=(2, 3, 4)), rng.integers(0, 3, (2, 4)))}
PROBABILITIES = {"cross_entropy": (LOGITS, numpy.eye(3)[CLASSES] * 0.7 + 0.1)}


def derivatives(module, name, reduction, arrays):
    """The loss, its gradients and the gradients of their squares, as arrays; and the name of the node."""
    tensors = [module.tensor(a) for a in arrays]
    asking = [t.requires_grad_() for t in tensors if t.is_floating_point()]
    loss = getattr(module.nn.functional, name)(*tensors, reduction=reduction)
    first = module.autograd.grad(loss.sum(), asking, create_graph=True)
    second = [None] * len(asking)
    if any(g.requires_grad for g in first):
        squares = sum((g**2).sum() for g in first)
        second = module.autograd.grad(squares, asking, allow_unused=True, materialize_grads=True)
    found = [loss, *first, *[s if s is not None else t * 0 for s, t in zip(second, asking, strict=True)]]
    return [t.detach().clone().numpy() for t in found], loss.grad_fn.name()


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize(
    ("name", "arrays"), [case for cases in (CASES, ONE_SAMPLE, IMAGES) for case in cases.items()]
)
def test_agrees_with_pytorch(name, arrays, reduction):
    ours, our_name = derivatives(torchlet, name, reduction, arrays)
    theirs, their_name = derivatives(torch, name, reduction, arrays)
    for mine, other in zip(ours, theirs, strict=True):
        assert mine.shape == other.shape and mine.dtype == other.dtype
        numpy.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-12)
    if len(arrays[0].shape) < 3:  # PyTorch has a second node for images
        assert our_name == their_name


def test_probabilities_as_targets():
    for reduction in ("mean", "sum", "none"):
        ours, _ = derivatives(torchlet, "cross_entropy", reduction, PROBABILITIES["cross_entropy"])
        theirs, _ = derivatives(torch, "cross_entropy", reduction, PROBABILITIES["cross_entropy"])
        if reduction == "mean":  # PyTorch divides by the samples
            numpy.testing.assert_allclose(ours[0], theirs[0], rtol=1e-9)
        for mine, other in zip(ours, theirs, strict=True):
            numpy.testing.assert_allclose(mine, other, rtol=1e-9, atol=1e-12)


def test_float32_stays_float32_and_logits_do_not_overflow():
    x, t = torchlet.tensor([-1000.0, 1000.0]), torchlet.tensor([0.0, 0.0])
    loss = torchlet.nn.functional.binary_cross_entropy_with_logits(x, t, reduction="none")
    assert loss.tolist() == [0.0, 1000.0] and loss.dtype == torchlet.float32


@pytest.mark.parametrize("name", ["mse_loss", "l1_loss"])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_weights(name, reduction):
    found = []
    for module in (torchlet, torch):
        x, w = module.tensor([1.0, -2.0, 4.0], requires_grad=True), module.tensor([0.5, 1.0, 2.0])
        loss = getattr(module.nn.functional, name)(x, module.zeros(3), reduction=reduction, weight=w)
        loss.sum().backward()
        found.append((loss.tolist(), x.grad.tolist()))
    assert found[0] == found[1]


REFUSED = {
    "weights of another size": lambda m: m.nn.functional.mse_loss(m.ones(2), m.ones(2), weight=m.ones(1)),
    "unknown reduction": lambda m: m.nn.functional.mse_loss(m.ones(2), m.ones(2), reduction="max"),
    "no such class": lambda m: m.nn.functional.cross_entropy(m.ones(2, 3), m.tensor([0, 3])),
    "other batch size": lambda m: m.nn.functional.cross_entropy(m.ones(2, 3), m.tensor([0, 1, 1])),
    "not a probability": lambda m: m.nn.functional.binary_cross_entropy(m.tensor([1.5]), m.tensor([1.0])),
    "other target size": lambda m: m.nn.functional.binary_cross_entropy_with_logits(m.ones(2), m.ones(3)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_in_pytorchs_words(case):
    with pytest.raises(Exception, match=r".") as theirs:
        REFUSED[case](torch)
    with pytest.raises(theirs.type) as ours:
        REFUSED[case](torchlet)
    assert str(ours.value).split(".")[0] == str(theirs.value).split(".")[0]


def test_broadcasting_in_a_loss_is_warned_of():
    for module in (torch, torchlet):
        with pytest.warns(
            UserWarning, match=r"Using a target size \(torch.Size\(\[4\]\)\) that is different"
        ):
            loss = module.nn.functional.mse_loss(module.ones(4, 1), module.zeros(4))
        assert loss.item() == 1.0
