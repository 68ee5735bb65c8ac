"""Whole notebooks through runner and judge's process: what only two real processes show."""

from pathlib import PurePosixPath

import nbformat
import pytest
from nbgrader.utils import determine_grade

from autograder import cells
from autograder.execution import execute
from autograder.schema import Limits

from .judge_pair import cell, judged

LIMITS = Limits(cell_seconds=3, submission_seconds=60)


def run(*listed, limits=LIMITS, seed=5, **more):
    """Execute a notebook of cells, or of (role, source) pairs."""
    made = [
        each if isinstance(each, dict) else cell(each[1], each[0], f"{each[0]}{i}")
        for i, each in enumerate(listed)
    ]
    notebook = nbformat.v4.new_notebook(cells=made)
    executed = execute(notebook, lesson_id="x", limits=limits, seed=seed, **more)
    graded = filter(cells.is_graded, executed.notebook.cells)
    for test, each in zip(executed.tests, graded, strict=True):
        assert determine_grade(each) == (test.score, test.max_score)
    return executed


def messages(*listed, **more):
    """The messages of the tests, "" for those that passed in a process of their own."""
    found = run(*listed, **more).tests
    assert all(test.isolated for test in found)
    return [test.message if test.status != "passed" else "" for test in found]


def test_what_the_students_code_prints_can_be_looked_at():
    test = """
import io
from contextlib import redirect_stdout
from unittest.mock import patch
with redirect_stdout(io.StringIO()) as said:
    greet("you")
assert said.getvalue() == "hello you\\n"
with patch("builtins.input", return_value="Ada"):
    assert ask() == "hello Ada"
kept = []
print = lambda *words: kept.append(words)
greet("me")
del print
assert kept == [("hello me",)]
input = lambda prompt="": "Bo"
assert ask() == "hello Bo"
"""
    answer = "def greet(who): print(f'hello {who}')\ndef ask(): return 'hello ' + input('? ')"
    after = "try:\n    ask()\nexcept Exception as e: assert 'input() was called' in str(e), e\nelse: raise AssertionError"
    assert messages(("answer", answer), ("test", test + "del input\n" + after)) == [""]


def test_seeds_of_a_test_hold_for_the_answer():
    test = """
import random
import numpy as np
np.random.seed(3); random.seed(4)
first = draw()
np.random.seed(3); random.seed(4)
assert draw() == first == (np.random.RandomState(3).rand(), random.Random(4).random())
"""
    answer = "import random, numpy as np\ndef draw(): return np.random.rand(), random.random()"
    assert messages(("answer", answer), ("test", test)) == [""]


def test_the_seed_of_the_grading_is_not_told():
    answer = "import numpy as np\ndef guess(): return np.random.rand()"
    assert messages(
        ("answer", answer), ("test", "import numpy as np\nassert guess() != np.random.rand()")
    ) == [""]


def test_files_go_both_ways(tmp_path):
    (tmp_path / "given.txt").write_text("one\ntwo\n")
    answer = "def lines(path):\n    with open(path) as f: return len(f.readlines())\n"
    answer += "def save(path, text):\n    with open(path, 'w') as f: f.write(text)"
    test = """
import os
assert lines("given.txt") == 2
with open("made.txt", "w") as f: f.write("a\\nb\\nc\\n")
assert lines("made.txt") == 3
save("back.txt", "text")
assert open("back.txt").read() == "text"
save("made.txt", "x")
assert open("made.txt").read() == "x"
os.remove("made.txt")
try: lines("made.txt")
except FileNotFoundError: pass
else: raise AssertionError("still there")
"""
    assert messages(("answer", answer), ("test", test), files=tmp_path) == [""]


