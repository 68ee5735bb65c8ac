"""Checkpointing: forget what lies between, compute it again on the way back. Memory is paid for with time."""

from ..creation import ones
from ..function import Function
from ..grad_mode import enable_grad
from ..tensor import Tensor


def checkpoint(function, *args, use_reentrant=True, **kwargs):
    """`function(*args, **kwargs)`, keeping only its inputs for the backward pass, which computes it a second time.

    Gradients reach the tensors among `args` and every leaf that the function uses. Since the second computation has a
    backward pass of its own, gradients of those leaves are accumulated: `autograd.grad` does not report them.
    `function` must compute the same when it is called again: no fresh random numbers.
    """
    if isinstance(function, type) or not callable(function):
        raise TypeError(f"checkpoint takes a function and its arguments, not {type(function).__name__}")
    # The extra input asks for a gradient, so that the pass comes by even if only inner parameters do.
    return _Checkpoint.apply(function, kwargs, ones((), requires_grad=True), *args)


class _Checkpoint(Function):
    @staticmethod
    def forward(ctx, function, kwargs, asking, *args):
        ctx.run, ctx.kwargs = function, kwargs
        ctx.others = [None if isinstance(arg, Tensor) else arg for arg in args]
        ctx.places = [i for i, arg in enumerate(args) if isinstance(arg, Tensor)]
        ctx.save_for_backward(*[args[i] for i in ctx.places])
        return function(*args, **kwargs)

    @staticmethod
    def backward(ctx, *gradients):
        from ..backward import backward

        args = list(ctx.others)
        for i, saved in zip(ctx.places, ctx.saved_tensors, strict=True):
            args[i] = saved.detach().requires_grad_(saved.requires_grad)
        with enable_grad():
            outputs = ctx.run(*args, **ctx.kwargs)
        outputs = (outputs,) if isinstance(outputs, Tensor) else outputs
        pairs = [
            (out, g)
            for out, g in zip(outputs, gradients, strict=True)
            if isinstance(out, Tensor) and out.requires_grad and g is not None
        ]
        if pairs:
            backward([out for out, _ in pairs], [g for _, g in pairs])
        found = [arg.grad if isinstance(arg, Tensor) and arg.requires_grad else None for arg in args]
        return (None, None, None, *found)
