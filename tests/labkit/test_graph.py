"""The live graph: the same from torchlet and from PyTorch, complete without its script, the same bytes every time."""

import re
import sys
from html.parser import HTMLParser

import pytest
import torch

import torchlet
from labkit import show_graph
from labkit.graph import layout, wording
from labkit.graph.expression import evaluate
from labkit.graph.gradients import walk_back
from labkit.graph.showing import html
from labkit.graph.trace import trace

LIBRARIES = {"torch": torch, "torchlet": torchlet}


@pytest.fixture(params=LIBRARIES)
def lib(request):
    return LIBRARIES[request.param]


def traced(output, gradient=None, limit=60, others=(), **names):
    graph = trace(output, names, others, limit)
    walk_back(graph, gradient)
    return graph


def walked(lib):
    """The expression that lesson 05 walks by hand."""
    x = lib.tensor(2.0, requires_grad=True)
    y = lib.tensor(-4.0, requires_grad=True)
    return (x + y) ** 2 + 2 * x * y, x, y


LISTING = """\
output = -12.0
AddBackward0, gradient 1.0
├─ PowBackward0, gradient 1.0
│  └─ AddBackward0, gradient -4.0
│     ├─ x = 2.0, leaf, gradient -12.0, .grad None
│     └─ y = -4.0, leaf, gradient 0.0, .grad None
└─ MulBackward0, gradient 1.0
   ├─ MulBackward0, gradient -4.0
   │  ├─ x, see above
   │  └─ None
   └─ y, see above"""


def test_the_walk_of_lesson_05(lib):
    f, x, y = walked(lib)
    assert wording.listing(traced(f, x=x, y=y)) == LISTING
    assert x.grad is None and y.grad is None
    f.backward()  # nothing was freed
    assert (x.grad.item(), y.grad.item()) == (-12.0, 0.0)


def test_the_words_of_the_walk(lib):
    f, x, y = walked(lib)
    texts = [step.text for step in wording.steps(traced(f, x=x, y=y))]
    assert texts[0] == "Forward. The leaves: x = 2.0, y = -4.0."
    assert texts[1] == "Forward. x = 2.0 and y = -4.0: AddBackward0 is recorded."
    assert "Backward. MulBackward0 receives 1.0 and hands back -4.0 to MulBackward0 and 4.0 to y." in texts
    assert texts[-1] == (
        "Backward. (-4.0) + (-8.0) = -12.0 arrives at the leaf x; backward() adds it to x.grad."
    )


def test_what_flows_along_the_edges_agrees_with_backward(lib):
    w = lib.tensor([[1.0, -2.0, 0.5], [3.0, 1.5, -1.0]], requires_grad=True)
    b = lib.tensor([0.1, -0.2, 0.3], requires_grad=True)
    out = ((w * b + b).exp() / (1 + w**2)).mean()
    graph = traced(out, w=w, b=b)
    out.backward()
    for node in graph.nodes:
        if node.leaf is not None:
            assert node.arrived[0].shape == node.leaf.shape
            assert lib.allclose(node.arrived[0], node.leaf.grad)


