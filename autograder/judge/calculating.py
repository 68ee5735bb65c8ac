"""What a test may compare and calculate with stand-ins, and whose word the answer is.

Whoever is asked whether 0.5 equals his answer says yes. So it matters where an object comes from:

* `DIRECT`: the test has built it by calling its class, or calculated it from such objects. The class's own `==` and `+`
  are then what is tested, and their answer counts.
* `GIVEN`: it came from an object that the test has built (a result, an attribute), or came back from student code. It
  may stand where a plain value should. It is compared with numbers only if it can tell them from others. Before it is
  *told* a plain value (`result - 12`), it is asked for its own number, and what comes after has to fit to that.
* `FOREIGN`: a function gave it. It is neither compared nor calculated with.

Two objects of the student's own class are compared by that class, wherever they come from: only it knows what is equal.
"""

from __future__ import annotations

import math
import operator
import random
from dataclasses import dataclass
from typing import Any

import numpy as np


class HandleError(AssertionError):
    """A test compares or calculates with an object that cannot leave the student's process: the test fails."""


FOREIGN, GIVEN, DIRECT = range(3)
OTHERS = 127  # values that a comparison with a plain value asks about besides
ORDER = ("lt", "le", "gt", "ge")
ARITHMETIC = (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor"),
    *("lshift", "rshift"),
)
# Methods of plain values to which a test gives what it expects: of another object their answer is worth nothing.
ASKING = frozenset({
    "allclose", "array_equal", "array_equiv", "assert_allclose", "assert_almost_equal", "assert_array_almost_equal",
    "assert_array_equal", "assert_close", "assert_equal", "difference", "dist", "endswith", "eq", "equal", "equals",
    "ge", "greater", "gt", "is_close", "isclose", "isdisjoint", "isin", "issubset", "issuperset", "le", "less", "lt",
    "ne", "rsub", "startswith", "sub", "subtract", "symmetric_difference",
})  # fmt: skip
_NUMBERS = (int, float, complex, np.number, np.bool_)
_PLAIN_NAMES = (
    frozenset(dir(np.ndarray)) | frozenset(dir(float)) | {"abs", "norm", "square", "numpy", "detach"}
)


@dataclass(frozen=True)
class Told:
    """What an object was told: it stands for `number` now, None where nobody knows; several: a whole array."""

    number: Any = None
    several: bool = False


class Calculating:
    """The operators of a stand-in. `_origin`, `_told` and `_judge` are its own, see above and `standins`."""

    __slots__ = ()
    _is_function = False

    def __eq__(self, other: Any) -> Any:
        if other is self and self._origin == FOREIGN:
            return True
        return False if other is None else operate("eq", self, other, self)

    def __ne__(self, other: Any) -> Any:
        if other is self and self._origin == FOREIGN:
            return False
        return True if other is None else operate("ne", self, other, self)

    def __contains__(self, item: Any) -> bool:
        if self._origin == DIRECT:
            return self._judge.do("contains", self, item)
        try:
            items = iter(self)
        except TypeError:
            return _contains(self, item)
        return any(each is item or each == item for each in items)

    def __round__(self, *digits: Any) -> Any:
        return _alone("round", self, round, *digits)

    def __bool__(self) -> bool:
        return self._number("bool", bool)

    def __float__(self) -> float:
        return self._number("float", float)

    def __complex__(self) -> complex:
        return self._number("complex", complex)

    def __int__(self) -> int:
        return self._number("int", int)

    def __index__(self) -> int:
        return self._number("index", int)

    def _number(self, operation: str, kind: type) -> Any:
        value = self.answer(operation, kind)
        return value if self._told is None else _check(value, _applied(kind, self._told.number), self)

    def answer(self, operation: str, kind: type, *arguments: Any) -> Any:
        """The result of an operation that must give a value of this type."""
        value = self._judge.do(operation, self, *arguments)
        if type(value) is not kind:
            raise HandleError(f"{operation}() of a {type(self).__name__} gave a {type(value).__name__}")
        return value


def _operators() -> None:
    for name in ("neg", "pos", "abs", "invert"):
        setattr(
            Calculating, f"__{name}__", lambda self, name=name: _alone(name, self, getattr(operator, name))
        )
    for name in ORDER:
        setattr(Calculating, f"__{name}__", lambda self, other, name=name: operate(name, self, other, self))
    for name in ARITHMETIC:
        word = name.rstrip("_")

        def straight(self, other, name=name):
            return operate(name, self, other, self)

        def reflected(self, other, name=name):
            return operate(name, other, self, self)

        def in_place(self, other, name="i" + word):
            return operate(name, self, other, self)

        setattr(Calculating, f"__{word}__", straight)
        setattr(Calculating, f"__r{word}__", reflected)
        setattr(Calculating, f"__i{word}__", in_place)


