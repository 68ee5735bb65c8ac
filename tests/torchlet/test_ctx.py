"""What a user writes on the `ctx` of a Function is the user's own, whatever its name."""

import pytest
import torch

import torchlet
from torchlet.function_node import FunctionNode

INTERNAL = sorted(
    {name for cls in FunctionNode.__mro__ for name in getattr(cls, "__slots__", ())} - {"__weakref__"}
)
NAMES = [
    *INTERNAL,
    "function",
    "ctx",
    "device",
    "outputs",
    "output_nr",
    "pull",
    "free",
    "number",
    "inputs",
    "_of_mine",
]


@pytest.mark.parametrize("module", [torch, torchlet])
@pytest.mark.parametrize("name", dict.fromkeys(NAMES))
def test_any_name_can_be_set_and_read(module, name):
    class Cube(module.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            assert not hasattr(ctx, "never_set")
            ctx.save_for_backward(x)
            setattr(ctx, name, "mine")
            return x**3

        @staticmethod
        def backward(ctx, g):
            assert getattr(ctx, name) == "mine"
            (x,) = ctx.saved_tensors
            return g * 3 * x**2

    x = module.tensor(2.0, requires_grad=True)
    y = Cube.apply(x * 1)
    (first,) = module.autograd.grad(y, x, create_graph=True)
    (second,) = module.autograd.grad(first, x)
    assert (first.item(), second.item()) == (12.0, 12.0)
    Cube.apply(x).backward()
    assert x.grad.item() == 12.0


@pytest.mark.parametrize("module", [torch, torchlet])
def test_the_node_shows_what_the_ctx_holds(module):
    class Scale(module.autograd.Function):
        @staticmethod
        def forward(ctx, x, factor):
            ctx.factor = factor
            ctx.save_for_backward(x)
            return x * factor

        @staticmethod
        def backward(ctx, g):
            assert ctx.name() == "ScaleBackward" and len(ctx.next_functions) == 1
            return g * ctx.factor, None

    x = module.tensor(2.0, requires_grad=True)
    node = Scale.apply(x, 5.0).grad_fn
    assert node.factor == 5.0 and node.needs_input_grad == (True, False)
    assert node.saved_tensors[0] is x or node.saved_tensors[0].item() == 2.0
    with pytest.raises(AttributeError):
        _ = node.nothing_of_that_name
