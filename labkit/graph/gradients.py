"""The backward pass over a traced graph, node by node, so that every edge can show what flows along it.

Each operation is asked for its own step alone (upstream × local derivative); adding up is done here, where it can be
seen. Nothing is written to any `.grad`, and nothing is freed.
"""

from __future__ import annotations

from typing import Any

from ..translate import tr
from .trace import Graph, Node


class _Silent(Exception):
    """An operation that cannot be asked for its step; the text is the note to show."""


def walk_back(graph: Graph, gradient: Any = None) -> None:
    """Fill in the gradients of edges and nodes; where that is not possible, `graph.note` says why.

    gradient: what arrives at the output, shaped like it (ValueError otherwise); 1 for an output of one number.
    """
    shape = tuple(graph.output.shape)
    if gradient is None and graph.output.numel() != 1:
        graph.note = tr(
            "The output has shape {shape}: pass gradient=, one weight for each of its numbers, to see gradients.",
            shape=shape,
        )
        return
    start = graph.output.detach() ** 0 if gradient is None else gradient  # x ** 0 is 1, for nan and inf too
    if tuple(start.shape) != shape:
        raise ValueError(
            f"gradient has shape {tuple(start.shape)}, but the output has {shape}: they must agree"
        )
    graph.nodes[-1].arrived[getattr(graph.output, "output_nr", 0)] = start
    try:
        for index in reversed(range(len(graph.nodes))):
            _step(graph, index)
    except _Silent as reason:
        graph.note = str(reason)
        for node in graph.nodes:
            node.arrived.clear()
        for edge in graph.edges:
            edge.gradient = None


def _step(graph: Graph, index: int) -> None:
    """One operation: from the gradient that arrived to what it hands to each of its inputs."""
    node = graph.nodes[index]
    node.partial |= any(graph.nodes[edge.target].partial for edge in graph.edges if edge.source == index)
    if node.partial:
        node.arrived.clear()
    if node.leaf is not None or node.function is None or not node.arrived:
        return
    handed = _ask(node)
    for edge in graph.inputs(index):
        if handed[edge.slot] is None:
            continue
        source = graph.nodes[edge.source]
        edge.gradient = _fitted(handed[edge.slot].detach(), _shape(source, edge.number))
        earlier = source.arrived.get(edge.number)
        source.arrived[edge.number] = edge.gradient if earlier is None else earlier + edge.gradient


def _ask(node: Node) -> tuple:
    """What the operation hands back: built-in ones are called, those of a custom Function have `apply`."""
    ask = node.function if callable(node.function) else getattr(node.function, "apply", None)
    if ask is None:
        raise _Silent(tr("{name} cannot be asked for its gradient alone.", name=node.label))
    outputs = max(len(_metadata(node)), getattr(node.function, "outputs", 1), max(node.arrived) + 1)
    try:
        handed = ask(*[node.arrived.get(number) for number in range(outputs)])
    except RuntimeError as reason:
        if "second time" not in str(reason):
            raise
        raise _Silent(
            tr(
                "backward() has been here and freed what the operations had saved. The gradients on the edges can "
                "be shown before it, or after backward(retain_graph=True)."
            )
        ) from None
    return handed if type(handed) is tuple else (handed,)


def _shape(node: Node, number: int) -> tuple[int, ...] | None:
    """The shape of an output of the node, as far as it can be known: then a broadcast gradient can be summed."""
    known = node.results.get(number)
    if known is not None:
        return tuple(known.shape)
    about = _metadata(node)
    return tuple(about[number].shape) if number < len(about) else None


def _metadata(node: Node) -> tuple:
    """What PyTorch's nodes know about each of their outputs; torchlet's need none, they sum by themselves."""
    return getattr(node.function, "_input_metadata", ())


def _fitted(gradient: Any, shape: tuple[int, ...] | None) -> Any:
    """Summed over what broadcasting had repeated, as the engine does between two operations."""
    if shape is None or tuple(gradient.shape) == shape:
        return gradient
    while gradient.ndim > len(shape):
        gradient = gradient.sum(0)
    for dim, length in enumerate(shape):
        if length == 1:
            gradient = gradient.sum(dim, keepdim=True)
    return gradient
