"""The texts that the code of a lesson shows to students: what `predict`, `order_lines`, `expect` and figures are given.

They are found by reading the code, not by running it: a text may also stand in a variable, in the list or dict that a
loop goes through, in one branch of `a if b else c`. An f-string becomes a template with `{named}` fields, by which
`labkit` finds it again when the numbers are filled in.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from labkit.translate import FIELD

WORD = re.compile(r"[^\W\d_]{2,}")
TITLE = re.compile(r"# (?:@title )?(?=\S)")

# Which arguments are texts, by place or name. "{}" before it: a dict with texts as keys; "{}=": as keys and values.
ARGUMENTS = {
    "predict": (0, "question", "{}=1", "{}=options"),
    "order_lines": (0, "question", "=2", "=distractors"),
    "show_figure": ("alt",),
    "learning_rate_landscape": ("{}1", "{}paths"),
    "expect.true": (1, "message"),
    "expect.score": (1, "message"),
    "expect.right": (0, "sentence"),
    "expect.gaps": (0, "sentence"),
    "expect.explaining": ("=0", "=causes"),
}
EVERYWHERE = ("name", "hint", "where", "saying", "{}mistakes")  # of `expect`
LABELS = ("label", "xlabel", "ylabel", "title")  # of Matplotlib


def title(code: str) -> str:
    """The first line of a check or a folded cell without its sign, by which the student knows the cell; or ""."""
    first = code.partition("\n")[0]
    found = TITLE.match(first)
    return first[found.end() :] if found else ""


def texts(code: str) -> list[tuple[int, str]]:
    """The texts in a cell of code with the lines in which their calls begin, each text once."""
    reading = _Reading(ast.parse(_plain(code)))
    found: dict[str, int] = {}
    for call in reading.calls:
        for text in reading.shown(call):
            if WORD.search(FIELD.sub(" ", text)) and not _is_call(text):
                found.setdefault(text, call.lineno)
    return [(line, text) for text, line in found.items()]


def _is_call(text: str) -> bool:
    """Whether a name is one in code, `fit(model, ...)`, which stays as it is."""
    try:
        return isinstance(ast.parse(text, mode="eval").body, ast.Call)
    except SyntaxError:
        return False


def _plain(code: str) -> str:
    """Without the lines that are IPython's own."""
    return re.sub(r"^(\s*)[%!].*$", r"\1pass", code, flags=re.M)


class _Reading:
    def __init__(self, tree: ast.AST):
        self.calls = sorted(
            (node for node in ast.walk(tree) if isinstance(node, ast.Call)), key=lambda call: call.lineno
        )
        self.bound: dict[str, list[ast.expr]] = defaultdict(list)  # what a name may stand for
        self.open: set[str] = set()  # names that are being looked up
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._bind(target, node.value)
            elif isinstance(node, ast.For | ast.comprehension):
                for element in self._elements(node.iter):
                    self._bind(node.target, element)

    def shown(self, call: ast.Call) -> Iterator[str]:
        """The texts that a call is given to show."""
        name = ast.unparse(call.func)
        wanted = ARGUMENTS.get(name, ()) + (EVERYWHERE if name.startswith("expect.") else LABELS)
        for want in wanted:
            how, key = re.fullmatch(r"(\{\}=|\{\}|=|)(\w+)", str(want)).groups()
            values = [keyword.value for keyword in call.keywords if keyword.arg == key]
            if key.isdecimal() and int(key) < len(call.args):
                values = [call.args[int(key)]]
            for value in values:
                if "{}" in how:
                    yield from chain.from_iterable(self._texts(k) for k, _ in self._pairs(value))
                if "=" in how:
                    yield from chain.from_iterable(self._texts(v) for _, v in self._pairs(value))
                if not how:
                    yield from self._texts(value)

    def _texts(self, node: ast.expr) -> Iterator[str]:
        """The texts that an expression may be."""
        match node:
            case ast.Constant(value=str(text)):
                yield text
            case ast.JoinedStr() | ast.BinOp(op=ast.Add()):
                template, fields = _template(node)
                yield template
                for field in fields:
                    yield from self._texts(field)
            case ast.IfExp():
                yield from chain(self._texts(node.body), self._texts(node.orelse))
            case ast.Name():
                yield from chain.from_iterable(map(self._texts, self._values(node)))
            case ast.Call(func=ast.Attribute(attr="get")) | ast.Subscript():
                source = node.func.value if isinstance(node, ast.Call) else node.value
                yield from chain.from_iterable(self._texts(value) for _, value in self._pairs(source))
                for other in node.args[1:] if isinstance(node, ast.Call) else ():
                    yield from self._texts(other)

    def _pairs(self, node: ast.expr) -> Iterator[tuple[ast.expr, ast.expr]]:
        """Keys and values of the dicts that an expression may be."""
        match node:
            case ast.Dict():
                for key, value in zip(node.keys, node.values, strict=True):
                    yield from self._pairs(value) if key is None else [(key, value)]
            case ast.DictComp():
                yield node.key, node.value
            case ast.IfExp():
                yield from chain(self._pairs(node.body), self._pairs(node.orelse))
            case ast.BinOp(op=ast.BitOr()):
                yield from chain(self._pairs(node.left), self._pairs(node.right))
            case ast.Name():
                yield from chain.from_iterable(map(self._pairs, self._values(node)))

    def _values(self, name: ast.Name) -> list[ast.expr]:
        """What a name was bound to, once: a name may be bound to an expression with itself in it."""
        if name.id in self.open:
            return []
        self.open.add(name.id)
        values = list(self.bound[name.id])
        self.open.discard(name.id)
        return [value for value in values if not _mentions(value, name.id)]

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.bound[target.id].append(value)
        elif isinstance(target, ast.Tuple | ast.List) and isinstance(value, ast.Tuple | ast.List):
            for one, other in zip(target.elts, value.elts, strict=False):
                self._bind(one, other)

    def _elements(self, node: ast.expr) -> list[ast.expr]:
        """What a loop over an expression goes through."""
        match node:
            case ast.List() | ast.Tuple() | ast.Set():
                return node.elts
            case ast.Dict():
                return [key for key in node.keys if key]
            case ast.Call(func=ast.Attribute(attr="items", value=source)):
                return [ast.Tuple(list(pair)) for pair in self._pairs(source)]
            case ast.Call(func=ast.Name(id="zip")):
                columns = [self._elements(argument) for argument in node.args]
                longest = max(map(len, columns), default=0)
                filled = [column + [ast.Constant(None)] * (longest - len(column)) for column in columns]
                return [ast.Tuple(list(row)) for row in zip(*filled, strict=True)]
            case ast.Name():
                return [element for value in self._values(node) for element in self._elements(value)]
        return []


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(part, ast.Name) and part.id == name for part in ast.walk(node))


def _template(node: ast.expr) -> tuple[str, list[ast.expr]]:
    """An f-string or a sum of texts as a template, and what fills its fields."""
    parts: list[str] = []
    fields: dict[str, ast.expr] = {}
    for part in _parts(node):
        if isinstance(part, str):
            parts.append(part)
            continue
        name = part.id if isinstance(part, ast.Name) else f"value{len(fields) + 1}"
        fields.setdefault(name, part)
        parts.append(f"{{{name}}}")
    return "".join(parts), list(fields.values())


def _parts(node: ast.expr) -> Iterator[str | ast.expr]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr():
            for part in node.values:
                yield from [part.value] if isinstance(part, ast.FormattedValue) else _parts(part)
        case ast.BinOp(op=ast.Add()):
            yield from chain(_parts(node.left), _parts(node.right))
        case _:
            yield node
