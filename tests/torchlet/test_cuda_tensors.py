"""Tensors on the simulated GPU: the rules of lesson 03."""

import copy
import pickle

import numpy as np
import pytest
import torch as pytorch

import torchlet as torch
from torchlet import cupy_gpu

without_gpu = pytest.mark.skipif(cupy_gpu.find() is not None, reason="this machine has a GPU")


# --- moving ---


def test_cuda_returns_a_new_tensor_and_leaves_the_old_where_it_was(gpu):
    a = torch.tensor([1.0, 2.0])
    b = a.cuda()
    assert not a.is_cuda and a.device == torch.device("cpu")
    assert b.is_cuda and b.device == torch.device("cuda:0") == torch.device("cuda", 0)
    assert repr(b) == "tensor([1., 2.], device='cuda:0')"
    b += 1
    assert a.tolist() == [1.0, 2.0] and b.tolist() == [2.0, 3.0]
    assert b.cpu().tolist() == [2.0, 3.0] and not b.cpu().is_cuda


def test_a_tensor_that_is_there_already_is_returned_itself(gpu):
    a, b = torch.ones(2), torch.ones(2, device="cuda")
    assert a.cpu() is a and a.to("cpu") is a and a.to(torch.device("cpu")) is a
    assert b.cuda() is b and b.to("cuda") is b and b.to("cuda:0") is b and b.cuda(0) is b
    assert b.to("cuda", torch.float32) is b and b.to(torch.float64) is not b


def test_device_and_dtype_at_once(gpu):
    b = torch.ones(2).to("cuda", torch.float16)
    assert repr(b) == "tensor([1., 1.], device='cuda:0', dtype=torch.float16)"
    other = torch.ones(2).to(b)
    assert other.is_cuda and other.dtype is torch.float16
    assert torch.ones(2).to(device="cuda", dtype=torch.int8).type() == "torch.cuda.CharTensor"


@pytest.mark.parametrize(
    "make",
    [
        lambda device: torch.tensor([1.0, 2.0], device=device),
        lambda device: torch.tensor(2.5, device=device),
        lambda device: torch.zeros(2, 3, device=device),
        lambda device: torch.ones(2, 3, device=device),
        lambda device: torch.full((2,), 7.0, device=device),
        lambda device: torch.empty(2, device=device),
        lambda device: torch.arange(5, device=device),
        lambda device: torch.linspace(0, 1, 5, device=device),
        lambda device: torch.eye(3, device=device),
        lambda device: torch.rand(3, device=device),
        lambda device: torch.randn(3, device=device),
        lambda device: torch.randint(0, 9, (3,), device=device),
        lambda device: torch.randperm(4, device=device),
        lambda device: torch.zeros_like(torch.ones(3), device=device),
    ],
)
@pytest.mark.parametrize("device", ["cuda", "cuda:0", pytorch.device("cuda:0").type])
def test_created_on_the_device(gpu, make, device):
    made = make(device)
    assert made.is_cuda and str(made.device) == "cuda:0"
    assert torch.cuda.memory_allocated() == 512


def test_likes_stay_on_the_device(gpu):
    b = torch.ones(3, device="cuda")
    for made in (torch.zeros_like(b), torch.ones_like(b), torch.rand_like(b), torch.empty_like(b), b.clone()):
        assert made.is_cuda
    assert b.new_zeros(2).is_cuda


def test_a_copy_of_a_device_tensor_is_on_the_device(gpu):
    b = torch.arange(3.0, device="cuda")
    for made in (copy.deepcopy(b), pickle.loads(pickle.dumps(b))):
        assert made.is_cuda and made.tolist() == [0.0, 1.0, 2.0]


def test_there_is_no_second_device(gpu):
    with pytest.raises(RuntimeError, match="CUDA error: invalid device ordinal"):
        torch.ones(2, device="cuda:1")
    with pytest.raises(RuntimeError, match="CUDA error: invalid device ordinal"):
        torch.ones(2).cuda(1)


# --- operations ---


