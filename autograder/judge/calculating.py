"""What a test may compare and calculate with stand-ins, and whose word the answer is (`origins`).

* What is `DIRECT` is believed.
* What is `GIVEN` is compared with numbers only if it can tell them from others (`equality`), and bound to the number
  that it says before it is told another one (`telling`).
* What is `FOREIGN` is neither compared nor calculated with.

Two objects of the student's own class are compared by that class, wherever they come from: only it knows what is equal.
"""

from __future__ import annotations

import operator
import random
from typing import Any

from autograder.judge.equality import contains, is_equal
from autograder.judge.origins import (
    DIRECT,
    FOREIGN,
    GIVEN,
    HandleError,
    Held,
    hold,
    is_named,
    refusal,
    same,
)
from autograder.judge.telling import alone, applied, check, tell, together, with_number

ORDER = ("lt", "le", "gt", "ge")
ARITHMETIC = (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor"),
    *("lshift", "rshift"),
)


class Calculating(Held):
    """The operators of a stand-in."""

    __slots__ = ()

    def __eq__(self, other: Any) -> Any:
        """Where it is another stand-in of the same object, a container asks, for which identity is enough.

        The `==` of a test asks the class in any case (`identity.equal`).
        """
        if same(self, other) and (other is not self or self._origin_ == FOREIGN):
            return True
        return False if other is None else operate("eq", self, other, self)

    def __ne__(self, other: Any) -> Any:
        if other is self and self._origin_ == FOREIGN:
            return False
        return True if other is None else operate("ne", self, other, self)

    def __contains__(self, item: Any) -> bool:
        if self._origin_ == DIRECT:
            return self._judge_.do("contains", self, item)
        try:
            items = iter(self)
        except TypeError:
            return contains(self, item)
        return any(same(each, item) or each == item for each in items)

    def __round__(self, *digits: Any) -> Any:
        return alone("round", self, round, *digits)

    def __bool__(self) -> bool:
        return self._number_("bool", bool)

    def __float__(self) -> float:
        return self._number_("float", float)

    def __complex__(self) -> complex:
        return self._number_("complex", complex)

    def __int__(self) -> int:
        return self._number_("int", int)

    def __index__(self) -> int:
        return self._number_("index", int)

    def _number_(self, operation: str, kind: type) -> Any:
        value = self._answer_(operation, kind)
        return value if self._told_ is None else check(value, applied(kind, self._told_.number), self)

    def _answer_(self, operation: str, kind: type, *arguments: Any) -> Any:
        """The result of an operation that must give a value of this type."""
        value = self._judge_.do(operation, self, *arguments)
        if type(value) is not kind:
            raise HandleError(f"{operation}() of a {type(self).__name__} gave a {type(value).__name__}")
        return value


def _operators() -> None:
    for name in ("neg", "pos", "abs", "invert"):
        setattr(
            Calculating, f"__{name}__", lambda self, name=name: alone(name, self, getattr(operator, name))
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


def operate(operation: str, left: Any, right: Any, asked: Calculating) -> Any:
    both = isinstance(left, Held) and isinstance(right, Held)
    objects = [each for each in (left, right) if isinstance(each, Held)]
    alike = both and type(left) is type(right) and getattr(type(left), "_named_", False)
    if not (alike or any(each._origin_ != FOREIGN for each in objects)):
        raise HandleError(refusal(asked))
    if not both:
        plain = right if asked is left else left
        if operation in ("eq", "ne"):
            return is_equal(operation, left, right, asked, plain)
        if operation in ORDER and asked._origin_ != DIRECT:
            return getattr(operator, operation)(*with_number(left, right, asked))
        if operation not in ORDER and (asked._origin_ != DIRECT or asked._told_):
            return tell(operation, left, right, asked, plain)
    origin = min(each._origin_ for each in objects) or GIVEN * any(each._origin_ for each in objects)
    told = together(operation, left, right) if both and any(each._told_ for each in objects) else None
    result = asked._judge_.do(operation, left, right)
    if operation == "eq" and result is True and _equals_anything(left, right, asked._judge_):
        raise HandleError(f"an object of the class {type(asked).__name__} says that it equals anything")
    if is_named(result) and origin:
        result = hold(result, origin)
    if isinstance(result, Held) and told is not None:
        object.__setattr__(result, "_told_", told)
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
