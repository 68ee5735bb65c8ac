"""Every lesson as a student meets it: opened in JupyterLab, run to its end, each figure operated by keyboard."""

import shutil
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from autograder.course import Course
from tests.browser import lab
from tests.lessons.machinery import Lesson

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
LESSONS = [
    lesson.id for lesson in Course.load(ROOT).lessons if (ROOT / "solutions" / lesson.id / f"{lesson.id}.py").is_file()
]  # fmt: skip
GRADED = ("_check", "_hidden")


@pytest.fixture(scope="module")
def course(start_lab, tmp_path_factory):
    """A copy of the students' notebooks, and the address of the JupyterLab on it."""
    folder = tmp_path_factory.mktemp("student") / "notebooks"
    shutil.copytree(ROOT / "notebooks", folder)
    return folder, start_lab(folder)


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_lesson_runs_and_its_figures_answer(lesson, course, page, screenshots):
    folder, address = course
    notebook = folder / lesson / f"{lesson}.ipynb"
    lab.open_notebook(page, address, f"{lesson}/{lesson}.ipynb")
    lab.run_all(page, seconds=300)
    saved = lab.save(page, notebook)
    wrong = {name: text for name, text in lab.errors(saved).items() if not graded_or_announced(saved, name)}
    assert not wrong
    stderr = [o.text for c in saved.cells for o in c.get("outputs", []) if o.get("name") == "stderr"]
    assert not stderr

    break_and_mend(page, notebook, screenshots)
    figures = 0
    for kind, operate in {"frames": step_frames, "graph": step_graph, "ordering": order_line}.items():
        for number, figure in enumerate(page.locator(f".jp-OutputArea-output .lk-{kind}").all()):
            if figure.is_visible():
                figure.scroll_into_view_if_needed()
                operate(page, figure)
                figure.screenshot(path=screenshots / f"{lesson}_{kind}_{number}.png")
                figures += 1
    assert figures
    found = Axe().run(page, context={"include": [[".lk"]]}).response["violations"]
    assert not [(one["id"], one["nodes"][0]["html"][:200]) for one in found]


def break_and_mend(page: Page, file: Path, screenshots: Path) -> None:
    """The first task with a known wrong answer, whose hint appears, and with the reference answer, which passes."""
    lesson = Lesson(file.stem)
    wrong = next(c for c in lesson.wrong_answers() if f"{c.metadata['task']}_check" in c.metadata["loses"])
    task, check = wrong.metadata["task"], f"{wrong.metadata['task']}_check"
    places = [cell.id for cell in nbformat.read(file, as_version=4).cells]
    cells = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell")

    def ran(notebook: nbformat.NotebookNode) -> int | None:
        return notebook.cells[places.index(check)].execution_count

    def said(code: str) -> str:
        before = ran(nbformat.read(file, as_version=4))
        cells.nth(places.index(task)).locator(".cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(code)
        for _ in range(places.index(check) - places.index(task) + 1):  # a helper may stand between them
            page.keyboard.press("Shift+Enter")
        while ran(saved := lab.save(page, file)) in (None, before):  # the status bar may still say Idle
            page.wait_for_timeout(200)
        return " ".join(lab.errors(saved).get(check, "").split())

    assert wrong.metadata["hint"] in said(wrong.source)
    cells.nth(places.index(check)).screenshot(path=screenshots / f"{lesson.name}_wrong_answer.png")
    assert not said(lesson.graded()[task])


def graded_or_announced(notebook, name: str) -> bool:
    """Whether a cell may end in an error: a test of homework that is not solved yet, or one that shows an error."""
    cell = next(cell for cell in notebook.cells if cell.id == name)
    return name.endswith(GRADED) or "raises-exception" in cell.metadata.get("tags", [])


def step_frames(page: Page, figure: Locator) -> None:
    """The slider moves the frames: another name, and the words of that frame."""
    slider, name, status = (figure.locator(part) for part in (".lk-control input", ".lk-name", ".lk-status"))
    texts = figure.locator(".lk-texts").first.locator("li span").all_text_contents()
    slider.focus()
    page.keyboard.press("Home")
    expect(status).to_have_text(texts[0])
    before = name.inner_text()
    if len(texts) > 1:
        page.keyboard.press("ArrowRight")
        expect(status).to_have_text(texts[1])
        assert name.inner_text() != before
    for choice in figure.locator(".lk-switch button").all()[1:]:
        choice.focus()
        page.keyboard.press("Enter")
        expect(choice).to_have_attribute("aria-pressed", "true")
    slider.focus()
    page.keyboard.press("End")


def step_graph(page: Page, figure: Locator) -> None:
    status = figure.locator(".lk-status")
    figure.focus()
    page.keyboard.press("Home")
    expect(status).to_contain_text("1/")
    page.keyboard.press("ArrowRight")
    expect(status).to_contain_text("2/")
    page.keyboard.press("End")
    expect(figure.locator(".lk-ahead")).to_have_count(0)


def order_line(page: Page, figure: Locator) -> None:
    figure.locator(".lk-pool button").first.focus()
    page.keyboard.press("Enter")
    expect(figure.locator(".lk-program li")).to_have_count(1)
    figure.locator(".lk-bar button").first.click()
    expect(figure.locator(".lk-status")).not_to_be_empty()
