"""`close` and `equal`: compare a result with what was expected, number by number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..translate import given, tr
from . import display, values
from .misconceptions import Case, explain
from .mismatch import Mismatch

# Relative and absolute tolerance by the coarser dtype of the two. A plain Python float counts as float32,
# since `.item()` makes one from a float32 tensor. The absolute one shrinks with small expected numbers.
TOLERANCES = {"float16": (2e-3, 2e-3), "float32": (1e-5, 1e-5), "float64": (1e-7, 1e-8)}


def close(
    got: Any,
    want: Any,
    *,
    rtol: float | None = None,
    atol: float | None = None,
    name: str = "",
    hint: str = "",
    where: str = "",
    of: Mapping[str, Any] | None = None,
    mistakes: Mapping[str, Any] | None = None,
) -> None:
    """Raise `Mismatch` unless `got` has the shape of `want` and numbers within tolerance of it.

    got, want: numbers, NumPy arrays, torchlet or PyTorch tensors, lists, tuples and dicts of them. A tensor
        may be compared with an array, a number or an even list of numbers; dtypes may differ; nan equals nan.
    rtol, atol: |got - want| <= atol + rtol * |want|; by default what the coarser dtype of the two allows.
    name: what is compared, as the student would call it ("x.grad").
    hint, where: shown with a failure: what to try, where to look.
    of: what the result was computed from, so that misconceptions can be recognised: {"upstream": g},
        {"input": x}, {"branches": [g1, g2]}, {"n": 6}; see `misconceptions`.
    mistakes: {sentence: the value that this mistake gives}; the sentence is the cause if `got` is that value,
        as a whole or, in a list or dict, the part that is wrong.
    """
    _Comparison(got, rtol, atol, hint, where, dict(of or {}), dict(mistakes or {}), name).compare(
        got, want, given(name)
    )


def equal(
    got: Any,
    want: Any,
    *,
    name: str = "",
    hint: str = "",
    where: str = "",
    of: Mapping[str, Any] | None = None,
    mistakes: Mapping[str, Any] | None = None,
) -> None:
    """Raise `Mismatch` unless `got` is exactly `want`: values, shape and, between arrays or tensors, dtype.

    Takes what `close` takes, and also text, None, sets, ranges, slices, dtypes and classes.
    """
    _Comparison(got, 0.0, 0.0, hint, where, dict(of or {}), dict(mistakes or {}), name, exact=True).compare(
        got, want, given(name)
    )


@dataclass(frozen=True)
class _Comparison:
    whole: Any  # what came, of which `compare` may look at a part
    rtol: float | None
    atol: float | None
    hint: str
    where: str
    of: dict[str, Any]
    mistakes: dict[str, Any]
    name: str = ""  # as it was given
    exact: bool = False

    def compare(self, got: Any, want: Any, name: str) -> None:
        got, want = values.plain(got), values.plain(want)
        if got is want and self.exact:
            return
        if (
            want is None
            or type(want) in (str, bytes, range, slice, set, frozenset, type)
            or values.is_dtype(want)
        ):
            self._compare_plain(got, want, name)
        elif type(want) is dict:
            self._compare_dicts(got, want, name)
        elif type(want) in (list, tuple):
            self._compare_sequences(got, want, name)
        else:
            self._compare_numbers(got, _expected(want), want, name)

    def _compare_plain(self, got: Any, want: Any, name: str) -> None:
        same_type = type(got) is type(want) or (values.is_dtype(got) and values.is_dtype(want))
        if got is not want and not (same_type and got == want):
            self._fail(tr("{name} is not what was expected."), name, got, want)

    def _compare_dicts(self, got: Any, want: dict, name: str) -> None:
        if type(got) is not dict:
            self._fail(tr("{name} should be a dict."), name, got, want)
        if missing := [key for key in want if key not in got]:
            self._fail(tr("{name} lacks the key {keys}."), name, got, want, keys=display.value(missing)[1:-1])
        if surplus := [key for key in got if key not in want]:
            self._fail(
                tr("{name} has a surplus key {keys}."), name, got, want, keys=display.value(surplus)[1:-1]
            )
        for key, wanted in want.items():
            self.compare(got[key], wanted, f"{name or tr('result')}[{display.value(key)}]")

    def _compare_sequences(self, got: Any, want: list | tuple, name: str) -> None:
        wanted = values.read_nested(want)
        if wanted is not None and (values.is_tensor(got) or values.is_array(got) or values.read_nested(got)):
            listed = values.read_nested(got) is not None
            if not (self.exact and listed and type(got) is not type(want)):
                return self._compare_numbers(got, wanted, want, name)
        if type(got) not in (list, tuple) or (self.exact and type(got) is not type(want)):
            kind = tr("a list") if type(want) is list else tr("a tuple")
            self._fail(tr("{name} should be {kind}."), name, got, want, kind=kind)
        if len(got) != len(want):
            text = tr("{name} should have {expected} items, not {count}.")
            if len(want) < 2:
                text = (
                    tr("{name} should have one item, not {count}.") if want else tr("{name} should be empty.")
                )
            self._fail(text, name, got, want, expected=len(want), count=len(got))
        for i, (item, wanted_item) in enumerate(zip(got, want, strict=True)):
            self.compare(item, wanted_item, f"{name or tr('result')}[{i}]")

    def _compare_numbers(self, got: Any, want: values.Numbers, original: Any, name: str) -> None:
        found = self._read(got, want, original, name)
        if found.shape != want.shape:
            detail = tr("the shape is {got} instead of {expected}", got=found.shape, expected=want.shape)
            self._fail(tr("{name} has the wrong shape."), name, got, original, found, want, detail=detail)
        if want.array.dtype.kind == "b" and found.array.dtype.kind != "b":
            self._fail(tr("{name} should be True or False."), name, got, original, found, want)
        if self.exact and "number" not in (found.source, want.source) and found.dtype != want.dtype:
            detail = tr("the dtype is {got} instead of {expected}", got=found.dtype, expected=want.dtype)
            self._fail(tr("{name} has the wrong dtype."), name, got, original, found, want, detail=detail)
        differs = self._differing(found, want)
        if differs.any():
            text = (
                tr("{name} has wrong values.") if want.array.size > 1 else tr("{name} has the wrong value.")
            )
            self._fail(
                text, name, got, original, found, want, detail=_worst(found.array, want.array, differs)
            )

    def _read(self, got: Any, want: values.Numbers, original: Any, name: str) -> values.Numbers:
        """`got` as numbers, or a Mismatch that says what it is instead."""
        noun = {"number": tr("a number"), "array": tr("an array"), "tensor": tr("a tensor")}[want.source]
        if want.source == "number" and want.shape:
            noun = tr("a list of numbers")
        if (found := values.read_nested(got)) is None:
            try:
                found = values.read(got)
            except values.Unreadable:
                self._fail(tr("{name} should be {kind}."), name, got, original, None, want, kind=noun)
        if want.source != "number" and found.source == "number" and want.shape:
            self._fail(tr("{name} should be {kind}."), name, got, original, found, want, kind=noun)
        if found.array.dtype.kind == "b" and want.array.dtype.kind != "b":
            self._fail(tr("{name} should be {kind}."), name, got, original, found, want, kind=noun)
        return found

    def _differing(self, got: values.Numbers, want: values.Numbers) -> np.ndarray:
        if self.exact or (got.integral and want.integral):
            return ~_exactly(got.array, want.array)
        rtol, atol = tolerances(got, want)
        rtol = rtol if self.rtol is None else self.rtol
        atol = atol if self.atol is None else self.atol
        return ~np.isclose(_wide(got.array), _wide(want.array), rtol=rtol, atol=atol, equal_nan=True)

    def _fail(self, title, name, got, want, found=None, wanted=None, *, detail=None, **fields) -> None:
        """Raise the Mismatch, with the first misconception that fits."""
        expected, shown = display.value(want), display.value(got)
        if found is not None and wanted is not None and found.shape == wanted.shape:
            expected, shown = display.pair(wanted.array, found.array)
            expected, shown = display.as_tuple(want, expected), display.as_tuple(got, shown)
            if found.dtype != wanted.dtype and "number" not in (found.source, wanted.source):
                expected, shown = f"{expected}  ({display.kind(wanted)})", f"{shown}  ({display.kind(found)})"
        case = Case(got, found, wanted, self.of, self.name)
        raise Mismatch(
            title.format(name=name or tr("The result"), **fields),
            expected=expected,
            got=shown,
            detail=detail,
            cause=self._foreseen(got) or explain(case),
            hint=self.hint,
            where=self.where,
        ) from None

    def _foreseen(self, part: Any) -> str | None:
        """The mistake whose value came, as a whole or in the part that is wrong."""
        for got in (self.whole, part):
            for sentence, value in self.mistakes.items():
                if self._same(got, value):
                    return given(sentence)
        return None

    def _same(self, got: Any, other: Any) -> bool:
        """Would `got` pass as `other`?"""
        try:
            replace(self, whole=got, mistakes={}, of={}).compare(got, other, "")
        except (Mismatch, values.Unreadable):
            return False
        return True


def tolerances(got: values.Numbers, want: values.Numbers) -> tuple[float, float]:
    """rtol and atol for two values by their dtypes; see TOLERANCES."""
    names = [side.dtype for side in (got, want) if side.source != "number" and side.dtype in TOLERANCES]
    coarsest = min(names, default="float32", key=lambda name: int(name.removeprefix("float")))
    rtol, atol = TOLERANCES[coarsest]
    magnitude = np.abs(_wide(want.array))
    largest = np.max(magnitude, where=np.isfinite(magnitude), initial=0.0)
    return rtol, (min(atol, rtol * float(largest)) if largest else atol)


def _expected(want: Any) -> values.Numbers:
    try:
        return values.read(want)
    except values.Unreadable as reason:
        raise TypeError(f"the expected value of a check should be plain data, not {reason}") from None


def _wide(array: np.ndarray) -> np.ndarray:
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def _exactly(got: np.ndarray, want: np.ndarray) -> np.ndarray:
    both_nan = np.isnan(got) & np.isnan(want) if "f" in (got.dtype.kind, want.dtype.kind) else False
    return (got == want) | both_nan


def _worst(got: np.ndarray, want: np.ndarray, differs: np.ndarray) -> str | None:
    """Where the largest difference is, and how many elements differ."""
    if want.size == 1:
        return None
    with np.errstate(invalid="ignore", over="ignore"):
        size = np.abs(_wide(got) - _wide(want))
    size = np.where(differs, np.nan_to_num(size, nan=np.inf), -1.0)
    place = np.unravel_index(int(np.argmax(size)), size.shape)
    expected, shown = display.pair(want[place], got[place])
    return tr(
        "largest at {place}: expected {expected}, got {got}; {count} of {total} elements differ",
        place=[int(i) for i in place],
        expected=expected,
        got=shown,
        count=int(differs.sum()),
        total=differs.size,
    )
