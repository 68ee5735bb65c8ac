"""The one translation function: every text that a student sees passes through `tr`.

English is the source language and needs no catalogue. Other languages are gettext catalogues in
`labkit/locale/<language>/LC_MESSAGES/labkit.mo`.
"""

from __future__ import annotations

import gettext
import os
from functools import lru_cache
from pathlib import Path

DOMAIN = "labkit"
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


@lru_cache(maxsize=8)
def _catalogue(name: str) -> gettext.NullTranslations:
    return gettext.translation(DOMAIN, LOCALE, languages=[name], fallback=True)
