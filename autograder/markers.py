"""nbgrader's markers: the lines between which stand solutions, hidden tests and mark schemes.

nbgrader looks for the exact words anywhere in a line. A misspelt marker is no marker to it, and what it
should have taken out goes to the students. Here such lines are found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

BEGIN_SOLUTION, END_SOLUTION = "BEGIN SOLUTION", "END SOLUTION"
BEGIN_HIDDEN, END_HIDDEN = "BEGIN HIDDEN TESTS", "END HIDDEN TESTS"
BEGIN_SCHEME, END_SCHEME = "BEGIN MARK SCHEME", "END MARK SCHEME"
PAIRS = {BEGIN_SOLUTION: END_SOLUTION, BEGIN_HIDDEN: END_HIDDEN, BEGIN_SCHEME: END_SCHEME}
MARKERS = [*PAIRS, *PAIRS.values()]

Mistake = tuple[int, str, str]  # the line within the cell (from 1; 0 is the cell as a whole), what, repair


def inside(source: str, begin: str, end: str) -> list[str]:
    """The lines between the lines with the markers `begin` and `end`, as nbgrader finds them."""
    return [line for line, within in _regions(source, begin, end) if within]


def outside(source: str, begin: str, end: str) -> list[str]:
    """The lines that stay when nbgrader takes the regions between `begin` and `end` out."""
    return [line for line, within in _regions(source, begin, end) if not within]


def _regions(source: str, begin: str, end: str) -> Iterator[tuple[str, bool]]:
    within = False
    for line in source.split("\n"):
        if begin in line:
            within = True
        elif end in line:
            within = False
        else:
            yield line, within


def mistakes(source: str, code: bool) -> Iterator[Mistake]:
    """Markers of a cell that are misspelt, nested, or without partner. `code`: they stand in comments."""
    opened = ""
    for i, line in enumerate(source.split("\n"), 1):
        marker = next((marker for marker in MARKERS if marker in line), None)
        if marker is None:
            meant = _misspelt(line, code)
            if meant:
                what = f"`{line.strip()}` is not a marker, though it looks like one"
                yield i, what, f"write `{written(meant)}`, or say it in other words"
        elif marker in PAIRS:
            if opened:
                yield i, f"`{marker}` inside `{opened}`", f"close that first with `{written(PAIRS[opened])}`"
            opened = marker
        else:
            if not opened or PAIRS[opened] != marker:
                begin = next(begin for begin, end in PAIRS.items() if end == marker)
                yield i, f"`{marker}` without `{begin}` before it", f"add `{written(begin)}`, or take it out"
            opened = ""
    if opened:
        yield i, f"`{opened}` is never closed", f"add `{written(PAIRS[opened])}`"


def written(marker: str) -> str:
    """The line in which a marker is usually written."""
    return f"=== {marker} ===" if "SCHEME" in marker else f"### {marker}"


def _misspelt(line: str, code: bool) -> str:
    """The marker that a line was probably meant to be, or an empty string."""
    stripped = line.strip()
    if not stripped or (code and not stripped.startswith("#")):
        return ""
    words = " ".join(re.sub(r"[^A-Z ]+", " ", stripped.upper()).split())
    close = max(MARKERS, key=lambda marker: SequenceMatcher(None, words, marker).ratio())
    similar = SequenceMatcher(None, words, close).ratio()
    signed = stripped.startswith(("###", "===")) and words.startswith(("BEGIN", "END", "START", "STOP"))
    return close if similar >= 0.85 or (signed and similar >= 0.5) else ""
