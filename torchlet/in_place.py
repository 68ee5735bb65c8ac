"""Operations that write into their tensor: `x.add_(y)`, `x += y`, `x[i] = y`.

Without recording, values are written and the count of writes goes up. With recording, the tensor becomes the result
of the operation: it takes over the new node. If it is a view, its base changes too, in the part that is seen
through the view, and all other views are made again from the new base.
"""

import numpy

from . import errors
from .grad_mode import recording
from .record import record
from .tensor import Tensor, wrap
from .views import living_views


def in_place(operation):
    """The twin of `operation` that writes its result into the first argument and returns that."""

    def twin(input, *args, **kwargs):
        if recording.enabled and (input._requires_grad or _any_requires_grad(args, kwargs)):
            check_writable(input)
            result = operation(_before(input), *args, **kwargs)
            if result is NotImplemented:
                return result
            adopt(input, result)
        else:
            if input._requires_grad and recording.enabled:
                check_writable(input)
            result = operation(input, *args, **kwargs)
            if result is NotImplemented:
                return result
            write(input, result._array)
        return input

    return twin


def quick_in_place(operation, ufunc):
    """`in_place` for arithmetic: where nothing is recorded and dtypes agree, the ufunc writes directly."""
    slow = in_place(operation)

    def twin(input, other):
        x = input._array
        if isinstance(other, Tensor):
            y = other._array
            direct = x.dtype is y.dtype and not (
                recording.enabled and (input._requires_grad or other._requires_grad)
            )
            direct = direct and input._device is other._device
        else:
            y = other
            direct = type(y) is float and not (recording.enabled and input._requires_grad)
        if not direct or x.dtype.kind != "f":
            return slow(input, other)
        if isinstance(x, numpy.ndarray):
            try:
                ufunc(x, y, x)
            except ValueError:
                return slow(input, other)
        elif y is other or isinstance(y, numpy.generic):
            input._array = ufunc(x, y)
        else:
            return slow(input, other)
        input._written()
        return input

    return twin


def _any_requires_grad(args, kwargs):
    return any(isinstance(a, Tensor) and a._requires_grad for a in (*args, *kwargs.values()))


def check_writable(input):
    """RuntimeError for a leaf that requires grad, or a view of one: its history cannot change."""
    if input._requires_grad and input._node is None:
        raise errors.leaf_in_place()
    view = input._view
    if view is not None and view.base._requires_grad and view.base._node is None:
        raise errors.view_of_leaf_in_place()


def _before(input):
    """The tensor as it is now, with numbers of its own: what the recorded operation is a function of."""
    made = wrap(input._array.copy(), input._device)
    made._node, made._requires_grad = input._node, input._requires_grad
    return made


def write(input, values):
    """Writes `values` (an array) into the memory of `input`; the dtype of `input` stays."""
    array = input._array
    if not numpy.can_cast(values.dtype, array.dtype, "same_kind") and values.dtype.kind > array.dtype.kind:
        raise RuntimeError(
            f"result type {errors.type_word(values.dtype)} can't be cast to the desired output type "
            f"{errors.type_word(array.dtype)}"
        )
    if values.shape != array.shape:
        raise RuntimeError(
            f"output with shape {list(array.shape)} doesn't match the broadcast shape {list(values.shape)}"
        )
    if isinstance(array, numpy.ndarray):
        array[...] = values
    else:
        input._array = values.astype(array.dtype)[()]
    input._written()


def adopt(input, result):
    """Writes the values of `result` into `input`, which from now on is what `result` was: its node is its own."""
    write(input, result._array)
    node = result._node
    if node is None:
        return
    if node.out_version is not None:  # the node saved its result: now a write to `input` is a write to that
        node.out_version = input._version
        node.versions = (
            (0,) * len(node.inputs) + (input._version[0],)
            if node.versions is None
            else (*node.versions[:-1], input._version[0])
        )
    view = input._view
    if view is None:
        input._node, input._requires_grad = node, True
    else:
        _write_through(input, view, result)
    renew_views(view.base if view is not None else input)


def _write_through(input, view, result):
    """`input` is a view and now the value of `result`: its base is the old base with that part replaced."""
    base = view.base
    changed = record("CopySlices", (base, result), base._array, fits=None, view=view)
    base._node, base._requires_grad = changed._node, True


def renew_views(base):
    """The views of a base that got a new history are results of that."""
    for seen in living_views(base):
        fresh = seen._view.replay(base)
        seen._node, seen._requires_grad = fresh._node, fresh._requires_grad


def fill_(input, value):
    """Writes one number into every element."""
    value = (
        value
        if isinstance(value, Tensor)
        else wrap(numpy.asarray(value, input._array.dtype)[()], input._device)
    )
    if value._array.ndim:
        raise RuntimeError(
            f"fill_ only supports 0-dimension value tensor but got tensor with {value._array.ndim} dimensions."
        )
    return input.copy_(value)


def zero_(input):
    """Writes zeros; history, if recording, is cut off."""
    if not (recording.enabled and input._requires_grad) and isinstance(input._array, numpy.ndarray):
        input._array.fill(0)
        input._written()
        return input
    return fill_(input, 0)
