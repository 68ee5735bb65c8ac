"""Evaluate the text of an expression and keep every value on the way."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import Any

from ..expect import values

_KEEP = "__keep__"


def evaluate(text: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The tensors that the expression makes, in the order in which it makes them: {its text: tensor}.

    The last one is the result. SyntaxError and NameError as Python raises them.
    """
    made: dict[str, Any] = {}

    def keep(source: str, value: Any) -> Any:
        if values.is_tensor(value):
            made.pop(source, None)
            made[source] = value
        return value

    tree = ast.fix_missing_locations(_KeepEverything().visit(ast.parse(text.strip(), mode="eval")))
    result = eval(compile(tree, "<expression>", "eval"), {**variables, _KEEP: keep})
    if not values.is_tensor(result):
        raise TypeError(f"the expression {text!r} gives {values.type_name(result)}, not a tensor")
    made.pop(text, None)
    made[text] = result
    return made


def names_in(text: str) -> set[str]:
    """The variables that the expression uses."""
    return {node.id for node in ast.walk(ast.parse(text.strip(), mode="eval")) if isinstance(node, ast.Name)}


class _KeepEverything(ast.NodeTransformer):
    """Every operation and call `e` becomes `__keep__("e", e)`."""

    def _keep(self, node: ast.expr) -> ast.Call:
        source = ast.unparse(node)
        self.generic_visit(node)
        return ast.Call(ast.Name(_KEEP, ast.Load()), [ast.Constant(source), node], [])

    visit_BinOp = visit_UnaryOp = visit_Call = visit_Subscript = visit_Attribute = _keep
