"""Homework that is not written yet: one calm line where the stub raises NotImplementedError, in place of a traceback."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any

from .session import shell
from .translate import tr


def explain_stubs() -> None:
    """In a notebook, from now on: say in one line which answer is missing. Does nothing elsewhere.

    It stays the error that it was, for Jupyter, nbgrader and whoever catches it; other handlers go on working.
    """
    if (
        "IPython" not in sys.modules or (found := shell()) is None
    ):  # a notebook has it; others need not load it
        return
    before, others = found.CustomTB, found.custom_exceptions

    def show(
        shell: Any, etype: type, error: Exception, tb: TracebackType, tb_offset: int | None = None
    ) -> Any:
        if not isinstance(error, NotImplementedError):
            return before(etype, error, tb, tb_offset)
        if name := missing(error):
            error._render_traceback_ = _rendered(name)  # what IPython asks an error for
        return shell.showtraceback((etype, error, tb), tb_offset=tb_offset, running_compiled_code=True)

    found.set_custom_exc((NotImplementedError, *others), show)


def missing(error: NotImplementedError) -> str:
    """The function, method or class body whose stub raised `error`; "" if it is no stub's error.

    nbgrader's stub raises one without a text, as the last line of what stands in a cell. Libraries say what it is that
    they do not implement; and one raised higher up, or on behalf of another error, is the student's own.
    """
    step = error.__traceback__
    while step is not None and step.tb_next is not None:
        step = step.tb_next
    if error.args or error.__context__ is not None or step is None:
        return ""
    if step.tb_frame.f_globals.get("__name__") != "__main__" or step.tb_lineno != _last_line(step):
        return ""
    name = step.tb_frame.f_code.co_qualname.replace("<locals>.", "")
    return tr("this cell") if name == "<module>" else name


def _last_line(step: TracebackType) -> int:
    return max(line for *_, line in step.tb_frame.f_code.co_lines() if line is not None)


def _rendered(name: str) -> Callable[[], list[str]]:
    text = tr(
        "Not solved yet: {name} still ends in `raise NotImplementedError()`. "
        "Write your code in place of this line, and run the cell.",
        name=name,
    )
    return lambda: [text]
