"""Lesson 07: each number of the curriculum comes out of the lesson's own cells, on both libraries."""

import re

import pytest

from tests.lessons.every_lesson import EveryLesson
from tests.lessons.machinery import LIBRARIES, Lesson

# Run after the lesson: what the task descriptions promise of the reference answers.
PROMISES = {
    "w = torch.tensor(1.0, requires_grad=True)\n"
    "batches = [torch.tensor([1.0, 2.0, 3.0]), torch.tensor([6.0])]\n"
    "print(accumulated_gradient(lambda batch: (w * batch).mean(), batches), w.grad)": "3.0 tensor(3.)\n",
    "w = torch.tensor(1.0, requires_grad=True)\n(w**2).backward()\nsgd_step([w], 0.1)\nprint(w, w.grad)": (
        "tensor(0.8000, requires_grad=True) None\n"
    ),
    'params = {"a": torch.tensor(2.0, requires_grad=True), "b": torch.tensor(3.0, requires_grad=True)}\n'
    'print(frozen_step(params, ["a"], lambda p: p["a"] * p["b"], 0.5), params["b"].item())': "6.0 2.0\n",
    "w = torch.tensor(1.0, requires_grad=True)\n"
    "value, next_value = w * torch.tensor([2.0]), w * torch.tensor([3.0])\n"
    "stop_gradient_loss(value, torch.tensor([1.0]), next_value, 0.5).backward()\nprint(w.grad)": "tensor(-2.)\n",
    "x = torch.ones(1000, requires_grad=True)\n\n"
    "def three_passes():\n"
    "    for _ in range(3):\n"
    "        torch.sigmoid(torch.exp(x)).sum().backward()\n\n"
    "print(peak_saved_bytes(three_passes), saved_bytes(three_passes))": "8000 24000\n",
}

LESSON = Lesson("07_steering", PROMISES)


# ------------------------------------------------------------------------------ the numbers of the curriculum
NUMBERS = {
    "forgotten:": [
        "cleared:   [1.0, 1.5, 1.75, 1.88, 1.94, 1.97, 1.98, 1.99]",
        "forgotten: [1.0, 2.5, 3.75, 4.12, 3.44, 2.03, 0.61, -0.12]",
    ],
    "gradient_thermometer(loss_of": [
        "Step 3. .grad still held −6. This pass adds 1, so .grad is −5. The step takes w from 2.5 to 3.75.",
        "The loop: cleared in each step",
        "The loop: forgot to clear",
    ],
    "three means, added:": [
        "three means, added:   tensor([ -9.5000, -14.5000])",
        "each divided by 3:    tensor([-3.1667, -4.8333])",
        "the big batch:        tensor([-3.1667, -4.8333])",
    ],
    "y.backward(retain_graph=True)\ny.backward()": ["x.grad = tensor(12.)  two passes of 6 each"],
    "    second_loss.backward()": ["RuntimeError: Trying to backward through the graph a second time\n"],
    "state = torch.tanh(w * state)": [
        "step 0  w.grad = 0.6976\nRuntimeError: Trying to backward through the graph a second time\n"
    ],
    "state = torch.tanh(w * state.detach())": [
        "step 0  w.grad = 0.6976",
        "step 1  w.grad = 1.2487",
        "step 2  w.grad = 1.6651",
    ],
    'print("w.grad =", w.grad)': [
        "tensor(0.8000, requires_grad=True)  is_leaf: True\nw.grad = tensor(1.6000)"
    ],
    "def predict_only": [
        "result under no_grad:     tensor(6.)  requires_grad: False",
        "under enable_grad again:  tensor(6., grad_fn=<MulBackward0>)",
        "a new leaf may ask:       tensor(1., requires_grad=True)",
        "from a function:          tensor(6.)",
    ],
    "torch.inference_mode()": ["tensor(6.)  requires_grad: False"],
    "for wall in (True, False)": [
        "with the wall:    loss = 0.25   w.grad = -2.0",
        "without the wall: loss = 0.25   w.grad = -0.5",
    ],
    "torch.round(x).sum().backward()": ["through round():   tensor([0., 0., 0.])"],
    "rounded = x +": [
        "forward:           tensor([-1.,  0.,  1.])",
        "straight through:  tensor([1., 1., 1.])",
    ],
    "a wall behind layer 2": [
        "w2 frozen:             tensor(12.) None tensor(6.)",
        "a wall behind layer 2: None None tensor(6.)",
        "layers 1, 2 no_grad:   None None tensor(6.)",
    ],
    '"x * constant": lambda': [
        "x + 1                 0 bytes",
        "x.sum()               0 bytes",
        "x * constant       4000 bytes",
        "torch.sigmoid(x)   4000 bytes",
        "x * x              8000 bytes",
    ],
    "64, 512, 16, 16": ["recorded:       32768 KiB", "under no_grad:  0 KiB"],
    "class Speaking": [
        "forward\n  kept:   4 numbers\n  kept:   2 numbers\nbackward\n  let go: 2 numbers\n  let go: 4 numbers\nend"
    ],
    "runs of part:": [
        "plain:          12000 bytes",
        "checkpointed:   4000 bytes",
        "runs of part:   2",
        "same gradient:  True",
    ],
    "saved_bytes_bar(operations": [
        "forward: + 1: Forward: + 1 has run. Kept now: 3,072 KiB",
        "forward: tanh: Forward: tanh has run. Kept now: 8,192 KiB. The most so far: 8,192 KiB.",
        "The run: under no_grad",
        "Kept now: 5,120 KiB. The most so far: 5,120 KiB.",
    ],
}

