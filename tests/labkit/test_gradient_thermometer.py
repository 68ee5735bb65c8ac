"""The gradient thermometer: the loop that clears comes to rest, the one that forgets swings; in a real browser too."""

import importlib

import pytest

from labkit import gradient_thermometer, palette


@pytest.fixture(params=["torchlet", "torch"])
def torch(request):
    return importlib.import_module(request.param)


def draw(torch, **options):
    data = torch.tensor([-1.0, 1.0])
    w = torch.tensor(0.0, requires_grad=True)
    gradient_thermometer(
        lambda w: ((w * data - 2 * data) ** 2).mean(), w, **{"lr": 0.25, "best": 2.0} | options
    )
    return w


def test_every_number_comes_from_the_loop(torch, shown):
    draw(torch)
    lines = shown[0][1].splitlines()
    assert lines[1] == "The loop: cleared in each step" and lines[10] == "The loop: forgot to clear"
    assert lines[2:5] == [
        "  step 1: Step 1. .grad was empty. This pass adds −4. The step takes w from 0 to 1.",
        "  step 2: Step 2. .grad was empty. This pass adds −2. The step takes w from 1 to 1.5.",
        "  step 3: Step 3. .grad was empty. This pass adds −1. The step takes w from 1.5 to 1.75.",
    ]
    assert lines[12:14] == [
        "  step 2: Step 2. .grad still held −4. This pass adds −2, so .grad is −6. The step takes w from 1 to 2.5.",
        "  step 3: Step 3. .grad still held −6. This pass adds 1, so .grad is −5. The step takes w from 2.5 to 3.75.",
    ]
    assert len(lines) == 19


def test_both_libraries_tell_the_same(shown):
    for name in ("torchlet", "torch"):
        draw(importlib.import_module(name))
    assert shown[0] == shown[1]


def test_the_parameter_stays_as_it_is(torch, shown):
    w = draw(torch)
    assert w.item() == 0.0 and w.grad is None and w.requires_grad


def test_colours_are_those_of_the_palette(shown):
    draw(importlib.import_module("torchlet"))
    picture = shown[0][0]
    picture = picture[picture.index("<svg") : picture.index("</svg>")]
    assert not any(colour in picture for colour in palette.LIGHT.values()) and "#" not in picture
    assert "var(--lk-gradient)" in picture and "var(--lk-value)" in picture


@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid value")
def test_what_cannot_be_drawn(torch, shown):
    with pytest.raises(ValueError, match="at least one step"):
        draw(torch, steps=0)
    with pytest.raises(ValueError, match="beyond all bounds"):
        draw(torch, lr=1e30)


def test_a_loop_that_rests_from_the_start(torch, shown):
    gradient_thermometer(lambda w: 0 * w, torch.tensor(3.0), steps=2)
    assert "This pass adds 0. The step takes w from 3 to 3." in shown[0][1]


def test_the_hand_on_switch_and_slider(browser, shown):
    draw(importlib.import_module("torchlet"))
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.set_content(shown[0][0])
    status = page.locator(".lk-status")
    assert status.inner_text().startswith("Step 1. .grad was empty")
    page.get_by_role("button", name="forgot to clear").press("Enter")
    slider = page.get_by_role("slider")
    slider.press("Home")
    slider.press("ArrowRight")
    assert "still held −4" in status.inner_text()
    assert page.locator("svg .lk-frame:visible").count() == 1
    slider.press("End")
    assert status.inner_text().startswith("Step 8. .grad still held 5.688")
    assert errors == []
    page.close()
