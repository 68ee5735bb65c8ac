"""Lesson 09: each number of the curriculum comes out of the lesson's own cells, on both libraries."""

import contextlib
import importlib
import inspect
import re

import pytest

import torchlet.engine
from tests.lessons.every_lesson import EveryLesson
from tests.lessons.machinery import LIBRARIES, Lesson

# Run after the lesson: what the task descriptions promise of the reference answers.
PROMISES = {
    "MySigmoid.apply(torch.tensor([0.0, 1.0, -1.0]), torch.tensor(2.0))": "tensor([0.5000, 0.8808, 0.1192])",
    "Softplus.apply(torch.tensor([0.0, 100.0]), 1.0)": "tensor([  0.6931, 100.0000])",
    "f'{Softplus.apply(torch.tensor(-20.0), 1.0).item():.3g}'": "'2.06e-09'",
    "StraightThroughSign.apply(torch.tensor([-3.0, -0.5, 0.0, 2.0]))": "tensor([-1., -1.,  1.,  1.])",
    "ScipyErf.apply(torch.tensor([0.0, 1.0, -1.0]))": "tensor([ 0.0000,  0.8427, -0.8427])",
    "x = torch.tensor([0.5, -1.0], dtype=torch.float64)\n"
    "my_gradcheck(Sigmoid.apply, x), my_gradcheck(Forgetful.apply, x)": "(True, False)",
    "hessian_by_double_backward(mixed, torch.tensor([1.0, 2.0]))": (
        "tensor([[ 4.,  2.],\n        [ 2., 12.]])"
    ),
}

LESSON = Lesson("09_functions", PROMISES)
SLOPES = "tensor([0.2500, 0.1050, 0.1050])"
DIAGONAL = "[[0.2500, 0.0000, 0.0000],\n        [0.0000, 0.1050, 0.0000],\n        [0.0000, 0.0000, 0.1050]]"

# ------------------------------------------------------------------------------ the numbers of the curriculum
NUMBERS = {
    "def chain(x):": ["σ:  tensor([0.5000, 0.8808, 0.1192])", f"σ′: {SLOPES}"],
    "def saved_bytes": [
        "nodes: ['ReciprocalBackward0', 'AddBackward0', 'ExpBackward0', 'NegBackward0']",
        "bytes: 8000",
    ],
    "class Sigmoid(": [
        "tensor([0.5000, 0.8808, 0.1192], grad_fn=<SigmoidBackward>)",
        SLOPES,
    ],
    'print("bytes:", saved_bytes(Sigmoid.apply, thousand))': [
        "nodes: ['SigmoidBackward']",
        "bytes: 4000",
        "σ:  tensor([0.0000, 0.5000, 1.0000])\nσ′: tensor([0.0000, 0.2500, 0.0000])",
    ],
    "class Cube(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x):\n        ctx.save": [
        "8.0 120.0"
    ],
    "# w was broadcast over the rows": [
        "needs_input_grad: (False, True)",
        "x.grad: None",
        "w.grad: tensor([5., 7., 9.])",
    ],
    "class SinCos": ["upstream: 2.0 5.0\nx.grad: 2.0", "upstream: 7.0 0.0\nx.grad: 7.0"],
    "class Announce": ["backward of c: 1.0\nbackward of b: 1.0\nbackward of a: 8.0\nx.grad: 8.0"],
    'print("Sigmoid:", gradcheck': ["Sigmoid: True\nCube:    True\nPower:   True"],
    "class Crooked": [
        "torch.float32  eps 1e-04  atol 1e-03  slopes in steps of 3.0e-04  right: True   wrong by 0.2 %: True",
        "torch.float64  eps 1e-06  atol 1e-04  slopes in steps of 5.6e-11  right: True   wrong by 0.2 %: False",
    ],
    "gradcheck_microscope(Sigmoid.apply": [
        "Settings: float64, eps = 1e-6, atol = 1e-4\n",
        "  × 1: gradcheck: passes. The backward is right.",
        "  × 1.01: gradcheck: fails. The backward is wrong by up to 0.0025.",
        "  × 0.999: gradcheck: passes. The backward is wrong by up to 0.00025.",
        "  × 1.001: gradcheck: passes. The backward is wrong by up to 0.00025.",
        "  × 1.002: gradcheck: fails. The backward is wrong by up to 0.0005.",
    ],
    "class LogGamma": [
        "ln Γ:    tensor([0.0000, 3.1781])   ln 24 = 3.1781",
        "digamma: tensor([-0.5772,  1.5061])",
        "gradcheck: True",
        "RuntimeError: trying to differentiate twice a function that was marked with @once_differentiable",
    ],
    "print(functional.jacobian(Sigmoid.apply, x))": [f"tensor({DIAGONAL})"],
    'print("symmetric:"': [
        "tensor([[ 0.0000,  0.0000,  0.0000],\n        [ 0.0000, -0.0800,  0.0000],\n"
        "        [ 0.0000,  0.0000,  0.0800]])",
        "tensor([[ 4.,  2.],\n        [ 2., 12.]])\nsymmetric: True",
    ],
    "functional.jvp(Sigmoid.apply, x, v)": [
        "vᵀJ: tensor([ 0.2500,  1.0499, 10.4994])\nJ v: tensor([ 0.2500,  1.0499, 10.4994])",
        "vᵀJ: tensor([ 1., 12., 30.])\nJ v: tensor([ 21., 310.])",
    ],
    "class SigmoidLayer": [
        f"σ:  tensor([0.5000, 0.8808, 0.1192])\nσ′: {SLOPES}",
        "parameters: 0",
        "gradients: [(1, 3), (1,)]",
    ],
}

