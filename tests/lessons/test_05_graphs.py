"""Lesson 05: each number of the curriculum comes out of the lesson's own cells, on both libraries."""

import ast
import re

import pytest

from tests.lessons.every_lesson import EveryLesson
from tests.lessons.machinery import LIBRARIES, Lesson

# Run after the lesson: what the task descriptions promise of the reference answers.
PROMISES = {
    'walk_table(2.0, -4.0)["f by x"]': "-12.0",
    "list(walk_table().values())": "[2.0, -6.0, -2.0, 4.0, 1.0, 1.0, 1.0, -2.0, 6.0, 2.0, 10.0]",
    "product_of_two = Value(3.0) * Value(-2.0); (product_of_two.data, product_of_two.pullback(1.0))": (
        "(-6.0, (-2.0, 3.0))"
    ),
    "((Value(3.0) ** 2).pullback(1.0), Value(0.0).tanh().pullback(1.0))": "((6.0,), (1.0,))",
    "one = Value(1.0); two = one + one; topological_order(two) == [one, two]": "True",
    "two.backward(); one.grad": "2.0",
}

LESSON = Lesson("05_graphs", PROMISES)

# ------------------------------------------------------------------------------ the numbers of the curriculum
NUMBERS = {
    "parents = {": ["nodes: 5\nedges: 6"],
    'graph_stepper("f = (x + y) ** 2 + 2 * x * y", x=2, y=-4)': [
        "f = -12.0",
        "AddBackward0, value -2.0, gradient -4.0",
        "value -16.0, gradient 1.0",
        "x = 2.0, leaf, gradient -12.0",
        "y = -4.0, leaf, gradient 0.0",
    ],
    "f = a**2 + b\nprint": ["a = -2.0   b = -16.0   f = -12.0"],
    "f_by_a = 2 * a": [
        "f by a: -4.0   f by b: 1.0",
        "a by x: 1.0   a by y: 1.0",
        "b by x: -8.0   b by y: 4.0",
    ],
    "from_a_to_x = f_by_a * a_by_x": ["a hands -4.0 to x and -4.0 to y", "b hands -8.0 to x and 4.0 to y"],
    'gradient["x"] += from_a_to_x': ["by hand:  {'x': -12.0, 'y': 0.0}", "autograd: {'x': -12.0, 'y': 0.0}"],
    "def walk_back": ["{'x': -12.0, 'y': 0.0, 'a': -4.0, 'b': 1.0, 'f': 1.0}"],
    "s_by_d = 1.0 * (-1 / d**2)": [
        "u = 1.1370  n = -1.1370  e = 0.3208  d = 1.3208  s = 0.7571",
        "d: -0.5732  e: -0.5732  n: -0.1839  u: 0.1839",
        "x: 0.0767  w1: 0.1839  w0: 0.1839",
    ],
    "one node, s(1 − s)": [
        "four nodes:         0.1839\none node, s(1 − s): 0.1839",
        "autograd:  x: 0.0767  w1: 0.1839  w0: 0.1839",
    ],
    'graph_stepper("s = (1 + exp(-(x * w1 + w0))) ** -1", x=1, w1=0.417, w0=0.72)': [
        "s = 0.757128",
        "AddBackward0, value 1.32078, gradient -0.573243",
        "w1 = 0.417, leaf, gradient 0.183885",
        "x = 1.0, leaf, gradient 0.07668",
    ],
    "numbers = [Counted(number)": ["f = 210.0  operations: 3"],
    "def finite_differences": ["[105.0, 70.0, 42.0, 30.0]\noperations: 27"],
    "def forward_mode": ["[105.0, 70.0, 42.0, 30.0]\noperations: 48"],
    "def reverse_mode": ["[105.0, 70.0, 42.0, 30.0]"],
    "def powers_forward": [
        "[1.0, 4.0, 12.0, 32.0, 80.0]\n[1.0, 4.0, 12.0, 32.0, 80.0]",
        "m = 100  forward:    396  reverse: 15,049",
    ],
    "print(w, w.inputs)": ["fed with 2 and 5:  14.0\nfed with 10 and 1: 110.0"],
    "choose = Symbol": ["u = 3:  9.0\nu = -3: 3.0"],
    "def merged": ["as written: 49.0 with 3 operations\nmerged:     49.0 with 2 operations"],
    "for start in (2.0, 3.0, 10.0)": [
        "y = 128.0  multiplications: 6  gradient: 448.0",
        "y = 243.0  multiplications: 4  gradient: 405.0",
        "y = 100.0  multiplications: 1  gradient: 20.0",
    ],
    "show_graph(t)": ["x = 1.0, leaf, gradient 2.0", "y = -1.0, leaf, gradient 1.0"],
    "visits = 0\npush(t, 1.0)": ["x: Value(1, grad=2)  y: Value(-1, grad=1)"],
    "f.backward()\n    print": [
        "f: Value(-12, grad=1)  x: Value(2, grad=-12)  y: Value(-4, grad=0)",
        "×, value -16.0",
    ],
    "Value.__truediv__": [
        "your engine:  loss = 0.0590  w1: -0.0893  w0: -0.0893",
        "autograd:     loss = 0.0590  w1: -0.0893  w0: -0.0893",
    ],
    "leaves = [Value(Counted(1.01))": [
        "n =   10  f:    9 operations  backward:    36",
        "n =  100  f:   99 operations  backward:   396",
        "n = 1000  f:  999 operations  backward:  3996",
    ],
}

