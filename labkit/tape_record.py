"""A small program run operation by operation under a real `GradientTape`: what the tape player shows.

The numbers at the end are the tape's own answers. What each row hands back is found by playing that row alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .expect import values


@dataclass
class Row:
    """One operation. `handed`: for each input that the tape knows, (its name, upstream × local, local derivative)."""

    name: str
    text: str  # "x + b"
    value: Any
    inputs: list[str]
    on_tape: bool
    upstream: Any = None
    handed: list[tuple[str, Any, Any]] = field(default_factory=list)


@dataclass
class Recording:
    """All rows in order; the sources of the program, and which of them the tape watched; the tape's answers."""

    rows: list[Row]
    sources: dict[str, Any]
    watched: set[str]
    target: str
    answers: dict[str, Any]

    @property
    def taped(self) -> list[Row]:
        return [row for row in self.rows if row.on_tape]


def record(program: str, variables: Mapping[str, Any], watch: Iterable[Any] | None = None) -> Recording:
    """Run `program`, assignments such as "a = x + b; f = a ** 2", while a tape is open, and play it back.

    variables: what the names in it mean. watch: the tensors that the tape watches; None: all trainable Variables.
    SyntaxError, NameError as Python raises them; TypeError if the last result is no tensor of torchlet.
    """
    import torchlet

    lines = three_address(program)
    known = dict(variables)
    made = {name for name, _ in lines}
    used = [name for name in _names(ast.parse(program.strip())) if name not in made]
    sources = {name: known[name] for name in used if values.is_tensor(known.get(name))}
    if foreign := [name for name, tensor in sources.items() if not isinstance(tensor, torchlet.Tensor)]:
        raise TypeError(
            f"a tape records torchlet's tensors, and {', '.join(foreign)} comes from another library"
        )
    rows = []
    tape = torchlet.GradientTape(persistent=True, watch_accessed_variables=watch is None)
    with tape:
        tape.watch(list(watch or ()))
        for name, line in lines:
            result = known[name] = eval(compile(ast.Expression(line), "<program>", "eval"), known)
            if values.is_tensor(result) and not isinstance(line, ast.Name):
                inputs = [one for one in _names(line) if values.is_tensor(known.get(one))]
                on_tape = result.grad_fn is not None and result.grad_fn in tape
                rows.append(Row(name, ast.unparse(line), result, inputs, on_tape))
    target = lines[-1][0]
    if not isinstance(known[target], torchlet.Tensor):
        raise TypeError(f"{target} should be a tensor, not {values.type_name(known[target])}")
    watching = [*tape.watched_variables(), *(watch or ())]
    watched = {name for name, tensor in sources.items() if any(tensor is one for one in watching)}
    wanted = {**sources, **{row.name: row.value for row in rows if row.on_tape}}
    answers = tape.gradient(known[target], wanted)
    recording = Recording(rows, sources, watched, target, answers)
    for row in recording.taped:
        _play(row, recording, known, torchlet)
    return recording


def _play(row: Row, recording: Recording, known: Mapping[str, Any], torchlet: Any) -> None:
    """This row alone: what arrives at it, and what it hands to each of its inputs."""
    row.upstream = recording.answers[row.name]
    if row.upstream is None:
        return
    numbers = {name: known[name].detach() for name in row.inputs}
    inputs = {name: numbers[name] for name in row.inputs if recording.answers.get(name) is not None}
    with torchlet.GradientTape(persistent=True, watch_accessed_variables=False) as alone:
        alone.watch(list(inputs.values()))
        result = eval(row.text, {**known, **numbers})
    handed = alone.gradient(result, inputs, output_gradients=row.upstream)
    local = alone.gradient(result, inputs)
    row.handed = [(name, handed[name], local[name]) for name in inputs if handed[name] is not None]


def three_address(program: str) -> list[tuple[str, ast.expr]]:
    """The program as assignments of one operation each: "f = 2 * x * b" becomes t1 = 2 * x, f = t1 * b."""
    tree = ast.parse(program.strip())
    taken = _names(tree)
    free = (name for name in (f"t{i}" for i in range(1, 1000)) if name not in taken)
    lines: list[tuple[str, ast.expr]] = []
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                if any(name in _names(line) or name == earlier for earlier, line in lines) or name in _names(
                    value
                ):
                    raise SyntaxError(
                        f"each name is assigned once, before it is used: call the new value of {name} otherwise"
                    )
                taken_apart = _TakeApart(lines, free).generic_visit(value)
                lines.append((name, ast.fix_missing_locations(taken_apart)))
            case _:
                raise SyntaxError(
                    f"assignments are wanted, such as 'a = x + b; f = a ** 2', not {ast.unparse(statement)!r}"
                )
    if not lines:
        raise SyntaxError("assignments are wanted, such as 'a = x + b; f = a ** 2'; there is none")
    return lines


def _names(tree: ast.AST) -> list[str]:
    """The names in it, each once."""
    return list(dict.fromkeys(node.id for node in ast.walk(tree) if isinstance(node, ast.Name)))


class _TakeApart(ast.NodeTransformer):
    """Every operation within an expression becomes an assignment before it."""

    def __init__(self, lines: list[tuple[str, ast.expr]], free: Any):
        self.lines, self.free = lines, free

    def _apart(self, node: ast.expr) -> ast.expr:
        self.generic_visit(node)
        if not _names(node):
            return node  # numbers alone: no tensor is in it
        name = next(self.free)
        self.lines.append((name, ast.fix_missing_locations(node)))
        return ast.Name(name, ast.Load())

    visit_BinOp = visit_UnaryOp = visit_Call = visit_Subscript = _apart
