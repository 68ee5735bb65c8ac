"""The secant slider: its numbers against algebra, functions of both libraries, and the keyboard in a browser."""

import importlib
import re

import pytest

from labkit import palette, secant_slider


def slopes(text: str) -> dict[str, list[tuple[float, float]]]:
    """{forward or central: [(h, slope), …]} as the figure tells them."""
    found: dict = {}
    for line in text.splitlines():
        if group := re.match(r"Secant: (\w+),", line):
            found[group[1]] = frames = []
        elif frame := re.match(r"  h = (\S+): .* slope (\S+)\. The slope of the tangent", line):
            frames.append((float(frame[1]), float(frame[2])))
    return found


def test_the_slopes_of_a_cube_are_those_of_algebra(shown):
    secant_slider(lambda x: x**3, 2.0)
    found = slopes(shown[0][1])
    for h, slope in found["forward"]:
        assert slope == pytest.approx(12 + 6 * h + h * h, rel=1e-4)
    for h, slope in found["central"]:
        assert slope == pytest.approx(12 + h * h, rel=1e-4)
    assert [len(frames) for frames in found.values()] == [6, 6]
    assert shown[0][1].count("h → 0: ") == 2 and "the slopes have a limit: 12, " in shown[0][1]


def test_rise_and_run_are_told(shown):
    secant_slider(lambda x: x * x, 3.0, [0.5])
    assert "h = 0.5: From x = 3 to x = 3.5: rise 3.25, run 0.5, slope 6.5. " in shown[0][1]
    assert "h = 0.5: From x = 2.5 to x = 3.5: rise 6, run 1, slope 6. " in shown[0][1]


@pytest.mark.parametrize("library", ["torchlet", "torch"])
@pytest.mark.parametrize("asks", [False, True])
def test_functions_of_tensors(shown, library, asks):
    torch = importlib.import_module(library)
    x = torch.tensor(1.0, requires_grad=asks)
    secant_slider(torch.sin, x)
    assert "the slopes have a limit: 0.5403, " in shown[0][1] and x.grad is None
    secant_slider(lambda t: torch.exp(t) * torch.ones(1), torch.tensor(0.0), [0.1])
    assert "the slopes have a limit: 1, " in shown[1][1]


@pytest.mark.parametrize("function", [lambda x: None, lambda x: [x, x], lambda x: "6"[:0]])
def test_a_function_that_gives_no_number_is_named(function):
    with pytest.raises(ValueError, match="a slope needs one number"):
        secant_slider(function, 1.0)


@pytest.mark.parametrize("steps", [[], [0.5, 0.0], [-1.0]])
def test_steps_are_positive(steps):
    with pytest.raises(ValueError, match="positive numbers"):
        secant_slider(lambda x: x, 1.0, steps)


def test_a_constant_function_has_a_picture(shown):
    secant_slider(lambda x: 4.0, 0.0)
    assert "slope 0. The slope of the tangent is 0." in shown[0][1]


def test_the_colours_are_the_themes_and_the_bytes_are_always_the_same(shown):
    for _ in range(2):
        secant_slider(lambda x: x * x, 3.0)
    html = shown[0][0]
    assert html == shown[1][0]
    picture = html[html.index("<svg viewBox") if "<svg viewBox" in html else html.index("<svg") :]
    assert "var(--lk-gradient)" in picture and not re.search(
        "|".join(palette.LIGHT.values()), picture[: picture.index("</svg>")]
    )


@pytest.mark.browser
def test_by_keyboard(browser, shown):
    secant_slider(lambda x: x * x, 3.0)
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content(shown[0][0])
    figure = page.get_by_role("group", name="The secant turns into the tangent")
    slider, status = figure.get_by_role("slider", name="step h"), figure.get_by_role("status")
    assert "slope 8." in status.inner_text()  # without a hand: the first step
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert "slope 7." in status.inner_text() and slider.get_attribute("aria-valuetext") == "h = 1"
    page.keyboard.press("End")
    assert "the slopes have a limit: 6" in status.inner_text()
    page.keyboard.press("Home")
    figure.get_by_role("button", name="central").focus()
    page.keyboard.press("Enter")
    assert "From x = 1 to x = 5" in status.inner_text()
    assert figure.locator("svg [data-frame='1.0']").first.is_visible()
    assert figure.locator("svg [data-frame='0.0']").first.is_hidden()
    page.close()
    assert errors == []
