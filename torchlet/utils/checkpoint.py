"""Checkpointing: forget what lies between, compute it again on the way back. Memory is paid for with time."""

import warnings
from contextlib import nullcontext

from ..backward import backward
from ..filled import ones
from ..function import Function
from ..grad_mode import enable_grad, recording
from ..packing import saved_tensors_hooks
from ..random import fork_rng, get_rng_state, set_rng_state
from ..tensor import Tensor


class CheckpointError(RuntimeError):
    """The second computation did not save what the first one had saved."""


def checkpoint(
    function,
    *args,
    use_reentrant=None,
    context_fn=lambda: (nullcontext(), nullcontext()),
    determinism_check="default",
    early_stop=True,
    preserve_rng_state=True,
    **kwargs,
):
    """`function(*args, **kwargs)`, keeping only its inputs for the backward pass, which computes it a second time.

    `use_reentrant=False`: the operations are recorded, but not what they save; that is computed again when it is asked
    for, up to the last value that is needed (with `early_stop`). `context_fn` gives a context for each of the two
    computations. `use_reentrant=True`: nothing is recorded; the second computation has a backward pass of its
    own, inside the first. Gradients come only if an argument requires grad, and not through `autograd.grad`.
    Random numbers are the same again, unless `preserve_rng_state=False`.
    """
    if use_reentrant is None:
        warnings.warn(_BE_EXPLICIT, UserWarning, stacklevel=2)
        use_reentrant = True
    if not use_reentrant:
        contexts = context_fn()
        return _recorded(function, args, kwargs, contexts, determinism_check, early_stop, preserve_rng_state)
    if kwargs:
        raise ValueError("Unexpected keyword arguments: " + ",".join(kwargs))
    if not any(arg.requires_grad for arg in args if isinstance(arg, Tensor)):
        warnings.warn(
            "None of the inputs have requires_grad=True. Gradients will be None", UserWarning, stacklevel=2
        )
    return CheckpointFunction.apply(function, preserve_rng_state, *args)


_BE_EXPLICIT = (
    "torch.utils.checkpoint: the use_reentrant parameter should be passed explicitly. Starting in PyTorch 2.9, calling "
    "checkpoint without use_reentrant will raise an exception. use_reentrant=False is recommended, but if you need to "
    "preserve the current default behavior, you can pass use_reentrant=True. Refer to docs for more details on the "
    "differences between the two variants."
)


def _replay(function, args, kwargs, rng_state):
    """Computes again, from the same place in the stream of random numbers, recording."""
    with fork_rng(enabled=rng_state is not None), enable_grad():
        if rng_state is not None:
            set_rng_state(rng_state)
        return function(*args, **kwargs)


def _again_leaves(args, saved):
    """The arguments with each tensor as a leaf of its own."""
    saved = iter(saved)
    return [
        next(saved).detach().requires_grad_(arg.requires_grad) if isinstance(arg, _Given) else arg
        for arg in args
    ]


class _Given:
    """What is known of a tensor argument whose numbers are saved."""

    def __init__(self, tensor):
        self.requires_grad = tensor.requires_grad


def _without_tensors(args):
    return [_Given(arg) if isinstance(arg, Tensor) else arg for arg in args]


class CheckpointFunction(Function):
    @staticmethod
    def forward(ctx, function, preserve_rng_state, *args):
        ctx.function, ctx.args = function, _without_tensors(args)
        ctx.rng_state = get_rng_state() if preserve_rng_state else None
        ctx.save_for_backward(*[arg for arg in args if isinstance(arg, Tensor)])
        return function(*args)

    @staticmethod
    def backward(ctx, *gradients):
        if recording.partial:
            raise RuntimeError(
                "When use_reentrant=True, torch.utils.checkpoint is incompatible with .grad() or passing an `inputs` "
                "parameter to .backward(). To resolve this error, you can either set use_reentrant=False, or call "
                ".backward() without passing the `inputs` argument."
            )
        args = _again_leaves(ctx.args, ctx.saved_tensors)
        outputs = _replay(ctx.function, args, {}, ctx.rng_state)
        outputs = (outputs,) if isinstance(outputs, Tensor) else outputs
        pairs = [
            (out, g)
            for out, g in zip(outputs, gradients, strict=True)
            if isinstance(out, Tensor) and out.requires_grad
        ]
        if not pairs:
            raise RuntimeError("none of output has requires_grad=True, this checkpoint() is not necessary")
        backward([out for out, _ in pairs], [g for _, g in pairs])
        return (None, None, *[arg.grad if isinstance(arg, Tensor) else None for arg in args])


class _Inputs(Function):
    """Keeps the arguments as the graph keeps everything: counted, checked for writes, open to hooks."""

    @staticmethod
    def forward(ctx, asking, *tensors):
        ctx.save_for_backward(*tensors)
        return asking.clone()

    @staticmethod
    def backward(ctx, *gradients):
        raise AssertionError("nothing was computed with this")


class _Enough(Exception):
    """All that was saved has been computed again."""


def _recorded(function, args, kwargs, contexts, determinism_check, early_stop, preserve_rng_state):
    """The kind that is recorded: each saved value is a number, by which the second computation finds it."""
    if determinism_check not in ("default", "none"):
        raise ValueError(
            f"determinism_check should be one of ['default', 'none'], but got {determinism_check}"
        )
    if not recording.enabled:
        return function(*args, **kwargs)
    during_forward, during_replay = contexts
    rng_state = get_rng_state() if preserve_rng_state else None
    asking = ones((), requires_grad=True)
    inputs = _Inputs.apply(asking, *[arg for arg in args if isinstance(arg, Tensor)]).grad_fn
    args_again = _without_tensors(args)
    forms = []  # of each saved value, in order
    found = {}  # number: the value, until it is fetched

    def replay():
        found.clear()
        count = 0

        def collect(tensor):
            nonlocal count
            if count == len(forms) and not early_stop:
                raise CheckpointError(
                    "torch.utils.checkpoint: trying to save more tensors during recomputation than during the original "
                    "forward pass."
                )
            found[count] = tensor.detach()
            count += 1
            if early_stop and count == len(forms):
                raise _Enough
            return tensor.detach()

        again = _again_leaves(args_again, inputs.saved_tensors)
        try:
            with during_replay, saved_tensors_hooks(collect, lambda kept: kept):
                _replay(function, again, kwargs, rng_state)
        except _Enough:
            pass
        if count != len(forms):
            raise CheckpointError(
                "torch.utils.checkpoint: A different number of tensors was saved during the original forward and "
                f"recomputation.\nNumber of tensors saved during forward: {len(forms)}\n"
                f"Number of tensors saved during recomputation: {count}."
            )
        different = [
            f"tensor at position {i}:\nsaved metadata: {form}\nrecomputed metadata: {_form(found[i])}"
            for i, form in enumerate(forms)
            if determinism_check == "default" and _form(found[i]) != form
        ]
        if different:
            raise CheckpointError(
                "torch.utils.checkpoint: Recomputed values for the following tensors have different metadata than during "
                "the forward pass.\n" + "\n".join(different)
            )

    def pack(tensor):
        forms.append(_form(tensor))
        return len(forms) - 1

    def unpack(number):
        if number not in found:
            replay()
        return found.pop(number)

    with during_forward, saved_tensors_hooks(pack, unpack):
        return function(*args, **kwargs)


def _form(tensor):
    return {"shape": tensor.shape, "dtype": tensor.dtype, "device": tensor.device}
