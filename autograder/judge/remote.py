"""The judge's end: names, functions and objects of the student's process, for the tests that use them.

A test calls `pairwise_cosine(X, Y)`; a `RemoteFunction` sends the arguments to the student's process and gives
back what comes. What can travel by value is a plain value here; for anything else there is a stand-in
(`judge.standins`). The other end may say anything at any time: all it can do is to give data.
"""

from __future__ import annotations

import builtins
import inspect
from collections.abc import Callable
from typing import Any

from autograder.judge import callbacks, making, modes
from autograder.judge.graphs import Graph
from autograder.judge.origins import Held
from autograder.judge.session import Session
from autograder.judge.standins import Lost, RemoteClass
from autograder.judge.types import CLASSES, MAX_TEXT, MAX_TRACEBACK, clean, full_name, make_exception
from autograder.judge.wire import LIMITS, Limits, WireError, Writer

_INPUT = builtins.input
Answer = Callable[[bytes], bytes]


class Undefined(Exception):
    """The student's process has no such name."""


class BadReply(Exception):
    """The student's process sent what is no answer."""


class Judge(Session):
    """The judge's end of a session.

    `request(payload, answer)` carries bytes to the student's process and back, as `Runner.request` does; `answer` is
    asked when its code calls something of the test's.
    """

    def __init__(self, request: Callable[[bytes, Answer], bytes], limits: Limits = LIMITS):
        super().__init__(0, limits)
        self.special.insert(0, self._write_believed)
        self.request = request
        self.closed = ""  # why nothing can be asked any more
        self.waiting = False  # the student's code is at work, not the test
        self.trips = 0
        self.classes: dict[type, type] = {}
        self.given: dict[str, type] = {}  # classes of locked cells, by name
        self.signature: Callable[[str], inspect.Signature | None] = lambda name: None
        self.seeds: dict[str, int] = {}  # set by the test since the last request, by module
        self._input = _INPUT
        self._postponed: BaseException | None = None
        self._thrown: list[BaseException] = []

    # Questions

    def ask(self, name: str, *arguments: Any) -> Any:
        """What the student's process answers. Raises what is raised there, marked as the student's."""
        if self.closed:
            raise Lost(self.closed)
        if self.seeds:
            seeds, self.seeds = tuple(self.seeds.items()), {}
            self.ask("seed", seeds)
        if builtins.input is not self._input:  # a test has replaced it, or put it back
            self._input = builtins.input
            self.ask("input", None if self._input is _INPUT else self._input)
        payload = self.encode(modes.current(), name, *arguments)
        self.trips += 1
        was_waiting, self.waiting = self.waiting, True
        try:
            reply = self.request(payload, self._answer)
        finally:
            self.waiting = was_waiting
        if self._postponed is not None and not was_waiting:
            error, self._postponed = self._postponed, None
            raise error
        del payload
        match self._decoded(reply):
            case ["value", value, left]:
                self._record(left)
                return value
            case ["raise", kind, arguments, attributes, text, shown, cause, left]:
                self._record(left)
                raised = self._students_exception(kind, arguments, attributes, text, shown)
                if isinstance(cause, BaseException):
                    raised.__cause__ = cause
                raise raised
        raise self._broken("an answer of no known kind")

    def do(self, operation: str, *arguments: Any) -> Any:
        return self.ask("do", operation, *arguments)

    def get(self, name: str) -> Any:
        """The value of a name in the student's namespace. Raises `Undefined`."""
        try:
            value = self.ask("get", name)
        except KeyError:
            raise Undefined(name) from None
        if isinstance(value, RemoteClass):
            value._named_ = True
        return value

    def give(self, classes: dict[str, type]) -> None:
        """Let objects of these classes, which locked cells define, travel by value."""
        if classes != self.given:
            self.given = classes
            self.ask("given", tuple(classes))

    def given_class(self, name: str) -> type | None:
        return self.given.get(name)

    # Answers to what the student's code asks in the middle of a request

    def _answer(self, payload: bytes) -> bytes:
        try:
            switches, name, *arguments = self._decoded(payload)
            self.waiting = False
            try:
                with modes.under(_checked_modes(switches)):
                    result = self._serve(name, arguments)
                return self.encode("value", result)
            finally:
                self.waiting = True
        except Exception as error:
            if isinstance(error, BadReply):
                self._postponed = self._postponed or error
            self._thrown.append(error)
            return self.encode("raise", error)
        except BaseException as error:  # the test is over: its time is up
            self._postponed = self._postponed or error
            return self.encode("raise", RuntimeError("the test has ended"))

    def _serve(self, name: Any, arguments: list) -> Any:
        match name, arguments:
            case "call", [function, tuple() as positional, tuple() as keywords] if self._was_handed_over(
                function
            ):
                return function(*positional, **_keywords(keywords))
            case "next", [iterator] if self._was_handed_over(iterator):
                for item in iterator:
                    return True, item
                return False, None
            case "getattr", [thing, str() as attribute] if self._may_look(thing, attribute):
                return getattr(thing, attribute)
            case "setattr", [thing, str() as attribute, value] if self._may_look(thing, attribute):
                return setattr(thing, attribute, value)
            case "gradients", [graph, gradient, bool() as create_graph]:
                return self.graphs.gradients(graph, gradient, create_graph)
        raise self._broken("a question that may not be asked")

    def _was_handed_over(self, thing: Any) -> bool:
        return self.lending.is_lent(thing) and not isinstance(thing, Graph)

    def _may_look(self, thing: Any, attribute: str) -> bool:
        return self._was_handed_over(thing) and callbacks.is_of_test(thing) and not attribute.startswith("_")

    # What travels

    def describe(self, thing: Any) -> tuple:
        return callbacks.describe(thing)

    def make_standin(self, description: Any) -> Any:
        return making.make(self, description)

    def _write_believed(self, writer: Writer, value: Any) -> bool:
        if not isinstance(value, Held) or value._first_ is None:
            return False
        writer.value(value._first_)
        return True

    def class_to_show(self, kind: type) -> type:
        """A class of an exception of ours that the other side has as well."""
        return next(
            each
            for each in kind.__mro__
            if CLASSES.get(full_name(each)) is each or self.lending.borrowed(each) is not None
        )

    def _decoded(self, data: bytes) -> list:
        try:
            return self.decode(data)
        except WireError as error:
            raise self._broken(str(error)) from None

    def _record(self, left: Any) -> None:
        """What the student's code has left recording, or not recording, is left so here as in one process."""
        for one in left if type(left) is tuple else (None,):
            if type(one) is not tuple or [type(part) for part in one] != [str, bool]:
                raise self._broken("a mode that is none")
        modes.record(left)

    def _broken(self, what: str) -> BadReply:
        self.closed = f"the student's process sent what is no answer: {what}"
        return BadReply(self.closed)

    def _students_exception(
        self, kind: Any, arguments: Any, attributes: Any, text: Any, shown: Any
    ) -> BaseException:
        if type(text) is not str or type(shown) is not str or type(attributes) is not tuple:
            return self._broken("an exception that is none")
        thrown, self._thrown = self._thrown, []
        for error in thrown:
            if self.class_to_show(type(error)) is kind and str(error) == text:
                return error  # the test's own, on its way through the student's code
        try:
            error = make_exception(kind, arguments)
        except WireError as problem:
            return self._broken(str(problem))
        for pair in attributes:
            match pair:
                case (str() as name, str() | int() | float() | bool() | None as value) if not name.startswith(
                    "_"
                ):
                    error.__dict__[name] = clean(value, MAX_TEXT) if type(value) is str else value
        error.__dict__["_text"] = clean(text, MAX_TEXT)
        error.__dict__["student_traceback"] = clean(shown, MAX_TRACEBACK)
        return error


def _keywords(pairs: tuple) -> dict[str, Any]:
    if all(type(pair) is tuple and len(pair) == 2 and type(pair[0]) is str for pair in pairs):
        return dict(pairs)
    raise WireError("keyword arguments that are none")


def _checked_modes(switches: Any) -> tuple:
    match switches:
        case tuple() if all(
            type(mode) is tuple and [type(part) for part in mode] == [str, bool, str] for mode in switches
        ):
            return switches
    raise WireError("modes that are none")
