"""Tensors and gradients across the two processes, on both frameworks: what a test sees is what it would see in one."""

import gc
import importlib

import numpy as np
import pytest

from .judge_pair import Pair

STUDENT = """
import {framework} as torch

w = torch.tensor([2.0, 3.0], requires_grad=True)

def double(x): return 2 * x
def identity(x): return x
def power(x): return (x**3).sum()
def scaled(x): return w * x
def weight(): return w
def several(x):
    y = x.exp()
    return y, y * x
def add_(x): return x.add_(1)
def scale_(x): return x.mul_(3)
def transpose(x): return x.T
def part(x): return x[1:3]
def data_(x):
    x.data += 1
def backward(x):
    power(x).backward()
def step(params, lr):
    with torch.no_grad():
        for p in params:
            p -= lr * p.grad
def freeze(x): x.requires_grad_(False)
def gradient_at(f, x):
    x = x.detach().clone().requires_grad_()
    f(x).backward()
    return x.grad
def second(f, x):
    x = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(f(x), x, create_graph=True)
    (h,) = torch.autograd.grad(g.sum(), x)
    return h
def twice(f, x):
    x = x.detach().clone().requires_grad_()
    y = f(x)
    y.backward()
    y.backward()
def looks(x): return x.is_leaf, x.requires_grad
def plain(f, x):
    with torch.no_grad():
        return f(x).requires_grad
def both(x): return x, x
class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x
    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * x * g
class Line(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.a = torch.nn.Parameter(torch.tensor(1.0))
        self.b = torch.nn.Parameter(torch.tensor(0.0))
    def forward(self, x): return self.a * x + self.b
"""


@pytest.fixture(params=["torch", "torchlet"])
def torch(request):
    return importlib.import_module(request.param)


@pytest.fixture
def student(torch):
    return Pair(STUDENT.format(framework=torch.__name__))


@pytest.mark.parametrize(
    "make",
    [
        lambda t: t.tensor(1.5),
        lambda t: t.tensor([[1, 2], [3, 4]]),
        lambda t: t.tensor([True, False]),
        lambda t: t.zeros(0, 3),
        lambda t: t.arange(6, dtype=t.float64).reshape(2, 3).T,
        lambda t: t.ones(3, 1).expand(3, 4),
        lambda t: t.tensor([1.0], dtype=t.float16),
        lambda t: t.nn.Parameter(t.ones(2)),
    ],
)
def test_tensors_travel(torch, student, make):
    x = make(torch)
    got = student["double"](x)
    assert type(got) is torch.Tensor
    assert (got.dtype, got.shape, got.device) == ((2 * x).dtype, x.shape, x.device)
    assert got.tolist() == (2 * x).tolist()
    (same,) = student.runner.decode(student.judge.encode(x))
    assert (type(same), same.stride(), same.requires_grad) == (type(x), x.stride(), x.requires_grad)
    assert student["identity"](x) is x


def test_dtypes_sizes_devices_travel(torch, student):
    identity = student["identity"]
    assert identity(torch.float64) is torch.float64
    assert identity(torch.device("cpu")) == torch.device("cpu")
    size = identity(torch.Size([2, 3]))
    assert type(size) is torch.Size and size == (2, 3)
    assert identity(torch.Tensor) is torch.Tensor


def test_a_result_can_be_differentiated(torch, student):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = student["power"](x * 2)
    assert y.requires_grad and not y.is_leaf
    (y * 3).backward()
    assert x.grad.tolist() == [72.0, 288.0]


def test_a_graph_can_be_walked_only_once(torch, student):
    x = torch.tensor([1.0], requires_grad=True)
    y = student["power"](x)
    y.backward()
    with pytest.raises(RuntimeError, match="second time"):
        y.backward()
    z = student["power"](x)
    z.backward(retain_graph=True)
    z.backward()
    assert x.grad.tolist() == [9.0]


def test_two_results_of_one_graph(torch, student):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y, z = student["several"](x)
    (y + z).sum().backward()
    want = (2 + x.detach()) * x.detach().exp()
    assert np.allclose(x.grad.numpy(), want.numpy())


def test_gradcheck_and_gradgradcheck_pass(torch, student):
    x = torch.tensor([0.5, -1.0, 2.0], dtype=torch.float64, requires_grad=True)
    gradcheck = importlib.import_module(f"{torch.__name__}.autograd.gradcheck")
    power, square = student["power"], student["Square"]
    assert gradcheck.gradcheck(power, (x,))
    assert gradcheck.gradgradcheck(power, (x,))
    assert gradcheck.gradcheck(square.apply, (x,))


def test_the_students_parameters_are_leaves_here_too(torch, student):
    w = student["weight"]()
    assert w.is_leaf and w.requires_grad
    (student["scaled"](torch.tensor([1.0, 2.0])).sum() + w.sum()).backward()
    assert w.grad.tolist() == [2.0, 3.0]
    assert student["weight"]() is w
    assert student.names["w"].grad.tolist() == [2.0, 3.0]  # told with that request


def test_an_optimizer_here_trains_a_model_there(torch, student):
    model = student["Line"]()
    assert isinstance(model, torch.nn.Module)
    a, b = model.parameters()
    assert type(a) is torch.nn.Parameter and model.a is a
    x = torch.linspace(-1, 1, 9)
    optimizer = torch.optim.SGD([a, b], lr=0.3)
    for _ in range(200):
        optimizer.zero_grad()
        loss = ((model(x) - (3 * x - 1)) ** 2).mean()
        loss.backward()
        optimizer.step()
    assert np.allclose([a.item(), b.item()], [3, -1], atol=1e-3)
    assert np.allclose(model(torch.tensor(2.0)).item(), 5, atol=1e-2)
    model.zero_grad()
    assert a.grad is None


