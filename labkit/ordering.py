"""`order_lines`: put the lines of a program in order; some of the lines offered do not belong there.

The work is done by the figure's own script, so it goes on in an exported page and without a kernel.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from . import session
from .page import block, details, escape, inline, plain
from .translate import given, tr


def order_lines(
    question: str,
    lines: Sequence[str],
    distractors: Mapping[str, str] | None = None,
    *,
    also: Sequence[Sequence[str]] = (),
) -> None:
    """Show an order-the-lines problem.

    question: what the program should do; `code` in backticks.
    lines: the right lines in the right order; a line keeps its indentation.
    distractors: {a line that does not belong: the misconception behind it, shown when it is used}.
    also: other orders of `lines` that are right too. ValueError if they are not made of the same lines.
    """
    lines, distractors = list(lines), dict(distractors or {})
    orders = [lines, *(list(order) for order in also)]
    for order in orders:
        if sorted(order) != sorted(lines):
            raise ValueError(
                f"an order of other lines than the solution's: {sorted(set(order) ^ set(lines))}"
            )
    if shared := sorted(set(lines) & set(distractors)):
        raise ValueError(f"a line cannot be right and a distractor: {shared}")
    offered = _shuffled(question, orders, [*lines, *distractors])
    question, distractors = given(question), {line: given(reason) for line, reason in distractors.items()}
    session.show(_html(question, orders, distractors, offered), _text(question, offered))


def _shuffled(question: str, orders: list[list[str]], offered: list[str]) -> list[str]:
    """The same order every time for the same problem, and never one in which the right lines already stand right."""
    shuffle = random.Random(question)
    for _ in range(100):
        shuffle.shuffle(offered)
        if [line for line in offered if line in orders[0]] not in orders:
            break
    return offered


def _text(question: str, offered: list[str]) -> str:
    return "\n".join(
        [f"{tr('Put the lines in order.')} {plain(question)}", *(f"  | {line}" for line in offered)]
    )


def _html(question: str, orders: list[list[str]], distractors: dict[str, str], offered: list[str]) -> str:
    pool = "".join(f"<li>{_code(line)}</li>" for line in offered)
    solution, *others = (
        f'<ol class="lk-order">{"".join(f"<li>{_code(line)}</li>" for line in order)}</ol>'
        for order in orders
    )
    if others:
        solution += details(tr("Other orders that are right too"), "".join(others))
    reasons = "".join(
        f"<li>{_code(line)} <span>{inline(reason)}</span></li>" for line, reason in distractors.items()
    )
    why = (
        f'<p>{tr("These lines do not belong:")}</p><ul class="lk-distractors">{reasons}</ul>'
        if reasons
        else ""
    )
    body = (
        f'<p><span class="lk-title">{tr("Put the lines in order.")}</span> {inline(question)}</p>'
        f'<div class="lk-columns"><div><p class="lk-note">{tr("Lines, not all of them needed")}</p>'
        f'<ul class="lk-pool">{pool}</ul></div>'
        f'<div class="lk-mine" hidden><p class="lk-note">{tr("Your program")}</p>'
        '<ol class="lk-program"></ol></div></div>'
        f'<div class="lk-bar" hidden><button type="button">{tr("Check")}</button>'
        f'<button type="button">{tr("Start again")}</button></div>'
        f'<p class="lk-status" role="status" hidden {_texts()}></p>'
        f"{details(tr('Solution'), solution + why)}"
    )
    return block("ordering", body, label=tr("Lines to put in order"), scripts=("ordering.js",))


def _code(line: str) -> str:
    """The line, and how far in it goes on below if it is too long for one."""
    within = len(line) - len(line.lstrip()) + 4
    return f'<code style="--in: {within}">{escape(line)}</code>'


def _texts() -> str:
    """What the script says, as attributes; {n}, {m} and {line} are filled in by the script."""
    texts = {
        "right": tr("Right: this is the order."),
        "empty": tr("Choose the first line: press it, and it moves into your program."),
        "sofar": tr("Right so far. {n} more to come."),
        "wrong": tr("Right up to line {n}. Line {m} comes too early or too late."),
        "begin": tr("The program cannot begin with this line."),
        "surplus": tr("This line does not belong: {line}"),
        "added": tr("Line {n} of {m}: {line}"),
        "up": tr("up"),
        "down": tr("down"),
        "out": tr("take out"),
    }
    return " ".join(f'data-{name}="{escape(text)}"' for name, text in texts.items())
