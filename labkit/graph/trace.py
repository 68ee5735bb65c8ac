"""The graph behind a tensor, read from `grad_fn` and `next_functions`: PyTorch's and torchlet's alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..expect import values
from ..translate import tr


@dataclass
class Node:
    """An operation or a leaf. `results` are the tensors known to come out of it, by output number."""

    label: str  # "MulBackward0", or the name of the leaf
    function: Any  # what `next_functions` showed; None for a leaf that is itself the output
    leaf: Any = None  # the leaf tensor
    results: dict[int, Any] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    arrived: dict[int, Any] = field(default_factory=dict)  # gradients that reach it, by output number
    hidden: bool = False  # stands for a part of the graph that is not shown
    partial: bool = False  # also used where the graph is not shown, so that not all of its gradient is known


@dataclass
class Edge:
    """From the node that made a value (output `number` of it) to input `slot` of the operation that used it."""

    source: int
    number: int
    target: int
    slot: int
    gradient: Any = None  # what the operation hands back along this edge


@dataclass
class Graph:
    """Nodes with every input before what uses it; the last one made the output."""

    nodes: list[Node]
    edges: list[Edge]
    output: Any
    output_name: str
    constants: list[str]  # named tensors that asked for no gradient
    left_out: int = 0  # operations and leaves beyond the limit
    note: str = ""  # why there are no gradients, if there are none

    def inputs(self, target: int) -> list[Edge]:
        return [edge for edge in self.edges if edge.target == target]

    def value(self, edge: Edge) -> Any:
        """The tensor that flows along the edge, or None: the graph itself does not keep it."""
        return self.nodes[edge.source].results.get(edge.number)


def trace(output: Any, names: Mapping[str, Any], others: Iterable[Any] = (), limit: int = 60) -> Graph:
    """The graph behind the tensor `output`, at most `limit` operations and leaves of it, those nearest to it first.

    names: name -> tensor, for leaves and for results whose values are wanted; others: results without a name.
    """
    functions = _in_order(output)
    shown = _nearest(output, limit) if len(functions) > limit else None
    nodes: list[Node] = []
    edges: list[Edge] = []
    place: dict[int, int] = {}  # id of a function -> its index in nodes
    for function in functions:
        if shown is not None and id(function) not in shown:
            continue
        for slot, (source, number) in enumerate(function.next_functions):
            if source is None:
                continue
            if id(source) not in place:  # beyond the limit
                place[id(source)] = len(nodes)
                nodes.append(Node("…", None, hidden=True))
            edges.append(Edge(place[id(source)], number, -1, slot))
        for edge in edges:
            edge.target = len(nodes) if edge.target < 0 else edge.target
        place[id(function)] = len(nodes)
        leaf = getattr(function, "variable", None) if not function.next_functions else None
        nodes.append(Node(type(function).__name__, function, leaf))
    if not nodes and output.requires_grad:
        nodes.append(Node("leaf", None, output))
    graph = Graph(nodes, edges, output, _name_of(output, names) or tr("output"), [])
    if shown is not None:
        graph.left_out = len(functions) - len(shown)
        outside = {id(source) for f in functions if id(f) not in shown for source, _ in f.next_functions}
        for function, index in place.items():
            graph.nodes[index].partial = function in outside
    _put_names(graph, place, names)
    for tensor in others:
        if tensor.grad_fn is not None and id(tensor.grad_fn) in place:
            _put_result(graph.nodes[place[id(tensor.grad_fn)]], tensor, "")
    return graph


def _in_order(output: Any) -> list[Any]:
    """Every function behind the output, inputs first; without recursion, each once."""
    if output.grad_fn is None:
        return []
    order, seen, stack = [], set(), [(output.grad_fn, False)]
    while stack:
        function, done = stack.pop()
        if done:
            order.append(function)
        elif id(function) not in seen:
            seen.add(id(function))
            stack.append((function, True))
            sources = [source for source, _ in function.next_functions if source is not None]
            stack.extend((source, False) for source in reversed(sources))
    return order


def _nearest(output: Any, limit: int) -> set[int]:
    """The ids of the `limit` functions nearest to the output."""
    nearest: dict[int, Any] = {id(output.grad_fn): output.grad_fn}
    for function in (queue := [output.grad_fn]):
        for source, _ in function.next_functions:
            if source is not None and id(source) not in nearest and len(nearest) < limit:
                nearest[id(source)] = source
                queue.append(source)
    return set(nearest)


def _put_names(graph: Graph, place: Mapping[int, int], names: Mapping[str, Any]) -> None:
    """Leaves and named results get their names and values; leaves without a name are numbered."""
    leaves = {id(node.leaf): node for node in graph.nodes if node.leaf is not None}
    for node in leaves.values():
        node.results[0] = node.leaf
    for name, tensor in names.items():
        if not values.is_tensor(tensor):
            raise TypeError(f"show_graph: {name} should be a tensor, not {values.type_name(tensor)}")
        if id(tensor) in leaves:
            leaves[id(tensor)].names.setdefault(0, name)
        elif tensor.grad_fn is not None and id(tensor.grad_fn) in place:
            _put_result(graph.nodes[place[id(tensor.grad_fn)]], tensor, name)
        elif not tensor.requires_grad:
            graph.constants.append(name)
    if graph.output.grad_fn is not None:
        _put_result(graph.nodes[-1], graph.output, "")
    for number, node in enumerate(leaves.values(), 1):
        node.label = node.names.setdefault(0, f"leaf {number}" if len(leaves) > 1 else "leaf")


def _put_result(node: Node, tensor: Any, name: str) -> None:
    number = getattr(tensor, "output_nr", 0)
    node.results.setdefault(number, tensor)
    if name:
        node.names.setdefault(number, name)


def _name_of(tensor: Any, names: Mapping[str, Any]) -> str | None:
    return next((name for name, named in names.items() if named is tensor), None)
