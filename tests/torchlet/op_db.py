"""PyTorch's own operator database as judge: its sample inputs and its error inputs, on PyTorch and on torchlet.

    python -m tests.torchlet.op_db_table             # the table, for every operation that torchlet has
    python -m tests.torchlet.op_db_table exp sum     # some of them, with each thing that differs
    python -m tests.torchlet.op_db_table --write     # the table into docs/op_db.md

A sample counts as passed when value, dtype and shape are PyTorch's; so do its gradients and second gradients, asked for
in float64. An error counts when its type and the first sentence of its message are PyTorch's.
"""

import collections
import itertools
import types
import warnings

import numpy as np
import torch

import torchlet

COLUMNS = ("values", "in_place", "gradients", "second", "errors")
DTYPES = (torch.float64, torch.float32, torch.int64, torch.bool)
PER_DTYPE = 5  # samples of each source (sample inputs, reference inputs, not contiguous) in each dtype
LARGEST = 2000  # elements of a tensor whose gradients are compared
TOLERANCE = {"float16": 2e-3, "float32": 2e-5, "float64": 1e-9}
# Numbers are drawn from a stream of our own, or memory is not initialised: only shape and dtype can agree.
RANDOM = {
    "bernoulli", "empty", "empty_like", "multinomial", "new_empty", "nn.functional.dropout", "normal", "rand_like",
    "randint", "randint_like", "randn", "randn_like",
}  # fmt: skip


class OutOfScope(Exception):
    """A sample asks for what this core does not have at all: complex numbers, memory formats, sparse tensors."""


class Differs(Exception):
    """What torchlet does is not what PyTorch does."""


def database():
    """PyTorch's list of operations. Importing it takes seconds, and warns about what is not installed."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_methods_invocations import op_db
    return op_db


def ours(op):
    """The torchlet function of that name, else the method; None if there is neither."""
    return _function(op) or (None if "." in op.name else _method(op.name))


def _function(op):
    found = torchlet
    for part in op.name.split("."):
        found = getattr(found, part, None)
    return found if callable(found) and not isinstance(found, torchlet.dtype) else None


def _method(name):
    found = getattr(torchlet.Tensor, name.rpartition(".")[2], None)
    return found if callable(found) else None


def known_operations():
    """{name, with the variant: its entries} for the entries whose operation torchlet has."""
    found = collections.defaultdict(list)
    for op in database():
        if ours(op) is not None and not op.name.startswith("torch.ops"):
            found[f"{op.name} {op.variant_test_name}".strip()].append(op)
    return dict(found)


# --- the same call for both ---


def converted(value, copy=False):
    """A sample's value for torchlet: tensors with their strides, dtypes, and whatever contains them."""
    if isinstance(value, torch.Tensor):
        if value.dtype.is_complex or value.layout != torch.strided or not hasattr(torchlet, _name(value)):
            raise OutOfScope(f"a tensor of {value.dtype}, {value.layout}")
        array = value.numpy(force=True)
        made = torchlet.from_numpy(array.copy("K") if copy else array)
        return made.requires_grad_() if value.requires_grad else made
    if isinstance(value, torch.dtype):
        if not hasattr(torchlet, str(value).removeprefix("torch.")):
            raise OutOfScope(str(value))
        return getattr(torchlet, str(value).removeprefix("torch."))
    if isinstance(value, torch.device):
        return torchlet.device(str(value))
    if isinstance(value, torch.Size):
        return torchlet.Size(value)
    if isinstance(value, (tuple, list)):
        parts = [converted(v, copy) for v in value]
        return parts if isinstance(value, list) else tuple(parts)
    if isinstance(value, dict):
        return {k: converted(v, copy) for k, v in value.items()}
    if isinstance(value, (complex, torch.layout, torch.memory_format)):
        raise OutOfScope(repr(value))
    return value


def _name(tensor):
    return str(tensor.dtype).removeprefix("torch.")


def on_torchlet(op):
    """The call of a database entry with torchlet in PyTorch's place: wrappers are run as they are written."""
    call = op.op
    if isinstance(call, types.FunctionType) and "common_methods" in call.__module__ and op.name not in RANDOM:
        names = {**call.__globals__, "torch": torchlet}
        return types.FunctionType(call.__code__, names, call.__name__, call.__defaults__, call.__closure__)
    return ours(op)


def attempt(call, sample):
    """The result of a call, or the exception."""
    try:
        return call(sample.input, *sample.args, **sample.kwargs)
    except Exception as error:
        return error


