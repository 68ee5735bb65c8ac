"""Lesson 10: the numbers of the curriculum, the silent mistakes, and a loop that gives the same bits on both libraries."""

import contextlib
import io
import re
from itertools import permutations

import pytest

from tests.lessons.every_lesson import EveryLesson
from tests.lessons.machinery import LIBRARIES, Lesson, on

BITS = "print(*(history[name][-1].hex() for name in ('a', 'b', 'c', 'loss')))"

# Run after the lesson: what the texts promise of the reference answers, and the bits after 300 epochs.
PROMISES = {
    BITS: "0x1.7fe6460000000p+1 0x1.5c7db40000000p+1 -0x1.f5d9f80000000p+0 0x1.11785a76bcf52p+0\n",
    "inputs, targets = to_tensors([1, 2, 3], [1.5, 2.5, 3.5])\ninputs.shape, targets.dtype": (
        "(torch.Size([3, 1]), torch.float32)"
    ),
    "a, b, c = init_params(0)\na.shape, a.is_leaf, a.requires_grad": "(torch.Size([1]), True, True)",
    "params = [torch.tensor([number], requires_grad=True) for number in (1.0, 0.0, 0.0)]\n"
    "x, y = torch.tensor([[2.0], [1.0]]), torch.tensor([[10.0], [3.0]])\n"
    "train_epoch(params, x, y, 0.01, [0])": "36.0",
    "[name for name, _ in Parabola().named_parameters()]": "['a', 'b', 'c']",
    "Parabola()(torch.ones(5, 1)).shape": "torch.Size([5, 1])",
    "y = torch.tensor([1.0, 2.0, 3.0, 6.0])\n"
    "f'{r2_score(y, torch.tensor([1.0, 2.0, 4.0, 5.0])):.3f}'": "'0.857'",
    "f'{r2_score(torch.tensor(ys.tolist()), torch.tensor(parabola(xs, *solution.tolist()).tolist())):.3f}'": "'0.987'",
    "float(targets_mean := (2 * column + 1).mean().item())": "3.0",
    "stopped_losses = fit(nn.Linear(1, 1), (inputs, targets), (inputs, targets), 0.1, 500, 10); type(stopped_losses)": (
        "list"
    ),
}

LESSON = Lesson("10_regression", PROMISES)


