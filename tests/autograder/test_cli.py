"""The command line as a whole: help, exit codes, errors without tracebacks, a quick start."""

import importlib
import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import __main__
from autograder.__main__ import VERBS, requested_verb
from autograder.course import Course
from autograder.errors import AutograderError

MODULES = [verb for verb in VERBS if importlib.util.find_spec(f"autograder.{verb}")]
PRESENT = [verb for verb in MODULES if hasattr(importlib.import_module(f"autograder.{verb}"), "command")]


def test_help_lists_every_verb_that_is_there(autograder):
    result = autograder("--help")
    assert result.code == 0 and result.err == ""
    assert {"init", "status", "build", "check", "release"} <= set(PRESENT)
    for verb in PRESENT:
        assert f"\n  {verb} " in result.out


@pytest.mark.parametrize("verb", PRESENT)
def test_every_verb_explains_itself_with_examples(autograder, verb):
    result = autograder(verb, "--help")
    assert result.code == 0
    assert f"Usage: autograder {verb}" in result.out
    assert f"Examples:\n    autograder {verb}" in result.out


def test_the_verb_is_found_behind_the_course_whatever_the_folder_is_called():
    assert requested_verb(["--course", "build", "status"]) == "status"
    assert requested_verb(["--course=check", "build", "demo"]) == "build"
    assert requested_verb(["--help"]) is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["biuld"], "biuld"),
        (["build", "--chekc"], "--chekc"),
        (["build", "no_such_lesson"], "there is no lesson `no_such_lesson`"),
        (["--course", "/nowhere", "status"], "there is no course in /nowhere"),
    ],
)
def test_what_could_not_run_leaves_with_2_and_no_traceback(course, autograder, monkeypatch, words, says):
    monkeypatch.chdir(course)
    result = autograder(*words)
    assert result.code == 2 and says in result.err and "Traceback" not in result.err


def test_a_mistake_of_ours_says_how_to_report_it(course, autograder, monkeypatch):
    def stop(folder):
        raise RuntimeError("out of order")

    monkeypatch.setattr(Course, "load", stop)
    result = autograder("--course", course, "status")
    assert (
        result.code == 2 and "RuntimeError: out of order" in result.err and "AUTOGRADER_DEBUG=1" in result.err
    )
    monkeypatch.setenv("AUTOGRADER_DEBUG", "1")
    with pytest.raises(RuntimeError, match="out of order"):
        __main__.main(["--course", str(course), "status"])


def test_ctrl_c_says_what_happened_to_the_work(course, autograder, monkeypatch):
    def stop(folder):
        raise KeyboardInterrupt

    monkeypatch.setattr(Course, "load", stop)
    result = autograder("--course", course, "status")
    assert (
        result.code == 130
        and "stopped by Ctrl-C" in result.err
        and "run the same command again" in result.err
    )


def test_an_error_says_what_why_and_how_to_repair_it():
    class TooLate(AutograderError):
        what = "it is {hour} o'clock"
        why = "the door closes at 9"
        repair = "come back tomorrow"

    error = TooLate(where="door.txt:3", hour=10)
    expected = "door.txt:3: it is 10 o'clock\n  why: the door closes at 9\n  repair: come back tomorrow"
    assert str(error) == error.message() == expected
    assert error.exit_code == 2


def test_help_imports_nothing_heavy():
    """Starting is quick because nbgrader, jupytext and torch wait until a verb needs them."""
    script = (
        "import sys\nfrom autograder.__main__ import main\n"
        "try:\n    main(['--help'])\nexcept SystemExit:\n    pass\n"
        "heavy = {'traitlets', 'nbgrader.api', 'nbformat', 'nbconvert', 'jupytext', 'torch', 'numpy', 'sqlalchemy', 'IPython'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_both_names_start_the_same_program():
    script = Path(sys.executable).with_name("autograder")
    by_name = subprocess.run([script, "--help"], capture_output=True, text=True)
    by_module = subprocess.run([sys.executable, "-m", "autograder", "--help"], capture_output=True, text=True)
    assert by_name.returncode == by_module.returncode == 0 and by_name.stdout == by_module.stdout
