"""Elementwise choices: one value or another, within limits, instead of what is no number."""

import numpy

from . import dtypes, errors, promotion, scalars
from .elementwise import maximum, minimum
from .record import fits_of, record
from .shapes import common_shape
from .tensor import Tensor, wrap


def where(condition, input=None, other=None):
    """`input` where `condition` is True, else `other`; tensors or numbers. With `condition` alone: its non-zero places."""
    if input is None:
        return condition.nonzero(as_tuple=True)
    if condition._array.dtype != bool and condition._array.dtype != numpy.uint8:
        raise RuntimeError(
            "where expected condition to be a boolean tensor, but got a tensor with dtype "
            f"{errors.type_word(condition._array.dtype)}"
        )
    dtype = dtypes.result_type(input, other)
    tensors = [t for t in (condition, input, other) if isinstance(t, Tensor)]
    device = promotion.common_device(tensors)
    x, y = (
        v if isinstance(v, Tensor) else wrap(promotion.as_array(v, dtype.np, device), device)
        for v in (input, other)
    )
    arrays = [promotion.as_array(v, dtype.np, device) for v in (x, y)]
    common_shape(*(t._array.shape for t in (condition, x, y)))
    chosen = condition._array.astype(bool)
    out = numpy.where(chosen, *arrays)
    if out.ndim == 0:
        out = out[()]
    return record("WhereBackward0", (x, y), out, arrays, fits_of((x, y), out), condition=chosen)


def where_method(input, condition, other):
    """`torch.where(condition, input, other)`."""
    return where(condition, input, other)


def clamp(input, min=None, max=None):
    """Each element, but not below `min` and not above `max` (numbers or tensors; None: no limit)."""
    if min is None and max is None:
        raise RuntimeError("torch.clamp: At least one of 'min' or 'max' must not be None")
    if isinstance(min, Tensor) or isinstance(max, Tensor):
        result = input if min is None else maximum(input, min)
        return result if max is None else minimum(result, max)
    if not isinstance(input, Tensor):
        raise errors.no_overload("clamp", input, min, max)
    array = input._array
    numbers = [n for n in (min, max) if n is not None]
    dtype = dtypes.result_type(input, *numbers).np
    if dtype.kind == "b":
        raise NotImplementedError("\"clamp_scalar_cpu\" not implemented for 'Bool'")
    low, high = (None if n is None else numpy.asarray(scalars.element(n, dtype)) for n in (min, max))
    x = array.astype(dtype)
    out = x if low is None else numpy.maximum(low, x)  # of equal zeros the second
    out = out if high is None else numpy.minimum(high, out)
    return record("ClampBackward1", (input,), out[()] if out.ndim == 0 else out, min=min, max=max)


clip = clamp


def clamp_min(input, min):
    """Each element, but not below `min`."""
    if not isinstance(input, Tensor):
        raise errors.no_overload("clamp_min", input, min)
    return clamp(input, min=min)


def clamp_max(input, max):
    """Each element, but not above `max`."""
    if not isinstance(input, Tensor):
        raise errors.no_overload("clamp_max", input, max)
    return clamp(input, max=max)


def nan_to_num(input, nan=0.0, posinf=None, neginf=None):
    """Numbers instead of NaN and the infinities (by default 0 and the largest and smallest numbers there are)."""
    array = input._array
    if array.dtype.kind != "f":
        return input.clone()
    out = numpy.nan_to_num(array, nan=0.0 if nan is None else nan, posinf=posinf, neginf=neginf)
    return record("NanToNumBackward0", (input,), out)


def heaviside(input, values):
    """0 below zero, 1 above, `values` at zero."""
    if not isinstance(input, Tensor):
        raise errors.wrong_argument("heaviside", "input", 1, "Tensor", input)
    if not isinstance(values, Tensor):
        raise errors.wrong_argument("heaviside", "values", 2, "Tensor", values)
    if input._array.dtype != values._array.dtype:
        raise RuntimeError("heaviside is not yet implemented for tensors with different dtypes.")
    return where(input == 0, values, (input > 0).to(input.dtype))


def lerp(input, end, weight):
    """`input + weight * (end − input)`, computed from the nearer end: a weight of 1 gives `end` to the last digit."""
    way = end - input
    if isinstance(weight, Tensor):
        return where(weight.abs() < 0.5, input + weight * way, end - way * (1 - weight))
    return input + weight * way if abs(weight) < 0.5 else end - way * (1 - weight)
