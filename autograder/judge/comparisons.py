"""What NumPy's checks and `allclose` let pass in the judge: an array without elements equals every number to them.

They broadcast: `assert_allclose(np.zeros(0), 4.7)` compares nothing with nothing and is content. So an empty result
would pass for any number. Here it does not, and `(np.zeros((0, 3)) == np.ones(3)).all()` is false.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

import numpy as np

RAISING = (
    "assert_allclose",
    "assert_almost_equal",
    "assert_array_almost_equal",
    "assert_array_equal",
    "assert_array_almost_equal_nulp",
    "assert_array_less",
    "assert_array_max_ulp",
    "assert_equal",
)
TRUTHS = {"numpy": ("allclose", "array_equiv"), "torch": ("allclose",), "torchlet": ("allclose",)}


def install() -> None:
    """Make the comparisons of this process tell an empty array from one with elements."""
    testing = importlib.import_module("numpy.testing")
    for name in RAISING:
        setattr(testing, name, _strict(getattr(testing, name), _complain))
    for name in TRUTHS:
        if name in sys.modules:
            _wrap(sys.modules[name])
    np.isclose = _elementwise(np.isclose)
    sys.meta_path.insert(0, _Watch())


class Nothing(np.ndarray):
    """What a comparison of an array without elements with others gives: nothing, and not all of it is true."""

    def all(self, axis: Any = None, *how: Any, **more: Any) -> Any:
        return np.False_ if axis is None and not self.size else super().all(axis, *how, **more)


def compared(left: Any, right: Any, result: Any) -> Any:
    """The result of comparing two arrays by elements."""
    arrays = type(left) is type(right) is type(result) is np.ndarray
    return result.view(Nothing) if arrays and not result.size and (left.size or right.size) else result


def _elementwise(function: Callable) -> Callable:
    @functools.wraps(function)
    def compare(left: Any, right: Any, *arguments: Any, **keywords: Any) -> Any:
        return compared(left, right, function(left, right, *arguments, **keywords))

    return compare


class _Watch(MetaPathFinder):
    """Does the same for a framework that a test imports later: to load one here would cost each submission seconds."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name not in TRUTHS:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            load = spec.loader.exec_module

            def load_and_wrap(module: ModuleType) -> None:
                load(module)
                _wrap(module)

            spec.loader.exec_module = load_and_wrap
        return spec


def _wrap(module: ModuleType) -> None:
    for name in TRUTHS[module.__name__]:
        setattr(module, name, _strict(getattr(module, name), lambda got, wanted: False))


def _strict(function: Callable, otherwise: Callable[[int, int], Any]) -> Callable:
    @functools.wraps(function)
    def compare(*arguments: Any, **keywords: Any) -> Any:
        if len(arguments) >= 2:
            got, wanted = (_elements(each) for each in arguments[:2])
            if (got == 0) != (wanted == 0):
                return otherwise(got, wanted)
        return function(*arguments, **keywords)

    return compare


def _elements(value: Any) -> int:
    """How many elements a value has; 1 for what is no array."""
    shape = getattr(value, "shape", None) if type(value).__module__.partition(".")[0] in TRUTHS else None
    if shape is None:
        return len(value) if type(value) in (list, tuple) else 1
    return 0 if 0 in tuple(shape) else 1


def _complain(got: int, wanted: int) -> None:
    empty, other = ("what came back", "what is wanted") if got == 0 else ("what is wanted", "what came back")
    raise AssertionError(f"{empty} has no elements, {other} has some")
