"""Comparison and logic: bool tensors, which have no gradients."""

import operator

import numpy

from . import dtypes, errors, promotion
from .devices import cpu
from .record import checked
from .tensor import Tensor, wrap


def _comparing(name, compute, of_bools=False):
    """The operator that compares elementwise; NotImplemented for an operand that is no tensor and no number.

    `of_bools`: the operands are taken as truth values.
    """

    def operation(input, other):
        operands = promotion.operands(input, other)
        if operands is None:
            return NotImplemented
        x, y, device = operands
        if of_bools:
            x, y = x != 0, y != 0
        try:
            out = compute(x, y)
        except ValueError:
            raise errors.not_broadcastable(x.shape, y.shape) from None
        if device is not cpu:
            out = device.backend.launched(name, out, (x, y))
        return wrap(out, device)

    return operation


equals = _comparing("eq", operator.eq)
differs = _comparing("ne", operator.ne)
less = _comparing("lt", operator.lt)
less_or_equal = _comparing("le", operator.le)
more = _comparing("gt", operator.gt)
more_or_equal = _comparing("ge", operator.ge)

eq = checked("eq", equals)
ne = not_equal = checked("ne", differs)
lt = less_ = checked("lt", less)
le = checked("le", less_or_equal)
gt = greater = checked("gt", more)
ge = greater_equal = checked("ge", more_or_equal)
less_equal = le
logical_and = checked("logical_and", _comparing("logical_and", numpy.logical_and, of_bools=True))
logical_or = checked("logical_or", _comparing("logical_or", numpy.logical_or, of_bools=True))
logical_xor = checked("logical_xor", _comparing("logical_xor", numpy.logical_xor, of_bools=True))


def logical_not(input):
    """True where `input` is zero."""
    return wrap(input._array == 0, input._device)


def isnan(input):
    """True where an element is not a number."""
    return wrap(numpy.isnan(input._array), input._device)


def equal(input, other):
    """Whether two tensors have the same shape and elements, as a Python bool."""
    x, y = input._array, other._array
    return x.shape == y.shape and bool((x == y).all())


def isclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """True where |input − other| ≤ atol + rtol·|other|."""
    return wrap(numpy.isclose(input._array, other._array, rtol, atol, equal_nan), input._device)


def allclose(input, other, rtol=1e-05, atol=1e-08, equal_nan=False):
    """Whether `isclose` holds for all elements, as a Python bool."""
    return bool(isclose(input, other, rtol, atol, equal_nan)._array.all())
