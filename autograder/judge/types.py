"""Classes and exceptions: which the two processes have in common, and how the others are described.

A class travels by name only if it is in a fixed list of classes that do nothing but hold values. Every other
class of the student's process is described by its bases, and stays there.
"""

from __future__ import annotations

import abc
import builtins
import collections
import datetime
import decimal
import enum
import fractions
import sys
import types
from functools import cache
from typing import Any

import numpy as np

from autograder.judge.wire import READERS, Reader, WireError, Writer

MAX_TEXT, MAX_TRACEBACK, MAX_NAME = 4_000, 16_000, 200
LIBRARIES = {
    "abc", "builtins", "collections", "csv", "dataclasses", "decimal", "enum", "fractions", "functools", "itertools",
    "json", "numbers", "numpy", "pathlib", "re", "statistics", "struct", "torch", "torchlet",
}  # fmt: skip

# Functions, by what a description calls them.
FUNCTIONS = {
    "function": types.FunctionType,
    "method": types.MethodType,
    "builtin": types.BuiltinFunctionType,
}
_FRAMEWORK_NAMES = ("Tensor", "nn.Parameter", "nn.Module", "autograd.Function", "Size", "dtype", "device")


def full_name(kind: type) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _plain_classes() -> dict[str, type]:
    found = [each for each in vars(builtins).values() if isinstance(each, type)]
    found += [np.ndarray, np.dtype, np.generic, *{np.dtype(code).type for code in np.typecodes["All"]}]
    found += [np.number, np.integer, np.floating, np.complexfloating, np.bool_, np.linalg.LinAlgError]
    found += [collections.Counter, collections.OrderedDict, collections.deque, collections.defaultdict]
    found += [datetime.date, datetime.time, datetime.datetime, datetime.timedelta]
    found += [decimal.Decimal, fractions.Fraction, type(None), type(Ellipsis), type(lambda: None)]
    found += [abc.ABC, enum.Enum, enum.IntEnum, types.GeneratorType]
    found += [each for each in vars(np.exceptions).values() if isinstance(each, type)]
    return {full_name(each): each for each in found}


CLASSES = _plain_classes()


@cache  # looking through a large module takes a fork its own copy of every page that is touched
def know_framework(module: Any) -> None:
    """Add the classes of a framework that values of it have."""
    for path in _FRAMEWORK_NAMES:
        found = module
        for name in path.split("."):
            found = vars(found).get(name)
        if isinstance(found, type):
            CLASSES[full_name(found)] = found
    for each in vars(module).values():
        if isinstance(each, type) and issubclass(each, Exception):
            CLASSES[full_name(each)] = each


def library_class(name: str) -> type | None:
    """A class of a library that is loaded here, by its full name. Only for `isinstance`: it is never called."""
    module, _, own = name.rpartition(".")
    if module.partition(".")[0] not in LIBRARIES:
        return None
    found = vars(sys.modules.get(module, object())).get(own) if module in sys.modules else None
    return found if isinstance(found, type) and full_name(found) == name else None


def write_class(writer: Writer, value: Any) -> bool:
    """Write a class that both sides have; False for anything else."""
    if not isinstance(value, type) or CLASSES.get(full_name(value)) is not value:
        return False
    writer.tag(b"C")
    writer.text(full_name(value))
    return True


def _read_class(reader: Reader) -> type:
    name = reader.text()
    if name not in CLASSES:
        raise WireError("a class that does not travel")
    return CLASSES[name]


def write_exception(writer: Writer, value: BaseException, shown: type) -> None:
    """Write an exception: the class to show for it, and its arguments where they are plain, else its text."""
    writer.tag(b"x")
    writer.value(shown)
    writer.value(plain_arguments(value))


def plain_arguments(error: BaseException) -> tuple:
    plain = (str, int, float, complex, bool, bytes, type(None), tuple)
    if all(type(argument) in plain for argument in error.args) and len(error.args) < 10:
        return tuple(clean(a, MAX_TEXT) if type(a) is str else a for a in error.args)
    return (text_of(error),)


def _read_exception(reader: Reader) -> BaseException:
    return make_exception(reader.value(), reader.value())


def make_exception(kind: Any, arguments: Any) -> BaseException:
    """An exception of a class that is known here. Raises `WireError`."""
    if not isinstance(kind, type) or not issubclass(kind, BaseException) or type(arguments) is not tuple:
        raise WireError("an exception that is none")
    arguments = tuple(clean(a, MAX_TEXT) if type(a) is str else a for a in arguments)
    for attempt in (arguments, (" ".join(a for a in arguments if type(a) is str),), ()):
        try:
            return kind(*attempt)
        except (TypeError, ValueError):  # a UnicodeDecodeError wants five arguments
            continue
    error = kind.__new__(kind)
    error.args = arguments
    return error


def text_of(error: BaseException) -> str:
    """`str(error)`, whatever the class makes of it."""
    try:
        return clean(str(error), MAX_TEXT)
    except Exception:
        return ""


def clean(text: str, limit: int) -> str:
    """A text to be shown: no control characters (they colour terminals, and hide what follows), not too long."""
    text = text[: 2 * limit].encode("utf-8", "replace").decode()
    text = "".join(c if c.isprintable() or c in "\n\t" else "�" for c in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


READERS[ord("C")] = _read_class
READERS[ord("x")] = _read_exception