# ------------------------------------------------------------------------------ the numbers of the curriculum
TRAINING = 'history = {"loss": []'
NUMBERS = {
    'print(f"truth: a =': [
        "data:  torch.Size([100]) torch.float32",
        "truth: a = 3.0473, b = 2.7028, c = -2.1350",
    ],
    "start = rng.normal(size=3)": [
        "tensor([-1.0648], requires_grad=True)\ntensor([0.3728], requires_grad=True)\ntensor([-0.6733]"
    ],
    "def loss_at_two": [
        "loss: 36.0  gradients: [-48.0, -24.0, -12.0]",
        "parameters: [1.48, 0.24, 0.12]",
        "loss after the step: 12.11",
    ],
    TRAINING: [
        "100%|██████████████████████████████| epoch 300 of 300",
        "epoch   1: loss = 182.708 a =  -0.074 b =   0.516 c =  -0.490",
        "epoch  10: loss =   8.393 a =   2.483 b =   1.432 c =  -0.123",
        "epoch 300: loss =   1.068 a =   2.999 b =   2.723 c =  -1.960",
        "truth:               a =   3.047 b =   2.703 c =  -2.135",
    ],
    "epoch_slider(xs, ys, parabola, history)": [
        "epoch 1: Mean loss 183. a = −0.0743, b = 0.516, c = −0.49.",
        "epoch 14: Mean loss 5.89. a = 2.61, b = 1.69, c = −0.163.",
        "epoch 96: Mean loss 1.51.",
        "epoch 135: Mean loss 1.29. a = 2.89, b = 2.71, c = −1.41.",
        "epoch 300: Mean loss 1.07. a = 3, b = 2.72, c = −1.96.",
    ],
    "model = nn.Linear(2, 1)\nwith torch": [
        "features: torch.Size([100, 2])  targets: torch.Size([100, 1])",
        "Linear(in_features=2, out_features=1, bias=True)",
        "weight torch.Size([1, 2])",
        "bias   torch.Size([1])",
    ],
    "by_formula = features @": ["torch.Size([100, 1]) True"],
    "optimizer.zero_grad()  # 2. clear": [
        "gradient before: None",
        "weight before:   [-1.0648, 0.3728]",
        "gradient:        [-113.62, -14.125]",
        "weight after:    [0.0714, 0.5141]",
    ],
    'print("steps:"': [
        "steps: 1000  mean loss of the last ten: 1.09",
        "weight: 3.06, 2.72  bias: -2.14",
    ],
    "DataLoader(dataset, batch_size=30)": [
        "torch.Size([30, 2]) torch.Size([30, 1])\n" * 3 + "torch.Size([10, 2]) torch.Size([10, 1])"
    ],
    "class Network(nn.Module)": [
        "(fc1): Linear(in_features=192, out_features=64, bias=True)",
        "(fc3): Linear(in_features=32, out_features=1, bias=True)",
        "parameters: 14465",
        "output: torch.Size([16, 1])",
    ],
    "output.sum().backward()\nprint": [
        "fc3.bias.grad:   tensor([16.])",
        "fc1.weight.grad: torch.Size([64, 192])",
        "its corner:      [-0.03, -0.05, 0.03, -0.15]",
    ],
    'print("least squares:"': ["least squares: [3.039, 2.727, -2.151]"],
    "candidates = {": [
        "truth           [3.047, 2.703, -2.135]  mean loss 1.0522",
        "SGD, 300 epochs [2.999, 2.723, -1.96]  mean loss 1.0642",
        "least squares   [3.039, 2.727, -2.151]  mean loss 1.0486",
    ],
    "def descend(": [
        "lr = 0.002: loss after 40 steps 10.54",
        "lr = 0.02: loss after 40 steps 3.63",
        "lr = 0.055: loss after 40 steps 1.29",
    ],
    "for steps in (1, 10, 20, 40)": ["after  1 steps 216\n", "after 40 steps 2.74e+07"],
    "learning_rate_landscape(\n    loss_of": [
        "step 40: a = 1.9, c = 2.27, loss 10.5.",
        "Learning rate 0.07\n",
        "Learning rate 0.01, one sample a step\n",
        "This is outside the picture.",
    ],
    'print("curvatures:"': ["curvatures: [0.83, 30.9]", "limit for the learning rate: 0.0647"],
    "rates = (0.0003": [
        "batch lr = 0.0003   lr = 0.003    lr = 0.03     lr = 0.3",
        "    1 3.55          1.20          diverged      diverged\n",
        "   10 34.35         3.53          1.21          diverged\n",
        "  100 110.58        33.07         3.39          diverged\n",
    ],
    "fits = {degree": [
        "degree 1: training  66.42   test  62.97",
        "degree 2: training   0.43   test   1.57",
        "degree 5: training   0.26   test   1.74",
        "degree 9: training   0.17   test 119.94",
    ],
    "stopped, kept = early_stopping": ["stops after epoch 5, keeps epoch 3"],
}

