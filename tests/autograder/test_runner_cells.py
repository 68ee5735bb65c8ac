"""Cells are run as a notebook runs them: the outputs are compared with those of a real kernel."""

import json
import re
from types import SimpleNamespace

import nbformat
import pytest
from nbclient import NotebookClient

from autograder.runner.handle import Preloaded

LIMITS = SimpleNamespace(output_kb=256, memory_mb=512, submission_seconds=60)

CELLS = [
    "x = 3\nx",
    "print('a'); print('b')\n'last'",
    "import sys; print('to stderr', file=sys.stderr)",
    "print('out'); print('err', file=sys.stderr); print('out again')",
    "1/0",
    "def f(:\n  pass",
    "assert x == 4, 'no'",
    "try:\n    1/0\nexcept ZeroDivisionError as e:\n    raise ValueError('x') from e",
    "undefined_name",
    "raise KeyError('a')",
    "from IPython.display import display, HTML, Image, SVG, clear_output\ndisplay(HTML('<b>x</b>')); display(1, 'a')",
    "handle = display('one', display_id='name')",
    "handle.update('two'); 'the cell above has changed'",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.title('t')",
    "fig, ax = plt.subplots(figsize=(3, 2)); ax.plot([3, 1]); plt.show()",
    "fig",
    "plt.plot([1]); raise ValueError('after a plot')",
    "%matplotlib inline",
    "print('gone'); clear_output(); print('stays')",
    "print('gone'); clear_output(wait=True); print('stays')",
    "raise SystemExit(3)",
    "await __import__('asyncio').sleep(0); 7",
    "import asyncio\nasync def g(): return 3\nawait g()",
    "asyncio.create_task(g())\nNone",
    "_",
    "Out[1], In[1]",
    "%%capture captured\nprint('into a variable')",
    "captured.stdout",
    "%who_ls int",
    "class Rich:\n    def _repr_html_(self): return '<i>A</i>'\n    def __repr__(self): return 'A()'\nRich()",
    "class Bad:\n    def __repr__(self): raise ValueError('bad repr')\nBad()",
    "import ipywidgets\nipywidgets.IntSlider(value=3)",
    "import numpy as np; np.arange(5)",
    "{'a': np.zeros((2, 2)), 'b': list(range(40))}",
    "%nosuchmagic",
    "%%nosuchmagic\nx",
    "print('no newline', end='')",
    "print('é ü 漢 🙂')",
    "%%html\n<b>hi</b>",
    "%%latex\n$x$",
    "%%writefile f.txt\nhello",
    "open('f.txt').read()",
    "%cd -q .",
    "import logging; logging.warning('logged')",
    "",
    "   ",
    "# a comment",
    "x;",
    "x = 1;x",
    "print?",
    "display({'text/plain': 'raw', 'application/json': {'a': [1]}}, raw=True)",
    "SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>')",
    "__name__, type(get_ipython()).__name__",
    "import threading\nt = threading.Thread(target=print, args=('thread',)); t.start(); t.join()",
    "float('nan'), float('inf')",
    "del x\nx",
    "get_ipython().run_cell('print(5); 6')\nNone",
    "%xmode Minimal",
    "1/0",
]


def normal(outputs: list[dict]) -> list[dict]:
    """Outputs without what differs from one run to the next: counts, addresses, names of files."""
    text = json.dumps(outputs)
    for pattern in (r"0x[0-9a-f]{6,}", r"(/tmp/ipykernel[_\d]*/)?\d{6,}\.py", r"[0-9a-f]{32}"):
        text = re.sub(pattern, "...", text)
    joined: list[dict] = []
    for output in json.loads(text):
        output.pop("execution_count", None)
        last = joined[-1] if joined else {}
        if output["output_type"] == "stream" and last.get("name") == output["name"]:
            last["text"] += output["text"]
        else:
            joined.append(output)
    return joined


@pytest.fixture(scope="module")
def preloaded():
    with Preloaded.start(["numpy", "matplotlib.pyplot", "ipywidgets"]) as preloaded:
        yield preloaded


@pytest.fixture
def runner(preloaded):
    with preloaded.runner(LIMITS, seed=1) as runner:
        yield runner


def texts(result) -> str:
    return "".join(output.get("text", "") for output in result.outputs)


