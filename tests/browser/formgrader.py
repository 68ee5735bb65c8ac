"""What an instructor does in formgrader, as functions of a Playwright page."""

import re

from playwright.sync_api import Locator, Page, expect

SECONDS = 180_000  # milliseconds: the judge's parent process may have to start


def open_in_lab(page: Page, address: str, lesson: str) -> None:
    """Opens formgrader by JupyterLab's menu, and sees the lesson in it."""
    page.goto(f"{address}/lab?reset")
    page.get_by_role("menuitem", name="Nbgrader").click()
    page.get_by_role("menuitem", name="Formgrader", exact=True).click()
    inside = page.frame_locator("iframe#formgrader-iframe, iframe[src*='formgrader']")
    expect(inside.locator("#main-table")).to_contain_text(lesson)


def press(page: Page, address: str, lesson: str, button: str, said: str) -> None:
    """Presses a button of the lesson in the list of assignments (`assign`, `release`, `collect`, ...)."""
    page.goto(f"{address}/formgrader/manage_assignments")
    line = page.locator("#main-table tr").filter(has=page.locator("td.name", has_text=lesson))
    line.locator(f"td.{button} a").click()
    close(page, f"Successfully {said} '{lesson}'")


def close(page: Page, said: str) -> None:
    """Waits for the dialog with these words and closes it."""
    done = page.locator(".modal.in")
    done.wait_for(timeout=SECONDS)
    expect(done).to_contain_text(said)
    done.get_by_role("button", name="Close").last.click()
    expect(page.locator(".modal, .modal-backdrop")).to_have_count(0)


def submissions(page: Page, address: str, lesson: str) -> None:
    page.goto(f"{address}/formgrader/manage_submissions/{lesson}")


def row(page: Page, student: str) -> Locator:
    """The student's line in the list of submissions."""
    name = page.locator("td.student-id", has_text=re.compile(f"^{student}$"))
    return page.locator("#main-table tr").filter(has=name)


def autograde(page: Page, lesson: str, student: str) -> None:
    row(page, student).locator("td.autograde a").click()
    close(page, f"Successfully autograded '{lesson}' for student '{student}'")


def open_for_marking(page: Page, lesson: str, student: str) -> None:
    """From the list of submissions to the student's notebook, by its links."""
    row(page, student).locator("td.student-name a").click()
    page.get_by_role("link", name=lesson, exact=True).last.click()
    page.wait_for_function("window.formgrader?.grades?.loaded && formgrader.comments?.loaded")


def mark(page: Page, cell: str, points: str, comment: str) -> None:
    """Gives points and a comment to a written answer."""
    page.locator(f"#{cell}").scroll_into_view_if_needed()
    give(page, page.locator(f"#{cell}"), points, "grade")
    give(page, page.locator(f"#{cell}-comment"), comment, "comment")


def give(page: Page, field: Locator, value: str, kind: str) -> None:
    """Types into a field and leaves it; returns when formgrader has saved it."""
    with page.expect_response(
        lambda response: f"/api/{kind}/" in response.url and response.request.method == "PUT"
    ) as saved:
        field.fill(value)
        field.blur()
    assert saved.value.ok
