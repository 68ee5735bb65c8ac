"""Gradients across the two processes.

When a result that requires grad is sent, its graph stays where it is and is lent as a `Graph`. The receiver
attaches a node to its copy of the tensor whose inputs are the *roots*: the leaves, and the results of the
receiver's own, that the graph leads back to. The node's backward asks the owner of the graph for the
vector-Jacobian product. With create_graph, gradients travel as differentiable results themselves, so any order works.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from autograder.judge.wire import WireError, Writer

if TYPE_CHECKING:
    from autograder.judge.exchange import Exchange


@dataclass(eq=False)
class Graph:
    """The graph behind a result of this process.

    pin: a tensor at its end that no in-place operation moves. inputs: where it leads back to, as the framework
    wants it when it is asked for gradients.
    """

    library: Any
    pin: Any
    inputs: tuple


@dataclass(eq=False)
class RemoteGraph:
    """Stands for a graph of the other process."""

    graphs: Graphs

    def pull(self, gradient: Any, create_graph: bool) -> list:
        """The vector-Jacobian product: for each root a gradient, or None."""
        return self.graphs.exchange.ask("gradients", self, gradient, create_graph)


class Graphs:
    """The graphs that one end of the connection lent and borrowed."""

    def __init__(self, exchange: Exchange):
        self.exchange = exchange

    def write(self, writer: Writer, library: Any, tensor: Any) -> None:
        """Where a result comes from, as a value: (graph, roots, whether it can be walked only once)."""
        function = tensor.grad_fn
        theirs = library.remote_graph(function)
        if theirs is not None:
            writer.value((theirs,))
            return
        notes = self.exchange.notes.setdefault(self.exchange.number_of(tensor), {})
        if notes.get("function") is not function:
            roots, inputs, once = library.roots(tensor)
            notes.update(function=function, origin=(Graph(library, library.pin(tensor), inputs), roots, once))
        writer.value(notes["origin"])

    def read(self, origin: Any) -> tuple:
        """What `write` wrote, checked: (RemoteGraph, roots, once), or (Graph,) for one that was lent from here."""
        match origin:
            case (Graph(),):
                return origin
            case (RemoteGraph(), tuple(roots), bool()) if roots:
                if all(isinstance(root, Graph) or hasattr(root, "requires_grad") for root in roots):
                    return origin
        raise WireError("a result that comes from nowhere")

    def attach(self, library: Any, tensor: Any, graph: Any, roots: tuple = (), once: bool = False) -> None:
        """Make `tensor`, in place, the end of this graph."""
        if isinstance(graph, Graph):
            library.attach_to(tensor, graph.pin)
        elif library.remote_graph(tensor.grad_fn) is not graph:
            pins = [root.pin if isinstance(root, Graph) else root for root in roots]
            if not all(library.is_tensor(pin) for pin in pins):
                raise WireError("a result that comes from what has no gradient")
            if any(
                pin.requires_grad for pin in pins
            ):  # else a tape has closed since, and nobody asks any more
                library.attach(tensor, graph, pins, once)

    def gradients(self, graph: Any, gradient: Any, create_graph: bool) -> list:
        """Answer the other side's `RemoteGraph.pull`."""
        if not isinstance(graph, Graph) or not graph.library.is_tensor(gradient):
            raise WireError("a gradient asked of what has none")
        return graph.library.gradients(graph, gradient, bool(create_graph))
