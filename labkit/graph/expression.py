"""Evaluate the text of an expression and keep every value on the way."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..expect import values

_KEEP = "__keep__"


@dataclass(frozen=True)
class Evaluated:
    """What an expression gave: the result, all tensors made on the way to it, and the names in its text."""

    result: Any
    made: list[Any]
    name: str | None  # "f" in "f = x * y"
    used: set[str]


def evaluate(text: str, variables: Mapping[str, Any]) -> Evaluated:
    """The value of `text`, an expression "x * y" or "f = x * y".

    SyntaxError and NameError as Python raises them; TypeError if the result is no tensor.
    """
    name, expression = _parse(text)
    used = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    made: list[Any] = []

    def keep(value: Any) -> Any:
        if values.is_tensor(value):
            made.append(value)
        return value

    tree = ast.fix_missing_locations(ast.Expression(_KeepEverything().visit(expression)))
    result = eval(compile(tree, "<expression>", "eval"), {**variables, _KEEP: keep})
    if not values.is_tensor(result):
        raise TypeError(f"the expression {text!r} gives {values.type_name(result)}, not a tensor")
    return Evaluated(result, made, name, used)


def _parse(text: str) -> tuple[str | None, ast.expr]:
    match ast.parse(text.strip()).body:
        case [ast.Expr(value=expression)]:
            return None, expression
        case [ast.Assign(targets=[ast.Name(id=name)], value=expression)]:
            return name, expression
    raise SyntaxError(f"one expression is wanted, such as 'x * y' or 'f = x * y', not {text!r}")


class _KeepEverything(ast.NodeTransformer):
    """Every operation and call `e` becomes `__keep__(e)`."""

    def _keep(self, node: ast.expr) -> ast.Call:
        self.generic_visit(node)
        return ast.Call(ast.Name(_KEEP, ast.Load()), [node], [])

    visit_BinOp = visit_UnaryOp = visit_Call = visit_Subscript = visit_Attribute = _keep