# ------------------------------------------------------------------------------ its misconceptions
MISCONCEPTIONS = {
    "gradient = {}": [
        "classmate:          {'x': -8.0, 'y': 4.0}",  # what replacing gives, and the judge
        "central difference: {'x': -12.0, 'y': 0.0}",
    ],
    'show_graph("p = x * x")': ["x = 3.0, leaf, gradient 6.0"],
    "formulas = {": ["x, a, y, b, f  KeyError: 'y' has no number yet"],
    "CycleError, TopologicalSorter": [
        "an order: x, y, a, b, f",
        "CycleError: chicken needs egg needs chicken",
    ],
    "session.run(w, {u: 2.0})": ["LookupError: the placeholder v was not fed"],
    "    if u > 0:": ["TypeError: Symbol(>) has no number yet, so it is neither true nor false"],
    "co_freevars": ["+  : ()\nexp: ('out',)"],
    "visits = 0\npush(y, 1.0)": ["visits: 131,071  gradient of x: 65536.0", "2,305,843,009,213,693,951"],
    "def order_by_recursion": ["nodes: 17"],
    "for _ in range(100_000):\n    y = y + 0.5": ["RecursionError"],
}


@pytest.mark.slow
def test_two_additions_and_one(run):
    assert run['show_graph("p = (x + y) * (x + y)")'].count("AddBackward0, value -2.0") == 2
    assert run['show_graph("p = a * a"'].count("AddBackward0") == 1


@pytest.mark.slow
def test_what_the_three_ways_cost(run):
    """Reverse mode costs three times f for any n, the others about n and 4n times f; and the slopes agree."""
    rows = {line[:20].strip(): line[20:].replace(",", "").split() for line in run["sizes = [4"].splitlines()}
    sizes, f, differences, forward, reverse = ([int(n) for n in rows[name]] for name in (
        "n inputs", "f", "finite differences", "forward mode", "reverse mode"))  # fmt: skip
    assert sizes == [4, 10, 100, 200]
    assert f == [n - 1 for n in sizes]
    assert reverse == [3 * (n - 1) for n in sizes]
    assert differences == [(n + 1) * (n - 1) + 3 * n for n in sizes]
    assert forward == [4 * n * (n - 1) for n in sizes]


@pytest.mark.slow
def test_both_libraries_side_by_side(run):
    rows = run["libraries = [torchlet]"].splitlines()
    assert [row.split(maxsplit=1)[0] for row in rows] == ["torchlet", "torch"]
    assert {row.split(maxsplit=1)[1] for row in rows} == {
        "MulBackward0 [-20.0, 10.0] tensor(-12.) tensor(0.)"
    }


@pytest.mark.slow
def test_torchlets_own_rules_are_shown(run):
    lines = run["inspect.getsource(derivatives)"].splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        '"AddBackward0"',
        '"MulBackward0"',
        '"ExpBackward0"',
        '"TanhBackward0"',
    ]
    assert "lambda g, y: g * y" in lines[1] and "lambda g, out: g * out" in lines[2]


