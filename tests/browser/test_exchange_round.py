"""The round through nbgrader's exchange, each with the buttons of their JupyterLab: instructor, student, and back."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from nbgrader.utils import get_username
from playwright.sync_api import Locator, Page, expect

from tests.browser import formgrader, lab
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
    """A course with an exchange, and beside it `home/`, where the student works."""
    course = text_course(tmp_path / "course")
    settings = EXCHANGE.format(exchange=str(tmp_path / "exchange"), cache=str(tmp_path / "cache"))
    (course.root / "nbgrader_config.py").write_text((ROOT / "nbgrader_config.py").read_text() + settings)
    (tmp_path / "home").mkdir()
    (tmp_path / "exchange").mkdir()
    (tmp_path / "exchange").chmod(0o777)  # as nbgrader wants it; without the folder formgrader has no button
    (tmp_path / "home" / "nbgrader_config.py").write_text(f"c = get_config()\n{settings}")
    return course


def run(course, module: str, *arguments: str) -> str:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_from_the_source_to_the_feedback(course, start_lab, page, tmp_path, screenshots):
    """The instructor sets points and hands out, the student works and hands in, and the marks come back."""
    home, student = tmp_path / "home", get_username()  # nbgrader asks the operating system
    instructors, students = start_lab(course.root), start_lab(home)

    run(course, "autograder", "build")
    set_points(page, instructors, "squares_check", 2, total=10)
    page.screenshot(path=screenshots / "create_assignment.png")
    formgrader.press(page, instructors, LESSON, "assign", "created the student version of")
    formgrader.press(page, instructors, LESSON, "release", "released")
    page.screenshot(path=screenshots / "formgrader_released.png")

    work_and_submit(course, page, students, home, screenshots)

    formgrader.press(page, instructors, LESSON, "collect", "collected submissions of")
    handed_in = course.submitted_dir / student / LESSON / f"{LESSON}.ipynb"
    assert handed_in.read_bytes() == (home / LESSON / f"{LESSON}.ipynb").read_bytes()
    run(course, "autograder", "grade", LESSON, "--workers", "1", "--json", str(tmp_path / "marks.json"))
    (mark,) = json.loads((tmp_path / "marks.json").read_text())["submissions"]
    assert (mark["student"], mark["status"], mark["score"]) == (student, "graded", 7)
    formgrader.submissions(page, instructors, LESSON)
    formgrader.open_for_marking(page, LESSON, student)
    formgrader.mark(page, "why", "3", "Well said.")
    formgrader.press(page, instructors, LESSON, "generate-feedback", "generated feedback of")
    formgrader.press(page, instructors, LESSON, "release-feedback", "released feedback of")

    open_lab(page, students)
    listed(page, "submitted").get_by_role("button", name="Fetch Feedback").click()
    expect(listed(page, "submitted")).to_contain_text("(view feedback)")
    page.screenshot(path=screenshots / "feedback_fetched.png")
    (fetched,) = (home / LESSON / "feedback").glob(f"*/{LESSON}.html")
    (ours,) = (course.feedback_dir / student / LESSON).glob("*.html")
    assert fetched.read_text() == ours.read_text()
    read(page, fetched, screenshots)


def set_points(page: Page, address: str, cell: str, points: int, total: int) -> None:
    """Opens the lesson's source, sets a cell's points in the Create Assignment panel, and saves."""
    source = f"solutions/{LESSON}/{LESSON}"
    lab.open_notebook(page, address, f"{source}.ipynb")
    page.get_by_role("tab", name="Create Assignment").click()
    widgets = page.locator(".nbgrader-CellWidget").filter(
        has=page.locator(".nbgrader-CellPoints input:visible")
    )
    (widget,) = [one for one in widgets.all() if one.locator(".nbgrader-CellId input").input_value() == cell]
    widget.locator(".nbgrader-CellPoints input").fill(str(points))
    widget.locator(".nbgrader-CellPoints input").press("Tab")
    expect(page.locator(".nbgrader-TotalPointsInput")).to_have_value(str(total))
    page.locator(".jp-NotebookPanel .jp-Cell").first.click()
    page.keyboard.press("Control+s")
    expect(page.locator("#jp-main-statusbar")).to_contain_text("Saving completed")


def work_and_submit(course, page: Page, address: str, home: Path, screenshots: Path) -> None:
    """Fetch, solve with *Validate* before and after, submit."""
    open_lab(page, address)
    listed(page, "released").get_by_role("button", name="Fetch").click()
    expect(listed(page, "fetched").get_by_role("button", name="Submit")).to_be_visible()
    page.screenshot(path=screenshots / "assignment_list_fetched.png")

    answers = Material.of(course, LESSON).answers
    lab.open_notebook(page, address, f"{LESSON}/{LESSON}.ipynb")
    solve(page, "def squares", answers["squares"])
    said = validate(page)
    # the mean, the number and the words are missing
    expect(said).to_contain_text("The following cell failed:")
    page.screenshot(path=screenshots / "validate_failed.png")
    close(said)
    solve(page, "def mean", answers["mean"])
    solve(page, "raise NotImplementedError", answers["number"])
    answer_in_words(page, answers["why"])
    said = validate(page)
    expect(said).to_contain_text("Success! Your notebook passes all the tests.")
    page.screenshot(path=screenshots / "validate_passed.png")
    close(said)
    assert "math.fsum" in (home / LESSON / f"{LESSON}.ipynb").read_text()

    open_assignments(page)
    listed(page, "fetched").get_by_role("button", name="Submit").click()
    expect(listed(page, "submitted")).to_be_visible()
    page.screenshot(path=screenshots / "assignment_list_submitted.png")


def read(page: Page, file: Path, screenshots: Path) -> None:
    """The page as a plain file: on a phone and on a screen, light and dark, without a barrier."""
    page.goto(file.as_uri())
    expect(page.locator("dl.sum")).to_contain_text("7 of 7")
    expect(page.locator("article.test", has_text="Well said.").locator(".points")).to_have_text("3 / 3")
    for name, width in {"phone": 390, "screen": 1280}.items():
        page.set_viewport_size({"width": width, "height": 900})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=screenshots / f"feedback_{name}_{scheme}.png", full_page=True)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            found = Axe().run(page).response["violations"]
            assert not [(one["id"], one["nodes"][0]["html"][:200]) for one in found]


def open_lab(page: Page, address: str) -> None:
    page.goto(f"{address}/lab?reset")
    open_assignments(page)


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
