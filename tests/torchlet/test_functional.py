"""jacobian, hessian and products with vectors, beside PyTorch's: numbers and refusals."""

import pytest
import torch

import torchlet

X, Y = [1.0, 2.0, 3.0], [2.0, 1.0]

CASES = {
    "jacobian, elementwise": lambda m, f: f.jacobian(m.exp, m.tensor(X)),
    "jacobian, two inputs": lambda m, f: f.jacobian(lambda a, b: a * b.sum(), (m.tensor(X), m.tensor(Y))),
    "jacobian, two outputs": lambda m, f: f.jacobian(lambda a: (a**2, a.sum()), m.tensor(X)),
    "jacobian of a matrix": lambda m, f: f.jacobian(lambda a: a @ a, m.tensor([X[:2], Y])),
    "jacobian, nothing depends": lambda m, f: f.jacobian(lambda a: a.detach(), m.tensor(X)),
    "jacobian, to differentiate": lambda m, f: f.jacobian(lambda a: a**2, m.tensor(X), create_graph=True),
    "hessian": lambda m, f: f.hessian(lambda a: (a**3).sum(), m.tensor(X)),
    "hessian, two inputs": lambda m, f: f.hessian(
        lambda a, b: (a**2 * b.sum()).sum(), (m.tensor(X), m.tensor(Y))
    ),
    "vjp": lambda m, f: f.vjp(lambda a: a**2, m.tensor(X), m.tensor([1.0, 0.0, 2.0])),
    "vjp of a number": lambda m, f: f.vjp(lambda a: (a**2).sum(), m.tensor(X)),
    "jvp": lambda m, f: f.jvp(lambda a: a**2, m.tensor(X), m.tensor([1.0, 0.0, 2.0])),
    "jvp, two of each": lambda m, f: f.jvp(
        lambda a, b: (a * b.sum(), b**2), (m.tensor(X), m.tensor(Y)), (m.ones(3), m.ones(2))
    ),
    "hvp": lambda m, f: f.hvp(lambda a: (a**3).sum(), m.tensor(X), m.tensor([1.0, 0.0, 2.0])),
    "vhp": lambda m, f: f.vhp(lambda a: (a**3).sum(), m.tensor(X), m.tensor([1.0, 0.0, 2.0])),
    "refused: v missing": lambda m, f: f.vjp(lambda a: a**2, m.tensor(X)),
    "refused: v of another shape": lambda m, f: f.vjp(lambda a: a**2, m.tensor(X), m.ones(2)),
    "refused: too many v": lambda m, f: f.vjp(lambda a: a**2, m.tensor(X), (m.ones(3), m.ones(3))),
    "refused: strict": lambda m, f: f.jacobian(lambda a: a.detach(), m.tensor(X), strict=True),
    "refused: hessian of a vector": lambda m, f: f.hessian(lambda a: a**2, m.tensor(X)),
    "refused: no tensor out": lambda m, f: f.jacobian(lambda a: 3, m.tensor(X)),
    "refused: no tensor in": lambda m, f: f.jacobian(lambda a: a, 3.0),
}


def outcome(case, module):
    try:
        return str(CASES[case](module, module.autograd.functional))
    except (RuntimeError, TypeError) as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("case", CASES)
def test_same_text_as_pytorch(case):
    ours, theirs = outcome(case, torchlet), outcome(case, torch)
    # how PyTorch arrives at a result is not part of it
    assert ours.split(", grad_fn")[0] == theirs.split(", grad_fn")[0]
    assert case.startswith("refused") == ("Error: " in theirs)


def test_inputs_are_left_as_they_were():
    x = torchlet.tensor(X, requires_grad=True)
    torchlet.autograd.functional.jacobian(torchlet.exp, x)
    torchlet.autograd.functional.hvp(lambda a: (a**2).sum(), x, torchlet.ones(3))
    assert x.grad is None


def test_create_graph_reaches_the_callers_tensor():
    x = torchlet.tensor(X, requires_grad=True)
    torchlet.autograd.functional.jacobian(lambda a: a**3, x, create_graph=True).sum().backward()
    assert x.grad.tolist() == [6.0, 12.0, 18.0]
