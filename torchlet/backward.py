"""`backward` and `grad`: what one asks of the backward pass, and where its gradients are put."""

import numpy

from . import engine, errors, kernels
from .grad_mode import recording
from .tensor import Tensor, wrap


def backward(
    tensors, grad_tensors=None, retain_graph=None, create_graph=False, grad_variables=None, inputs=None
):
    """Adds to `.grad` of every leaf the gradient of the sum of `tensors`, each weighted with its grad_tensor.

    A tensor of one element needs no weight (it is 1); any other needs one of its shape: what is computed is the
    vector-Jacobian product. The graph's saved values are freed unless `retain_graph`. `create_graph`: the
    gradients can be differentiated again. `inputs`: accumulate in these tensors only.
    """
    if inputs is not None:
        _backward_to(inputs, tensors, grad_tensors, retain_graph, create_graph)
        return
    if isinstance(tensors, Tensor):
        roots = (tensors._node or tensors,)
        gradients = (_first(tensors, grad_tensors, 0, create_graph),)
    else:
        tensors = tuple(tensors)
        roots = [t._node or t for t in tensors]
        gradients = _initial(tensors, _as_tuple(grad_tensors, len(tensors)), create_graph)
    keep_graph = create_graph if retain_graph is None else retain_graph
    for leaf, g in engine.run(roots, gradients, keep_graph, create_graph).items():
        accumulate(leaf, g)


def _backward_to(inputs, tensors, grad_tensors, retain_graph, create_graph):
    """`backward` with `inputs`: their gradients are accumulated, those of all others are not."""
    inputs = _as_tuple(inputs)
    if not inputs:
        raise RuntimeError("`inputs` argument to `backward()` cannot be empty.")
    inputs = tuple(dict.fromkeys(inputs))
    found = _found(tensors, inputs, grad_tensors, retain_graph, create_graph, Tensor.retain_grad)
    for tensor, g in zip(inputs, found, strict=True):
        if g is not None and tensor._node is None:
            accumulate(tensor, g)


def grad(
    outputs,
    inputs,
    grad_outputs=None,
    retain_graph=None,
    create_graph=False,
    allow_unused=None,
    is_grads_batched=False,
    materialize_grads=False,
):
    """The gradients of the (weighted) sum of `outputs` with respect to `inputs`, as a tuple; `.grad` stays.

    RuntimeError for an input that `outputs` do not depend on, unless `allow_unused` (then None) or
    `materialize_grads` (then zeros).
    """
    if is_grads_batched:
        raise NotImplementedError("is_grads_batched needs vmap, which this core does not have: use a loop.")
    inputs = _as_tuple(inputs)
    if not inputs:
        raise RuntimeError("`inputs` argument to `grad()` cannot be empty.")
    results = []
    found = _found(outputs, inputs, grad_outputs, retain_graph, create_graph, _require_grad)
    hooked = {}  # what the hooks made of the gradient of a leaf, which may be asked for twice
    for position, (tensor, g) in enumerate(zip(inputs, found, strict=True)):
        if g is None:
            if not (allow_unused or materialize_grads):
                raise errors.unused(position)
            if materialize_grads:
                g = numpy.zeros_like(tensor._array)
        elif tensor._hooks:
            if tensor not in hooked:
                hooked[tensor] = _through_hooks(tensor, g)
            g = hooked[tensor]
        results.append(g if g is None or isinstance(g, Tensor) else wrap(g, tensor._device))
    return tuple(results)


def _require_grad(input):
    if not input._requires_grad:
        raise errors.differentiated_requires_no_grad()