# ------------------------------------------------------------------------------ its misconceptions
MISCONCEPTIONS = {
    "h = {h:.0e}": ["h = 1e-03   slope = 2.0000", "h = 1e-06   slope = 1.9670", "h = 1e-08   slope = 0.0000"],
    "y = chain(far)": ["σ:  tensor([0.0000, 0.5000, 1.0000])\nσ′: tensor([   nan, 0.2500, 0.0000])"],
    "class Forgetful": ["Sigmoid    3 · σ′(0) = 0.75\nForgetful  3 · σ′(0) = 0.25"],
    "    Power.apply(x, 3).sum().backward()\nexcept": [
        "RuntimeError: function PowerBackward returned an incorrect number of gradients (expected 2, got 1)"
    ],
    "** (ctx.n - 1), None": ["tensor([ 3., 12., 27.])"],
    "class Careless": ["w.grad: tensor([5., 7., 9.])"],
    "answer = function.backward(node, g)[1]": [
        "Scale     w: (3,)   the answer for w: (3,)",
        "Careless  w: (3,)   the answer for w: (2, 3)",
    ],
    "    gradcheck(Forgetful.apply, (x,))": [
        "Jacobian mismatch for output 0 with respect to input 0,",
        f"numerical:tensor({DIAGONAL}, dtype=torch.float64)",
        "analytical:tensor([[0.2500, 0.2500, 0.2500],\n",
    ],
    "rough = torch": [
        "error:   Jacobian mismatch for output 0 with respect to input 0",
        "warning: Input #0 requires gradient and is not a double precision floating point",
    ],
    "right = gradcheck(Sigmoid.apply": [
        "torch.float32  eps 1e-06  atol 1e-04  slopes in steps of 3.0e-02  right: False  wrong by 0.2 %: False"
    ],
    "class SavesSlope": ["gradcheck of Cube:       True\ngradcheck of SavesSlope: True"],
    "def second_derivative": ["Cube:       (32.0, 48.0)\nSavesSlope: (32.0, 24.0)"],
    "gradgradcheck = torch": ["gradgradcheck of Cube:       True\ngradgradcheck of SavesSlope: False"],
    "y = torch.where(x > 0, torch.sqrt(x), 0.0)\ny.sum": ["x.grad: tensor([   nan, 0.5000, 0.2500])"],
    "torch.sqrt(harmless)": ["x.grad: tensor([0.0000, 0.5000, 0.2500])"],
    "class StraightThroughRound": [
        "tensor([ 0.,  2., -1.]) tensor([0., 0., 0.])\ntensor([ 0.,  2., -1.]) tensor([1., 2., 3.])",
        "gradcheck: False",
    ],
    "    special.gammaln(x.numpy())": ["RuntimeError: Can't call numpy() on Tensor that requires grad."],
}


