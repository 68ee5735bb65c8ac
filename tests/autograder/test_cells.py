"""What a cell's source is to Python: IPython's own syntax is put into Python as the kernel does it."""

import pytest
from IPython.core.inputtransformer2 import TransformerManager

from autograder import cells

SOURCES = [
    "",
    "\n",
    "x = 1",
    "x = 1\n",
    "\n\n  \nx = 1\n",
    "    x = 1\n    y = 2",
    "  # two spaces\n  # and again\nx = 1",
    "%matplotlib inline\nx = 1",
    "%%time\nx = 1",
    "files = !ls\nx = %env HOME",
    "!ls",
    "print?\n",
    "/print 1",
    ";print 1",
    "x = 7 % 2 != 0\ny = '100 %'\nz = (1\n    % 2)",
    "text = '''\n%time\n!ls\nprint?\n'''",
    ">>> x = 1\n>>> y = 2",
    "x = 1\n...",
    "x = 1\n... # so on",
    "text = '''\n... said he\n'''",
    "def later():\n    ...",
    "In [1]: x = 1",
    "In [1]: int",
    "y = 1\nIn [2]: int",
    "text = '''\nIn [1]: a session\n'''",
    "def broken(:",
    "x = 1\r\ny = 2",
    "x = 1\x0c\ny = 2",
    "if x:\n\ty = 1",
    "await f()\nasync with a as b:\n    pass",
    "print('a')  # what?",
    "a = b'\\xff'\nc = '\\d'",
    "x = 1 \\\n    + 2",
    "@decorate\ndef f(x, /, *, y): return x",
    "lambda: (yield)",
    "x = 1;",
    "def f():\n    ...\n\n\nclass C: ...",
]


@pytest.mark.parametrize("source", SOURCES)
def test_it_is_what_the_kernel_makes_of_it(source):
    cells.as_python.cache_clear()
    assert cells.as_python(source) == TransformerManager().transform_cell(source)


def test_ipython_is_not_asked_for_what_is_python(monkeypatch):
    cells.as_python.cache_clear()
    monkeypatch.setattr(cells, "_transformer", lambda: 1 / 0)
    assert cells.as_python("def f(x):\n    return x % 2 != 0") == "def f(x):\n    return x % 2 != 0\n"
    with pytest.raises(ZeroDivisionError):
        cells.as_python("%time f(1)")
