"""The instructor's page: numbers from the records, pairs that are alike, nothing of a student's that is not text."""

import json
import re
from dataclasses import replace

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder import similar
from autograder.overview import overview
from autograder.records import Report, Submission, Test

LESSON = "01_squares"
CAUSE = "f(2) should be 4.\nExpected: 4\nGot:      {}\nLikely cause: The sign is\n    flipped.\nWhere to look: section 1"


def record(name, score, status="", message="", hint=""):
    word = status or ("passed" if score == 2 else "failed")
    return Test(f"{name}_check", name, "Title", True, word, score, 2.0, message, hint)


def submission(student, *tests, status="graded", **more):
    score = None if status in ("failed", "missing") else sum(test.score or 0.0 for test in tests)
    return Submission(student, status, score, 4.0, tests=list(tests), seconds=1.0, **more)


CLASS = Report(
    lesson=LESSON,
    seed=1,
    submissions=[
        submission("ada", record("f", 2.0), record("g", 2.0)),
        submission("bob", record("f", 0.0, message=CAUSE.format(-4), hint="Look at −."), record("g", 1.0)),
        submission("cyd", record("f", 0.0, message=CAUSE.format(-9), hint="Look at −."), record("g", 2.0)),
        submission("dan", record("f", 0.0, "could_not_run"), record("g", 0.0, message="NameError: g")),
        submission("eve", record("f", None, "could_not_run"), status="failed", reason="no notebook"),
    ],
)


def test_a_class_in_numbers():
    found = overview(CLASS, {"f": "Task 1"})
    first, second = found.tasks
    assert (first.title, second.title) == ("Task 1", "g")
    assert (first.full, first.part, first.nothing, first.lost) == (1, 0, 2, 1)
    assert (second.full, second.part, second.nothing, second.lost) == (2, 1, 1, 0)
    assert (first.share, second.share) == (0.25, 0.625)
    assert (found.scores, found.median, found.max_score) == ([4.0, 1.0, 2.0, 0.0], 1.5, 4.0)
    assert found.statuses == {"graded": 4, "failed": 1}


def test_what_ran_beside_the_answers_is_named_with_who_passed():
    beside, judged = record("f", 2.0), replace(record("g", 2.0), isolated=True)
    failed = replace(beside, score=0.0, status="failed")
    entries = [submission("ada", beside, judged), submission("bob", failed, judged)]
    assert overview(Report(LESSON, 1, entries), {}).beside == {"Title": ["ada"]}


def test_the_same_cause_is_one_mistake_whatever_the_values():
    (mistake,) = overview(CLASS, {}).tasks[0].mistakes
    assert (mistake.text, mistake.hint, mistake.students) == (
        "The sign is flipped.",
        "Look at −.",
        ["bob", "cyd"],
    )


ANSWER = """
def distances(points, others):
    result = []
    for point in points:
        row = []
        for other in others:
            total = 0
            for a, b in zip(point, other):
                total += (a - b) ** 2
            row.append(total ** 0.5)
        result.append(row)
    return result
"""
OTHER = """
def distances(points, others):
    from numpy import asarray, sqrt
    left, right = asarray(points), asarray(others)
    products = left @ right.T
    squares = (left * left).sum(1)[:, None] + (right * right).sum(1)[None] - 2 * products
    return sqrt(squares.clip(min=0)).tolist()
"""
STUB = "def distances(points, others):\n    raise NotImplementedError()"


def notebook(answer, *own):
    marks = {"nbgrader": {"grade_id": "distances", "solution": True, "grade": False, "locked": False}}
    cells = [
        new_code_cell("import torchlet as torch", id="imports"),
        new_code_cell(answer, metadata=marks, id="a"),
    ]
    return [new_notebook(cells=cells + [new_code_cell(text, id=f"own-{k}") for k, text in enumerate(own)])]


def test_renamed_answers_are_alike_and_others_are_not():
    renamed = re.sub(r"\brow\b", "line", ANSWER.replace("total", "summe").replace("point", "p1")) + "# mine\n"
    work = {"ada": notebook(ANSWER), "bob": notebook(renamed), "cyd": notebook(OTHER), "dan": notebook(STUB)}
    (pair,) = similar.pairs(work, notebook(STUB))
    assert (pair.first, pair.second) == ("ada", "bob") and pair.share > 0.9


def test_what_was_handed_out_does_not_make_alike():
    helper = ANSWER.replace("distances", "helper")
    work = {name: notebook(helper + f"\nx = {name!r}") for name in ("ada", "bob")}
    assert similar.pairs(work, notebook(helper)) == []
    assert similar.pairs({name: notebook(STUB) for name in ("ada", "bob")}, notebook(STUB)) == []


def test_cells_of_ones_own_count():
    work = {"ada": notebook(STUB, ANSWER), "bob": notebook(STUB, ANSWER)}
    (pair,) = similar.pairs(work, notebook(STUB))
    assert pair.shares == (1.0, 1.0) and "def distances" in pair.codes[0]


@pytest.mark.slow
def test_the_page_of_a_class(recipes, tmp_path, autograder):
    course = recipes.courses.text_course(tmp_path / "course")
    recipes.courses.hand_in(
        course, "perfect", "another_wrong_answer", "late", "broken_json", "scripts_in_text"
    )
    autograder("--course", course.root, "grade", LESSON)
    ledger = course.root / ".autograder/results" / LESSON / "another_wrong_answer.json"
    kept = json.loads(ledger.read_text())
    kept["submission"]["tests"][0].update(status="failed", message="<script>alert(1)</script>")
    ledger.write_text(json.dumps(kept))
    result = autograder("--course", course.root, "report", LESSON)
    assert result.code == 1 and "reports" in result.out  # two of them are worth a look
    page = (course.root / "reports" / f"{LESSON}.html").read_text()
    assert "<script>" not in page and "&lt;script&gt;alert(1)" in page
    assert "is not valid JSON" in page and page.count("<svg") == 2
    assert re.search(r"Most memory, libraries included: .*perfect \d+ MB", page)
    assert "too late" in page and "http:" not in re.sub(r'xmlns(:xlink)?="[^"]*"', "", page)