# ------------------------------------------------------------------------------ its misconceptions
MISCONCEPTIONS = {
    "asking = torch.tensor([xs[0]": ["gradient of the measurement: 369.625"],
    "w = w - 0.01 * w.grad  # looks right": [
        "first pass:  tensor(-48.)  leaf: True",
        "second pass: None  leaf: False",
        "TypeError: unsupported operand type(s) for *: 'float' and 'NoneType'",
    ],
    "requires_grad=True).double()": ["leaf: False\nleaf: True"],
    "    w -= 0.01 * w.grad\nexcept": [
        "RuntimeError: a leaf Variable that requires grad is being used in an in-place operation."
    ],
    "    w -= 0.01 * w.grad\nw.grad = None": ["w = 1.48", "leaf: True  asks for gradients: True"],
    "w, d = fit_line(column, targets)\n": [
        "(20, 1) and (20,):   w = 0.000, d = 3.000",
        "(20, 1) and (20, 1): w = 2.000, d = 1.000",
    ],
    "nn.MSELoss()(column, targets)": [
        "Using a target size (torch.Size([20])) that is different to the input size (torch.Size([20, 1])).",
        "broadcasting",
    ],
    "for reduce in (torch.mean, torch.sum)": [
        "sum divided by mean: 2000.0",
        "mean with lr = 0.1     : w = 2.000, d = 1.000",
        "sum  with lr = 0.1     : w = nan, d = nan",
        "sum  with lr = 5e-05   : w = 2.000, d = 1.000",
    ],
    "this silences the error": [
        "AttributeError: 'float' object has no attribute 'backward'",
        "w.grad:     None",
        "total.grad: tensor(1.)",
        "w.grad:     -139.973",
    ],
    "kept = model.state_dict()": [
        "kept:   tensor([[7.]])",
        "copied: tensor([[1.]])",
        "model:  [[1.0]]",
    ],
}


@pytest.mark.slow
def test_both_libraries_side_by_side(run):
    rows = run["libraries = [torchlet]"].splitlines()
    assert [row.split()[0] for row in rows] == LIBRARIES
    assert len({tuple(row.split()[1:]) for row in rows}) == 1 and rows[0].count("0x1.") == 3


# ------------------------------------------------------------------------------ predictions
# The right option of each, and what the cell below it prints.
PREDICTED = [
    ("(4, 4)", "torch.Size([4, 4])"),
    ("18", "tensor(18.)"),
    ("Only a, b and c", "gradients of a, b, c: -499.733 -185.644 -68.964"),
    ("None", "second pass: None"),
    (
        "Further away from −2.13 than at the start",
        "epoch  10: loss =   8.393 a =   2.483 b =   1.432 c =  -0.123",
    ),
    ("0", "(20, 1) and (20,):   w = 0.000"),
    ("It is 2,000 times larger", "sum divided by mean: 2000.0"),
    ("None", "w.grad:     None"),
    ("None", "gradient before: None"),
    ("16", "fc3.bias.grad:   tensor([16.])"),
    ("Those of least squares", "least squares   [3.039, 2.727, -2.151]  mean loss 1.0486"),
    ("It diverges: the loss grows without limit", "after 40 steps 2.74e+07"),
    ("training: 9, test: 2", "degree 9: training   0.17   test 119.94"),
    ("It stops after epoch 5 and keeps 3", "stops after epoch 5, keeps epoch 3"),
]


class TestLesson(EveryLesson):
    lesson = LESSON
    printed = NUMBERS | MISCONCEPTIONS
    predicted = PREDICTED
    points, tasks = 14, 6


# ------------------------------------------------------------------------------ the example with gaps
def filled(library: str, body: str) -> str:
    return LESSON.faded(library, "def one_step_by_hand", body)


RIGHT = "slope = -2 * (y - prediction)\nreturn w - lr * slope * x, d - lr * slope"


@pytest.mark.parametrize("library", LIBRARIES)
def test_empty_gaps_do_not_stop_the_notebook(library):
    assert "still empty" in filled(library, "raise NotImplementedError()")
    assert "now it is 3.4" in filled(library, RIGHT)


@pytest.mark.parametrize(
    ("right", "wrong", "cause"),
    [
        ("-2 * (y", "2 * (y", "goes uphill"),
        ("w - lr * slope * x, d - lr", "w + lr * slope * x, d + lr", "goes uphill"),
        ("-2 * (y", "-1 * (y", "The 2 from the derivative"),
        ("slope * x,", "slope,", "lacks its local derivative"),
        ("slope * x,", "slope * w,", "was multiplied by w"),
        ("d - lr * slope", "d - lr * slope * x", "has a factor too many"),
        ("w - lr * slope * x, d - lr * slope", "w - slope * x, d - slope", "The learning rate is missing"),
        ("w - lr * slope * x, d - lr * slope", "slope * x, slope", "These are the gradients"),
    ],
)
def test_wrong_gaps_are_explained(right, wrong, cause):
    assert right in RIGHT
    with pytest.raises(AssertionError, match=re.escape(cause)):
        filled("torchlet", RIGHT.replace(right, wrong))


