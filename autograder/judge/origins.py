"""Where a test has an object of the student's from, and how far the object's word is believed.

Whoever is asked whether 0.5 equals his answer says yes. So it matters how the test got hold of an object:

* `DIRECT`: it has built it by calling its class, or calculated it from such objects. The class's own `==` and `+` are
  then what is tested, and their answer counts.
* `GIVEN`: it came from an object that the test has built (a result, an attribute), or the test has built it and
  student code hands it out. It may stand where a plain value should.
* `FOREIGN`: a function gave it.

All that the wire brings is doubted. For what the test has built it gets a second stand-in, which is believed; what
student code hands out stays the first. So `x = Value(3)` is believed after `f(x)` gave x back, and what `f` gave is
not. Both stand for one object: equal in `is`, `id` and as keys (`identity`), and the same on the wire.
"""

from __future__ import annotations

from typing import Any

FOREIGN, GIVEN, DIRECT = range(3)


class HandleError(AssertionError):
    """A test compares or calculates with an object that cannot leave the student's process: the test fails."""


class Held:
    """A stand-in as the test holds it. `_first_`: the doubted one of the same object, None where this is it."""

    __slots__ = ("__weakref__", "_first_", "_judge_", "_origin_", "_told_")
    _is_function_ = False


def first(thing: Any) -> Any:
    """The doubted stand-in of the same object; anything else is itself."""
    return thing._first_ if isinstance(thing, Held) and thing._first_ is not None else thing


def same(left: Any, right: Any) -> bool:
    """`left is right`, where two stand-ins of one object are that object."""
    return left is right or (isinstance(left, Held) and first(left) is first(right))


def begin(thing: Held, judge: Any, origin: int = FOREIGN, doubted: Held | None = None) -> None:
    for name, value in (("_judge_", judge), ("_origin_", origin), ("_told_", None), ("_first_", doubted)):
        object.__setattr__(thing, name, value)


def hold(value: Held, origin: int) -> Held:
    """What a test that got hold of `value` in this way is given."""
    if value._origin_ == FOREIGN and origin != FOREIGN:
        object.__setattr__(value, "_origin_", GIVEN)
    if origin != DIRECT or not hasattr(type(value), "_home_"):  # a function or a module
        return value
    made = object.__new__(type(value))
    begin(made, value._judge_, DIRECT, first(value))
    return made


def is_named(value: Any) -> bool:
    """Whether a test may calculate with it: an object of a class that the test names, or a function."""
    return isinstance(value, Held) and (value._is_function_ or getattr(type(value), "_named_", False))


def pass_on(value: Any, source: Any, origin: int = GIVEN) -> Any:
    """What comes from an object that the test built, and is of a class it names, may be calculated with too."""
    if isinstance(source, Held) and source._origin_ != FOREIGN and is_named(value):
        return hold(value, min(source._origin_, origin))
    return value


def refusal(thing: Any) -> str:
    if thing._is_function_:
        return f"the function {thing.__name__} itself came back, not what it gives: was it called, with ()?"
    return (
        f"an object of the class {type(thing).__name__} came back, which is compared with nothing: "
        "give back a plain value (a number, text, list, dict, array or tensor)"
    )
