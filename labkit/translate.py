"""The one translation function: every text that a student sees passes through `tr`.

English is the source language and needs no catalogue. Other languages are gettext catalogues in
`labkit/locale/<language>/LC_MESSAGES/`: `labkit.mo`, and `06_autograd.mo` and others for what the code of a lesson says.
"""

from __future__ import annotations

import gettext
import os
import re
from functools import lru_cache
from pathlib import Path

LOCALE = Path(__file__).parent / "locale"

_chosen: str | None = None


def set_language(language: str | None) -> None:
    """Show texts in `language` ("en", "ru", ...); None goes back to the environment variable LANGUAGE."""
    global _chosen
    _chosen = language


def language() -> str:
    """The language in use: the one set, else the first of LANGUAGE, else English."""
    return _chosen or os.environ.get("LANGUAGE", "").partition(":")[0] or "en"


def tr(text: str, /, **fields: object) -> str:
    """`text` in the student's language, with its `{named}` fields filled in after the translation.

    Without fields the text is returned as it stands, braces included.
    """
    translated = _catalogue(language()).gettext(text) if text else text
    return translated.format(**fields) if fields else translated


def mark(text: str) -> str:
    """Mark a text for the catalogues where it is data; the place that shows it calls `tr`."""
    return text


def given(text: str, /) -> str:
    """A text that the code of a lesson gives, in the student's language.

    A text with numbers in it came from an f-string, which the catalogue holds with `{named}` fields in their places: the
    entry whose words are those of the text is taken. What stood in the fields is translated too.
    """
    if not text or len(text) > LONG:
        return text
    if (translated := tr(text)) != text:
        return translated
    for words, translation in _templates(language()):
        if found := words.fullmatch(text):
            return translation.format(**{name: given(part) for name, part in found.groupdict().items()})
    return text


FIELD = re.compile(r"\{([A-Za-z_]\w*)\}")
LONG = 2000  # characters; what is longer has a value in it that somebody made long, and would be searched for ever


@lru_cache(maxsize=8)
def _catalogue(name: str) -> gettext.NullTranslations:
    """All catalogues of a language, `ru` also for `ru_RU.UTF-8`."""
    everything = gettext.NullTranslations()
    for known in dict.fromkeys((re.split(r"[._@]", name)[0], name)):
        for file in sorted((LOCALE / known / "LC_MESSAGES").glob("*.mo")):
            with file.open("rb") as opened:
                catalogue = gettext.GNUTranslations(opened)
            catalogue.add_fallback(everything)
            everything = catalogue
    return everything


@lru_cache(maxsize=8)
def _templates(name: str) -> list[tuple[re.Pattern[str], str]]:
    """Entries with fields: a pattern for the texts that come from each, and its translation. Most words first."""
    entries: dict[str, str] = {}
    catalogue = _catalogue(name)
    while catalogue is not None:
        entries = {**getattr(catalogue, "_catalog", {}), **entries}  # gettext has no other way to list them
        catalogue = catalogue._fallback
    with_fields = [text for text in entries if isinstance(text, str) and FIELD.search(text)]
    with_fields.sort(key=lambda text: len(FIELD.sub("", text)), reverse=True)
    return [(_pattern(text), entries[text]) for text in with_fields]


def _pattern(template: str) -> re.Pattern[str]:
    words, names = FIELD.split(template)[::2], FIELD.findall(template)
    pattern = re.escape(words[0])
    for k, name in enumerate(names):
        field = f"(?P={name})" if name in names[:k] else f"(?P<{name}>.+?)"
        pattern += field + re.escape(words[k + 1])
    return re.compile(pattern, re.S)
