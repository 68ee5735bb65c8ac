"""The tape player: rows of a real tape, what each hands back, and a picture that is alive without a kernel."""

import pytest
import torch

import torchlet
from labkit import show_tape
from labkit.tape_record import record, three_address
from torchlet import Variable, tensor

x, b, c = (
    Variable(-2.0),
    Variable(1.5),
    tensor(1.5),
)  # what the programs below are about: `show_tape` finds them by name


def recorded(program, watch=None, **variables):
    return record(program, variables, watch)


def f_of_lesson_08():
    return recorded("a = x + b; f = a ** 2 + 2 * x * b", x=Variable(-2.0), b=Variable(1.5))


def test_operations_get_rows_of_their_own():
    lines = [f"{name} = {line}" for name, line in texts("f = (x + b) ** 2 + 2 * x.exp() * t1; g = -f")]
    assert lines == [
        "t2 = x + b", "t3 = t2 ** 2", "t4 = x.exp()", "t5 = 2 * t4", "t6 = t5 * t1", "f = t3 + t6", "g = -f",
    ]  # fmt: skip
    assert texts("y = x * (2 + 3)") == [("y", "x * (2 + 3)")]


def texts(program):
    import ast

    return [(name, ast.unparse(line)) for name, line in three_address(program)]


@pytest.mark.parametrize(
    "program", ["", "x + 1", "x = x + 1", "a = x; a = 2 * x", "a = b; b = x", "for i in x: pass"]
)
def test_programs_are_assignments_each_name_once(program):
    with pytest.raises(SyntaxError):
        three_address(program)


def test_the_numbers_are_the_tapes_and_the_rows_add_up_to_them():
    recording = f_of_lesson_08()
    assert [row.name for row in recording.taped] == ["a", "t1", "t2", "t3", "f"]
    assert [recording.answers[name].item() for name in ("x", "b")] == [2.0, -5.0]
    for name, answer in recording.answers.items():
        if name != "f":
            parts = [part for row in recording.rows for source, part, _ in row.handed if source == name]
            assert sum(parts).item() == answer.item()
    products = [
        (row.name, source, part.item(), local.item())
        for row in recording.rows
        for source, part, local in row.handed
    ]
    assert ("t3", "b", -4.0, -4.0) in products and ("t2", "x", 3.0, 2.0) in products


def test_a_value_used_twice_within_a_row_and_between_rows():
    recording = recorded("y = x * x; z = y * x", x=Variable(3.0))
    assert recording.answers["x"].item() == 27
    assert [(s, p.item(), u.item()) for s, p, u in recording.rows[0].handed] == [("x", 18.0, 6.0)]
    assert [(s, p.item(), u.item()) for s, p, u in recording.rows[1].handed] == [
        ("y", 3.0, 3.0),
        ("x", 9.0, 9.0),
    ]


def test_shapes_are_the_sources():
    x, w, b = tensor([[-2.0, 1.0, 3.0]]), Variable(torchlet.ones(3, 2)), Variable(torchlet.ones(2))
    recording = recorded("y = x @ w + b; loss = (y ** 2).mean()", x=x, w=w, b=b)
    assert recording.answers["w"].shape == (3, 2) and recording.answers["b"].tolist() == [3.0, 3.0]
    assert recording.answers["x"] is None and recording.watched == {"w", "b"}
    assert recording.rows[1].handed[1][1].tolist() == [3.0, 3.0]  # summed over what broadcasting repeated


def test_constants_leave_no_row():
    recording = recorded("d = c * 2; f = x * d; g = c + d", x=Variable(3.0), c=tensor(1.5))
    assert [row.on_tape for row in recording.rows] == [False, True, False]
    assert recording.answers["c"] is None and recording.answers["f"] is None  # g does not depend on f
    assert recorded("f = x * c", [], x=Variable(3.0), c=tensor(1.5)).answers == {"x": None, "c": None}
    watching = tensor(1.5)
    recording = recorded("f = x * c", [watching], x=Variable(3.0), c=watching)
    assert (
        recording.watched == {"c"} and recording.answers["c"].item() == 3 and recording.answers["x"] is None
    )
    assert not watching.requires_grad


def test_mistakes_are_named():
    with pytest.raises(TypeError, match="x comes from another library"):
        recorded("y = x * 2", x=torch.tensor(1.0))
    with pytest.raises(TypeError, match="y should be a tensor, not"):
        recorded("y = x.shape", x=Variable(1.0))
    with pytest.raises(NameError, match="nowhere"):
        recorded("y = x * nowhere", x=Variable(1.0))


def test_the_walk_in_words(shown):
    show_tape("a = x + b; f = a ** 2 + 2 * x * b")
    lines = shown[0][1].splitlines()
    assert len(lines) == 1 + 1 + 5 + 1 + 5 + 1
    assert lines[1] == "  open: The tape is open. It watches x and b."
    assert lines[2].endswith("a = x + b gives -0.5, and is written down, since the tape knows x and b.")
    assert lines[7] == "  closed: The tape is closed. The way back begins with the gradient 1.0 for f."
    assert lines[9].endswith("1.0 · 1.5 = 1.5 for t2; 1.0 · (-4.0) = -4.0 for b.")
    assert lines[12].count("accumulate") == 2
    assert lines[-1] == "  answers: The answers of the tape. Gradient for x: 2.0, b: -5.0."
    assert (x.grad, b.grad, x.requires_grad) == (None, None, False)


def test_what_the_tape_does_not_know_is_said(shown):
    show_tape("f = (c + 1) ** 2")
    assert "It has no row for f: every answer will be None." in shown[0][1]
    assert "Gradient for c: None." in shown[0][1] and "It watches nothing." in shown[0][1]
    show_tape("u = x * c; f = x ** 2")
    assert "Row 1, u = x * c. Nothing has arrived here, so the head moves on." in shown[1][1]
    show_tape("f = x * c", watch=[c])
    assert "It watches c." in shown[2][1] and "x: None, c: -2.0" in shown[2][1]


def test_the_picture(shown):
    show_tape("a = x + b; f = a ** 2 + 2 * x * b")
    show_tape("a = x + b; f = a ** 2 + 2 * x * b")
    assert shown[0] == shown[1]  # the same bytes
    html = shown[0][0]
    assert html.count("data-frame=") == 13 and html.count('class="lk-head"') == 10
    assert "#" not in html.partition("<svg")[2].partition("</svg>")[0]  # colours come from the palette
    show_tape("f = (x * x * x * x + b).exp().sqrt().sigmoid().tanh().log().mean() + x.sum(0, keepdim=True)")
    assert "…" in shown[2][0]


@pytest.mark.browser
def test_the_head_runs_back_by_keyboard(shown, browser):
    show_tape("a = x + b; f = a ** 2 + 2 * x * b")
    page = browser.new_page()
    page.set_content(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><main>{shown[0][0]}</main></html>'
    )

    def seen():
        return page.evaluate(
            "() => [...document.querySelectorAll('svg text')].filter(t => !t.closest('[display=none]')).map(t => t.textContent)"
        )

    assert "gradient 2.0" in seen() and "gradient -5.0" in seen()  # without a step: the whole tape
    page.get_by_role("slider").focus()
    page.keyboard.press("Home")
    assert page.locator(".lk-status").inner_text() == "The tape is open. It watches x and b."
    assert "a = x + b" not in seen()
    page.keyboard.press("ArrowRight")
    assert "a = x + b" in seen() and "t1 = a ** 2" not in seen()
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    assert page.locator(".lk-status").inner_text().startswith("Row 4, t3 = t2 * b.")
    assert "gradient -4.0" in seen()
    page.close()
