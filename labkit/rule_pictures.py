"""The rules of derivatives as pictures: what is added when x grows by h, and what of it is left when h goes to 0."""

from __future__ import annotations

from collections.abc import Callable

from .frames import Frame, show_frames
from .page import escape
from .translate import tr

STEPS = (0.5, 0.25, 0.1, 0.02)
SIZE = (640, 300)


def rule_picture(rule: str) -> None:
    """Show the picture that proves a rule, for smaller and smaller steps h.

    rule: "constant", "sum", "power", "product", "quotient" or "chain". ValueError for another.
    """
    if rule not in RULES:
        raise ValueError(f"no picture is called {rule!r}; there are {', '.join(RULES)}")
    title, alt, draw = RULES[rule]()
    groups = draw if isinstance(draw, dict) else {"": draw}
    frames = {name: [Frame(f"h = {h:g}", *one(h)) for h in STEPS] for name, one in groups.items()}
    show_frames(title, frames, size=SIZE, slider=tr("step h"), start=0, switch=tr("Picture for:"), alt=alt)


Draw = Callable[[float], tuple[str, str]]  # of a step h: the sentence and the picture


def constant() -> tuple[str, str, Draw]:
    def draw(h: float) -> tuple[str, str]:
        rise = _square(2 + h) - 4
        picture = _triangle(110, h, rise, "Δf") + _triangle(370, h, 3 * rise, "3·Δf")
        return tr(
            "f = x² rises by {rise}, and 3f by {triple}, over the same run {h}. Slopes: {slope} and 3·{slope} = {product}. "
            "At h → 0: 4 and 3·4 = 12.",
            rise=_(rise), triple=_(3 * rise), h=_(h), slope=_(rise / h), product=_(3 * rise / h),
        ), picture  # fmt: skip

    title = tr("Constant factor: f = x² and 3f, at x = 2, under a microscope that magnifies h to one width")
    return title, tr("Two triangles with the same run; the second rises three times as much."), draw


def sum_() -> tuple[str, str, Draw]:
    def draw(h: float) -> tuple[str, str]:
        u, v = _square(2 + h) - 4, 3 * h
        per = 26 / h  # pixels for one unit of height
        first = _triangle(240, h, u, "Δu")
        second = _polygon([(240, 270), (400, 270 - u * per), (400, 270 - (u + v) * per)], "value")
        second += _text(408, 270 - (u + v / 2) * per + 5, "Δv", "value", "start")
        return tr(
            "u = x² rises by {u}, v = 3x by {v}, and u + v by both together: {both}. Slopes: {su} + {sv} = {sb}. "
            "At h → 0: 4 + 3 = 7.",
            u=_(u), v=_(v), both=_(u + v), su=_(u / h), sv=_(v / h), sb=_((u + v) / h),
        ), first + second  # fmt: skip

    title = tr("Sum: u = x² and v = 3x, at x = 2, under a microscope that magnifies h to one width")
    return title, tr("A triangle for u; on its slope stands one for v. The rises add up."), draw


def power() -> tuple[str, str, dict[str, Draw]]:
    def square(h: float) -> tuple[str, str]:
        return tr(
            "x = 2: the square grows by two strips of 2·h = {strip} and a corner h² = {corner}. "
            "Divided by h: 2·2 + {rest} = {slope}. At h → 0: 2x = 4.",
            strip=_(2 * h), corner=_(h * h), rest=_(h), slope=_(4 + h),
        ), _rectangle(2, 2, h, h, ("x", "x", "h", "h"), ("x²", "x·h", "x·h"), unit=95)  # fmt: skip

    def cube(h: float) -> tuple[str, str]:
        slabs, rest = 3 * 4 * h, 3 * 2 * h * h + h**3
        return tr(
            "x = 2: the cube grows by three slabs of x²·h = {slab}, and by thin bars and a corner, {rest} together. "
            "Divided by h: 3·4 + {over} = {slope}. At h → 0: 3x² = 12.",
            slab=_(4 * h), rest=_(rest), over=_(rest / h), slope=_((slabs + rest) / h),
        ), _cube(2, h)  # fmt: skip

    alt = tr("A square with two strips along its sides; a cube with three slabs on its faces.")
    return tr("Power: what is added when the side x grows by h"), alt, {"x²": square, "x³": cube}


