"""`explaining`: a student's own error, with the likely cause beside it."""

from __future__ import annotations

import linecache
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ..translate import tr
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
        title = tr("{name} ends in an error.", name=name or tr("This call"))
        raise Mismatch(title, got=shown, cause=cause, hint=hint, where=where) from None


def _line(error: Exception) -> str:
    """The student's line that failed; "" where the code ran in another process."""
    step, depth = error.__traceback__, 0
    while step.tb_next is not None:
        step, depth = step.tb_next, depth + 1
    if depth < 2 or hasattr(
        error, "student_traceback"
    ):  # this module, the check, and then the student's code
        return ""
    return linecache.getline(step.tb_frame.f_code.co_filename, step.tb_lineno).strip()
