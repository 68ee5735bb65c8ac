"""Every name that the core promises exists, and takes PyTorch's arguments by PyTorch's names, with its defaults."""

import ast
import functools
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest
import torch

import torchlet
from torchlet import absent
from torchlet.out import OF_FUNCTION

_FUNCTIONS = """
    tensor as_tensor from_numpy zeros ones empty full eye arange linspace rand randn randint randperm zeros_like ones_like
    empty_like full_like rand_like randn_like
    add sub mul div floor_divide remainder pow exp log log1p sqrt sin cos tan tanh sigmoid relu abs sign round floor ceil
    clamp where maximum minimum reciprocal erf eq ne lt le gt ge logical_and logical_or logical_not logical_xor
    sum mean var std prod min max amin amax argmax argmin norm cumsum logsumexp softmax log_softmax
    matmul mm mv bmm dot outer einsum reshape permute transpose unsqueeze squeeze cat stack split chunk flatten flip gather
    index_select masked_select scatter_add tril triu diagonal unique sort topk allclose isclose equal
    manual_seed promote_types result_type can_cast set_default_dtype get_default_dtype set_printoptions is_tensor
    is_grad_enabled
    """
FUNCTIONS = _FUNCTIONS.split()
_METHODS = """
    view reshape permute transpose unsqueeze squeeze expand repeat contiguous is_contiguous stride storage_offset clone detach
    numpy tolist item numel dim size to cpu cuda type type_as double float half long int short bool backward retain_grad
    register_hook requires_grad_ detach_ zero_ fill_ copy_ add_ sub_ mul_ div_ pow_ clamp_ relu_ exp_ sigmoid_ uniform_ normal_
    random_ data_ptr element_size split chunk flatten flip gather index_select masked_select masked_fill masked_fill_
    scatter_add scatter_add_ tril triu diagonal unique sort topk sum mean std var prod min max argmax argmin norm cumsum
    softmax log_softmax logsumexp matmul mm mv bmm dot outer allclose isclose equal new_zeros new_ones new_tensor new_full
    """
METHODS = _METHODS.split()
PROPERTIES = "shape dtype device requires_grad grad grad_fn is_leaf retains_grad data T mT ndim is_cuda itemsize nbytes _version"
_OTHERS = """
    Tensor FloatTensor DoubleTensor HalfTensor IntTensor LongTensor ShortTensor CharTensor ByteTensor BoolTensor Size device
    dtype Generator finfo iinfo no_grad enable_grad set_grad_enabled inference_mode
    float16 float32 float64 int8 int16 int32 int64 uint8 bool half float double short int long inf nan pi
    autograd.backward autograd.grad autograd.Function autograd.gradcheck autograd.gradgradcheck autograd.detect_anomaly
    autograd.set_detect_anomaly autograd.functional.jacobian autograd.functional.hessian autograd.functional.vjp
    autograd.functional.jvp autograd.functional.hvp autograd.functional.vhp autograd.graph.saved_tensors_hooks
    autograd.function.once_differentiable utils.checkpoint.checkpoint utils.data.TensorDataset utils.data.DataLoader
    nn.Module nn.Parameter nn.Sequential nn.Linear nn.ReLU nn.Sigmoid nn.Tanh nn.Softmax nn.MSELoss nn.L1Loss
    nn.CrossEntropyLoss nn.BCELoss nn.BCEWithLogitsLoss nn.functional.linear nn.functional.mse_loss nn.functional.l1_loss
    nn.functional.cross_entropy nn.functional.binary_cross_entropy nn.functional.binary_cross_entropy_with_logits
    nn.functional.softplus nn.functional.relu nn.init.xavier_uniform_ nn.init.kaiming_uniform_ optim.SGD optim.Adam
    cuda.is_available cuda.device_count cuda.get_device_name cuda.get_device_properties cuda.memory_allocated
    cuda.max_memory_allocated cuda.memory_reserved cuda.empty_cache cuda.synchronize cuda.Event cuda.Stream
    """
OTHERS = _OTHERS.split()
OUR_OWN = ("cuda.simulate", "tape.GradientTape", "tape.Variable", "GradientTape", "Variable")

