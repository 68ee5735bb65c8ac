"""What a person does in JupyterLab, as functions of a Playwright page."""

import contextlib
from pathlib import Path

import nbformat
from playwright.sync_api import Locator, Page, expect


def open_notebook(page: Page, address: str, path: str) -> Locator:
    """Opens a notebook, waits for its kernel and returns its panel."""
    page.goto(f"{address}/lab/tree/{path}?reset")
    page.locator(".jp-Notebook").wait_for()
    wait_until_idle(page)
    return page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")


def wait_until_idle(page: Page, seconds: float = 60) -> None:
    # The status bar says it; the execution indicator beside the kernel's name shows idle too early.
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=seconds * 1000)


def run_all(page: Page, seconds: float = 120) -> None:
    """Runs every cell and waits until each code cell with content has its number."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    unfinished = (
        "[...document.querySelectorAll('.jp-CodeCell')]"
        ".filter(c => c.querySelector('.cm-content')?.innerText.trim()"
        " && !/\\d/.test(c.querySelector('.jp-InputPrompt').innerText)).length"
    )
    page.wait_for_function(f"{unfinished} === 0", timeout=seconds * 1000)
    wait_until_idle(page)


def save(page: Page, file: Path) -> nbformat.NotebookNode:
    """Saves the open notebook and returns what lies on the disk: the page shows errors and stderr alike."""
    before = file.stat().st_mtime_ns
    page.keyboard.press("Control+s")
    for _ in range(300):
        page.wait_for_timeout(100)
        if file.stat().st_mtime_ns != before:
            with contextlib.suppress(nbformat.reader.NotJSONError):  # only half of it has been written
                return nbformat.read(file, as_version=4)
    raise AssertionError(f"{file.name} was not saved within 30 seconds")


def errors(notebook: nbformat.NotebookNode) -> dict[str, str]:
    """Cell id -> the message of the error that the cell ended in."""
    return {
        cell.id: f"{output.ename}: {output.evalue}"
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if output.output_type == "error"
    }
