"""`check` proves what is right about a lesson, and finds what is wrong."""

import json
import re
from pathlib import Path

import nbformat
import pytest

from autograder import checking, console, kernel, outline, parity, percent, plain, wrong_answers
from autograder.checking import Job, judge
from autograder.execution import Executed
from autograder.kernel import Marks
from autograder.records import Test
from autograder.schema import Limits
from autograder.wrong_answers import WrongAnswer


def test_a_good_lesson_is_proven(course, autograder, tmp_path):
    result = autograder("--course", course, "check", "01", "--json", tmp_path / "result.json")
    assert result.code == 0, result.out
    for shown in ("2 of 2 points", "0 points", "4 of 4 wrong answers as expected"):
        assert shown in result.out
    assert "not good" not in result.out
    assert re.fullmatch(r"01_first done: 1 of 1 lessons, 7 of 7 runs, after \d+ s\n", result.err)
    found = json.loads((tmp_path / "result.json").read_text())
    assert found["schema"] == "autograder-check/1" and [one["lesson"] for one in found["lessons"]] == [
        "01_first"
    ]
    runs = found["lessons"][0]["runs"]
    assert [run["kind"] for run in runs] == ["reference", "again", "untouched"] + ["wrong"] * 4
    assert runs[3]["name"] == "the sum" and runs[3]["lost"] == ["mean_check", "mean_hidden"]


def test_a_log_says_which_lessons_are_done_as_they_are_done(capsys, monkeypatch):
    finished = console.lessons_in_log(["01", "02", "01", "03"], "runs")
    finished("01")
    assert capsys.readouterr().err == ""
    for number, (lesson, runs) in enumerate([("02", 2), ("01", 3), ("03", 4)], 1):
        finished(lesson)
        says = f"{lesson} done: {number} of 3 lessons, {runs} of 4 runs, after 0 s\n"
        assert capsys.readouterr().err == says
    monkeypatch.setattr(console.err, "_force_terminal", True)  # a terminal shows a bar
    console.lessons_in_log(["01"], "runs")("01")
    assert capsys.readouterr().err == ""


FAULTS = """\

# %%
import os
print(1 / 0)

# %% nbgrader={"grade": true, "grade_id": "mean_free", "locked": true, "points": 1, "schema_version": 3, \
"solution": false, "task": false}
# There is a function
assert callable(mean)

"""


def test_everything_that_is_wrong_with_a_lesson_is_listed(course, lesson, autograder):
    before, marker, last = lesson.read_text().rpartition("# %% [markdown] nbgrader")
    before = before.replace('else float("nan")', "else None")  # the reference fails the hidden test
    lesson.write_text(before + FAULTS + marker + last)
    answers = lesson.with_name("wrong_answers.py")
    text = answers.read_text().split('# %% task="mean" name="0 for')[0]
    text = text.replace('hint="middle"', 'hint="words that nobody is told"')
    text = text.replace('["mean_check", "mean_hidden"] hint="how', '["mean_free", "mean_hidden"] hint="how')
    answers.write_text(text)
    result = autograder("--course", course, "check")
    assert result.code == 1
    for says in (
        "F401 `os` imported but unused",
        "`mean` has 3 known wrong answers",
        "the reference answer has 0 of 1 in `mean_hidden`",
        "this cell raises ZeroDivisionError: division by zero",
        "the untouched notebook earns points in `mean_free`",
        "`divides by two` (mean) should lose `mean_free`, and passes",
        "`divides by two` (mean) should keep `mean_check`, and loses it\n      divide by how many",
        "unproven: its reference answer fails",
    ):
        assert says in result.out, says
    assert re.search(r"01_first\.py:\d+: the reference answer has 0 of 1 in `mean_hidden`", result.out)
    assert re.search(r"wrong_answers\.py:\d+: `divides by two` \(mean\) should keep", result.out)
    assert re.search(r"reference, another seed +\d of \d points +not good", result.out)
    assert result.out.count("division by zero") == 1  # once, and not again for the second seed
    assert "01_first.py:" in result.out.split("this cell raises")[0].splitlines()[-1]


@pytest.fixture
def version():
    """The outline of a lesson with one task and two tests."""
    cells = [nbformat.v4.new_code_cell("f = 1", metadata={"nbgrader": {"grade_id": "f", "solution": True}})]
    for name in ("f_check", "f_hidden"):
        marks = {"grade_id": name, "grade": True, "points": 1}
        cells.append(nbformat.v4.new_code_cell("# Title", metadata={"nbgrader": marks}))
    return nbformat.v4.new_notebook(cells=cells)