@pytest.mark.parametrize("name", ["MySigmoid", "Softplus", "StraightThroughSign", "ScipyErf"])
def test_the_examples_stand_in_the_tasks(name):
    code, text = next((code, text) for code, text in PROMISES.items() if code.startswith(f"{name}.apply"))
    assert any(f"{code}  # {text}" in cell.source for cell in LESSON.cells)


@pytest.mark.slow
def test_both_libraries_side_by_side(run):
    rows = run["libraries = [torchlet]"].splitlines()
    assert [row.split(maxsplit=1)[0] for row in rows] == ["torchlet", "torch"]
    assert len({row.split(maxsplit=1)[1] for row in rows}) == 1
    assert "SquareBackward True True" in rows[0]


@pytest.mark.parametrize(("name", "refused"), [("torchlet", True), ("torch", False)])
def test_what_the_table_says_of_once_differentiable(name, refused):
    torch = importlib.import_module(name)

    class Square(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x * x

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx, grad_output):
            (x,) = ctx.saved_tensors
            return grad_output * 2 * x

    x = torch.tensor(3.0, requires_grad=True)
    (first,) = torch.autograd.grad(x * Square.apply(x), x, create_graph=True)
    with contextlib.ExitStack() as expected:
        if refused:
            expected.enter_context(pytest.raises(RuntimeError, match="differentiate twice"))
        (second,) = torch.autograd.grad(first, x, retain_graph=True)
        assert second.item() != 6 * 3.0
    with pytest.raises(RuntimeError, match="differentiate twice"):
        first.backward()


@pytest.mark.parametrize(
    ("dtype", "eps", "between"), [("float64", 1e-6, (0, 1e-10)), ("float32", 1e-4, (3e-4, 4e-4))]
)
@pytest.mark.parametrize("name", LIBRARIES)
def test_the_distances_under_the_microscope(name, dtype, eps, between):
    """The answers below the figure say how far the measured slopes of the sigmoid are from the right ones."""
    torch = importlib.import_module(name)
    x = torch.linspace(-4, 4, 33).to(getattr(torch, dtype))
    y, above, below = (1 / (1 + torch.exp(-(x + move))) for move in (0, eps, -eps))
    farthest = ((above - below) / (2 * eps) - y * (1 - y)).abs().max().item()
    assert between[0] <= farthest <= between[1]


# ------------------------------------------------------------------------------ the engine
@pytest.mark.slow
def test_the_loop_that_is_shown_is_the_one_that_runs(run):
    loop = inspect.getsource(torchlet.engine.run).splitlines()
    shown = run["inspect.getsource(torchlet.engine.run)"].splitlines()
    assert len(shown) == 12
    assert any(f"It has {len(loop)} lines" in cell.source for cell in LESSON.cells)
    for line in shown:
        assert loop[int(line[:2]) - 1].partition("  #")[0] == line[3:]
    for line in named_in_the_table():
        assert any(line in other for other in shown), line


def named_in_the_table():
    (table,) = (cell.source for cell in LESSON.cells if "| In the pseudo-code | In the loop |" in cell.source)
    named = re.findall(r"\| `([^`]+)` \|", table)
    assert len(named) == 8
    return named