def test_links_of_the_student_lead_nowhere(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("before")
    answer = f"import os\ndef trap():\n    os.symlink({str(secret)!r}, 'out.txt')\n    os.symlink({str(secret)!r}, 'in.txt')"
    test = "import os\ntrap()\nassert not os.path.exists('in.txt')\nwith open('out.txt', 'w') as f: f.write('x')\ntry: trap()\nexcept FileExistsError: pass"
    assert messages(("answer", answer), ("test", test)) == [""]
    assert secret.read_text() == "before"


def test_the_instructors_modules_are_ours_and_the_students_are_not(tmp_path):
    (tmp_path / "helper.py").write_text("def check(x): assert x == 3, 'three'")
    (tmp_path / "mine.py").write_text("def check(x): pass")
    given = {PurePosixPath("helper.py"): tmp_path / "helper.py"}
    cheat = "import helper\nhelper.check = print\ndef f(): return 0"
    listed = [
        ("answer", cheat),
        ("test", "import helper\nhelper.check(f())"),
        ("test", "import mine\nmine.check(f())"),
    ]
    found = messages(*listed, files=tmp_path, given=given)
    assert found[0] == "three" and "No module named 'mine'" in found[1]


def test_tests_that_need_the_students_process_say_so():
    listed = [
        ("answer", "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.set_title('t')\nx = 1"),
        cell("assert x == 1 and ax.get_title() == 't'", "test", "far"),
        cell("assert x == 1", "test", "near", isolated=False),
        cell("y = %time x\nassert y == 1", "test", "magic"),
        cell("import matplotlib.pyplot as plt\nassert plt.gcf() is not None", "test", "figure"),
    ]
    found = run(*listed).tests
    assert [(test.status, test.isolated) for test in found] == [
        ("passed", True),
        ("passed", False),
        ("passed", False),
        ("passed", False),
    ]


def test_locked_cells_can_stay_in_the_students_process_and_their_tests_say_so():
    helper = cell("def where():\n    import os\n    return os.getpid()", "locked", "helper", isolated=False)
    through = cell("def there(): return where()", "locked", "through")
    answer = ("answer", "import os\nhere = os.getpid()")
    tests = [("test", "assert where() == here"), ("test", "assert there() == here"), ("test", "assert here")]
    found = run(helper, through, answer, *tests).tests
    assert [test.status for test in found] == ["passed"] * 3
    assert [test.isolated for test in found] == [False, False, True]
    helper.metadata["autograder"]["isolated"] = True
    assert messages(helper, answer, tests[0]) == ["This does not hold: assert where() == here"]


HELPER = """
PLACES = {"at": 0}
def after(numbers):
    given = list(numbers)
    result = double_(given)
    return {"first": given[PLACES["at"]], "same": result is given, "of": math.floor(2.5), "rounded": tidy(2.6)}
"""


def helped(*answers):
    setup = cell("import math\ndef tidy(x): return round(x)", "locked", "setup")
    helper = cell(HELPER, "locked", "helper", isolated=False)
    test = 'assert after([1, 2]) == {"first": 2, "same": True, "of": 2, "rounded": 3}'
    return [run(setup, helper, ("answer", answer), ("test", test)).tests[0].status for answer in answers]


def test_a_helper_in_the_students_process_is_not_what_the_student_makes_of_it():
    right = "def double_(x):\n    for i in range(len(x)): x[i] *= 2\n    return x"
    forged = "{'first': 2, 'same': True, 'of': 2, 'rounded': 3}"
    wrong = "def double_(x): return -1\n"
    assert helped(
        right,
        right + "\nmath = tidy = PLACES = None",
        right + "\nlist = round = None",
        wrong + f"def after(numbers): return {forged}",
        wrong + f"after.__code__ = (lambda numbers: {forged}).__code__",
        wrong
        + "class P(dict):\n    def __missing__(self, k): return 2\nPLACES.clear(); list = lambda n: [2, 4]",
    ) == ["passed", "passed", "passed", "failed", "failed", "failed"]


def test_a_helper_sees_the_builtin_that_a_task_is_about():
    helper = cell("def apart(x): return round(x), abs(x)", "locked", "helper", isolated=False)
    test = "assert apart(-2.5) == ('mine', 2.5)"
    source = nbformat.v4.new_notebook(cells=[cell("def round(x): return 'mine'", "answer", "answer1")])
    listed = [helper, ("answer", "def round(x): return 'mine'\ndef abs(x): return 0"), ("test", test)]
    assert [test.status for test in run(*listed, source=source).tests] == ["passed"]


ROOT = "import math, numpy as np\ndef root(x): return {}"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("np.exp(np.log(x) / 2)", ""),
        ("np.sqrt(x)", "`numpy.sqrt` is not allowed in this task, and line 2 of the answer uses it."),
        ("getattr(np, 'sq' + 'rt')(x)", "`numpy.sqrt` is not allowed in this task."),
    ],
)
def test_forbidden_names(code, message):
    def test(name):
        return cell("assert abs(root(9.0) - 3) < 1e-6", "test", name, task="answer0", forbids=["numpy.sqrt"])

    free = cell("import numpy as np\nassert np.sqrt(4.0) == two()", "test", "two")
    listed = [("answer", ROOT.format(code)), test("one"), ("answer", "def two(): return np.sqrt(4.0)"), free]
    assert messages(*listed) == [message, ""]


