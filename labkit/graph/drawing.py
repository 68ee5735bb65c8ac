"""The picture of a traced graph as one SVG: values above the edges, gradients below.

Parts that belong to a step of the walk carry its number: `data-from` (the step that brings them), `data-now` (the
steps that are about them). The script of the figure uses these; without it everything is simply there.
"""

from __future__ import annotations

from ..page import escape
from ..translate import tr
from .layout import Box, Layout, place
from .trace import Edge, Graph, Node
from .wording import Step, full, notes, short

WIDE, SMALL = 7.8, 7.0  # pixels of a character in a box and on an edge
GAP = 14  # around the picture


def svg(graph: Graph, walk: list[Step]) -> str:
    """The whole picture."""
    drawing = _Drawing(graph, walk)
    return drawing.svg()


class _Drawing:
    def __init__(self, graph: Graph, walk: list[Step]):
        self.graph = graph
        self.forward_at = {step.node: i for i, step in enumerate(walk) if not step.backward}
        self.backward_at = {step.node: i for i, step in enumerate(walk) if step.backward}
        self.begin_back = next((i for i, step in enumerate(walk) if step.backward), None)
        self.last = len(graph.nodes) - 1

    def svg(self) -> str:
        layout = self._layout()
        parts = [self._edge(edge, which, layout) for which, edge in enumerate(self.graph.edges)]
        parts += [self._output_edge(layout)]
        parts += [self._node(i, node, layout.boxes[f"n{i}"]) for i, node in enumerate(self.graph.nodes)]
        parts += [self._output(layout.boxes["out"])]
        width, height = layout.width + 2 * GAP, layout.height + 2 * GAP
        label = tr("Computational graph of {name}. {notes}", name=self.graph.output_name,
                   notes=" ".join(notes(self.graph))).strip()  # fmt: skip
        return (
            f'<svg viewBox="{-GAP} {-GAP} {width:.0f} {height:.0f}" role="img" aria-label="{escape(label)}" '
            f'style="width: {width:.0f}px; max-width: max(100%, {0.78 * width:.0f}px)">{"".join(parts)}</svg>'
        )

    # --- sizes and places
    def _layout(self) -> Layout:
        sizes = {f"n{i}": self._size(node) for i, node in enumerate(self.graph.nodes)}
        sizes["out"] = (self._width([self.graph.output_name], WIDE) + 18, 34)
        edges = []
        for which, edge in enumerate(self.graph.edges):
            self._thread(sizes, edges, f"n{edge.source}", f"n{edge.target}", which, self._texts(edge))
        self._thread(sizes, edges, f"n{self.last}", "out", len(self.graph.edges), self._output_texts())
        return place(sizes, edges)

    def _thread(self, sizes, edges, source: str, target: str, which: int, texts: list[str]) -> None:
        """An edge, through the box of its numbers if it carries any."""
        if any(texts):
            sizes[f"e{which}"] = (self._width(texts, SMALL) + 6, 36)
            edges += [(source, f"e{which}", which), (f"e{which}", target, which)]
        else:
            edges.append((source, target, which))

    def _size(self, node: Node) -> tuple[float, float]:
        if node.leaf is None:
            return self._width([node.label], WIDE) + 18, 34
        return self._width(self._leaf_lines(node), WIDE) + 18, 34 + 17 * (len(self._leaf_lines(node)) - 1)

    @staticmethod
    def _width(texts: list[str], character: float) -> float:
        return round(max(2, *(len(text) for text in texts)) * character, 1)

    # --- texts
    def _texts(self, edge: Edge) -> list[str]:
        """What stands above and below an edge; empty where nothing is known."""
        source, value = self.graph.nodes[edge.source], self.graph.value(edge)
        above = "" if value is None else short(value)
        if above and source.leaf is None and edge.number in source.names:
            above = f"{source.names[edge.number]} = {above}"
        return [above, "" if edge.gradient is None else short(edge.gradient)]

    def _output_texts(self) -> list[str]:
        arrived = next(iter(self.graph.nodes[self.last].arrived.values()), None)
        return [short(self.graph.output), "" if arrived is None else short(arrived)]

    def _leaf_lines(self, node: Node) -> list[str]:
        """Name and value; then what backward() adds to .grad, or what stands there now."""
        lines = [f"{node.label} = {short(node.leaf)}"]
        if 0 in node.arrived:
            lines.append(f".grad += {short(node.arrived[0])}")
        elif not node.arrived and not self.graph.nodes[self.last].arrived:
            lines.append(f".grad = {'None' if node.leaf.grad is None else short(node.leaf.grad)}")
        return lines

    # --- pieces
    def _edge(self, edge: Edge, which: int, layout: Layout) -> str:
        brought = self.forward_at.get(edge.target, 0)
        shown = self.forward_at.get(edge.source, 0)
        back = self.backward_at.get(edge.target, self.begin_back)
        ends = (f"n{edge.source}", f"n{edge.target}")
        return self._line(ends, which, self._texts(edge), layout, brought, shown, back)

    def _output_edge(self, layout: Layout) -> str:
        shown = self.forward_at.get(self.last, 0)
        ends = (f"n{self.last}", "out")
        return self._line(
            ends, len(self.graph.edges), self._output_texts(), layout, shown, shown, self.begin_back
        )

    def _line(self, ends, which, texts, layout, brought: int, shown: int, back: int | None) -> str:
        """The edge comes with step `brought`, its value with `shown`, its gradient with `back`."""
        source, target = ends
        middle = layout.boxes.get(f"e{which}")
        if middle is None:
            line = f'<path d="{layout.paths[source, target, which]}"/>'
        else:
            x, y, half = middle.x, middle.y, middle.width / 2 + 1.5  # a little over the ends of the curves
            line = (
                f'<path d="{layout.paths[source, f"e{which}", which]}"/>'
                f'<path d="M{x - half:.1f},{y:.1f} H{x + half:.1f}"/>'
                f'<path d="{layout.paths[f"e{which}", target, which]}"/>'
            )
        head = layout.boxes[target]
        tip = head.x - head.width / 2
        arrow = f'<path class="lk-head" d="M{tip:.1f},{head.y:.1f} l-8,-4 v8 z"/>'
        parts = [f'<g class="lk-edge" {_steps(brought, back)}>{line}{arrow}</g>']
        for text, kind, step, shift in ((texts[0], "value", shown, -6), (texts[1], "gradient", back, 16)):
            if text:
                parts.append(
                    f'<text class="lk-{kind}" x="{middle.x:.1f}" y="{middle.y + shift:.1f}" {_steps(step)}>'
                    f"{escape(text)}</text>"
                )
        return "".join(parts)

    def _node(self, index: int, node: Node, box: Box) -> str:
        forward = self.forward_at.get(index, 0)
        back = self.backward_at.get(index)
        kind = "leaf" if node.leaf is not None else "hidden" if node.hidden else "operation"
        lines = self._leaf_lines(node) if kind == "leaf" else [node.label]
        top = box.y - 17 * (len(lines) - 1) / 2 + 4.5
        texts = [f'<text x="{box.x:.1f}" y="{top:.1f}">{escape(lines[0])}</text>']
        if len(lines) > 1:
            step = _steps(forward if back is None else back)
            texts.append(
                f'<text class="lk-gradient" x="{box.x:.1f}" y="{top + 17:.1f}" {step}>{escape(lines[1])}</text>'
            )
        title = f"<title>{escape(self._title(node))}</title>"
        return (
            f'<g class="lk-node lk-{kind}" {_steps(forward, back)}>{title}{_rectangle(box)}'
            f"{''.join(texts)}</g>"
        )

    def _output(self, box: Box) -> str:
        shown = self.forward_at.get(self.last, 0)
        title = f"<title>{escape(f'{self.graph.output_name} = {full(self.graph.output)}')}</title>"
        text = f'<text x="{box.x:.1f}" y="{box.y + 4.5:.1f}">{escape(self.graph.output_name)}</text>'
        return (
            f'<g class="lk-node lk-output" {_steps(shown, self.begin_back)}>{title}'
            f"{_rectangle(box)}{text}</g>"
        )

    @staticmethod
    def _title(node: Node) -> str:
        """What the pointer shows: all numbers."""
        known = [
            f"{node.names.get(number) or node.label} = {full(value)}"
            for number, value in node.results.items()
        ]
        known += [
            tr("gradient {value}", value=full(gradient)) for _, gradient in sorted(node.arrived.items())
        ]
        return "\n".join([node.label, *known])


def _steps(first: int, again: int | None = None) -> str:
    """The attributes of a part that comes with step `first` and is spoken of then, and again later."""
    return f'data-from="{first}" data-now="{first}{"" if again is None else f" {again}"}"'


def _rectangle(box: Box) -> str:
    x, y = box.x - box.width / 2, box.y - box.height / 2
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="5"/>'
