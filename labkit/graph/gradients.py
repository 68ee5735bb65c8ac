"""The backward pass over a traced graph, node by node, so that every edge can show what flows along it.

Each operation is asked for its own step alone (upstream × local derivative); adding up is done here, where it can be
seen. Nothing is written to any `.grad`, and nothing is freed.
"""

from __future__ import annotations

import re
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
    if node.leaf is not None or node.function is None or not node.arrived:
        return
    handed = _ask(node)
    for edge in graph.inputs(index):
        if handed[edge.slot] is None:
            continue
        edge.gradient = handed[edge.slot].detach()
        arrived = graph.nodes[edge.source].arrived
        earlier = arrived.get(edge.number)
        arrived[edge.number] = edge.gradient if earlier is None else earlier + edge.gradient


def _ask(node: Node) -> tuple:
    """What the operation hands back: built-in ones are called, those of a custom Function have `apply`."""
    ask = node.function if callable(node.function) else getattr(node.function, "apply", None)
    if ask is None:
        raise _Silent(tr("{name} cannot be asked for its gradient alone.", name=node.label))
    arrived = [node.arrived.get(number) for number in range(max(node.arrived) + 1)]
    try:
        handed = ask(*arrived)
    except TypeError as reason:  # outputs that nobody used
        expected = re.fullmatch(r"expected (\d+) arguments, got \d+ instead", str(reason))
        if expected is None:
            raise
        handed = ask(*arrived, *[None] * (int(expected[1]) - len(arrived)))
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