def product() -> tuple[str, str, Draw]:
    def draw(h: float) -> tuple[str, str]:
        u, v, du, dv = 4, 5, _square(2 + h) - 4, 3 * h
        return tr(
            "The strips are v·Δu = {first} and u·Δv = {second}, the corner is {corner}. "
            "Divided by h: {a} + {b} + {c} = {slope}. At h → 0 the corner vanishes: 5·4 + 4·3 = 32.",
            first=_(v * du), second=_(u * dv), corner=_(du * dv), a=_(v * du / h), b=_(u * dv / h),
            c=_(du * dv / h), slope=_((v * du + u * dv + du * dv) / h),
        ), _rectangle(v, u, dv, du, ("v", "u", "Δv", "Δu"), ("u·v", "v·Δu", "u·Δv"), unit=34)  # fmt: skip

    title = tr("Product: a rectangle with the sides u = x² and v = 3x − 1, at x = 2")
    return title, tr("A rectangle u by v with a strip along two of its sides and a small corner."), draw


def quotient() -> tuple[str, str, Draw]:
    def draw(h: float) -> tuple[str, str]:
        v, q, dv = 2, 3, h
        du = _square(2 + h) - 4
        dq = (6 + du) / (2 + h) - 3
        return tr(
            "The area grows by Δu = {du}: q·Δv = {side} at the side, {corner} in the corner, and v·Δq = {top} on top. "
            "So Δq/h = {slope}. At h → 0: q′ = (u′ − q·v′)/v = (4 − 3·1)/2 = 0.5.",
            du=_(du), side=_(q * dv), corner=_(dv * dq), top=_(v * dq), slope=_(dq / h),
        ), _rectangle(v, q, dv, dq, ("v", "q", "Δv", "Δq"), ("u", "v·Δq", "q·Δv"), unit=68)  # fmt: skip

    title = tr(
        "Quotient: a rectangle with the area u = x² + 2 and the side v = x has the side q = u/v, at x = 2"
    )
    return title, tr("A rectangle of area u and width v. Its height is q. Area and width grow."), draw


def chain() -> tuple[str, str, Draw]:
    def draw(h: float) -> tuple[str, str]:
        du = _square(1 + h) - 1
        widths = [40.0, 40 * du / h, 40 * 3 * du / h]
        rows = (("x", "h"), ("u = x²", "Δu"), ("y = 3u", "Δy"))
        parts = []
        for row, (width, (name, change)) in enumerate(zip(widths, rows, strict=True)):
            y = 60 + 90 * row
            parts.append(_line(120, y, 600, y, "line") + _text(100, y + 5, name, "", "end"))
            parts.append(_line(160, y, 160 + width, y, "value", 6))
            parts.append(_text(160 + width + 10, y - 9, change, "value", "start"))
            if row:
                parts.append(_line(160, y - 90, 160, y, "line", 1, dashed=True))
                parts.append(_line(160 + widths[row - 1], y - 90, 160 + width, y, "line", 1, dashed=True))
                parts.append(_text(150, y - 40, f"×{_((du / h, 3)[row - 1])}", "gradient", "end"))
        return tr(
            "x grows by {h}. The first function stretches this by {g} to Δu = {du}, the second by 3 to Δy = {dy}. "
            "Together: {g}·3 = {slope}. At h → 0: 2·3 = 6.",
            h=_(h), g=_(du / h), du=_(du), dy=_(3 * du), slope=_(3 * du / h),
        ), "".join(parts)  # fmt: skip

    title = tr("Chain: u = x², then y = 3u, at x = 1, under a microscope that magnifies h to one width")
    return (
        title,
        tr("Three number lines. A short interval is stretched by one factor, then by another."),
        draw,
    )


RULES = {
    "constant": constant,
    "sum": sum_,
    "power": power,
    "product": product,
    "quotient": quotient,
    "chain": chain,
}


# ------------------------------------------------------------------------------ shapes
def _triangle(left: float, h: float, rise: float, name: str) -> str:
    """The triangle under a secant: run h, magnified to 160 pixels, and heights so that 1 unit of slope is 13 pixels."""
    right, top = left + 160, 270 - 26 * rise / h / (2 if name.startswith("3") or name.endswith("f") else 1)
    return (
        _polygon([(left, 270), (right, 270), (right, top)], "gradient")
        + _text(left + 80, 290, "h")
        + _text(right + 8, (270 + top) / 2 + 5, name, "gradient", "start")
    )