# ------------------------------------------------------------------------------ predictions
# The right option of each, and what the cell below it prints.
PREDICTED = [
    ("30", "central difference: 30.0"),
    ("Yes: `t` is another way to look at the memory of `x`", "tensor([[100., 200.],\n        [300., 400.]])"),
    ("x, a, y, b, f", "x, a, y, b, f  KeyError: 'y' has no number yet"),
    ("2: Python executes `x + y` twice", "└─ AddBackward0, value -2.0"),
    ("−12: both together", "central difference: {'x': -12.0, 'y': 0.0}"),
    ("6", "x = 3.0, leaf, gradient 6.0"),
    ("about 300: three times f", "297"),
    ("a Symbol without a number", "Symbol(×) (Symbol(+), Symbol(u))"),
    ("It raises a TypeError", "TypeError: Symbol(>) has no number yet"),
    ("four multiplications, one after the other", "y = 243.0  multiplications: 4"),
    ("`+` keeps nothing, `exp` its output", "+  : ()\nexp: ('out',)"),
    ("131,071", "visits: 131,071"),
]


class TestLesson(EveryLesson):
    lesson = LESSON
    printed = NUMBERS | MISCONCEPTIONS
    predicted = PREDICTED
    points, tasks = 12, 5


# ------------------------------------------------------------------------------ lines to order
def test_the_ordered_lines_are_the_walk():
    """The lines in their order walk back; with any distractor instead of its neighbour they do not."""
    call = ast.parse(LESSON.cell("order_lines(\n")).body[0].value
    _, lines, distractors = (ast.literal_eval(argument) for argument in call.args)
    needs: dict = {}
    exec(LESSON.cell("order = ["), needs)

    def gradient(program: list[str]) -> dict:
        names = dict(needs)
        exec("\n".join(program), names)
        return names["gradient"]

    want = {"x": -12.0, "y": 0.0, "a": -4.0, "b": 1.0, "f": 1.0}
    assert gradient(lines) == want
    assert len(distractors) == 5
    for wrong in distractors:
        place = max(range(len(lines)), key=lambda i: common(lines[i], wrong))
        assert gradient([*lines[:place], wrong, *lines[place + 1 :]]) != want, wrong


def common(line: str, other: str) -> int:
    """How alike two lines are: their indentation counts, then their words."""
    if len(line) - len(line.lstrip()) != len(other) - len(other.lstrip()):
        return -1
    return len(set(re.findall(r"\w+", line)) & set(re.findall(r"\w+", other)))


# ------------------------------------------------------------------------------ the example with gaps
def faded(library: str, body: str) -> str:
    return LESSON.faded(library, "def gradients_by_hand", body)


@pytest.mark.parametrize("library", LIBRARIES)
def test_empty_gaps_do_not_stop_the_notebook(library):
    assert "still empty" in faded(library, "raise NotImplementedError()")
    assert "agree: (216.0, 108.0)" in faded(library, "return g_by_q * y + g_by_q, g_by_q * x")


@pytest.mark.parametrize(
    ("formula", "cause"),
    [
        ("g_by_q * y, g_by_q * x", "Only the branch through p arrives at x."),
        ("g_by_q, g_by_q * x", "Only the branch of the addition arrives at x."),
        ("y + 1.0, x", "The upstream gradient 2q is missing"),
        ("g_by_q * x + g_by_q, g_by_q * y", "The factors are exchanged"),
        ("g_by_q * y * g_by_q, g_by_q * x", "The branches are multiplied"),
        ("None", "None came back"),
    ],
)
def test_wrong_gaps_are_explained(formula, cause):
    with pytest.raises(AssertionError, match=re.escape(cause)):
        faded("torchlet", f"return {formula}")


# ------------------------------------------------------------------------------ homework
def test_the_engine_has_about_sixty_lines():
    """The class of section 6 and the answers of tasks 2 to 5, without docstrings, comments and empty lines."""
    cells = [LESSON.cell("class Value:"), *(LESSON.graded()[name] for name in (
        "multiply", "power_and_tanh", "topological_order", "backward"))]  # fmt: skip
    source = "\n".join(cells).partition("x, y = Value(1.0), Value(-1.0)\nt = ")
    rest = source[2].partition("\n\n")[2] if source[1] else ""
    code = [line for line in ast.unparse(ast.parse(source[0] + rest)).splitlines() if line.strip()]
    code = [line for line in code if not line.strip().startswith('"""')]
    assert 50 <= len(code) <= 65


def test_the_written_answer_counts_right():
    """3 inputs and 20,000 outputs: as many runs forward as inputs, as many walks back as outputs."""
    text = LESSON.graded()["forward_or_reverse"]
    assert "forward mode needs 3 runs, reverse mode would need 20,000 walks" in text
    assert "4 runs for Ada and 20,001 for Ben" in text
