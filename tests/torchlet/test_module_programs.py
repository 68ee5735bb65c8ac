"""Short programs with modules, told to both: what is registered, saved, converted, printed and refused."""

import pytest
import torch

import torchlet
from tests.torchlet.programs import Told, paragraphs

# Each program puts what it has to show into `out`; `net()` makes a small network with known parameters.
PROGRAMS = """
# a registered name: what may take its place, and under which names a thing may be registered
n = net(); n.a = None; out += [n, list(n.state_dict())]; n.a = nn.Linear(1, 1); out += [n, tried(setattr, n, "a", 3)]
del n.s; out += [list(n.state_dict()), tried(delattr, n, "s")]

n = net(); n.s = None; out += [list(n.state_dict())]; n.s = torch.zeros(1); out += [tried(setattr, n, "s", 3)]
n.s = nn.Parameter(torch.ones(2)); out += [list(n.named_buffers()), list(n.named_parameters())]

n = net(); n.p = nn.Parameter(torch.ones(1)); n.p = None; out += [list(n.state_dict())]
out += [tried(setattr, n, "p", torch.ones(1))]; n.s = nn.ReLU(); out += [n, list(n.state_dict())]

n = net(); one = torch.ones(1)
out += [tried(n.register_buffer, name, one) for name in ("s", "a", "a.b", "", 3, "forward")]
out += [tried(n.register_parameter, name, nn.Parameter(one)) for name in ("s", "a", "a.b", "", 3, "q", "q")]
out += [tried(n.register_parameter, "r", value) for value in (3, one, nn.Parameter(one) * 2)]
out += [tried(n.add_module, name, nn.ReLU()) for name in ("s", "a", "", 3, "training")]
out += [tried(n.add_module, "r", value) for value in (3, one)] + [n, list(n.state_dict())]

class M(nn.Module):
    def __init__(self, what):
        getattr(self, "register_" + what)("a", None)
out += [tried(M, "buffer"), tried(M, "parameter")]

class M(nn.Module):
    def __init__(self):
        self.k = 2
out += [tried(lambda: list(M().parameters())), tried(lambda: M().training)]

n = net(); n.register_buffer("q", torch.ones(1), persistent=False)
out += [list(n.state_dict()), [k for k, _ in n.named_buffers()], n.load_state_dict(n.state_dict())]
n.register_buffer("q", torch.zeros(1)); out += [list(n.state_dict())]

# what two modules share
l = nn.Linear(2, 2); n = nn.Sequential(l, nn.ReLU(), l); seen = []; n.apply(lambda m: seen.append(type(m).__name__))
out += [list(n.state_dict()), [k for k, _ in n.named_children()], seen]
out += [[k for k, _ in n.named_parameters(remove_duplicate=False)], [k for k, _ in n.named_modules(remove_duplicate=False)]]

n = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2)); n[1].weight = w = n[0].weight; n.double()
out += [w.dtype, n[0].weight is w, n[1].weight is w]

# converted, a parameter stays the one that an optimizer knows
n = net(); w = n.a.weight; o = torch.optim.SGD(n.parameters(), lr=0.5); n(torch.ones(1, 3)).sum().backward(); n.double()
out += [w.grad, n.a.weight is w]; o.step(); out += [w, n.s.dtype]

n = net(); n.register_buffer("i", torch.arange(3)); n.half(); out += [n.i.dtype, n.s.dtype, tried(n.to, torch.int64)]
n.type(torch.float64); out += [n.i.dtype, n.a.weight.dtype]

# state taken over
n = net(); state = n.state_dict(); out += [n.load_state_dict(state), n.state_dict(prefix="x.").keys()]
out += [n.state_dict(keep_vars=True)["a.weight"] is n.a.weight]; del state["a.weight"], state["s"]; state["q.z"] = torch.ones(1)
out += [tried(n.load_state_dict, state)]; missing, unexpected = n.load_state_dict(state, strict=False); out += [missing, unexpected]

n = net(); wrong = {"a.weight": torch.ones(1), "b.weight": 3, "a.bias": torch.ones(2), "s": torch.ones(())}
out += [tried(n.load_state_dict, wrong), n.a.bias, tried(n.load_state_dict, [1]), tried(n.load_state_dict, None)]

n = nn.Linear(2, 2); p, before = n.weight, n.weight._version; w = torch.ones(2, 2)
n.load_state_dict({"weight": w, "bias": w[0]}); out += [n.weight is p, p._version - before]
n.load_state_dict({"weight": w, "bias": w[0]}, assign=True); out += [n.weight, n.weight is p, n.weight.data_ptr() == w.data_ptr()]

n = nn.Linear(1, 1); n.weight = nn.Parameter(torch.tensor(2.0)); n.load_state_dict({"weight": torch.ones(1), "bias": torch.ones(1)})
out += [n.weight]

# modes and gradients
class Frozen(nn.Linear):
    def train(self, mode=True):
        return super().train(False)
n = nn.Sequential(Frozen(1, 1), nn.Dropout()); n.train(); out += [[m.training for m in n.modules()]]
out += [tried(n.train, 0), tried(n.train, None)]

n = net(); n(torch.ones(1, 3)).sum().backward(); g = n.a.weight.grad; n.zero_grad(set_to_none=False)
out += [n.a.weight.grad is g, g]; n.zero_grad(); out += [n.a.weight.grad]

p = torch.ones(1, requires_grad=True); p.grad, = torch.autograd.grad(p * p, p, create_graph=True); g = p.grad; o = torch.optim.SGD([p], lr=1)
o.zero_grad(set_to_none=False); out += [g, p.grad is g]

# lookups
n = net(); out += [n.get_submodule("a"), n.get_submodule("") is n, n.get_parameter("a.weight")]
out += [tried(n.get_submodule, path) for path in ("z", "a.z", "a.weight")] + [tried(n.get_parameter, path) for path in ("a.z", "a", "a.s")]

# containers
s = nn.Sequential(nn.Linear(1, 2), nn.ReLU(), nn.Linear(2, 1)); s[1] = nn.Tanh(); out += [s]; del s[0]; out += [s, list(s.state_dict())]
s.insert(0, nn.GELU()); s.extend([nn.ReLU(), nn.ReLU()]); out += [s, s.pop(0), s, s + nn.Sequential(nn.Tanh())]
del s[0:2]; s += nn.Sequential(nn.SiLU()); out += [s, tried(lambda: s + [nn.ReLU()]), tried(s.extend, 3)]

out += [tried(nn.Sequential, {"a": nn.ReLU()}), nn.Sequential(collections.OrderedDict(a=nn.Linear(1, 1), b=nn.ReLU()))[:1]]

m = nn.ModuleList([nn.ReLU(), nn.ReLU(), nn.Linear(1, 1), nn.Linear(2, 1), nn.Linear(2, 1)]); out += [m, nn.ModuleList()]
m.insert(1, nn.Tanh()); m[0] = nn.GELU(); del m[-1]; out += [m, m + [nn.ReLU()], m.pop(0), m[1:], len(m)]
m += [nn.Tanh()]; out += [m, nn.Sequential(nn.ModuleList([nn.Sequential(nn.Linear(1, 1), nn.ReLU()) for _ in range(3)]))]
out += [tried(m.extend, 3), tried(m.extend, nn.ReLU())]

m = nn.ModuleDict({"a": nn.ReLU()}); m.update([("b", nn.Tanh())]); m.update(nn.ModuleDict({"c": nn.SiLU()})); out += [m, m.pop("a")]
del m["b"]; out += [m, tried(m.update, 3), tried(m.pop, "z")]; m.clear(); out += [m]

# hooks
n = net(); seen = []; h = n.a.register_forward_hook(lambda m, given, answer: seen.append((m, given, answer)))
n(torch.ones(1, 3)); h.remove(); n(torch.ones(1, 3)); out += [seen]

n = net(); n.a.register_forward_pre_hook(lambda m, given: given[0] * 2); n.b.register_forward_hook(lambda m, given, answer: answer + 1)
n.register_forward_pre_hook(lambda m, given: (given[0] + 1,)); out += [n(torch.ones(1, 3))]

# printed forms
class E(nn.Module):
    def extra_repr(self):
        return "a=1"
e = E(); out += [e, nn.Sequential(E(), E())]; e.b = nn.ReLU(); out += [e]; E.extra_repr = lambda self: "a=1\\nb=2"; out += [e, E()]

class E(nn.Module):
    def _get_name(self):
        return "Other"
out += [E(), nn.Sequential(E())]

p = nn.Parameter(torch.tensor(1.5)); out += [f"{p}", f"{p.item():.2f}", tried(lambda: f"{p:.2f}")]

# Linear
n = net(); out += [tried(n.a, x) for x in (torch.ones(3), torch.ones(2, 2, 3), torch.ones(0, 3), torch.tensor(1.0), 3)]
out += [tried(n.a, x) for x in (torch.ones(1, 2), torch.ones(1, 3, dtype=torch.float64), torch.ones(1, 3, dtype=torch.int64))]
out += [tried(n.b, torch.tensor(1.0)), n.b(torch.ones(2, 2, 2)), tried(torch.addmm, torch.ones(2, 2).double(), torch.ones(2, 2), torch.ones(2, 2))]

# losses of classes
x = torch.arange(12.0).reshape(4, 3).sin(); t = torch.tensor([0, 2, 1, 1]); loss = F.cross_entropy
out += [tried(loss, x, y) for y in (t[:, None], t[:3], t.double(), t.int(), t > 0, x.int(), x[:, :2], x[:1])]
out += [tried(loss, x, t, weight=w) for w in (torch.ones(2), torch.ones(3, dtype=torch.int64), torch.ones(3, dtype=torch.float64))]
out += [tried(loss, x, t, label_smoothing=e) for e in (1.5, 2)] + [tried(loss, x[0], t[:2]), tried(loss, torch.tensor(1.0), torch.tensor(0))]
out += [tried(loss, x, x.softmax(1), ignore_index=1), tried(loss, x, x.softmax(1), weight=torch.ones(2)), tried(loss, x[:, :, None], t)]
out += [tried(F.nll_loss, x, y) for y in (t[:, None], t.double(), t > 0)] + [tried(F.nll_loss, torch.tensor(1.0), torch.tensor(0))]

x = torch.arange(12.0).reshape(4, 3).sin().requires_grad_(); p = torch.arange(12.0).reshape(4, 3).cos().softmax(1)
out += [F.cross_entropy(x, p, reduction="sum"), F.cross_entropy(x, p, reduction="none"), F.cross_entropy(x[:0], p[:0]).item()]

# dtypes of losses, and what is no tensor
i, f = torch.tensor([1, 0]), torch.tensor([0.5, 0.25])
for loss in (F.mse_loss, F.l1_loss, F.binary_cross_entropy, F.binary_cross_entropy_with_logits):
    out += [tried(loss, x, y) for x, y in ((i, i), (f, i), (i, f))]
out += [tried(F.binary_cross_entropy, f, f.double()), tried(F.cross_entropy, 3, i), tried(F.cross_entropy, torch.ones(2, 2), 3)]

# what layers guess and refuse
x = torch.arange(6.0).reshape(2, 3); out += [nn.Softmax()(x), F.log_softmax(x), F.softmax(x[0]), F.softmax(x[None]), F.softmax(x, 0, dtype=torch.float64)]
out += [tried(F.dropout, torch.tensor([1, 2]), 0.5), tried(nn.Sigmoid(), 3), tried(nn.Tanh(), "a"), tried(F.one_hot, torch.tensor([], dtype=torch.int64)), tried(F.one_hot, [1])]
out += [tried(torch.zeros(2, dtype=torch.int64).uniform_), tried(torch.zeros(2, dtype=torch.int64).normal_), tried(nn.init.kaiming_uniform_, torch.zeros(2, 2).long())]

out += [F.mse_loss(torch.zeros(0, 3), torch.zeros(0, 3)), F.binary_cross_entropy(torch.zeros(0), torch.zeros(0))]

out += [nn.Linear(0, 2).weight, nn.Linear(2, 0), nn.Linear(0, 2)(torch.ones(3, 0)).shape]
"""


def network(module):
    class Net(module.nn.Module):
        def __init__(self):
            super().__init__()
            self.a = module.nn.Linear(3, 2)
            self.b = module.nn.Linear(2, 1, bias=False)
            self.register_buffer("s", module.ones(2))
            with module.no_grad():
                for parameter in self.parameters():
                    parameter.copy_((module.arange(parameter.numel()) * 0.25 - 0.5).reshape(parameter.shape))

        def forward(self, x):
            return self.b(module.relu(self.a(x)) * self.s)

    return Net()


@pytest.mark.parametrize("program", paragraphs(PROGRAMS))
def test_program(program):
    theirs, ours = [Told(m, program, net=lambda m=m: network(m)) for m in (torch, torchlet)]
    assert ours.ended == theirs.ended
    assert ours.shown == theirs.shown
    assert ours.warned == theirs.warned
