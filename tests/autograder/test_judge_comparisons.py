"""An empty array is equal to no number, also in a framework that is imported only later."""

import subprocess
import sys

import numpy as np
import pytest

from autograder.judge import comparisons

from .judge_pair import judged, plainly

SOURCE = """
import numpy as np
import {first}
from autograder.judge import comparisons
comparisons.install()
import {module}
empty, number = {module}.{make}([]), {module}.{make}([5.0])
assert not {module}.allclose(empty, number) and not {module}.allclose(number, empty)
assert {module}.allclose(empty, empty) and {module}.allclose(number, number)
for check in (np.testing.assert_allclose, np.testing.assert_array_equal, np.testing.assert_almost_equal):
    check(np.zeros(0), np.zeros(0))
    check([1.0], 1.0)
    for pair in ((np.zeros(0), 5.0), (5.0, np.zeros((0, 3))), ([], 1.0)):
        try:
            check(*pair)
        except AssertionError:
            continue
        raise SystemError(check, pair)
for check in ("assert_array_less", "assert_array_almost_equal_nulp", "assert_array_max_ulp"):
    try:
        getattr(np.testing, check)(np.zeros((0, 1)), np.ones(1))
    except AssertionError:
        continue
    raise SystemError(check)
"""


@pytest.mark.parametrize(
    ("module", "first", "make"),
    [
        ("numpy", "numpy", "array"),
        ("torchlet", "torchlet", "tensor"),
        ("torchlet", "math", "tensor"),
        ("torch", "math", "tensor"),
    ],
)
def test_an_empty_array_equals_no_number(module, first, make):
    if module == "torch":
        pytest.importorskip("torch")
    source = SOURCE.format(module=module, first=first, make=make)
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


EMPTY = """
import numpy as np
def f(x): return np.zeros((0, *np.shape(x)))
def outside(rows, limit): return rows[rows[:, 0] > limit]
"""


@pytest.mark.parametrize(
    "question",
    [
        "(f(x) == 2 * x).all()",
        "(2 * x == f(x)).all()",
        "np.all(f(x) == 2 * x)",
        "np.isclose(f(x), 2 * x).all()",
        "np.all(np.isclose(2 * x, f(x), atol=1e-3))",
    ],
)
def test_an_empty_array_is_not_all_equal(question, monkeypatch):
    monkeypatch.setattr("numpy.isclose", comparisons._elementwise(np.isclose))
    cells = [("answer", EMPTY), ("test", f"import numpy as np\nx = np.arange(1.0, 4)\nassert {question}")]
    assert [found.error for found in judged(*cells)] == ["AssertionError"]


@pytest.mark.parametrize(
    "question",
    [
        "(outside(x, 9) == np.zeros((0, 2))).all()",
        "not (outside(x, 9) == np.ones(2)).all(axis=1).any()",
        "(outside(x, 9) == np.ones(2)).shape == (0, 2) and not (outside(x, 9) == 1).any()",
        "np.all(outside(x, 0) == x) and np.isclose(outside(x, 0), x).all() and np.isclose(1.0, 1.0)",
    ],
)
def test_what_is_empty_with_good_reason_counts(question):
    cells = [("answer", EMPTY), ("test", f"import numpy as np\nx = np.ones((3, 2))\nassert {question}")]
    assert [found.error for found in judged(*cells)] == plainly(*cells) == [""]
