"""`show_graph`: the live graph of an expression."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from .. import session
from ..expect import values
from ..page import block, details, escape
from ..translate import tr
from . import drawing, layout, scalars, wording
from .expression import evaluate
from .gradients import walk_back
from .trace import Graph, trace

LIMIT = 60


def show_graph(output: Any, /, *, gradient: Any = None, gradients: bool = True, **names: Any) -> None:
    """Draw the graph behind a tensor, built from its `grad_fn`, and let the reader step through it.

    output: a torchlet or PyTorch tensor; or the text of an expression in the caller's variables, "(x + y)**2" or
        "f = (x + y)**2": it is computed here, so that every value on the way is known. A graph keeps none of them.
        Or a node of an engine of one's own, see `scalars`: such a graph keeps its values.
    names: the tensors to name, `show_graph(f, x=x, y=y)`; without any, the caller's variables.
    gradients: show what flows along each edge in the backward pass; `.grad` of the leaves is left as it is.
    gradient: for an output of several numbers, what backward() would be given.

    Values stand above the edges, gradients below. At most 60 operations and leaves are shown, nearest first.
    """
    frame = sys._getframe(1)
    scope = _chosen(frame, values.is_tensor)
    made, given = [], None
    if type(output) is str:
        found = evaluate(output, {**frame.f_globals, **frame.f_locals, **names})
        output, made, given = found.result, found.made, found.name
        names = names or {name: tensor for name, tensor in scope.items() if name in found.used}
    if values.is_tensor(output):
        graph = trace(output, names or scope, made, LIMIT)
    elif scalars.is_scalar(output):
        scope = _chosen(frame, scalars.is_scalar)
        graph = scalars.trace_scalars(output, names or scope, LIMIT)
    else:
        raise TypeError(
            f"show_graph wants a tensor, or the text of an expression, not {values.type_name(output)}"
        )
    named = given or next((name for name, tensor in scope.items() if tensor is output), None)
    graph.output_name = named or graph.output_name
    if not names:
        graph.constants.clear()  # a variable that has nothing to do with the output is not worth a note
    if gradients and graph.nodes:
        walk_back(graph, gradient)
    session.show(html(graph), wording.listing(graph))


def html(graph: Graph) -> str:
    """The figure: picture, buttons, the walk in words, the graph as text. Complete without its script."""
    name = tr("Computational graph of {name}", name=graph.output_name)
    text = details(
        tr("The graph as text"), f"<pre>{escape(wording.listing(graph))}</pre>", opened=not _drawn(graph)
    )
    said = wording.notes(graph)
    if any(graph.value(edge) is None for edge in graph.edges):
        said.append(
            tr("A graph keeps operations, not values: only those of tensors with a name are known here.")
        )
    notes = "".join(f'<p class="lk-note">{escape(note)}</p>' for note in said)
    if not _drawn(graph):
        if graph.nodes:
            notes += f'<p class="lk-note">{tr("The picture needs the package pygraphviz.")}</p>'
        return block("graph-text", f"{_title(graph)}{notes}{text}", label=name)
    walk = wording.steps(graph)
    items = "".join(f"<li>{escape(step.text)}</li>" for step in walk)
    legend = (
        f'<p class="lk-note"><span class="lk-value">{tr("value above the edge")}</span>, '
        f'<span class="lk-gradient">{tr("gradient below")}</span></p>'
    )
    buttons = "".join(
        f'<button type="button">{label}</button>'
        for label in (tr("Start"), tr("Back"), tr("Next"), tr("All"))
    )
    whole = tr(
        "All {count} steps. Start, or the key Home, begins the walk; the arrow keys step.", count=len(walk)
    )
    body = (
        f"{_title(graph)}{legend}"
        f'<div class="lk-scroll" tabindex="0">{drawing.svg(graph, walk)}</div>'
        f'<div class="lk-bar" hidden>{buttons}</div>'
        f'<p class="lk-status" role="status" data-whole="{escape(whole)}" hidden></p>{notes}'
        f'{details(tr("The walk in words"), f"""<ol class="lk-steps">{items}</ol>""")}{text}'
    )
    return block("graph", body, label=name, scripts=("steady.js", "graph/stepper.js"))


def _title(graph: Graph) -> str:
    return f'<p><span class="lk-title">{tr("The graph of {name}", name=escape(graph.output_name))}</span></p>'


def _drawn(graph: Graph) -> bool:
    return bool(graph.nodes) and layout.available()


def _chosen(frame: Any, wanted: Callable[[Any], bool]) -> dict[str, Any]:
    """Those of the caller's variables that are wanted, without looking into anything else."""
    found = {**frame.f_globals, **frame.f_locals}
    return {name: value for name, value in found.items() if not name.startswith("_") and wanted(value)}
