"""`nbgrader autograde`, and formgrader's button, with the judge: the marks and the record of `autograder grade`."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.ledger import Ledger, alone

from .test_plain_nbgrader_agrees import LESSON, exported, nbgrader

# nbgrader itself takes in folders and files: without a readable notebook of the lesson's name it converts nothing.
CASES = (
    *("perfect", "half_done", "empty", "another_wrong_answer", "warns_on_stderr", "late", "other_lesson"),
    *(
        "no_metadata",
        "duplicated_cells",
        "deleted_tests",
        "edited_tests",
        "points_of_ones_own",
        "skipped_tests",
    ),
    *("kernel_killer", "system_exit", "shadowing_files"),
)


@pytest.fixture(scope="module")
def courses(recipes, tmp_path_factory):
    """The same class twice: graded by us, and by plain nbgrader in a course with a course.yml."""
    root = tmp_path_factory.mktemp("step")
    course = recipes.courses.text_course(root / "ours")
    shutil.copy(Path(__file__).parents[2] / "nbgrader_config.py", course.root)
    command = [sys.executable, "-m", "autograder", "--course", course.root]
    subprocess.run([*command, "release", LESSON], check=True, capture_output=True, timeout=600)
    recipes.courses.hand_in(course, *CASES)
    shutil.copytree(course.root, root / "theirs")
    subprocess.run([*command, "grade", LESSON], capture_output=True, timeout=600)
    seed = Ledger(course, LESSON).seed(None)
    theirs = Course.load(root / "theirs")
    Ledger(theirs, LESSON).seed(seed)
    said = nbgrader(theirs.root, "autograde", LESSON)
    return course, theirs, said


@pytest.mark.slow
def test_the_same_marks_in_the_gradebook(courses):
    ours, theirs, _ = courses
    marks = exported(ours.root, LESSON)
    assert set(marks) == set(CASES) and len({score for score, _ in marks.values()}) > 3
    assert exported(theirs.root, LESSON) == marks


@pytest.mark.slow
def test_the_same_record_and_notebooks(courses):
    ours, theirs, _ = courses
    for name in CASES:
        one, other = (Ledger(course, LESSON).get(name).submission for course in (ours, theirs))
        assert (one.status, one.score, one.flags, one.reason) == (
            other.status,
            other.score,
            other.flags,
            other.reason,
        )
        assert [(test.id, test.status, test.score, test.message) for test in one.tests] == [
            (test.id, test.status, test.score, test.message) for test in other.tests
        ]


@pytest.mark.slow
def test_what_needs_a_look_is_said_and_flagged(courses):
    _, theirs, said = courses
    report = {name: Ledger(theirs, LESSON).get(name).submission for name in CASES}
    assert {entry.status for entry in report.values()} > {"graded"}
    for name, entry in report.items():
        if entry.status != "graded":
            assert f"{name}: {entry.status}" in said and entry.reason in said


@pytest.mark.slow
def test_grade_goes_on_where_nbgrader_stopped(courses, autograder):
    _, theirs, _ = courses
    result = autograder("--course", theirs.root, "grade", LESSON)
    assert f"{len(CASES)} of {len(CASES)} were graded before" in result.out


@pytest.mark.slow
def test_two_at_once_are_kept_apart(courses):
    _, theirs, _ = courses
    with alone(theirs), pytest.raises(AssertionError, match="is at work"):
        nbgrader(theirs.root, "autograde", LESSON, "--student", "perfect", "--force")
    nbgrader(theirs.root, "autograde", LESSON, "--student", "perfect", "--force")
    assert Ledger(theirs, LESSON).get("perfect").submission.score == 6


@pytest.mark.slow
def test_the_rubric_is_for_the_one_who_grades_alone(courses, autograder):
    _, theirs, _ = courses
    words = "One point for the rule, two for a reason."
    released = (theirs.release_dir / LESSON / f"{LESSON}.ipynb").read_text()
    graded = (theirs.autograded_dir / "perfect" / LESSON / f"{LESSON}.ipynb").read_text()
    assert words not in released and "students do not see it" in graded and graded.count(words) == 1
    page = theirs.feedback_dir / "perfect" / LESSON / f"{LESSON}.html"
    for write in (
        lambda: nbgrader(theirs.root, "generate_feedback", LESSON, "--student", "perfect", "--force"),
        lambda: autograder("--course", theirs.root, "feedback", LESSON),
    ):
        write()
        assert "Minus times minus" in page.read_text() and words not in page.read_text()
        page.chmod(0o644)