def _found(outputs, inputs, grad_outputs, retain_graph, create_graph, prepare):
    """What flows to each of `inputs`, None where nothing does; other leaves are left alone.

    `prepare`: done to each input before, once it is sure that the outputs can be differentiated.
    """
    outputs = _as_tuple(outputs)
    gradients = _initial(outputs, _as_tuple(grad_outputs, len(outputs)), create_graph)
    for input in inputs:
        prepare(input)
    roots = [t._node or t for t in outputs]
    wanted = [t._node or t for t in inputs]
    captured = {w: None for w in wanted if not isinstance(w, Tensor)}
    keep_graph = create_graph if retain_graph is None else retain_graph
    before, recording.partial = recording.partial, True
    try:
        leaves = engine.run(roots, gradients, keep_graph, create_graph, _leading_to(roots, wanted), captured)
    finally:
        recording.partial = before
    return [leaves.get(w) if isinstance(w, Tensor) else captured[w] for w in wanted]


def accumulate(leaf, g):
    """Adds the gradient `g` (an array, or a tensor under create_graph) to `leaf.grad`."""
    hooks = leaf._hooks
    if hooks:
        g = _through_hooks(leaf, g)
    if not leaf._requires_grad:  # it was frozen after the forward pass
        return
    old = leaf._grad
    if type(g) is not numpy.ndarray and isinstance(g, Tensor):
        leaf._grad = g.clone() if old is None else old + g
    else:
        if g.dtype is not leaf._array.dtype:
            g = g.astype(leaf._array.dtype)
        if old is None:
            leaf._grad = wrap(g, leaf._device)
        else:
            array = old._array
            total = array + g
            if type(array) is not numpy.ndarray and isinstance(array, numpy.generic):
                old._array = total
            else:  # for small arrays, adding and then writing is twice as fast as adding in place
                array[...] = total
            recording.writes += 1
            if old._writes is None:
                old._writes = [1]
            else:
                old._writes[0] += 1
    if hooks:
        for hook in list(hooks.get("after", {}).values()):
            hook(leaf)


def _through_hooks(leaf, g):
    for hook in [hook for key, hook in (leaf._hooks or {}).items() if key != "after"]:
        g = engine.hooked(hook, g, leaf._device)
    return g


def _as_tuple(value, length=None):
    """One tensor, several or none, as a tuple."""
    if value is None:
        return (None,) * length
    return (value,) if isinstance(value, Tensor) else tuple(value)


def _initial(tensors, gradients, as_tensors):
    """The gradients that the walk starts with."""
    if len(gradients) != len(tensors):
        raise RuntimeError(f"got {len(tensors)} tensors and {len(gradients)} gradients")
    pairs = list(zip(tensors, gradients, strict=True))
    for position, (tensor, g) in enumerate(pairs):
        _check_first(tensor, g, position)
    return [_first(tensor, g, position, as_tensors) for position, (tensor, g) in enumerate(pairs)]


def _first(tensor, g, position, as_tensor):
    """The gradient of an output that the walk starts with: what was given, or 1 for a tensor of one element."""
    array = tensor._array
    if g is None and array.size == 1 and tensor._requires_grad:
        ones = kernels.one(array)
        return wrap(ones, tensor._device) if as_tensor else ones
    _check_first(tensor, g, position)
    if not tensor._requires_grad:
        raise errors.nothing_requires_grad(position)
    if g._array.dtype != array.dtype:
        g = g.to(tensor.dtype)
    return g if as_tensor else g._array


def _check_first(tensor, g, position):
    """RuntimeError unless the walk can start with `g` at `tensor`."""
    if g is None:
        if tensor._array.size != 1 and tensor._requires_grad:
            raise errors.scalar_output_only()
    elif g._array.shape != tensor._array.shape:
        raise RuntimeError(
            f"Mismatch in shape: grad_output[{position}] has a shape of {g.shape} and "
            f"output[{position}] has a shape of {tensor.shape}."
        )


def _leading_to(roots, wanted):
    """All nodes from which a path leads to something wanted: the only ones that have to be entered."""
    seen = set()
    stack = [root for root in roots if not isinstance(root, Tensor)]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            stack += [t for t in node.next if t is not None and not isinstance(t, Tensor)]
    wanted = set(wanted)
    leading = set()
    for node in sorted(seen, key=lambda node: node.number):  # inputs before what was made of them
        if any(target in wanted or target in leading for target in node.next if target is not None):
            leading.add(node)
    return leading
