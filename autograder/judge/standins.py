"""Stand-ins in the judge for what stays in the student's process: functions, classes, objects, modules.

What one asks a stand-in (call, attribute, item, next, length, text, number, truth) is a question to the student's
process, and the answer is a value or another stand-in. The questions carry nothing that the test expects.
Comparing and calculating would: whoever is asked whether 0.5 equals his answer says yes. So they are refused,
except for objects of a class that the test itself builds: there the class's own `==` and `+` are what is tested.
With a number such an object may be compared for equality, and has to tell it from others (`_tells_apart`).
"""

from __future__ import annotations

import random
import types
from typing import Any

from autograder.judge.types import CLASSES, MAX_NAME, clean, library_class
from autograder.judge.wire import WireError


class HandleError(AssertionError):
    """A test compares or calculates with an object that cannot leave the student's process: the test fails."""


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
        if isinstance(made, RemoteObject):
            object.__setattr__(made, "_built", True)
        return made

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


class RemoteObject:
    """An object of the student's process."""

    __slots__ = ("__weakref__", "_built", "_judge")
    __array_ufunc__ = None  # NumPy leaves arithmetic to the operators here, which refuse it

    def __getattr__(self, name: str) -> Any:
        return _attribute(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._judge.do("setattr", self, name, value)

    def __delattr__(self, name: str) -> None:
        self._judge.do("delattr", self, name)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return _inherit(self._judge.do("call", self, arguments, tuple(keywords.items())), self)

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
        return id(self)

    def __eq__(self, other: Any) -> Any:
        if other is self and not self._built:
            return True
        return False if other is None else _operate("eq", self, other, self)

    def __ne__(self, other: Any) -> Any:
        if other is self and not self._built:
            return False
        return True if other is None else _operate("ne", self, other, self)

    def __contains__(self, item: Any) -> bool:
        if self._built:
            return self._judge.do("contains", self, item)
        return any(each is item or each == item for each in self)

    def __bool__(self) -> bool:
        return self._answer("bool", bool)

    def __float__(self) -> float:
        return self._answer("float", float)

    def __complex__(self) -> complex:
        return self._answer("complex", complex)

    def __int__(self) -> int:
        return self._answer("int", int)

    def __index__(self) -> int:
        return self._answer("index", int)

    def __len__(self) -> int:
        return self._answer("len", int)

    def __str__(self) -> str:
        return self._answer("str", str)

    def __repr__(self) -> str:
        return self._answer("repr", str)

    def __format__(self, spec: str) -> str:
        return self._answer("format", str, spec)

    def __bytes__(self) -> bytes:
        return self._answer("bytes", bytes)

    def __dir__(self) -> list:
        return self._judge.do("dir", self)

    def __iter__(self) -> Any:
        return self._judge.do("iter", self)

    def __next__(self) -> Any:
        return self._judge.do("next", self)

    def __reversed__(self) -> Any:
        return self._judge.do("reversed", self)

    def __getitem__(self, key: Any) -> Any:
        return _inherit(self._judge.do("getitem", self, key), self)

    def __setitem__(self, key: Any, value: Any) -> None:
        self._judge.do("setitem", self, key, value)

    def __delitem__(self, key: Any) -> None:
        self._judge.do("delitem", self, key)

    def __enter__(self) -> Any:
        return self._judge.do("enter", self)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> Any:
        return self._judge.do("exit", self, kind and type(error), error, None)

    def __copy__(self) -> Any:
        return _inherit(self._judge.do("copy", self), self)

    def __deepcopy__(self, memo: Any) -> Any:
        return _inherit(self._judge.do("deepcopy", self), self)

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("an object of the student's code cannot be pickled")

    def __array__(self, *arguments: Any, **keywords: Any) -> Any:
        raise HandleError(_refusal(self))

    def __round__(self, *digits: Any) -> Any:
        return _inherit(self._judge.do("round", self, *digits), self)

    def _answer(self, operation: str, kind: type, *arguments: Any) -> Any:
        """The result of an operation that must give a value of this type."""
        value = self._judge.do(operation, self, *arguments)
        if type(value) is not kind:
            raise HandleError(f"{operation}() of a {type(self).__name__} gave a {type(value).__name__}")
        return value


def _operators() -> None:
    for name in ("neg", "pos", "abs", "invert"):
        setattr(
            RemoteObject, f"__{name}__", lambda self, name=name: _inherit(self._judge.do(name, self), self)
        )
    for name in ("lt", "le", "gt", "ge"):
        setattr(RemoteObject, f"__{name}__", lambda self, other, name=name: _operate(name, self, other, self))
    for name in ARITHMETIC:
        word = name.rstrip("_")

        def straight(self, other, name=name):
            return _operate(name, self, other, self)

        def reflected(self, other, name=name):
            return _operate(name, other, self, self)

        def in_place(self, other, name="i" + word):
            return _operate(name, self, other, self)

        setattr(RemoteObject, f"__{word}__", straight)
        setattr(RemoteObject, f"__r{word}__", reflected)
        setattr(RemoteObject, f"__i{word}__", in_place)


OTHERS = 63  # numbers that a comparison with a number asks about besides
ARITHMETIC = (
    *("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor"),
    *("lshift", "rshift"),
)
_operators()


# What a class of Python's own makes of these two would stand before the student's.
_ASKED = {name: vars(RemoteObject)[name] for name in ("__doc__", "__module__")}


class RemoteFunction(RemoteObject):  # a function or method of the student's process
    __doc__, __module__ = _ASKED.values()
    __slots__ = ("__name__", "__qualname__")
    _known = (types.FunctionType,)

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
    __doc__, __module__ = _ASKED.values()
    __slots__ = ("__name__",)
    _known = (types.ModuleType,)


def make(session: Any, description: Any) -> Any:
    """The stand-in for what the other side describes. Raises `WireError`."""
    match description:
        case ("function", str() as name):
            made = object.__new__(RemoteFunction)
            object.__setattr__(made, "__name__", clean(name, MAX_NAME))
            object.__setattr__(made, "__qualname__", clean(name, MAX_NAME))
        case ("module", str() as name):
            made = object.__new__(RemoteModule)
            object.__setattr__(made, "__name__", clean(name, MAX_NAME))
        case ("object", type() as kind):
            made = object.__new__(kind if isinstance(kind, RemoteClass) else _class_of(session, kind))
        case ("class", str() as name, tuple() as bases, tuple() as names):
            return _make_class(session, clean(name, MAX_NAME), bases, names)
        case _:
            raise WireError("an object that is not described")
    object.__setattr__(made, "_judge", session)
    object.__setattr__(made, "_built", False)
    return made


def _make_class(session: Any, name: str, bases: tuple, names: tuple) -> type:
    name = name if name.isidentifier() else "Object"
    known = [
        CLASSES.get(n) or library_class(n) for n in names[:100] if type(n) is str and n != "builtins.object"
    ]
    known = [each for each in known if each is not None]
    error = next((each for each in known if issubclass(each, BaseException)), None)
    if error is not None:
        own = [base for base in bases if isinstance(base, type) and issubclass(base, BaseException)]
        try:
            return type(name, tuple(own) or (error,), {"__str__": _text_of, "_of_student": True})
        except TypeError:
            raise WireError("an exception class that cannot be") from None
    remote = tuple(base for base in bases if isinstance(base, RemoteClass)) or (RemoteObject,)
    try:
        body = {"__slots__": (), **_ASKED}
        return RemoteClass(name, remote, body, session=session, known=tuple(known))
    except TypeError:
        raise WireError("a class that cannot be") from None


def _text_of(error: BaseException) -> str:
    return error.__dict__.get("_text") or ", ".join(str(argument) for argument in error.args)


def _class_of(session: Any, kind: type) -> RemoteClass:
    """The class of an object whose class both sides have, but which cannot travel itself."""
    found = session.classes.get(kind)
    if found is None:
        name = kind.__name__ if kind is not object else "Object"
        found = RemoteClass(name, (RemoteObject,), {"__slots__": ()}, session=session, known=())
        session.classes[kind] = found
    return found


def _attribute(thing: Any, name: str) -> Any:
    if name.startswith(_PROTOCOLS):
        raise AttributeError(name)
    session = thing._home if isinstance(thing, RemoteClass) else thing._judge
    return _inherit(session.do("getattr", thing, name), thing)


def _inherit(value: Any, source: Any) -> Any:
    """What comes from an object that the test built, and is of a class it names, may be calculated with too."""
    built = isinstance(source, RemoteObject) and source._built
    if built and (isinstance(value, RemoteFunction) or getattr(type(value), "_named", False)):
        object.__setattr__(value, "_built", True)
    return value


def _operate(operation: str, left: Any, right: Any, asked: RemoteObject) -> Any:
    both = isinstance(left, RemoteObject) and isinstance(right, RemoteObject)
    built = any(isinstance(each, RemoteObject) and each._built for each in (left, right))
    same = both and type(left) is type(right) and getattr(type(left), "_named", False)
    if not (built or same):
        raise HandleError(_refusal(asked))
    if not both and operation in ("eq", "ne", "lt", "le", "gt", "ge"):
        return _compare_with_plain(operation, left, right, asked)
    return _inherit(
        asked._judge.do(operation, left, right), left if isinstance(left, RemoteObject) else right
    )


def _compare_with_plain(operation: str, thing: Any, value: Any, asked: RemoteObject) -> Any:
    """`Fraction(1, 2) == 0.5` asks the class; what takes part in the place of a number must not say yes to any.

    A method may give back an object of the class instead of the number that the test wants, and that object could
    be larger than, or equal to, whatever it is compared with.
    """
    others = _others_like(value) if operation in ("eq", "ne") else []
    if not others:
        raise HandleError(_refusal(asked))
    asked_about = [value, *others]
    order = random.SystemRandom().sample(range(len(asked_about)), len(asked_about))
    said = {i: asked._judge.do(operation, thing, asked_about[i]) for i in order}
    if any(said[i] is not (operation == "ne") for i in order if i):
        raise HandleError(
            f"an object of the class {type(asked).__name__} came back in the place of a plain value, and says "
            "that it equals other values as well: give back the value"
        )
    return said[0]


def _others_like(value: Any) -> list:
    """Values like this one, with other numbers in it: only who knows it can tell it from them."""
    draw = random.SystemRandom()
    made = (_vary(value, draw) for _ in range(OTHERS))
    return [other for other in made if other != value]


def _vary(value: Any, draw: random.Random) -> Any:
    if type(value) in (list, tuple):
        return type(value)(_vary(each, draw) for each in value)
    if type(value) is dict:
        return {key: _vary(each, draw) for key, each in value.items()}
    if type(value) not in (int, float):
        return value
    size = int(min(max(100, 2 * abs(value)), 10**15)) if abs(value) < 10**300 else 10**15
    if type(value) is int:
        return value + draw.randint(-size, size)
    decimals = len(repr(value).partition(".")[2])
    return round(value + draw.uniform(-size, size), min(decimals, 15))


def _refusal(thing: RemoteObject) -> str:
    if isinstance(thing, RemoteFunction):
        return f"the function {thing.__name__} itself came back, not what it gives: was it called, with ()?"
    return (
        f"an object of the class {type(thing).__name__} came back, which is compared with nothing: "
        "give back a plain value (a number, text, list, dict, array or tensor)"
    )
