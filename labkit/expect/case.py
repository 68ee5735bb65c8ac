"""A failed comparison, as the misconceptions look at it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import values


@dataclass(frozen=True)
class Case:
    """What came, what was expected, and what the result was computed from.

    found and wanted are None where the value is not numbers; `of` as in `expect.close`.
    """

    value: Any
    found: values.Numbers | None
    wanted: values.Numbers | None
    of: Mapping[str, Any]
    name: str = ""

    @property
    def numeric(self) -> bool:
        if self.found is None or self.wanted is None:
            return False
        return (self.found.array.dtype.kind == "b") == (self.wanted.array.dtype.kind == "b")

    @property
    def shapes_differ(self) -> bool:
        return self.numeric and self.found.shape != self.wanted.shape

    @property
    def comparable(self) -> bool:
        """Numbers on both sides, of one shape, with something in them. True and False are answers, not numbers."""
        truths = self.numeric and self.wanted.array.dtype.kind == "b"
        return self.numeric and not truths and not self.shapes_differ and self.wanted.array.size > 0

    @property
    def differs(self) -> bool:
        """Comparable, and apart by more than rounding."""
        return self.comparable and not near(self.got, self.want)

    @property
    def got(self) -> np.ndarray:
        return _float(self.found.array)

    @property
    def want(self) -> np.ndarray:
        return _float(self.wanted.array)

    @property
    def about_gradients(self) -> bool:
        """Whether the name speaks of a gradient: "w.grad", "the gradient of w"; a function's name does not."""
        return re.search(r"\.grad\b|\bgradients?\b", self.name, re.IGNORECASE) is not None

    def given(self, key: str) -> np.ndarray | None:
        """The array under `key` of what the result was computed from, if there is one."""
        return self._array(self.of[key]) if key in self.of else None

    def several(self, key: str) -> list[np.ndarray]:
        """The list of arrays under `key`."""
        arrays = [self._array(item) for item in self.of.get(key, ())]
        return [array for array in arrays if array is not None]

    def counts(self) -> list[int]:
        """How many things may have been averaged: what the author says, else the sizes of the input."""
        if "n" in self.of:
            n = self.of["n"]
            return [int(k) for k in (n if type(n) in (list, tuple) else [n])]
        source = self.given("input")
        source = self.want if source is None else source
        return sorted({source.size, *source.shape} - {0, 1}, reverse=True)

    @staticmethod
    def _array(value: Any) -> np.ndarray | None:
        try:
            return _float((values.read_nested(value) or values.read(value)).array)
        except values.Unreadable:
            return None


def near(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal but for rounding, and not because everything is zero."""
    if a.shape != b.shape or not (np.isfinite(a).all() and np.isfinite(b).all()):
        return False
    size = np.abs(b).max(initial=0.0)
    return bool(size > 0 and np.allclose(a, b, rtol=2e-5, atol=2e-6 * size))


def _float(array: np.ndarray) -> np.ndarray:
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
