"""The launch timeline: its times are those of the simulated GPU, and its clock says what a clock would say."""

import re

import pytest

import torchlet
from labkit import launch_timeline, session
from labkit.launch_timeline import SIZES, trace


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(session, "show", lambda html, text, **more: outputs.append((html, text)))
    launch_timeline()
    return outputs[0]


@pytest.mark.parametrize("n", [64, 256, 512])
def test_the_trace_is_what_a_program_on_the_simulated_device_sees(n):
    with torchlet.cuda.simulate(load_seconds=0.0) as gpu:
        a = torchlet.ones(n, n, device="cuda")
        torchlet.cuda.synchronize()
        start = gpu.now()
        for _ in range(3):
            a @ a
        launched = gpu.now() - start
        torchlet.cuda.synchronize()
        waited = gpu.now() - start
    assert trace(n, waits=False).clock == pytest.approx(1e6 * launched)
    assert trace(n).clock == trace(n).done == pytest.approx(1e6 * waited)
    assert trace(n, waits=False).done == trace(n).done


@pytest.mark.parametrize("n", SIZES)
def test_without_waiting_the_clock_says_what_the_launches_took(n):
    found = trace(n, waits=False)
    assert found.clock == pytest.approx(15) and found.wait is None
    assert [time for launch in found.launches for time in launch] == pytest.approx([0, 5, 5, 10, 10, 15])
    assert all(launch[1] <= work[0] for launch, work in zip(found.launches, found.work, strict=True))
    assert trace(n).wait == pytest.approx((15, found.done))


def test_the_text_says_the_times_and_that_they_are_simulated(shown):
    html, text = shown
    lines = text.splitlines()
    assert lines[0].endswith("on the simulated GPU") and "Simulated times" in html
    assert (
        lines[1] == "The clock is read without waiting" and lines[8] == "The clock is read with synchronize()"
    )
    assert lines[7].startswith("  n = 1024: The clock says 15.0 µs: 3 launches and nothing else.")
    assert "One product takes the device 268.4 µs" in lines[7] and "after 810.3 µs" in lines[7]
    assert lines[14].startswith("  n = 1024: The host waits, and the clock says 810.3 µs")
    assert [("faster than the launches" in line) for line in lines[2:8]] == [True] * 2 + [False] * 4


def test_the_picture_stays_in_its_frame(shown):
    html, _ = shown
    ends = [float(x) + float(w) for x, w in re.findall(r'<rect x="([\d.]+)" y="\d+" width="([\d.]+)"', html)]
    assert len(ends) == 2 * 6 * 6 + 6 and max(ends) <= 738 and "#" not in html[html.index("<svg") :]


@pytest.mark.browser
def test_the_switch_and_the_slider_by_keyboard(browser, shown):
    page = browser.new_page()
    page.set_content(f'<!doctype html><meta charset="utf-8"><main>{shown[0]}</main>')
    status = page.locator(".lk-status")
    assert "clock says 15.0 µs" in status.inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "clock says 810.3 µs" in status.inner_text()
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("Home")
    assert "clock says 17.0 µs" in status.inner_text() and slider.get_attribute("aria-valuetext") == "n = 64"
    page.close()