def test_a_step_there_moves_the_parameters_here(torch, student):
    w = torch.tensor([1.0, 2.0], requires_grad=True)
    (w * w).sum().backward()
    student["step"]([w], 0.5)
    assert w.tolist() == [0.0, 0.0]
    assert w.grad.tolist() == [2.0, 4.0]


def test_backward_there_fills_the_gradient_here(torch, student):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    student["backward"](x)
    assert x.grad.tolist() == [3.0, 12.0]
    student["backward"](x)
    assert x.grad.tolist() == [6.0, 24.0]


def test_backward_there_goes_on_through_the_graph_here(torch, student):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    student["backward"](x * 2)
    assert x.grad.tolist() == [24.0, 96.0]


def test_in_place_changes_are_changes_of_the_same_tensor(torch, student):
    x = torch.zeros(3)
    view = x[1:]
    before = x._version
    assert student["add_"](x) is x
    assert x.tolist() == [1, 1, 1] and view.tolist() == [1, 1]
    assert x._version > before


def test_in_place_changes_of_a_result_continue_its_graph(torch, student):
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = x * 2
    assert student["scale_"](y) is y
    y.sum().backward()
    assert x.grad.tolist() == [6.0, 6.0]


def test_a_saved_value_changed_there_is_noticed_here(torch, student):
    x = torch.tensor([1.0], requires_grad=True)
    y = x.exp()
    student["add_"](y)
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        y.backward()


def test_a_leaf_changed_in_place_there_is_the_students_error(torch, student):
    with pytest.raises(RuntimeError, match="leaf"):
        student["add_"](torch.ones(2, requires_grad=True))


def test_views_share_memory(torch, student):
    x = torch.arange(6.0).reshape(2, 3)
    y = student["transpose"](x)
    assert y.stride() == x.T.stride()
    y[0, 1] = 100
    assert x[1, 0].item() == 100
    z = torch.arange(5.0, requires_grad=True)
    student["part"](z).sum().backward()
    assert z.grad.tolist() == [0, 1, 1, 0, 0]


def test_requires_grad_can_be_switched_off_there(torch, student):
    x = torch.ones(2, requires_grad=True)
    student["freeze"](x)
    assert not x.requires_grad


def test_leaves_look_like_leaves_there(torch, student):
    x = torch.ones(2, requires_grad=True)
    assert student["looks"](x) == (True, True)
    assert student["looks"](x * 2) == (False, True)
    assert student["looks"](torch.ones(2)) == (True, False)


# Functions of the test, called by the student's code


def test_gradients_of_a_function_of_the_test(torch, student):
    c = torch.tensor([1.0, 10.0], requires_grad=True)
    got = student["gradient_at"](lambda x: (c * x**3).sum(), torch.tensor([1.0, 2.0]))
    assert got.tolist() == [3.0, 120.0]
    assert c.grad.tolist() == [1.0, 8.0]  # as in one process: the function's own leaves get theirs


def test_second_derivatives_of_a_function_of_the_test(torch, student):
    x = torch.tensor([1.0, 2.0], dtype=torch.float64)
    got = student["second"](lambda x: (x**4).sum(), x)
    assert got.tolist() == [12.0, 48.0]


def test_walking_the_tests_graph_twice_is_an_error_there(torch, student):
    with pytest.raises(RuntimeError, match="second time"):
        student["twice"](lambda x: (x * x).sum(), torch.ones(2))


def test_grad_mode_goes_with_the_call(torch, student):
    x = torch.ones(1, requires_grad=True)
    assert student["plain"](lambda x: x * 2, x) is False
    with torch.no_grad():
        assert not student["double"](x).requires_grad
    assert student["double"](x).requires_grad


def test_the_same_tensor_twice_is_one(torch, student):
    a, b = student["both"](torch.ones(2))
    assert a is b


def test_nothing_is_kept_when_nobody_holds_it(torch, student):
    x = torch.ones(2, requires_grad=True)
    for _ in range(5):
        student["power"](x * 2).backward()
    del x
    for _ in range(3):  # each side tells the other what it let go
        gc.collect()
        assert student["double"](1) == 2
    assert not student.judge.objects and not student.runner.objects
    assert not student.judge.lending.lent
    assert len(student.runner.lending.lent) <= 1  # the function


def test_numpy_and_tensors_share_memory_there(torch, student):
    exec("def wrap(a): return torch.from_numpy(a)", student.names)
    array = np.arange(4.0)
    tensor = student["wrap"](array)
    tensor[0] = 7
    assert array[0] == 7


@pytest.mark.parametrize("part", ["x[:, :3]", "x[:, 1]", "x[::2]", "x[1:, 1:3].T", "x.T"])
def test_a_window_keeps_its_strides_and_what_lies_beside_it_stays_here(torch, student, part):
    student.names["strides"] = lambda x: x.stride()
    student.names["around"] = lambda x: x.as_strided((7,), (1,), 0).tolist()
    x = torch.arange(12.0).reshape(3, 4)
    window = eval(part, {"x": x})
    assert student["strides"](window) == window.stride()
    if part == "x[:, 1]" and torch.__name__ == "torch":  # torchlet has no as_strided to look with
        assert student["around"](window) == [1.0, 0.0, 0.0, 0.0, 5.0, 0.0, 0.0]
    student["add_"](window)
    assert window.tolist() == (eval(part, {"x": torch.arange(12.0).reshape(3, 4)}) + 1).tolist()