@pytest.mark.parametrize("library", ["torch", "torchlet as torch"])
def test_forbidden_methods_that_a_class_inherits(library):
    """PyTorch's tensors have theirs from a base written in C."""
    code = f"import {library}\nx = torch.ones(2, 3)\ndef flat(): return x.T.contiguous()\ndef free(): return x.T.contiguous()"
    test = cell("assert flat().is_contiguous()", "test", "one", forbids=["torch.Tensor.contiguous"])
    listed = [("answer", code), test, ("answer", "pass"), ("test", "assert free().is_contiguous()")]
    first, second = messages(*listed)
    assert first == f"`{library.split()[0]}.Tensor.contiguous` is not allowed in this task." and second == ""


@pytest.mark.parametrize("library", ["torch", "torchlet as torch"])
@pytest.mark.parametrize(
    "call", ["x.sigmoid()", "x.clone().sigmoid_()", "type(x).__dict__['sig' + 'moid'](x)"]
)
def test_who_forbids_a_function_forbids_the_method_of_its_name(library, call):
    if "__dict__" in call and library == "torch":
        call = "getattr(x, 'sig' + 'moid')()"
    code = f"import {library}\ndef s(x): return {call}"
    test = "assert s(torch.zeros(1)).item() == 0.5"
    forbidding = cell(f"import {library}\n{test}", "test", "one", forbids=["torch.sigmoid"])
    listed = [
        ("answer", code),
        forbidding,
        ("answer", code.replace("def s", "def t")),
        ("test", test.replace("s(", "t(", 1)),
    ]
    first, second = messages(*listed)
    assert "sigmoid" in first and "is not allowed in this task." in first and second == ""


def test_a_forbidden_function_is_not_taken_from_inside_its_library():
    code = "import torchlet as torch\nfrom torchlet.elementwise import sigmoid as s\ndef f(x): return s(x).item()"
    check = cell(
        "import torchlet as torch\nassert f(torch.zeros(1)) == 0.5", "test", "one", forbids=["torch.sigmoid"]
    )
    assert messages(("answer", code), check) == [
        "`torchlet.sigmoid` is not allowed in this task, and line 2 of the answer uses it."
    ]


@pytest.mark.parametrize(
    "own", ["keep = {0}", "keep = lambda x, f={0}: f(x)", "first = [{0}]\nkeep = first.pop()"]
)
def test_what_is_forbidden_is_not_kept_in_an_earlier_cell(own):
    def listed(own):
        test = cell("assert root(9.0) == 3", "test", "one", forbids=["numpy.sqrt"])
        return [("own", f"import numpy as np\n{own}"), ("answer", "def root(x): return keep(x)"), test]

    name = "first" if "first" in own else "keep"
    said = f"`numpy.sqrt` is not allowed in this task, and `{name}`, which the answer uses, is made of it."
    assert messages(*listed(own.format("np.sqrt"))) == [said]
    compares = "keep = lambda x: x ** 0.5\nx = np.sqrt(9.0)\nprint(x)"  # what a careful student does
    assert messages(*listed(compares)) == [""]


@pytest.mark.parametrize(
    "way", ["__import__({0})", "importlib.import_module({0})", "load(importlib.util.find_spec({0}))"]
)
def test_a_forbidden_module_is_not_imported_by_a_name_made_of_parts(way):
    """graphlib is not loaded before; a module that is named in full is found in the source."""
    load = "def load(spec):\n    module = importlib.util.module_from_spec(spec)\n    spec.loader.exec_module(module)\n    return module\n"
    code = f"import importlib.util\n{load}def order(graph): return list({way}.TopologicalSorter(graph).static_order())"
    code = code.format("'graph' + 'lib'")
    test = "assert order({1: [2], 2: []}) == [2, 1]"
    free = [("answer", code.replace("def order", "def free")), ("test", test.replace("order", "free"))]
    first, second = messages(("answer", code), cell(test, "test", "one", forbids=["graphlib"]), *free)
    assert first and second == ""


