"""Lesson 08: each number of the curriculum comes out of the lesson's own cells. Tapes are torchlet's on both libraries."""

import re

import pytest

import torchlet
from tests.lessons.every_lesson import EveryLesson
from tests.lessons.machinery import LIBRARIES, Lesson

# Run after the lesson: what the task descriptions promise of the reference answers.
PROMISES = {
    "with MiniTape() as tape:\n"
    '    tape.watch("x")\n'
    '    tape.record("a", [("x", 1.0), ("b", 1.0)])\n'
    '    tape.record("s", [("a", -1.0)])\n'
    'tape.gradient("s", "x")': "-1.0",
    "tape_gradient(lambda x, b: x * b, [tensor(-2.0), tensor(1.5)])": "[tensor(1.5000), tensor(-2.)]",
    "second_derivative(lambda t: t**3, tensor([1.0, 2.0]))": "tensor([ 6., 12.])",
}

LESSON = Lesson("08_tapes", PROMISES)

# ------------------------------------------------------------------------------ the numbers of the curriculum
NUMBERS = {
    "x = Variable(-2.0)\nwith GradientTape() as tape:  # press record": [
        "y:     4.0",
        "slope: tensor(-4.)",
    ],
    'print("x.grad:", x.grad)': [
        "x.grad: None",
        "attempt 1  answer: tensor(-4.)\nattempt 2  answer: tensor(-4.)",
    ],
    "central difference:": ["tape:               -4.0\ncentral difference: -4.0"],
    "y = x @ w + b\n    loss = (y**2).mean()": ["y:    [[1.75, 2.0]]", "loss: 3.5312"],
    'tape.gradient(loss, {"w": w, "b": b})': [
        "tensor([[-3.5000, -4.0000],\n        [ 1.7500,  2.0000],\n        [ 5.2500,  6.0000]])",
        "b: tensor([1.7500, 2.0000])",
    ],
    "b = Variable(1.5)\nwith GradientTape() as tape:": ["[tensor(2.), tensor(-5.)]"],
    'rows.append(("p"': ["('p', [('x', 3.0), ('b', -4.0)])", "f = -5.75"],
    'gradient = {"f": 1.0}': ["x: 2.0   b: -5.0"],
    'show_tape("a = x + b; f = a ** 2 + 2 * x * b")': [
        "back 4: Row 4, t3 = t2 * b. Upstream × local derivative: 1.0 · 1.5 = 1.5 for t2; 1.0 · (-4.0) = -4.0 for b.",
        "(accumulate: (-4.0) + (-1.0) = -5.0)",
        "Gradient for x: 2.0, b: -5.0.",
    ],
    'show_tape("u = x * b; v = u - b; g = u * v")': ["Gradient for x: -11.25, b: 18.0."],
    "b = tensor(1.5)\nwith": ["[tensor(2.), None]"],
    'show_tape("c = b * 2; f = x * x * c")': [
        "The tape knows nothing in it, so nothing is written down.",
        "Gradient for b: None, x: -12.0.",
    ],
    "tape.watch(b)  # from now on": ["[tensor(2.), tensor(-5.)]"],
    "b = Variable(1.5, trainable=False)\nwith": ["[tensor(2.), None]"],
    "b = Variable(1.5) + 1\nprint": ["Tensor tensor(2.5000)\n[tensor(6.), None]"],
    "watch_accessed_variables=False) as tape:\n    tape.watch(x)\n    f =": ["[tensor(2.), None]"],
    'print("df/dy:"': ["df/dy: tensor(-8.)\ndf/dx: tensor(-16.)\ndy/dx: tensor(2.)"],
    "y = tensor([2.0, 3.0]) * x**2\nprint(tape.gradient(y, x))": ["tensor(30.)"],
    "y = (tensor([2.0, 3.0]) * x**2).sum()": ["tensor([ 4., 12.])"],
    "velocity = inner.gradient(s, t)  # still inside": ["height 20.1  velocity 10.2  acceleration -9.8"],
    "as third:": ["1.0 4.0 12.0 24.0"],
}

