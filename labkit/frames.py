"""Pictures that one steps through: a slider, two buttons, a sentence for each frame, and if need be a switch.

Everything is computed before and lies in one SVG, so a figure is alive in a notebook, in an exported page and without
a kernel; where no script runs, the frame `start` is shown and the texts of all frames are below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import session
from .page import block, details, escape, inline, plain
from .plots import as_svg
from .translate import tr


@dataclass(frozen=True)
class Frame:
    """One state of a drawn figure. name: what the slider says ("h = 0.5"); text: one or two sentences; svg: its part
    of the picture, inner markup of an `<svg>`."""

    name: str
    text: str
    svg: str = ""


@dataclass(frozen=True)
class PlotFrame:
    """One state of a Matplotlib figure. artists: those that are seen in this frame; one may belong to several frames."""

    name: str
    text: str
    artists: Sequence[Any] = ()


Groups = Mapping[str, Sequence[Any]]


def show_frames(
    title: str, frames: Sequence[Frame] | Mapping[str, Sequence[Frame]], *, size: tuple[float, float], slider: str,
    background: str = "", start: int = -1, switch: str = "", note: str = "", alt: str = "",
) -> None:  # fmt: skip
    """Show a drawn figure, frame by frame.

    frames: a sequence, or {name of a group: its frames} with `switch` as the question between groups.
    size: width and height of the picture in pixels. background: markup that is seen in every frame.
    slider: what the slider moves ("step h"). start: the frame shown first, in each group.
    note: a line below. alt: what the picture is, for those who do not see it; without it, the title.
    ValueError if there is no frame.
    """
    groups = _groups(frames)
    width, height = size
    parts = [
        f'<g class="lk-frame" data-frame="{g}.{k}"{_hidden(g, k, group, start)}>{frame.svg}</g>'
        for g, group in enumerate(groups.values())
        for k, frame in enumerate(group)
    ]
    picture = (
        f'<svg viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(plain(alt or title))}" '
        f'style="width: {width:g}px; max-width: 100%">{background}{"".join(parts)}</svg>'
    )
    _show(title, groups, picture, slider, start, switch, note)


def show_plot_frames(
    title: str, figure: Any, frames: Sequence[PlotFrame] | Mapping[str, Sequence[PlotFrame]], *, slider: str,
    start: int = -1, switch: str = "", note: str = "", alt: str = "",
) -> None:  # fmt: skip
    """Show a Matplotlib figure frame by frame, and close it; what belongs to no frame is seen in every one.

    The parameters are those of `show_frames`. The colours of the palette follow the page's theme.
    """
    groups = _groups(frames)
    seen: dict[int, tuple[Any, list[str]]] = {}
    first = set()
    for g, group in enumerate(groups.values()):
        for k, frame in enumerate(group):
            for artist in frame.artists:
                seen.setdefault(id(artist), (artist, []))[1].append(f"{g}.{k}")
                if not _hidden(g, k, group, start):
                    first.add(id(artist))
    marks = {}
    for key, (artist, places) in seen.items():
        gid = f"lk-frame-{'-'.join(places)}"
        artist.set_gid(gid)
        shown = "" if key in first else ' display="none"'
        marks[gid] = f'class="lk-frame" data-frame="{" ".join(places)}"{shown}'
    _show(title, groups, as_svg(figure, alt=plain(alt or title), marks=marks), slider, start, switch, note)


def _groups(frames: Sequence[Any] | Groups) -> Groups:
    groups = dict(frames) if isinstance(frames, Mapping) else {"": frames}
    if not groups or not all(len(group) for group in groups.values()):
        raise ValueError("a figure of frames needs at least one frame in each group")
    return groups


def _first(group: Sequence[Any], start: int) -> int:
    return start % len(group) if -len(group) <= start < len(group) else len(group) - 1


def _hidden(g: int, k: int, group: Sequence[Any], start: int) -> str:
    return "" if g == 0 and k == _first(group, start) else ' display="none"'


def _show(title: str, groups: Groups, picture: str, slider: str, start: int, switch: str, note: str) -> None:
    session.show(_html(title, groups, picture, slider, start, switch, note), _text(title, groups, switch))


def _html(title: str, groups: Groups, picture: str, slider: str, start: int, switch: str, note: str) -> str:
    first = next(iter(groups.values()))
    at = _first(first, start)
    choice = ""
    if len(groups) > 1:
        buttons = "".join(
            f'<button type="button" data-group="{g}" aria-pressed="{"false" if g else "true"}">{inline(name)}</button>'
            for g, name in enumerate(groups)
        )
        label = f'<span class="lk-note">{inline(switch)}</span>' if switch else ""
        head = f'<div class="lk-bar lk-switch" role="group" aria-label="{escape(plain(switch))}" hidden>'
        choice = f"{head}{label}{buttons}</div>"
    control = (
        f'<div class="lk-bar lk-control" hidden><button type="button">{tr("Back")}</button>'
        f'<input type="range" min="0" max="{len(first) - 1}" value="{at}" step="1" aria-label="{escape(plain(slider))}">'
        f'<button type="button">{tr("Next")}</button><span class="lk-name"></span></div>'
    )
    lists = "".join(
        (f"<p>{inline(name)}</p>" if name else "")
        + f'<ol class="lk-texts" data-start="{_first(group, start)}">'
        + "".join(
            f"<li><b>{inline(frame.name)}</b> <span>{inline(frame.text)}</span></li>" for frame in group
        )
        + "</ol>"
        for name, group in groups.items()
    )
    body = (
        f'<p><span class="lk-title">{inline(title)}</span></p>{choice}'
        f'<div class="lk-scroll" tabindex="0">{picture}</div>{control}'
        f'<p class="lk-status" role="status">{inline(first[at].text)}</p>'
        + (f'<p class="lk-note">{inline(note)}</p>' if note else "")
        + details(tr("All frames in words"), lists)
    )
    return block("frames", body, label=plain(title), scripts=("steady.js", "frames.js"))


def _text(title: str, groups: Groups, switch: str) -> str:
    lines = [plain(title)]
    for name, group in groups.items():
        lines += [f"{plain(switch)} {plain(name)}".strip()] if name else []
        lines += [f"  {plain(frame.name)}: {plain(frame.text)}" for frame in group]
    return "\n".join(lines)
