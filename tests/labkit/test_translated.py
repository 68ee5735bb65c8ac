"""No text goes past the translation function: neither in a figure that is shown, nor in the code that may show it."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import labkit
import torchlet as torch
from labkit import translate
from torchlet import Variable

ROOT = Path(labkit.__file__).parent
WORD = re.compile(r"[^\W\d_]{2,}")


class Capitals:
    """A language in which everything is written large, but fields and code."""

    def gettext(self, text):
        pieces = re.split(r"(`[^`]*`|\{[^}]*\})", text)
        return "".join(piece if k % 2 else piece.upper() for k, piece in enumerate(pieces))


@pytest.fixture
def capitals(monkeypatch):
    monkeypatch.setattr(translate, "_catalogue", lambda language: Capitals())
    monkeypatch.setattr(translate, "_templates", lambda language: [])


class Reader(HTMLParser):
    """What people see or hear of a figure, without its code."""

    def __init__(self):
        super().__init__()
        self.hidden, self.texts = 0, []

    def handle_starttag(self, tag, attributes):
        self.hidden += tag in ("style", "script", "code")
        for name, value in attributes:
            if name in ("aria-label", "title", "placeholder") or (name.startswith("data-") and " " in value):
                self.texts.append(value)

    def handle_endtag(self, tag):
        self.hidden -= tag in ("style", "script", "code")

    def handle_data(self, text):
        if not self.hidden:
            self.texts.append(text)


def words(shown):
    """The words of all figures shown that are not written large."""
    reader = Reader()
    texts = []
    for html, text in shown:
        reader.feed(html)
        texts.append(text)
    return {word for text in reader.texts + texts for word in WORD.findall(text) if not word.isupper()}


x, b = Variable(-2.0), Variable(1.5)
p, q = (torch.tensor(number, requires_grad=True) for number in (2.0, 3.0))
m = torch.arange(12).reshape(3, 4)

# {a call: the words of its figure that belong to code, units and formulas}
FIGURES = {
    "dtype_ruler()": "uint int float inf",
    "broadcast_aligner('3, 1', '4')": "",
    "broadcast_aligner('3, 2', '4')": "",
    "broadcast_aligner('many', '3')": "many",
    "broadcast_aligner('3', '1, 1, 1, 1, 1, 1, 1, 1')": "",
    "stride_explorer({'x': m, 'x.T': m.T, 'wide': m[:1].expand(3, 4)})": "wide",
    "launch_timeline()": "synchronize",
    "secant_slider(torch.sin, torch.tensor(1.0))": "",
    "contour_arrow(lambda x, y: x**2 + y**2, [(1.0, 0.0), (1.0, 1.0)])": "",
    "graph_stepper('f = (x + y) ** 2', x=2, y=-4)": "AddBackward PowBackward None grad",
    "show_graph((p * q) ** 2 + p.detach())": "AddBackward MulBackward PowBackward None grad",
    "gradient_thermometer(lambda w: (w - 2) ** 2, torch.tensor(0.0), lr=0.25, steps=3, best=2.0)": "grad",
    "saved_bytes_bar([('exp', torch.exp), ('+ 1', lambda t: t + 1)], torch.ones(1024))": "exp KiB",
    "show_tape('a = x + b; f = a ** 2')": "",
    "gradcheck_microscope(torch.sigmoid, torch.linspace(-4, 4, 9), factors=(1, 2))": "float eps atol",
    "epoch_slider([0.0, 1.0], [1.0, 3.0], lambda x, w: w * x, {'loss': [9.0, 4.0], 'w': [0.0, 1.5]})": "",
    "learning_rate_landscape(lambda p, q: p * p + q * q, {'9': [(4.0, 2.0), (float('inf'), 2.0)]}, names=('a', 'c'), "
    "best=(0.0, 0.0))": "",
    "rule_picture('constant')": "Δf",
    "rule_picture('sum')": "Δu Δv",
    "rule_picture('power')": "x² x³",
    "rule_picture('product')": "Δu Δv",
    "rule_picture('quotient')": "Δq Δv",
    "rule_picture('chain')": "x² Δu Δy",
    "order_lines('A loop', ['for', 'if'], {'while': 'never ends'}, also=[['if', 'for']])": "for if while line",
}  # fmt: skip


@pytest.mark.parametrize("call", FIGURES, ids=lambda call: call.partition("(")[0])
def test_a_figure_shows_nothing_but_translated_texts(capitals, shown, call):
    exec(f"labkit.{call}", globals())
    assert shown and words(shown) == set(FIGURES[call].split())


# What looks like a text in the code and is none: what others say, and a key. (The palette has names of fonts.)
NO_TEXTS = {"second time", "not run"}
SOURCES = sorted(path for path in ROOT.rglob("*.py") if path.name != "palette.py")
SENTENCE = re.compile(r"[^\W\d_]{2,},? [^\W\d_]{2,}")


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_text_in_the_code_goes_past_the_translation(source):
    assert list(untranslated(ast.parse(source.read_text(encoding="utf-8")))) == []


def untranslated(tree):
    """The constants with two words in a row that pass through neither `tr` nor `mark`, and are no part of an error."""
    known = set()
    for node in ast.walk(tree):
        parts = []
        if isinstance(node, ast.Raise | ast.Assert):  # errors of those who call, in English as Python's own
            parts = [node]
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):  # docstrings
            parts = [node.value]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("tr", "mark", "re.compile"):
            parts = node.args[:1]
        elif marked := named(node):
            parts = marked[:1]
        known |= {id(inner) for part in parts for inner in ast.walk(part)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in known:
            text = re.sub(r"<[^>]*>?|^[^<]*>|'[^']*'", " ", node.value)
            if SENTENCE.search(text) and node.value not in NO_TEXTS:
                yield node.value


def named(node):
    """The parts of a misconception: the name by which we speak of it comes first, the sentence for students last."""
    parts = node.args if isinstance(node, ast.Call) else node.elts if isinstance(node, ast.Tuple) else []
    return parts if parts and ast.unparse(parts[-1]).startswith("mark(") else []


def test_a_text_that_goes_past_is_found():
    assert list(untranslated(ast.parse("title = f'<b>Two words</b> {n}'; tr('not these')"))) == [
        "<b>Two words</b> "
    ]