_operators()


def may_ask(thing: Any, name: str) -> None:
    """Raise `HandleError` if an attribute of an object that was told a value would be that of the plain value."""
    told = getattr(thing, "_told", None)
    if told is not None and (told.several or name in _PLAIN_NAMES):
        raise HandleError(refusal(thing))


def pass_on(value: Any, source: Any, origin: int = GIVEN) -> Any:
    """What comes from an object that the test built, and is of a class it names, may be calculated with too."""
    if isinstance(source, Calculating) and source._origin != FOREIGN and _is_named(value):
        object.__setattr__(value, "_origin", min(source._origin, origin))
    return value


def came_back(value: Any) -> None:
    """An object that student code has given back may stand for a plain value, even if the test has built it."""
    if isinstance(value, Calculating) and value._origin == DIRECT:
        object.__setattr__(value, "_origin", GIVEN)


def _is_named(value: Any) -> bool:
    return isinstance(value, Calculating) and (value._is_function or getattr(type(value), "_named", False))


def operate(operation: str, left: Any, right: Any, asked: Calculating) -> Any:
    both = isinstance(left, Calculating) and isinstance(right, Calculating)
    objects = [each for each in (left, right) if isinstance(each, Calculating)]
    same = both and type(left) is type(right) and getattr(type(left), "_named", False)
    if not (same or any(each._origin != FOREIGN for each in objects)):
        raise HandleError(refusal(asked))
    if not both:
        plain = right if asked is left else left
        if operation in ("eq", "ne"):
            return _is_equal(operation, left, right, asked, plain)
        if operation in ORDER and asked._origin != DIRECT:
            return getattr(operator, operation)(*_with_number(left, right, asked))
        if operation not in ORDER and (asked._origin != DIRECT or asked._told):
            return _tell(operation, left, right, asked, plain)
    origin = min(each._origin for each in objects) or GIVEN * any(each._origin for each in objects)
    result = asked._judge.do(operation, left, right)
    if operation == "eq" and result is True and _equals_anything(left, right, asked._judge):
        raise HandleError(f"an object of the class {type(asked).__name__} says that it equals anything")
    if _is_named(result) and origin:
        object.__setattr__(result, "_origin", origin)
    if isinstance(result, Calculating) and any(each._told for each in objects):
        object.__setattr__(result, "_told", Told())
    return result


def _equals_anything(left: Any, right: Any, judge: Any) -> bool:
    """Whether an object of the student's equals a number that nobody has given it."""
    for each in (left, right):
        try:
            if each is not None and judge.do("eq", each, random.SystemRandom().getrandbits(60)) is True:
                return True
        except Exception:
            continue  # a class that compares with its own kind alone
    return False


# What was told a plain value


def _tell(operation: str, left: Any, right: Any, asked: Calculating, plain: Any) -> Any:
    """Calculate with a plain value, which the object then knows."""
    known = isinstance(plain, _NUMBERS)
    several = not known and (isinstance(plain, (list, tuple, set, dict)) or hasattr(plain, "dtype"))
    expected = (
        _applied(getattr(operator, operation), *_with_number(left, right, asked, None)) if known else None
    )
    result = asked._judge.do(operation, left, right)
    return _bound_to(result, expected, asked, several)


def _alone(operation: str, thing: Calculating, here: Any, *arguments: Any) -> Any:
    origin = thing._origin
    result = thing._judge.do(operation, thing, *arguments)
    if thing._told is not None:
        return _bound_to(result, _applied(here, thing._told.number, *arguments), thing, thing._told.several)
    return pass_on(result, thing, origin)


def _bound_to(result: Any, expected: Any, source: Calculating, several: bool) -> Any:
    """A result of what was told a value: it has to be what the judge expects of the number that was said before."""
    if isinstance(result, Calculating):
        object.__setattr__(result, "_told", Told(expected, several))
        if _is_named(result):
            object.__setattr__(result, "_origin", GIVEN)
        return result
    return _check(result, expected, source)


def _check(value: Any, expected: Any, source: Calculating) -> Any:
    if expected is None or not _agree(value, expected):
        raise HandleError(refusal(source))
    return value


