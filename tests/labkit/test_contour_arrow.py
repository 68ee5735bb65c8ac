"""The gradient among contour lines: slopes against formulas, and the hand on the slider in a browser."""

import math
import re

import pytest

from labkit import contour_arrow

PATH = [(-2 + k / 2, 1.0) for k in range(9)]
NUMBER = r"\(?(-?[\d.e+-]+?)\)?"
SLOPE = re.compile(
    rf"gradient \((\S+), (\S+)\), v = \((\S+), (\S+)\)\. Slope along v: .* = {NUMBER}\.(?: |$)", re.M
)


def bowl(x, y):
    return x**2 + 3 * y**2


def told(text: str) -> list[tuple[float, ...]]:
    """Of each frame: gradient, direction and slope."""
    return [tuple(map(float, numbers)) for numbers in SLOPE.findall(text)]


def test_the_point_walks_along_the_path(shown):
    contour_arrow(bowl, PATH)
    for (x, y), (gx, gy, vx, vy, slope) in zip(PATH, told(shown[0][1])[:9], strict=True):
        assert (gx, gy, vx, vy, slope) == (2 * x, 6 * y, 1, 0, 2 * x)


def test_the_direction_turns_in_the_middle_of_the_path(shown):
    contour_arrow(bowl, PATH)
    turned = told(shown[0][1])[9:]
    assert len(turned) == 12 and {frame[:2] for frame in turned} == {(0, 6)}
    for k, (*_, vx, vy, slope) in enumerate(turned):
        assert slope == pytest.approx(6 * math.cos(math.radians(30 * k)), abs=5e-3)
        assert math.hypot(vx, vy) == pytest.approx(1, abs=2e-3)
    text = shown[0][1]
    assert text.count("no direction is steeper") == 1 and text.count("the steepest way down") == 1
    assert text.count("along the contour line nothing changes") == 2


def test_a_direction_of_another_length_is_divided_by_it(shown):
    contour_arrow(bowl, [(1.0, 1.0)], direction=(3.0, 4.0))
    assert told(shown[0][1])[0] == (2, 6, 0.6, 0.8, 6)


def test_where_the_gradient_is_zero_another_point_turns(shown):
    contour_arrow(bowl, [(2.0, 0.0), (0.0, 0.0), (1.0, 0.0)])
    assert {frame[:2] for frame in told(shown[0][1])[3:]} == {(4, 0)}


@pytest.mark.parametrize(("path", "direction"), [([], (1, 0)), ([(1, 1)], (0, 0))])
def test_nothing_to_draw_is_an_error(path, direction):
    with pytest.raises(ValueError, match="at least one point"):
        contour_arrow(bowl, path, direction)


def test_the_same_bytes_every_time(shown):
    for _ in range(2):
        contour_arrow(bowl, PATH[:3])
    assert shown[0][0] == shown[1][0]


@pytest.mark.browser
def test_by_keyboard(browser, shown):
    contour_arrow(bowl, PATH)
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content(shown[0][0])
    figure = page.get_by_role("group", name="The gradient among the contour lines")
    slider, status = figure.get_by_role("slider", name="place"), figure.get_by_role("status")
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert status.inner_text().endswith("= 0.") and slider.get_attribute("aria-valuetext") == "at (0, 1)"
    arrows = figure.locator("svg [data-frame='0.4']")
    assert arrows.count() == 3 and arrows.first.is_visible()
    assert figure.locator("svg [data-frame='0.3']").first.is_hidden()
    figure.get_by_role("button", name="the direction turns").focus()
    page.keyboard.press("Enter")
    assert "no direction is steeper" in status.inner_text()
    page.close()
    assert errors == []
