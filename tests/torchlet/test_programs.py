"""Short programs, told to both: what each comes to, its printed form and its mistakes have to be PyTorch's."""

import pytest
import torch

import torchlet
from tests.torchlet.programs import Told

# Each program puts what it has to show into `out`.
PROGRAMS = """
# views that one operation gives, and what they print
x = torch.arange(4.0, requires_grad=True); out += [x.split(2)[0], x.split([1, 3])[1], x.unbind()[0], x.chunk(2)[1], [*x][2]]

# a kept gradient adds up, as that of a leaf does
x = torch.ones(2, requires_grad=True); y = x * 2; y.retain_grad()
y.sum().backward(retain_graph=True); (3 * y).sum().backward(); out += [x.grad, y.grad]
x = torch.ones(2, requires_grad=True); y = x * x; y.retain_grad(); torch.autograd.grad(y.sum(), x, retain_graph=True); y.sum().backward(); out += [y.grad]
x = torch.ones(2, requires_grad=True); y = x * 2; y.retain_grad(); y.mul_(3); out += [y.retains_grad]; y.sum().backward(); out += [x.grad, y.grad]
x = torch.ones(2, requires_grad=True); y = x * 2; y.retain_grad(); y[0] = 3; (2 * y).sum().backward(); out += [x.grad, y.grad]
x = torch.ones(2, requires_grad=True); y = x * 2; v = y[0:1]; v.retain_grad(); y.mul_(3); (2 * v).sum().backward(); out += [x.grad, v.grad]
x = torch.ones(2, requires_grad=True); y = x * 2; v = y[0:1]; v.retain_grad(); v.mul_(3); (2 * y).sum().backward(); out += [x.grad, v.retains_grad, v.grad]
x = torch.ones(2, requires_grad=True); y = x * 2; y.retain_grad(); Dirty.apply(y); y.sum().backward(); out += [x.grad, y.grad]

# what a hook may answer
x = torch.ones(2, requires_grad=True); x.register_hook(lambda g: g.sum()); (x * 2).sum().backward()
x = torch.ones(2, requires_grad=True); x.register_hook(lambda g: g.double()); (x * 2).sum().backward()
x = torch.ones(2, requires_grad=True); y = x * 2; y.register_hook(lambda g: 3); y.sum().backward()
x = torch.ones(2, requires_grad=True); y = x * 2; y.register_hook(lambda g: g[:1]); torch.autograd.grad(y.sum(), x, create_graph=True)
x = torch.ones(2, requires_grad=True); y = x * 2; y.register_hook(lambda g: g.expand(1, 2)); y.sum().backward()

# a function of one's own that writes into a view, or into what has views
x = torch.ones(2, requires_grad=True); y = x * 1; v = y[0:1]; Dirty.apply(v); out += [y, v.is_leaf]; y.sum().backward(); out += [x.grad]
x = torch.ones(2, requires_grad=True); y = x * 1; v = y[0:1]; w = Dirty.apply(v); w.sum().backward(); out += [x.grad, w is v]
x = torch.ones(2, requires_grad=True); y = x * 1; v = y[0:1]; Dirty.apply(y); v.sum().backward(); out += [x.grad, y]
x = torch.ones(2, requires_grad=True); Dirty.apply(x[0:1])
x = torch.ones(2, requires_grad=True); Dirty.apply(x)
x = torch.ones((), requires_grad=True); y, z = Both.apply(x * 1); out += [y.detach(), z.detach(), y._version, y]

# a leaf that is a view of something without gradient
x = torch.arange(6.0).reshape(2, 3).requires_grad_(); x[0] = 5
x = torch.arange(6.0).reshape(2, 3).requires_grad_(); x[0].add_(5)
x = torch.arange(6.0).reshape(2, 3).requires_grad_(); x.t().mul_(2)
x = torch.arange(6.0).reshape(2, 3).requires_grad_(); x += 1
x = torch.arange(6.0).reshape(2, 3).requires_grad_(); x[:, ...] = x
x = torch.arange(6.0).reshape(2, 3); v = x[0].requires_grad_(); (v * 2).sum().backward(); x[1] = 7; out += [x, v, v.grad]

# lists of tensors
out += [torch.tensor([torch.ones(1), torch.ones(1, 1)]), torch.tensor([[torch.tensor(1.0), 2], [torch.ones(1), 3.0]])]
out += [torch.tensor([torch.tensor(1.0, dtype=torch.float64), 2]), torch.tensor([torch.tensor(1, dtype=torch.int16), torch.tensor(2, dtype=torch.int8)])]
out += [torch.tensor([torch.tensor(1.5, dtype=torch.float16)]), torch.tensor([1, torch.tensor(True)]), torch.tensor((torch.tensor(True), 2), dtype=torch.float16)]
torch.tensor([torch.ones(2), torch.ones(2)])
torch.tensor([torch.ones(2, dtype=torch.int64)])
torch.tensor([torch.tensor(1.5)], dtype=torch.int64)
out += [torch.tensor([np.ones(2), np.ones(2)]), torch.tensor([np.int32(1)]), torch.tensor([np.float32(1), np.float64(2)]), torch.tensor([np.int8(1), True])]
out += [torch.tensor([[], []]), torch.tensor([[1, 2.5], [True, 3]]), torch.tensor((1, True)), torch.tensor(range(3)), torch.tensor([True, False])]

# what an index gives lies in memory row by row
x = torch.arange(6.0).reshape(2, 3).requires_grad_(); y = x[:, torch.tensor([0, 1, 0])]; out += [y.stride(), y.view(-1)]
x = torch.arange(24).reshape(2, 3, 4); y = x[:, [2, 0]]; out += [y.stride(), y.is_contiguous(), y.view(-1)]

# views that show everything
x = torch.ones(2, 2, requires_grad=True) * 2; out += [x[..., 0:], x[0:,], x[:], x[...], x[...,], x[()], x[:, :]]

# sums with a factor
x = torch.ones(2, requires_grad=True); out += [x.add(1, alpha=2), torch.add(x, 3.5, alpha=2), x.sub(1.5, alpha=-1), torch.rsub(x, 1, alpha=0.5)]
x = torch.ones(2, dtype=torch.int64); out += [x.add(1, alpha=2), x.add(1.5, alpha=0.5), x.add(torch.ones(2), alpha=0.5), x.sub_(3, alpha=2), x]
x = torch.ones(2, dtype=torch.float64); out += [x.add(torch.tensor([1, 2]), alpha=0.1), x.add_(1, alpha=0.5), x]
x = torch.ones(2, dtype=torch.int64); x.add(1, alpha=0.5)
x = torch.ones(2, dtype=torch.int64); x.sub(x, alpha=0.5)
x = torch.ones(2); x.add(x, alpha=True)
x = torch.ones(2, dtype=torch.bool); out += [x.add(x, alpha=2), x.add_(x, alpha=True), x.add(True, alpha=0)]
x = torch.ones(2, dtype=torch.bool); x.sub(x, alpha=2)

# backward with inputs
x = torch.ones(2, requires_grad=True); (x * 2).sum().backward(inputs=[x, x]); out += [x.grad]
x = torch.ones(2, requires_grad=True); out += [torch.autograd.grad((x * x).sum(), [x, x])]
x = torch.ones(2, requires_grad=True); y = x * 2; y.sum().backward(inputs=[x, y], retain_graph=True); y.sum().backward(); out += [x.grad, y.grad, y.retains_grad]
x = torch.ones(2, requires_grad=True); x.sum().backward(inputs=[torch.ones(2)])
x = torch.ones(2, requires_grad=True); torch.autograd.grad(x.sum(), [])

# which mistake is named first
x = torch.ones(2, requires_grad=True); torch.autograd.grad([x.sum(), torch.ones(2)], torch.ones(2), [torch.ones(2), None])
x = torch.ones(2, requires_grad=True); torch.autograd.backward([torch.ones(2), x], [None, None])
x = torch.ones(2); x.backward(torch.ones(3))
x = torch.ones(2); x.backward()
x = torch.ones(2, requires_grad=True); torch.autograd.grad(torch.ones(2), torch.ones(2))
x = torch.ones(2, requires_grad=True); torch.autograd.grad(x.sum(), [x, torch.ones(2)], allow_unused=True)

# a stretched tensor in which nothing is repeated can be written to
x = torch.zeros(2, 1); v = x.expand(1, 2, 1); v.add_(1); out += [x, v.expand(-1, -1, -1).mul_(3), x]
x = torch.ones(0); out += [x.expand(-1).pow_(2)]
x = torch.zeros(2, 1); x.expand(2, 3).add_(1)
torch.ones(3, 3).expand(1, 1)

# what counts as a write
x = torch.ones(2, 3); v = x[0]; x.t_(); out += [x._version, v._version, x.unsqueeze_(0)._version, x.squeeze_()._version, x.shape]
x = torch.ones(2); Dirty.apply(x); out += [x, x._version]
x = torch.ones(2, requires_grad=True); y = x * x; z = y * 1; Dirty.apply(z); out += [z, z._version]

x = torch.ones(2, requires_grad=True); y = x * 2
with torch.no_grad(): y.unsqueeze_(0)
out += [y.is_leaf, y.shape, y.grad_fn.name()]

# sums of narrow integers, numbers that are none
x = torch.tensor([[200, 100], [1, 2]], dtype=torch.uint8); out += [x.sum(dtype=torch.uint8), x.sum(0, dtype=torch.int32), x.sum((0, 1), keepdim=True, dtype=torch.int16), x.sum(), x.sum(dtype=torch.bool)]
x = torch.tensor([math.nan, 1.0, math.nan]); out += [x.unique(), *x.unique(return_inverse=True, return_counts=True)]

# memory of one's own
x = torch.tensor([True, False]); y = x.sign(); x.fill_(True); out += [y]
x = torch.ones(2, requires_grad=True); out += [torch.broadcast_tensors(x, x)[0] is x, torch.broadcast_tensors(x, torch.ones(2, 2))[0]]
x = torch.tensor(2.0); v = x.view(1); y = [x.cumsum(0), x.cumprod(0), x.logsumexp(0), x.max(0).values, x.kthvalue(1)[0], x.median(0)[0], x.sort()[0], x.topk(1)[0], x.softmax(0)]; x.zero_(); out += y

# factors of numbers without sign, means of nothing
x = torch.tensor([1, 2], dtype=torch.uint8); out += [torch.ones(2).add(x, alpha=-1), torch.ones(2).sub(x, alpha=2), torch.ones(2).add(x[0], alpha=0.5)]
x = torch.zeros(0, 3, requires_grad=True); y = torch.nn.functional.cross_entropy(x, torch.zeros(0, dtype=torch.int64)); y.backward(); out += [y, x.grad, torch.nn.functional.nll_loss(x, x.argmax(1), reduction="sum")]
x = torch.zeros(2, 1).expand(2, 3); x[0:0] = 5; out += [x]
x = torch.ones(2, requires_grad=True); seen = []; x.register_hook(seen.append); out += [*torch.autograd.grad((x * x).sum(), [x, x]), seen]
x = torch.tensor([True, False]); x[::, None] = torch.ones(2, 1, requires_grad=True); x.copy_(torch.zeros(2, requires_grad=True)); out += [x, x.requires_grad]
x = torch.ones(1); x.fill_(1e39)

# where an index goes wrong
x = torch.ones(3); x[..., -4]
x = torch.ones(3, 2); x[None, 0, 5]
x = torch.ones(3, 2); x[0, :, None, 5]
x = torch.ones(3, 0); x[:, 0]
x = torch.ones(3, 0); x[:, [0]]
x = torch.ones(0); x[torch.tensor([1])]
x = torch.ones(0); x[[0]] = 1
x = torch.ones(2, 3); x[[0, 1], [0, 3]]
x = torch.ones(2); x.unfold(-1, 3, 1)

# writing to everything
x = torch.ones(2, requires_grad=True); y = x * 2; y[:] = torch.ones(2); z = x * 2; z[...] = torch.ones(2); out += [y, z]
x = torch.ones(2, requires_grad=True); y = x * 2; y[:] = 5; y.sum().backward(); out += [y._version, x.grad]
x = torch.ones(2, requires_grad=True); x[:] = 5
x = torch.ones(2, requires_grad=True); x[()] = torch.ones(2)
x = torch.ones(2, requires_grad=True); x[0:1] = 5

# which of two mistakes is named
x = torch.ones(2, 1, dtype=torch.int64); x += torch.ones(2, 2)
x = torch.ones(2, dtype=torch.int64); x += torch.ones(2)

# a result that keeps its gradient can be optimised
x = torch.ones(2, requires_grad=True); y = x * 2; y.retain_grad(); torch.optim.SGD([y], lr=0.5); y.sum().backward(); out += [y.grad]
x = torch.ones(2, requires_grad=True); torch.optim.SGD([x * 2], lr=0.5)

# at the edge of what numbers can be
x = torch.tensor([300.0, 3.0, -2.0], dtype=torch.float16, requires_grad=True); x.norm().backward(); out += [x.norm(2), x.norm(1), x.norm(3), x.norm(math.inf), x.norm(0), x.grad]
x = torch.tensor([0.0, 0.0, 1.0], requires_grad=True); y = torch.tensor([0.0, 2.0, -1.0], requires_grad=True); torch.atan2(x, y).sum().backward(); out += [x.grad, y.grad]
x = torch.tensor(math.nan); out += [x.softmax(0), x.log_softmax(0), torch.tensor(math.inf).softmax(0), torch.tensor(3.0).softmax(0), torch.zeros(0).log_softmax(0)]
torch.tensor(1.0).flatten(-1, 5)

# NumPy's functions of a tensor
x = torch.ones(2); out += [np.sin(x), np.add(x, 1), np.exp(torch.tensor(1.0)), np.round(x), x.numpy() == x]
x = torch.ones(2); out += [x + np.ones(2), x / np.array([1, 3]), x == np.array([1, 2]), np.array([1, 2]) == x, np.array([1, 2]) * x]
np.sin(torch.ones(2, requires_grad=True))

# tensors without dimensions
x = torch.tensor(1.0); out += [x.mT, x.movedim(0, 0), x.movedim(-1, 0)]
torch.tensor(1.0).split(1)
torch.tensor(1.0).chunk(2)
torch.ones(1, 2).split([1], -1)

# who may be told to require grad
x = torch.ones(2, requires_grad=True); y = x * 2; y.requires_grad = True
x = torch.ones(2, requires_grad=True); y = x * 2; y.requires_grad = False
x = torch.ones(2, dtype=torch.int64); x.requires_grad = True
x = torch.ones(2, dtype=torch.int64); x.requires_grad = False; out += [x.requires_grad_(False)]
x = torch.ones(2); x.requires_grad = 1
x = torch.ones(2); x.requires_grad = True; out += [x]; x.requires_grad = False; out += [x]

# a part of the work done again on the way back
x = torch.ones(2, requires_grad=True); out += [torch.utils.checkpoint.checkpoint(torch.exp, x, use_reentrant=True)]
"""


def _dirty(module):
    class Dirty(module.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.mark_dirty(x)
            return x.add_(1)

        @staticmethod
        def backward(ctx, g):
            return g

    return Dirty


def _both(module):
    class Both(module.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x + 1, x * 2

        @staticmethod
        def backward(ctx, g, h):
            return g + 2 * h

    return Both


def _programs():
    """A program is a line, or several up to a line that starts again from a new x."""
    lines = [line for line in PROGRAMS.splitlines() if line and not line.startswith("#")]
    programs = []
    for line in lines:
        if programs and not line.startswith(("x = ", "out += [torch", "torch", "np")):
            programs[-1] += "\n" + line
        else:
            programs.append(line)
    return programs


@pytest.mark.parametrize("program", _programs())
def test_program(program):
    theirs, ours = [
        Told(module, program, Dirty=_dirty(module), Both=_both(module)) for module in (torch, torchlet)
    ]
    assert ours.ended == theirs.ended
    assert ours.shown == theirs.shown
