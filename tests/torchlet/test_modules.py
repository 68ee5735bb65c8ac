"""Modules beside PyTorch's: what is registered, printed, saved, moved and refused."""

import pytest
import torch

import torchlet

BOTH = pytest.mark.parametrize("module", [torchlet, torch], ids=["torchlet", "pytorch"])


def network(module):
    """192 → 64 → 32 → 1, the network of lesson 10."""
    nn = module.nn

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc1 = nn.Linear(192, 64)
            self.body = nn.Sequential(nn.ReLU(), nn.Linear(64, 32), nn.Tanh())
            self.out = nn.Linear(32, 1, bias=False)
            self.register_buffer("scale", module.ones(1))

        def forward(self, x):
            return self.out(self.body(self.fc1(x))) * self.scale

    return Network()


def copied(ours, theirs):
    """PyTorch's parameters, written into our module."""
    state = {name: torchlet.tensor(value.numpy()) for name, value in theirs.state_dict().items()}
    ours.load_state_dict(state)


def test_forward_and_gradients_agree():
    ours, theirs = network(torchlet), network(torch)
    copied(ours, theirs)
    x = torch.randn(16, 192)
    y, reference = ours(torchlet.tensor(x.numpy())), theirs(x)
    assert y.shape == (16, 1)
    assert torch.allclose(torch.tensor(y.detach().numpy()), reference, atol=1e-6)
    y.sum().backward()
    reference.sum().backward()
    for (name, mine), (_, other) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        assert torch.allclose(torch.tensor(mine.grad.numpy()), other.grad, atol=1e-5), name


def test_same_names_and_printed_form():
    ours, theirs = network(torchlet), network(torch)
    assert repr(ours) == repr(theirs)
    for method in ("named_parameters", "named_modules", "named_children", "named_buffers"):
        mine, other = ([name for name, _ in getattr(m, method)()] for m in (ours, theirs))
        assert mine == other, method
    assert list(ours.state_dict()) == list(theirs.state_dict())


LAYERS = {
    "Linear": lambda nn: nn.Linear(3, 2),
    "Flatten": lambda nn: nn.Flatten(),
    "Dropout": lambda nn: nn.Dropout(0.2),
    "Identity": lambda nn: nn.Identity(1, key=2),
    "ReLU": lambda nn: nn.ReLU(inplace=True),
    "LeakyReLU": lambda nn: nn.LeakyReLU(0.2),
    "ELU": lambda nn: nn.ELU(),
    "GELU": lambda nn: nn.GELU(),
    "Softplus": lambda nn: nn.Softplus(),
    "Softmax": lambda nn: nn.Softmax(dim=1),
    "LogSoftmax": lambda nn: nn.LogSoftmax(dim=1),
    "SiLU": lambda nn: nn.SiLU(),
    "Sigmoid": lambda nn: nn.Sigmoid(),
    "Tanh": lambda nn: nn.Tanh(),
    "MSELoss": lambda nn: nn.MSELoss(),
    "Sequential": lambda nn: nn.Sequential(nn.Linear(3, 2), nn.Sequential(nn.ReLU())),
    "ModuleList": lambda nn: nn.ModuleList([nn.ReLU()]),
    "ModuleDict": lambda nn: nn.ModuleDict({"a": nn.Tanh()}),
}


@pytest.mark.parametrize("layer", [name for name in LAYERS if name != "ModuleList"])
def test_layers_print_as_in_pytorch(layer):
    assert repr(LAYERS[layer](torchlet.nn)) == repr(LAYERS[layer](torch.nn))


@pytest.mark.parametrize(
    "name", ["LeakyReLU", "ELU", "GELU", "Softplus", "Softmax", "LogSoftmax", "SiLU", "Sigmoid"]
)
def test_activations_agree(name):
    x = torch.linspace(-3, 3, 12).reshape(3, 4).requires_grad_()
    mine = torchlet.tensor(x.detach().numpy(), requires_grad=True)
    y, reference = LAYERS[name](torchlet.nn)(mine), LAYERS[name](torch.nn)(x)
    assert torch.allclose(torch.tensor(y.detach().numpy()), reference, atol=1e-6)
    (y * y).sum().backward()
    (reference * reference).sum().backward()
    assert torch.allclose(torch.tensor(mine.grad.numpy()), x.grad, atol=1e-5)


