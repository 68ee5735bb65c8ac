"""Whose name is it: what tests see of answers, of locked cells, of each other; and what answers see of tests."""

import pytest

from .judge_pair import judged, plainly

# The example in nbgrader's documentation: whether sum_of_squares uses squares.
SQUARES = """
def squares(n):
    if n < 1:
        raise ValueError("n must be at least 1")
    return [i**2 for i in range(1, n + 1)]
"""
SUM = "def sum_of_squares(n): return sum(squares(n))"
DOCUMENTED = '''
"""Check that sum_of_squares relies on squares."""
orig_squares = squares
del squares
try:
    sum_of_squares(1)
except NameError:
    pass
else:
    raise AssertionError("sum_of_squares does not use squares")
finally:
    squares = orig_squares
'''


def errors(*cells, **more):
    return [outcome.error for outcome in judged(*cells, **more)]


def test_nbgraders_own_example():
    after = ("test", "assert sum_of_squares(2) == 5 and squares(2) == [1, 4]")
    honest = [("answer", SQUARES), ("answer", SUM), ("test", DOCUMENTED), after]
    assert errors(*honest) == plainly(*honest) == ["", ""]
    assert errors(*honest, source=honest) == ["", ""]
    other = [("answer", SQUARES), ("answer", "def sum_of_squares(n): return 5"), ("test", DOCUMENTED)]
    assert errors(*other) == ["AssertionError"]


def test_a_replaced_function_is_used_by_the_answer():
    """A test may put its own function in the place of the student's."""
    mock = """
kept = squares
seen = []
def fake(n):
    seen.append(n)
    return [7]
squares = fake
try:
    assert sum_of_squares(3) == 7 and seen == [3]
finally:
    squares = kept
assert sum_of_squares(2) == 5
"""
    assert errors(("answer", SQUARES), ("answer", SUM), ("test", mock)) == [""]


@pytest.mark.parametrize("known", [True, False])
def test_what_a_test_calls_its_own_never_reaches_the_student(known):
    """A name that a test gives a value first is the test's, though the student has one as well."""
    source = [("answer", "def f(x): return 2 * x"), ("test", "expected = 6\nassert f(3) == expected")]
    cheat = [("answer", "expected = None\ndef f(x): return expected"), source[1]]
    assert errors(*cheat, source=source if known else None) == ["AssertionError"]
    assert errors(*source, source=source if known else None) == [""]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("name", ["isinstance", "abs", "all", "len", "AssertionError"])
def test_an_answer_does_not_replace_what_tests_use(name, known):
    test = (
        "test",
        "assert isinstance(f(3), int) and abs(f(3) - 4) < 1 and all([f(3) == 4, len([f(3)]) == 1])",
    )
    source = [("answer", "def f(x): return x + 1"), test]
    cheat = [("answer", f"def f(x): return 0\ndef {name}(*a): return True"), test]
    assert errors(*cheat, source=source if known else None) == ["AssertionError"]


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("role", ["answer", "own"])
def test_an_answer_does_not_replace_the_instructors_helper(role, known):
    helper, test = ("locked", "def check(x): assert x == 4"), ("test", "check(f(3))")
    source = [helper, ("answer", "def f(x): return x + 1"), test]
    cheat = [helper, ("answer", "def f(x): return 0"), (role, "def check(x): pass"), test]
    assert errors(*cheat, source=source if known else None) == ["AssertionError"]
    assert errors(*source) == [""]


def test_an_answer_may_replace_a_value_that_it_is_given():
    cells = [
        ("locked", "x = 5\ny = []"),
        ("answer", "x = x + 1\ny.append(x)"),
        ("test", "assert x == 6 and y == [6]"),
    ]
    assert errors(*cells) == [""] == errors(*cells, source=cells)


def test_but_not_one_that_the_reference_answer_leaves_alone():
    source = [("locked", "wanted = 5"), ("answer", "x = 5"), ("test", "assert x == wanted")]
    cheat = [source[0], ("answer", "x = 1\nwanted = 1"), source[2]]
    assert errors(*cheat, source=source) == ["AssertionError"]