def test_answers_find_no_seed_from_which_hidden_inputs_could_be_drawn():
    """Python's own generators, the frameworks', and whatever number lies in a frame below."""
    search = """
import sys, random, numpy, torch, torchlet
def numbers():
    found, waiting, frame = set(), [torch.initial_seed(), torchlet.initial_seed()], sys._getframe()
    while frame:
        waiting += [*frame.f_locals.values(), *frame.f_globals.values()]
        frame = frame.f_back
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict | list | tuple) and len(value) < 1000:
            waiting += value.values() if isinstance(value, dict) else value
        elif type(value) is int:
            found.add(value)
    return sorted(found)
def draws(seed):
    random.seed(seed)
    return random.random()
first = random.random()
"""
    grading = 123456789012345
    test = f"assert {grading} not in numbers() and first != draws({grading}) and first != draws({grading} % 2**32)"
    assert messages(
        ("answer", search), ("test", f"found = numbers()\n{test}\nassert len(found) > 2"), seed=grading
    ) == [""]


def test_a_loop_in_an_answers_function_costs_its_test_alone():
    answer = "kept = [1]\ndef f():\n    while True: pass\ndef g():\n    kept.append(2)\n    return len(kept)"
    executed = run(
        ("answer", answer), ("test", "assert g() == 2"), ("test", "f()"), ("test", "assert g() == 3")
    )
    assert [test.status for test in executed.tests] == ["passed", "failed", "passed"]
    assert "did not end within 3 s" in executed.tests[1].message
    assert "restarted" not in executed.flags


def test_a_test_that_never_ends_itself_is_stopped():
    listed = [("answer", "def f(): return 10**9"), ("test", "while f(): pass"), ("test", "assert f()")]
    executed = run(*listed)
    assert [test.status for test in executed.tests] == ["failed", "passed"]
    deaf = [
        ("answer", "def f(): return 10**8"),
        ("test", "'%0*d' % (f(), 1) * 10**9"),
        ("test", "assert f()"),
    ]
    assert [test.status for test in run(*deaf).tests] == ["failed", "passed"]


def test_a_crash_in_a_test_costs_that_test():
    answer = "import ctypes\nx = 3\ndef crash(): ctypes.string_at(0)\ndef f(): return x"
    listed = [
        ("answer", answer),
        ("test", "assert f() == 3"),
        ("test", "crash()"),
        ("test", "assert f() == 3"),
    ]
    executed = run(*listed)
    assert [test.status for test in executed.tests] == ["passed", "failed", "passed"]
    assert "segmentation fault" in executed.tests[1].message and executed.flags == ["restarted"]


def test_what_is_lost_for_another_task_is_not_its_failure():
    listed = [
        cell("import os\ndef helper(): return 1\nos._exit(0)", "answer", "first"),
        cell("assert helper() == 1", "test", "first_check"),
        cell("def f(): return 2", "answer", "second"),
        cell("assert f() == 2 * helper()", "test", "second_check"),
        cell("assert f() == 2", "test", "second_again"),
    ]
    first, second, again = run(*listed).tests
    assert (first.status, second.status, again.status) == ("failed", "could_not_run", "passed")
    assert "what this test needs was lost" in second.message.lower()


def test_the_judge_forgets_everything_between_submissions():
    leave = "import builtins, numpy as np\nbuiltins.left = 1\nnp.allclose = lambda *a: True"
    assert messages(("answer", "x = 1"), ("test", leave)) == [""]
    look = "import builtins, numpy as np\nassert not hasattr(builtins, 'left') and not np.allclose(x, 2)"
    assert messages(("answer", "x = 1"), ("test", look)) == [""]


def test_errors_of_the_students_code_are_shown_with_their_place():
    executed = run(("answer", "def f(x):\n    y = x\n    return y['k']"), ("test", "f(3)"))
    assert executed.tests[0].message == "TypeError: 'int' object is not subscriptable"
    shown = "\n".join(executed.notebook.cells[1].outputs[0].traceback)
    assert "In the student's code" in shown and "A cell, line 3, in f\n    return y['k']" in shown
    assert shown.count(executed.tests[0].message) == 1 and "/tmp" not in shown


@pytest.mark.parametrize("above", ["", "\n", "\n  \n\n", "# a comment\n\n"])
def test_the_line_that_failed_is_that_of_the_cell(above):
    """Also below empty lines: it says whether what failed is hidden."""
    source = above + "x = f(1)\nassert x == 2"
    (found,) = judged(("answer", "def f(x): return 0"), ("test", source))
    assert source.splitlines()[found.line - 1] == "assert x == 2"
