"""What an object has been told: a plain value that the test may expect, by calculating with it.

Before an object that may stand for a number is *told* one (`result - 12`), it is asked for its own: as `float(result)`,
as `result.data`, and as `result.real` and `result.imag`. What comes after has to fit to that: numbers, and what arrays
have as well (`.mean()`, `.shape`), so that `((model(x) - y) ** 2).mean()` of the student's own tensors can be followed.
"""

from __future__ import annotations

import copy
import functools
import math
import operator
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.judge.origins import GIVEN, HandleError, Held, is_named, pass_on, refusal

# Methods of plain values to which a test gives what it expects: of another object their answer is worth nothing.
ASKING = frozenset({
    "allclose", "array_equal", "array_equiv", "assert_allclose", "assert_almost_equal", "assert_array_almost_equal",
    "assert_array_equal", "assert_close", "assert_equal", "difference", "dist", "endswith", "eq", "equal", "equals",
    "ge", "greater", "gt", "is_close", "isclose", "isdisjoint", "isin", "issubset", "issuperset", "le", "less", "lt",
    "ne", "rsub", "startswith", "sub", "subtract", "symmetric_difference",
})  # fmt: skip
_NUMBERS = (int, float, complex, np.number, np.bool_)
# What tensors can do and arrays can not.
_OF_TENSORS: dict[str, Callable] = {
    "abs": np.abs,
    "norm": np.linalg.norm,
    "square": np.square,
    "numpy": np.asarray,
    "detach": np.asarray,
}
_PLAIN_NAMES = frozenset(dir(np.ndarray)) | frozenset(dir(float)) | _OF_TENSORS.keys()


@dataclass(frozen=True)
class Told:
    """What an object that was told a value stands for now; None where nobody knows.

    number: as a whole. parts: what it has inside, as `data`, and as the `complex` number of `real` and `imag`.
    several: what it was told is no single number.
    """

    number: Any = None
    several: bool = False
    parts: dict[str, Any] = field(default_factory=dict)

    def after(self, work: Callable[[Any], Any], several: bool = False) -> Told:
        parts = {name: applied(work, part) for name, part in self.parts.items()}
        number = None if several else applied(work, self.number)
        return Told(number, self.several or several, parts)

    @property
    def data(self) -> Any:
        return self.parts.get("data")


def attribute(thing: Held, name: str) -> Any:
    """What the object says; where that could be asked of a plain value, only what fits to what it said before."""
    told = thing._told_
    if told is None or not (name in _PLAIN_NAMES or (told.several and told.data is None)):
        return thing._judge_.do("getattr", thing, name)
    if name in ("data", "real", "imag"):
        expected = told.data if name == "data" else getattr(told.parts.get("complex"), name, None)
        return check(None if expected is None else _part(thing, name), expected, thing)
    if told.data is None:
        raise HandleError(refusal(thing))
    value = thing._judge_.do("getattr", thing, name)
    if isinstance(value, Held) and value._is_function_:
        return functools.partial(_called, value, thing, name)
    return _fitting(value, thing, applied(lambda own: getattr(np.asarray(own), name), told.data))


def _called(method: Any, thing: Held, name: str, *arguments: Any, **keywords: Any) -> Any:
    """A method that arrays have: what it gives has to be what an array of the object's data would give."""

    def work(own: Any) -> Any:
        if any(isinstance(each, Held) for each in (*arguments, *keywords.values())):
            return None
        function = _OF_TENSORS.get(name)
        own = np.array(own)
        return (functools.partial(function, own) if function else getattr(own, name))(*arguments, **keywords)

    expected = applied(work, thing._told_.data)
    return _fitting(method(*arguments, **keywords), thing, expected)


def _fitting(value: Any, thing: Held, expected: Any) -> Any:
    if not isinstance(value, Held):
        return check(value, expected, thing)
    several, single = thing._told_.several, isinstance(expected, _NUMBERS)
    known = expected if single or type(expected) is np.ndarray else None
    return bound_to(value, Told(known if single else None, several, {"data": known}), thing)


