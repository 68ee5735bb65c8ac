"""Objects with attributes that travel by value: of classes that both sides have from a trusted source.

*Given* classes are those of the instructor's locked cells: `ListNode(1, ListNode(2))` goes to the student's process
as an object of its `ListNode`, and comes back as the judge's, whose methods are the instructor's whatever the
student did to theirs. Objects of libraries (a module, an optimizer, a loss) go one way: the judge builds them,
the student's process gets its own with the same state, and the tensors in them are pairs as always.
"""

from __future__ import annotations

import copyreg
import enum
import importlib
import types
from typing import Any

from autograder.judge.exchange import Exchange
from autograder.judge.kinds import Kind
from autograder.judge.wire import Reader, WireError, Writer

LIBRARIES = {"torch", "torchlet"}
MEMBER = b"e"  # the tag of an enum's member
_HEAP_TYPE = 1 << 9  # Py_TPFLAGS_HEAPTYPE: a class made by a class statement
_OF_OBJECT = {"__class__", "__dict__", "__weakref__"}


class Given(Kind):
    """Objects of classes that `exchange.given_class(name)` knows."""

    tag = b"G"

    def write(self, writer: Writer, thing: Any) -> None:
        attributes = state(thing)
        writer.text(type(thing).__name__)
        writer.values(list(attributes))
        writer.values(list(attributes.values()))

    def create(self, reader: Reader) -> Any:
        kind = self.exchange.given_class(reader.text())
        if kind is None or not is_simple(kind):
            raise WireError("an object of a class that was not given")
        self.exchange.kinds[kind] = self
        return object.__new__(kind)

    def fill(self, reader: Reader, thing: Any, new: bool) -> None:
        reader.text()
        keys, values = reader.values(), reader.values()
        reader.end()
        if len(keys) != len(values) or any(type(key) is not str for key in keys):
            raise WireError("attributes that are none")
        for name in state(thing):
            object.__delattr__(thing, name)
        for name, value in zip(keys, values, strict=True):
            if _is_code(type(thing), name):
                continue  # the methods stay the instructor's
            try:
                object.__setattr__(thing, name, value)
            except AttributeError:
                raise WireError(f"an attribute that a {type(thing).__name__} cannot have") from None


class Made(Kind):
    """Objects of library classes, made in the judge. They never come back changed; the tensors in them do."""

    tag = b"J"

    def __init__(self, exchange: Exchange, may_read: bool):
        super().__init__(exchange)
        self.may_read = may_read

    def write(self, writer: Writer, thing: Any) -> None:
        writer.text(type(thing).__module__)
        writer.text(type(thing).__qualname__)
        attributes = library_state(thing)
        writer.values(list(attributes))  # in place, for a dictionary would be filled after the object
        writer.values(list(attributes.values()))

    def create(self, reader: Reader) -> Any:
        if not self.may_read:
            raise WireError("an object that only the judge may make")
        kind = getattr(importlib.import_module(reader.text()), reader.text())
        self.exchange.kinds[kind] = self
        return kind.__new__(kind)

    def fill(self, reader: Reader, thing: Any, new: bool) -> None:
        if not self.may_read:
            raise WireError("an object that only the judge may change")
        reader.text(), reader.text()
        attributes = dict(zip(reader.values(), reader.values(), strict=True))
        if hasattr(thing, "__setstate__"):
            thing.__setstate__(attributes)
        else:
            thing.__dict__.update(attributes)

    def mark(self, thing: Any) -> Any:
        return None if self.may_read else super().mark(thing)


def write_given(exchange: Any, writer: Writer, value: Any) -> bool:
    """Write an object, or an enum's member, of a given class; False for anything else."""
    kind = type(value)
    if kind.__module__ != "__main__" or exchange.given_class(kind.__name__) is not kind:
        return False
    if isinstance(value, enum.Enum):
        writer.tag(MEMBER)
        writer.text(kind.__name__)
        writer.text(value.name)
        return True
    if not is_simple(kind):
        return False
    exchange.kinds[kind] = exchange.by_tag[Given.tag[0]]
    writer.value(value)
    return True


def write_made(exchange: Any, writer: Writer, value: Any) -> bool:
    """Write an object of a library's class that is nothing but its state; False for anything else."""
    kind = type(value)
    if kind.__module__.partition(".")[0] not in LIBRARIES or library_state(value) is None:
        return False
    exchange.kinds[kind] = exchange.by_tag[Made.tag[0]]
    writer.value(value)
    return True


def read_member(exchange: Any, reader: Reader) -> Any:
    kind, name = exchange.given_class(reader.text()), reader.text()
    if not isinstance(kind, enum.EnumMeta) or name not in kind.__members__:
        raise WireError("a member of an enum that was not given")
    return kind.__members__[name]


def is_simple(kind: type) -> bool:
    """Whether objects of a class are nothing but their attributes."""
    return kind.__new__ is object.__new__ and all(
        each.__flags__ & _HEAP_TYPE for each in kind.__mro__ if each is not object
    )


def state(thing: Any) -> dict[str, Any]:
    """The attributes of an object: those in its dictionary and those in slots."""
    found = dict(getattr(thing, "__dict__", {}))
    for kind in type(thing).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else slots:
            if name not in ("__dict__", "__weakref__") and hasattr(thing, name):
                found[name] = getattr(thing, name)
    return found


def library_state(thing: Any) -> dict[str, Any] | None:
    """What pickle would keep of an object, if that is a dictionary and its class needs no arguments; else None."""
    if isinstance(thing, type | types.ModuleType | types.FunctionType | types.BuiltinFunctionType):
        return None
    try:
        build, arguments, *rest = thing.__reduce_ex__(2)
    except TypeError:
        return None
    plain = build is copyreg.__newobj__ and arguments == (type(thing),) and len(rest) >= 1
    return rest[0] if plain and isinstance(rest[0], dict) and not any(rest[1:]) else None


def _is_code(kind: type, name: str) -> bool:
    """Whether the class computes what has this name: a method, a property, also one that keeps what it found."""
    found = next((vars(each)[name] for each in kind.__mro__ if name in vars(each)), None)
    return (
        name in _OF_OBJECT
        or isinstance(found, property)
        or (hasattr(type(found), "__get__") and not hasattr(type(found), "__set__"))
    )


def install(exchange: Any, *, judge: bool) -> None:
    exchange.register(Given(exchange))
    exchange.register(Made(exchange, may_read=not judge))
    exchange.special.append(lambda writer, value: write_given(exchange, writer, value))
    if judge:
        exchange.special.append(lambda writer, value: write_made(exchange, writer, value))
