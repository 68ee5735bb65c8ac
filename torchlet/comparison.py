"""Comparison and logic: results that have no gradients."""

import operator

import numpy

from . import dtypes, errors, promotion
from .devices import cpu
from .operators import checked
from .record import unrecorded
from .tensor import Tensor, wrap


def _elementwise(name, compute, prepare=None):
    """The operator that compares elementwise; NotImplemented for an operand that is no tensor and no number.

    `prepare`: what is done to both arrays first.
    """

    def operation(input, other):
        operands = promotion.operands(input, other)
        if operands is None:
            if isinstance(other, numpy.ndarray) and name in ("eq", "ne"):
                return operation(input, wrap(other))
            return NotImplemented
        x, y, device = operands
        if prepare is not None:
            x, y = prepare(name, x), prepare(name, y)
        try:
            out = compute(x, y)
        except ValueError:
            raise errors.not_broadcastable(x.shape, y.shape) from None
        if device is not cpu:
            out = device.backend.launched(name, out, (x, y))
        return wrap(out, device)

    return operation


def _truth(name, array):
    return array != 0


def _whole(name, array):
    if array.dtype.kind == "f":
        raise NotImplementedError(f"\"{name}_cpu\" not implemented for '{errors.type_word(array.dtype)}'")
    return array


# what ==, <, &, … do
equals, differs = _elementwise("eq", operator.eq), _elementwise("ne", operator.ne)
less_than, at_most = _elementwise("lt", operator.lt), _elementwise("le", operator.le)
more_than, at_least = _elementwise("gt", operator.gt), _elementwise("ge", operator.ge)
both = _elementwise("bitwise_and", operator.and_, _whole)
either = _elementwise("bitwise_or", operator.or_, _whole)
one_of = _elementwise("bitwise_xor", operator.xor, _whole)

# the same as functions and methods
eq, lt, gt = checked("eq", equals), checked("lt", less_than), checked("gt", more_than)
ne, le, ge = checked("ne", differs), checked("le", at_most), checked("ge", at_least)
not_equal, less, less_equal, greater, greater_equal = ne, lt, le, gt, ge
bitwise_and, bitwise_or = checked("bitwise_and", both, both), checked("bitwise_or", either, either)
bitwise_xor = checked("bitwise_xor", one_of, one_of)
logical_and = checked("logical_and", _elementwise("logical_and", operator.and_, _truth), numbers=False)
logical_or = checked("logical_or", _elementwise("logical_or", operator.or_, _truth), numbers=False)
logical_xor = checked("logical_xor", _elementwise("logical_xor", operator.xor, _truth), numbers=False)


def logical_not(input):
    """True where an element is zero."""
    return unrecorded("logical_not", (input,), input._array == 0)


def bitwise_not(input):
    """Every bit turned; for bools True and False exchanged. What `~` does."""
    if input._array.dtype.kind == "f":
        raise TypeError("~ (operator.invert) is only implemented on integer and Boolean-type tensors")
    return unrecorded("bitwise_not", (input,), ~input._array)


def isnan(input):
    """True where an element is NaN."""
    return unrecorded("isnan", (input,), numpy.isnan(input._array))


def isinf(input):
    """True where an element is an infinity."""
    return unrecorded("isinf", (input,), numpy.isinf(input._array))


def isfinite(input):
    """True where an element is neither NaN nor an infinity."""
    return unrecorded("isfinite", (input,), numpy.isfinite(input._array))


def isreal(input):
    """True everywhere: there are no complex numbers here."""
    return unrecorded("isreal", (input,), numpy.isreal(input._array))


def equal(input, other):
    """Whether two tensors have the same shape and elements, as a Python bool."""
    if not isinstance(other, Tensor):
        raise errors.wrong_argument("equal", "other", 2, "Tensor", other)
    promotion.common_device((input, other))
    x, y = input._array, other._array
    return x.shape == y.shape and bool((x == y).all())


def isclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """True where |input − other| ≤ atol + rtol·|other|; equal infinities are close."""
    if not isinstance(input, Tensor):
        raise errors.wrong_argument("isclose", "input", 1, "Tensor", input)
    if not isinstance(other, Tensor):
        raise errors.wrong_argument("isclose", "other", 2, "Tensor", other)
    for name, value in (("rtol", rtol), ("atol", atol)):
        if value < 0:
            raise RuntimeError(f"{name} must be greater than or equal to zero, but got {value}")
    if input._array.dtype != other._array.dtype:
        a, b = errors.type_word(input._array.dtype), errors.type_word(other._array.dtype)
        raise RuntimeError(f"{a} did not match {b}")
    try:
        close = numpy.isclose(input._array, other._array, rtol, atol, equal_nan)
    except ValueError:
        raise errors.not_broadcastable(input._array.shape, other._array.shape) from None
    return unrecorded("isclose", (input, other), close)


def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether `isclose` holds for all elements, as a Python bool."""
    if not isinstance(other, Tensor):
        raise errors.wrong_argument("allclose", "other", 2, "Tensor", other)
    return bool(isclose(input, other, rtol, atol, equal_nan)._array.all())


def is_tensor(obj):
    """Whether `obj` is a Tensor."""
    return isinstance(obj, Tensor)


def is_floating_point(input):
    """Whether the elements are floating."""
    return input.dtype.category == dtypes.float32.category
