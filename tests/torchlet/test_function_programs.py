"""Short programs with Functions of one's own, told to both: odd uses, and what is left in the gradients."""

import pytest
import torch

import torchlet
from tests.torchlet.programs import Told, paragraphs

# Each program puts what it has to show into `out`; `made(forward, backward)` is a Function; `leaf(…)` is one of ones.
PROGRAMS = """
# what is printed of a graph
x = leaf(2); out += [[str(node) for node, _ in (x * x).grad_fn.next_functions], (x * 2).grad_fn.next_functions]

# inputs that come back as they are, views made in forward: nobody may write to them, or to what they look at
x = leaf(2); A = made(lambda ctx, x: x, lambda ctx, g: g * 5); y = A.apply(x); out += [y, y is x, y._base is x, tried(y.add_, 1), x]
z = x * 1; w = A.apply(z); out += [tried(w.mul_, 2), tried(w[0:1].add_, 1), z, w]; w.sum().backward(); out += [x.grad]
z = x * 1; w = A.apply(z); z.add_(1); out += [repr(w), tried(lambda: w.sum().backward()), tried(lambda: w.grad_fn)]

x = leaf(2, 2); A = made(lambda ctx, x: x.view(-1), lambda ctx, g: g.view(2, 2) * 5); z = x * 1; y = A.apply(z)
out += [y, y._base is z, tried(y.add_, 1), tried(A.apply(x).add_, 1), z]; y.sum().backward(); out += [x.grad]

x = leaf(2, 2); A = made(lambda ctx, x: (x * 2).view(-1), lambda ctx, g: g.view(2, 2)); out += [tried(A.apply(x).add_, 1), tried(A.apply(x)[0:1].add_, 1)]

x = leaf(2); A = made(lambda ctx, x: x.unbind(), lambda ctx, g, h: torch.stack([g, h])); a, b = A.apply(x * 1); out += [a, b, tried(b.add_, 1)]

def forward(ctx, x):
    y = x * 2
    return y, y.view(-1)
x = leaf(2, 2); a, b = made(forward, lambda ctx, g, h: g + h.view(2, 2) * 5).apply(x); out += [tried(b.add_, 1)]; a.add_(1)
out += [a, repr(b), tried(lambda: b.sum().backward())]

x = torch.ones(2); A = made(lambda ctx, x: x, lambda ctx, g: g); y = A.apply(x); y.add_(1); out += [x, y is x, y._base is x]

# what is marked
def dirty(ctx, x):
    ctx.mark_dirty(x)
    return x.add_(1) * 2
x = leaf(2); A = made(dirty, lambda ctx, g: g); out += [tried(A.apply, x * 1), tried(A.apply, torch.ones(2))]

def dirty(ctx, x):
    ctx.mark_dirty(x)
    return x.add_(1)
x = leaf(2); A = made(dirty, lambda ctx, g: g)
with torch.no_grad():
    y = A.apply(x)
out += [x, y, y is x, x._version]; z = torch.ones(2); out += [A.apply(z) is z]

x = leaf(2); kind, text = tried(made(lambda ctx, x: ctx.mark_dirty(3), None).apply, x); out += [kind, text[:50]]
kind, text = tried(made(lambda ctx, x: ctx.mark_non_differentiable(x, 3), None).apply, x); out += [kind, text[:60]]

# what backward may answer
for answer in (lambda g: (g, 3), lambda g: (3, None), lambda g: (np.ones(2), None), lambda g: ("a", None), lambda g: [g, None]):
    out += [tried(lambda: made(lambda ctx, x, k: x * k, lambda ctx, g: answer(g)).apply(leaf(2), 3).sum().backward())]

class A(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        return x * 2
    @staticmethod
    def vjp(ctx, g):
        return g * 2
x = leaf(2); A.apply(x).sum().backward(); out += [x.grad]

# the gradient of a mean may be written to in backward, that of a sum shows one number everywhere
def backward(ctx, g):
    out.extend([g.stride(), g.is_contiguous(), tried(g.mul_, 2)])
    return g
x = leaf(3); A = made(lambda ctx, x: x * 2, backward); A.apply(x).mean().backward(); A.apply(x).mean(0).backward(); A.apply(x).sum().backward(); out += [x.grad]

# what is not there
out += [tried(lambda: made(lambda ctx, x: ctx.nothing, None).apply(leaf(2)))]; y = made(lambda ctx, x: x * 2, None).apply(leaf(2))
out += [tried(lambda: y.grad_fn.nothing)]; y = leaf(2) * 2; out += [tried(y.grad_fn), tried(y.grad_fn, 3), y.grad_fn(torch.ones(2))[0]]
"""


def tools(module):
    def made(forward, backward):
        parts = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
        return type("A", (module.autograd.Function,), parts)

    return {"made": made, "leaf": lambda *shape: module.ones(*shape, requires_grad=True)}


@pytest.mark.parametrize("program", paragraphs(PROGRAMS))
def test_program(program):
    theirs, ours = [Told(m, program, **tools(m)) for m in (torch, torchlet)]
    assert ours.ended == theirs.ended
    assert ours.shown == theirs.shown
    assert ours.warned == theirs.warned
