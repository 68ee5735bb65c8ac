"""Stand-ins in the judge for what stays in the student's process: functions, classes, objects, modules.

What one asks a stand-in (call, attribute, item, next, length, text, number, truth) is a question to the student's
process, and the answer is a value or another stand-in. The questions carry nothing that the test expects.
Comparing and calculating would: what of it is allowed says `calculating`.
"""

from __future__ import annotations

import builtins
import copy
import functools
import types
from typing import Any

from autograder.judge.calculating import Calculating
from autograder.judge.origins import DIRECT, HandleError, first, hold, pass_on, refusal
from autograder.judge.telling import ASKING, alone, attribute


class Lost(Exception):
    """The student's process has ended since this object came from it."""


# What libraries look for in any object; none of the student's objects has it for them.
_PROTOCOLS = (
    "__array",
    "__torch",
    "__cuda",
    "__dlpack",
    "__wrapped__",
    "__signature__",
    "_repr_",
    "_ipython",
)


class RemoteClass(type):
    """A class of the student's process; its instances here are stand-ins. Calling it builds an object there."""

    def __new__(mcls, name: str, bases: tuple, body: dict, *, session: Any = None, known: tuple = ()):
        if session is None:
            raise TypeError(
                "a class of the student's code cannot be extended in a test, which runs elsewhere"
            )
        return super().__new__(mcls, name, bases, body)

    def __init__(cls, name: str, bases: tuple, body: dict, *, session: Any, known: tuple = ()):
        super().__init__(name, bases, body)
        type.__setattr__(cls, "_home", session)
        type.__setattr__(cls, "_known", known)  # its bases that are the libraries'
        type.__setattr__(cls, "_named", False)  # whether a test calls it by its name

    def __call__(cls, *arguments: Any, **keywords: Any) -> Any:
        made = cls._home.do("call", cls, arguments, tuple(keywords.items()))
        return hold(made, DIRECT) if isinstance(made, RemoteObject) else made

    def __getattr__(cls, name: str) -> Any:
        if cls._home.lending.borrowed(cls) is None:  # a library's class, see `_class_of`
            raise AttributeError(name)
        return _attribute(cls, name)

    def __setattr__(cls, name: str, value: Any) -> None:
        if name == "_named":
            type.__setattr__(cls, name, value)
        else:
            cls._home.do("setattr", cls, name, value)

    @property
    def __doc__(cls) -> Any:
        return cls._home.do("getattr", cls, "__doc__") if "_home" in vars(cls) else None


class RemoteObject(Calculating):
    """An object of the student's process."""

    __slots__ = ()
    __array_ufunc__ = None  # NumPy leaves arithmetic to the operators here, which refuse it

    def __getattr__(self, name: str) -> Any:
        return _attribute(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._judge.do("setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        self._judge.do("delattr", self, name)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return pass_on(self._judge.do("call", self, arguments, tuple(keywords.items())), self)

    @property
    def __class__(self) -> type:
        """For `isinstance`: also an instance of the library classes that its class extends."""
        known = getattr(type(self), "_known", ())
        return known[0] if known else type(self)

    @property
    def __doc__(self) -> Any:
        return self._judge.do("getattr", self, "__doc__")

    @property
    def __module__(self) -> Any:
        return self._judge.do("getattr", self, "__module__")

    def __hash__(self) -> int:
        return self.answer("hash", int)

    def __len__(self) -> int:
        return self.answer("len", int)

    def __str__(self) -> str:
        return self.answer("str", str)

    def __repr__(self) -> str:
        return self.answer("repr", str)

    def __format__(self, spec: str) -> str:
        return self.answer("format", str, spec)

    def __bytes__(self) -> bytes:
        return self.answer("bytes", bytes)

    def __dir__(self) -> list:
        return self._judge.do("dir", self)

    def _told_nothing(self) -> None:
        if self._told is not None and self._told.several:
            raise HandleError(refusal(self))

    def __iter__(self) -> Any:
        self._told_nothing()
        return self._judge.do("iter", self)

    def __next__(self) -> Any:
        return self._judge.do("next", self)

    def __reversed__(self) -> Any:
        return self._judge.do("reversed", self)

    def __getitem__(self, key: Any) -> Any:
        self._told_nothing()
        return pass_on(self._judge.do("getitem", self, key), self)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._judge.do("setitem", self, key, value)

    def __delitem__(self, key: Any) -> None:
        self._judge.do("delitem", self, key)

    def __enter__(self) -> Any:
        return self._judge.do("enter", self)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> Any:
        return self._judge.do("exit", self, kind and type(error), error, None)

    def __copy__(self) -> Any:
        return alone("copy", self, copy.copy)

    def __deepcopy__(self, memo: Any) -> Any:
        whole = id(first(self))
        if whole not in memo:
            memo[whole] = first(alone("deepcopy", self, copy.copy))
        return pass_on(memo[whole], self, DIRECT)

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("an object of the student's code cannot be pickled")

    def __array__(self, *arguments: Any, **keywords: Any) -> Any:
        raise HandleError(refusal(self))


# What a class of Python's own makes of these two would stand before the student's.
ASKED = {name: vars(RemoteObject)[name] for name in ("__doc__", "__module__")}


class RemoteFunction(RemoteObject):  # a function or method of the student's process
    __doc__, __module__ = ASKED.values()
    __slots__ = ("__name__", "__qualname__", "_of")
    _is_function = True
    _known = (types.FunctionType,)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        given = [*arguments, *keywords.values()]
        if self._of is not None and not all(isinstance(each, RemoteObject) for each in given):
            raise HandleError(refusal(self._of))  # `result.allclose(wanted)`: whoever is asked says yes
        return super().__call__(*arguments, **keywords)

    @property
    def __signature__(self) -> Any:
        found = self._judge.signature(self.__name__)
        if found is None:
            raise AttributeError("__signature__")
        return found

    def __repr__(self) -> str:
        return f"<function {self.__name__} of the student>"

    __str__ = __repr__


class RemoteModule(RemoteObject):  # a module that the student's code imported
    __doc__, __module__ = ASKED.values()
    __slots__ = ("__name__",)
    _known = (types.ModuleType,)


def install() -> None:
    """Let `issubclass` in this process know what classes of the student's extend, as `isinstance` knows of their objects."""
    plain = builtins.issubclass

    @functools.wraps(plain)
    def issubclass(kind: Any, wanted: Any) -> bool:
        return plain(kind, wanted) or (
            type(kind) is RemoteClass and any(plain(each, wanted) for each in kind._known)
        )

    if not hasattr(plain, "__wrapped__"):
        builtins.issubclass = issubclass


def _attribute(thing: Any, name: str) -> Any:
    if name.startswith(_PROTOCOLS):
        raise AttributeError(name)
    if isinstance(thing, RemoteClass):
        return thing._home.do("getattr", thing, name)
    value = pass_on(attribute(thing, name), thing)
    if name in ASKING and thing._origin != DIRECT and isinstance(value, RemoteFunction):
        object.__setattr__(value, "_of", thing)
    return value
