"""`graph_stepper`: the graph of an expression that is typed in, forward values first, then gradients edge by edge."""

from __future__ import annotations

import ast
from typing import Any

from .. import controls
from ..page import block, escape
from ..translate import tr
from . import wording
from .expression import evaluate
from .gradients import walk_back
from .showing import LIMIT, html
from .trace import trace

FUNCTIONS = ("exp", "log", "sqrt", "sin", "cos", "tanh", "sigmoid", "relu")


def graph_stepper(expression: str = "(x + y) ** 2 + 2 * x * y", /, **values: float) -> None:
    """Show the graph of an expression, with fields for the expression and for the numbers in it.

    expression: "x * y" or "f = x * y", of + - * / **, the functions in `FUNCTIONS`, and the names of `values`.
    values: the numbers, `graph_stepper("x * y", x=2, y=-4)`.

    Where nobody is at the notebook, or without ipywidgets, the graph of this expression is drawn.
    """
    numbers = ", ".join(f"{name} = {value:g}" for name, value in values.items())
    controls.respond(
        draw,
        controls.Text(tr("expression"), expression),
        controls.Text(tr("numbers"), numbers),
    )


def draw(expression: str, numbers: str) -> tuple[str, str]:
    """The figure and its text; for what cannot be computed, a sentence that says why."""
    import torchlet

    try:
        leaves = {
            name: torchlet.tensor(number, dtype=torchlet.float64, requires_grad=True)
            for name, number in _numbers(numbers).items()
        }
        functions = {name: getattr(torchlet, name) for name in FUNCTIONS}
        found = evaluate(expression, {**functions, **leaves})
        graph = trace(found.result, {name: leaves[name] for name in found.used if name in leaves}, found.made,
                      LIMIT)  # fmt: skip
        graph.output_name = found.name or "f"
        walk_back(graph)
    except Exception as error:  # whatever is typed in, the answer is a sentence
        text = _explained(error, expression, numbers)
        note = f'<p class="lk-note">{escape(text)}</p>'
        return block("graph-text", note, label=tr("Computational graph")), text
    return html(graph), wording.listing(graph)


def _numbers(text: str) -> dict[str, float]:
    """{"x": 2.0, "y": -4.0} for "x = 2, y = -4"."""
    call = ast.parse(f"dict({text})", mode="eval").body
    if not isinstance(call, ast.Call) or call.args or any(word.arg is None for word in call.keywords):
        raise ValueError(text)
    return {word.arg: float(ast.literal_eval(word.value)) for word in call.keywords}


def _explained(error: Any, expression: str, numbers: str) -> str:
    try:
        _numbers(numbers)
    except Exception:
        return tr("The numbers should look like x = 2, y = -4, not like {text}.", text=repr(numbers))
    if isinstance(error, NameError):
        known = ", ".join(FUNCTIONS)
        return tr(
            "{name} has no number. Give it one in the second field, as in {name} = 1. Functions are: {known}.",
            name=error.name,
            known=known,
        )
    reason = error.msg if isinstance(error, SyntaxError) else error  # without "(<unknown>, line 1)"
    return tr("{text} cannot be computed: {error}", text=repr(expression), error=reason)
