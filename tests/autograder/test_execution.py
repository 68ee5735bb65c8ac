"""The verdict on a notebook's tests: nbgrader's rules without their holes."""

import sys

import nbformat
import pytest
from nbgrader.utils import determine_grade

from autograder import cells
from autograder.execution import execute
from autograder.schema import Limits

LIMITS = Limits(cell_seconds=3, submission_seconds=60)


def marks(name: str, *, points: float = 0, solution: bool = False) -> dict:
    return {
        "nbgrader": {
            "grade": bool(points),
            "grade_id": name,
            "locked": not solution,
            "points": points,
            "schema_version": 3,
            "solution": solution,
            "task": False,
        }
    }


def answer(source: str, name: str = "answer"):
    return nbformat.v4.new_code_cell(source, metadata=marks(name, solution=True))


def check(source: str, points: float = 2, name: str = "check"):
    return nbformat.v4.new_code_cell(source, metadata=marks(name, points=points))


def run(*listed, **more):
    notebook = nbformat.v4.new_notebook(cells=list(listed))
    executed = execute(notebook, lesson_id="x", limits=more.pop("limits", LIMITS), seed=5, **more)
    for test, cell in zip(executed.tests, filter(cells.is_graded, executed.notebook.cells), strict=True):
        assert determine_grade(cell) == (test.score, test.max_score)
    return executed


def verdicts(*listed, **more) -> list[tuple]:
    return [(test.status, test.score) for test in run(*listed, **more).tests]


def test_scores():
    """All kinds of last lines, in one run of many tests."""
    listed = {
        "assert True": ("passed", 2),
        "assert False, 'no'": ("failed", 0),
        "1.5": ("failed", 1.5),
        "2": ("passed", 2),
        "0": ("failed", 0),
        "None": ("passed", 2),
        "'text'": ("passed", 2),
        "True": ("passed", 2),
        "float('nan')": ("could_not_run", 0),
        "-1": ("could_not_run", 0),
        "3.0": ("could_not_run", 0),
        "import sys; print('odd', file=sys.stderr)": ("passed", 2),
        "import warnings; warnings.warn('odd')": ("passed", 2),
        "import sys; sys.displayhook(2.0); assert False": ("failed", 0),
        "import sys; sys.displayhook(1.0); 2.0": ("could_not_run", 0),
        "raise SystemExit(0)": ("failed", 0),
        "def broken(:": ("failed", 0),
        "# only a comment": ("passed", 2),
    }
    tests = [check(source, name=f"check_{number}") for number, source in enumerate(listed)]
    assert verdicts(*tests) == list(listed.values())


def test_messages():
    executed = run(
        answer("def f(): raise NotImplementedError()"),
        check("# Title of it\nf()", name="a"),
        check("x = 1\nassert x == 2", name="b"),
        check("assert 1 == 2, 'because'", name="c"),
        check("undefined", name="d"),
        check(
            "from labkit import expect\nexpect.close(2.0, 1.0, name='x.grad', hint='look again')", name="e"
        ),
    )
    first, bare, text, error, mismatch = executed.tests
    assert (first.title, first.task) == ("Title of it", "answer")
    assert "not written yet" in first.message
    assert bare.message == "This does not hold: assert x == 2"
    assert text.message == "because"
    assert error.message == "NameError: name 'undefined' is not defined"
    assert mismatch.hint == "look again" and "look again" not in mismatch.message
    assert "x.grad" in mismatch.message


def test_a_failing_answer_cell_is_named():
    (test,) = run(answer("x = 1\ndef f(:"), check("f()")).tests
    first, then = test.message.splitlines()
    assert first == "The cell with the answer stops with SyntaxError: invalid syntax (line 2)"
    assert then == "NameError: name 'f' is not defined"


def test_an_answer_under_another_name_is_named():
    def message(source, name="f"):
        reference = nbformat.v4.new_notebook(cells=[answer("def f(): return 1"), check("")])
        (test,) = run(answer(source), check(f"{name}()"), source=reference).tests
        return test.message

    undefined = "NameError: name 'f' is not defined"
    assert message("class Answers:\n    def f(self): return 1\nF = 1") == (
        f"{undefined}. The cell with the answer defines `Answers`, `F`"
    )
    assert message("") == message("print(1)") == message("from math import *\nif 0:\n    f = 1") == undefined
    assert message("def ff(): return 1", "g") == "NameError: name 'g' is not defined"


def test_an_assertion_of_the_answer_is_not_taken_for_one_of_the_test():
    code = "def f(x):\n    assert x > 0, 'x should be positive'\n    assert x < 9\n    return x"
    (own,) = run(answer(code), check("assert f(0) == 0, 'f(0) is 0'")).tests
    assert own.message == "The answer stops with AssertionError: x should be positive"
    assert run(answer(code), check("f(9)")).tests[0].message == "The answer stops with AssertionError"
    assert run(answer(code), check("assert f(1) == 0, 'f(1) is 0'")).tests[0].message == "f(1) is 0"


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads such f-strings")
def test_an_f_string_of_a_newer_python_is_not_simply_wrong():
    (test,) = run(answer('def f(): return f"{\'a\' + "b"}"'), check("f()")).tests
    assert "This is Python 3.11, where a string inside of an f-string needs other quotes" in test.message


