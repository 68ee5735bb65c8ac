"""Operations on the simulated GPU: the results are there and the same, and devices do not mix."""

import pytest

import torchlet as torch


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
