"""From operands to a recorded result: compute, wrap the array in a tensor, and remember how it came about.

The last step happens only if a gradient may be asked for: a node is attached that keeps what the pull-backs of the
operation need. `record` serves all operations but the elementwise ones, which take the same steps in `operators`.
"""

from .devices import cpu
from .grad_mode import recording
from .graph import OPERATIONS, Node, next_number
from .tensor import wrap

_new = object.__new__


def record(name, inputs, out, arrays=None, fits=None, device=None, **parameters):
    """The result `out` (an array) as a tensor, with a node called `name` if any of the tensors `inputs` requires grad.

    `arrays`: what was computed with, if not just the arrays of the inputs. `fits`: for each input None or the shape and
    dtype to bring its gradient to. `device`: that of the result, if not that of the inputs. `parameters`: what
    pull-backs ask for besides inputs and result.
    """
    if device is None:
        device = inputs[0]._device
        if device is not cpu:
            out = device.backend.launched(name, out, [t._array for t in inputs])
    result = wrap(out, device)
    if not recording.enabled:
        return result
    if len(inputs) == 1:
        (input,) = inputs
        if not input._requires_grad:
            return result
        targets, asking = (input._node or input,), _ONE
    elif len(inputs) == 2:
        input, other = inputs
        asking = asks, other_asks = input._requires_grad, other._requires_grad
        if not (asks or other_asks):
            return result
        targets = (input._node or input) if asks else None, (other._node or other) if other_asks else None
    else:
        asking = tuple([t._requires_grad for t in inputs])
        if True not in asking:
            return result
        targets = tuple([(t._node or t) if t._requires_grad else None for t in inputs])
    operation = OPERATIONS[name]
    keeps, keeps_out = operation.keeps.get(asking) or operation.kept_for(asking)
    node = _new(Node)
    node.operation = operation
    node.number = next_number()
    node.writes = recording.writes
    node.next = targets
    node.fits = fits
    node.versions = node.out_version = node.notes = None
    if keeps is None:
        node.inputs, saved = (), operation.nothing
    else:  # of the inputs, those that the pull-backs of the asking ones need
        if len(keeps) == 2 and arrays is None:  # as below, written out: matrices are multiplied often
            keep, keep_other = keeps
            node.inputs = (input if keep else None, other if keep_other else None)
            saved = (input._array if keep else None, other._array if keep_other else None)
        else:
            node.inputs = tuple([t if kept else None for kept, t in zip(keeps, inputs)])  # noqa: B905 (speed)
            pairs = zip(keeps, arrays or [t._array for t in inputs])  # noqa: B905
            saved = [a if kept else None for kept, a in pairs]
        node.versions = versions_of(node.inputs)
    if keeps_out:
        result._writes = node.out_version = [0]
    else:
        out = None
    node.saved = (*saved, out, *map(parameters.__getitem__, operation.parameters))
    if device is not cpu:
        node.note("device", device)
    if recording.trace is not None:
        recording.trace(node)
    result._node = node
    result._requires_grad = True
    return result


_ONE = (True,)


def unrecorded(name, inputs, out):
    """The result `out` as a tensor of an operation that has no derivative: comparisons, indices, integers."""
    device = inputs[0]._device
    if device is not cpu:
        out = device.backend.launched(name, out, [t._array for t in inputs])
    return wrap(out, device)


def versions_of(inputs):
    """How often the saved inputs were written to so far, and the result; None if nothing ever was."""
    for t in inputs:
        if t is not None and t._writes and t._writes[0]:
            return (*[t._writes[0] if t is not None and t._writes else 0 for t in inputs], 0)
    return None


def fits_of(inputs, out, dtype_only=False):
    """For `record`: what to bring gradients to, where inputs differ from the result in shape or dtype; else None."""
    forms = tuple([(None if dtype_only else t._array.shape, t._array.dtype) for t in inputs])
    same = (None if dtype_only else out.shape, out.dtype)
    return None if all(form == same for form in forms) else forms
