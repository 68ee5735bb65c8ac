"""`labkit.submit` in JupyterLab: it finds the open notebook, refuses what is not saved, writes the file beside it."""

import json
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell
from playwright.sync_api import expect

from tests.browser import lab

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GOLDEN = Path(__file__).parents[1] / "autograder/golden/notebooks/01_first/01_first.ipynb"
ANSWER = "def mean(values):\n    return sum(values) / len(values) if values else float('nan')"


@pytest.fixture
def notebook(tmp_path):
    """A solved lesson whose last cell calls `submit`, in a folder below the server's."""
    solved = nbformat.read(GOLDEN, as_version=4)
    next(cell for cell in solved.cells if cell.id == "mean").source = ANSWER
    solved.cells.append(new_code_cell("import labkit\n\nlabkit.submit()", id="submit"))
    file = tmp_path / "lessons" / "my copy of 01.ipynb"
    file.parent.mkdir()
    nbformat.write(solved, file)
    return file


def test_a_student_hands_in(start_lab, page, notebook, screenshots):
    panel = lab.open_notebook(page, start_lab(notebook.parents[1]), f"lessons/{notebook.name}")
    lab.run_all(page)
    said = panel.locator(".lk-submission")
    expect(said).to_contain_text("Your submission of 01_first is ready.")
    said.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / "submit.png")
    written = json.loads((notebook.parent / "01_first_submission.ipynb").read_text())
    assert [check["result"] for check in written["metadata"]["autograder"]["receipt"]["checks"]] == ["passed"]

    last = panel.locator(".jp-CodeCell").last
    last.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("  # not saved")
    page.keyboard.press("Control+Enter")
    expect(last).to_contain_text("is older than what you see")
    page.screenshot(path=screenshots / "submit_not_saved.png")
    lab.save(page, notebook)
    page.keyboard.press("Control+Enter")
    expect(said).to_contain_text("is ready")
