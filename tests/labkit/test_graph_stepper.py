"""The graph of what is typed in, and of an engine of one's own."""

import math

import pytest

from labkit import graph_stepper, show_graph
from labkit.graph import scalars, wording
from labkit.graph.gradients import walk_back
from labkit.graph.stepper import draw


class Value:
    """The least that a figure needs."""

    def __init__(self, data, parents=(), pullback=lambda g: (), operation="leaf"):
        self.data, self.grad, self.parents, self.pullback, self.operation = (
            data,
            0.0,
            parents,
            pullback,
            operation,
        )

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), lambda g: (g, g), "+")

    def __mul__(self, other):
        return Value(self.data * other.data, (self, other), lambda g: (g * other.data, g * self.data), "×")

    def exp(self):
        out = math.exp(self.data)
        return Value(out, (self,), lambda g: (g * out,), "exp")


WALK = """\
f = -12.0
AddBackward0, gradient 1.0
├─ PowBackward0, value 4.0, gradient 1.0
│  └─ AddBackward0, value -2.0, gradient -4.0
│     ├─ x = 2.0, leaf, gradient -12.0, .grad None
│     └─ y = -4.0, leaf, gradient 0.0, .grad None
└─ MulBackward0, value -16.0, gradient 1.0
   ├─ MulBackward0, value 4.0, gradient -4.0
   │  ├─ x, see above
   │  └─ None
   └─ y, see above
"""


# --- what is typed in
def test_the_expression_given_is_drawn_where_nobody_is(capsys):
    graph_stepper(x=2, y=-4)
    assert capsys.readouterr().out == WALK


def test_functions_by_their_names():
    _, text = draw("s = 1 / (1 + exp(-(x * w1 + w0)))", "x = 1, w1 = 0.417, w0 = 0.72")
    assert text.startswith("s = 0.757128\n") and "w0 = 0.72, leaf, gradient 0.183885" in text
    _, same = draw("sigmoid(x * w1 + w0)", "x = 1, w1 = 0.417, w0 = 0.72")
    assert same.startswith("f = 0.757128\n") and "w0 = 0.72, leaf, gradient 0.183885" in same


@pytest.mark.parametrize(
    ("expression", "numbers", "answer"),
    [
        ("x * z", "x = 2", "z has no number. Give it one in the second field, as in z = 1."),
        ("x *", "x = 2", "'x *' cannot be computed: invalid syntax"),
        ("3 * 2", "x = 2", "gives int, not a tensor"),
        ("", "x = 2", "'' cannot be computed: one expression is wanted"),
        ("x.nothing", "x = 2", "'x.nothing' cannot be computed"),
        ("x * y", "x = 2; y = 3", "The numbers should look like x = 2, y = -4, not like 'x = 2; y = 3'."),
        ("x * y", "2, 3", "The numbers should look like"),
        ("x * y", "x = print(1)", "The numbers should look like"),
    ],
)
def test_what_cannot_be_drawn_is_explained(expression, numbers, answer):
    html, text = draw(expression, numbers)
    assert answer in text and "lk-note" in html and "unknown" not in text


def test_markup_that_is_typed_in_stays_text():
    html, _ = draw("<img src=x onerror=alert(1)>", "x = 2")
    assert "<img" not in html and "&lt;img" in html


def test_the_picture_follows_the_field(notebook):
    notebook.run("from labkit import graph_stepper\ngraph_stepper('x * y', x=2, y=-4)")
    assert notebook.last()["text/plain"].startswith("f = -8.0\n")
    expression = next(key for key, state in notebook.models.items() if state.get("value") == "x * y")
    picture = next(key for key, state in notebook.models.items() if state.get("_model_name") == "OutputModel")

    def shown_for(text):
        data = {"method": "update", "state": {"value": text}, "buffer_paths": []}
        message = notebook.client.session.msg("comm_msg", {"comm_id": expression, "data": data})
        notebook.client.shell_channel.send(message)
        notebook._collect(message["header"]["msg_id"])
        return notebook.models[picture]["outputs"][0]["data"]["text/plain"]

    assert shown_for("s = x + y").startswith("s = -2.0\nAddBackward0, gradient 1.0")
    assert "z has no number" in shown_for("x * z")
    assert shown_for("x * x").startswith("f = 4.0\n")


@pytest.mark.browser
def test_a_sentence_among_graphs_does_not_stop_them(browser):
    graph, _ = draw("f = x * y", "x = 2, y = -4")
    sentence, _ = draw("x * z", "x = 2")
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content(f"<!doctype html><main>{sentence}{graph}</main>")
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("status").inner_text().startswith("2/6 Forward. x = 2.0 and y = -4.0")
    page.close()
    assert errors == []


# --- an engine of one's own
def test_values_of_an_own_engine(capsys):
    x, y = Value(2.0), Value(-4.0)
    a = x + y
    f = a * a + x * y
    show_graph(f)
    assert capsys.readouterr().out == (
        "f = -4.0\n"
        "+, gradient 1.0\n"
        "├─ ×, value 4.0, gradient 1.0\n"
        "│  ├─ +, a = -2.0, gradient -4.0\n"
        "│  │  ├─ x = 2.0, leaf, gradient -8.0, .grad 0.0\n"
        "│  │  └─ y = -4.0, leaf, gradient -2.0, .grad 0.0\n"
        "│  └─ a, see above\n"
        "└─ ×, value -8.0, gradient 1.0\n"
        "   ├─ x, see above\n"
        "   └─ y, see above\n"
    )
    assert x.grad == y.grad == 0.0  # the figure only looks


def test_the_rules_shown_are_the_engines_own():
    x = Value(3.0)
    wrong = Value(9.0, (x,), lambda g: (g * 100.0,), "square")
    graph = scalars.trace_scalars(wrong, {"x": x}, 60)
    walk_back(graph)
    assert "x = 3.0, leaf, gradient 100.0" in wording.listing(graph)


def test_a_pull_back_that_gives_too_little_is_named():
    x = Value(3.0)
    wrong = Value(9.0, (x,), lambda g: 6.0 * g, "square")
    with pytest.raises(
        ValueError, match=r"the pull-back of square gave 6.0; .* 1 parents, for one parent \(g,\)"
    ):
        show_graph(wrong)


def test_a_long_chain_of_values_shows_its_top():
    value = x = Value(1.0)
    for _ in range(5000):
        value = value + x
    graph = scalars.trace_scalars(value, {"x": x}, 60)
    walk_back(graph)
    assert "4941 more nodes" in wording.listing(graph)


def test_looking_for_nodes_runs_no_code():
    class Shy:
        def __getattr__(self, name):
            raise AssertionError(name)

    assert not scalars.is_scalar(Shy()) and not scalars.is_scalar(Value) and scalars.is_scalar(Value(1.0))
