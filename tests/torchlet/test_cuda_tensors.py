"""Where tensors are: created on the simulated GPU, moved there and back, and without a GPU."""

import copy
import pickle

import numpy as np
import pytest
import torch as pytorch

import torchlet as torch

from .marks import beside_cpu_build, without_gpu

# --- there ---


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


# --- and back ---


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


# --- without a GPU ---


@without_gpu
@beside_cpu_build
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
