"""Pairs of submissions whose answers are alike: a reason to look, never a verdict.

Fingerprints are those of winnowing (Schleimer, Wilkerson, Aiken: Winnowing, 2003), from the library copydetect: names
and spaces do not matter, and code that everyone was given is left out.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from nbformat import NotebookNode

from autograder import cells

NOISE = 25  # characters of filtered code that a match has at least
WINDOW = 1  # every fingerprint is kept, so that no part of what was handed out escapes being recognised
ALIKE = 0.8  # of the shorter one's own code
SHORT = 40  # fingerprints of one's own: with fewer, everyone's code is alike
MOST = 20


@dataclass(frozen=True)
class Pair:
    """Two students and how much of each one's own code is also in the other's, from 0 to 1."""

    first: str
    second: str
    shares: tuple[float, float]
    codes: tuple[str, str]

    @property
    def share(self) -> float:
        return max(self.shares)


def pairs(work: Mapping[str, Iterable[NotebookNode]], given: Iterable[NotebookNode]) -> list[Pair]:
    """The pairs that are most alike, at most `MOST`.

    work: executed notebooks by student. given: the notebooks that were handed out.
    """
    import copydetect

    def fingerprint(text: str, known: Iterable[int] = ()) -> copydetect.CodeFingerprint:
        return copydetect.CodeFingerprint(
            "answers.py", NOISE, WINDOW, boilerplate=list(known), language="python", fp=io.StringIO(text)
        )

    known = fingerprint(
        "\n".join(cell.source for nb in given for cell in nb.cells if cell.cell_type == "code")
    )
    texts = {student: own_code(notebooks) for student, notebooks in work.items()}
    prints = {student: fingerprint(text, known.hashes) for student, text in texts.items()}
    long_enough = sorted(name for name, found in prints.items() if len(found.hashes) >= SHORT)
    found = []
    for first, second in combinations(long_enough, 2):
        _, shares, _ = copydetect.compare_files(prints[first], prints[second])
        if max(shares) >= ALIKE:
            pair = (float(shares[0]), float(shares[1]))
            found.append(Pair(first, second, pair, (texts[first], texts[second])))
    return sorted(found, key=lambda pair: (-pair.share, -sum(pair.shares), pair.first, pair.second))[:MOST]


def own_code(notebooks: Iterable[NotebookNode], handed_out: Iterable[str] = ()) -> str:
    """What a student wrote: answers that were changed, and cells of their own, in order."""
    given = set(handed_out)
    return "\n\n".join(
        cell.source
        for notebook in notebooks
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.source not in given
        if cells.is_answer(cell) or cells.is_own(cell)
    )
