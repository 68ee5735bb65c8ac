"""The instructor's round in formgrader: Autograde asks the judge, a person marks the rest, feedback shows both."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from playwright.sync_api import Page, expect

from tests.browser import formgrader
from tests.submissions.courses import LESSON, hand_in, text_course

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
STUDENTS = ["perfect", "half_done", "wrong_answer"]
WRITTEN = "why"  # the lesson's written answer, of three points
COMMENT = "The rule is right. But why does it hold for -2 < 0?"


def autograder(course, *arguments: str) -> None:
    command = [sys.executable, "-m", "autograder", "--course", str(course.root), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert done.returncode in (0, 1), done.stderr


@pytest.fixture
def course(tmp_path):
    """A course that has handed out a lesson and got it back, but has graded nothing."""
    course = text_course(tmp_path / "course")
    shutil.copy(ROOT / "nbgrader_config.py", course.root)
    autograder(course, "release", LESSON)
    hand_in(course, *STUDENTS)
    return course


@pytest.fixture
def expected(course, tmp_path):
    """What `autograder grade` enters into the gradebook of a copy of the course."""
    copy = type(course).load(shutil.copytree(course.root, tmp_path / "copy"))
    autograder(copy, "grade", LESSON, "--workers", "1")
    return marks(copy)


def test_autograde_mark_by_hand_and_feedback(course, expected, start_lab, page, screenshots):
    assert set(expected) == set(STUDENTS) and len(set(expected.values())) == len(STUDENTS)
    address = start_lab(course.root)
    formgrader.open_in_lab(page, address, LESSON)
    page.screenshot(path=screenshots / "formgrader_in_lab.png")

    formgrader.submissions(page, address, LESSON)
    for student in STUDENTS:
        expect(formgrader.row(page, student).locator(".status")).to_have_text("needs autograding")
        formgrader.autograde(page, LESSON, student)
        shows(page, student, *expected[student])
    page.screenshot(path=screenshots / "formgrader_autograded.png")
    assert marks(course) == expected

    student, (score, waits) = "wrong_answer", expected["wrong_answer"]
    assert waits
    formgrader.open_for_marking(page, LESSON, student)
    formgrader.mark(page, WRITTEN, "2", COMMENT)
    page.screenshot(path=screenshots / "formgrader_manual.png")
    assert marks(course) == {**expected, student: (score + 2, False)}
    formgrader.submissions(page, address, LESSON)
    shows(page, student, score + 2, waits=False)

    autograder(course, "feedback", LESSON)
    feedback(page, course, student)
    written = page.locator("article.test", has_text=COMMENT)
    expect(written.locator(".points")).to_have_text("2 / 3")
    written.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / "feedback_marked_by_hand.png", full_page=True)
    feedback(page, course, "perfect")  # waits for its mark still
    expect(page.locator("article.manual .points")).to_have_text("? / 3")


def shows(page: Page, student: str, score: float, waits: bool) -> None:
    """The list of submissions has this score, and says whether it waits for a person."""
    row = formgrader.row(page, student)
    expect(row.locator(".score")).to_have_text(f"{score:g} / 9")
    expect(row.locator(".status")).to_have_text("needs manual grading" if waits else "graded")


def feedback(page: Page, course, student: str) -> None:
    (file,) = (course.feedback_dir / student / LESSON).glob("*.html")
    page.goto(file.as_uri())


def marks(course) -> dict[str, tuple[float, bool]]:
    """Student -> the score in the gradebook, and whether it waits for a person."""
    with Gradebook(course.database_url) as gradebook:
        submissions = gradebook.assignment_submissions(LESSON)
        return {one.student.id: (one.score, one.needs_manual_grade) for one in submissions}
