"""What a test replaces in a library with `unittest.mock.patch` is replaced for the student's code as well.

`with patch("random.randint", return_value=3): assert roll() == 3` is a usual test of a function that draws. In one
process it holds for everybody; here the student's process is told.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any
from unittest import mock

from autograder.judge.wire import WireError

# Modules of which no part that carries requests makes use.
MODULES = {"datetime", "math", "numpy", "random", "statistics", "time", "torch", "torchlet"}
Tell = Callable[[str, str, bool, Any], None]


def install(tell: Tell) -> None:
    """Let patches of this process also `tell` (module, name, whether it begins, value)."""
    patch: Any = mock._patch
    if hasattr(patch.__enter__, "__wrapped__"):
        return
    enter, leave = patch.__enter__, patch.__exit__

    @functools.wraps(enter)
    def begin(self):
        made = enter(self)
        if module := _module_of(self.target):
            with contextlib.suppress(WireError):  # it cannot be sent: then it holds for the test alone
                tell(module, self.attribute, True, getattr(self.target, self.attribute))
        return made

    @functools.wraps(leave)
    def end(self, *error):
        if module := _module_of(self.target):
            tell(module, self.attribute, False, None)
        return leave(self, *error)

    patch.__enter__, patch.__exit__ = begin, end


def _module_of(target: Any) -> str:
    name = target.__name__ if isinstance(target, ModuleType) else ""
    return name if name.partition(".")[0] in MODULES else ""


class Replaced:
    """The student's end: what stands for what, and what stood there before."""

    def __init__(self):
        self.before: list[tuple[str, str, Any]] = []

    def replace(self, module: str, name: str, begins: bool, value: Any) -> None:
        if begins and (there := sys.modules.get(module)) is not None:
            self.before.append((module, name, getattr(there, name)))
            setattr(there, name, value)
        for known in [] if begins else reversed(self.before):  # patches of one name end last first
            if known[:2] == (module, name):
                setattr(sys.modules[module], name, known[2])
                self.before.remove(known)
                break
