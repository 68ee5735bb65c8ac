"""Graphs of an engine of one's own, such as the `Value` that lesson 05 grows.

Any object will do that knows `data` (its number), `grad`, `parents` (what it was computed from), `operation` (a short
name) and `pullback` (from the gradient that arrives to one for each parent). Its graph is rebuilt of torchlet's tensors,
one custom Function for each operation, whose backward asks the object's own pull-back. So the figure needs to know
only one kind of graph, and shows the student's rules, right or wrong.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from ..translate import tr
from .trace import Graph, trace

ATTRIBUTES = ("data", "grad", "parents", "pullback", "operation")


def is_scalar(value: Any) -> bool:
    """Whether the object is a node of such an engine; a class is none. Found out without running its code."""
    return not isinstance(value, type) and all(
        inspect.getattr_static(value, name, ATTRIBUTES) is not ATTRIBUTES for name in ATTRIBUTES
    )


def trace_scalars(output: Any, names: Mapping[str, Any], limit: int) -> Graph:
    """The graph behind the node `output`, as `trace` gives it. names: name -> node, for those that have one."""
    made = _as_tensors(output)
    named = {name: made[id(value)] for name, value in names.items() if id(value) in made}
    graph = trace(made[id(output)], named, made.values(), limit)
    for node in graph.nodes:
        if node.leaf is None:
            node.label = node.label.removesuffix("Backward")
    return graph


def _as_tensors(output: Any) -> dict[int, Any]:
    """The tensors that stand for the nodes behind `output`, by the nodes' ids."""
    made: dict[int, Any] = {}
    for value in _in_order(output):
        if value.parents:
            inputs = [made[id(parent)] for parent in value.parents]
            made[id(value)] = _function(value).apply(*inputs)
        else:
            made[id(value)] = _number(value.data).requires_grad_()
            made[id(value)].grad = _number(value.grad)
    return made


def _in_order(output: Any) -> list[Any]:
    """Every node behind the output, parents first; without recursion, each once."""
    order, seen, stack = [], set(), [(output, False)]
    while stack:
        value, done = stack.pop()
        if done:
            order.append(value)
        elif id(value) not in seen:
            seen.add(id(value))
            stack.append((value, True))
            stack.extend((parent, False) for parent in reversed(value.parents))
    return order


def _number(number: Any) -> Any:
    import torchlet

    return torchlet.tensor(float(number), dtype=torchlet.float64)


def _function(value: Any) -> type:
    """A Function that gives the node's number, and walks back as the node does."""
    import torchlet

    def forward(ctx, *inputs):
        return _number(value.data)

    def backward(ctx, upstream):
        handed = value.pullback(upstream.item())
        if type(handed) not in (tuple, list) or len(handed) != len(value.parents):
            raise ValueError(
                tr(
                    "the pull-back of {name} gave {got}; it should give a tuple with one gradient for each of its "
                    "{count} parents, for one parent (g,) with the comma",
                    name=value.operation,
                    got=repr(handed),
                    count=len(value.parents),
                )
            )
        handed = tuple(_number(each) for each in handed)
        return handed if len(handed) > 1 else handed[0]

    body = {"forward": staticmethod(forward), "backward": staticmethod(backward)}
    return type(str(value.operation), (torchlet.autograd.Function,), body)