@pytest.fixture(scope="module")
def outputs_of_both(preloaded, tmp_path_factory):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in CELLS])
    folder = {"metadata": {"path": str(tmp_path_factory.mktemp("kernel"))}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        NotebookClient(
            notebook, allow_errors=True, timeout=60, resources=folder, kernel_name="python3"
        ).execute()
    with preloaded.runner(LIMITS, seed=1) as runner:
        results = [runner.run_cell(source, seconds=30) for source in CELLS]
    return notebook, results


@pytest.mark.filterwarnings("ignore")  # of the kernel's client
@pytest.mark.parametrize("i", range(len(CELLS)), ids=lambda i: repr(CELLS[i])[:40])
def test_the_outputs_are_those_of_a_kernel(outputs_of_both, i):
    notebook, results = outputs_of_both
    assert normal(results[i].outputs) == normal(notebook.cells[i].outputs)
    assert results[i].execution_count == i + 1


@pytest.mark.filterwarnings("ignore")
def test_the_outputs_make_a_valid_notebook(outputs_of_both):
    notebook, results = outputs_of_both
    for cell, result in zip(notebook.cells, results, strict=True):
        cell.outputs = [nbformat.from_dict(output) for output in result.outputs]
    nbformat.validate(notebook)


def test_an_error_is_told_apart_from_its_text(runner):
    assert runner.run_cell("1 + 1", seconds=30).error is None
    error = runner.run_cell("raise ValueError('why')", seconds=30).error
    assert (error["ename"], error["evalue"]) == ("ValueError", "why")
    assert "ValueError" in error["traceback"][-1]
    # an error that is shown and not raised does not end a cell
    shown = runner.run_cell("try: 1/0\nexcept ZeroDivisionError: get_ipython().showtraceback()", seconds=30)
    assert shown.error is None
    assert shown.outputs[0]["ename"] == "ZeroDivisionError"


def test_a_result_says_how_long_and_how_much(runner):
    result = runner.run_cell("import time; time.sleep(0.2)", seconds=30)
    assert 0.2 <= result.seconds < 2
    before = result.peak_memory_kb
    after = runner.run_cell("block = bytearray(80 << 20)", seconds=30).peak_memory_kb
    assert 75 << 10 < after - before < 100 << 10


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("input('your name? ')", "nobody is there to answer"),
        ("import getpass; getpass.getpass()", "nobody is there to answer"),
        ("!ls", "`ls` starts another program"),
        ("files = !ls -l", "`ls -l` starts another program"),
        ("%pip install numpy", "starts another program"),
        ("%%bash\nls", "without other programs"),
        ("import subprocess; subprocess.run(['ls'])", "without other programs"),
        ("import os; os.fork()", "without other programs"),
        ("from urllib.request import urlopen; urlopen('http://example.org')", "without a network"),
        (
            "import socket; socket.create_connection(('127.0.0.1', 80))",
            "without other programs and without a",
        ),
        ("open('/etc/passwd')", "can read Python's packages, and read and write in its own folder"),
        ("open('/tmp/x', 'w')", "can read Python's packages, and read and write in its own folder"),
        ("%gui qt", "no window"),
    ],
)
def test_what_is_refused_says_so_in_words(runner, source, sentence):
    result = runner.run_cell(source, seconds=30)
    shown = json.dumps(result.outputs)
    assert sentence in shown
    assert runner.run_cell("'goes on'", seconds=30).error is None


def test_exit_does_not_end_the_notebook(runner):
    assert "exit() does nothing" in texts(runner.run_cell("exit()", seconds=30))
    assert texts(runner.run_cell("print('next')", seconds=30)) == "next\n"


def test_a_breakpoint_that_was_left_does_not_stop_the_answer(runner):
    runner.run_cell("def f():\n    breakpoint()\n    return 'goes ' + 'on'", seconds=30)
    shown = texts(runner.run_cell("print(f())", seconds=30))
    assert "breakpoint() does nothing" in shown and "goes on" in shown
    refused = runner.run_cell("import pdb; pdb.set_trace()", seconds=30)
    assert "take debuggers out" in json.dumps(refused.outputs)


def test_what_compiled_code_prints_is_shown(runner):
    assert "raw\n" in texts(runner.run_cell("import os; os.write(1, b'raw\\n')", seconds=30))
    assert "more\n" in texts(runner.run_cell("os.write(2, b'more\\n'); None", seconds=30))
    assert texts(runner.run_cell("pass", seconds=30)) == ""


def test_a_warning_is_shown_and_is_no_error(runner):
    result = runner.run_cell("import warnings; warnings.warn('careful')", seconds=30)
    assert result.error is None
    assert [output["name"] for output in result.outputs] == ["stderr"]
    assert "UserWarning: careful" in texts(result)


def test_numpy_threads_and_files_of_its_own_work_inside(runner):
    source = """
    import numpy as np, os, shutil, tempfile, threading
    assert np.linalg.solve(np.eye(3), np.ones(3)).sum() == 3
    sums = []
    threads = [threading.Thread(target=lambda: sums.append(sum(range(1000)))) for _ in range(8)]
    [t.start() for t in threads]; [t.join() for t in threads]
    assert len(sums) == 8
    with tempfile.TemporaryDirectory() as folder:
        np.save(folder + '/a.npy', np.arange(3))
        shutil.copy2(folder + '/a.npy', 'copy.npy')
    assert np.load('copy.npy').tolist() == [0, 1, 2]
    os.rename('copy.npy', 'moved.npy')
    os.makedirs(os.path.expanduser('~/a/b'))
    assert os.listdir('.') == ['moved.npy']
    import concurrent.futures, ctypes, getpass, sqlite3, zoneinfo
    assert ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 3)() == 3
    with concurrent.futures.ThreadPoolExecutor() as pool:
        assert list(pool.map(abs, [-1, 2])) == [1, 2]
    assert getpass.getuser() == 'student' and zoneinfo.ZoneInfo('Europe/Berlin')
    assert sqlite3.connect('x.db').execute('select 1').fetchone() == (1,)
    """
    assert runner.run_cell("if True:\n" + source, seconds=30).error is None
