"""The one way in which a check fails: what was expected, what came, the likely cause, where to look."""

from __future__ import annotations

import contextlib
import linecache
import os
import textwrap

from ..translate import given, tr

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WIDTH = 100


class Mismatch(AssertionError):
    """A check that did not hold.

    Attributes, each a str or None: `title` (what is wrong, one sentence), `expected`, `got`, `detail` (where
    the worst difference is), `cause` (a named misconception that fits), `hint` and `where` (from the check's
    author). `str()` is all of them in a few short lines.
    """

    def __init__(
        self,
        title: str,
        *,
        expected: str | None = None,
        got: str | None = None,
        detail: str | None = None,
        cause: str | None = None,
        hint: str | None = None,
        where: str | None = None,
    ):
        self.title = title = title[:1].upper() + title[1:] if title.startswith("the ") else title
        self.expected = expected
        self.got = got
        self.detail = detail
        self.cause = cause
        self.hint = given(hint) if hint else None
        self.where = given(where) if where else None
        super().__init__(title)

    def __reduce__(self):
        return _rebuild, (self.title, {name: getattr(self, name) for name in _FIELDS})

    def __str__(self) -> str:
        return "\n".join(self._lines(lambda label: label))

    def _lines(self, emphasise) -> list[str]:
        texts = [
            (tr("Expected:"), self.expected),
            (tr("Got:"), self.got),
            (tr("Difference:"), self.detail),
            (tr("Likely cause:"), self.cause),
            (tr("Hint:"), self.hint),
            (tr("Where to look:"), self.where),
        ]
        column = max(len(label) for label, _ in texts[:2])
        lines = [self.title]
        for label, text in texts:
            if text:
                lines.append(emphasise(label) + _fold(text, label, column))
        return lines

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback (it asks for a list of strings)."""
        bold, off = "\x1b[1m", "\x1b[0m"  # no red: JupyterLab's ground is red, in the dark theme darkly so
        lines = self._lines(lambda label: f"{bold}{label}{off}")
        lines[0] = f"{bold}{lines[0]}{off}"
        call = self._call()
        return [*lines, f"{bold}{tr('In this check:')}{off} {call}"] if call else lines

    def _call(self) -> str | None:
        """The line of the check that failed: the innermost one outside labkit.

        None for the mere beginning of a call, for `expect.true(condition, title)`, which would say the title twice,
        and for a helper's line, whose name was put into the title.
        """
        found, step = None, self.__traceback__
        while step is not None:
            code = step.tb_frame.f_code
            if not code.co_filename.startswith((PACKAGE, contextlib.__file__)):
                found = linecache.getline(code.co_filename, step.tb_lineno, step.tb_frame.f_globals).strip()
            step = step.tb_next
        says_nothing = (
            not found
            or found.endswith(("(", "[", "{"))
            or found.startswith(("expect.true(", "with "))
            or "name=f" in found
        )
        return None if says_nothing else found


_FIELDS = ("expected", "got", "detail", "cause", "hint", "where")


def _rebuild(title: str, fields: dict[str, str | None]) -> Mismatch:
    return Mismatch(title, **fields)


def _fold(text: str, label: str, column: int) -> str:
    """The text after its label: values in one column, whatever has lines indented, sentences folded."""
    start = " " * (max(0, column - len(label)) + 1) if label in (tr("Expected:"), tr("Got:")) else " "
    lead = " " * (len(label) + len(start))
    if "\n" in text:
        lines = [part for line in text.splitlines() for part in _wrap(line, WIDTH - len(lead))]
        return start + f"\n{lead}".join(lines)
    return (
        start + textwrap.fill(lead + text, WIDTH, subsequent_indent="    ", break_long_words=False).lstrip()
    )


def _wrap(line: str, width: int) -> list[str]:
    """The line itself, or several where it is too long."""
    return textwrap.wrap(line, width, subsequent_indent="    ", break_long_words=False) or [line]
