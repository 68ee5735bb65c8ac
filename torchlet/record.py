"""From operands to a recorded result: the way that every operation takes.

Compute with NumPy, wrap the array in a tensor, and, if a gradient may be asked for, attach a node that remembers what
its pull-backs need. `unary` and `binary` make the elementwise operations, with the same steps written
out one after the other because they are what small programs spend their time in; `record` serves all the others.
"""

from numpy import array, ndarray

from . import errors, promotion
from .devices import cpu
from .grad_mode import recording
from .graph import NODES, next_number
from .tensor import Tensor, wrap

_new = object.__new__
_NUMBERS = {float, int}


def record(name, inputs, out, arrays=None, fits=None, **parameters):
    """The result `out` (an array) as a tensor, with a node of class `name` if any of the tensors `inputs` requires grad.

    `arrays`: what was computed with, if not just the arrays of the inputs. `fits`: for each input the shape and
    dtype to bring its gradient to. `parameters`: what pull-backs ask for besides inputs and result.
    """
    device = inputs[0]._device
    if device is not cpu:
        out = device.backend.launched(name, out, [t._array for t in inputs])
    result = wrap(out, device)
    if recording.enabled:
        asking = [t._requires_grad for t in inputs]
        if True in asking:
            node = _new(NODES[name])
            node.fits = fits
            frame = dict(zip(node.sources, arrays or [t._array for t in inputs]), out=out)  # noqa: B905
            frame.update(parameters)
            attach(node, inputs, asking, result, frame)
    return result


def unrecorded(name, inputs, out):
    """The result `out` as a tensor of an operation that has no derivative: comparisons, indices, integers."""
    device = inputs[0]._device
    if device is not cpu:
        out = device.backend.launched(name, out, [t._array for t in inputs])
    return wrap(out, device)


def fits_of(inputs, out, dtype_only=False):
    """For `record`: what to bring gradients to, where inputs differ from the result in shape or dtype; else None."""
    forms = tuple([(None if dtype_only else t._array.shape, t._array.dtype) for t in inputs])
    same = (None if dtype_only else out.shape, out.dtype)
    return None if all(form == same for form in forms) else forms


def attach(node, inputs, asking, result, frame):
    """Makes `node` the origin of `result`; of the values in `frame` it keeps what its pull-backs need."""
    node.number = next_number()
    node.next = tuple([(t._node or t) if t._requires_grad else None for t in inputs])
    if node.sources:
        needed = {name for names, asks in zip(node.wanted, asking) if asks for name in names}  # noqa: B905
    else:
        needed = set(node.wanted[0])
    if needed:
        node.saved = tuple([frame[name] if name in needed else None for name in node.names])
        node.inputs = tuple([t if name in needed else None for name, t in zip(node.sources, inputs)])  # noqa: B905
        node.versions = _versions(node.inputs)
    else:
        node.saved = node.inputs = ()
        node.versions = None
    if "out" in needed:
        result._writes = node.out_version = [0]
    else:
        node.out_version = None
    node.notes = None if recording.trace is None else recording.trace()
    if result._device is not cpu:
        node.note("device", result._device)
    result._node = node
    result._requires_grad = True


def _versions(inputs):
    """How often the saved inputs were written to so far; None if none of them ever was."""
    for t in inputs:
        if t is not None and t._writes is not None:
            return tuple([0 if t is None or t._writes is None else t._writes[0] for t in inputs]) + (0,)
    return None


def unary(name, compute, floating=True):
    """The elementwise operation of one tensor whose node is `name`, computed by the ufunc `compute`.

    `floating`: integers are turned into the default dtype first, as for `exp`.
    """
    kind = NODES[name]
    keep_x, keep_out = ("x" in kind.wanted[0]), ("out" in kind.wanted[0])

    def operation(input, *parameters):
        try:
            x = input._array
        except AttributeError:
            raise errors.wrong_argument(function_name(name), "input", 1, "Tensor", input) from None
        if x.dtype.kind != "f":
            x = promotion.of_integers(x, name, floating)
        out = compute(x, *parameters)
        device = input._device
        if device is not cpu:
            out = device.backend.launched(name, out, (x,))
        result = _new(Tensor)
        result._array = out
        result._device = device
        result._writes = result._grad = result._hooks = result._view = result._views = None
        if input._requires_grad and recording.enabled:
            node = _new(kind)
            node.number = next_number()
            node.next = (input._node or input,)
            node.saved = (x if keep_x else None, out if keep_out else None, *parameters)
            node.inputs = (input if keep_x else None,)
            node.versions = None
            if keep_x and input._writes is not None:
                node.versions = _versions(node.inputs)
            if keep_out:
                result._writes = node.out_version = [0]
            else:
                node.out_version = None
            node.fits = None
            node.notes = None if recording.trace is None else recording.trace()
            if device is not cpu:
                node.note("device", device)
            result._node = node
            result._requires_grad = True
        else:
            result._node = None
            result._requires_grad = False
        return result

    return operation


