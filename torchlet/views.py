"""Views: tensors that look at the memory of another one.

A view and its base share an array, the count of writes, and their fate in autograd: writing to one changes what the
other is a function of. So a view remembers how it is made from its base, and a base remembers its living views;
`in_place` makes use of both.
"""

import weakref

from .devices import cpu
from .grad_mode import recording
from .graph import OPERATIONS, Node, Output, next_number
from .record import record
from .tensor import wrap

_new = object.__new__


class View:
    """How a view comes from its base, which is no view itself: one step after the other; `steps` is None if nobody knows.

    `refused`: None, or why there is no recording of writes to it: a key of `errors.REFUSED_VIEWS`.
    """

    __slots__ = ("base", "refused", "steps")


def replay(steps, base):
    """The view of `base` that these steps lead to."""
    for step in steps:
        base = step(base)
    return base


def view(node_name, input, array, step, **parameters):
    """`array`, a view of `input`'s memory, as a tensor recorded as `node_name`; `step(input)` would make it again."""
    if input._device is not cpu or recording.trace is not None:
        result = record(node_name, (input,), array, **parameters)
    else:  # the same, written out: views are made often
        result = wrap(array)
        if input._requires_grad and recording.enabled:
            operation = OPERATIONS[node_name]
            node = _new(Node)
            node.operation = operation
            node.number = next_number()
            node.writes = recording.writes
            node.next = (input._node or input,)
            node.fits = parameters.get("fits")
            node.versions = node.out_version = node.notes = None
            node.inputs = ()
            node.saved = (None, None, *map(parameters.__getitem__, operation.parameters))
            result._node = node
            result._requires_grad = True
    link(result, input, step)
    return result


def views(node_name, input, arrays, steps, **parameters):
    """Several views that one operation gives, as a tuple."""
    first = record(node_name, (input,), arrays[0], shapes=[a.shape for a in arrays], **parameters)
    results = [first, *(wrap(a, input._device) for a in arrays[1:])]
    node = first._node
    if node is not None:
        node.outputs = len(arrays)
        for i, result in enumerate(results):
            result._node, result._requires_grad = Output(node, i), True
    for result, step in zip(results, steps, strict=True):
        link(result, input, step, "several")
    return tuple(results)


def share(result, input):
    """From now on, a write to one of the two counts for both."""
    writes = input._writes
    if writes is None:
        writes = input._writes = [0]
    result._writes = writes


def link(result, input, step, refused=None):
    """Makes `result` the view of `input` that `step` gives."""
    share(result, input)
    view = _new(View)
    before = input._view
    if before is None:
        view.base, view.steps, view.refused = input, (step,), refused
    else:
        view.base, view.steps = before.base, before.steps and (*before.steps, step)
        view.refused = refused or before.refused
    result._view = view
    known = view.base._views
    if known is None:
        view.base._views = [weakref.ref(result)]
        return
    known.append(weakref.ref(result))
    count = len(known)
    if count > 4 and count & (count - 1) == 0:  # at powers of two, forget the dead
        known[:] = [reference for reference in known if reference() is not None]


def living_views(base):
    """The views of `base` that someone still holds."""
    return [view for view in (reference() for reference in base._views or ()) if view is not None]
