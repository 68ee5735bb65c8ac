"""How a stand-in is made from what the other side says about the thing: of a class that is made here as well, if it is new."""

from __future__ import annotations

from typing import Any

from autograder.judge.origins import begin
from autograder.judge.standins import ASKED, RemoteClass, RemoteFunction, RemoteModule, RemoteObject
from autograder.judge.types import CLASSES, FUNCTIONS, MAX_NAME, clean, full_name, library_class
from autograder.judge.wire import WireError


def make(session: Any, description: Any) -> Any:
    """The stand-in for what the other side describes. Raises `WireError`."""
    match description:
        case ("function", str() as name, str() as kind) if kind in FUNCTIONS:
            made = object.__new__(RemoteFunction)
            object.__setattr__(made, "_kind_", kind)
            object.__setattr__(made, "__name__", clean(name, MAX_NAME))
            object.__setattr__(made, "__qualname__", clean(name, MAX_NAME))
            object.__setattr__(made, "_of_", None)
        case ("module", str() as name):
            made = object.__new__(RemoteModule)
            object.__setattr__(made, "__name__", clean(name, MAX_NAME))
        case ("object", type() as kind):
            made = object.__new__(kind if isinstance(kind, RemoteClass) else _class_of(session, kind))
        case ("class", str() as name, tuple() as bases, tuple() as names):
            return _make_class(session, clean(name, MAX_NAME), bases, names)
        case _:
            raise WireError("an object that is not described")
    begin(made, session)
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
        if full_name(error) == names[0]:  # a library's own
            own = []
        try:
            return type(name, tuple(own) or (error,), {"__str__": _text_of, "_of_student": True})
        except TypeError:
            raise WireError("an exception class that cannot be") from None
    remote = tuple(base for base in bases if isinstance(base, RemoteClass)) or (RemoteObject,)
    try:
        body = {"__slots__": (), **ASKED}
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
        found = RemoteClass(
            name, (RemoteObject,), {"__slots__": ()}, session=session, known=() if kind is object else (kind,)
        )
        session.classes[kind] = found
    return found
