"""The gradcheck microscope: verdicts of the library's own gradcheck, and the hand on the slider in a browser."""

import importlib
import re

import numpy as np
import pytest

from labkit import gradcheck_microscope, palette

FACTORS = ["0.5", "0.9", "0.99", "0.998", "0.999", "1", "1.001", "1.002", "1.01", "1.1", "2"]
PASSING = {  # the factors that pass, by settings
    "float64, eps = 1e-6, atol = 1e-4": ["0.999", "1", "1.001"],
    "float32, eps = 1e-4, atol = 1e-3": ["0.998", "0.999", "1", "1.001", "1.002"],
    "float32, eps = 1e-6, atol = 1e-4": [],
}


@pytest.fixture(params=["torchlet", "torch"])
def torch(request):
    return importlib.import_module(request.param)


def draw(torch, **options):
    gradcheck_microscope(torch.sigmoid, torch.linspace(-4, 4, 33), **options)


def test_the_verdicts_are_those_of_gradcheck(torch, shown):
    draw(torch)
    title, *lines = shown[0][1].splitlines()
    assert title == "Under the microscope: what gradcheck compares"
    passing, settings = {}, ""
    for line in lines:
        if line.startswith("Settings: "):
            settings = line.removeprefix("Settings: ")
            passing[settings] = []
        else:
            factor, verdict = re.match(r"  × ([\d.]+): gradcheck: (passes|fails)\.", line).groups()
            passing[settings] += [factor] if verdict == "passes" else []
    assert passing == PASSING and len(lines) == 3 * (1 + len(FACTORS))


def test_both_libraries_tell_the_same(shown):
    for name in ("torchlet", "torch"):
        draw(importlib.import_module(name))
    assert shown[0][1] == shown[1][1]


def test_the_sentences_say_how_wrong_and_how_finely_measured(shown):
    draw(importlib.import_module("torchlet"), factors=(1.0, 2.0))
    right, twice = shown[0][1].splitlines()[2:4]
    assert "The backward is right. Slopes can be measured in steps of 5.6e-11." in right
    assert "The backward is wrong by up to 0.25." in twice
    assert shown[0][1].count("in steps of 0.03.") == 2


def test_a_backward_that_is_wrong_by_itself_fails_at_every_factor_but_its_own(torch, shown):
    class Half(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            return x * 3

        @staticmethod
        def backward(ctx, grad_output):
            return grad_output * 1.5

    gradcheck_microscope(Half.apply, torch.linspace(-1, 1, 5), factors=(1.0, 2.0))
    assert [": passes" in line for line in shown[0][1].splitlines()[2:4]] == [False, True]


def test_the_points_and_their_gradients_are_left_alone(torch, shown):
    x = torch.linspace(-1, 1, 3).requires_grad_()
    before = x.detach().clone()
    gradcheck_microscope(torch.sigmoid, x, factors=(1.0,))
    assert np.array_equal(x.detach().numpy(), before.numpy()) and x.grad is None


def test_points_are_a_vector(torch, shown):
    for wrong in ([0.0, 1.0], torch.zeros(2, 2), torch.zeros(0)):
        with pytest.raises(ValueError, match="points x as a vector"):
            gradcheck_microscope(torch.sigmoid, wrong)
    assert shown == []


def test_one_frame_at_first_in_the_colours_of_the_page(shown):
    draw(importlib.import_module("torchlet"))
    html = shown[0][0]
    picture = html[html.index('<svg viewBox="0') : html.index("</svg>")]
    assert not [colour for colour in palette.LIGHT.values() if colour in picture]
    visible = re.findall(r'data-frame="([^"]+)">', picture)
    assert visible and all("0.5" in places.split() for places in visible)


@pytest.mark.browser
def test_slider_and_settings_by_keyboard(browser, shown):
    draw(importlib.import_module("torchlet"))
    page = browser.new_page()
    page.set_content(f'<!doctype html><html lang="en"><meta charset="utf-8">{shown[0][0]}</html>')
    status = page.locator(".lk-status")
    assert status.inner_text().startswith("gradcheck: passes. The backward is right.")
    page.get_by_role("slider").focus()
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == "× 1.002"
    assert status.inner_text().startswith("gradcheck: fails. The backward is wrong by up to 0.0005.")
    page.get_by_role("button", name="float32, eps = 1e-4").focus()
    page.keyboard.press("Enter")
    assert status.inner_text().startswith("gradcheck: passes. The backward is wrong by up to 0.0005.")
    page.close()
