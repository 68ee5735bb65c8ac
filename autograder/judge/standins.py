"""Stand-ins in the judge for what stays in the student's process: functions, classes, objects, modules.

What one asks a stand-in (call, attribute, item, next, length, text, number, truth) is a question to the student's
process, and the answer is a value or another stand-in. The questions carry nothing that the test expects.
Comparing and calculating would: what of it is allowed says `calculating`.
"""

from __future__ import annotations

import copy
import types
from typing import Any

from autograder.judge import extending, introspection
from autograder.judge.calculating import Calculating
from autograder.judge.origins import DIRECT, GIVEN, HandleError, first, hold, pass_on, refusal
from autograder.judge.telling import ASKING, alone, attribute
from autograder.judge.types import FUNCTIONS


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
            return extending.extend(name, bases, body)
        return super().__new__(mcls, name, bases, body)

    def __init__(cls, name: str, bases: tuple, body: dict, *, session: Any = None, known: tuple = ()):
        if session is None:
            return
        super().__init__(name, bases, body)
        type.__setattr__(cls, "_home_", session)
        type.__setattr__(cls, "_known_", known)  # its bases that are the libraries'
        type.__setattr__(cls, "_named_", False)  # whether a test calls it by its name

    def __call__(cls, *arguments: Any, **keywords: Any) -> Any:
        made = cls._home_.do("call", cls, arguments, tuple(keywords.items()))
        return hold(made, DIRECT) if isinstance(made, RemoteObject) else made

    def __getattribute__(cls, name: str) -> Any:
        if name[:2] == "__":
            found = introspection.of_class(cls, name, OPERATIONS)
            if found is not NotImplemented:
                return found
        return type.__getattribute__(cls, name)

    def __getattr__(cls, name: str) -> Any:
        if cls._home_.lending.borrowed(cls) is None:  # a library's class, see `_class_of`
            raise AttributeError(name)
        return _attribute(cls, name)

    def __setattr__(cls, name: str, value: Any) -> None:
        if name == "_named_":
            type.__setattr__(cls, name, value)
        else:
            cls._home_.do("setattr", cls, name, value)

    def __instancecheck__(cls, thing: Any) -> bool:
        return type.__instancecheck__(cls, thing) or introspection.is_record(cls, thing)

    def __bool__(cls) -> bool:
        return True

    def __iter__(cls) -> Any:  # an enum's members; other classes say that they cannot
        found = cls._home_.do("iter", cls)
        return (_member(cls, each) for each in found) if introspection.is_enum(cls) else found

    def __len__(cls) -> int:
        return cls._home_.do("len", cls)

    def __getitem__(cls, key: Any) -> Any:
        return _member(cls, cls._home_.do("getitem", cls, key))

    def __contains__(cls, item: Any) -> bool:
        return cls._home_.do("contains", cls, item)

    @property
    def __doc__(cls) -> Any:
        return cls._home_.do("getattr", cls, "__doc__") if hasattr(cls, "_home_") else None


class RemoteObject(Calculating):
    """An object of the student's process."""

    __slots__ = ()
    __array_ufunc__ = None  # NumPy leaves arithmetic to the operators here, which refuse it

    def __getattribute__(self, name: str) -> Any:
        if name in OPERATIONS:
            introspection.look(self, name)
        return object.__getattribute__(self, name)

    def __getattr__(self, name: str) -> Any:
        return _attribute(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._judge_.do("setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        self._judge_.do("delattr", self, name)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return pass_on(self._judge_.do("call", self, arguments, tuple(keywords.items())), self)

    @property
    def __class__(self) -> type:
        """For `isinstance`: also an instance of the library classes that its class extends."""
        known = getattr(type(self), "_known_", ())
        return known[0] if known else type(self)

    @property
    def __doc__(self) -> Any:
        return self._judge_.do("getattr", self, "__doc__")

    @property
    def __module__(self) -> Any:
        return self._judge_.do("getattr", self, "__module__")

    def __hash__(self) -> int:
        return self._answer_("hash", int)

    def __len__(self) -> int:
        return self._answer_("len", int)

    def __str__(self) -> str:
        return self._answer_("str", str)

    def __repr__(self) -> str:
        return self._answer_("repr", str)

    def __format__(self, spec: str) -> str:
        return self._answer_("format", str, spec)

    def __bytes__(self) -> bytes:
        return self._answer_("bytes", bytes)

    def __dir__(self) -> list:
        return self._judge_.do("dir", self)

    def _told_nothing_(self) -> None:
        if self._told_ is not None and self._told_.several:
            raise HandleError(refusal(self))

    def __iter__(self) -> Any:
        self._told_nothing_()
        return self._judge_.do("iter", self)

    def __next__(self) -> Any:
        return self._judge_.do("next", self)

    def __reversed__(self) -> Any:
        return self._judge_.do("reversed", self)

    def __getitem__(self, key: Any) -> Any:
        self._told_nothing_()
        return pass_on(self._judge_.do("getitem", self, key), self)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._judge_.do("setitem", self, key, value)

    def __delitem__(self, key: Any) -> None:
        self._judge_.do("delitem", self, key)

    def __enter__(self) -> Any:
        return self._judge_.do("enter", self)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> Any:
        return self._judge_.do("exit", self, kind and type(error), error, None)

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


OPERATIONS = introspection.operations(RemoteObject)
# What a class of Python's own makes of these two would stand before the student's.
ASKED = {name: vars(RemoteObject)[name] for name in ("__doc__", "__module__")}


class RemoteFunction(RemoteObject):  # a function or method of the student's process
    __doc__, __module__ = ASKED.values()
    __slots__ = ("__name__", "__qualname__", "_kind_", "_of_")
    _is_function_ = True

    @property
    def __class__(self) -> type:
        return FUNCTIONS[self._kind_]

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        """In a class of the test's it is a method, as any function."""
        bound = instance is not None and self._kind_ == "function"
        return types.MethodType(self, instance) if bound else self

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        given = [*arguments, *keywords.values()]
        if self._of_ is not None and not all(isinstance(each, RemoteObject) for each in given):
            raise HandleError(refusal(self._of_))  # `result.allclose(wanted)`: whoever is asked says yes
        return super().__call__(*arguments, **keywords)

    @property
    def __signature__(self) -> Any:
        found = self._judge_.signature(self.__name__)
        if found is None:
            raise AttributeError("__signature__")
        return found

    def __repr__(self) -> str:
        return f"<function {self.__name__} of the student>"

    __str__ = __repr__


class RemoteModule(RemoteObject):  # a module that the student's code imported
    __doc__, __module__ = ASKED.values()
    __slots__ = ("__name__",)
    _known_ = (types.ModuleType,)


def _attribute(thing: Any, name: str) -> Any:
    if name.startswith(_PROTOCOLS):
        raise AttributeError(name)
    if isinstance(thing, RemoteClass):
        return _member(thing, thing._home_.do("getattr", thing, name))
    value = pass_on(attribute(thing, name), thing)
    if name in ASKING and thing._origin_ != DIRECT and isinstance(value, RemoteFunction):
        object.__setattr__(value, "_of_", thing)
    return value


def _member(kind: RemoteClass, value: Any) -> Any:
    """What a class has. The members of an enum are numbers as far as they are asked."""
    if (
        kind._named_
        and isinstance(value, RemoteObject)
        and type(value) is kind
        and introspection.is_enum(kind)
    ):
        return hold(value, GIVEN)
    return value
