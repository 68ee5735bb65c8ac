"""By what signs a misconception shows in the numbers: each function is the test of one row of the table.

A test takes the failed comparison and returns False, True, or the fields of the row's sentence.
"""

from __future__ import annotations

import types
from itertools import product
from typing import Any

import numpy as np

from . import display
from .case import Case, near

FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, type)
REDUCTIONS = {"sum": np.sum, "mean": np.mean, "max": np.max, "min": np.min, "std": np.std, "prod": np.prod}


# --- something else than numbers
def no_gradient(case: Case) -> bool:
    return case.value is None and case.about_gradients


def nothing_returned(case: Case) -> bool:
    return case.value is None


def unfinished(case: Case) -> bool:
    return case.value is Ellipsis or case.value is NotImplemented


def function_itself(case: Case) -> bool:
    return type(case.value) in FUNCTIONS


def text_of_number(case: Case) -> bool:
    return type(case.value) is str and case.wanted is not None


def plain_list(case: Case) -> bool:
    return case.numeric and type(case.value) in (list, tuple) and case.wanted.source == "tensor"


# --- another shape
def empty(case: Case) -> bool:
    return case.shapes_differ and case.got.size == 0 and case.want.size > 0


def transposed(case: Case) -> bool:
    return case.numeric and case.got.ndim == 2 and near(case.got.T, case.want)


def not_reduced(case: Case) -> Any:
    """The expected value, but for a sum over one dimension or over all."""
    return case.shapes_differ and _reduction(case.got, case.want)


def reduced_too_far(case: Case) -> Any:
    return case.shapes_differ and _reduction(case.want, case.got)


def square_by_broadcast(case: Case) -> Any:
    n = max(case.want.shape, default=0) if case.shapes_differ else 0
    return n > 1 and case.want.size == n and case.got.shape == (n, n) and {"n": n}


def dimension_of_one(case: Case) -> Any:
    if not case.shapes_differ or not near(case.got.squeeze(), case.want.squeeze()):
        return False
    return {"got": case.got.shape, "expected": case.want.shape}


def same_numbers_other_shape(case: Case) -> Any:
    if not case.shapes_differ or case.got.size != case.want.size:
        return False
    return near(case.got.ravel(), case.want.ravel()) and {"expected": case.want.shape}


# --- the same shape
def not_a_number(case: Case) -> bool:
    return case.comparable and bool((np.isnan(case.got) & ~np.isnan(case.want)).any())


def infinite(case: Case) -> bool:
    return case.comparable and bool((np.isinf(case.got) & np.isfinite(case.want)).any())


def nothing_arrived(case: Case) -> bool:
    return case.differs and not case.got.any() and bool(case.want.any())


def upstream_forgotten(case: Case) -> bool:
    upstream = case.given("upstream") if case.differs else None
    return upstream is not None and near(_times(case.got, upstream), case.want)


def upstream_twice(case: Case) -> bool:
    upstream = case.given("upstream") if case.differs else None
    return upstream is not None and near(_times(case.want, upstream), case.got)


def upstream_alone(case: Case) -> bool:
    upstream = case.given("upstream") if case.differs else None
    return upstream is not None and near(np.broadcast_to(upstream, case.got.shape), case.got)


def one_branch(case: Case) -> bool:
    return case.differs and any(near(branch, case.got) for branch in case.several("branches"))


def input_unchanged(case: Case) -> bool:
    source = case.given("input") if case.differs else None
    return source is not None and near(source, case.got)


def sign_flipped(case: Case) -> bool:
    return case.differs and near(-case.got, case.want)


def whole_numbers(case: Case) -> bool:
    """Fractions are lost: an integer dtype, `//` or int()."""
    if not case.differs or np.iscomplexobj(case.got) or not np.isfinite(case.want).all():
        return False
    lost = np.abs(case.want - np.round(case.want)).max() > 1e-3
    return bool(lost and any((case.got == cut(case.want)).all() for cut in (np.trunc, np.floor, np.round)))


def counted_off_by_one(case: Case) -> Any:
    return case.differs and case.wanted.integral and case.found.integral and _off_by_one(case)


def constant_off_by_one(case: Case) -> Any:
    return case.differs and _off_by_one(case)


def summed_not_averaged(case: Case) -> Any:
    return case.differs and _first(n for n in _told(case) if n > 1 and near(case.want * n, case.got))


def averaged_not_summed(case: Case) -> Any:
    return case.differs and _first(n for n in _told(case) if n > 1 and near(case.got * n, case.want))


def divided_by_n(case: Case) -> Any:
    """Variance or standard deviation with N where N - 1 is meant."""
    return case.differs and _first(
        n for n in _told(case) if 1 < n < 10_000 and _biased(case.got, case.want, n)
    )


def divided_by_n_minus_one(case: Case) -> Any:
    return case.differs and _first(
        n for n in _told(case) if 1 < n < 10_000 and _biased(case.want, case.got, n)
    )


