"""The paragraphs of a markdown text: what a translator gets, piece by piece, and puts back in the same place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from autograder.markers import BEGIN_SCHEME, END_SCHEME

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_BLANK = re.compile(r"(\n(?:[ \t]*\n)+)")
_WORD = re.compile(r"[^\W\d_]{2,}")
_NO_WORDS = re.compile(r"\$\$.*?\$\$|<[^>]+>|!?\[[^\]]*\]\([^)]*\)|`[^`\n]+`", re.S)


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """The parts of a text in order, and whether each is to be translated. Together they are the text again."""
    for part, is_code in _fenced(text):
        if is_code:
            yield part, False
            continue
        for piece in _BLANK.split(part):
            if piece:
                yield from _stripped(piece)


def translatable(text: str) -> list[str]:
    """The paragraphs of a text that have words in them, in order."""
    return [piece for piece, wanted in pieces(text) if wanted]


def translated(text: str, translate: Callable[[str], str]) -> str:
    """The text with every paragraph translated, and all that stands between them left as it is."""
    return "".join(translate(piece) if wanted else piece for piece, wanted in pieces(text))


def _fenced(text: str) -> Iterator[tuple[str, bool]]:
    """The text cut into prose and fenced blocks of code. A fence that is never closed runs to the end."""
    part, fence = "", ""
    for line in text.splitlines(keepends=True):
        found = _FENCE.match(line)
        if not fence and found:
            if part:
                yield part, False
            part, fence = line, found[1]
        elif fence and found and found[1].startswith(fence) and not line.strip(" \n`~"):
            yield part + line, True
            part, fence = "", ""
        else:
            part += line
    if part:
        yield part, bool(fence)


def _stripped(piece: str) -> Iterator[tuple[str, bool]]:
    """A piece without the white space around it, which no translator should have to keep."""
    core = piece.strip()
    start = piece.index(core) if core else 0
    around = piece[:start], piece[start + len(core) :]
    for part, wanted in ((around[0], False), (core, _has_words(core)), (around[1], False)):
        if part:
            yield part, wanted


def _has_words(piece: str) -> bool:
    """Whether there is something to translate: not only formulas, tags, code, or a marker of the course."""
    if piece.strip("= ") in (BEGIN_SCHEME, END_SCHEME):
        return False
    return bool(_WORD.search(_NO_WORDS.sub(" ", piece))) or bool(re.search(r"\[[^\]]*[^\W\d_]{2}", piece))