ANSWER = WrongAnswer("f", "too small", ("f_check",), "larger", "f = 0", "wrong_answers.py:1")


def verdict(version, kind: str, broken=(), **results: tuple) -> list[str]:
    """results: status, score and message of each test; a hint behind them makes it a hidden one."""
    tests = [
        Test(name, "f", "Title", not hint, status, score, 1.0, message=message, hint="".join(hint))
        for name, (status, score, message, *hint) in results.items()
    ]
    job = Job(kind, "lesson", version, ("a.py:1",) * 3, Limits(), {}, ANSWER if kind == "wrong" else None)
    return judge(job, Executed(version, tests), broken).problems


PASSED, FAILED = ("passed", 1.0, ""), ("failed", 0.0, "make it larger")


def test_the_reference_has_to_earn_everything(version):
    assert verdict(version, "reference", f_check=PASSED, f_hidden=PASSED) == []
    half = ("failed", 0.5, "half of it")
    assert (
        "0.5 of 1 in `f_hidden`\n      half of it"
        in verdict(version, "reference", f_check=PASSED, f_hidden=half)[0]
    )
    lost = ("could_not_run", 0.0, "the process ended")
    assert "0 of 1 in `f_check`" in verdict(version, "again", f_check=lost, f_hidden=PASSED)[0]


def test_the_untouched_notebook_may_earn_nothing(version):
    assert verdict(version, "untouched", f_check=FAILED, f_hidden=FAILED) == []
    part = ("failed", 0.25, "")
    assert verdict(version, "untouched", f_check=FAILED, f_hidden=part) == [
        "the untouched notebook earns points in `f_hidden`"
    ]


def test_a_wrong_answer_loses_what_it_should_and_is_told_why(version):
    assert verdict(version, "wrong", f_check=FAILED, f_hidden=PASSED) == []
    assert (
        "should lose `f_check`, and passes" in verdict(version, "wrong", f_check=PASSED, f_hidden=PASSED)[0]
    )
    assert (
        "should keep `f_hidden`, and loses it"
        in verdict(version, "wrong", f_check=FAILED, f_hidden=FAILED)[0]
    )
    other = ("failed", 0.0, "try again")
    assert (
        "is not told 'larger', but\n      try again"
        in verdict(version, "wrong", f_check=other, f_hidden=PASSED)[0]
    )
    unseen = ("failed", 0.0, "make it larger", "look at its size")
    said = verdict(version, "wrong", f_check=unseen, f_hidden=PASSED)[0]
    assert said.startswith(
        "wrong_answers.py:1: `too small` (f) is not told 'larger', but\n      look at its size\n"
    )
    assert "a hidden test shows its hint= alone" in said
    folded = ("failed", 0.0, "should be\n  larger")
    assert verdict(version, "wrong", f_check=folded, f_hidden=PASSED) == []


def test_where_the_reference_fails_a_wrong_answer_proves_nothing(version):
    assert verdict(version, "wrong", broken=["f_hidden"], f_check=FAILED, f_hidden=FAILED) == []
    other = ("failed", 0.0, "try again")
    assert verdict(version, "wrong", broken=["f_check"], f_check=other, f_hidden=PASSED) == []


@pytest.mark.parametrize(
    ("old", "new", "says", "repair"),
    [
        ('task="mean" name="the sum"', 'task="maen" name="the sum"', "no task `maen`", "`mean`"),
        ('["mean_check", "mean_hidden"] hint="mi', '["mean_chek"] hint="mi', "no test `mean_chek`", "`mean_check`"),
        ('["mean_check", "mean_hidden"] hint="mi', '[] hint="mi', "`loses` missing or empty", "loses="),
        (' hint="middle"', "", "`hint` missing or empty", "hint="),
        (' hint="middle"', ' hnit="middle" hint="middle"', "unknown key `hnit`", "`hint`"),
        ('loses=["mean_check", "mean_hidden"] hint="middle"', 'loses=["mean_check"', "cannot be read", "task="),
        ("return sum(values)\n", "return sum(values\n", "`the sum` is not valid Python", "repair"),
        ('name="divides by two"', 'name="the sum"', "2 wrong answers of `mean` have the name `the sum`", "each"),
        ('# %% task="mean"', '# %% [markdown] task="mean"', "has 3 known wrong answers", "at least 4"),
    ],
)  # fmt: skip
def test_mistakes_in_the_wrong_answers_are_named(course, lesson, old, new, says, repair):
    path = lesson.with_name("wrong_answers.py")
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new, 1))
    whole = outline.outline(percent.read(lesson.read_text()))
    _, problems = wrong_answers.read(path, "wrong_answers.py", whole)
    here = [problem for problem in problems if says in problem.what]
    assert here and repair in here[0].repair, problems