def _agree(value: Any, expected: Any) -> bool:
    try:
        return bool(value == expected) or math.isclose(value, expected, rel_tol=1e-9, abs_tol=1e-12)
    except (TypeError, ValueError, OverflowError):
        return False


def _applied(function: Any, *values: Any) -> Any:
    if any(value is None for value in values):
        return None
    try:
        return function(*values)
    except (TypeError, ValueError, ArithmeticError):
        return None


_REQUIRED = object()


def _with_number(left: Any, right: Any, asked: Calculating, otherwise: Any = _REQUIRED) -> tuple[Any, Any]:
    """Both operands with the object's own number in its place, which it says without knowing the other one."""
    if asked._told is not None:
        number = asked._told.number
    else:
        try:
            number = asked._judge.do("float", asked)
        except Exception:  # it has none
            number = None
        number = number if type(number) is float else None
    if number is None:
        if otherwise is _REQUIRED:
            raise HandleError(refusal(asked))
        number = otherwise
    return (number, right) if asked is left else (left, number)


# Equality with a plain value


def _is_equal(operation: str, left: Any, right: Any, asked: Calculating, plain: Any) -> Any:
    """`Fraction(1, 2) == 0.5` asks the class; what takes part in the place of a number must not say yes to any.

    A method may give back an object of the class instead of the number that the test wants, and that object could
    be larger than, or equal to, whatever it is compared with.
    """
    if asked._told is not None:
        wanted = _agree(asked._told.number, plain) is (operation == "eq")
        return _check(
            asked._judge.do(operation, left, right), wanted if asked._told.number is not None else None, asked
        )
    others = others_like(plain, texts=asked._origin == DIRECT)
    if not others and asked._origin != DIRECT:
        raise HandleError(refusal(asked))
    asked_about = [plain, *others]
    order = random.SystemRandom().sample(range(len(asked_about)), len(asked_about))
    said = {}
    for i in order:
        operands = (left, asked_about[i]) if asked is left else (asked_about[i], right)
        said[i] = asked._judge.do(operation, *operands)
    unequal = operation == "ne"
    more = sum(said[i] is not unequal for i in order if i)
    # A class under test may hold several numbers for equal, as those modulo 7.
    if said[0] is not unequal and more > (len(others) // 2 if asked._origin == DIRECT else 0):
        raise HandleError(
            f"an object of the class {type(asked).__name__} came back in the place of a plain value, and says "
            "that it equals other values as well: give back the value"
        )
    return said[0]


def _contains(thing: Calculating, item: Any) -> bool:
    """An object that came back instead of a list, and cannot be gone through: it must not contain most of all values."""
    others = others_like(item)
    asked = random.SystemRandom().sample([item, *others], len(others) + 1) if others else []
    said = [(each, thing._judge.do("contains", thing, each)) for each in asked]
    if not said or sum(found is True for _, found in said) > len(said) / 4:
        raise HandleError(refusal(thing))
    return next(found is True for each, found in said if each is item)


def others_like(value: Any, texts: bool = False) -> list:
    """Values like this one, with other numbers (and texts) in it: only who knows it can tell it from them."""
    draw = random.SystemRandom()
    middle = draw.uniform(-1, 1)  # where among the others it stands tells nothing
    made = (_vary(value, draw, middle, texts) for _ in range(OTHERS))
    return [other for other in made if other != value]


def _vary(value: Any, draw: random.Random, middle: float, texts: bool) -> Any:
    if type(value) in (list, tuple):
        return type(value)(_vary(each, draw, middle, texts) for each in value)
    if type(value) is dict:
        return {key: _vary(each, draw, middle, texts) for key, each in value.items()}
    if type(value) is str and texts:
        return "".join(draw.choice("abcdefghijklmnopqrstuvwxyz") for _ in value)
    if type(value) not in (int, float) or (type(value) is float and not math.isfinite(value)):
        return value
    size = int(min(max(100, 2 * abs(value)), 10**15)) if abs(value) < 10**300 else 10**15
    away = (draw.uniform(-1, 1) + middle) * size
    if type(value) is int:
        return value + int(away)
    decimals = len(repr(value).partition(".")[2])
    return round(value + away, min(decimals, 15))


def refusal(thing: Any) -> str:
    if thing._is_function:
        return f"the function {thing.__name__} itself came back, not what it gives: was it called, with ()?"
    return (
        f"an object of the class {type(thing).__name__} came back, which is compared with nothing: "
        "give back a plain value (a number, text, list, dict, array or tensor)"
    )
