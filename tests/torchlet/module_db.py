"""PyTorch's database of its modules as judge: constructor and inputs of each sample, on PyTorch and on torchlet.

A sample counts as passed when the result, the printed form of the module and the names of its state are PyTorch's. It is run
while training and not, in float64 and float32. Gradients reach the inputs and the parameters.
"""

import warnings

import torch

import torchlet
from tests.torchlet import op_db


def known_modules():
    """{name: entry} for the modules of PyTorch's database that torchlet has."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from torch.testing._internal.common_modules import module_db
    return {info.name: info for info in module_db if hasattr(torchlet.nn, info.module_cls.__name__)}


def built(info, sample, dtype):
    """The module of a sample: PyTorch's, and ours with the same parameters."""
    given = sample.constructor_input
    theirs = info.module_cls(*given.args, **given.kwargs).to(dtype)
    args, kwargs = op_db.converted((tuple(given.args), given.kwargs))
    ours = getattr(torchlet.nn, info.module_cls.__name__)(*args, **kwargs)
    ours = ours.to(getattr(torchlet, str(dtype).removeprefix("torch.")))
    ours.load_state_dict({name: op_db.converted(value) for name, value in theirs.state_dict().items()})
    return ours, theirs


def judge(info):
    """The Count of one module."""
    count = op_db.Count()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for dtype in (torch.float64, torch.float32):
            for training in (True, False):
                torch.manual_seed(0)
                samples = info.module_inputs_func(
                    info, device="cpu", dtype=dtype, requires_grad=dtype == torch.float64, training=training
                )
                for sample in samples:
                    check(info, sample, dtype, training, count)
    return count


def check(info, sample, dtype, training, count):
    forward = sample.forward_input
    about = f"{info.name}({sample.constructor_input.args}, {sample.constructor_input.kwargs})"
    mine = []

    def values():
        ours, theirs = (module.train(training) for module in built(info, sample, dtype))
        answer = theirs(*forward.args, **forward.kwargs)
        args, kwargs = op_db.converted((tuple(forward.args), forward.kwargs))
        our_answer = ours(*args, **kwargs)
        op_db.same(our_answer, answer)
        if repr(ours) != repr(theirs):
            raise op_db.Differs(f"{ours!r} for {theirs!r}")
        if list(ours.state_dict()) != list(theirs.state_dict()):
            raise op_db.Differs(f"state {list(ours.state_dict())} for {list(theirs.state_dict())}")
        mine.append((ours, our_answer, args, kwargs, theirs, answer))

    count.check("values", about, values)
    if dtype != torch.float64 or not training or not mine:
        return
    ours, our_answer, args, kwargs, theirs, answer = mine[0]
    inputs = asking(torch, forward.args, forward.kwargs, theirs)
    our_inputs = asking(torchlet, args, kwargs, ours)
    if not answer.requires_grad or not inputs:
        return
    first = op_db.gradients(torch, answer, inputs, 1)
    ours_first = []

    def gradients():
        ours_first.extend(op_db.gradients(torchlet, our_answer, our_inputs, 1))
        op_db.same_gradients(ours_first, first)

    count.check("gradients", about, gradients)
    if info.supports_gradgrad and ours_first and any(g is not None and g.requires_grad for g in first):
        count.check(
            "second",
            about,
            lambda: op_db.same_gradients(
                op_db.gradients(torchlet, ours_first, our_inputs, 2),
                op_db.gradients(torch, first, inputs, 2),
            ),
        )


def asking(module, args, kwargs, layer):
    """What gradients are asked for: of the inputs, and of the parameters."""
    found = [t for t in op_db.leaves((tuple(args), kwargs)) if isinstance(t, module.Tensor)]
    return [t for t in found if t.requires_grad] + list(layer.parameters())