# ------------------------------------------------------------------------------ its misconceptions
MISCONCEPTIONS = {
    'print("x.grad =", x.grad.item())': ["x.grad = 6.0\nx.grad = 12.0\nx.grad = 18.0\n"],
    'print("after zero_():': [
        "after zero_():    kept = tensor(0.)   x.grad = tensor(0.)",
        "after = None:     kept = tensor(6.)   x.grad = None",
    ],
    "y = x * x\ny.backward()\ntry:": [
        "RuntimeError: Trying to backward through the graph a second time",
        "retain_graph=True",
    ],
    "y = x + 1\n": ["x.grad = tensor(2.)"],
    "w = w - 0.1 * w.grad\nprint(w)": ["tensor(0.8000, grad_fn=<SubBackward0>)"],
    "w.is_leaf:": [
        "w.is_leaf: False   w.grad: None",
        "TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'",
    ],
    "small.double()": [
        "converted after asking:  False None",
        "asked after converting:  True tensor(2., dtype=torch.float64)",
    ],
    "try:\n    w -= 0.1 * w.grad": [
        "RuntimeError: a leaf Variable that requires grad is being used in an in-place"
    ],
    "for function in (change_a_leaf": [
        "change_a_leaf: RuntimeError: a leaf Variable that requires grad is being used in an in-place operation.",
        "change_a_view_of_a_leaf: RuntimeError: a view of a leaf Variable that requires grad is being used",
        "change_a_product: tensor([2., 2.])",
        "change_an_exponential: RuntimeError: one of the variables needed for gradient computation has been modified",
    ],
    "saved at version": [
        "saved at version 0\nnow at version   1",
        "is at version 1; expected version 0 instead.",
    ],
    "s[0] = 100\nprint": [
        "x: tensor([100.,   2.], requires_grad=True)\nx: tensor([1., 2.], requires_grad=True)"
    ],
    "z = y.detach()": [
        "with detach: RuntimeError: ... which is output 0 of Exp, is at version 1; expected version 0 instead."
    ],
    "y.data += 1\ny.backward()": ["with .data: x.grad = 21.09, right would be 20.09"],
    "result.requires_grad_(False)": [
        "RuntimeError: you can only change requires_grad flags of leaf variables."
    ],
    "frozen, and moved all the same": [
        "frozen, and moved all the same: tensor(0.8000)",
        "cleared:                        tensor(0.8000)",
    ],
}


