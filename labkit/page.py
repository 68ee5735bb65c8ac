"""Pieces of HTML that figures, predictions and problems share.

What comes out is one `<div class="lk">`, complete without its script and without ids, so that any number of them fit
on a page and the same input gives the same bytes. The script only adds to what is there.
"""

from __future__ import annotations

import html
import re
from functools import cache
from importlib import resources

from . import palette


def escape(text: object) -> str:
    return html.escape(str(text), quote=True)


# `code`, or *words*: an asterisk that touches no word on its other side, for between factors it multiplies.
_MARKS = re.compile(r"`([^`]+)`|(?<![\w*)])\*(\w[\w ]*)\*(?![\w*(])")


def inline(text: str) -> str:
    """Text for students as HTML: `code` in backticks, *words* between asterisks, everything else literally."""
    return _MARKS.sub(
        lambda mark: f"<code>{mark[1]}</code>" if mark[1] else f"<em>{mark[2]}</em>", escape(text)
    )


def plain(text: str) -> str:
    """The same text without these marks, for places that show no HTML."""
    return _MARKS.sub(lambda mark: mark[1] or mark[2], text)


def block(kind: str, body: str, *, label: str, scripts: tuple[str, ...] = ()) -> str:
    """The `<div>` of one figure: its style, its body and, if it has any, the scripts of its kind.

    kind: the CSS class "lk-<kind>", by which its own script finds what it has not yet made alive.
    label: the name of the group for those who hear the page.
    """
    code = f"<script>{''.join(map(_asset, scripts))}</script>" if scripts else ""
    head = f'<div class="lk lk-{kind}" role="group" aria-label="{escape(label)}">'
    return f"{head}{style()}{body}{code}</div>"


def style() -> str:
    """The `<style>` of everything with the class `lk`."""
    return f"<style>{palette.css()}{_asset('style.css')}</style>"


def details(summary: str, body: str, *, opened: bool = False) -> str:
    return f"<details{' open' if opened else ''}><summary>{summary}</summary>{body}</details>"


@cache
def _asset(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
