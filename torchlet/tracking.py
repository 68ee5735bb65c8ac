"""What a tensor is asked about its place in the graph: backward, retain_grad, hooks."""

import weakref

from . import backward as _backward
from . import errors


def backward(input, gradient=None, retain_graph=None, create_graph=False, inputs=None):
    """Adds the gradient of this tensor to `.grad` of the leaves that it was computed from.

    A tensor of one element needs no `gradient`; for any other, `gradient` is the vector of the vector-Jacobian product.
    """
    _backward.backward(input, gradient, retain_graph, create_graph, None, inputs)


def retain_grad(input):
    """Lets this result keep its gradient in `.grad`, as leaves do. Nothing to do for a leaf."""
    if not input._requires_grad:
        raise errors.retain_without_grad()
    if input._node is None or input.retains_grad:
        return
    input._node.note("retained", []).append(weakref.ref(input))
    input._node.notes["device"] = input._device


class Handle:
    """What `register_hook` gives: `remove()` takes the hook away."""

    _count = 0

    def __init__(self, hooks):
        Handle._count += 1
        self.id, self._hooks = Handle._count, hooks

    def remove(self):
        self._hooks.pop(self.id, None)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.remove()


def register_hook(input, hook):
    """Calls `hook(gradient)` when the gradient of this tensor is complete; what it returns replaces the gradient.

    RuntimeError for a tensor that does not require grad.
    """
    if not input._requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    if input._node is None:
        if input._hooks is None:
            input._hooks = {}
        hooks = input._hooks
    else:
        hooks = input._node.note("hooks", {})
        input._node.notes["device"] = input._device
    handle = Handle(hooks)
    hooks[handle.id] = hook
    return handle


def register_post_accumulate_grad_hook(input, hook):
    """Calls `hook(leaf)` each time after `backward` added to the `.grad` of this leaf."""
    if not input._requires_grad:
        raise RuntimeError("cannot register a hook on a tensor that doesn't require gradient")
    if input._node is not None:
        raise RuntimeError("post accumulate grad hooks cannot be registered on non-leaf tensors")
    if input._hooks is None:
        input._hooks = {}
    hooks = input._hooks.setdefault("after", {})
    handle = Handle(hooks)
    hooks[handle.id] = hook
    return handle


def detach_(input):
    """Cuts this tensor off from its history, in place: it becomes a leaf that does not require grad."""
    if input._view is not None:
        raise RuntimeError(
            "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for "
            "training, and gradient_as_bucket_view is set as True, gradients are views of DDP buckets, and hence "
            "detach_() cannot be called on these gradients. To fix this error, please refer to the "
            "Optimizer.zero_grad() function in torch/optim/optimizer.py as a solution."
        )
    input._node, input._requires_grad = None, False
    return input
