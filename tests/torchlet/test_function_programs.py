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

# derivatives of derivatives, until nothing is left to ask
for function in (lambda x: x**2, lambda x: x**3, torch.square, lambda x: x**2 * x, torch.relu, F.leaky_relu, lambda x: torch.relu(x * x)):
    x = torch.tensor([2.0, -3.0], requires_grad=True); g = function(x)
    for _ in range(5):
        g = tried(torch.autograd.grad, g.sum(), x, create_graph=True)
        if isinstance(g[0], str):
            break
        g, = g; out += [g.requires_grad, g.tolist()]
    out += [g]

# what broadcasting repeated is summed up on the recorded way back
x = torch.ones(2, 3, requires_grad=True)
for shape in ((3,), (1, 3), (2, 1), (1, 1), (), (1,), (1, 1, 1), (2, 3)):
    b = torch.ones(shape, requires_grad=True); g, = torch.autograd.grad(((x + b) * b).sum(), b, create_graph=True)
    out += [g, torch.autograd.grad(g.sum(), [x, b], allow_unused=True)]

# what a product or quotient saves is packed and fetched in the order in which the pull-backs ask for it
seen = []; hooks = torch.autograd.graph.saved_tensors_hooks(lambda t: (seen.append(t.tolist()), t.detach())[1], lambda t: (seen.append(t.tolist()), t)[1])
x, y = torch.tensor([1.0, 2.0], requires_grad=True), torch.tensor([3.0, 4.0], requires_grad=True)
with hooks:
    z = (x * y / (x + 1)).sum()
z.backward(); out += [seen, x.grad, y.grad]

# functions of functions that have to depend on everything
J = torch.autograd.functional; x, v = torch.tensor([1.0, 2.0]), torch.tensor([1.0, -1.0]); one, linear = lambda x: torch.tensor(1.0), lambda x: x.sum()
out += [tried(J.jacobian, f, x, strict=True) for f in (lambda x: torch.ones(2), lambda x: x.detach(), lambda x: x**2)]
out += [tried(J.jacobian, lambda x, y: (x, x), (x, x), strict=True), tried(J.jacobian, lambda x: x * 2, x, strict=True, create_graph=True)]
for f in (one, linear, lambda x: x.prod(), lambda x: (x.sum(),), lambda x: x):
    out += [tried(J.hessian, f, x, strict=True), tried(J.vhp, f, x, v, strict=True), tried(J.hvp, f, x, v, strict=True), tried(J.hvp, f, [x], v)]
out += [tried(J.hessian, lambda x, y: (x**2 * y).sum(), (x, x), strict=True), tried(J.hvp, lambda x, y: (x**2).sum(), (x, x), (v, v), strict=True)]
out += [tried(J.jvp, f, x, v, strict=True) for f in (lambda x: x * 2, lambda x: x**2, lambda x: torch.ones(2))]
x = torch.tensor([1.0, 2.0], requires_grad=True); out += [J.hvp(lambda x: (x**3).sum(), x, v, create_graph=True)[0].grad_fn.name(), J.hessian(lambda x: (x**2).sum(), x, create_graph=True).requires_grad]

# what gradcheck is given
g = torch.autograd.gradcheck; x = torch.tensor([0.5, 1.5], dtype=torch.float64, requires_grad=True)
for f in (lambda x: None, lambda x: 3, lambda x: (x, 3), lambda x: {"a": x}):
    kind, text = tried(g, f, x); out += [kind, text.split(". ")[0]]
out += [tried(g, torch.sin, 3), tried(g, torch.sin, torch.ones(2, dtype=torch.float64).expand(3, 2).requires_grad_())]

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
