"""Matplotlib figures in the colours of the page, readable for those who do not see them, and the same bytes every time."""

from __future__ import annotations

import base64
import io
import re
import sys
from collections.abc import Mapping
from typing import Any

from . import palette, session
from .expect import display
from .page import escape, style
from .translate import given, tr

DPI = 96  # of the PNG: shown at its natural size it is as large as the SVG


def subplots(*arguments: Any, **options: Any) -> Any:
    """`matplotlib.pyplot.subplots` in the colours and fonts of this course: (figure, axes).

    The first line drawn has the colour of values, the second that of gradients.
    """
    import matplotlib
    from matplotlib import pyplot

    with matplotlib.rc_context(palette.matplotlib_style()):
        return pyplot.subplots(*arguments, **options)


def show_figure(figure: Any, *, alt: str) -> None:
    """Show a Matplotlib figure with the text alternative `alt`, in the colours of the page's theme, and close it.

    alt: what a reader who does not see the picture should know; `alt_text(figure)` drafts one. ValueError if empty.
    Where HTML is not shown or not trusted (a PDF, a page of feedback), there is a PNG in the light colours.
    """
    if not alt.strip():
        raise ValueError("a figure needs a text alternative: what should a reader know who does not see it?")
    from matplotlib.text import Text

    alt = given(alt)
    for text in figure.findobj(Text):  # labels, legends, titles
        if (shown := given(text.get_text())) != text.get_text():
            text.set_text(shown)
    png = base64.b64encode(_png(figure)).decode()
    html = f'<div class="lk lk-figure">{style()}{as_svg(figure, alt=alt)}</div>'
    session.show(html, tr("Figure: {alt}", alt=alt), more={"image/png": png})


def as_svg(figure: Any, *, alt: str, marks: Mapping[str, str] | None = None) -> str:
    """A Matplotlib figure as an `<svg>` for a page, closed afterwards; the palette's colours become those of the theme.

    marks: {an artist's gid: the attributes that its element gets instead}.
    """
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        if text.get_color() == "black":  # written without a colour, it would stay black on a dark page
            text.set_color(palette.LIGHT["ink"])
    picture = _svg(figure)
    _close(figure)
    picture = picture[picture.index("<svg") :]
    picture = re.sub(r"<metadata>.*?</metadata>", "", picture, flags=re.S)
    used = set(re.findall(r"url\(#([^)]+)\)", picture)) | set(re.findall(r'href="#([^"]+)"', picture))
    picture = re.sub(
        r' id="([^"]*)"',
        lambda found: (
            f" {marks[found[1]]}" if found[1] in (marks or {}) else found[0] if found[1] in used else ""
        ),
        picture,
    )
    for colour, name in _THEMED.items():
        picture = picture.replace(colour, f"var(--lk-{name})")
    box = re.search(r'viewBox="[^"]+ ([\d.]+) [\d.]+"', picture)
    width = round(float(box[1]) * 96 / 72)
    head = f'<svg {box[0]} class="lk-plot" role="img" aria-label="{escape(alt)}" style="width: {width}px; max-width: 100%">'
    return head + picture[picture.index(">") + 1 :].strip()


# What Matplotlib writes, and the palette's name for it. Black is what it takes where nobody chose a colour.
_THEMED = {**{colour: name for name, colour in reversed(palette.LIGHT.items())}, "#000000": "ink"}


def alt_text(figure: Any) -> str:
    """What a figure shows, in sentences: titles, axes with their ranges, lines with their ends, points, images."""
    parts = [figure.get_suptitle()] if figure.get_suptitle() else []
    for axes in figure.axes:
        parts += [axes.get_title()] if axes.get_title() else []
        parts.append(_axis(tr("Horizontal"), axes.get_xlabel(), axes.get_xlim(), axes.get_xscale()))
        parts.append(_axis(tr("Vertical"), axes.get_ylabel(), axes.get_ylim(), axes.get_yscale()))
        parts += [_line(line) for line in axes.get_lines() if len(line.get_xdata())]
        parts += [_points(collection) for collection in axes.collections if len(collection.get_offsets())]
        parts += [tr("An image of {rows} × {columns}", rows=image.get_array().shape[0],
                     columns=image.get_array().shape[1]) for image in axes.get_images()]  # fmt: skip
        if axes.patches:
            parts.append(tr("{count} bars", count=len(axes.patches)))
    return " ".join(part if part.endswith((".", "?", "!")) else f"{part}." for part in parts)


def _png(figure: Any) -> bytes:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI, bbox_inches="tight", metadata={"Software": None})
    return buffer.getvalue()


def _svg(figure: Any) -> str:
    import matplotlib

    buffer = io.StringIO()
    metadata = {"Date": None, "Creator": None}
    with matplotlib.rc_context({"svg.hashsalt": "labkit", "svg.fonttype": "none"}):
        figure.savefig(buffer, format="svg", bbox_inches="tight", metadata=metadata, transparent=True)
    return buffer.getvalue()


def _close(figure: Any) -> None:
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close(figure)  # or the notebook would show it again


def _axis(role: str, label: str, limits: tuple[float, float], scale: str) -> str:
    text = f"{role}: {label}, " if label else f"{role}: "
    text += tr("{low} to {high}", low=display.number(limits[0], 3), high=display.number(limits[1], 3))
    return text + tr(", logarithmic") if scale == "log" else text


def _line(line: Any) -> str:
    y = line.get_ydata()
    return tr(
        "{name} of {count} points, from {first} to {last}",
        name=_named(tr("Line"), line),
        count=len(y),
        first=display.number(float(y[0]), 3),
        last=display.number(float(y[-1]), 3),
    )


def _points(collection: Any) -> str:
    return tr("{name}: {count}", name=_named(tr("Points"), collection), count=len(collection.get_offsets()))


def _named(kind: str, artist: Any) -> str:
    label = str(artist.get_label())
    return kind if label.startswith("_") else f'{kind} "{label}"'
