"""Every sample submission, graded in one class: status, points, flags and reason are those that its recipe says."""

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import nbformat
import pytest
from nbgrader.utils import determine_grade

from autograder import cells
from autograder.demo import load_recipes
from autograder.records import FLAGS, Report
from autograder.untrusted import printable

RECIPES = load_recipes(Path(__file__).parent)
CASES = RECIPES.cases()


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """All cases graded by one run of the command: its result, the report by student, the material, the course."""
    courses = import_module("submissions.courses")
    course = courses.text_course(tmp_path_factory.mktemp("class"))
    material = courses.hand_in(course)
    command = [sys.executable, "-m", "autograder", "--course", course.root, "grade", courses.LESSON]
    done = subprocess.run(
        [*command, "--json", course.root / "out.json"], capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 1, done.stdout + done.stderr
    report = Report.from_json((course.root / "out.json").read_text())
    return done, {entry.student: entry for entry in report.submissions}, material, course


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_outcome(case, graded):
    _, report, material, _ = graded
    entry = report[printable(case.student or case.name)]
    assert (entry.status, entry.score) == (case.status, case.expected(material)), entry.reason
    assert set(case.flags) <= set(entry.flags)
    assert case.reason in entry.reason
    assert set(entry.flags) <= set(FLAGS)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nbgrader_finds_the_same_points_in_the_graded_notebook(case, graded):
    _, report, material, course = graded
    entry = report[printable(case.student or case.name)]
    if entry.score is None:
        pytest.skip("no marks")
    path = course.autograded_dir / entry.student / material.lesson / f"{material.name}.ipynb"
    found = {}
    for cell in nbformat.read(path, as_version=4).cells:
        if cells.is_graded(cell):
            found[cells.grade_id(cell)], _ = determine_grade(cell)
    assert found == {test.id: test.score for test in entry.tests}


@pytest.mark.slow
def test_everyone_without_full_marks_learns_why(graded):
    _, report, _, _ = graded
    for entry in report.values():
        silent = [
            test for test in entry.tests if test.status in ("failed", "could_not_run") and not test.message
        ]
        assert not silent, entry.student
        assert entry.reason or entry.status == "graded", entry.student


@pytest.mark.slow
def test_nothing_was_done_to_the_submissions(graded):
    _, _, _, course = graded
    link = course.submitted_dir / "linked_notebook" / "01_squares" / "01_squares.ipynb"
    assert link.is_symlink()
    assert not list(course.autograded_dir.glob("*/*/numpy.py"))


@pytest.mark.slow
def test_refused_names_are_in_the_table_and_nowhere_else(graded):
    done, _, _, course = graded
    assert "=1+1" in done.stdout and "two\\nlines" in done.stdout
    assert not [path for path in course.autograded_dir.iterdir() if not path.name.isidentifier()]


def test_every_case_says_what_it_is():
    assert all(case.text.endswith((".", "!")) for case in CASES), [c.name for c in CASES if not c.text]
    assert len(CASES) >= 60


def test_records_of_all_kinds_are_json(graded):
    _, report, _, _ = graded
    text = Report(lesson="x", seed=1, submissions=list(report.values())).to_json()
    assert json.loads(text)["schema"] == "autograder/1"