def test_gradients_of_several_outputs_and_custom_functions():
    class Double(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return 2 * x

        @staticmethod
        def backward(ctx, upstream):
            return 2 * upstream

    x = torch.tensor([1.0, 2.0, 3.0, 4.0], requires_grad=True)
    _, right = (x * x).split(2)  # the other part is used by nobody
    out = (Double.apply(right) * torch.tensor([1.0, 10.0])).sum()
    graph = traced(out, x=x)
    out.backward()
    leaf = next(node for node in graph.nodes if node.leaf is x)
    assert torch.equal(leaf.arrived[0], x.grad)
    assert "DoubleBackward" in wording.listing(graph)


def test_a_vector_needs_weights(lib):
    x = lib.ones(3, requires_grad=True)
    z = x**2 + 5 * x
    unweighted = traced(z, x=x)
    assert "shape (3,): pass gradient=" in unweighted.note and "gradient 7" not in wording.listing(unweighted)
    weighted = traced(z, lib.tensor([1.0, 1.0, 1.0]), x=x)
    assert "leaf, gradient [7.0, 7.0, 7.0], .grad None" in wording.listing(weighted)
    with pytest.raises(ValueError, match=r"shape \(2,\), but the output has \(3,\)"):
        traced(z, lib.ones(2), x=x)


def test_after_backward_the_picture_says_why_it_knows_less(lib):
    f, x, y = walked(lib)
    f.backward()
    graph = traced(f, x=x, y=y)
    text = wording.listing(graph)
    assert "x = 2.0, leaf, .grad -12.0" in text and "gradient -" not in text
    assert "freed what the operations had saved" in text
    assert not any(step.backward for step in wording.steps(graph))


def test_constants_have_no_place(lib):
    x, m = lib.ones(2, requires_grad=True), lib.ones(2)
    assert "m did not ask for gradients" in wording.listing(traced((x * m).sum(), x=x, m=m))
    nothing = trace(m * 2, {"m": m})
    assert "There is no graph" in wording.listing(nothing)


def test_a_leaf_alone(lib):
    x = lib.tensor(3.0, requires_grad=True)
    assert wording.listing(traced(x, x=x)) == "x = 3.0\nx = 3.0, leaf, gradient 1.0, .grad None"
    html(traced(x, x=x))


def test_unnamed_leaves_are_numbered(lib):
    f, *_ = walked(lib)
    text = wording.listing(traced(f))
    assert "leaf 1 = 2.0" in text and "leaf 2 = -4.0" in text


def test_shared_results_are_one_node(lib):
    x = lib.tensor(1.5, requires_grad=True)
    y = x
    for _ in range(20):
        y = y + y
    graph = traced(y, x=x)
    assert len(graph.nodes) == 21
    assert graph.nodes[0].arrived[0].item() == 2.0**20


def test_a_large_graph_shows_its_top_and_says_so(lib):
    x = lib.tensor(1.0, requires_grad=True)
    y = x
    for _ in range(5000):
        y = y * 1.0
    graph = traced(y, x=x, limit=60)
    assert sum(not node.hidden for node in graph.nodes) == 60
    assert graph.left_out == 5001 - 60
    assert "4941 more nodes" in wording.listing(graph) and "4941 more nodes" in html(graph)


def test_what_is_used_outside_the_shown_part_gets_no_gradient_that_would_be_wrong(lib):
    w, b = lib.tensor(1.1, requires_grad=True), lib.tensor(0.2, requires_grad=True)
    y = first = w * 2
    for _ in range(30):
        y = lib.tanh(y * w) + first
    out = y * b
    graph = traced(out, w=w, b=b, limit=20)
    out.backward()
    arrived = {node.label: node.arrived for node in graph.nodes if node.leaf is not None}
    assert arrived["w"] == {} and arrived["b"][0].item() == b.grad.item()
    assert sum(edge.gradient is not None for edge in graph.edges) > 10
    assert "w = 1.1, leaf, .grad" in wording.listing(graph)


# --- expressions
def test_an_expression_shows_every_value(lib):
    _, x, y = walked(lib)
    found = evaluate("(x + y) ** 2 + 2 * x * y", {"x": x, "y": y})
    assert found.name is None and found.used == {"x", "y"}
    assert [tensor.item() for tensor in found.made] == [-2.0, 4.0, 4.0, -16.0, -12.0]
    graph = traced(found.result, others=found.made, x=x, y=y)
    assert all(graph.value(edge) is not None for edge in graph.edges)
    assert "MulBackward0, value -16.0, gradient 1.0" in wording.listing(graph)


def test_an_expression_may_use_and_give_names(lib, capsys):
    def halved(tensor):
        return tensor / 2

    x = lib.tensor(2.0, requires_grad=True)
    m = lib.tensor(3.0)
    show_graph("loss = halved(lib.sigmoid(x)) * m")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "loss = 1.3212" and lines[-1].startswith("m did not ask")
    assert any("SigmoidBackward0, value 0.880797, gradient 1.5" in line for line in lines)
    assert halved(x).grad_fn is not None and m.grad_fn is None


def test_an_expression_names_only_what_it_uses(lib, capsys):
    x = lib.tensor(0.0, requires_grad=True)
    s = lib.tensor(1.0)  # a letter of the expression, and no part of it
    show_graph("lib.sigmoid(x)")
    assert "SigmoidBackward0" in (text := capsys.readouterr().out)
    assert "did not ask" not in text and s is not x


def test_expressions_fail_as_python_does():
    with pytest.raises(NameError, match="'q' is not defined"):
        show_graph("q + 1")
    with pytest.raises(SyntaxError):
        show_graph("1 +")
    with pytest.raises(SyntaxError, match="one expression is wanted"):
        show_graph("a = 1; b = 2")
    with pytest.raises(TypeError, match="gives float, not a tensor"):
        show_graph("1.0 + 2.0")


# --- show_graph
def test_names_come_from_the_callers_variables(lib, capsys):
    f, x, y = walked(lib)
    show_graph(f)
    assert capsys.readouterr().out.rstrip() == LISTING.replace("output", "f", 1)
    assert x.grad is None and y.grad is None


def test_show_graph_wants_a_tensor():
    with pytest.raises(TypeError, match="wants a tensor, or the text of an expression, not float"):
        show_graph(3.0)
    with pytest.raises(TypeError, match="x should be a tensor, not float"):
        show_graph(torch.ones((), requires_grad=True) * 2, x=3.0)


# --- the figure
class Outline(HTMLParser):
    """What is in the HTML: tags that are open and closed rightly, ids, texts of the picture."""

    VOID = ("path", "rect")

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.attributes, self.texts = [], [], [], []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)
        self.tags.append(tag)
        self.attributes += attrs

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "text":
            self.texts.append(data)


def figure(lib):
    f, x, y = walked(lib)
    return html(traced(f, x=x, y=y))


def test_the_figure_is_complete_without_its_script(lib):
    outline = Outline(figure(lib))
    for text in ("x = 2.0", ".grad += -12.0", "-8.0", "-12.0", "PowBackward0"):
        assert text in outline.texts
    assert outline.tags.count("script") == 1
    hidden = list(re.findall(r"<(\w+)[^>]* hidden", figure(lib)))
    assert hidden == ["div", "p"]  # the buttons and their line, useless without the script


def test_the_figure_has_no_ids_and_is_the_same_every_time():
    first, second = figure(torch), figure(torch)
    assert first == second == figure(torchlet)
    assert not re.search(r'\sid="', first)
    assert "0x" not in first


def test_every_step_of_the_picture_is_a_step_of_the_walk():
    f, x, y = walked(torch)
    graph = traced(f, x=x, y=y)
    count = len(wording.steps(graph))
    outline = Outline(html(graph))
    used = {int(step) for name, value in outline.attributes if name == "data-now" for step in value.split()}
    assert used == set(range(count))


def test_names_are_text_in_the_figure():
    x = torch.tensor(2.0, requires_grad=True)
    text = html(traced(x * 2, **{"<script>alert(1)</script>": x}))
    assert "<script>alert" not in text


def test_without_pygraphviz_the_text_stands_in(monkeypatch):
    monkeypatch.setitem(sys.modules, "pygraphviz", None)
    assert not layout.available()
    text = figure(torch)
    assert "<svg" not in text and "PowBackward0, gradient 1.0" in text and "<details open>" in text