# ------------------------------------------------------------------------------ the lines to put in order
def problem(monkeypatch) -> dict:
    """What the cell gives to `order_lines`."""
    given = {}

    def order_lines(question, lines, distractors, *, also):
        given.update(lines=lines, distractors=distractors, also=also)

    exec(LESSON.cell("order_lines(\n"), {"order_lines": order_lines})
    return given


def trained(lines: list[str]) -> list[float]:
    """What the program leaves behind on a line through four points: the parameters, then the log."""
    import torchlet as torch

    inputs = torch.tensor([[0.0], [1.0], [2.0], [3.0]])
    model = torch.nn.Linear(1, 1)
    with torch.no_grad():
        model.weight.fill_(0.0)
        model.bias.fill_(0.0)
    names = {
        "torch": torch,
        "epochs": 20,
        "loader": [(inputs[:2], 2 * inputs[:2] + 1), (inputs[2:], 2 * inputs[2:] + 1)],
        "model": model,
        "criterion": torch.nn.MSELoss(),
        "optimizer": torch.optim.SGD(model.parameters(), lr=0.05),
        "log": [],
    }
    exec("\n".join(lines), names)
    return [model.weight.item(), model.bias.item(), *names["log"]]


def test_every_order_that_counts_as_right_trains_the_same(monkeypatch):
    given = problem(monkeypatch)
    wanted = trained(given["lines"])
    assert len(wanted) == 42 and all(type(loss) is float for loss in wanted) and wanted[-1] < 0.2 < wanted[2]
    assert len({tuple(order) for order in given["also"]}) == len(given["also"]) == 3
    for order in given["also"]:
        assert trained(order) == wanted


def test_no_other_order_trains_the_same(monkeypatch):
    """Of the orders that log last, those that train the same are accepted, and no others."""
    given = problem(monkeypatch)
    head, steps = given["lines"][:2], given["lines"][2:]
    wanted = trained(given["lines"])
    accepted = {tuple(given["lines"]), *(tuple(order) for order in given["also"])}
    for order in permutations(steps[:-1]):
        program = (*head, *order, steps[-1])
        try:
            same = trained(list(program)) == wanted
        except (NameError, AttributeError, RuntimeError):
            same = False
        assert same == (program in accepted), program


def test_each_surplus_line_is_a_mistake_of_this_lesson(monkeypatch):
    given = problem(monkeypatch)
    assert len(given["distractors"]) == 4
    assert any(".item()" in line for line in given["distractors"])
    assert any(".view(-1)" in line for line in given["distractors"])
    assert any("model.weight = " in line for line in given["distractors"])


# ------------------------------------------------------------------------------ homework
@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    "task", ["to_tensors", "init_params", "train_epoch", "parabola_module", "fit", "r2_score"]
)
def test_reference_answers_pass_on_both_libraries(library, task):
    cells = LESSON.graded()
    names: dict = {}
    with contextlib.redirect_stdout(io.StringIO()) as text:
        exec(on(library, LESSON.cell("import torchlet as torch ")), names)
        for part in ("", "_helper", "_check", "_hidden"):
            if task + part in cells:
                exec(cells[task + part], names)
    assert "passes this check" in text.getvalue()


def test_the_numbers_of_the_prose_are_those_of_the_cells():
    prose = "\n".join(cell.source for cell in LESSON.cells if cell.cell_type == "markdown")
    for said in (
        "falls from 183 to 1.07",
        "from 36 to 12.11",
        "The limit is 0.0647",
        "14,465 parameters",
        "least-squares fit has 0.987",
        "mean of the targets, which is 3",
        "1,000 steps instead of 30,000",
        "from −0.67 up to −0.12",
        "$c$ is −1.41 at epoch 135 and −1.96 at epoch 300",
        "$a$ = 2.61 and $b$ = 1.69 are too small",
        "from 1.51 to 1.07",
        "it went from 2 to 2.27",
    ):
        assert said in prose
