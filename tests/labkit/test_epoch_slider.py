"""The slider over epochs: which are shown, what they say, and the curve that moves."""

import numpy as np
import pytest

import torchlet
from labkit import epoch_slider
from labkit.epoch_slider import chosen

X, Y = [0.0, 1.0, 2.0], [1.0, 3.0, 5.0]
HISTORY = {"loss": [182.7, 4.0, 0.25], "w": [-1.0, 1.5, 2.0], "d": [0.0, 0.5, 1.0]}


def line(x, w, d):
    return w * x + d


def test_each_epoch_says_its_loss_and_parameters(shown):
    epoch_slider(X, Y, line, HISTORY)
    assert shown[0][1].splitlines() == [
        "The fit, epoch by epoch",
        "  epoch 1: Mean loss 183. w = −1, d = 0.",
        "  epoch 2: Mean loss 4. w = 1.5, d = 0.5.",
        "  epoch 3: Mean loss 0.25. w = 2, d = 1.",
    ]
    assert shown[0][0].count("data-frame=") == 6  # a curve and a dot for each epoch


def test_tensors_arrays_and_lists_give_the_same_picture(shown):
    epoch_slider(X, Y, line, HISTORY)
    epoch_slider(torchlet.tensor(X), np.array(Y), line, HISTORY)
    assert shown[0] == shown[1]


def test_a_constant_curve_is_drawn_too(shown):
    epoch_slider(X, Y, lambda x, d: d, {"loss": [1.0], "d": [2.0]})
    assert "epoch 1: Mean loss 1. d = 2." in shown[0][1]


@pytest.mark.parametrize(("epochs", "frames"), [(300, 40), (300, 2), (5, 40), (41, 40), (1, 1), (1000, 40)])
def test_epochs_stand_denser_at_the_start(epochs, frames):
    numbers = chosen(epochs, frames)
    steps = np.diff(numbers)
    assert numbers[0] == 1 and numbers[-1] == epochs and min(frames, epochs) <= len(numbers) <= frames + 1
    assert (steps > 0).all() and (len(steps) < 2 or steps[0] <= steps[-1])


@pytest.mark.parametrize(
    ("x", "history", "said"),
    [
        (X[:2], HISTORY, "x has 2 numbers and y has 3"),
        (X, {"w": [1.0]}, 'history needs "loss"'),
        (X, HISTORY | {"d": [0.0]}, "'d': 1"),
    ],
)
def test_what_does_not_fit_is_said(x, history, said):
    with pytest.raises(ValueError, match=said):
        epoch_slider(x, Y, line, history)


@pytest.mark.browser
def test_the_slider_moves_the_curve(browser, shown):
    epoch_slider(X, Y, line, HISTORY)
    page = browser.new_page()
    page.set_content(shown[0][0])
    figure = page.get_by_role("group", name="The fit, epoch by epoch")
    figure.get_by_role("slider", name="epoch").focus()
    page.keyboard.press("ArrowRight")
    assert figure.get_by_role("status").inner_text() == "Mean loss 4. w = 1.5, d = 0.5."
    assert [part.is_visible() for part in figure.locator("[data-frame='0.1']").all()] == [True, True]
    assert not figure.locator("[data-frame='0.0']").first.is_visible()
    page.close()