def translated(sample, copy=False):
    parts = converted((sample.input, tuple(sample.args), sample.kwargs), copy)
    return types.SimpleNamespace(input=parts[0], args=parts[1], kwargs=parts[2])


def leaves(value):
    """All tensors and plain values in a nest of tuples, lists and dicts."""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, (tuple, list)) and not isinstance(value, (torch.Size, torchlet.Size)):
        return [leaf for part in value for leaf in leaves(part)]
    return [value]


def same(mine, theirs, values=True):
    """Raises Differs unless two results agree in type, shape, dtype and values."""
    mine, theirs = leaves(mine), leaves(theirs)
    if len(mine) != len(theirs):
        raise Differs(f"{len(mine)} results for {len(theirs)}")
    for a, b in zip(mine, theirs, strict=True):
        if isinstance(a, Exception):
            raise Differs(_told(a))
        if not isinstance(b, torch.Tensor):
            if a != b:
                raise Differs(f"{a!r} for {b!r}")
            continue
        if not isinstance(a, torchlet.Tensor):
            raise Differs(f"a {type(a).__name__} for a tensor")
        if tuple(a.shape) != tuple(b.shape):
            raise Differs(f"shape {tuple(a.shape)} for {tuple(b.shape)}")
        if str(a.dtype) != str(b.dtype):
            raise Differs(f"{a.dtype} for {b.dtype}")
        limit = TOLERANCE.get(_name(b), 0)
        x, y = a.numpy(force=True), b.numpy(force=True)
        if values and not np.allclose(x, y, rtol=limit, atol=limit, equal_nan=True):
            raise Differs(f"values {x.ravel()[:4]} for {y.ravel()[:4]}")


def gradients(module, outputs, inputs, seed):
    """Gradients of the outputs weighted with fixed numbers, and those of these gradients; None where there is none."""
    rng = np.random.default_rng(seed)
    outputs = [o for o in leaves(outputs) if isinstance(o, module.Tensor) and o.requires_grad]
    if not outputs or not inputs:
        return ()
    weights = [module.from_numpy(np.asarray(rng.uniform(0.5, 1.5, tuple(o.shape)))) for o in outputs]
    weights = [w.to(o.dtype) for w, o in zip(weights, outputs, strict=True)]
    return module.autograd.grad(outputs, inputs, weights, create_graph=True, allow_unused=True)


def same_gradients(mine, theirs):
    for a, b in itertools.zip_longest(mine, theirs):
        if a is None or b is None:  # "no path" and "zero" are the same number
            other = a if b is None else b
            if other is not None and other.numpy(force=True).any():
                raise Differs(f"{a} for {b}")
        else:
            same(a, b)


def first_sentence(error):
    """The first sentence of a message: the line that says what is wrong."""
    return str(error).strip().split("\n")[0].partition(". ")[0].rstrip(".")


def _told(error):
    return f"{type(error).__name__}: {first_sentence(error)}"


# --- what is counted ---


class Count:
    """Passed and total of each column for one operation, and what differed."""

    def __init__(self):
        self.passed, self.total = collections.Counter(), collections.Counter()
        self.differences = []
        self.out_of_scope = 0

    def check(self, column, about, compare, *args):
        """Counts one comparison."""
        self.total[column] += 1
        try:
            compare(*args)
        except OutOfScope:
            self.total[column] -= 1
            self.out_of_scope += 1
        except Exception as error:
            what = str(error) if isinstance(error, Differs) else f"{type(error).__name__}: {error}"
            self.differences.append((column, about, what))
        else:
            self.passed[column] += 1

    def cell(self, column):
        return f"{self.passed[column]}/{self.total[column]}" if self.total[column] else ""


def samples_of(op, dtype, per_dtype):
    """A bounded, repeatable choice of the samples of one dtype, spread over all that there are."""
    torch.manual_seed(0)
    np.random.seed(0)
    found = list(op.sample_inputs("cpu", dtype))
    chosen = _spread(found, per_dtype)
    if op.reference_inputs_func is not None:
        chosen += _spread(list(op.reference_inputs("cpu", dtype)), per_dtype)
    chosen = [sample for sample in chosen if not _is_sparse(sample)]
    if dtype == torch.float64:
        chosen += [s.noncontiguous() for s in _spread(found, per_dtype) if not _is_sparse(s)]
    return chosen


def _is_sparse(sample):
    tensors = leaves((sample.input, sample.args, sample.kwargs))
    return any(isinstance(t, torch.Tensor) and t.layout != torch.strided for t in tensors)


