"""Short programs with optimizers and loaders, told to both: groups, state, batches, refusals."""

import itertools

import numpy
import pytest
import torch

import torchlet
from tests.torchlet.programs import Told, paragraphs

# Each program puts what it has to show into `out`; `D` is utils.data.
PROGRAMS = """
# printed forms and settings
p, q = torch.ones(2, requires_grad=True), torch.ones(3, requires_grad=True); SGD, Adam = torch.optim.SGD, torch.optim.Adam
out += [SGD([{"params": [p], "lr": 1.0}, {"params": q}], momentum=0.5), Adam([p]), SGD([p]).defaults, Adam([p]).defaults]
out += [SGD([p], foreach=False).state_dict(), Adam([p], fused=None, capturable=False).param_groups[0].keys()]

# groups
p = torch.ones(2, requires_grad=True); o = torch.optim.SGD([p], lr=0.1); group = {"params": torch.ones(1, requires_grad=True)}
o.add_param_group(group); out += [o.param_groups[1] is group, list(group), len(o.param_groups)]
out += [tried(o.add_param_group, wrong) for wrong in ([p], {}, {"params": {p}}, {"params": [p]}, {"params": [3]}, {"params": 3})]

p = torch.ones(2, requires_grad=True); out += [torch.optim.SGD([p, p], lr=0.1)]

p = torch.ones(2, requires_grad=True); n = {"w": p, "b": torch.ones(1, requires_grad=True)}
o = torch.optim.SGD(n.items(), lr=0.1); out += [o.state_dict(), tried(torch.optim.SGD, [("w", p), n["b"]])]

p = torch.ones(2, requires_grad=True); out += [tried(torch.optim.Adam, [p], betas=betas) for betas in ((0.5,), (1, 0.5), (0.5, 1.0))]
out += [tried(torch.optim.SGD, [p], lr=torch.tensor([0.1, 0.2])), tried(torch.optim.SGD, [p], lr=0.1, foo=3)]

# state
p = torch.ones(2, requires_grad=True); p.grad = torch.ones(2); o = torch.optim.SGD([p], lr=0.5); o.step(); out += [dict(o.state)]
out += [o.state[p], len(o.state)]; o = torch.optim.SGD([p], lr=0.5, momentum=0.5); o.step(); o.step(); out += [p, o.state_dict()]

p = torch.ones(2, requires_grad=True); p.grad = torch.ones(2); o = torch.optim.Adam([p], amsgrad=True); o.step(); saved = pickle.loads(pickle.dumps(o.state_dict()))
q = torch.ones(2, dtype=torch.float64, requires_grad=True); r = torch.optim.Adam([q], lr=5); r.load_state_dict(saved); out += [r.state_dict(), r]
out += [tried(r.load_state_dict, {"state": {}, "param_groups": groups}) for groups in ([], [{"params": [0, 1]}])]

class Own(torch.optim.Optimizer):
    def __init__(self, params, lr=0.1):
        super().__init__(params, dict(lr=lr))
    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                self.state[p]["n"] = self.state[p].get("n", 0) + 1
                p -= group["lr"] * p.grad
p = torch.ones(2, requires_grad=True); p.grad = torch.ones(2); o = Own([p]); o.step(); o.step(); out += [p, o.state[p], o, o.state_dict()]

p = torch.ones(2, requires_grad=True); (p * p).sum().backward(); g = p.grad; o = torch.optim.SGD([p], lr=1); o.zero_grad(False)
out += [p.grad is g, g]

# the nearer end is the one that lerp starts from
x, y = torch.arange(1.0, 8.0) / 3, torch.arange(7.0, 0.0, -1.0) / 7; out += [x.lerp(y, 1.0) == y, torch.lerp(x, y, torch.ones(7)) == y, x.lerp(y, 0.0) == x]

# single samples
data = D.TensorDataset(torch.arange(3.0), torch.arange(3)); out += [list(D.DataLoader(data, batch_size=None)), len(D.DataLoader(data, batch_size=None))]
out += [list(D.DataLoader([1.5, 2], batch_size=None)), list(D.DataLoader(["a", (np.float32(1), {"a": np.ones(1), "b": [np.int8(2)]})], batch_size=None))]
out += [list(D.DataLoader(data, batch_size=None, sampler=[2, 0])), list(D.DataLoader(data, batch_size=None, collate_fn=lambda s: s))]

# batches by their parts
P = collections.namedtuple("P", "x y"); O = collections.OrderedDict
for samples in ([P(1, "a"), P(2, "b")], [("a", 1), ("b", 2)], [["a"], ["b"]], [O(a=1), O(a=2)], [range(2), range(2)], [(), ()], [{}], [[(1, 2), 3]]):
    out += [next(iter(D.DataLoader(samples, batch_size=2)))]
out += [tried(next, iter(D.DataLoader(samples, batch_size=2))) for samples in ([torch.ones(1), 2], [torch.ones(1), np.ones(1)], [(1,), (1, 2)], [{"a": 1}, {"b": 1}])]

# refusals
data = D.TensorDataset(torch.arange(4.0))
for k in (dict(batch_size=True), dict(batch_size=None, drop_last=True), dict(timeout=-1), dict(sampler=iter([1, 2])), dict(batch_size=3, sampler=(i for i in (1, 2)))):
    out += [tried(lambda: list(D.DataLoader(data, **k)))]
out += [tried(D.DataLoader, [], shuffle=True), tried(D.TensorDataset, 3), tried(D.TensorDataset, torch.tensor(1.0)), tried(torch.tensor(1.0).size, 0)]
for parts in ([0.1, 0.2], [0.5, 0.6], [1 / 3] * 3, [0.25] * 4, [1.0, 0.0], [1.5, -0.5], [0.99, 0.01], [10], [5, 4]):
    out += [tried(lambda: [len(part) for part in D.random_split(range(10), parts)])]
out += [tried(torch.stack, torch.ones(2)), tried(torch.stack, [torch.ones(1), 2]), tried(torch.cat, [torch.ones(1), np.ones(1)])]
"""