def _rectangle(width, height, more, higher, sides, areas, unit) -> str:
    """A rectangle width by height that grows by `more` to the right and by `higher` upwards, with its names.

    sides: of width, height, and of their growth. areas: inside, the strip on top, the strip at the side.
    """
    left, base = 150, 262
    right, top = left + width * unit, base - height * unit
    end, peak = right + more * unit, top - higher * unit
    return (
        _box(left, top, right, base, "panel")
        + _box(left, peak, right, top, "gradient-fill")
        + _box(right, top, end, base, "value-fill")
        + _box(right, peak, end, top, "paper")
        + _text((left + right) / 2, (top + base) / 2 + 5, areas[0])
        + _text((left + right) / 2, base + 18, sides[0])
        + _text(left - 10, (top + base) / 2 + 5, sides[1], "", "end")
        + _text((right + end) / 2, base + 18, sides[2], "value")
        + _text(left - 10, (top + peak) / 2 + 5, sides[3], "gradient", "end")
        + _text(end + 12, (top + peak) / 2 + 5, areas[1], "gradient", "start")
        + _text(end + 12, (top + base) / 2 + 5, areas[2], "value", "start")
    )


def _cube(x: float, h: float) -> str:
    """A cube of side x seen from the front, above and right, with a slab of thickness h before three of its faces."""
    unit, left, base, gap = 62, 190, 268, 0.25

    def at(across: float, up: float, back: float) -> tuple[float, float]:
        return left + unit * (across + 0.42 * back), base - unit * (up + 0.3 * back)

    def block(start: tuple[float, float, float], size: tuple[float, float, float], colour: str) -> str:
        (a, b, c), (da, db, dc) = start, size
        top = [at(a, b + db, c), at(a + da, b + db, c), at(a + da, b + db, c + dc), at(a, b + db, c + dc)]
        side = [at(a + da, b, c), at(a + da, b + db, c), at(a + da, b + db, c + dc), at(a + da, b, c + dc)]
        front = [at(a, b, c), at(a + da, b, c), at(a + da, b + db, c), at(a, b + db, c)]
        return "".join(_polygon(face, colour) for face in (top, side, front))

    parts = block((0, 0, 0), (x, x, x), "panel")
    parts += block((x + gap, 0, 0), (h, x, x), "value")
    parts += block((0, x + gap, 0), (x, h, x), "gradient")
    front = block((0, 0, -h - 4 * gap), (x, x, h), "value")
    parts += f'<g style="fill-opacity: 0.6">{front}</g>'
    return parts + _text(at(x + gap + h, x / 2, x)[0] + 16, at(0, x / 2, x)[1], "3 × x²·h", "", "start")


def _box(left: float, top: float, right: float, bottom: float, fill: str) -> str:
    size = (
        f'x="{left:.1f}" y="{top:.1f}" width="{max(right - left, 0):.1f}" height="{max(bottom - top, 0):.1f}"'
    )
    return f'<rect {size} style="fill: var(--lk-{fill})"/>'


def _polygon(points: list[tuple[float, float]], colour: str) -> str:
    where = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    fill, edge = ("panel", "line") if colour == "panel" else (f"{colour}-fill", colour)
    return f'<polygon points="{where}" style="fill: var(--lk-{fill}); stroke: var(--lk-{edge}); stroke-width: 1.2"/>'


def _line(
    x: float, y: float, to_x: float, to_y: float, colour: str, width: float = 1.2, dashed: bool = False
) -> str:
    style = f"stroke: var(--lk-{colour}); stroke-width: {width}" + (
        "; stroke-dasharray: 4 4" if dashed else ""
    )
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" style="{style}"/>'


def _text(x: float, y: float, text: str, kind: str = "", anchor: str = "middle") -> str:
    colour = f' class="lk-{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{colour} style="text-anchor: {anchor}">{escape(text)}</text>'


def _square(x: float) -> float:
    return x * x


def _(number: float) -> str:
    return f"{number:.5g}"
