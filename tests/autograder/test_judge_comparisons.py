"""An empty array is equal to no number, also in a framework that is imported only later."""

import subprocess
import sys

import pytest

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
