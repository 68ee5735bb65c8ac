"""Make what a student wrote safe to show: markdown, HTML and pictures without scripts, styles and remote resources."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

import nh3
from markupsafe import Markup, escape
from nbconvert.filters.ansi import strip_ansi
from nbconvert.filters.markdown import markdown2html_mistune

TAGS = nh3.ALLOWED_TAGS - {"area", "map"}
ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "ol": {"start"},
}
PICTURES = {"image/png", "image/jpeg", "image/gif", "image/webp"}
_PICTURE_DATA = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+")
_NO_PICTURE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")  # its source was remote, or no picture
LONG = 20_000  # characters of one output; a page is for reading


def html(text: str) -> Markup:
    """HTML of a student as HTML that is only text, tables, links and pictures that it carries itself."""
    cleaned = nh3.clean(
        text[: 10 * LONG],
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    return Markup(_NO_PICTURE.sub("(a picture that is not kept in the notebook)", cleaned))


def markdown(text: str, attachments: Mapping[str, Mapping[str, str]] | None = None) -> Markup:
    """Markdown of a student as safe HTML; pasted pictures (`attachments`) are put in."""
    for name, bundle in (attachments or {}).items():
        for kind, data in bundle.items():
            if kind in PICTURES:
                text = text.replace(f"attachment:{name}", f"data:{kind};base64,{''.join(data.split())}")
    try:
        return html(markdown2html_mistune(text))
    except Exception:  # nothing that a student writes may cost a page
        return plain(text)


def plain(text: str) -> Markup:
    """Text as it is, without the colours of a terminal, cut where it is too long to read."""
    text = strip_ansi(text)
    cut = "" if len(text) <= LONG else "\n... cut here"
    return Markup("<pre>{}</pre>").format(text[:LONG] + cut)


def picture(kind: str, data: str, words: str = "") -> Markup:
    """A picture as `<img>`. In there an SVG runs no script and loads nothing."""
    if kind == "image/svg+xml":
        data = base64.b64encode(data.encode()).decode()
    try:
        base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return plain("(a picture that cannot be read)")
    return Markup('<img alt="{}" src="data:{};base64,{}">').format(words, kind, "".join(data.split()))


def output(output: Mapping) -> Markup:
    """One output of a cell."""
    kind = output.get("output_type")
    if kind == "stream":
        return plain(_text(output.get("text", "")))
    if kind == "error":
        return plain(
            "\n".join(_text(line) for line in output.get("traceback", [])) or _text(output.get("evalue", ""))
        )
    data = output.get("data", {})
    for name in [*PICTURES, "image/svg+xml"]:
        if name in data:
            return picture(name, _text(data[name]), _text(data.get("text/plain", "")))
    if "text/html" in data:
        cleaned = html(_text(data["text/html"]))
        if cleaned.striptags().strip() or "<img" in cleaned:
            return cleaned
    if "text/markdown" in data:
        return markdown(_text(data["text/markdown"]))
    return plain(_text(data.get("text/plain", "")))


def code(source: str) -> Markup:
    """Code with its words coloured by class."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    if len(source) > LONG:
        return plain(source)
    return Markup(highlight(source, PythonLexer(stripnl=False), HtmlFormatter(cssclass="code")))


def _attribute(tag: str, name: str, value: str) -> str | None:
    if tag == "img" and name == "src":
        return value if _PICTURE_DATA.fullmatch(value) else None
    if tag == "a" and name == "href":
        return None if value.strip().lower().startswith("data:") else value
    return value


def _text(value: object) -> str:
    if isinstance(value, list):
        return "".join(str(part) for part in value)
    return value if isinstance(value, str) else str(escape(str(value)))