def test_locked_cells_are_evaluated_as_far_as_they_are_needed():
    cells = [
        ("locked", "import math\nraise_if_run = 1 / 1\nbase = 3\ndef scale(x): return x * factor"),
        ("locked", "factor = base + 1\nprint('once')"),
        ("locked", "demo = f(2)  # needs the answer, which is not there yet"),
        ("answer", "def f(x): return x"),
        ("test", "assert scale(f(2)) == 8 and math.sqrt(factor) == 2"),
        ("locked", "factor = 10"),
        ("test", "assert scale(f(2)) == 20"),
    ]
    assert errors(*cells) == ["", ""]


def test_a_locked_value_that_depends_on_an_answer_is_asked_for():
    cells = [
        ("answer", "calls = []\ndef f(x):\n    calls.append(x)\n    return x + 1"),
        ("locked", "result = f(1)\nlabel = 'r'"),
        ("test", "assert result == 2 and label == 'r' and calls == [1]"),
    ]
    assert errors(*cells) == [""]


def test_random_data_are_those_that_the_answer_has_seen():
    cells = [
        ("locked", "import numpy as np\ndata = np.random.rand(3)"),
        ("answer", "mean = data.mean()"),
        ("test", "assert mean == data.mean()"),
    ]
    assert errors(*cells) == [""]


def test_seeded_data_are_evaluated_here():
    locked = (
        "locked",
        "import numpy as np\nnp.random.seed(3)\na = np.random.rand(3)\ndata = np.random.rand(3)",
    )
    honest = [locked, ("answer", "mean = data.mean()"), ("test", "assert mean == data.mean()")]
    assert errors(*honest, source=honest) == [""]
    cheat = [locked, ("answer", "data = np.zeros(3)\nmean = 0.0"), honest[2]]
    assert errors(*cheat, source=honest) == ["AssertionError"]


def test_tests_see_names_of_tests_before():
    cells = [
        ("test", "import math\ndef helper(x): return x + 1\nkept = 3"),
        ("answer", "def f(x): return x"),
        ("test", "assert helper(f(kept)) == 4 and math.pi > 3"),
    ]
    assert errors(*cells) == ["", ""]


def test_functions_of_tests_see_the_students_names_as_they_are_then():
    cells = [
        ("answer", "n = 1\ndef bump():\n    global n\n    n += 1"),
        ("test", "def read(): return n\nassert read() == 1\nbump()\nassert read() == 2 and n == 2"),
    ]
    assert errors(*cells) == [""]


def test_a_later_answer_replaces_an_earlier_one():
    cells = [
        ("answer", "def f(): return 1"),
        ("test", "assert f() == 1"),
        ("answer", "def f(): return 2"),
        ("test", "assert f() == 2"),
    ]
    assert errors(*cells) == ["", ""]


def test_the_students_own_imports_are_ours():
    cells = [
        ("own", "import numpy as np\nfrom math import sqrt"),
        ("answer", "def f(x): return np.sqrt(x)"),
        ("test", "assert np.allclose(f(np.array([4.0])), [sqrt(4)])"),
    ]
    assert errors(*cells) == [""]
    source = cells
    cheat = [
        ("own", "class np:\n    allclose = staticmethod(lambda *a: True)\nfrom math import sqrt"),
        *cells[1:],
    ]
    cheat[1] = ("answer", "def f(x): return 0")
    assert errors(*cheat, source=source) == ["AssertionError"]


def test_either_framework_can_be_chosen():
    test = (
        "test",
        "assert type(f(torch.ones(2))) is torch.Tensor and f(torch.ones(2)).tolist() == [2.0, 2.0]",
    )
    source = [("own", "import torchlet as torch"), ("answer", "def f(x): return 2 * x"), test]
    assert errors(*source, source=source) == [""]
    changed = [("own", "import torch"), *source[1:]]
    assert errors(*changed, source=source) == [""]


def test_undefined_names_are_name_errors():
    outcome = judged(("answer", ""), ("test", "nowhere"))[0]
    assert (outcome.error, outcome.text) == ("NameError", "name 'nowhere' is not defined")
    assert outcome.undefined == "nowhere"


def test_globals_know_the_students_names():
    cells = [
        ("answer", "x = 1"),
        ("test", "assert 'x' in globals() and globals()['x'] == 1 and 'y' not in globals()"),
    ]
    assert errors(*cells) == [""]


def test_star_imports_of_the_instructor():
    cells = [
        ("locked", "from math import *"),
        ("answer", "def f(): return 3"),
        ("test", "assert floor(pi) == f()"),
    ]
    assert errors(*cells) == [""]