@pytest.mark.parametrize("program", paragraphs(PROGRAMS))
def test_program(program):
    theirs, ours = [Told(m, program, D=m.utils.data) for m in (torch, torchlet)]
    assert ours.ended == theirs.ended
    assert ours.shown == theirs.shown
    assert ours.warned == theirs.warned


SGD = [
    dict(
        lr=0.1,
        momentum=momentum,
        dampening=dampening,
        weight_decay=decay,
        nesterov=nesterov,
        maximize=maximize,
    )
    for momentum, dampening, decay, nesterov, maximize in itertools.product(
        [0, 0.9], [0, 0.3], [0, 0.01], [False, True], [False, True]
    )
    if not nesterov or (momentum and not dampening)
]
ADAM = [
    dict(
        lr=0.1,
        betas=betas,
        weight_decay=decay,
        amsgrad=amsgrad,
        maximize=maximize,
        decoupled_weight_decay=apart,
    )
    for betas, decay, amsgrad, maximize, apart in itertools.product(
        [(0.9, 0.999), (0.0, 0.5)], [0, 0.01], [False, True], [False, True], [False, True]
    )
]


@pytest.mark.parametrize(
    ("name", "settings"), [*(("SGD", s) for s in SGD), *(("Adam", s) for s in ADAM)], ids=str
)
def test_fifty_steps_with_gradients_that_come_and_go(name, settings):
    """As near as PyTorch's products and sums with one rounding for both allow."""
    paths = []
    for module in (torchlet, torch):
        weights = [
            module.linspace(-1, 1, n, dtype=module.float64).reshape(shape).requires_grad_()
            for n, shape in ((3, (3,)), (4, (2, 2)), (1, ()))
        ]
        optimizer = getattr(module.optim, name)(weights, **settings)
        for step in range(50):
            for i, weight in enumerate(weights):
                angles = module.linspace(0, 1, weight.numel(), dtype=module.float64) + step * 0.3 + i
                weight.grad = None if step % 7 == i else angles.sin().reshape(weight.shape)
            optimizer.step()
        paths.append([weight.detach().numpy() for weight in weights])
    for ours, theirs in zip(*paths, strict=True):
        numpy.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-13)
