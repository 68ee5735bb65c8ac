"""The student's round through nbgrader's exchange: fetch, solve, validate, submit; then the marks arrive."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from nbgrader.utils import get_username
from playwright.sync_api import Locator, Page, expect

from tests.browser import lab
from tests.submissions import Material
from tests.submissions.courses import LESSON, text_course

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
EXCHANGE = """
c.CourseDirectory.course_id = "maths"
c.Exchange.root = {exchange!r}
c.Exchange.cache = {cache!r}
"""


@pytest.fixture
def course(tmp_path):
    """A course that has released its lesson to an exchange, and beside it `home/`, where the student works."""
    course = text_course(tmp_path / "course")
    settings = EXCHANGE.format(exchange=str(tmp_path / "exchange"), cache=str(tmp_path / "cache"))
    (course.root / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text() + settings)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "nbgrader_config.py").write_text(f"c = get_config()\n{settings}")
    run(course, "autograder", "release", LESSON)
    run(course, "nbgrader", "release_assignment", LESSON)
    return course


def run(course, module: str, *arguments: str) -> str:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_fetch_validate_submit_and_the_marks_arrive(course, start_lab, page, tmp_path, screenshots):
    home = tmp_path / "home"
    address = start_lab(home)
    page.goto(f"{address}/lab?reset")
    open_assignments(page)
    listed(page, "released").get_by_role("button", name="Fetch").click()
    expect(listed(page, "fetched").get_by_role("button", name="Submit")).to_be_visible()
    page.screenshot(path=screenshots / "assignment_list_fetched.png")

    answers = Material.of(course, LESSON).answers
    file = home / LESSON / f"{LESSON}.ipynb"
    lab.open_notebook(page, address, f"{LESSON}/{LESSON}.ipynb")
    solve(page, "def squares", answers["squares"])
    said = validate(page)
    expect(said).to_contain_text(
        "The following cell failed:"
    )  # the mean, the number and the words are missing
    page.screenshot(path=screenshots / "validate_failed.png")
    close(said)
    solve(page, "def mean", answers["mean"])
    solve(page, "raise NotImplementedError", answers["number"])
    answer_in_words(page, answers["why"])
    said = validate(page)
    expect(said).to_contain_text("Success! Your notebook passes all the tests.")
    page.screenshot(path=screenshots / "validate_passed.png")
    close(said)
    assert "math.fsum" in file.read_text()

    open_assignments(page)
    listed(page, "fetched").get_by_role("button", name="Submit").click()
    expect(listed(page, "submitted")).to_be_visible()
    page.screenshot(path=screenshots / "assignment_list_submitted.png")

    student = get_username()  # nbgrader asks the operating system
    assert student in run(course, "autograder", "collect", LESSON)
    assert (course.submitted_dir / student / LESSON / file.name).read_bytes() == file.read_bytes()
    run(course, "autograder", "grade", LESSON, "--workers", "1", "--json", str(tmp_path / "marks.json"))
    (mark,) = json.loads((tmp_path / "marks.json").read_text())["submissions"]
    assert (mark["student"], mark["status"], mark["score"]) == (student, "graded", 6)


def open_assignments(page: Page) -> None:
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menuitem", name="Assignment List", exact=True).click()
    expect(page.locator("#released_assignments_list")).to_be_visible()


def listed(page: Page, kind: str) -> Locator:
    """The lesson's line among the assignments that are released, fetched or submitted."""
    return page.locator(f"#{kind}_assignments_list .list_item", has_text=LESSON).first


def solve(page: Page, stub: str, answer: str) -> None:
    """Writes the answer in the place of the code in the cell with these words."""
    page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell", has_text=stub).locator(
        ".cm-content"
    ).click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(answer)


def answer_in_words(page: Page, answer: str) -> None:
    cell = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-MarkdownCell", has_text="YOUR ANSWER HERE")
    cell.locator(".jp-MarkdownOutput").click()
    page.keyboard.press("Enter")
    expect(cell.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(answer)
    page.keyboard.press("Shift+Enter")


def validate(page: Page) -> Locator:
    """Presses *Validate* in the notebook's toolbar and returns the dialog with what it says."""
    page.get_by_role("button", name="Validate", exact=True).click()
    dialog = page.locator(".jp-Dialog")
    dialog.wait_for(timeout=180_000)
    return dialog


def close(dialog: Locator) -> None:
    dialog.get_by_role("button", name=re.compile("ok", re.IGNORECASE)).click()
    expect(dialog).to_have_count(0)