@pytest.mark.slow
def test_both_libraries_side_by_side(run):
    rows = run["libraries = [torchlet]"].splitlines()
    assert [row.split(maxsplit=1)[0] for row in rows] == ["torchlet", "torch"]
    assert len({row.split(maxsplit=1)[1] for row in rows}) == 1


# ------------------------------------------------------------------------------ predictions
# The right option of each, and what the cell below it prints.
PREDICTED = [
    ("only a and b", "a: tensor(3.)  b: tensor(2.)  c: None  d: None"),
    ("7", "7.0"),
    ("18", "x.grad = 18.0"),
    ("0", "after zero_():    kept = tensor(0.)"),
    ("It swings around 2 and does not come to rest", "3.44, 2.03, 0.61, -0.12]"),
    ("It is three times as large", "three means, added:   tensor([ -9.5000, -14.5000])"),
    ("It works, and x.grad is 2", "x.grad = tensor(2.)"),
    ("None", "w.grad: None"),
    ("only change_a_product", "change_a_product: tensor([2., 2.])"),
    ("(100, 2)", "x: tensor([100.,   2.], requires_grad=True)"),
    ("21.09, without a word", "with .data: x.grad = 21.09"),
    ("w1 and w3", "w2 frozen:             tensor(12.) None tensor(6.)"),
    ("x + 1", "x + 1                 0 bytes"),
]


class TestLesson(EveryLesson):
    lesson = LESSON
    printed = NUMBERS | MISCONCEPTIONS
    predicted = PREDICTED
    points, tasks = 12, 5


# ------------------------------------------------------------------------------ the example with gaps
@pytest.mark.parametrize("library", LIBRARIES)
def test_empty_gaps_do_not_stop_the_notebook(library):
    assert "still empty" in LESSON.faded(library, "def gradients_by_hand", "raise NotImplementedError()")
    text = LESSON.faded(library, "def gradients_by_hand", "return b, 2 * a * b")
    assert "agree: tensor([ 3., -1.]) tensor([ 6., -4.])" in text


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ("b + b**2, a + 2 * a * b", "without any wall"),
        ("b + b**2, 2 * a * b", "in the second term is overlooked"),
        ("b, a + 2 * a * b", "in the first term is overlooked"),
        ("b, a * b", "The 2 from the derivative of b²"),
        ("b, 2 * b", "a constant factor stays"),
        ("2 * a * b, b", "exchanged"),
    ],
)
@pytest.mark.parametrize("library", LIBRARIES)
def test_wrong_gaps_are_explained(library, answer, cause):
    with pytest.raises(AssertionError) as failure:
        LESSON.faded(library, "def gradients_by_hand", f"return {answer}")
    assert cause in " ".join(str(failure.value).split())


# ------------------------------------------------------------------------------ homework
def test_the_helpers_use_no_answer_of_another_task():
    """A wrong answer must not cost points of a task that it does not belong to."""
    names = ["accumulated_gradient", "sgd_step", "frozen_step", "stop_gradient_loss", "peak_saved_bytes"]
    for grade_id, source in LESSON.graded().items():
        task = re.sub("_(check|hidden|helper)$", "", grade_id)
        if task in names:
            code = re.sub('"[^"\n]*"|#[^\n]*', "", source)
            assert not [other for other in names if other != task and re.search(rf"\b{other}\(", code)]


def test_the_comments_in_the_tasks_are_there():
    texts = "\n".join(cell.source for cell in LESSON.cells if cell.cell_type == "markdown")
    for line in ("# 3.0, and w.grad is tensor(3.)", "# tensor(0.8000, requires_grad=True) None",
                 '# 6.0, and params["b"] is 2 now', "# w.grad is tensor(-2.)",
                 "# 8000, while saved_bytes(three_passes) is 24000"):  # fmt: skip
        assert line in texts