# ------------------------------------------------------------------------------ its misconceptions
MISCONCEPTIONS = {
    "tape.watch(b)  # too late": ["[tensor(2.), None]"],
    "x = x + 1  # the name": ["step 0 Variable tensor(4.)\nstep 1 Tensor None"],
    "x.assign_add(1.0)": ["step 0 Variable tensor(4.)\nstep 1 Variable tensor(6.)"],
    "weight.assign_sub": ["weight: 3.0"],
    'print("1. never': [
        "1. never watched:                        None\n",
        "trainable:     None\n",
        "but a result:   None\n",
        "depend on it:     None\n",
        "5. not computed while it was recording:  [None, None, None]\n",
        "left the library:        None\n",
        "7. whole numbers:                        None\n",
        "x itself:     tensor(16.8750)\n",
    ],
    "y = x * x.item()": ["answer: tensor(-2.)   and x² has the slope -4.0"],
    'unconnected_gradients="zero"))': ["[tensor(-4.), tensor(0.)]"],
    'print("dx/dy:"': ["dx/dy: None\ndy/df: None"],
    'print("second:"': [
        "first:  tensor(6.)\nRuntimeError: A non-persistent GradientTape can only be used to compute one set"
    ],
    "one question, two sources": ["[tensor(2.), tensor(3.)]", "tensor(2.) tensor(8.)\nagain:       tensor(8.)"],
    "list_tape = ListTape()": ["rows: 1000\nlast row: 9.0 [3.0, 3.0]"],
    "output_gradients=tensor([1.0, 0.0])": ["tensor(12.)", "tensor(192.)", "tensor([12., 18.])"],
    "acceleration\", outer": ["velocity 10.2  acceleration None"],
    "del outer": ["slope: 3.0\nsecond derivative: None\nsecond derivative: tensor(0.)"],
    "Number(-2.0, tape)": ["f = -5.75   gradients: [2.0, -5.0, None]"],
}  # fmt: skip


@pytest.mark.slow
def test_both_libraries_stand_beside_the_tape(run):
    rows = run["def f_of(x, b)"].splitlines()
    assert rows == [
        "tape     [2.0, -5.0]",
        "torchlet [2.0, -5.0, None]   x.grad: None",
        "torch    [2.0, -5.0, None]   x.grad: None",
    ]
    rows = run["create_graph=True"].splitlines()
    assert [row.split(maxsplit=1)[1] for row in rows] == ["velocity 10.2  acceleration -9.8"] * 2


# ------------------------------------------------------------------------------ predictions
# The right option of each, and what the cell below it prints.
PREDICTED = [
    ("12", "tensor(12.)"),
    ("It raises a RuntimeError", "RuntimeError: grad can be implicitly created only for scalar outputs"),
    ("None", "x.grad: None"),
    ("the same numbers as y", "b: tensor([1.7500, 2.0000])"),
    ("2 and None", "[tensor(2.), None]"),
    ("6 and None", "[tensor(6.), None]"),
    ("2 and None", "[tensor(2.), None]"),
    ("−8", "df/dy: tensor(-8.)"),
    ("It raises a RuntimeError", "RuntimeError: A non-persistent GradientTape"),
    ("1000", "rows: 1000"),
    ("30", "tensor(30.)"),
    ("None", "acceleration None"),
]


class TestLesson(EveryLesson):
    lesson = LESSON
    printed = NUMBERS | MISCONCEPTIONS
    predicted = PREDICTED
    points, tasks = 10, 4


# ------------------------------------------------------------------------------ the example with gaps
def filled(library: str, body: str) -> str:
    return LESSON.faded(library, "def play_back_by_hand", body, needs=("from labkit import expect, predict",))


@pytest.mark.parametrize("library", LIBRARIES)
def test_empty_gaps_do_not_stop_the_notebook(library):
    assert "still empty" in filled(library, "raise NotImplementedError()")
    assert "agree: [24.0, 36.0]" in filled(library, "return to_d * b, -to_d + to_d * x")


@pytest.mark.parametrize(
    ("formula", "cause"),
    [
        ("b, -to_d + to_d * x", "the local derivative alone"),
        ("to_d * x, -to_d + to_d * x", "for x is b, not x"),
        ("to_d * b, to_d * x", "replaced by that of row m"),
        ("to_d * b, -to_d", "Only row d arrived"),
        ("to_d * b, to_d + to_d * x", "for b is −1"),
        ("to_d * b, -to_d + to_d * b", "for b is x"),
        ("to_d * b", "two numbers"),
    ],
)
def test_wrong_gaps_are_explained(formula, cause):
    with pytest.raises(AssertionError, match=re.escape(cause)):
        filled("torchlet", f"return {formula}")


# ------------------------------------------------------------------------------ homework
def test_the_table_of_nones_tells_the_truth_about_its_program():
    text = next(cell.source for cell in LESSON.cells if "Read this program" in cell.source)
    program = re.search(r"```python\n(.*?)```", text, re.S)[1]
    variables = {name: getattr(torchlet, name) for name in ("GradientTape", "Variable", "tensor")}
    exec(program, variables)
    checks = LESSON.graded()
    exec(checks["predict_none"], variables)
    answers = variables["predict_none"]()
    tape = variables["tape"]
    for name, answer in answers.items():
        target, source = (
            (variables["z"], variables["x"]) if name == "z" else (variables["y"], variables[name])
        )
        assert (tape.gradient(target, source) is None) is answer, name
    assert program in checks["predict_none_check"]
    told = re.findall(r'\("(\w+)", (True|False), "', checks["predict_none_hidden"])
    shown = re.findall(r'^    "(\w+)": "', checks["predict_none_check"], re.M)
    assert sorted([name for name, _ in told] + shown) == sorted(answers)
    assert all(str(answers[name]) == truth for name, truth in told)
