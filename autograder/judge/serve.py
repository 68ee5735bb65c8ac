"""The student's end of the judge: does in the student's process what a test asks for.

Everything here may be changed by the student's code, which shares its process; so nothing here decides
anything. What it says is data, read with suspicion at the other end (`remote`).
"""

from __future__ import annotations

import builtins
import contextlib
import copy
import json
import operator
import traceback
import types
from collections.abc import Callable
from typing import Any

from autograder.judge import extending, forbids, modes, seeds
from autograder.judge.callbacks import make_callback
from autograder.judge.helpers import Helpers
from autograder.judge.mocks import Replaced
from autograder.judge.session import Session
from autograder.judge.types import FUNCTIONS, MAX_TRACEBACK, clean, full_name, plain_arguments, text_of
from autograder.judge.wire import WireError


def _managing(manager: Any) -> Any:
    kind = type(manager)
    if not (hasattr(kind, "__enter__") and hasattr(kind, "__exit__")):
        raise TypeError(f"{kind.__name__!r} object does not support the context manager protocol")
    return kind


# Kept before any student code runs. Their names are the judge's word for them.
OPERATIONS: dict[str, Callable] = {
    **{name: getattr(operator, name) for name in (
        "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "and_", "or_", "xor", "lshift",
        "rshift", "neg", "pos", "abs", "invert", "index", "eq", "ne", "lt", "le", "gt", "ge", "contains",
        "getitem", "setitem", "delitem", "iadd", "isub", "imul", "itruediv", "ifloordiv", "imod", "ipow",
        "imatmul", "iand", "ior", "ixor", "ilshift", "irshift",
    )},
    **{name: getattr(builtins, name) for name in (
        "getattr", "setattr", "delattr", "len", "iter", "next", "reversed", "str", "repr", "format", "bool",
        "int", "float", "complex", "round", "divmod", "dir", "hash", "bytes",
    )},
    "call": lambda function, arguments, keywords: function(*arguments, **dict(keywords)),
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "callable": callable,
    "super": super,
    "owner": lambda kind, name: next((each for each in kind.__mro__ if name in vars(each)), None),
    "enter": lambda manager: _managing(manager).__enter__(manager),
    "exit": lambda manager, *error: _managing(manager).__exit__(manager, *error),
}  # fmt: skip

_end: Runner | None = None


def handle(
    payload: bytes, namespace: dict[str, Any], callback: Callable[[bytes], bytes] | None = None
) -> bytes:
    """Answer one request of the judge. `namespace` holds the student's names; `callback` asks the judge."""
    global _end
    if payload.startswith(CONTROL):
        _control(json.loads(payload[len(CONTROL) :]))
        return b""
    if _end is None or payload == RESET:
        _end = Runner(namespace, callback or _ask)
        if payload == RESET:
            return b""
    return _end.handle(payload)


# No message of an exchange begins so: that would be a negative count.
RESET, CONTROL = b"\xff" * 8 + b"reset", b"\xff" * 8 + b"order"
_restrictions = contextlib.ExitStack()


def _control(order: dict[str, Any]) -> None:
    """Take names away for the code that runs from now on; those taken away before come back."""
    _restrictions.close()
    _restrictions.enter_context(forbids.taken_away(order["forbid"]))


def _ask(payload: bytes) -> bytes:
    from autograder.runner import inside

    return inside.ask(payload)


class Runner(Session):
    """The runner's end of a session."""

    def __init__(self, namespace: dict[str, Any], callback: Callable[[bytes], bytes]):
        super().__init__(1)
        self.namespace = namespace
        self.callback = callback
        self.first_input = builtins.input
        self.given_names: frozenset[str] = frozenset()
        self.helpers = Helpers({}, namespace)
        self.requests = {
            "get": self._get,
            "set": self.namespace.__setitem__,
            "delete": self._delete,
            "do": lambda name, *arguments: OPERATIONS[name](*arguments),
            "gradients": self.graphs.gradients,
            "given": self._given,
            "seed": lambda set_there: [seeds.apply(*seed) for seed in set_there] and None,
            "input": self._set_input,
            "mock": Replaced().replace,
            "helpers": self._set_helpers,
            "extend": extending.make,
            "helper": lambda name: self.helpers[name],
        }

    def handle(self, payload: bytes) -> bytes:
        switches, name, *arguments = self.decode(payload)
        left: tuple = ()
        try:
            with modes.under(switches):
                before = modes.recording()
                try:
                    result = self.requests[name](*arguments)
                finally:
                    left = tuple(modes.recording().items() - before.items())
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            return self._failure(error, left)
        del arguments
        try:
            return self.encode("value", result, left)
        except WireError as error:
            return self._failure(error, left)

    def ask(self, *values: Any) -> Any:
        kind, *answer = self.decode(self.callback(self.encode(modes.current(), *values)))
        if kind == "raise":
            raise answer[0]
        return answer[0]

    def describe(self, thing: Any) -> tuple:
        kind = type(thing)
        if isinstance(thing, type):
            return "class", thing.__name__, thing.__bases__, tuple(full_name(each) for each in thing.__mro__)
        if isinstance(thing, types.ModuleType):
            return "module", thing.__name__
        for word, each in FUNCTIONS.items():
            if isinstance(thing, each):
                return "function", thing.__name__, word
        return "object", kind

    def make_standin(self, description: Any) -> Any:
        return make_callback(self, description)

    def _get(self, name: str) -> Any:
        if name not in self.namespace:
            raise KeyError(name)
        return self.namespace[name]

    def _delete(self, name: str) -> None:
        del self.namespace[name]

    def _given(self, names: tuple[str, ...]) -> None:
        self.given_names = frozenset(names)

    def _set_helpers(self, sources: tuple[tuple[str, str], ...]) -> None:
        self.helpers = Helpers(dict(sources), self.namespace)

    def _set_input(self, function: Any) -> None:
        """What `input` is from now on; None for what it was at first."""
        builtins.input = function or self.first_input

    def given_class(self, name: str) -> type | None:
        found = self.namespace.get(name) if name in self.given_names else None
        return found if isinstance(found, type) else None

    def _failure(self, error: BaseException, left: tuple) -> bytes:
        trace = error.__traceback__
        while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
            trace = trace.tb_next
        try:
            lines = traceback.format_exception(type(error), error, trace, limit=-20)
        except Exception:  # an exception whose text cannot be made
            lines = [type(error).__name__]
        text, shown = text_of(error), clean("".join(lines), MAX_TRACEBACK)
        error.__traceback__ = None  # its frames hold arguments that would stay pairs
        description = type(error), plain_arguments(error), plain_attributes(error), text, shown
        cause = error.__cause__ if isinstance(error.__cause__, BaseException) else None
        return self.encode("raise", *description, cause, left)


def plain_attributes(error: BaseException) -> tuple:
    plain = (str, int, float, bool, type(None))
    found = [(name, value) for name, value in vars(error).items() if type(value) in plain]
    return tuple(found[:20])
