"""Plain nbgrader and our grading give the same points to honest work, and nbgrader can go on where we stopped."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

LESSON = "01_squares"
# What nbgrader itself gets wrong is not a matter of agreement: there it loses honest points.
UNFAIR = {"warns_on_stderr", "answers_below_the_stubs"}


def nbgrader(root: Path, *words: str) -> str:
    """Run one of nbgrader's own commands in the course's folder; its programs are found on PATH."""
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *words],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr


def exported(root: Path, lesson: str) -> dict[str, tuple[float, float]]:
    """Points and possible points by student, as `nbgrader export` writes them."""
    nbgrader(root, "export", "--to=marks.csv")
    with open(root / "marks.csv", newline="") as file:
        found = [row for row in csv.DictReader(file) if row["assignment"] == lesson]
    return {row["student_id"]: (float(row["raw_score"]), float(row["max_score"])) for row in found}


def honest(recipes) -> list[str]:
    return [case.name for case in recipes.cases("honest") if case.name not in UNFAIR]


def without_the_judge(root: Path) -> None:
    """Let nbgrader execute notebooks in its own way, in a kernel."""
    with (root / "nbgrader_config.py").open("a") as file:
        file.write("del c.Autograde\n")


@pytest.fixture(scope="module", params=["text", "plain"])
def both(request, recipes, tmp_path_factory):
    """The same class in two copies of a course: graded by us, and by plain nbgrader."""
    root = tmp_path_factory.mktemp(request.param)
    make = {"text": recipes.courses.text_course, "plain": recipes.courses.plain_course}[request.param]
    course = make(root / "ours")
    if course.has_file:
        shutil.copy(Path(__file__).parents[2] / "nbgrader_config.py", course.root)
        subprocess.run(
            [sys.executable, "-m", "autograder", "--course", course.root, "build"],
            check=True,
            capture_output=True,
        )
    names = (
        honest(recipes)
        if request.param == "text"
        else ["perfect", "half_done", "empty", "another_wrong_answer"]
    )
    if not course.has_file:
        names.remove("another_wrong_answer")  # a plain course has no list of wrong answers
    recipes.courses.hand_in(course, *names)
    shutil.copytree(course.root, root / "theirs")
    subprocess.run(
        [sys.executable, "-m", "autograder", "--course", course.root, "grade", LESSON],
        capture_output=True,
        timeout=600,
    )
    if course.has_file:
        without_the_judge(root / "theirs")
    nbgrader(root / "theirs", "generate_assignment", LESSON, "--force")
    nbgrader(root / "theirs", "autograde", LESSON)
    return names, course.root, root / "theirs"


@pytest.mark.slow
def test_the_same_points(both):
    names, ours, theirs = both
    assert set(exported(ours, LESSON)) == set(names)
    assert exported(ours, LESSON) == exported(theirs, LESSON)


def written_answers(root: Path) -> dict[str, tuple]:
    """Of each student's written answer: the points given without a person, and whether one is waited for."""
    with Gradebook(f"sqlite:///{root / 'gradebook.db'}") as book:
        grades = [
            grade
            for submission in book.assignment_submissions(LESSON)
            for notebook in submission.notebooks
            for grade in notebook.grades
            if grade.cell.cell_type == "markdown"
        ]
        return {grade.student.id: (grade.auto_score, grade.needs_manual_grade) for grade in grades}


@pytest.mark.slow
def test_a_written_answer_that_was_not_touched_has_no_points_and_waits_for_nobody(both):
    """nbgrader's rule, and so ours: what is as it was handed out has 0 points, what was written waits for a person."""
    names, ours, theirs = both
    found = written_answers(ours)
    assert found == written_answers(theirs) and set(found) == set(names)
    assert found["half_done"] == found["empty"] == (0, False)
    assert found["perfect"] == (None, True)


@pytest.mark.slow
def test_nbgraders_own_feedback_and_a_second_autograde_work_on_our_results(both):
    names, ours, _ = both
    before = exported(ours, LESSON)
    nbgrader(ours, "generate_feedback", LESSON, "--force")
    for name in names:
        assert (ours / "feedback" / name / LESSON / f"{LESSON}.html").is_file()
    assert "Skipping existing assignment" in nbgrader(ours, "autograde", LESSON)
    nbgrader(ours, "autograde", LESSON, "--force", "--student", "perfect")
    assert exported(ours, LESSON) == before
