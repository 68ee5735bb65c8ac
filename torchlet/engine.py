"""The backward pass: from the outputs back to the leaves, each node once, by a loop.

Nodes are taken in reverse order of creation. A node is always younger than the nodes it leads to, so when
the youngest waiting node is taken, every gradient that flows into it has arrived and been added up. A heap gives the
youngest. Nothing recurses: a chain may be millions of nodes long.
"""

from heapq import heappop, heappush
from itertools import repeat

import numpy

from . import anomaly, dtypes, errors, kernels
from .grad_mode import recording
from .graph import Node, Output
from .tensor import Tensor, wrap

_NONE = repeat(None)  # of a node whose gradients have the form of its inputs


def run(roots, gradients, keep_graph=False, record=False, only=None, captured=None):
    """Walks back from `roots` (nodes or leaves), whose outputs have these `gradients`; returns {leaf: gradient}.

    Gradients are arrays, or with `record=True` tensors that can be differentiated again. `only`: the nodes that
    lead to something wanted; the others are not entered. `captured`: a dict whose keys are nodes; what
    arrives there is put into it.
    """
    heap = []  # (minus its number, node)
    waiting = {}  # node: the sum of the gradients that came so far
    first = held = None  # one node, and its sum, that waits outside of both: on a chain there are no others
    leaves = {}  # leaf: the sum
    for root, g in zip(roots, gradients):  # noqa: B905 (speed)
        if type(root) is not Node and isinstance(root, Tensor):
            leaves[root] = leaves[root] + g if root in leaves else g if record else _own(g)
        elif first is None:
            first, held = root, g
        elif root is first:
            held = held + g
        elif root in waiting:
            waiting[root] = waiting[root] + g
        else:
            waiting[root] = g
            heappush(heap, (-root.number, root))
    as_a_whole = record or recording.anomaly is not None
    before, recording.enabled = recording.enabled, record
    try:
        while first is not None or heap:
            if first is None or (heap and first.number < -heap[0][0]):
                node = heappop(heap)[1]
                g = waiting.pop(node)
            else:
                node, g = first, held
                first = held = None
            operation = node.operation
            given = as_a_whole or operation is None or operation.joint
            if node.notes is not None:
                g = _notice(node, g)
                given = given or "packed" in node.notes
            if only is not None:
                if node in captured:
                    captured[node] = g
                if node not in only:
                    continue
            if given:  # the node has its own way to the gradients of its inputs, or they are not arrays
                if type(node) is Output:
                    _collect(node, g, waiting, heap)
                    continue
                results = anomaly.pulled(node, g, record) if recording.anomaly else node.pulled(g, record)
                pullbacks = [(d, None, None) for d in results]
            else:
                pullbacks = operation.pullbacks
                saved = node.saved
                if saved is None or node.writes != recording.writes:  # freed, or something was written since
                    node.check_saved()
            fits = node.fits or _NONE
            for target, (rule, place, getter), fit in zip(node.next, pullbacks, fits):  # noqa: B905 (speed)
                if target is None:
                    continue
                if given:
                    d = rule
                elif place is not None:
                    d = rule(g, saved[place])
                elif getter is not None:
                    d = rule(g, *getter(saved))
                else:
                    d = rule(g)
                if d is None:
                    continue
                if fit is not None:
                    d = fitted(d, *fit)
                if type(target) is Node or not isinstance(target, Tensor):
                    if first is None and target not in waiting:
                        first, held = target, d
                    elif target is first:
                        held = held + d
                    elif target in waiting:
                        waiting[target] = waiting[target] + d
                    else:
                        waiting[target] = d
                        heappush(heap, (-target.number, target))
                elif target in leaves:
                    leaves[target] = leaves[target] + d
                else:
                    leaves[target] = d if record or (d is not g and d.base is None) else _own(d)
            if node.saved and not keep_graph:
                node.free()
    finally:
        recording.enabled = before
    return leaves


def _own(g):
    """A copy of an array that others may hold, `.grad` will be written to. A number cannot be."""
    return g if type(g) is not numpy.ndarray and isinstance(g, numpy.generic) else g.copy()


def _collect(output, g, waiting, heap):
    """The gradient of one of several outputs takes its place among them."""
    parent = output.parent
    if parent not in waiting:
        waiting[parent] = [None] * parent.outputs
        heappush(heap, (-parent.number, parent))
    waiting[parent][output.index] = g


_FIRST = [tuple(range(count)) for count in range(65)]  # the first dimensions; NumPy has 64 at most


def fitted(d, shape, dtype):
    """Sums over what broadcasting repeated, and goes back to the dtype that the input had."""
    if shape is not None and (wide := d.shape) != shape:
        extra = len(wide) - len(shape)
        dims = _FIRST[extra]
        repeated = wide[extra:] != shape
        if repeated:
            dims += tuple([extra + i for i, n in enumerate(shape) if n == 1 and wide[extra + i] != 1])
        if isinstance(d, Tensor):
            d = d.sum(dims, True)
            d = d.view(shape) if extra else d
        else:
            d = kernels.sum_over(d, dims)
            d = d.reshape(shape) if repeated else d
    if isinstance(d, Tensor):
        return d if d._array.dtype == dtype else d.to(dtypes.of(dtype))
    return d if d.dtype is dtype or d.dtype == dtype else d.astype(dtype)


def _notice(node, g):
    """Hooks may change a gradient on its way; `retain_grad` keeps it; a GPU is told that it has work."""
    notes = node.notes
    is_tensor = isinstance(g, Tensor)
    backend = notes["device"].backend if "device" in notes else None
    if backend is not None and not recording.enabled:
        g = backend.walked(node, g)
    for hook in list(notes.get("hooks", {}).values()):
        g = hooked(hook, g, notes["device"])
    for reference in notes.get("retained", ()):
        tensor = reference()
        if tensor is not None:
            kept = g if is_tensor else wrap(g, notes["device"])
            tensor._grad = kept if tensor._grad is None else tensor._grad + kept
    return g


def hooked(hook, g, device):
    """The gradient that `hook` puts in the place of `g` (an array or a tensor); `g` itself if it answers None."""
    given = g if isinstance(g, Tensor) else wrap(g, device)
    answer = hook(given)
    if answer is None:
        return g
    errors.check_hook_answer(hook, given, answer)
    return answer if given is g else answer._array
