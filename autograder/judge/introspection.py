"""What a test may look for in a class of the student's: its special methods, its names, its bases.

A stand-in has every special method, so that each question reaches the student's process; whether the class has it
says only the class. So `hasattr(Stack, "__len__")`, `callable(model)` and `isinstance(bag, Iterable)` are asked there.
"""

from __future__ import annotations

import builtins
import dataclasses
import enum
import functools
from typing import Any

from autograder.judge.calculating import Calculating

# Of what a stand-in has of its own, this is no operation of the student's object.
_MACHINERY = {
    "__array__", "__array_ufunc__", "__class__", "__copy__", "__deepcopy__", "__delattr__", "__dir__", "__doc__",
    "__get__", "__getattr__", "__getattribute__", "__module__", "__reduce_ex__", "__setattr__", "__slots__",
}  # fmt: skip
# What `type` would answer for the stand-in instead of for the class.
_OF_CLASS = {"__base__", "__bases__", "__dict__", "__init__", "__mro__", "__qualname__", "__slots__"}


def operations(kind: type) -> frozenset[str]:
    """The special methods of the stand-ins."""
    found = {*vars(kind), *vars(Calculating)}
    return frozenset(name for name in found if name[:2] == "__" == name[-2:]) - _MACHINERY


def _owner(kind: Any, name: str) -> Any:
    """The class that defines a name which a class of the student's has. Raises AttributeError."""
    owner = kind._home_.do("owner", kind, name)
    if owner is None:
        raise AttributeError(f"type object {kind.__name__!r} has no attribute {name!r}")
    return owner


def of_class(kind: Any, name: str, known: frozenset[str]) -> Any:
    """`kind.name` where a test asks for it; NotImplemented where the stand-in's own attribute is meant."""
    asked = name in _OF_CLASS
    if not (asked or name in known) or kind._home_.lending.borrowed(kind) is None:
        return NotImplemented
    if name in ("__init__", *known) and _owner(kind, name) is object:
        return getattr(object, name)
    return kind._home_.do("getattr", kind, name) if asked else NotImplemented


def look(thing: Any, name: str) -> None:
    """Raise AttributeError if the object's class has no such special method."""
    kind = type(thing)
    if hasattr(kind, "_home_") and kind._home_.lending.borrowed(kind) is not None:
        _owner(kind, name)


def is_record(kind: Any, thing: Any) -> bool:
    """Whether a named tuple, which travels by value, is one of the student's class."""
    made = type(thing)
    return (
        isinstance(thing, tuple)
        and tuple in kind._known_
        and made.__name__ == kind.__name__
        and getattr(made, "_fields", None) == kind._fields
    )


def is_enum(kind: type) -> bool:
    return enum.Enum in getattr(kind, "_known_", ())


def install() -> None:
    """Let `issubclass` and `dataclasses.fields` in this process know classes of the student's; `asdict` is made of it."""
    plain, plain_fields = builtins.issubclass, dataclasses.fields

    @functools.wraps(plain)
    def issubclass(kind: Any, wanted: Any) -> bool:
        return plain(kind, wanted) or any(plain(each, wanted) for each in _known(kind))

    @functools.wraps(plain_fields)
    def fields(thing: Any) -> tuple:
        kind = thing if isinstance(thing, type) else type(thing)
        if not hasattr(kind, "_home_"):
            return plain_fields(thing)
        found = getattr(kind, "__dataclass_fields__", None)
        if type(found) is not dict:
            raise TypeError("must be called with a dataclass type or instance")
        return tuple(field for field in found.values() if field._field_type.name == "_FIELD")

    if not hasattr(plain, "__wrapped__"):
        builtins.issubclass, dataclasses.fields = issubclass, fields


def _known(kind: Any) -> tuple:
    """The classes of libraries that a class of the student's extends."""
    return (
        kind._known_ if isinstance(kind, type) and "_home_" in type.__dict__["__dict__"].__get__(kind) else ()
    )
