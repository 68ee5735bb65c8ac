"""SGD and Adam step for step beside PyTorch's, and what they refuse."""

import numpy
import pytest
import torch

import torchlet

SETTINGS = [
    ("SGD", dict(lr=0.1)),
    ("SGD", dict(lr=0.1, momentum=0.9)),
    ("SGD", dict(lr=0.1, momentum=0.9, dampening=0.3, weight_decay=0.01)),
    ("SGD", dict(lr=0.1, momentum=0.9, nesterov=True, maximize=True)),
    ("Adam", dict(lr=0.05)),
    ("Adam", dict(lr=0.05, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.02, amsgrad=True)),
]


def trained(module, name, settings, steps=20):
    w = module.tensor([1.0, -2.0, 0.5], dtype=module.float64, requires_grad=True)
    unused = module.ones(1, requires_grad=True)
    optimizer = getattr(module.optim, name)([w, unused], **settings)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((w - 3) ** 2 * module.tensor([0.1, 0.2, 0.3], dtype=module.float64)).sum()
        loss.backward()
        optimizer.step()
    return w.detach().numpy(), optimizer


@pytest.mark.parametrize(("name", "settings"), SETTINGS, ids=lambda v: str(v))
def test_same_path_as_pytorch(name, settings):
    ours, _ = trained(torchlet, name, settings)
    theirs, _ = trained(torch, name, settings)
    numpy.testing.assert_allclose(ours, theirs, rtol=1e-9)


def test_state_can_be_taken_over():
    whole, _ = trained(torchlet, "SGD", dict(lr=0.1, momentum=0.9), steps=2)
    _, first = trained(torchlet, "SGD", dict(lr=0.1, momentum=0.9), steps=1)
    w = first.param_groups[0]["params"][0]
    second = torchlet.optim.SGD([w, torchlet.ones(1, requires_grad=True)], lr=5.0)
    second.load_state_dict(first.state_dict())
    second.zero_grad()
    ((w - 3) ** 2 * torchlet.tensor([0.1, 0.2, 0.3], dtype=torchlet.float64)).sum().backward()
    second.step()
    assert w.tolist() == whole.tolist()


@pytest.mark.parametrize("module", [torchlet, torch], ids=["torchlet", "pytorch"])
def test_groups_closure_and_clearing(module):
    a, b = module.ones(1, requires_grad=True), module.ones(1, requires_grad=True)
    optimizer = module.optim.SGD([{"params": [a]}, {"params": [b], "lr": 1.0}], lr=0.5)

    def closure():
        optimizer.zero_grad()
        loss = (a + b).sum()
        loss.backward()
        return loss

    assert optimizer.step(closure).item() == 2
    assert a.item() == 0.5 and b.item() == 0
    optimizer.zero_grad(set_to_none=False)
    assert a.grad.item() == 0
    optimizer.zero_grad()
    assert a.grad is None


REFUSED = {
    "no parameters": lambda m: m.optim.SGD([]),
    "negative rate": lambda m: m.optim.SGD([m.ones(1)], lr=-1.0),
    "negative momentum": lambda m: m.optim.SGD([m.ones(1)], momentum=-0.1),
    "nesterov alone": lambda m: m.optim.SGD([m.ones(1)], nesterov=True),
    "beta of 1": lambda m: m.optim.Adam([m.ones(1)], betas=(1.0, 0.9)),
    "not a leaf": lambda m: m.optim.SGD([m.ones(1, requires_grad=True) * 2]),
    "twice": lambda m: (lambda p: m.optim.SGD([{"params": [p]}, {"params": [p]}]))(m.ones(1)),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refuses_in_pytorchs_words(case):
    texts = []
    for module in (torchlet, torch):
        with pytest.raises((ValueError, TypeError)) as failure:
            REFUSED[case](module)
        texts.append((failure.type, str(failure.value)))
    assert texts[0] == texts[1]


def test_a_bare_tensor_is_refused():
    with pytest.raises(TypeError, match="Put it into a list"):
        torchlet.optim.SGD(torchlet.ones(1))