# Arguments of PyTorch's that have no meaning here: layouts, deprecated ones, how its kernels are chosen, named dimensions.
NOT_HERE = {
    "layout", "pin_memory", "memory_format", "names", "out_dtype", "implicit", "size_average", "reduce", "foreach",
    "capturable", "differentiable", "fused", "decoupled_weight_decay", "only_inputs", "check_batched_grad", "fast_mode",
    "check_batched_forward_grad", "check_forward_ad", "check_backward_ad", "check_fwd_over_rev", "check_rev_over_rev",
    "masked", "debug", "timeout", "worker_init_fn", "multiprocessing_context", "prefetch_factor", "persistent_workers",
    "pin_memory_device", "in_order", "external", "_stacklevel", "args", "kwargs", "orig_func", "copy", "non_blocking",
}  # fmt: skip
# One of several names of the same argument, of which the documentation has the other.
SYNONYMS = {"self", "mode", "tensor", "scalar", "scalar1", "scalar2", "split_size", "node", "fn"}


def at(module, path):
    return functools.reduce(getattr, path.split("."), module)


@functools.cache
def declared():
    """{name: the declarations} of PyTorch's functions, and of its methods, as its own type stubs have them."""
    folder = Path(torch.__file__).parent / "_C"
    functions = ast.parse((folder / "_VariableFunctions.pyi").read_text(encoding="utf-8")).body
    classes = ast.parse((folder / "__init__.pyi").read_text(encoding="utf-8")).body
    methods = next(n for n in classes if isinstance(n, ast.ClassDef) and n.name == "TensorBase").body
    found = []
    for body in (functions, methods):
        by_name = {}
        for node in body:
            if isinstance(node, ast.FunctionDef):
                by_name.setdefault(node.name, []).append(node.args)
        found.append(by_name)
    return found


def names_dimensions(arguments):
    """Whether a declaration is the one for named dimensions."""
    return any(
        a.annotation is not None and "str" in ast.unparse(a.annotation) and a.arg in ("dim", "dims")
        for a in arguments.args + arguments.kwonlyargs
    )


def parameters_of(declarations):
    """{parameter: its defaults in the several declarations, as source}."""
    found = {}
    for arguments in declarations:
        if names_dimensions(arguments):
            continue
        given = arguments.posonlyargs + arguments.args
        defaults = [None] * (len(given) - len(arguments.defaults)) + arguments.defaults
        for a, default in zip(given + arguments.kwonlyargs, defaults + arguments.kw_defaults, strict=True):
            found.setdefault(a.arg, set()).add(default and ast.unparse(default))
    return found


def accepts(function, name):
    parameters = inspect.signature(function).parameters
    kinds = {p.kind for p in parameters.values()}
    by_place = inspect.Parameter.VAR_POSITIONAL in kinds and name in (
        "size",
        "tensors",
        "operands",
        "dtype",
        "other",
    )
    return name in parameters or inspect.Parameter.VAR_KEYWORD in kinds or by_place


@pytest.mark.parametrize("name", [*FUNCTIONS, *OTHERS])
def test_exists_in_both(name):
    at(torch, name)
    assert at(torchlet, name) is not None


@pytest.mark.parametrize("name", METHODS + PROPERTIES.split())
def test_is_of_a_tensor(name):
    assert hasattr(torch.Tensor, name)
    assert hasattr(torchlet.Tensor, name)


@pytest.mark.parametrize("name", OUR_OWN)
def test_is_our_own(name):
    assert at(torchlet, name) is not None
    with pytest.raises(AttributeError):
        at(torch, name)


def check_declared(function, wanted, of_tensor):
    wanted = {k: v for k, v in wanted.items() if not k.startswith("__")}
    missing = [n for n in wanted if n not in NOT_HERE | SYNONYMS and not accepts(function, n)]
    if "out" in missing and not of_tensor:
        assert function.__name__ in OF_FUNCTION
        missing.remove("out")
    assert not missing
    for name, parameter in inspect.signature(function).parameters.items():
        defaults = wanted.get(name, {None}) - {None}
        if defaults and parameter.default not in (parameter.empty, None):
            values = [eval(d, {"torch": torch, "inf": float("inf")}) for d in defaults]
            assert any(v is None or v == parameter.default for v in values), (
                name,
                parameter.default,
                defaults,
            )


