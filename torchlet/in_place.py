"""Operations that write into their tensor: `x.add_(y)`, `x += y`, `x.copy_(y)`, and in the end `x[i] = y`.

Not recording, they write and count the write. Recording, the tensor becomes the result of the operation: it takes over the
result's node. If it is a view, its base becomes a new value too, in the part that the view shows, and
all other views of the base are derived again.
"""

import numpy

from . import errors, kernels, scalars
from .devices import cpu
from .grad_mode import recording
from .graph import Lost
from .record import record
from .tensor import Tensor, wrap
from .views import living_views, replay


def in_place(operation):
    """The twin of `operation` that puts its result into the first argument, and returns that."""

    def twin(input, *args, **kwargs):
        records = recording.enabled and (
            input._requires_grad
            or any(isinstance(a, Tensor) and a._requires_grad for a in (*args, *kwargs.values()))
        )
        if records:
            check_writable(input)
        result = operation(_before(input) if records else input, *args, **kwargs)
        if result is NotImplemented:
            return result
        if records:
            adopt(input, result)
        else:
            write(input, result._array)
        return input

    twin.__name__ = twin.__qualname__ = f"{operation.__name__}_"
    twin.__doc__ = f"`{operation.__name__}`, in place."
    return twin


def arithmetic(operation, compute):
    """`in_place` for + − × /, with a short cut for floats of one dtype that are not recorded."""
    any_way = in_place(operation)

    def twin(input, other):
        x = input._array
        y = other._array if isinstance(other, Tensor) else other
        if recording.enabled and (input._requires_grad or (y is not other and other._requires_grad)):
            return any_way(input, other)
        device, form = input._device, x.dtype
        if y is other:
            if type(y) is not float or form.kind != "f":
                return any_way(input, other)
        elif form is not y.dtype or form.kind != "f" or device is not other._device:
            return any_way(input, other)
        try:
            values = compute(x, y)
            if values.ndim != x.ndim:
                return any_way(input, other)
            if type(x) is not numpy.ndarray and isinstance(x, numpy.generic):
                input._array = values
            else:
                x[...] = values
        except ValueError:  # the shapes do not fit, or the memory must not be written to
            return any_way(input, other)
        if device is not cpu:
            device.backend.wrote(f"{compute.__name__}_", x, y)
        recording.writes += 1
        if input._writes is None:
            input._writes = [1]
        else:
            input._writes[0] += 1
        return input

    return twin


def reshaping(function):
    """The twin of a view function that changes the tensor's own shape: `x.t_()`."""

    def twin(input, *args, **kwargs):
        if input._requires_grad and recording.enabled:
            check_writable(input)
        result = function(_before(input) if input._requires_grad else input, *args, **kwargs)
        input._array = result._array
        if recording.enabled:
            input._node = result._node
        input._written()
        return input

    twin.__name__ = f"{function.__name__}_"
    twin.__doc__ = f"`{function.__name__}`, of this very tensor."
    return twin


def check_writable(input):
    """RuntimeError for a leaf that requires grad or a view of one, whose history cannot change; unless not recording."""
    if not recording.enabled:
        return
    view = input._view
    if view is not None:
        if view.refused is not None and (input._requires_grad or view.base._requires_grad):
            raise errors.refused_view(input, "is being modified inplace")
        if view.base._node is None and (input._requires_grad or view.base._requires_grad):
            raise errors.view_of_leaf_in_place()
    if input._requires_grad and input._node is None:
        raise errors.leaf_in_place()


def _before(input):
    """The tensor as it is now, with numbers of its own: what the recorded operation is a function of."""
    made = wrap(input._array.copy(), input._device)
    made._node, made._requires_grad = input._node, input._requires_grad
    return made


_RANKS = {"b": 0, "i": 1, "u": 1, "f": 2}


