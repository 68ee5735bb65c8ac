"""How the elementwise operations are made: `unary` and `binary` turn a function of arrays into one of tensors.

The steps are those of `record`, written out one after the other: small programs spend their time in these few lines.
"""

import numpy
from numpy import array, ndarray

from . import errors, promotion
from .devices import cpu
from .grad_mode import recording
from .graph import OPERATIONS, Node, next_number
from .out import filled
from .tensor import Tensor

_new = object.__new__
_FLOAT, _DOUBLE = numpy.dtype("float32"), numpy.dtype("float64")
_NUMBERS = {float, int}


def unary(name, compute, floating=True):
    """The elementwise operation of one tensor whose node is called `name`; `compute` does it on an array.

    The operation passes further parameters on to `compute` and to the pull-back. `floating`: integers are turned into
    the default dtype first, as for `exp`.
    """
    description = OPERATIONS[name]
    keeps_x, keeps_out = "x" in description.wanted[0], "out" in description.wanted[0]

    def operation(input, *parameters, out=None):
        if out is not None:
            return filled(out, function_name(name), operation, (input, *parameters))
        try:
            x = input._array
        except AttributeError:
            raise errors.wrong_argument(function_name(name), "input", 1, "Tensor", input) from None
        form = x.dtype
        if form is _FLOAT or form is _DOUBLE:
            out = compute(x, *parameters) if parameters else compute(x)
        else:
            x, out = promotion.computed(compute, x, parameters, name, floating)
        device = input._device
        if device is not cpu:
            out = device.backend.launched(name, out, (x,))
        result = _new(Tensor)
        result._array = out
        result._device = device
        result._writes = result._grad = result._hooks = result._view = result._views = None
        if not (input._requires_grad and recording.enabled):
            result._node = None
            result._requires_grad = False
            return result
        node = _new(Node)
        node.operation = description
        node.number = next_number()
        node.writes = recording.writes
        node.next = (input._node or input,)
        node.saved = (x if keeps_x else None, out if keeps_out else None, *parameters)
        node.fits = node.versions = node.out_version = None
        if keeps_x:
            node.inputs = (input,)
            if input._writes:
                node.versions = input._writes[0], 0
        else:
            node.inputs = ()
        if keeps_out:
            result._writes = node.out_version = [0]
        node.notes = None
        if device is not cpu:
            node.note("device", device)
        if recording.trace is not None:
            recording.trace(node)
        result._node = node
        result._requires_grad = True
        return result

    return operation


def binary(name, compute, floating=False, special=None):
    """The elementwise operation of a tensor with a tensor or a number whose node is called `name`.

    It answers NotImplemented to any other operand. `compute` does it on arrays. `floating`: integers become the
    default dtype first, as for division. `special`: called with both operands unless they are floats alike; it raises
    what cannot be, or gives the result, or None.
    """
    description = OPERATIONS[name]
    for_x, for_y = description.wanted
    # which of x, y and the result to save when both, only x, only y require grad
    keeps_both, keeps_for_x, keeps_for_y = (
        tuple(value in wanted for value in ("x", "y", "out")) for wanted in (for_x + for_y, for_x, for_y)
    )
    saves = description.saves_values

    def operation(input, other):
        x = input._array
        device = input._device
        asks = input._requires_grad
        form = x.dtype
        simple = form is _FLOAT or form is _DOUBLE
        kind = type(other)
        if kind is Tensor or (kind not in _NUMBERS and isinstance(other, Tensor)):
            y = other._array
            other_form = y.dtype
            other_asks = other._requires_grad
            if other_form is not form or not simple or other._device is not device:
                if special is not None and (result := special(input, other)) is not None:
                    return result
                x, y, device = promotion.operands(input, other, floating)
            try:
                out = compute(x, y)
            except ValueError:
                raise errors.not_broadcastable(x.shape, y.shape) from None
        else:
            other_asks = None  # it is no tensor
            if simple and kind in _NUMBERS:
                # NumPy takes an array of no dimensions twice as fast as a Python number
                y = array(other, form) if type(x) is ndarray else other
            else:
                operands = promotion.operands(input, other, floating)
                if operands is None:
                    return NotImplemented
                if special is not None and (result := special(input, other)) is not None:
                    return result
                x, y, device = operands
            out = compute(x, y)
        if device is not cpu:
            out = device.backend.launched(name, out, (x, y))
        result = _new(Tensor)
        result._array = out
        result._device = device
        result._writes = result._grad = result._hooks = result._view = result._views = None
        if not ((asks or other_asks) and recording.enabled):
            result._node = None
            result._requires_grad = False
            return result
        node = _new(Node)
        node.operation = description
        node.number = next_number()
        node.writes = recording.writes
        node.next = (
            (input._node or input) if asks else None,
            (other._node or other) if other_asks else None,
        )
        node.fits = node.versions = node.out_version = None
        if saves:
            keep_x, keep_y, keep_out = keeps_for_x if not other_asks else keeps_both if asks else keeps_for_y
            node.saved = (x if keep_x else None, y if keep_y else None, out if keep_out else None)
            keep_y = keep_y and other_asks is not None
            node.inputs = (input if keep_x else None, other if keep_y else None)
            x_writes, y_writes = keep_x and input._writes, keep_y and other._writes
            if x_writes or y_writes:
                node.versions = x_writes[0] if x_writes else 0, y_writes[0] if y_writes else 0, 0
            if keep_out:
                result._writes = node.out_version = [0]
        else:
            node.saved = node.inputs = ()
        if other_asks is None:
            if x.dtype is not form:
                node.fits = ((x.shape, form), None)
        elif x.shape != y.shape or other_form is not form or not simple:
            # gradients come in the form of the result; which inputs have another?
            result_form = out.shape, out.dtype
            x_form, y_form = (x.shape, form), (y.shape, other_form)
            node.fits = (
                x_form if asks and x_form != result_form else None,
                y_form if other_asks and y_form != result_form else None,
            )
        node.notes = None
        if device is not cpu:
            node.note("device", device)
        if recording.trace is not None:
            recording.trace(node)
        result._node = node
        result._requires_grad = True
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
        if out is not None:
            return filled(out, name, function, (input, other))
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
        return result

    function.__name__ = function.__qualname__ = name
    function.__doc__ = operator.__doc__
    return function
