"""Gradients on the simulated GPU, and over the border to it."""

import pytest

import torchlet as torch


def test_a_gradient_comes_back_over_the_border(gpu):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = (x.cuda() ** 2).sum()
    assert type(x.cuda().grad_fn).__name__ == "ToCopyBackward0"
    y.backward()
    assert x.grad.tolist() == [2.0, 4.0] and not x.grad.is_cuda


def test_a_gradient_lives_where_its_leaf_lives(gpu):
    w = torch.tensor([1.0, 2.0], device="cuda", requires_grad=True)
    assert repr(w) == "tensor([1., 2.], device='cuda:0', requires_grad=True)"
    (w * w).sum().backward()
    assert w.grad.is_cuda and w.grad.tolist() == [2.0, 4.0]
    (g,) = torch.autograd.grad((w**3).sum(), w)
    assert g.is_cuda and g.tolist() == [3.0, 12.0]


def test_a_second_backward_says_what_it_says_on_the_cpu(gpu):
    w = torch.tensor([1.0, 2.0], device="cuda", requires_grad=True)
    loss = (w * w).sum()
    loss.backward()
    with pytest.raises(RuntimeError, match="backward through the graph a second time"):
        loss.backward()


def test_hooks_and_kept_gradients_are_on_the_device(gpu):
    w = torch.tensor([[1.0, 2.0], [3.0, 4.0]], device="cuda", requires_grad=True)
    first, second = w.unbind(0)
    seen = []
    product = first * second
    for tensor in (first, product):
        tensor.retain_grad()
        tensor.register_hook(seen.append)
    product.sum().backward()
    assert [g.tolist() for g in seen] == [[1.0, 1.0], [3.0, 4.0]]
    assert all(g.is_cuda for g in (*seen, first.grad, product.grad, w.grad))
    assert w.grad.tolist() == [[3.0, 4.0], [1.0, 2.0]]


def test_a_custom_function_on_the_device(gpu):
    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        def backward(ctx, g):
            (x,) = ctx.saved_tensors
            assert g.is_cuda and x.is_cuda
            return 2 * x * g

    w = torch.tensor([1.0, 2.0], device="cuda", dtype=torch.float64, requires_grad=True)
    y = Square.apply(w)
    y.register_hook(lambda g: g * 10)
    y.sum().backward()
    assert w.grad.tolist() == [20.0, 40.0]
    assert torch.autograd.gradcheck(Square.apply, (w,))


def test_second_derivatives_on_the_device(gpu):
    w = torch.tensor(2.0, device="cuda", requires_grad=True)
    (first,) = torch.autograd.grad(w**3, w, create_graph=True)
    (second,) = torch.autograd.grad(first, w)
    assert second.is_cuda and second.item() == 12.0


def test_a_model_moves_and_learns(gpu):
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh(), torch.nn.Linear(8, 1))
    assert model.to("cuda") is model
    assert all(p.is_cuda and p.is_leaf for p in model.parameters())
    x = torch.randn(32, 2, device="cuda")
    y = x.sum(dim=1, keepdim=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for _ in range(50):
        loss = torch.nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.1 * losses[0]
    with pytest.raises(RuntimeError, match="same device"):
        model(x.cpu())
