"""Tensors whose arrays are no NumPy arrays: every operation keeps to what CuPy's arrays can do.

`fake_cupy` stands in for CuPy and refuses what CuPy refuses: conversions to NumPy, and host arrays among device arrays.
"""

import numpy as np
import pytest

import torchlet as torch

ROWS = [[1.0, 2.0, 0.5], [3.0, 0.25, 4.0], [0.1, 0.7, 0.3]]

OPERATIONS = [
    lambda x: x + x,
    lambda x: 2 - x,
    lambda x: x / 3,
    lambda x: x**2,
    lambda x: x**0.5,
    lambda x: 2**x,
    lambda x: x.exp().log().sqrt(),
    lambda x: x.sin() * x.cos() + x.tanh(),
    lambda x: x.sigmoid(),
    lambda x: x.relu() + x.abs(),
    lambda x: x.erf(),
    lambda x: x.sum(),
    lambda x: x.sum(0),
    lambda x: x.mean(dim=1, keepdim=True),
    lambda x: x.var(),
    lambda x: x.std(dim=0),
    lambda x: x.norm(),
    lambda x: x.prod(dim=1),
    lambda x: x.cumsum(0),
    lambda x: x.max(),
    lambda x: x.max(dim=1).values,
    lambda x: x.amin(dim=0),
    lambda x: x.logsumexp(dim=1),
    lambda x: x.softmax(dim=0),
    lambda x: x.log_softmax(dim=1),
    lambda x: x @ x,
    lambda x: x.mv(x[0]) + x[0].dot(x[1]),
    lambda x: torch.einsum("ij,kj->ik", x, x),
    lambda x: x.T.reshape(-1)[2:7:2],
    lambda x: x[1] * x[:, None],
    lambda x: x[torch.tensor([0, 2, 0]).to(x.device)],
    lambda x: x[x > 0.4],
    lambda x: torch.where(x > 0.4, x, 0.0),
    lambda x: x.clamp(0.2, 2.0),
    lambda x: torch.maximum(x, x.T),
    lambda x: torch.cat([x, x]).view(3, 6).permute(1, 0).unsqueeze(0),
    lambda x: torch.stack(x.unbind(1)).flip(0),
    lambda x: x.expand(2, 3, 3).sum(),
    lambda x: x.repeat(2, 1),
    lambda x: x.gather(1, torch.tensor([[0], [2], [1]]).to(x.device)),
    lambda x: x.index_select(0, torch.tensor([2, 2]).to(x.device)),
    lambda x: x.scatter_add(0, torch.tensor([[0, 0, 1]]).to(x.device), x[:1] * 2),
    lambda x: x.masked_fill(x > 1, 0.0),
    lambda x: x.tril() + x.triu(1) + x.diagonal(),
    lambda x: x.sort(dim=1).values,
    lambda x: x.topk(2).values,
    lambda x: x.clone().mul_(2).add_(x),
    lambda x: torch.nn.functional.cross_entropy(x, torch.tensor([0, 2, 1]).to(x.device)),
    lambda x: torch.nn.functional.mse_loss(x, x.detach() * 2),
    lambda x: torch.nn.functional.linear(x, x, x[0]),
    lambda x: x.cpu().exp().to(x.device),
    lambda x: x.double().sum().float(),
]


@pytest.mark.parametrize("operation", OPERATIONS, ids=range(len(OPERATIONS)))
def test_values_and_gradients_are_those_of_the_cpu(card, operation):
    def run(device):
        x = torch.tensor(ROWS).to(device).requires_grad_()
        result = operation(x)
        result.sum().backward(retain_graph=True)
        (g,) = torch.autograd.grad((result**2).sum(), x, create_graph=True)
        (second,) = torch.autograd.grad(g.sum(), x, allow_unused=True)
        return result, x.grad, g, second

    for got, want in zip(run("cuda"), run("cpu"), strict=True):
        if want is None:
            assert got is None
        else:
            assert got.is_cuda and isinstance(got._array, card.ndarray)
            assert got.dtype is want.dtype
            np.testing.assert_allclose(got.tolist(), want.tolist(), rtol=1e-6)


def test_a_model_learns(card):
    def train(device):
        torch.manual_seed(0)
        model = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1)).to(device)
        x = torch.randn(16, 2).to(device)
        y = x.sum(1, keepdim=True)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
        for _ in range(5):
            optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()
        return loss.item()

    assert train("cuda") == pytest.approx(train("cpu"), rel=1e-5)


def test_made_read_and_written(card):
    x = torch.zeros(2, 3, device="cuda")
    x[0, 1] = 5.0
    x[1] += 2
    x[x > 4] = 1.0
    x.uniform_(0, 0)
    assert x.tolist() == [[0.0] * 3] * 2
    assert repr(torch.arange(3, device="cuda")) == "tensor([0, 1, 2], device='cuda:0')"
    assert x.sum().item() == 0.0 and x.is_contiguous() and not x.T.is_contiguous()
    assert x[1].data_ptr() - x.data_ptr() == 12 and x[1].storage_offset() == 3
    with pytest.raises(TypeError, match="can't convert cuda:0 device type tensor to numpy"):
        x.numpy()


def test_a_custom_function(card):
    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            return 2 * x * g

    x = torch.tensor(ROWS, device="cuda", dtype=torch.float64, requires_grad=True)
    Square.apply(x).sum().backward()
    assert x.grad.is_cuda and x.grad.tolist() == (2 * x).tolist()
    assert torch.autograd.gradcheck(Square.apply, (x,))
