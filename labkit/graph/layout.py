"""Where the boxes and edges of a graph go: computed by Graphviz's `dot`, from left to right.

Every edge that carries a number runs through a box for it, so that the value can stand above the line and the
gradient below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

POINTS = 72.0  # Graphviz sizes are inches; here one of its points is one pixel


@dataclass(frozen=True)
class Box:
    """A rectangle by its centre, in pixels from the top left."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Layout:
    width: float
    height: float
    boxes: Mapping[str, Box]
    paths: Mapping[tuple[str, str, int], str]  # (from, to, which of several) -> the d of an SVG path


def available() -> bool:
    try:
        import pygraphviz  # noqa: F401
    except ImportError:
        return False
    return True


def place(sizes: Mapping[str, tuple[float, float]], edges: Sequence[tuple[str, str, int]]) -> Layout:
    """Positions for boxes of the given sizes (name -> width, height in pixels) and the edges between them."""
    import pygraphviz

    graph = pygraphviz.AGraph(directed=True, strict=False, rankdir="LR", nodesep="0.22", ranksep="0.3")
    graph.node_attr.update(shape="box", fixedsize="true", label="")
    graph.edge_attr.update(arrowhead="none", tailport="e", headport="w")
    for name, (width, height) in sizes.items():
        graph.add_node(name, width=f"{width / POINTS:.4f}", height=f"{height / POINTS:.4f}")
    for source, target, which in edges:
        graph.add_edge(source, target, key=str(which))
    graph.layout("dot")

    _, _, right, top = (float(part) for part in graph.graph_attr["bb"].split(","))
    boxes = {}
    for name, (width, height) in sizes.items():
        x, y = (float(part) for part in graph.get_node(name).attr["pos"].split(","))
        boxes[name] = Box(round(x, 1), round(top - y, 1), width, height)
    paths = {}
    for source, target, which in edges:
        spline = graph.get_edge(source, target, key=str(which)).attr["pos"]
        paths[source, target, which] = _path(spline, top)
    return Layout(round(right, 1), round(top, 1), boxes, paths)


def _path(spline: str, top: float) -> str:
    """Graphviz's list of control points as the d of an SVG path."""
    points = [tuple(float(part) for part in point.split(",")) for point in spline.replace("\\\n", "").split()]
    start, *rest = [f"{x:.1f},{top - y:.1f}" for x, y in points]
    return f"M{start} C{' '.join(rest)}"