def test_a_half_hidden_test_shows_what_is_not_hidden():
    hidden = "assert x > 0, 'seen'\n### BEGIN HIDDEN TESTS\nassert x > 5, 'secret'\n### END HIDDEN TESTS"
    assert [test.visible for test in run(answer("x = -1"), check(hidden)).tests] == [True]
    assert [test.visible for test in run(answer("x = 1"), check(hidden)).tests] == [False]


def test_a_partial_score_says_what_was_printed():
    (test,) = run(check("print('half of it')\n1.0")).tests
    assert (test.score, test.message) == (1.0, "half of it")


def test_a_written_answer_waits_for_a_person():
    from nbgrader.utils import compute_checksum

    cell = nbformat.v4.new_markdown_cell("YOUR ANSWER HERE", metadata=marks("why", points=3, solution=True))
    cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
    (empty,) = run(cell).tests
    assert (empty.status, empty.score, empty.message) == ("manual", 0, "No answer.")
    cell.source = "Because."
    (written,) = run(cell).tests
    assert (written.status, written.score) == ("manual", None)


def test_the_same_seed_gives_the_same_random_inputs():
    source = "from labkit import expect\nprint(expect.rng().normal())\n0.5"

    def numbers(notebook):
        return [test.message for test in run(*notebook).tests]

    first = numbers([check(source, name="a"), check(source, name="b")])
    assert first[0] != first[1]
    # What the student's cells draw, and which tests stand before, does not matter.
    assert first[1:] == numbers([answer("from labkit import expect\nexpect.rng()"), check(source, name="b")])


@pytest.mark.parametrize(
    "killer",
    [
        "import os\nos._exit(1)",
        "import ctypes\nctypes.string_at(0)",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass",
    ],
    ids=["exit", "crash", "deaf loop"],
)
def test_a_killer_costs_its_own_cell(killer):
    executed = run(
        answer("x = 1", "one"),
        check("assert x == 1", name="before"),
        answer(killer, "two"),
        check("assert y == 1", name="its own"),
        answer("z = x + 1", "three"),
        check("assert z == 2", name="after"),
    )
    assert [test.status for test in executed.tests] == ["passed", "failed", "passed"]
    assert executed.flags == ["restarted"]
    assert "cell" in executed.tests[1].message


def test_a_test_that_kills_is_not_passed():
    assert verdicts(
        answer("import os\n\ndef f(): os._exit(0)"), check("f()"), check("assert True", name="b")
    ) == [
        ("failed", 0),
        ("passed", 2),
    ]


def test_many_killers_end_in_words():
    listed = [answer("import os\nos._exit(1)", f"a{number}") for number in range(6)]
    (test,) = run(*listed, check("assert True")).tests
    assert test.status == "could_not_run" and "too many cells" in test.message.lower()


def test_a_loop_ends_and_the_names_before_it_stay():
    executed = run(answer("x = 1\nwhile True: pass"), check("assert x == 1"))
    assert executed.tests[0].status == "passed"
    assert "did not end within 3 s" in str(executed.notebook.cells[0].outputs)


def test_the_submission_as_a_whole_ends():
    limits = Limits(cell_seconds=3, submission_seconds=5)
    loops = [answer("while True: pass", f"loop{number}") for number in range(3)]
    (test,) = run(*loops, check("assert True"), limits=limits).tests
    assert test.status == "could_not_run" and "5 s" in test.message


def test_a_test_may_have_its_own_time():
    slow = check("import time\ntime.sleep(4)")
    slow.metadata["autograder"] = {"seconds": 10}
    assert verdicts(slow) == [("passed", 2)]


def test_output_and_memory_have_an_end():
    limits = Limits(cell_seconds=3, submission_seconds=60, memory_mb=512, output_kb=10)
    executed = run(answer("print('x' * 50_000)"), answer("bytearray(2**30)", "b"), limits=limits)
    assert executed.flags == ["output_cut"]
    first, second = executed.notebook.cells
    assert len(str(first.outputs)) < 11_000 and "cut here" in str(first.outputs)
    assert second.outputs[0].ename == "MemoryError"


def test_files_lie_beside_the_notebook(tmp_path):
    (tmp_path / "data.csv").write_text("1,2")
    assert verdicts(check("assert open('data.csv').read() == '1,2'"), files=tmp_path) == [("passed", 2)]


def test_every_unfinished_cell_has_an_error():
    executed = run(*[answer("import os\nos._exit(1)", f"a{n}") for n in range(6)], answer("1", "last"))
    for cell in executed.notebook.cells:
        assert any(output.output_type == "error" for output in cell.outputs)


def test_the_home_is_a_private_one():
    source = "from pathlib import Path\nhome = Path.home()\n"
    source += "assert 'autograder-' in str(home) and not list(home.glob('.bash*'))"
    assert verdicts(check(source)) == [("passed", 2)]


def test_each_cell_says_what_it_took():
    executed = run(answer("x = bytearray(60_000_000)\ndef f(): return 1"), check("assert f() == 1"))
    answered, checked = (cell.metadata["autograded"] for cell in executed.notebook.cells[-2:])
    assert answered["seconds"] > 0 and checked["seconds"] > 0
    assert 60 < answered["peak_memory_mb"] < 2000
    assert "peak_memory_mb" not in checked  # it ran elsewhere
