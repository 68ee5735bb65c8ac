"""New tensors of numbers that follow one another: in steps, at equal distances, in powers."""

import math

import numpy

from . import dtypes, errors, scalars
from .creation import as_dtype, made, or_default
from .tensor import Tensor


def arange(start=None, end=None, step=1, *, dtype=None, device=None, requires_grad=False):
    """The numbers from `start` up to and without `end` in steps: int64 if all three are ints, else floating."""
    if start is None and end is None:
        raise TypeError('arange() missing 1 required positional arguments: "end"')
    if start is None:
        start = 0
    if end is None:
        start, end = 0, start
    start, end, step = (v.item() if isinstance(v, Tensor) else scalars.plain(v) for v in (start, end, step))
    for name, value in (("end", end), ("start", start), ("step", step)):
        if not scalars.is_number(value):
            raise errors.wrong_argument("arange", name, 1, "Number", value)
    if dtype is None:
        whole = all(isinstance(v, int) for v in (start, end, step))
        dtype = dtypes.int64 if whole else dtypes.get_default_dtype()
    dtype = as_dtype(dtype)
    for limit in (start, end):
        if not math.isfinite(limit):
            raise RuntimeError(f"unsupported range: {start} -> {end}")
    if dtype is dtypes.int64:  # counted in whole numbers; for the smaller dtypes they are made after counting
        start, end, step = int(start), int(end), int(step)
    if step == 0:
        raise RuntimeError("step must be nonzero")
    if (end - start) / step < 0:
        raise RuntimeError("upper bound and lower bound inconsistent with step sign")
    count = math.ceil((end - start) / step)
    if not dtype.is_floating_point:
        start, step = int(start), int(step)
    if dtype.is_floating_point:
        array = start + numpy.arange(count, dtype=numpy.float64) * step
    else:
        array = start + numpy.arange(count) * step
    return made(array, dtype, device, requires_grad)


def _limits(function, start, end, steps):
    """Both limits as numbers, and the number of steps. TypeError or RuntimeError for what is none."""
    whole = isinstance(steps, int) or hasattr(steps, "__index__")
    if not whole or not all(isinstance(v, Tensor) or scalars.is_number(v) for v in (start, end)):
        raise errors.no_overload(
            function,
            *(start, end, steps),
            forms=tuple([f"{kind} start, {kind} end, int steps" for kind in ("Tensor", "Number")]),
        )
    limits = [(k, v._array.ndim) for k, v in (("start", start), ("end", end)) if isinstance(v, Tensor)]
    if any(ndim for _, ndim in limits):
        got = " and ".join([f"{name} with {ndim} dimension(s)" for name, ndim in limits])
        raise RuntimeError(f"{function} only supports 0-dimensional start and end tensors, but got {got}.")
    if steps < 0:
        raise RuntimeError("number of steps must be non-negative")
    return (*(v.item() if isinstance(v, Tensor) else v for v in (start, end)), steps.__index__())


def linspace(start, end, steps, *, dtype=None, device=None, requires_grad=False):
    """`steps` numbers from `start` to `end`, both included, at equal distances."""
    start, end, steps = _limits("linspace", start, end, steps)
    dtype = or_default(dtype)
    return made(_steps(start, end, steps, dtype.np), dtype, device, requires_grad)


def _steps(start, end, steps, np_dtype):
    """Counted from both ends, in the dtype itself: as PyTorch rounds."""
    if steps == 1:
        return numpy.full(1, start, np_dtype)
    number = np_dtype.type if np_dtype.kind == "f" and np_dtype.itemsize > 2 else numpy.float64
    step = number((end - start) / max(steps - 1, 1))
    index = numpy.arange(steps)
    up = number(start) + step * index.astype(number)
    down = number(end) - step * (steps - 1 - index).astype(number)
    return numpy.where(index < steps // 2, up, down)


def logspace(start, end, steps, base=10.0, *, dtype=None, device=None, requires_grad=False):
    """`steps` powers of `base` with exponents from `start` to `end`."""
    start, end, steps = _limits("logspace", start, end, steps)
    dtype = or_default(dtype)
    return made(base ** numpy.linspace(start, end, steps), dtype, device, requires_grad)
