"""Lesson 04: each number of the curriculum comes out of the lesson's own cells, on both libraries."""

import math
import re

import pytest

from tests.lessons.every_lesson import EveryLesson
from tests.lessons.machinery import LIBRARIES, Lesson, on

# Run after the lesson: what the task descriptions promise of the reference answers.
PROMISES = {
    "forward_difference(square, 3.0, 0.5), central_difference(square, 3.0, 0.5)": "(6.5, 6.0)",
    "abs(central_difference(cube, 2.0) - 12) < 1e-9": "True",
    "poly_derivative([1, 5, 3]), poly_derivative([1, 5, 3, 1, 2]), poly_derivative([7])": (
        "([5, 6], [5, 6, 3, 8], [0])"
    ),
    "[round(slope, 2) for slope in numerical_gradient(plane, torch.tensor([3.0, 5.0, 1.0])).tolist()]": (
        "[-5.0, 2.0, 7.0]"
    ),
    "near = numerical_gradient(lambda x: (x * x).sum(), torch.ones(2, 3)); "
    "tuple(near.shape), (near - 2).abs().max().item() < 1e-3": "((2, 3), True)",
    "best_step(math.exp, 1.0), best_step(lambda x: math.sin(1000 * x), 1.0), "
    "best_step(lambda x: math.sin(x / 1000), 1.0)": "(1e-05, 1e-08, 0.001)",
    "1.3 + 1e-300 == 1.3, forward_difference(cube, 1.3, 1e-300), torch.tensor(1e-300).item()": (
        "(True, 0.0, 0.0)"
    ),
}

LESSON = Lesson("04_derivatives", PROMISES)


# ------------------------------------------------------------------------------ the numbers of the curriculum
NUMBERS = {
    "secant_slider(square, 3.0)": [
        f"slope {slope}. The slope of the tangent is 6." for slope in ("8", "7", "6.5", "6.25", "6.1", "6.01")
    ],
    "def cube(x)": ["0.1        0.610000        0.010000", "0.001        0.006001        0.000001"],
    "def reciprocal(x)": ["0.1   error 6.3e-04", "0.01   error 6.3e-06", "0.001   error 6.2e-08"],
    "torch.finfo(dtype).eps:.1e": ["torch.float32   ε = 1.2e-07", "torch.float64   ε = 2.2e-16"],
    'rule_picture("constant")': ["At h → 0: 4 and 3·4 = 12."],
    'rule_picture("sum")': ["At h → 0: 4 + 3 = 7."],
    'rule_picture("power")': ["At h → 0: 2x = 4.", "At h → 0: 3x² = 12."],
    'rule_picture("product")': ["31.99999999", "At h → 0 the corner vanishes: 5·4 + 4·3 = 32."],
    'rule_picture("quotient")': ["At h → 0: q′ = (u′ − q·v′)/v = (4 − 3·1)/2 = 0.5."],
    'rule_picture("chain")': ["At h → 0: 2·3 = 6."],
    "for n in (2, 3, 5, -1, 0.5)": [
        "n =    5   measured  80.00000   n·x^(n−1) =  80.00000",
        "n =   -1   measured  -0.25000   n·x^(n−1) =  -0.25000",
        "n =  0.5   measured   0.35355   n·x^(n−1) =   0.35355",
    ],
    "def worked_derivative": ["by the rules:       108.0\ncentral difference: 108.0"],
    "def plane(x)": ["y = 2.0\n∂y/∂x1 = -5.000000\n∂y/∂x2 = 2.000000\n∂y/∂x3 = 7.000000"],
    'print("plane(x):"': ["plane(x): 2.0   v · x: 2.0"],
    "def f(x, y)": ["f = -12.0", "∂f/∂x: rule -12.0   measured -12.0", "∂f/∂y: rule 0.0   measured 0.0"],
    "def bowl(x, y)": [
        "60°   measured   6.20   dot product   6.20",
        "along (2, 6) itself, at 71.6°: 6.32, its length",
    ],
    "contour_arrow(bowl": [
        "at (0, 1): f = 3, gradient (0, 6), v = (1, 0). Slope along v: 0·1 + 6·0 = 0.",
        "0·0 + 6·1 = 6. Along the gradient: no direction is steeper.",
    ],
    "y = 4 * x\n": ["before: None\nafter:  tensor(4.)"],
    "plain = torch.tensor(1.3)": [
        "forward difference, h = 3e-4:  5.07196",
        "central difference, h = 5e-3:  5.07002",
        "autograd, no h at all:         5.07000",
    ],
    "def counted(x)": [
        "100 calls for 50 variables",
        "automatic: 1 call\n",
        "largest difference below 1e-4: True",
    ],
}