def doubled(case: Case) -> bool:
    return case.differs and near(case.got, 2 * case.want)


def halved(case: Case) -> bool:
    return case.differs and near(2 * case.got, case.want)


def whole_multiple(case: Case) -> Any:
    return case.differs and _factor(case.got, case.want)


def whole_fraction(case: Case) -> Any:
    return case.differs and _factor(case.want, case.got)


def wrong_axis(case: Case) -> Any:
    source = case.given("input") if case.numeric else None
    if source is None or source.ndim < 2:
        return False
    axes = range(source.ndim)
    for reduce, right, taken in product(REDUCTIONS.values(), axes, axes):
        right_fits = right != taken and near(reduce(source, axis=right), case.want)
        if right_fits and near(reduce(source, axis=taken), case.got):
            return {"right": right, "taken": taken}
    return False


def other_order(case: Case) -> Any:
    if not case.differs or case.got.ndim == 0:
        return False
    return near(np.sort(case.got, axis=None), np.sort(case.want, axis=None))


def shifted(case: Case) -> bool:
    if not case.differs or case.got.ndim == 0:
        return False
    return any(
        len(got := np.moveaxis(case.got, axis, 0)) > 2
        and len(want := np.moveaxis(case.want, axis, 0))
        and (near(got[1:], want[:-1]) or near(got[:-1], want[1:]))
        for axis in range(case.got.ndim)
    )


def squared(case: Case) -> bool:
    return case.differs and near(case.got, case.want**2)


def root_taken(case: Case) -> bool:
    return case.differs and near(case.got**2, case.want)


def reciprocal(case: Case) -> bool:
    return case.differs and bool(case.got.all() and case.want.all()) and near(1 / case.got, case.want)


def single_precision(case: Case) -> bool:
    """float32 accuracy in every element where more was asked for, and not so near that float64 rounded."""
    if not case.comparable or "float64" not in (case.wanted.dtype, case.found.dtype):
        return False
    return _error(case) > 1e-10 and np.allclose(case.got, case.want, rtol=3e-6, atol=1e-9)


def few_digits(case: Case) -> Any:
    error = _error(case) if case.comparable else 1.0
    return 0 < error < 1e-2 and {"digits": int(-np.log10(error))}


# --- the graph
def attached(case: Case) -> bool:
    return case.found is not None and case.found.requires_grad and not case.found.is_leaf


def asks_itself(case: Case) -> bool:
    return case.found is not None and case.found.requires_grad and case.found.is_leaf


def detached(case: Case) -> bool:
    return case.found is not None and not case.found.requires_grad


def _reduction(larger: np.ndarray, smaller: np.ndarray) -> Any:
    """How a sum or mean turns `larger` into `smaller`."""
    if larger.size < 2 or not smaller.size:
        return False
    for name in ("sum", "mean"):
        for axis in (*range(larger.ndim), None):
            for keepdims in (False, True):
                reduced = REDUCTIONS[name](larger, axis=axis, keepdims=keepdims)
                if near(reduced, smaller):
                    return {"how": f"{name}()" if axis is None else f"{name}(dim={axis})"}
    return False


def _times(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    try:
        return a * b
    except ValueError:  # shapes that do not broadcast
        return np.empty(0)


def _told(case: Case) -> list[int]:
    """Counts that the author of the check named; guessed ones are left to the plain factors."""
    return case.counts() if "n" in case.of or "input" in case.of else []


def _first(found) -> Any:
    n = next(iter(found), None)
    return False if n is None else {"n": n}


def _biased(got: np.ndarray, want: np.ndarray, n: int) -> bool:
    ratio = (n - 1) / n
    return near(got, want * ratio) or near(got, want * np.sqrt(ratio))


def _factor(larger: np.ndarray, smaller: np.ndarray) -> Any:
    """{"k": k} if larger = k * smaller for one whole k > 2."""
    if not smaller.any() or np.iscomplexobj(larger):
        return False
    place = np.unravel_index(np.argmax(np.abs(smaller)), smaller.shape)
    k = larger[place] / smaller[place]
    if not np.isfinite(k) or not 2.5 < k < 1e6:
        return False
    return near(larger, round(k) * smaller) and {"k": round(k)}


def _off_by_one(case: Case) -> Any:
    step = case.got - case.want
    if not any(np.allclose(step, sign, rtol=0, atol=1e-5) for sign in (-1, 1)):
        return False
    got, want = (side.array.flat[0] for side in (case.found, case.wanted))
    return {"got": display.number(got), "expected": display.number(want)}


def _error(case: Case) -> float:
    """The largest relative difference of an element; a zero is measured by the largest number beside it."""
    size = np.abs(case.want)
    error = (np.abs(case.got - case.want) / np.where(size > 0, size, size.max())).max()
    return float(error) if np.isfinite(error) else 1.0
