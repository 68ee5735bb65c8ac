"""nbgrader's *Validate* button on a real lesson: what it says of a solved notebook, and of one with a mistake in it."""

from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page, expect

from tests.browser import lab
from tests.lessons.machinery import Lesson

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
LESSON = Lesson("06_autograd")


@pytest.fixture
def notebook(tmp_path):
    """The student's notebook of a lesson, with the reference answers in it."""
    file = tmp_path / LESSON.name / f"{LESSON.name}.ipynb"
    file.parent.mkdir()
    solved = nbformat.read(NOTEBOOKS / LESSON.name / file.name, as_version=4)
    answers = LESSON.graded()
    for cell in solved.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source = answers[cell.metadata["nbgrader"]["grade_id"]]
    nbformat.write(solved, file)
    return file


def test_a_solved_lesson_passes_and_a_mistake_is_named(start_lab, page, notebook, screenshots):
    address = start_lab(notebook.parents[1])
    panel = lab.open_notebook(page, address, f"{LESSON.name}/{notebook.name}")
    assert "Success! Your notebook passes all the tests." in validate(
        page, screenshots / "validate_lesson.png"
    )

    wrong = next(cell for cell in LESSON.wrong_answers() if cell.metadata["task"] == "jacobian_by_rows")
    cell = panel.locator(".jp-CodeCell", has_text="def jacobian_by_rows").first
    cell.scroll_into_view_if_needed()
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(wrong.source)
    said = validate(page, screenshots / "validate_lesson_failed.png")
    assert said.startswith("The following cell failed:") and wrong.metadata["hint"] in " ".join(said.split())


def validate(page: Page, picture: Path) -> str:
    """What the dialog says after a click on *Validate*, which saves the notebook and runs a copy of it."""
    page.get_by_role("button", name="Validate", exact=True).click()
    dialog = page.locator(".jp-Dialog-content")
    dialog.wait_for(timeout=180_000)
    page.screenshot(path=picture)
    said = dialog.locator(".jp-Dialog-body").inner_text()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    return said
