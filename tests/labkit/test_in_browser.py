"""Figures and problems in a real Chromium: without a kernel, by keyboard, without their scripts."""

import pytest
import torch

from labkit import order_lines, session, show_graph

pytestmark = pytest.mark.browser

LINES = ["optimizer.zero_grad()", "loss = criterion(model(x), y)", "loss.backward()", "optimizer.step()"]
WRONG = {"loss.zero_grad()": "A loss has no gradients to clear."}


@pytest.fixture(scope="module")
def html():
    """A page with two graphs and an order-the-lines problem."""
    outputs = []
    shown, session.show = session.show, lambda html, text, **_: outputs.append(html)
    try:
        x = torch.tensor(2.0, requires_grad=True)
        y = torch.tensor(-4.0, requires_grad=True)
        show_graph("f = (x + y) ** 2 + 2 * x * y")
        show_graph(torch.sigmoid(x) * y)
        order_lines("One step of training.", LINES, WRONG)
    finally:
        session.show = shown
    body = "".join(outputs)
    return f'<!doctype html><html lang="en"><meta charset="utf-8"><title>t</title><main>{body}</main></html>'


@pytest.fixture
def page(browser, html):
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content(html)
    yield page
    page.close()
    assert errors == []


def status(figure):
    return figure.locator(".lk-status").inner_text()


def shown(figure):
    """The texts of the picture that can be seen at this step."""
    return figure.evaluate(
        "f => [...f.querySelectorAll('svg text')].filter(t => !t.closest('.lk-ahead')).map(t => t.textContent)"
    )


def test_the_graph_walks_by_keyboard(page):
    figure = page.locator(".lk-graph").first
    assert status(figure).startswith("All 14 steps.")
    everything = shown(figure)
    page.keyboard.press("Tab")
    page.keyboard.press("Home")
    assert status(figure) == "1/14 Forward. The leaves: x = 2.0, y = -4.0."
    assert "-2.0" not in shown(figure) and ".grad += -12.0" not in shown(figure)
    page.keyboard.press("ArrowRight")
    assert status(figure) == "2/14 Forward. x = 2.0 and y = -4.0: AddBackward0 is recorded. result = -2.0."
    assert "-2.0" in shown(figure)
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert status(figure).endswith("AddBackward0 is recorded. f = -12.0.")
    assert "1.0" not in shown(figure)
    page.keyboard.press("ArrowRight")
    assert "1.0" in shown(figure)
    page.keyboard.press("ArrowLeft")
    assert "1.0" not in shown(figure)
    page.keyboard.press("End")
    assert shown(figure) == everything
    assert page.locator(".lk-graph").nth(1).locator(".lk-status").inner_text().startswith("All 8 steps.")


def test_the_buttons_step_and_keep_the_focus(page):
    figure = page.locator(".lk-graph").nth(1)
    start = figure.get_by_role("button", name="Start")
    start.focus()
    page.keyboard.press("Enter")
    assert status(figure).startswith("1/8 ")
    assert start.evaluate("button => button === document.activeElement")
    page.keyboard.press("ArrowRight")
    assert status(figure).startswith("2/8 ")
    figure.get_by_role("button", name="All").click()
    assert status(figure).startswith("All 8")


@pytest.mark.parametrize("width", [320, 700])
def test_nothing_below_a_figure_jumps_when_its_text_changes(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    figure = page.locator(".lk-graph").first
    figure.focus()
    page.keyboard.press("Home")
    heights, lines = set(), set()
    for _ in range(14):
        heights.add(round(figure.bounding_box()["height"]))
        lines.add(len(status(figure)) > width / 8)  # some texts need another line than others
        page.keyboard.press("ArrowRight")
    assert lines == {True, False}
    assert len(heights) == 1


def test_focus_is_visible(page):
    page.keyboard.press("Tab")
    width = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert page.evaluate("document.activeElement.className") == "lk lk-graph" and width == "3px"


def test_a_screen_reader_is_told_what_everything_is(page):
    assert page.get_by_role("group", name="Computational graph of f").count() == 1
    assert page.get_by_role("img", name="Computational graph of f.").count() == 1
    assert page.get_by_role("group", name="Lines to put in order").count() == 1
    nameless = (
        "[...document.querySelectorAll('button')].filter(b => !(b.ariaLabel || b.textContent).trim()).length"
    )
    assert page.evaluate(nameless) == 0
    assert page.locator("[role=status]:visible").count() == 3
    assert page.evaluate("document.querySelectorAll('[id]').length") == 0


def test_lines_are_ordered_by_keyboard_and_checked(page):
    figure = page.locator(".lk-ordering")

    def choose(line):
        figure.locator(".lk-pool").get_by_role("button", name=line, exact=True).focus()
        page.keyboard.press("Enter")

    def checked():
        figure.get_by_role("button", name="Check").click()
        return status(figure)

    assert checked().startswith("Choose the first line")
    choose(LINES[1])
    assert status(figure) == f"Line 1 of 1: {LINES[1]}"
    assert checked() == "The program cannot begin with this line."
    choose(LINES[0])
    figure.get_by_role("button", name=f"up: {LINES[0]}").focus()
    page.keyboard.press("ArrowUp")
    assert checked() == "Right so far. 2 more to come."
    choose(LINES[3])
    assert checked() == "Right up to line 2. Line 3 comes too early or too late."
    choose("loss.zero_grad()")
    assert checked() == "This line does not belong: loss.zero_grad() — A loss has no gradients to clear."
    for line in (LINES[3], "loss.zero_grad()"):
        figure.get_by_role("button", name=f"take out: {line}").click()
    choose(LINES[2])
    choose(LINES[3])
    assert checked() == "Right: this is the order."
    figure.get_by_role("button", name="Start again").click()
    assert figure.locator(".lk-program li").count() == 0 and figure.locator(".lk-pool li").count() == 5


def test_without_scripts_everything_is_there_and_nothing_is_dead(browser, html):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(html)
    assert page.locator("svg").count() == 2 and page.get_by_text("PowBackward0").count() > 0
    assert page.get_by_role("button").count() == 0
    assert page.locator(".lk-pool li").count() == 5
    context.close()


def test_a_narrow_page_scrolls_the_picture_and_not_itself(page):
    page.set_viewport_size({"width": 360, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= 360")
