"""What a test hands to the student's code and the judge keeps: functions to call, iterators to ask for the next.

In the runner a `Callback` stands for it. Nothing else of the judge's can be reached from there: it can be
called, or asked for its next item, and what comes back is a value. Of an object whose class a test has defined
the public attributes can be had as well.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Iterator
from typing import Any

from autograder.judge.wire import WireError


class Callback:
    """A function of the test."""

    def __init__(self, session: Any, name: str, signature: inspect.Signature | None):
        self._session = session
        self.__name__ = self.__qualname__ = name
        if signature is not None:
            self.__signature__ = signature

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return self._session.ask("call", self, arguments, tuple(keywords.items()))

    def __repr__(self) -> str:
        return f"<function {self.__name__} of the test>"


class Function(Callback):
    """A function that Python code of the test defines: in a class it is a method, and decorators copy its text."""

    def __init__(self, session: Any, name: str, signature: inspect.Signature | None, text: str | None):
        super().__init__(session, name, signature)
        self.__doc__ = text

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else types.MethodType(self, instance)


class Thing(Callback):
    """An object of a class that the test defines."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"{self.__name__} has no attribute {name} here")
        return self._session.ask("getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
        else:
            self._session.ask("setattr", self, name, value)

    def __repr__(self) -> str:
        return f"<object of the class {self.__name__} of the test>"


class Bare:
    """An `object()` of the test: nothing but itself."""

    def __init__(self, session: Any, name: str, signature: None):
        pass


class Items(Callback):
    """An iterator of the test."""

    def __iter__(self) -> Iterator:
        return self

    def __next__(self) -> Any:
        found, item = self._session.ask("next", self)
        if not found:
            raise StopIteration
        return item


def describe(thing: Any) -> tuple:
    """What the runner is told about something of the judge's. Raises `WireError` if it cannot be handed over."""
    name = getattr(thing, "__name__", type(thing).__name__)
    if hasattr(type(thing), "__next__"):
        return "items", str(name), None
    if type(thing) is object:
        return "object", "object", None
    if is_of_test(thing):
        return "thing", type(thing).__name__, None
    if isinstance(thing, types.FunctionType):
        return "function", str(name), _parameters(thing), thing.__doc__
    if callable(thing):
        return "callable", str(name), _parameters(thing)
    raise WireError(
        f"a {type(thing).__name__} made in the test cannot be handed to the student's code, which runs in "
        "another process: define its class in the test, or in a locked cell"
    )


def is_of_test(thing: Any) -> bool:
    """Whether it is an object of a class that a test has defined."""
    return type(thing).__module__ == "__main__" and not isinstance(thing, type)


def make_callback(session: Any, description: Any) -> Any:
    kind, name, parameters, *text = description
    made = [
        inspect.Parameter(p, inspect._ParameterKind(k), default=_default(d)) for p, k, d in parameters or ()
    ]
    signature = None if parameters is None else inspect.Signature(made)
    classes = {"items": Items, "thing": Thing, "function": Function, "callable": Callback, "object": Bare}
    return classes[kind](session, name, signature, *text)


def _parameters(thing: Any) -> tuple | None:
    """Names, kinds and whether there is a default: what `inspect.signature` shows to student code."""
    try:
        found = inspect.signature(thing).parameters.values()
    except (ValueError, TypeError):
        return None
    return tuple((p.name, int(p.kind), p.default is not inspect.Parameter.empty) for p in found)


def _default(given: bool) -> Any:
    return ... if given else inspect.Parameter.empty
