"""Lesson 06: each number of the curriculum comes out of the lesson's own cells, on both libraries."""

import re

import pytest

from tests.lessons.every_lesson import EveryLesson
from tests.lessons.machinery import LIBRARIES, Lesson, on

# Run after the lesson: what the task descriptions promise of the reference answers.
PROMISES = {
    "gradient_at(polynomial, torch.tensor(2.0))": "tensor(93.)",
    "f = lambda x: x[0] ** 2 + 3 * x[1]\n"
    "directional_derivative(f, torch.tensor([1.0, 2.0]), torch.tensor([2.0, 1.0]))": "tensor(7.)",
    "jacobian_by_rows(three_results, torch.tensor([2.0, 3.0]))": (
        "tensor([[3., 2.],\n        [1., 1.],\n        [0., 6.]])"
    ),
    "x = torch.tensor(2.0, requires_grad=True); sorted(graph_names(x * x + 3))": (
        "['AccumulateGrad', 'AddBackward0', 'MulBackward0']"
    ),
}

LESSON = Lesson("06_autograd", PROMISES)


# ------------------------------------------------------------------------------ the numbers of the curriculum
NUMBERS = {
    "y = 2 * x**4 + x**3 + 3 * x**2 + 5 * x + 1\nprint(x)": ["tensor(63., grad_fn=<AddBackward0>)"],
    'print("result:", result)': ["result: None", "x.grad: tensor(93.)"],
    "central difference:": [
        "autograd:           93.0",
        "formula:            93.0",
        "central difference: 93.0",
    ],
    "for point in (0.0, 1.0, 2.0)": ["y = 1.0   y' = 5.0", "y = 12.0   y' = 22.0", "y = 63.0   y' = 93.0"],
    'show_graph("f = (x + y) ** 2 + 2 * x * y")': [
        "AddBackward0, value -2.0, gradient -4.0",
        "x = 2.0, leaf, gradient -12.0",
        "y = -4.0, leaf, gradient 0.0",
    ],
    "out = z.mean()": [
        "tensor([[ 5.,  8., 11.],\n        [11.,  8.,  5.]]",
        "tensor([[ 50., 128., 242.],\n        [242., 128.,  50.]]",
        "tensor(140., grad_fn=<MeanBackward0>)",
    ],
    "out.backward()": [
        "autograd:\ntensor([[10., 16., 22.],\n        [22., 16., 10.]])",
        "by hand:\ntensor([[10., 16., 22.],\n        [22., 16., 10.]])",
    ],
    "y = v @ m @ p": ["tensor([[-7.]], grad_fn=<MmBackward0>)"],
    'print("m.grad:", m.grad)': [
        "v.grad:\ntensor([[ 1., -4.,  0.]])",
        "p.grad:\ntensor([[  3.],\n        [  9.],\n        [-10.]])",
        "m.grad: None",
    ],
    "z.backward(gradient=torch.ones(3))": ["tensor([7., 7., 7.])"],
    "    L.backward()": ["RuntimeError: grad can be implicitly created only for scalar outputs"],
    "L.sum().backward()": ["tensor([[-1., -1., -1.],\n        [-1., -1., -1.],\n        [-1., -1., -1.]])"],
    'print(f"loss = {loss.item():.4f}")': ["loss = 0.0590"],
    'print(f"w1.grad = {w1.grad.item():.4f}")': ["w1.grad = -0.0893", "w0.grad = -0.0893", "s.grad = None"],
    'show_graph("loss = (torch.sigmoid(x * w1 + w0) - x) ** 2")': [
        "value 0.757128, gradient -0.485743",
        "-0.0893209",
    ],
    "f = w1 * x + w2 * y + w3": [
        "data:       None None",
        "parameters: tensor(1.) tensor(2.) tensor(1.)",
    ],
}