@pytest.mark.parametrize(
    "operation",
    [
        lambda x: x + x,
        lambda x: x * 2,
        lambda x: 3 - x,
        lambda x: x.exp(),
        lambda x: x.sum(),
        lambda x: x.sum(0),
        lambda x: x.mean(dim=1, keepdim=True),
        lambda x: x @ x,
        lambda x: x.T,
        lambda x: x[0],
        lambda x: x[0, 1],
        lambda x: x[x > 1],
        lambda x: x > 1,
        lambda x: x.reshape(-1),
        lambda x: torch.cat([x, x]),
        lambda x: torch.stack([x, x]),
        lambda x: torch.where(x > 1, x, 0.0),
        lambda x: torch.relu(x),
        lambda x: x.softmax(dim=0),
        lambda x: x.max(dim=0).values,
        lambda x: x.argmax(),
        lambda x: x.double(),
        lambda x: x.half(),
        lambda x: x.to(torch.int8),
        lambda x: torch.nn.functional.mse_loss(x, x * 2),
    ],
)
def test_a_result_is_where_its_operands_are_and_the_same_as_on_the_cpu(gpu, operation):
    host = torch.tensor([[1.0, 2.0], [3.0, 0.5]])
    want = operation(host)
    got = operation(host.cuda())
    assert got.is_cuda and got.dtype is want.dtype and got.shape == want.shape
    assert got.cpu().tolist() == want.tolist()


@pytest.mark.parametrize(
    ("product", "kernel"),
    [
        (lambda x: x @ x, "addmm_cuda"),
        (lambda x: x @ x[0], "addmv_impl_cuda"),
        (lambda x: x[0] @ x[0], "dot"),
        (lambda x: x.reshape(1, 2, 2) @ x.reshape(1, 2, 2), "baddbmm_cuda"),
    ],
)
@pytest.mark.parametrize(("dtype", "word"), [(torch.int8, "Char"), (torch.int64, "Long")])
def test_a_gpu_multiplies_no_matrices_of_integers(gpu, product, kernel, dtype, word):
    host = torch.ones(2, 2, dtype=dtype)
    product(host)  # the cpu does
    with pytest.raises(NotImplementedError, match=f"\"{kernel}\" not implemented for '{word}'"):
        product(host.cuda())


ARGUMENTS = [(), (0,), (2.0,), (2, 0), ("x",), ("indices",), (0, "indices"), (0, "indices", "x"), ("mask",)]
MOVE = {"cpu", "cuda", "to", "type", "numpy"}
TAKE_NUMBERS = {"randperm", "logspace", "nan_to_num", "nan_to_num_", "as_subclass"}
CHANGE_SETTINGS = {"set_printoptions", "set_default_dtype"}
UNDEFINED = {"empty", "empty_like", "new_empty"}


def tensors_in(result):
    if isinstance(result, torch.Tensor):
        return [result]
    return [t for each in result for t in tensors_in(each)] if isinstance(result, (tuple, list)) else []


def call(name, arguments, device):
    """Method or function `name` of a small tensor on `device`; [] if it does not take such arguments."""
    x = torch.tensor([[1.0, 2.0, 0.5], [3.0, 0.25, 4.0], [0.1, 0.7, 0.3]]).to(device)
    values = {"x": x.clone(), "indices": torch.tensor([[0, 1, 2]] * 3).to(device), "mask": x > 0.6}
    function = getattr(x, name, None) or (lambda *rest: getattr(torch, name)(x, *rest))
    torch.manual_seed(0)
    try:
        return tensors_in(function(*[values.get(a, a) if isinstance(a, str) else a for a in arguments]))
    except (
        TypeError,
        RuntimeError,
        IndexError,
        ValueError,
        AttributeError,
        NotImplementedError,
        ArithmeticError,
    ):
        assert device == "cpu" or not call(name, arguments, "cpu"), f"{name}{arguments} works on the cpu only"
        return []


NAMES = (
    {n for n in [*dir(torch.Tensor), *dir(torch)] if not n.startswith("_")}
    - MOVE
    - TAKE_NUMBERS
    - CHANGE_SETTINGS
)
FUNCTIONS = sorted(n for n in NAMES if callable(getattr(torch.Tensor, n, getattr(torch, n, None))))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FUNCTIONS)
def test_everything_works_on_the_device_stays_there_and_is_counted(gpu, name):
    for arguments in ARGUMENTS:
        for got, want in zip(call(name, arguments, "cuda"), call(name, arguments, "cpu"), strict=True):
            assert got.is_cuda
            assert name in UNDEFINED or repr(got.detach().cpu()) == repr(want.detach())
            before = torch.cuda.memory_allocated()
            same_memory = got.detach()
            assert torch.cuda.memory_allocated() == before
            del same_memory


