"""`explaining`: a student's own error, with the likely cause beside it."""

from __future__ import annotations

import linecache
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType

from ..translate import given, tr
from . import display
from .mismatch import Mismatch


@contextmanager
def explaining(
    causes: Mapping[str, str], *, name: str = "", hint: str = "", where: str = ""
) -> Iterator[None]:
    """A block that calls the student's code: an error of a foreseen kind becomes a `Mismatch` with its cause.

    causes: {part of "AttributeError: 'int' object has no attribute 'data'": sentence}. The first that fits is
        taken; any other error passes as it is.
    """
    try:
        yield
    except AssertionError:
        raise
    except Exception as error:
        shown = display.exception(error)
        cause = next((sentence for part, sentence in causes.items() if part in shown), None)
        if cause is None:
            raise
        if line := _line(error):
            shown += "\n" + tr("in the line: {line}", line=line)
        title = tr("{name} ends in an error.", name=given(name) or tr("This call"))
        raise Mismatch(title, got=shown, cause=given(cause), hint=hint, where=where) from None


def _line(error: Exception) -> str:
    """The student's line that failed; "" where the code ran in another process."""
    steps = [error.__traceback__]
    while steps[-1].tb_next is not None and not _in_library(steps[-1].tb_next):
        steps.append(steps[-1].tb_next)
    inside = len(steps) > 2  # this module, the check, and then the student's code
    if not inside or hasattr(error, "student_traceback"):
        return ""
    return linecache.getline(steps[-1].tb_frame.f_code.co_filename, steps[-1].tb_lineno).strip()


def _in_library(step: TracebackType) -> bool:
    return step.tb_frame.f_globals.get("__name__", "").partition(".")[0] in ("torchlet", "torch")
