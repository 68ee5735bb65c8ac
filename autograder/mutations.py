"""What is changed in an answer to make it wrong on purpose: operators, constants, axes, signs, order, missing lines.

Left out is what no test could tell from the answer, or what breaks whatever the tests are: both would say nothing
about them. So the operands of `+` and `*` stay in their order, and statements that have nothing to do with one another.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from autograder.dependence import matters

OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv, ast.Pow: ast.Mult, ast.MatMult: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitXor: ast.BitOr,
}  # fmt: skip
ORDERED = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
COMPARISONS = {  # its opposite, and its neighbour at the boundary
    ast.Lt: (ast.GtE, ast.LtE), ast.LtE: (ast.Gt, ast.Lt), ast.Gt: (ast.LtE, ast.GtE), ast.GtE: (ast.Lt, ast.Gt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),  # codespell:ignore notin
}  # fmt: skip
CHOICES = [{"sum", "mean", "none"}, {"cpu", "cuda"}, {"xy", "ij"}, {"zero", "none"}]  # of one keyword
COMMUTATIVE = {
    "add", "allclose", "array_equal", "equal", "gcd", "isclose", "lcm", "max", "maximum", "min", "minimum", "mul",
    "multiply",
}  # fmt: skip
FIXED = {
    "getattr",
    "hasattr",
    "isinstance",
    "issubclass",
    "setattr",
    "super",
}  # swapped, they only ever raise
TRANSPOSED = {"T", "mT"}
ZERO = {"zeros", "zeros_like", "new_zeros"}  # without a sign
RESHAPES = {"reshape", "view"}  # where -1 stands for the number that fits
SIGNLESS = {"abs", "square"}  # what they are given may have either
_TEXT = (ast.JoinedStr, ast.Raise)  # for people
_NOT_RUN = {"annotation", "returns", "decorator_list", "type_params", "type_comment"}
_NO_NUMBER = (
    ast.Constant, ast.Compare, ast.BoolOp, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.Lambda, ast.JoinedStr,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.UnaryOp,
)  # fmt: skip
_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
_ENDS = (ast.Return, ast.Raise, ast.Break, ast.Continue)


@dataclass(frozen=True)
class Edit:
    """One change: `field` of `owner` becomes `value`. before, after: the statements that it changes."""

    kind: str
    before: tuple[ast.stmt, ...]
    after: tuple[ast.stmt, ...]
    owner: ast.AST
    field: str
    value: Any


def edits(statement: ast.stmt) -> Iterator[Edit]:
    """The changes within one statement; what stands in the statements inside of it is theirs."""
    if is_docstring(statement) or isinstance(statement, _TEXT):
        return
    for kind, field, value in _whole(statement):
        yield Edit(kind, (statement,), (statement,), statement, field, value)
    yield from _within(statement, statement)


def rearrangements(owner: ast.AST, field: str, body: list[ast.stmt], scope: ast.AST) -> Iterator[Edit]:
    """Statements of one block left out, replaced, or in another order. scope: the function (or module) around the block."""
    for i, statement in enumerate(body):
        before, behind = body[:i], body[i + 1 :]
        if not isinstance(statement, (*_DEFINES, ast.Pass)) and not is_docstring(statement):
            rest = [*before, *behind] or [ast.Pass()]
            yield Edit("missing line", (statement,), (), owner, field, rest)
        if isinstance(statement, ast.AugAssign):
            new = ast.Assign([statement.target], statement.value, lineno=statement.lineno)
            yield Edit("operator", (statement,), (new,), owner, field, [*before, new, *behind])
        if behind and _may_swap(statement, behind[0], scope):
            pair = (statement, behind[0])
            swapped = [*before, *pair[::-1], *behind[1:]]
            yield Edit("order of lines", pair, pair[::-1], owner, field, swapped)


def _may_swap(first: ast.stmt, second: ast.stmt, scope: ast.AST) -> bool:
    ends = isinstance(second, _ENDS)  # in front of these, a line is as good as missing
    return not ends and not is_docstring(first) and matters(first, second, scope)


def is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _whole(statement: ast.stmt) -> Iterator[tuple[str, str, Any]]:
    """Changes of the statement itself, as kind, field and new value."""
    match statement:
        case ast.AugAssign(op=op):
            if type(op) in OPERATORS:
                yield "operator", "op", OPERATORS[type(op)]()
        case ast.If(test=test) | ast.While(test=test):
            yield from (("condition", "test", new) for new in _negated(test))
        case ast.Return(value=value) | ast.Assign(value=value):
            if value and not isinstance(value, _NO_NUMBER) and _called(value) not in ZERO:
                yield "sign", "value", ast.UnaryOp(ast.USub(), value)


def _within(statement: ast.stmt, owner: ast.AST) -> Iterator[Edit]:
    """Changes of the expressions under `owner`."""
    for field, content in ast.iter_fields(owner):
        if field in _NOT_RUN:
            continue
        for index, node in enumerate(content) if isinstance(content, list) else [(None, content)]:
            if not isinstance(node, ast.AST) or isinstance(
                node, (ast.stmt, ast.ExceptHandler, ast.match_case, ast.JoinedStr)
            ):
                continue
            for kind, new in _instead(node, owner):
                value = new if index is None else [*content[:index], new, *content[index + 1 :]]
                yield Edit(kind, (statement,), (statement,), owner, field, value)
            if isinstance(node, ast.Call):
                for i in range(len(node.keywords)):
                    rest = [*node.keywords[:i], *node.keywords[i + 1 :]]
                    yield Edit("argument", (statement,), (statement,), node, "keywords", rest)
            if not _is_negative_number(node):
                yield from _within(statement, node)


def _instead(node: ast.AST, owner: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What may stand in the place of an expression, with the kind of the change."""
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            if type(op) in OPERATORS:
                yield "operator", ast.BinOp(left, OPERATORS[type(op)](), right)
            if isinstance(op, ORDERED) and not (isinstance(op, ast.Sub) and _signless(owner)):
                yield "order of operands", ast.BinOp(right, op, left)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            for i, op in enumerate(ops):
                for other in COMPARISONS[type(op)]:
                    yield (
                        "comparison",
                        ast.Compare(left, [*ops[:i], other(), *ops[i + 1 :]], comparators),
                    )
        case ast.BoolOp(op=op, values=values):
            yield "and, or", ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "not", operand
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)):
            yield from (("constant", ast.Constant(new)) for new in (value, 1 - value, -1 - value))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield "sign", operand
        case ast.Constant(value=value):
            yield from (("constant", ast.Constant(new)) for new in _other_constants(value, owner))
        case ast.Call(func=func, args=[first, second], keywords=keywords):
            name = _called(node)
            starred = any(isinstance(argument, ast.Starred) for argument in (first, second))
            if name not in COMMUTATIVE | FIXED and not starred:
                yield "order of arguments", ast.Call(func, [second, first], keywords)
        case ast.Subscript(value=value, slice=ast.Tuple(elts=[first, second]), ctx=ctx):
            yield "axis", ast.Subscript(value, ast.Tuple([second, first], ast.Load()), ctx)
        case ast.Attribute(value=value, attr=name, ctx=ast.Load()) if name in TRANSPOSED:
            yield "axis", value
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield from (("condition", ast.IfExp(new, body, orelse)) for new in _negated(test))
        case ast.comprehension(target=target, iter=values, ifs=ifs, is_async=is_async):
            for i, test in enumerate(ifs):
                for new in [*_negated(test), ast.Constant(True)]:
                    others = [*ifs[:i], new, *ifs[i + 1 :]]
                    yield "condition", ast.comprehension(target, values, others, is_async)


def _called(node: ast.AST) -> str:
    """The last part of the name of what a call calls."""
    return getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""


def _signless(owner: ast.AST) -> bool:
    """Whether the sign of what stands in `owner` is lost there."""
    match owner:
        case ast.BinOp(op=ast.Pow(), right=ast.Constant(value=int(power))):
            return power % 2 == 0
        case ast.Attribute(attr=name):
            return name in SIGNLESS
    return _called(owner) in SIGNLESS


def _negated(test: ast.expr) -> Iterator[ast.expr]:
    """The opposite of a condition, where no change of its own operator gives it."""
    single = isinstance(test, ast.Compare) and len(test.ops) == 1
    if not single and not isinstance(test, ast.Constant | ast.UnaryOp):
        yield ast.UnaryOp(ast.Not(), test)


def _other_constants(value: object, owner: ast.AST) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1)
        if value and not (value == 1 and _called(owner) in RESHAPES):
            yield -value
    elif isinstance(value, str) and isinstance(owner, ast.keyword):
        yield from sorted(set().union(*(choice for choice in CHOICES if value in choice)) - {value})


def _is_negative_number(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.UnaryOp)
        and isinstance(node.op, ast.USub)
        and isinstance(node.operand, ast.Constant)
    )