def test_the_lines_to_order_are_the_function_of_the_cell_below():
    place = next(i for i, cell in enumerate(LESSON.code) if "order_lines(\n" in cell.source)
    shown = {}
    exec(
        LESSON.code[place].source,
        {"order_lines": lambda question, lines, wrong: shown.update(lines=lines, wrong=wrong)},
    )
    below = LESSON.code[place + 1].source
    left = [line for line in below.splitlines() if line and "@staticmethod" not in line]
    assert left[: len(shown["lines"])] == shown["lines"]
    assert len(shown["wrong"]) == 5 and not set(shown["wrong"]) & set(below.splitlines())


# ------------------------------------------------------------------------------ predictions
# The right option of each, and what the cell below it prints.
PREDICTED = [
    ("30", "tensor(30.)"),
    ("h = 1e-3", "h = 1e-03   slope = 2.0000\nh = 1e-06   slope = 1.9670"),
    ("nan", "σ′: tensor([   nan, 0.2500, 0.0000])"),
    ("0.25", "Forgetful  3 · σ′(0) = 0.25"),
    ("It raises a RuntimeError", "returned an incorrect number of gradients (expected 2, got 1)"),
    ("[5, 7, 9], as if nothing were missing", "w.grad: tensor([5., 7., 9.])"),
    ("once, with 8", "backward of a: 8.0"),
    ("It raises an error: Jacobian mismatch", "error:   Jacobian mismatch"),
    ("24, without a warning", "SavesSlope: (32.0, 24.0)"),
    ("nan", "x.grad: tensor([   nan, 0.5000, 0.2500])"),
    ("a 3×3 matrix with the slopes on its diagonal", f"tensor({DIAGONAL})"),
]


class TestLesson(EveryLesson):
    lesson = LESSON
    printed = NUMBERS | MISCONCEPTIONS
    predicted = PREDICTED
    points, tasks = 14, 6


# ------------------------------------------------------------------------------ the example with gaps
def filled(library: str, for_x: str, for_w: str) -> str:
    body = f"    grad_x = {for_x}\n    grad_w = {for_w}\n    return grad_x, grad_w"
    return LESSON.faded(library, "class Ratio", body)


@pytest.mark.parametrize("library", LIBRARIES)
def test_empty_gaps_do_not_stop_the_notebook(library):
    assert "still empty" in LESSON.faded(library, "class Ratio", "    raise NotImplementedError()")
    right = filled(library, "grad_output / w", "-(grad_output * x / w**2).sum(0)")
    assert "in the right shapes: (2, 3) (3,)" in right


RIGHT = "(-grad_output * x / w**2).sum(dim=0)"


@pytest.mark.parametrize(
    ("for_x", "for_w", "cause"),
    [
        ("1 / w", RIGHT, "The upstream gradient is missing"),
        ("torch.ones_like(x) / w", RIGHT, "The upstream gradient is missing"),
        ("grad_output * w", RIGHT, "This is g · w"),
        ("grad_output", RIGHT, "passed on"),
        ("grad_output / w", "-grad_output * x / w**2", "The sum over the rows is missing"),
        ("grad_output / w", "(-grad_output * x / w**2).sum()", "Everything is added up"),
        ("grad_output / w", "(-grad_output * x / w**2).sum(dim=1)", "adds up along each row"),
        ("grad_output / w", "(-grad_output * x / w**2).mean(dim=0)", "a mean over the rows"),
        ("grad_output / w", "(grad_output * x / w**2).sum(dim=0)", "The minus sign"),
        ("grad_output / w", "(-grad_output * x / w).sum(dim=0)", "The square is missing"),
        ("grad_output / w", "(-x / w**2).sum(dim=0)", "The upstream gradient is missing"),
    ],
)
@pytest.mark.parametrize("library", LIBRARIES)
def test_wrong_gaps_are_explained(library, for_x, for_w, cause):
    with pytest.raises(AssertionError, match=re.escape(cause)):
        filled(library, for_x, for_w)
