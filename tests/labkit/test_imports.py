"""labkit stands on NumPy alone; everything else is asked for when it is used."""

import subprocess
import sys

OTHERS = [
    "IPython",
    "ipywidgets",
    "matplotlib",
    "torch",
    "torchlet",
    "pygraphviz",
    "nbgrader",
    "jupyterlab",
    "scipy",
]


def python(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)


def test_importing_labkit_imports_none_of_the_others():
    code = f"import labkit, sys; print([name for name in {OTHERS} if name in sys.modules])"
    assert python(code).stdout.strip() == "[]"


def test_labkit_works_where_none_of_the_others_is_installed():
    code = f"""
import sys
sys.modules.update(dict.fromkeys({OTHERS}))
from labkit import expect, order_lines, predict
expect.close([1.0, 2.0], [1.0, 2.0])
predict("Which?", {{"a": "because", "b": "for"}}, answer="a")
order_lines("Count.", ["a = 1", "b = a + 1"])
expect.close(4.0, 2.0)
"""
    ran = python(code)
    assert "Predict first. Which?" in ran.stdout and "Put the lines in order. Count." in ran.stdout
    assert "labkit.expect.mismatch.Mismatch: The result has the wrong value." in ran.stderr
    assert "exactly twice" in ran.stderr