# ------------------------------------------------------------------------------ its misconceptions
MISCONCEPTIONS = {
    "x = torch.tensor(2, requires_grad=True)": [
        "RuntimeError: Only Tensors of floating point",
        "can require gradients",
    ],
    "print(type(z.grad_fn).__name__)": ["MulBackward0"],
    "print_graph(z.grad_fn)": [
        "MulBackward0\n    PowBackward0\n        AddBackward0\n            AccumulateGrad\n"
    ],
    "in z.grad_fn.next_functions:": ["PowBackward0\nNone\n"],
    'print("c:", c.requires_grad)': ["b: False", "c: True", "b * b: False"],
    "    (b * b).backward()": ["element 0 of tensors does not require grad and does not have a grad_fn"],
    'print("warning:"': [
        "warning: The .grad attribute of a Tensor that is not a leaf Tensor is being accessed\n"
    ],
    "s.retain_grad()": ["upstream × local: -0.0893"],
    "small = torch.ones(3, requires_grad=True) * 0.1": ["small    is_leaf: False  requires_grad: True"],
    "fresh = product.detach()": ["small is a leaf: True", "fresh is a leaf: True"],
    "unused = torch": [
        "1. backward() has not run yet:       None",
        "depend on it: None",
        "not a leaf:                 None",
    ],
    "weights = torch": [
        "with gradient=:         tensor([  7.,  70., 700.])",
        "with a weighted sum:    tensor([  7.,  70., 700.])",
    ],
    "gradient=torch.tensor([1.0, 10.0]))": [
        "Mismatch in shape: grad_output[0]",
        "x.grad: tensor([ 13., 612.])",
    ],
    'print("v @ J:': ["weighted rows: tensor([ 13., 612.])", "v @ J:         tensor([ 13., 612.])"],
    'print("first row of J:"': ["first row of J: tensor([3., 2.])"],
}


@pytest.mark.slow
def test_both_libraries_side_by_side(run):
    rows = run["libraries = [torchlet]"].splitlines()
    assert [row.split(maxsplit=1)[0] for row in rows] == ["torchlet", "torch"]
    assert len({row.split(maxsplit=1)[1] for row in rows}) == 1


# ------------------------------------------------------------------------------ predictions
# The right option of each, and what the cell below it prints.
PREDICTED = [
    ("int64", "torch.int64\ntorch.float32"),
    ("−12", "-4.0 + -8.0 = -12.0"),
    ("None", "result: None\nx.grad: tensor(93.)"),
    ("It raises a RuntimeError", "RuntimeError: Only Tensors of floating point"),
    ("MulBackward0", "MulBackward0"),
    ("None", "m.grad: None"),
    ("only c", "b: False\nc: True"),
    ("None", "s.grad = None"),
    ("It raises a RuntimeError", "RuntimeError: grad can be implicitly created only for scalar outputs"),
    ("7, 70, 700", "tensor([  7.,  70., 700.])"),
    ("three, like y", "x.grad: tensor([ 13., 612.])"),
]


class TestLesson(EveryLesson):
    lesson = LESSON
    printed = NUMBERS | MISCONCEPTIONS
    predicted = PREDICTED
    points, tasks = 12, 5


# ------------------------------------------------------------------------------ the example with gaps
def filled(library: str, body: str) -> str:
    return LESSON.faded(library, "def gradient_by_hand", body)


@pytest.mark.parametrize("library", LIBRARIES)
def test_empty_gaps_do_not_stop_the_notebook(library):
    assert "still empty" in filled(library, "raise NotImplementedError()")
    assert "agree: tensor([ 1.5000, 13.5000, 37.5000,  1.5000])" in filled(
        library, "return out_by_s * 3 * r**2 * 2"
    )


@pytest.mark.parametrize(
    ("formula", "cause"),
    [
        ("out_by_s * 3 * r**2", "The factor from r = 2t + 1"),
        ("out_by_s * r**2 * 2", "The 3 in front of r²"),
        ("3 * r**2 * 2", "The 1/4 of the mean"),
        ("out_by_s + 3 * r**2 + 2", "are added"),
        ("out_by_s * 3 * t**2 * 2", "taken at t"),
        ("out_by_s * 3 * r * 2", "This is 3r in place of 3r²"),
        ("out_by_s * 2 * r**2 * 2", "This is 2r² in place of 3r²"),
        ("None", "`return` is missing"),
    ],
)
@pytest.mark.parametrize("library", LIBRARIES)
def test_wrong_gaps_are_explained(library, formula, cause):
    with pytest.raises(AssertionError, match=re.escape(cause)):
        filled(library, f"return {formula}")


# ------------------------------------------------------------------------------ homework
@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.filterwarnings("ignore:The .grad attribute")
def test_the_quiz_tells_the_truth_about_its_program(library):
    text = next(cell.source for cell in LESSON.cells if "Read this program" in cell.source)
    variables: dict = {}
    exec(on(library, "import torchlet as torch \n"), variables)
    program = re.search(r"```python\n(.*?)```", text, re.S)[1]
    exec(program, variables)
    checks = LESSON.graded()
    exec(checks["quiz"], variables)
    answers = variables["quiz"]()
    for name, pair in answers.items():
        assert pair == (variables[name].is_leaf, variables[name].grad is not None), name
    assert program in checks["quiz_check"]
    told = re.findall(r'"(\w+)",\s*\((True|False), (True|False)\)', checks["quiz_hidden"])
    assert [name for name, *_ in told] == ["d", "g", "k", "loss"]
    assert all(str(answers[name]) == f"({leaf}, {grad})" for name, leaf, grad in told)