# ------------------------------------------------------------------------------ its misconceptions
MISCONCEPTIONS = {
    "for h in (1e-4, 1e-8, 1e-12, 1e-16):\n    quotient": [  # smaller h is better
        "1e-04     5.070390009995762     4e-04",
        "1e-08     5.069999975404471     2e-08",
        "1e-12     5.070166508858165     2e-04",
        "1e-16     0                     5e+00",
    ],
    'print(f"rise     =': [
        "f(x + h) = 2.1970000000050707\nf(x)     = 2.1970000000000005\nrise     = 0.0000000000050702"
    ],
    "(x + h) - x = {": ["h = 1e-12   (x + h) - x = 1.000089e-12", "h = 1e-16   (x + h) - x = 0.000000e+00"],
    "x = 1e10": ["h = 1e-08   quotient: 0.0   x + h == x: True", "h = 100.0   quotient: 200000000"],
    "h = 0.0\nprint": ["tensor(nan)"],
    "central(abs, 0.0, h)": ["central: 0.0   to the right: 1.0   to the left: -1.0"],
    "x, y = 1 - t * 2, 1 - t * 6": ["f = 0.48", "t = 0.5   point ( 0.0, -2.0)   f = 12.00"],
    "x, y = x - 0.1 * 2 * x": ["step 7   point ( 0.2097,  0.0016)   f = 0.0440"],
}


@pytest.mark.slow
def test_the_best_steps_are_near_the_roots_of_epsilon(run):
    """Measured best step and error, and those of the rules: √ε and ∛ε, for float32 and float64."""
    rows = re.findall(r"float(\d+), (\w+) +(\S+) +(\S+) +(\S+) +(\S+)", run["best h   rule"])
    assert [row[:2] for row in rows] == [
        ("32", "forward"), ("32", "central"), ("64", "forward"), ("64", "central"),
    ]  # fmt: skip
    for bits, formula, *numbers in rows:
        step, step_rule, error, error_rule = map(float, numbers)
        eps = 2.0**-23 if bits == "32" else 2.0**-52
        power = 1 / 2 if formula == "forward" else 1 / 3
        assert step_rule == pytest.approx(eps**power, rel=0.05)
        assert error_rule == pytest.approx(eps ** (1 - power), rel=0.05)
        assert step_rule / 2 < step < step_rule * 2  # "within a factor of two", says the text
        assert error_rule / 3 < error < error_rule * 3


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_curves_have_the_slopes_that_the_text_reads_from_them(library):
    """Truncation falls with slope 1 or 2, rounding rises with slope 1, and far to the left all is lost."""
    variables: dict = {}
    exec(on(library, "import torchlet as torch \n"), variables)
    for snippet in ("def cube(x)", "def largest_error"):
        exec(LESSON.cell(snippet), variables)
    steps, curves = variables["steps"], variables["curves"]
    assert len(steps) == 65 and len(curves) == 4

    def slope(errors, low, high):
        inside = [
            (math.log(h), math.log(e)) for h, e in zip(steps, errors, strict=True) if low <= h <= high and e
        ]
        n, sx, sy = len(inside), sum(x for x, _ in inside), sum(y for _, y in inside)
        sxy, sxx = sum(x * y for x, y in inside), sum(x * x for x, _ in inside)
        return (n * sxy - sx * sy) / (n * sxx - sx * sx)

    for (dtype, formula), errors in curves.items():
        eps = variables["torch"].finfo(dtype).eps
        order = 1 if formula.__name__ == "forward" else 2
        best = eps ** (1 / (order + 1))
        assert slope(errors, 10 * best, 0.2) == pytest.approx(order, abs=0.1)
        assert slope(errors, 10 * eps, best / 10) == pytest.approx(-1, abs=0.15)
        lost = [error for h, error in zip(steps, errors, strict=True) if h < eps / 10]
        assert lost == [1.0] * len(lost)