def _part(thing: Held, name: str) -> Any:
    """A number or an array that the object has under this name; None if that is something else."""
    try:
        value = thing._judge_.do("getattr", thing, name)
    except Exception:  # it has no such attribute
        return None
    plain = type(value) is np.ndarray or (isinstance(value, _NUMBERS) and not isinstance(value, Held))
    return copy.copy(value) if plain else None


def _parts(asked: Held) -> dict[str, Any]:
    real, imaginary = _part(asked, "real"), _part(asked, "imag")
    return {
        "data": _part(asked, "data"),
        "complex": applied(lambda real: real + 1j * imaginary, real),
    }


def tell(operation: str, left: Any, right: Any, asked: Held, plain: Any) -> Any:
    """Calculate with a plain value, which the object then knows."""
    single = isinstance(plain, _NUMBERS)
    several = not single and (isinstance(plain, (list, tuple, set, dict)) or hasattr(plain, "dtype"))
    said, work = Told(), getattr(operator, operation)
    if single or type(plain) is np.ndarray:
        said = asked._told_ or Told(_number(asked), parts=_parts(asked))

    def calculated(own: Any) -> Any:
        own = copy.copy(own)  # `own += 1` would change an array
        return work(own, plain) if asked is left else work(plain, own)

    expected = said.after(calculated, several)
    result = asked._judge_.do(operation, left, right)
    return bound_to(result, expected, asked)


def together(operation: str, left: Held, right: Held) -> Told:
    """What a result of two objects stands for of which one, or both, have been told a value."""
    one, other = (each._told_ or Told(parts=_parts(each)) for each in (left, right))
    work = getattr(operator, operation)
    parts = {
        name: applied(lambda own, name=name: work(copy.copy(own), other.parts[name]), part)
        for name, part in one.parts.items()
        if other.parts.get(name) is not None
    }
    return Told(None, one.several or other.several, parts)


def alone(operation: str, thing: Held, here: Any, *arguments: Any) -> Any:
    result = thing._judge_.do(operation, thing, *arguments)
    if thing._told_ is not None:
        return bound_to(result, thing._told_.after(lambda own: here(own, *arguments)), thing)
    return pass_on(result, thing, thing._origin_)


def bound_to(result: Any, told: Told, source: Held) -> Any:
    """A result of what was told a value: it has to be what the judge expects of the number that was said before."""
    if isinstance(result, Held):
        object.__setattr__(result, "_told_", told)
        if is_named(result):
            object.__setattr__(result, "_origin_", GIVEN)
        return result
    return check(result, told.number, source)


def check(value: Any, expected: Any, source: Held) -> Any:
    if expected is None or value is None or not agree(value, expected):
        raise HandleError(refusal(source))
    return value


def agree(value: Any, expected: Any) -> bool:
    """Whether a value is the expected one but for rounding, which depends on the order of the operations."""
    kind = getattr(expected, "dtype", None)
    step = float(np.finfo(kind).eps) if isinstance(kind, np.dtype) and kind.kind in "fc" else 0.0
    relative, absolute = max(1e-9, 100 * step), max(1e-12, 10 * step)
    try:
        if type(expected) in (np.ndarray, list):
            return np.shape(value) == np.shape(expected) and np.allclose(
                value, expected, relative, absolute, equal_nan=True
            )
        return bool(value == expected) or math.isclose(value, expected, rel_tol=relative, abs_tol=absolute)
    except (TypeError, ValueError, OverflowError):
        return False


def applied(work: Callable[[Any], Any], value: Any) -> Any:
    if value is None:
        return None
    try:
        return work(value)
    except (TypeError, ValueError, ArithmeticError, AttributeError):
        return None


def _number(asked: Held) -> float | None:
    """The number that an object says it is; None if it has none."""
    try:
        number = asked._judge_.do("float", asked)
    except Exception:
        return None
    return number if type(number) is float else None


def with_number(left: Any, right: Any, asked: Held) -> tuple[Any, Any]:
    """Both operands with the object's own number in its place, which it says without knowing the other one."""
    number = _number(asked) if asked._told_ is None else asked._told_.number
    if number is None:
        raise HandleError(refusal(asked))
    return (number, right) if asked is left else (left, number)
