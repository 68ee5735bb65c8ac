"""A prediction in JupyterLab: asked, answered wrongly, explained after the next cell."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import lab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
LESSON = "06_autograd"


@pytest.fixture
def notebook(tmp_path):
    return Path(shutil.copy(ROOT / "notebooks" / LESSON / f"{LESSON}.ipynb", tmp_path))


@pytest.fixture
def opened(start_lab, page, notebook):
    lab.open_notebook(page, start_lab(notebook.parent), notebook.name)
    return page


def test_a_wrong_prediction_is_noted_and_explained(opened, screenshots):
    question = opened.locator(".jp-CodeCell", has=opened.get_by_role("radio")).first
    opened.locator(".jp-Cell").first.click()
    for _ in range(12):  # down to the first prediction, as a student would
        opened.keyboard.press("Shift+Enter")
        opened.wait_for_timeout(400)
        if question.count():
            break
    lab.wait_until_idle(opened)
    question.get_by_role("radio").first.focus()
    opened.keyboard.press("Space")
    expect(question).to_contain_text("Noted")
    explained = opened.locator(".jp-CodeCell", has_text="your prediction")
    expect(explained).to_have_count(0)
    question.locator("xpath=following-sibling::*[contains(@class, 'jp-CodeCell')][1]").locator(
        ".cm-content"
    ).click()
    opened.keyboard.press("Shift+Enter")
    expect(explained.first).to_contain_text("what happens")
    explained.first.scroll_into_view_if_needed()
    opened.screenshot(path=screenshots / "lesson_06_prediction.png")