def test_a_lesson_without_wrong_answers_needs_them(course, lesson):
    lesson.with_name("wrong_answers.py").unlink()
    whole = outline.outline(percent.read(lesson.read_text()))
    found, [problem] = wrong_answers.read(lesson.with_name("wrong_answers.py"), "wrong_answers.py", whole)
    assert found == [] and "`mean` has 0 known wrong answers" in problem.what


PARITY = """\
# %%
import random

import torchlet as torch

print("the same")

# %%
print(torch.__name__)

# %% tags=["core-only"]
print(torch.__file__)

# %%
print(random.random())

# %%
object()

"""


def test_a_lesson_prints_the_same_with_pytorch_or_says_where_not(course, lesson, autograder):
    pytest.importorskip("torch")
    lesson.write_text(PARITY + lesson.read_text())
    result = autograder("--course", course, "check", "--pytorch")
    assert result.code == 1
    assert "4 of 5 cells; 1 core-only; 1 varying" in result.out
    shown = "01_first.py:8: this cell prints something else with PyTorch\n      print(torch.__name__)"
    assert f"{shown}\n      torchlet: torchlet\n      PyTorch:  torch\n" in result.out
    assert result.out.count("something else with PyTorch") == 1
    assert "PyTorch" not in autograder("--course", course, "check", "--no-pytorch").out


def test_what_counts_as_printed():
    cell = nbformat.v4.new_code_cell("x")
    shown = nbformat.v4.new_output("execute_result", {"text/plain": "<object at 0x7f00aa>"})
    figure = nbformat.v4.new_output("execute_result", {"text/plain": "<Figure>", "text/html": "<svg>"})
    warning = nbformat.v4.new_output("stream", name="stderr", text="careful")
    raised = nbformat.v4.new_output("error", ename="RuntimeError", evalue="no grad", traceback=[])
    cell.outputs = [nbformat.v4.new_output("stream", text="a\n"), shown, figure, warning, raised]
    assert parity.printed(cell) == "a\n<object at 0x...>\nRuntimeError: no grad\n"


def test_a_plain_nbgrader_course_is_checked_as_far_as_it_goes(course, autograder):
    autograder("--course", course, "build")
    notebook = nbformat.read(course / "solutions/01_first/01_first.ipynb", as_version=4)
    notebook.metadata.pop("autograder")
    bare = course / "bare/source/ps1/ps1.ipynb"
    bare.parent.mkdir(parents=True)
    nbformat.write(notebook, bare)
    result = autograder("--course", course / "bare", "check")
    assert result.code == 0, result.out
    assert "2 of 2 points" in result.out and "0 of 0 wrong answers" in result.out


def test_files_beside_the_notebook_are_there_when_it_runs(tmp_path):
    cell = nbformat.v4.new_code_cell('print(open("data/numbers.csv").read())')
    job = Job(
        "reference", "x", nbformat.v4.new_notebook(cells=[cell]), ("",), Limits(), {"data/numbers.csv": b"17"}
    )
    executed = job.run()
    assert parity.printed(executed.notebook.cells[0]).strip() == "17"
    assert checking.judge(job, executed).problems == []
    assert not Path("data").exists()


def test_plain_nbgrader_gives_the_same_marks_in_a_kernel(course, lesson, autograder, tmp_path):
    file = tmp_path / "result.json"
    result = autograder("--course", course, "check", "--plain-nbgrader", "--workers", 1, "--json", file)
    assert result.code == 0, result.out
    for shown in ("2 of 2 points", "0 points", "4 of 4 wrong answers as expected"):
        assert shown in result.out
    assert re.fullmatch(r"01_first done: 1 of 1 lessons, 6 of 6 runs, after \d+ s\n", result.err)
    [report] = json.loads(file.read_text())["plain_nbgrader"]
    assert report["runs"] == 6 and report["caught"] == {"mean": [4, 4]}