def write(input, values):
    """Writes an array of the same shape into the memory of `input`, whose dtype stays."""
    array = input._array
    if values.shape != array.shape:
        raise RuntimeError(
            f"output with shape {list(array.shape)} doesn't match the broadcast shape {list(values.shape)}"
        )
    if _RANKS[values.dtype.kind] > _RANKS[array.dtype.kind]:
        given, wanted = errors.type_word(values.dtype), errors.type_word(array.dtype)
        raise RuntimeError(f"result type {given} can't be cast to the desired output type {wanted}")
    if not isinstance(array, (numpy.generic,)):
        if array.flags.writeable:
            array[...] = values
        elif array.size:
            raise errors.written_through_expanded()
    else:
        input._array = values.astype(array.dtype)[()]
    if input._device is not cpu:
        input._device.backend.wrote("copy_", input._array, values)
    input._written()


def adopt(input, result):
    """Writes the values of `result` into `input` and makes it what `result` was: the output of the same node."""
    write(input, result._array)
    node = result._node
    if node is not None and node.out_version is not None:
        # it saved its output, which now lives in the memory of `input`
        counts = node.versions or (0,) * (len(node.inputs) + 1)
        node.out_version, node.versions = input._writes, (*counts[:-1], input._writes[0])
    take_history(input, result)


def take_history(input, result):
    """`input` is the output of the node of `result` from now on. If it is a view, its base has changed in that part."""
    base = input
    if result._node is not None and input._view is not None:
        base = input._view.base
        result = record("CopySlices", (base, result), base._array, steps=input._view.steps)
    _take_node(base, result)
    for view in living_views(base):
        if view._view.steps is None:
            lost = errors.refused_view(view, "its base or another view of its base has been modified inplace")
            view._node = Lost(lost)
        else:
            _take_node(view, replay(view._view.steps, base))


def _take_node(tensor, result):
    """A tensor that keeps its gradient keeps that of its new value."""
    before, node = tensor._node, result._node
    keeps = before is not None and before.notes is not None and before.retains(tensor)
    if keeps:
        before.forget(tensor)
    tensor._node, tensor._requires_grad = node, node is not None
    if keeps and node is not None:
        tensor.retain_grad()


# --- writing whole tensors ---


def copy_(input, src, non_blocking=False):
    """Writes the elements of `src`, broadcast, in the dtype and on the device of `input`."""
    values = src.to(input._device)._array if src._device is not input._device else src._array
    shape = input._array.shape
    try:
        values = numpy.broadcast_to(values, shape) if values.shape != shape else values
    except ValueError:
        raise errors.not_broadcastable(shape, values.shape) from None
    values = values.astype(input._array.dtype)
    if recording.enabled and (input._requires_grad or (src._requires_grad and values.dtype.kind == "f")):
        check_writable(input)
        before = _before(input)
        fits = (None, (src._array.shape, src._array.dtype))
        adopt(input, record("CopyBackwards", (before, src), values, fits=fits))
    else:
        write(input, values)
    return input


def fill_(input, value):
    """Writes one number into every element."""
    if not isinstance(value, Tensor):
        if not scalars.is_number(value):
            raise errors.no_overload("fill_", value, forms=("Tensor value", "Number value"))
        return copy_(input, wrap(scalars.element(value, input._array.dtype), input._device))
    if value._array.ndim:
        raise RuntimeError(
            f"fill_ only supports 0-dimension value tensor but got tensor with {value._array.ndim} dimensions."
        )
    return copy_(input, value)


def zero_(input):
    """Writes zeros into every element; what it was a function of does not count any more."""
    array = input._array
    if input._device is not cpu or (recording.enabled and input._requires_grad):
        return fill_(input, 0)
    try:
        if type(array) is not numpy.ndarray and isinstance(array, numpy.generic):
            input._array = kernels.ZERO[array.dtype][()]
        else:
            array.fill(0)
    except ValueError:
        raise errors.written_through_expanded() from None
    recording.writes += 1
    if input._writes is None:
        input._writes = [1]
    else:
        input._writes[0] += 1
    return input
