"""What `autograder.quick` leaves out: nobody misses it, and it is there when it is asked for."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from autograder.runner.preloaded import Preloaded


def said(script: str, *options: str) -> list[str]:
    """What a new process prints that imports `quick` and runs the script; without another word."""
    command = [
        sys.executable,
        "-W",
        "error",
        *options,
        "-c",
        f"import sys\nfrom autograder import quick\n{script}",
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout.splitlines()


def test_a_module_of_nbgrader_comes_without_the_server():
    script = """
import nbgrader.utils
from nbgrader import coursedir
print([name for name in sys.modules if name.split(".")[0] in ("jupyter_server", "notebook")])
print("nbgrader.server_extensions" in sys.modules, coursedir.__name__, nbgrader.utils is sys.modules["nbgrader.utils"])
"""
    assert said(script) == ["[]", "False nbgrader.coursedir True"]


@pytest.mark.parametrize("first", ["", "import nbgrader.utils", "from nbgrader import api"])
def test_the_whole_package_is_there_for_who_asks(first):
    script = f"""
{first}
import nbgrader
points = nbgrader._jupyter_server_extension_points()
import nbgrader.server_extensions.formgrader as formgrader
print(points, callable(nbgrader._load_jupyter_server_extension), nbgrader.load_formgrader is formgrader.
      load_jupyter_server_extension)
print(nbgrader.__file__ == nbgrader.__spec__.origin, nbgrader.HERE == __import__("pathlib").Path(nbgrader.__file__).parent)
"""
    assert said(script) == ["[{'module': 'nbgrader'}] True True", "True True"]


def test_names_that_nbgrader_does_not_have_are_missing_as_ever():
    script = """
import nbgrader
from nbgrader._version import __version__
print(hasattr(nbgrader, "api"), hasattr(nbgrader, "no_such_name"), nbgrader.__version__ == __version__)
try:
    from nbgrader import no_such_name
except ImportError as error:
    print(error.name)
"""
    assert said(script) == ["False False True", "nbgrader"]


def test_it_does_without_nbgrader():
    """A student's own check runs where only the course is installed."""
    script = """
import importlib, importlib.util
del sys.modules["nbgrader"], sys.modules["nbgrader._version"]
importlib.util.find_spec = lambda name: None
importlib.reload(quick)
print("nbgrader" in sys.modules)
"""
    assert said(script) == ["False"]


def test_where_nbgrader_is_loaded_already_it_stays():
    script = """
import nbgrader, importlib
before = nbgrader._load_jupyter_server_extension
importlib.reload(quick)
print(sys.modules["nbgrader"] is nbgrader, nbgrader._load_jupyter_server_extension is before)
"""
    assert said(script) == ["True True"]


def test_notebooks_are_validated_as_ever():
    script = """
import nbformat
from nbformat.v4 import new_code_cell, new_notebook
notebook = new_notebook(cells=[new_code_cell("1", id="one")])
nbformat.validate(notebook)
notebook.cells[0].execution_count = "first"
try:
    nbformat.validate(notebook)
except nbformat.ValidationError as error:
    print(error.message)
"""
    assert said(script) == ["'first' is not of type 'integer', 'null'"]


def test_student_code_runs_as_if_nothing_had_been_left_out():
    script = """
import gc
missing = [name for name, module in sys.modules.items() if module is None or name.startswith("nbgrader")]
print(gc.isenabled(), gc.get_threshold(), missing)
"""
    usual = subprocess.run(
        [sys.executable, "-c", f"import sys\n{script}"], capture_output=True, text=True
    ).stdout
    assert usual != said(script)[0] + "\n"
    limits = SimpleNamespace(output_kb=64, memory_mb=256, submission_seconds=60)
    with Preloaded.start(["matplotlib.pyplot"]) as preloaded, preloaded.runner(limits, 1) as runner:
        result = runner.run_cell(f"import sys\n{script}", seconds=30)
    assert result.outputs[0]["text"] == usual


def test_the_coordinator_of_a_grading_loads_no_libraries_of_notebooks():
    """It runs none: NumPy and the judge are for the processes that it starts."""
    script = """
from autograder import cluster, coordinator, grade, gradebook, grading, ledger, local, report, sources
heavy = ("numpy", "torch", "matplotlib", "IPython", "distributed", "autograder.execution", "autograder.judge.judging")
print([name for name in heavy if name in sys.modules])
"""
    assert said(script) == ["[]"]
