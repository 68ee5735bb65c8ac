"""`launch_timeline`: what host and device do while a clock runs, with and without waiting for the device.

The times are those of torchlet's simulated GPU: the launches are put on its virtual clock, nothing is computed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .expect import display
from .frames import Frame, show_frames
from .page import escape
from .translate import tr

SIZES = (64, 256, 384, 512, 768, 1024)
PRODUCTS = 3

WIDTH, HEIGHT = 760, 214
LEFT, RIGHT = 76, 738  # where the time axis begins and ends
HOST, DEVICE, BOX = 66, 118, 34  # upper edges of the lanes, and their height
AXIS = 170


@dataclass(frozen=True)
class Trace:
    """What happened on the virtual clock, in microseconds from the start of the clock.

    launches, work: intervals of the host and of the device. wait: the interval in which the host waits, or None.
    clock: when the clock is read at the end. done: when the device has done everything.
    """

    launches: tuple[tuple[float, float], ...]
    work: tuple[tuple[float, float], ...]
    wait: tuple[float, float] | None
    clock: float
    done: float


def launch_timeline(sizes: Sequence[int] = SIZES, products: int = PRODUCTS) -> None:
    """Show host and device as two lanes while `products` n×n products are timed; a slider for n, a switch for waiting.

    The device is simulated and warm; the time axis of each frame ends when all work is done.
    """
    ways = {False: tr("without waiting"), True: tr("with `synchronize()`")}
    show_frames(
        tr("Launch timeline: {count} products of n×n matrices on the simulated GPU", count=products),
        {name: [frame(n, trace(n, products, waits)) for n in sizes] for waits, name in ways.items()},
        size=(WIDTH, HEIGHT),
        slider=tr("size n of the matrices"),
        background=_lanes(),
        switch=tr("The clock is read"),
        note=tr(
            "Simulated times, from the virtual clock: every launch takes the host 5 µs. Each picture has its own time axis."
        ),
        alt=tr(
            "Two lanes over time. The host launches one product after the other and is done early; "
            "the device works through them. A bracket shows what the clock measures."
        ),
    )


def trace(n: int, products: int = PRODUCTS, waits: bool = True) -> Trace:
    """What host and device do from the start of the clock until all products are done."""
    from torchlet.simulated_gpu import SimulatedGPU, Specification

    gpu = SimulatedGPU(Specification(load_seconds=0.0))
    for _ in range(products):
        gpu.launch("mm", 3 * 4 * n * n, 2 * n**3)
    launched = list(gpu.launches)
    before = gpu.now()
    if waits:
        gpu.synchronize()
    us = 1e6
    return Trace(
        tuple((us * each.host_start, us * each.host_end) for each in launched),
        tuple((us * each.start, us * each.end) for each in launched),
        (us * before, us * gpu.now()) if waits else None,
        us * gpu.now(),
        us * gpu.free_at,
    )


def frame(n: int, found: Trace) -> Frame:
    one = found.work[0][1] - found.work[0][0]
    facts = {
        "count": len(found.launches),
        "clock": _time(found.clock),
        "done": _time(found.done),
        "one": _time(one),
    }
    if found.wait is None:
        text = tr(
            "The clock says {clock} µs: {count} launches and nothing else. One product takes the device {one} µs, "
            "and it has done everything after {done} µs.",
            **facts,
        )
    else:
        text = tr(
            "The host waits, and the clock says {clock} µs: launches and work. One product takes the device {one} µs.",
            **facts,
        )
    if one < found.launches[0][1]:
        text += " " + tr("The device is faster than the launches: between two products it has nothing to do.")
    return Frame(tr("n = {n}", n=n), text, _picture(found))


def _picture(found: Trace) -> str:
    end = found.done * 1.04

    def x(time: float) -> float:
        return LEFT + (RIGHT - LEFT) * time / end

    parts = [
        _box(x(begin), x(stop), HOST, "var(--lk-panel)", "var(--lk-ink)") for begin, stop in found.launches
    ]
    parts += [
        _box(x(begin), x(stop), DEVICE, "var(--lk-value-fill)", "var(--lk-value)")
        for begin, stop in found.work
    ]
    if found.wait:
        begin, stop = (x(time) for time in found.wait)
        parts.append(
            f'<rect x="{begin:.1f}" y="{HOST}" width="{stop - begin:.1f}" height="{BOX}" '
            'style="fill: none; stroke: var(--lk-line); stroke-dasharray: 4 3"/>'
        )
        if stop - begin > 60:
            parts.append(_text((begin + stop) / 2, HOST + 22, tr("waits"), "lk-soft"))
    parts.append(_clock(LEFT, x(found.clock), tr("the clock says {time} µs", time=_time(found.clock))))
    parts += [
        f'<path d="M{x(time):.1f} {AXIS} v5"/>' + _text(x(time), AXIS + 20, label, anchor=anchor)
        for time, label, anchor in [
            (0.0, "0", "middle"),
            (found.done, tr("{time} µs: all done", time=_time(found.done)), "end"),
        ]
    ]
    return "".join(parts)


def _lanes() -> str:
    lanes = [(HOST, tr("host")), (DEVICE, tr("device"))]
    return (
        "".join(_text(LEFT - 10, top + 22, name, anchor="end") for top, name in lanes)
        + "".join(f'<path d="M{LEFT} {top + BOX + 4} H{RIGHT}"/>' for top, _ in lanes)
        + f'<path d="M{LEFT} {AXIS} H{RIGHT}"/>'
        + _text(LEFT - 10, AXIS + 5, tr("time"), "lk-soft", "end")
    )


def _clock(left: float, right: float, words: str) -> str:
    """The bracket of what is measured, with its words at the side where there is room."""
    bracket = (
        f'<path d="M{left:.1f} 52 V40 H{right:.1f} V52" style="stroke: var(--lk-ink); stroke-width: 2"/>'
    )
    if right - left > 220:
        return bracket + _text((left + right) / 2, 30, words)
    return bracket + _text(left, 30, words, anchor="start")


def _box(left: float, right: float, top: float, fill: str, stroke: str) -> str:
    return (
        f'<rect x="{left:.1f}" y="{top}" width="{max(right - left, 1.0):.1f}" height="{BOX}" '
        f'style="fill: {fill}; stroke: {stroke}"/>'
    )


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "middle") -> str:
    style = "" if anchor == "middle" else f' style="text-anchor: {anchor}"'
    colour = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:g}"{colour}{style}>{escape(words)}</text>'


def _time(microseconds: float) -> str:
    return display.number(round(microseconds, 1), 4)
