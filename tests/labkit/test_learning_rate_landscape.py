"""The landscape of a loss: what each step says, and the way that grows with the slider."""

import numpy as np
import pytest

from labkit import learning_rate_landscape

PATHS = {"0.1": [(4.0, 2.0), (2.0, 1.0), (1.0, 0.5)], "9": [(4.0, 2.0), (-40.0, 2.0), (np.inf, np.nan)]}


def bowl(p, q):
    return p**2 + 4 * q**2


def show(paths=PATHS):
    learning_rate_landscape(bowl, paths, names=("a", "c"), best=(0.0, 0.0))


def test_each_step_says_where_it_is(shown):
    show()
    assert shown[0][1].splitlines() == [
        "Where the steps lead",
        "Learning rate 0.1",
        "  step 0: a = 4, c = 2, loss 32.",
        "  step 1: a = 2, c = 1, loss 8.",
        "  step 2: a = 1, c = 0.5, loss 2.",
        "Learning rate 9",
        "  step 0: a = 4, c = 2, loss 32.",
        "  step 1: a = −40, c = 2, loss 1.62e+03. This is outside the picture.",
        "  step 2: The numbers have overflowed.",
    ]


def test_a_step_shows_the_way_that_led_there(shown):
    show({"0.1": PATHS["0.1"]})
    html = shown[0][0]
    assert html.count('data-frame="0.1 0.2"') == 2  # the first step: its line, and the dot where it began
    assert html.count('data-frame="0.2"') == 3  # the second one, and the parameters now
    assert html.count('display="none"') == 2  # the parameters of the steps before


@pytest.mark.parametrize("paths", [{}, {"0.1": []}])
def test_no_path_is_an_error(paths):
    with pytest.raises(ValueError, match="the points of its path"):
        show(paths)


@pytest.mark.browser
def test_slider_and_switch(browser, shown):
    show()
    page = browser.new_page()
    page.set_content(shown[0][0])
    figure = page.get_by_role("group", name="Where the steps lead")
    assert figure.get_by_role("status").inner_text() == "a = 1, c = 0.5, loss 2."
    figure.get_by_role("slider", name="step").focus()
    page.keyboard.press("ArrowLeft")
    figure.get_by_role("button", name="9").click()
    assert "outside the picture" in figure.get_by_role("status").inner_text()
    page.close()