def test_linear_starts_within_its_bound():
    torchlet.manual_seed(0)
    layer = torchlet.nn.Linear(100, 50)
    bound = 1 / 100**0.5
    for parameter in layer.parameters():
        assert parameter.requires_grad and parameter.is_leaf
        assert 0.9 * bound < parameter.abs().max().item() <= bound


MISTAKES = {
    "no super().__init__()": lambda m: type(
        "M", (m.nn.Module,), {"__init__": lambda self: setattr(self, "a", m.nn.ReLU())}
    )(),
    "parameter before init": lambda m: type(
        "M", (m.nn.Module,), {"__init__": lambda self: setattr(self, "a", m.nn.Parameter(m.ones(1)))}
    )(),
    "tensor as a parameter": lambda m: setattr(m.nn.Linear(1, 1), "weight", m.ones(1, 1)),
    "number as a module": lambda m: setattr(m.nn.Sequential(m.nn.ReLU()), "0", 3),
    "unknown attribute": lambda m: m.nn.Linear(1, 1).wieght,
    "missing entries": lambda m: m.nn.Linear(1, 1).load_state_dict(
        {"weight": m.ones(1, 1), "more": m.ones(1)}
    ),
    "another shape": lambda m: m.nn.Linear(2, 1).load_state_dict({"weight": m.ones(1, 1), "bias": m.ones(1)}),
    "index out of range": lambda m: m.nn.Sequential(m.nn.ReLU())[1],
    "dropout above 1": lambda m: m.nn.Dropout(1.5),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_answered_in_pytorchs_words(mistake):
    texts = []
    for module in (torchlet, torch):
        with pytest.raises((AttributeError, TypeError, RuntimeError, IndexError, ValueError)) as failure:
            MISTAKES[mistake](module)
        texts.append((failure.type, str(failure.value)))
    assert texts[0] == texts[1]


def test_forward_must_be_defined():
    with pytest.raises(NotImplementedError, match='missing the required "forward"'):
        torchlet.nn.Module()(1)


@BOTH
def test_modes_freezing_clearing(module):
    net = network(module)
    assert not net.eval().training and not net.body[0].training
    net.train()
    net.fc1.requires_grad_(False)
    net(module.ones(2, 192)).sum().backward()
    assert net.fc1.weight.grad is None and net.out.weight.grad is not None
    net.zero_grad(set_to_none=False)
    assert net.out.weight.grad.abs().sum().item() == 0
    net.zero_grad()
    assert net.out.weight.grad is None


@BOTH
def test_state_dict_shares_memory_and_conversion_keeps_parameters(module):
    net = network(module)
    state = net.state_dict()
    assert not state["fc1.weight"].requires_grad
    state["fc1.weight"][0, 0] = 7.0
    assert net.fc1.weight[0, 0].item() == 7
    net.double()
    assert net.fc1.weight.dtype == module.float64 and net.scale.dtype == module.float64
    assert isinstance(net.fc1.weight, module.nn.Parameter) and net.fc1.weight.is_leaf


@BOTH
def test_a_shared_parameter_counts_once(module):
    layer = module.nn.Linear(2, 2)
    net = module.nn.Sequential(layer, module.nn.ReLU(), layer)
    assert len(list(net.parameters())) == 2 and len(net) == 3
    net.apply(lambda m: module.nn.init.zeros_(m.weight) if hasattr(m, "weight") else None)
    assert layer.weight.abs().sum().item() == 0


@BOTH
def test_parameter(module):
    data = module.ones(2)
    parameter = module.nn.Parameter(data)
    assert parameter.is_leaf and parameter.requires_grad
    assert repr(parameter) == "Parameter containing:\ntensor([1., 1.], requires_grad=True)"
    data[0] = 5.0
    assert parameter[0].item() == 5
    assert type(parameter * 2) is module.Tensor


def test_dropout_keeps_the_mean_and_is_off_in_eval():
    torchlet.manual_seed(1)
    layer, x = torchlet.nn.Dropout(0.25), torchlet.ones(10_000)
    y = layer(x)
    assert set(y.unique().tolist()) == {0.0, float(torchlet.tensor(1 / 0.75))}
    assert abs(y.mean().item() - 1) < 0.05
    assert layer.eval()(x) is x