@pytest.mark.parametrize("name", [n for n in FUNCTIONS if n in declared()[0]])
def test_a_function_takes_its_arguments(name):
    check_declared(getattr(torchlet, name), parameters_of(declared()[0][name]), False)


@pytest.mark.parametrize("name", [n for n in METHODS if n in declared()[1]])
def test_a_method_takes_its_arguments(name):
    wanted = parameters_of(declared()[1][name])
    if name == "copy_":  # the declaration says `other`, the documentation and the function itself `src`
        wanted["src"] = wanted.pop("other")
    wanted.pop("self", None)
    wanted.pop("out", None)
    check_declared(getattr(torchlet.Tensor, name), wanted, True)


IN_PYTHON = [n for n in FUNCTIONS + OTHERS if "." in n or n not in declared()[0]]


@pytest.mark.parametrize("name", [n for n in IN_PYTHON if callable(at(torch, n))])
def test_what_pytorch_writes_in_python(name):
    try:
        theirs, ours = inspect.signature(at(torch, name)), inspect.signature(at(torchlet, name))
    except (TypeError, ValueError):
        pytest.skip("PyTorch does not say what it takes")
    missing = [
        p.name
        for p in theirs.parameters.values()
        if p.name not in NOT_HERE | SYNONYMS and not accepts(at(torchlet, name), p.name)
    ]
    if missing == ["out"]:
        assert name in OF_FUNCTION
    else:
        assert not missing
    for parameter in theirs.parameters.values():
        mine = ours.parameters.get(parameter.name)
        plain = (bool, int, float, str, tuple)
        if mine is not None and isinstance(parameter.default, plain):
            assert mine.default == parameter.default, parameter.name


MISSING = {
    "zeross": "zeros", "no_gard": "no_grad", "nn.Lineer": "Linear", "nn.functional.selu": "elu", "optim.AdamW": "Adam",
    "autograd.functional.hessain": "hessian", "utils.data.Dataloader": "DataLoader", "cuda.is_avaliable": "is_available",
    "save": "state_dict of a module", "GradientTap": "GradientTape", "unsqeeze": "unsqueeze",
}  # fmt: skip


@pytest.mark.parametrize("name", MISSING)
def test_what_is_missing_names_the_nearest_and_its_lesson(name):
    parent, _, last = name.rpartition(".")
    owner = importlib.import_module(f"torchlet.{parent}" if parent else "torchlet")
    with pytest.raises(
        AttributeError, match=rf"has no attribute '{last}'.*: {MISSING[name]}.*\(lesson \d\d\)"
    ):
        getattr(owner, last)


def test_what_a_tensor_has_not():
    with pytest.raises(
        AttributeError, match=r"'Tensor' object.*Nearest here: resize_, reshape.*\(lesson \d\d\)"
    ):
        torchlet.ones(1).resize_as_  # noqa: B018
    assert not hasattr(torchlet.ones(1), "__cuda_array_interface__")


def test_every_name_of_pytorchs_tensors_is_here_or_is_answered():
    x = torchlet.ones(1)
    theirs = {name for name in dir(torch.Tensor) if not name.startswith("_")}
    assert theirs - set(dir(x)) <= absent.NAMES
    assert not absent.NAMES & set(dir(x))
    for name in absent.NAMES:
        for owner in (x, torchlet.Tensor):
            with pytest.raises(AttributeError, match=f"has no attribute '{name}'"):
                getattr(owner, name)


def test_a_mistyped_name_of_a_tensor_names_the_nearest():
    run = subprocess.run(
        [sys.executable, "-c", "import torchlet; torchlet.ones(1).reshap"], capture_output=True, text=True
    )
    # Python 3.11 has its own word for that; see `protocol`
    nearest = "Did you mean: 'reshape'" if sys.version_info < (3, 12) else "Nearest here: reshape"
    assert nearest in run.stderr