@pytest.mark.parametrize(
    "operation",
    [
        lambda a, b: a + b,
        lambda a, b: b + a,
        lambda a, b: a * b,
        lambda a, b: a @ b,
        lambda a, b: torch.cat([a, b]),
        lambda a, b: torch.stack([a, b]),
        lambda a, b: torch.where(a > 1, a, b),
        lambda a, b: torch.maximum(a, b),
        lambda a, b: a == b,
        lambda a, b: torch.nn.functional.mse_loss(a, b),
        lambda a, b: torch.nn.functional.linear(a, b),
        lambda a, b: a.add_(b),
        lambda a, b: torch.dot(a[0], b[0]),
        lambda a, b: torch.mv(a, b[0]),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_devices_do_not_mix(gpu, operation, swapped):
    a, b = torch.ones(2, 2), torch.ones(2, 2, device="cuda")
    with pytest.raises(RuntimeError, match="Expected all tensors to be on the same device") as caught:
        operation(b, a) if swapped else operation(a, b)
    assert "cuda:0" in str(caught.value) and "cpu" in str(caught.value)


def test_the_words_of_the_refusal(gpu):
    with pytest.raises(RuntimeError) as caught:
        torch.ones(2) + torch.ones(2).cuda()
    assert str(caught.value).startswith(
        "Expected all tensors to be on the same device, but found at least two devices, cuda:0 and cpu!"
    )


def test_three_ways_to_repair(gpu):
    a, b = torch.ones(2), torch.ones(2, device="cuda")
    assert (a.cuda() + b).tolist() == (a + b.cpu()).tolist() == (a.to(b.device) + b).tolist() == [2.0, 2.0]


def test_a_number_in_a_0d_cpu_tensor_may_join(gpu):
    b = torch.ones(2, device="cuda")
    for result in (b + torch.tensor(2.0), torch.tensor(2.0) * b, b / torch.tensor(2)):
        assert result.is_cuda
    with pytest.raises(RuntimeError, match="same device"):
        torch.ones(2) + torch.tensor(2.0, device="cuda")


def test_numpy_is_refused(gpu):
    b = torch.ones(2, device="cuda")
    words = (
        "can't convert cuda:0 device type tensor to numpy. "
        "Use Tensor.cpu() to copy the tensor to host memory first."
    )
    for convert in (lambda: b.numpy(), lambda: np.asarray(b), lambda: np.array(b), lambda: np.exp(b)):
        with pytest.raises(TypeError) as caught:
            convert()
        assert str(caught.value) == words
    assert b.cpu().numpy().tolist() == [1.0, 1.0]


def test_values_come_back_as_numbers(gpu):
    b = torch.tensor([1.5, 2.5], device="cuda")
    assert b.tolist() == [1.5, 2.5] and b[1].item() == 2.5 == float(b[1]) and bool(b[0] < b[1])
    assert f"{b.sum():.2f}" == "4.00"
    assert [row.is_cuda for row in b] == [True, True]


# --- autograd ---


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


# --- without a GPU ---


@without_gpu
@pytest.mark.parametrize(
    "ask",
    [
        lambda t: t.zeros(1, device="cuda"),
        lambda t: t.tensor([1.0], device="cuda:0"),
        lambda t: t.arange(3, device="cuda"),
        lambda t: t.rand(3, device="cuda"),
        lambda t: t.ones(1).cuda(),
        lambda t: t.ones(1).to("cuda"),
        lambda t: t.ones(1).to(t.device("cuda", 0)),
        lambda t: t.nn.Linear(1, 1).to("cuda"),
    ],
)
def test_without_a_gpu_the_error_is_pytorchs_and_names_the_way_out(ask):
    with pytest.raises(AssertionError) as theirs:
        ask(pytorch)
    with pytest.raises(AssertionError) as ours:
        ask(torch)
    assert str(ours.value).startswith(str(theirs.value))
    assert "torch.cuda.simulate()" in str(ours.value)


@without_gpu
def test_what_is_left_of_a_simulation_can_be_looked_at_but_not_worked_with():
    with torch.cuda.simulate():
        b = torch.ones(2, device="cuda", requires_grad=True)
        loss = (b * 2).sum()
    assert repr(b) == "tensor([1., 1.], device='cuda:0', requires_grad=True)"
    assert b.tolist() == [1.0, 1.0] and b.cpu().tolist() == [1.0, 1.0]
    for work in (lambda: b + 1, lambda: b.detach().mul_(2), loss.backward):
        with pytest.raises(AssertionError, match=r"torch\.cuda\.simulate\(\)"):
            work()


@without_gpu
def test_what_runs_everywhere_picks_the_device():
    device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
    assert torch.ones(2).to(device).device == device == torch.device("cpu")
    with torch.cuda.simulate():
        device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
        assert torch.ones(2).to(device).device == device == torch.device("cuda:0")
