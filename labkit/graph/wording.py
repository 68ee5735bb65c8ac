"""A traced graph in words: short labels for the picture, an indented listing, and the walk step by step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..expect import display, values
from ..translate import mark, tr
from .trace import Edge, Graph, Node

SHORT = 18  # characters of a label in the picture
FEW = 12  # elements that the listing shows


def short(tensor: Any) -> str:
    """'63.0', '[7.0, 7.0, 7.0]', or 'shape (2, 3)'."""
    array = values.tensor_array(tensor)
    text = display.numbers(array, 4)
    return text if array.ndim == 0 or len(text) <= SHORT else tr("shape {shape}", shape=array.shape)


def full(tensor: Any) -> str:
    """All numbers of a small tensor, in one line; the shape of a large one."""
    if tensor is None:
        return "None"
    array = values.tensor_array(tensor)
    if array.size > FEW:
        return tr("shape {shape}", shape=array.shape)
    return " ".join(display.numbers(array, 6).split())


def listing(graph: Graph) -> str:
    """The graph as an indented text, from the output back to the leaves. The same graph gives the same text."""
    lines = [f"{graph.output_name} = {full(graph.output)}"]
    inputs = {(edge.target, edge.slot): edge.source for edge in graph.edges}
    written = set()

    def write(index: int | None, lead: str, indent: str) -> None:
        if index is None:
            lines.append(f"{lead}None")
            return
        node = graph.nodes[index]
        again = index in written and not node.hidden
        lines.append(lead + (tr("{name}, see above", name=_called(node)) if again else _line(graph, index)))
        if again or not node.function:
            return
        written.add(index)
        slots = range(len(node.function.next_functions))
        for slot in slots:
            last = slot == slots[-1]
            branch, deeper = ("└─ ", "   ") if last else ("├─ ", "│  ")
            write(inputs.get((index, slot)), indent + branch, indent + deeper)

    if graph.nodes:
        write(len(graph.nodes) - 1, "", "")
    return "\n".join([*lines, *notes(graph)])


def notes(graph: Graph) -> list[str]:
    """What has to be said besides the graph."""
    said = []
    if not graph.nodes:
        said.append(
            tr(
                "There is no graph: nothing that went into {name} asked for gradients.",
                name=graph.output_name,
            )
        )
    if graph.left_out:
        text = mark(
            "The graph is larger: {count} more nodes lie behind …; what they use too shows no gradient."
        )
        said.append(tr(text, count=graph.left_out))
    for name in graph.constants:
        said.append(tr("{name} did not ask for gradients, so it has no place in the graph.", name=name))
    return [*said, graph.note] if graph.note else said


def _line(graph: Graph, index: int) -> str:
    node = graph.nodes[index]
    if node.leaf is None:
        parts = [node.label]
        for number, tensor in node.results.items() if index < len(graph.nodes) - 1 else ():
            name = node.names.get(number)
            parts.append(f"{name} = {full(tensor)}" if name else tr("value {value}", value=full(tensor)))
    else:
        parts = [f"{node.label} = {full(node.leaf)}", tr("leaf")]
    parts += [tr("gradient {value}", value=full(gradient)) for _, gradient in sorted(node.arrived.items())]
    if node.leaf is not None:
        parts.append(f".grad {full(node.leaf.grad)}")
    return ", ".join(parts)


def _called(node: Node) -> str:
    """The name of a node in a sentence."""
    return node.names.get(0, node.label)


@dataclass
class Step:
    """One moment of the walk: what it says, and the node that it is about (None: the whole picture)."""

    text: str
    node: int | None
    backward: bool


def steps(graph: Graph) -> list[Step]:
    """The walk through the picture: forwards over all operations, then backwards, if the gradients are known."""
    operations = [i for i, node in enumerate(graph.nodes) if node.function is not None and node.leaf is None]
    leaves = [f"{node.label} = {short(node.leaf)}" for node in graph.nodes if node.leaf is not None]
    walk = [Step(tr("Forward. The leaves: {leaves}.", leaves=", ".join(leaves)), None, False)]
    walk += [Step(_forward(graph, index), index, False) for index in operations]
    last = len(graph.nodes) - 1
    if graph.nodes[last].arrived:
        start = short(next(iter(graph.nodes[last].arrived.values())))
        text = tr("Backward. At {name} the gradient is {value}.", name=graph.output_name, value=start)
        walk.append(Step(text, None, True))
        walk += [
            Step(_backward(graph, index), index, True)
            for index in reversed(range(len(graph.nodes)))
            if graph.nodes[index].arrived and not graph.nodes[index].hidden
        ]
    return walk


def _forward(graph: Graph, index: int) -> str:
    node = graph.nodes[index]
    inputs = _list([_source(graph, edge) for edge in graph.inputs(index)])
    text = tr("Forward. {inputs}: {name} is recorded.", inputs=inputs, name=node.label)
    if node.results:
        number, tensor = next(iter(node.results.items()))
        name = node.names.get(number) or (
            graph.output_name if index == len(graph.nodes) - 1 else tr("result")
        )
        text += f" {name} = {short(tensor)}."
    return text


def _source(graph: Graph, edge: Edge) -> str:
    node = graph.nodes[edge.source]
    name = node.names.get(edge.number, node.label)
    known = graph.value(edge)
    return name if known is None else f"{name} = {short(known)}"


def _backward(graph: Graph, index: int) -> str:
    node = graph.nodes[index]
    arrived = _list([short(gradient) for _, gradient in sorted(node.arrived.items())])
    if node.leaf is not None:
        parts = [
            short(edge.gradient) for edge in graph.edges if edge.source == index and edge.gradient is not None
        ]
        if len(parts) > 1:
            arrived = (
                f"{' + '.join(f'({part})' if part.startswith('-') else part for part in parts)} = {arrived}"
            )
        return tr("Backward. {value} arrives at the leaf {name}; backward() adds it to {name}.grad.",
                  value=arrived, name=node.label)  # fmt: skip
    handed = [
        tr("{value} to {name}", value=short(edge.gradient), name=_called(graph.nodes[edge.source]))
        for edge in graph.inputs(index)
        if edge.gradient is not None
    ]
    return tr("Backward. {name} receives {value} and hands back {handed}.",
              name=node.label, value=arrived, handed=_list(handed) or tr("nothing"))  # fmt: skip


def _list(items: list[str]) -> str:
    return tr(" and ").join(items) if len(items) < 3 else ", ".join(items)