def _spread(found, most):
    step = max(1, -(-len(found) // most))
    return found[::step]


def check_values(op, sample, count):
    """Function, method and operator of one sample."""
    theirs = attempt(op.op, sample)
    if isinstance(theirs, Exception):
        return
    exact = op.name not in RANDOM
    calls = {"function": on_torchlet(op)}
    if op.method_variant is not None and _method(op.name) and isinstance(sample.input, torch.Tensor):
        calls["method"] = _method(op.name)
    if op.operator_variant is not None:
        calls["operator"] = op.operator_variant
    for kind, call in calls.items():
        if kind != "function":
            variant = op.method_variant if kind == "method" else op.operator_variant
            theirs = attempt(variant, sample)
            if isinstance(theirs, Exception):
                continue
        count.check(
            "values",
            about(kind, sample),
            lambda c, t: same(attempt(c, translated(sample)), t, exact),
            call,
            theirs,
        )


def check_in_place(op, sample, count):
    """`x.op_()`: the result, also where PyTorch refuses."""
    name = op.name.rpartition(".")[2] + "_"
    if op.inplace_variant is None or _method(name) is None or not isinstance(sample.input, torch.Tensor):
        return
    fresh = sample.transform(lambda t: t.clone() if isinstance(t, torch.Tensor) else t)
    theirs = attempt(op.inplace_variant, fresh)

    def compare():
        mine = attempt(_method(name), translated(sample, copy=True))
        if isinstance(theirs, Exception):
            if not isinstance(mine, Exception):
                raise Differs(f"nothing raised, for {_told(theirs)}")
        else:
            same(mine, theirs, op.name not in RANDOM)

    count.check("in_place", about("in place", sample), compare)


def check_gradients(op, sample, count):
    """Gradients, and the gradients of gradients."""
    tensors = [t for t in leaves((sample.input, sample.args, sample.kwargs)) if isinstance(t, torch.Tensor)]
    if not any(t.requires_grad for t in tensors) or sum(t.numel() for t in tensors) > LARGEST:
        return
    process = sample.output_process_fn_grad
    theirs = attempt(op.op, sample)
    if isinstance(theirs, Exception):
        return
    inputs = [t for t in tensors if t.requires_grad]
    first = gradients(torch, process(theirs), inputs, 1)
    try:
        second = gradients(torch, first, inputs, 2) if op.supports_gradgrad else None
    except (RuntimeError, NotImplementedError):
        second = None
    mine = []

    def compare_first():
        call = translated(sample)
        given = [t for t in leaves((call.input, call.args, call.kwargs)) if isinstance(t, torchlet.Tensor)]
        given = [t for t in given if t.requires_grad]
        answer = on_torchlet(op)(call.input, *call.args, **call.kwargs)
        found = gradients(torchlet, process(answer), given, 1)
        mine.extend((given, found))
        same_gradients(found, first)

    count.check("gradients", about("gradient", sample), compare_first)
    if second and mine:
        count.check(
            "second",
            about("second", sample),
            lambda: same_gradients(gradients(torchlet, mine[1], mine[0], 2), second),
        )


def check_errors(op, count):
    """What PyTorch refuses, torchlet refuses with the same words."""
    if op.error_inputs_func is None:
        return
    torch.manual_seed(0)
    for error_input in op.error_inputs("cpu"):
        sample = error_input.sample_input
        theirs = attempt(op.op, sample)
        if not isinstance(theirs, Exception):
            continue

        def compare(sample=sample, theirs=theirs):
            mine = attempt(on_torchlet(op), translated(sample))
            if not isinstance(mine, Exception):
                raise Differs(f"nothing raised, for {_told(theirs)}")
            if type(mine).__name__ != type(theirs).__name__ or first_sentence(mine) != first_sentence(theirs):
                raise Differs(f"{_told(mine)}, for {_told(theirs)}")

        count.check("errors", about("error", sample), compare)


def about(kind, sample):
    return f"{kind} of {sample.summary()}"[:160]


def judge(entries, per_dtype=PER_DTYPE):
    """The Count of one operation."""
    count = Count()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for op in entries:
            for dtype in (d for d in DTYPES if d in op.supported_dtypes("cpu")):
                for sample in samples_of(op, dtype, per_dtype):
                    check_values(op, sample, count)
                    check_in_place(op, sample, count)
            if op.supports_autograd and torch.float64 in op.supported_dtypes("cpu") and op.name not in RANDOM:
                torch.manual_seed(0)
                found = list(op.sample_inputs("cpu", torch.float64, requires_grad=True))
                for sample in _spread(found, per_dtype):
                    check_gradients(op, sample, count)
            check_errors(op, count)
    return count