def test_what_is_wrong_only_under_plain_nbgrader_is_found(course, lesson, autograder):
    marker = "# The mean of two and of three numbers\n"
    text = lesson.read_text().replace(marker, f"{marker}import sys\nsys.stderr.write('careful')\n")
    lesson.write_text(text)  # a word on stderr costs all points there
    answers = lesson.with_name("wrong_answers.py")
    answers.write_text(answers.read_text().replace('hint="can you divide by that"', 'hint="never said"'))
    result = autograder("--course", course, "check", "--plain-nbgrader", "--workers", 1)
    assert result.code == 1
    assert "01_first done: 1 of 1 lessons, 1 of 1 runs once more, after " in result.err
    assert "the reference answer has 0 of 1 in `mean_check`\n      careful" in result.out
    assert "`fails for no numbers` (mean) is not told 'never said', but\n" in result.out
    assert "can you divide by that" in result.out


def wrong(task: str, name: str, *loses: str) -> WrongAnswer:
    return WrongAnswer(task, name, loses, "hint", f"{task} = 0", "wrong_answers.py:1")


def test_one_run_in_a_kernel_tries_a_wrong_answer_of_every_task():
    answers = [wrong("f", "one", "f_check"), wrong("g", "one", "g_check"), wrong("f", "two", "f_check")]
    assert plain.rounds(answers) == [(answers[0], answers[1]), (answers[2],)]
    assert plain.rounds([]) == []


def test_in_such_a_run_each_test_counts_for_its_own_task(version):
    other = nbformat.v4.new_code_cell("g = 1", metadata={"nbgrader": {"grade_id": "g", "solution": True}})
    marks = {"grade_id": "g_check", "grade": True, "points": 1}
    version.cells += [other, nbformat.v4.new_code_cell("# Title", metadata={"nbgrader": marks})]
    whole = outline.outline(version)
    f, g = wrong("f", "one", "f_check"), wrong("g", "one", "g_check")

    def found(answer, together, **scores):
        result = {name: Marks(score, 1.0, "the hint") for name, score in scores.items()}
        return plain.problems(answer, together, result, whole, set())

    assert found(f, (f, g), f_check=0.0, f_hidden=1.0, g_check=0.0) == []
    assert "should lose `g_check`" in found(g, (f, g), f_check=0.0, f_hidden=1.0, g_check=1.0)[0]
    assert "should keep `f_hidden`" in found(f, (f, g), f_check=0.0, f_hidden=0.5, g_check=0.0)[0]
    assert found(g, (f, g), f_check=0.0, f_hidden=0.5, g_check=0.0) == []
    assert "should keep `g_check`" in found(f, (f,), f_check=0.0, f_hidden=1.0, g_check=0.0)[0]
    assert "ended with ValueError" in plain.problems(f, (f,), ValueError("x"), whole, set())[0]


def test_the_source_of_a_test_is_no_hint():
    cell = nbformat.v4.new_code_cell("assert f == 1, 'hint'")
    traceback = ["      1 assert f == 1, 'hint'"]
    cell.outputs = [
        nbformat.v4.new_output("stream", text="printed"),
        nbformat.v4.new_output("error", ename="NameError", evalue="no f", traceback=traceback),
    ]
    assert kernel.told(cell) == "printed\nNameError: no f"


def test_what_a_task_forbids_is_no_matter_of_plain_nbgrader(course, lesson, autograder):
    before = '# %% nbgrader={"grade": true, "grade_id": "mean_check"'
    forbids = before.replace("# %%", '# %% autograder={"forbids": ["statistics.mean"]}')
    lesson.write_text(lesson.read_text().replace(before, forbids))
    answers = lesson.with_name("wrong_answers.py")
    marker = '# %% task="mean" name="uses a library" loses=["mean_check", "mean_hidden"] hint="allowed"'
    code = f'{marker}\nimport statistics\n\n\ndef mean(values):\n    return statistics.mean(values) if values else float("nan")\n'
    answers.write_text(f"{answers.read_text()}\n\n{code}")
    result = autograder("--course", course, "check", "--plain-nbgrader", "--workers", 1)
    assert "4 of 4 wrong answers as expected; 1 only for the judge" in result.out
    assert result.code == 0, result.out


def test_a_wrong_answer_may_be_for_the_judge_alone(course, lesson, autograder):
    answers = lesson.with_name("wrong_answers.py")
    hint = re.search(r'hint="[^"]*"', answers.read_text())[0]
    answers.write_text(answers.read_text().replace(hint, f'{hint} only="judge"', 1))
    result = autograder("--course", course, "check", "--plain-nbgrader", "--workers", 1)
    assert "3 of 3 wrong answers as expected; 1 only for the judge" in result.out and result.code == 0, (
        result.out
    )
    answers.write_text(answers.read_text().replace('only="judge"', 'only="me"'))
    result = autograder("--course", course, "check", "--workers", 1)
    assert "`only` can say nothing but 'judge'" in result.out and result.code == 1, result.out
