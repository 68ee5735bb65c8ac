"""A class of the test's that extends a class of the student's: it is made there, and its methods are called here.

`class Fixed(Shape): def area(self): return 7` tests what `Shape` does with `area`. So the student's process gets a
class whose functions are the test's; `super()` in them is asked there.
"""

from __future__ import annotations

import sys
from typing import Any

# What Python itself puts into the body of a class.
_OF_PYTHON = {
    *("__annotations__", "__classcell__", "__firstlineno__", "__module__", "__orig_bases__", "__qualname__"),
    "__static_attributes__",
}


def extend(name: str, bases: tuple, body: dict[str, Any]) -> Any:
    """The stand-in for the new class. Raises TypeError where a base is not the student's."""
    if not all(hasattr(base, "_home_") for base in bases):
        raise TypeError("a class of a test cannot extend a class of the student's and another one")
    parts = tuple((key, *_part(value)) for key, value in body.items() if key not in _OF_PYTHON)
    made = bases[0]._home_.ask("extend", name, bases, parts)
    if type(made) is not type(bases[0]):
        raise TypeError("the student's class cannot be extended")
    made._named_ = True
    if "__classcell__" in body:
        body["__classcell__"].cell_contents = made
    return made


def _part(value: Any) -> tuple[str, Any]:
    if isinstance(value, property):
        return "property", (value.fget, value.fset)
    if isinstance(value, (staticmethod, classmethod)):
        return type(value).__name__, value.__func__
    return "", value


def make(name: str, bases: tuple, parts: tuple) -> type:
    """The class itself, in the student's process."""
    kinds = {"": lambda value: value, "property": lambda both: property(*both)}
    kinds |= {"staticmethod": staticmethod, "classmethod": classmethod}
    body = {key: kinds[kind](value) for key, kind, value in parts}
    return type(bases[0])(name, bases, {"__module__": "__main__", **body})


class Parent:
    """What `super()` gives in a method of such a class."""

    def __init__(self, found: Any):
        object.__setattr__(self, "found", found)

    def __getattribute__(self, name: str) -> Any:
        found = object.__getattribute__(self, "found")
        return found._judge_.do("getattr", found, name)


class Super(super):
    """`super` in a test."""

    def __new__(cls, *given: Any) -> Any:
        if not given:
            frame = sys._getframe(1)
            given = (frame.f_locals["__class__"], frame.f_locals[frame.f_code.co_varnames[0]])
        if hasattr(given[0], "_home_"):
            return Parent(given[0]._home_.do("super", *given))
        return super(*given)