def binary(name, compute, floating=False, refuse=None):
    """The elementwise operation of a tensor and a tensor or number whose node is `name`, computed by `compute`.

    The operation answers NotImplemented to any other operand. `floating`: integers become the default dtype, as for
    division. `refuse`: called with the operands' common dtype, raises what cannot be.
    """
    kind = NODES[name]
    wants_x, wants_y = kind.wanted
    keeps = {  # which of x, y and the result to save, by whether x and y require grad
        (True, True): tuple(value in wants_x + wants_y for value in ("x", "y", "out")),
        (True, False): tuple(value in wants_x for value in ("x", "y", "out")),
        (False, True): tuple(value in wants_y for value in ("x", "y", "out")),
    }
    keeps_both, keeps_for_x, keeps_for_y = keeps.values()
    saves = kind.saves_values

    def operation(input, other):
        x = input._array
        device = input._device
        asks = input._requires_grad
        if isinstance(other, Tensor):
            y = other._array
            other_asks = other._requires_grad
            fits = x.dtype is not y.dtype
            if fits or device is not other._device or (x.dtype.kind != "f"):
                if refuse is not None:
                    refuse(input, other)
                x, y, device = promotion.operands(input, other, floating)
            try:
                out = compute(x, y)
            except ValueError:
                raise errors.not_broadcastable(x.shape, y.shape) from None
        else:
            fits = other_asks = False
            if x.dtype.kind == "f" and type(other) in _NUMBERS:
                # NumPy takes an array of no dimensions much faster than a Python number
                y = array(other, x.dtype) if type(x) is ndarray else other
            else:
                converted = promotion.operands(input, other, floating)
                if converted is None:
                    return NotImplemented
                if refuse is not None:
                    refuse(input, other)
                x, y, device = converted
            out = compute(x, y)
        if device is not cpu:
            out = device.backend.launched(name, out, (x, y))
        result = _new(Tensor)
        result._array = out
        result._device = device
        result._writes = result._grad = result._hooks = result._view = result._views = None
        if (asks or other_asks) and recording.enabled:
            node = _new(kind)
            node.number = next_number()
            node.next = (
                (input._node or input) if asks else None,
                (other._node or other) if other_asks else None,
            )
            node.versions = node.out_version = node.fits = None
            if saves:
                keep_x, keep_y, keep_out = (
                    keeps_both if asks and other_asks else keeps_for_x if asks else keeps_for_y
                )
                node.saved = (x if keep_x else None, y if keep_y else None, out if keep_out else None)
                is_tensor = isinstance(other, Tensor)
                node.inputs = (input if keep_x else None, other if keep_y and is_tensor else None)
                if (keep_x and input._writes) or (keep_y and is_tensor and other._writes):
                    node.versions = _versions(node.inputs)
                if keep_out:
                    result._writes = node.out_version = [0]
            else:
                node.saved = node.inputs = ()
            if fits or (isinstance(other, Tensor) and x.shape != y.shape):
                node.fits = tuple(
                    [
                        (t._array.shape, t._array.dtype) if isinstance(t, Tensor) else None
                        for t in (input, other)
                    ]
                )
            node.notes = None if recording.trace is None else recording.trace()
            if device is not cpu:
                node.note("device", device)
            result._node = node
            result._requires_grad = True
        else:
            result._node = None
            result._requires_grad = False
        return result

    return operation


def function_name(node_name):
    """The function that a node is named after: "ExpBackward0" → "exp"."""
    return node_name.partition("Backward")[0].lower()


def checked(name, operator, reversed=None, numbers=True):
    """The function or method for an operator: TypeError where the operator says NotImplemented.

    `reversed`: what to call with (tensor, number) when the first operand is a number; without it that is an error.
    `numbers`: whether an operand may be a number at all.
    """

    def function(input, other, *, out=None):
        if not isinstance(input, Tensor):
            if not numbers or not promotion.is_number(input):
                raise errors.wrong_argument(name, "input", 1, "Tensor", input)
            if reversed is None or not isinstance(other, Tensor):
                raise errors.no_overload(name, input, other)
            result = reversed(other, input)
        else:
            result = operator(input, other) if numbers or isinstance(other, Tensor) else NotImplemented
        if result is NotImplemented:
            raise errors.wrong_argument(name, "other", 2, "Tensor", other)
        return result if out is None else into(out, result)

    function.__name__ = function.__qualname__ = name
    function.__doc__ = operator.__doc__
    return function


def into(out, result):
    """Puts a result into the tensor that was given as `out=`."""
    if out._array.shape != result._array.shape:
        out.resize_(result._array.shape)
    return out.copy_(result)