@pytest.mark.slow
def test_both_libraries_side_by_side(run):
    rows = run["libraries = [torchlet]"].splitlines()
    assert [row.split(maxsplit=1)[0] for row in rows] == ["torchlet", "torch"]
    assert {row.split(maxsplit=1)[1] for row in rows} == {
        "1.19e-07 tensor(5.0720) tensor(5.0700) tensor(0.) tensor(4.)"
    }


# ------------------------------------------------------------------------------ predictions
# The right option of each, and what the cell below it prints.
PREDICTED = [
    ("tensor(16777216.)", "tensor(16777216.)"),
    ("x[1, 1] is 7", "tensor([[0., 0., 0.],\n        [0., 7., 0.]])"),
    ("6.5", "6.5"),
    ("tensor(nan)", "tensor(nan)"),
    ("It becomes 100 times smaller", "error 6.3e-06"),
    ("0", "central: 0.0 "),
    ("1e-8", "5.069999975404471     2e-08"),
    ("3", "float32, forward   5.6e-04  3.5e-04  5.1e-04"),
    ("0", "h = 1e-08   quotient: 0.0"),
    ("32", "31.999999"),
    ("54", "53.999999"),
    ("(−5, 2, 7)", "-5.000000\n2.000000\n7.000000"),
    ("No: it misses the lowest point", "f = 12.00"),
    ("None", "before: None"),
]


class TestLesson(EveryLesson):
    lesson = LESSON
    printed = NUMBERS | MISCONCEPTIONS
    predicted = PREDICTED
    points, tasks = 10, 4


# ------------------------------------------------------------------------------ the example with gaps
def filled(library: str, body: str) -> str:
    return LESSON.faded(library, "def derivative_by_rules", body, needs=("def cube(x)",))


@pytest.mark.parametrize("library", LIBRARIES)
def test_empty_gaps_do_not_stop_the_notebook(library):
    assert "still empty" in filled(library, "raise NotImplementedError()")
    right = "v_slope = 2 * (5 - x**2) * (-2 * x)\nreturn u_slope * v + u * v_slope"
    assert "agree: tensor([  32.,   32.,  -52., 1728.], dtype=torch.float64)" in filled(library, right)


@pytest.mark.parametrize(
    ("v_slope", "result", "cause"),
    [
        ("2 * (5 - x**2)", "u_slope * v + u * v_slope", "The inner function is forgotten"),
        ("4 * x * (5 - x**2)", "u_slope * v + u * v_slope", "The sign of the inner derivative"),
        ("-4 * x * (5 - x**2)", "u_slope * v_slope", "the corner of the rectangle"),
        ("-4 * x * (5 - x**2)", "u_slope + v_slope", "the rule for a sum"),
        ("-4 * x * (5 - x**2)", "u_slope * u + v * v_slope", "belongs to the other part"),
    ],
)
@pytest.mark.parametrize("library", LIBRARIES)
def test_wrong_gaps_are_explained(library, v_slope, result, cause):
    with pytest.raises(AssertionError) as failure:
        filled(library, f"v_slope = {v_slope}\nreturn {result}")
    assert cause in " ".join(str(failure.value).split())


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_slope_that_is_missing_is_not_lent_by_the_check(library):
    with pytest.raises(NameError, match="v_slope"):
        filled(library, "return u_slope * v + u * v_slope")
