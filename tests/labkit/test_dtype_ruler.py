"""The dtype ruler: what it says is stored is what tensors store, and the picture is alive without a kernel."""

import math

import numpy as np
import pytest
import torch

import torchlet
from labkit import dtype_ruler
from labkit.dtype_ruler import DTYPES, PREPARED, store


@pytest.mark.filterwarnings("ignore:overflow")  # an overflow to inf is what some rows show
@pytest.mark.parametrize("library", [torchlet, torch])
@pytest.mark.parametrize("dtype", DTYPES)
def test_it_says_what_tensors_store(library, dtype):
    for number in [*PREPARED, 0, -0.5, 7, 1e-45, -70000.0, 2**63 - 1]:
        row = store(number, dtype)
        if row.value is not None:
            as_it_is = library.int64 if type(number) is int else library.float64
            stored = library.tensor(number, dtype=as_it_is).to(getattr(library, dtype)).item()
            assert stored == row.value and type(stored) is type(row.value), number


def test_the_verdict_is_about_the_number_as_it_is_written():
    verdicts = {(number, dtype): store(number, dtype).verdict for number in PREPARED for dtype in DTYPES}
    assert {dtype: verdicts[0.1, dtype] for dtype in ("uint8", "int64", "float16", "float64")} == {
        "uint8": "cut", "int64": "cut", "float16": "rounded", "float64": "rounded",
    }  # fmt: skip
    assert [verdicts[300, dtype] for dtype in ("uint8", "int8", "int16")] == ["overflow", "overflow", "exact"]
    assert verdicts[0.5, "float16"] == "exact" and verdicts[1e39, "float32"] == "overflow"
    assert (verdicts[2049, "float16"], verdicts[16777217, "float32"]) == ("rounded", "rounded")
    assert (verdicts[65504, "float16"], verdicts[65520, "float16"]) == ("exact", "overflow")
    assert store(-1.7, "uint8").value is None and store(10**20, "int64").value is None
    assert store(300.0, "uint8").value is None and store(300, "uint8").value == 44


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_the_spacing_leads_to_the_next_number(dtype):
    kind = np.dtype(dtype).type
    for number in (0.1, -1.7, 1, 2048, 300, 1e-8):
        row = store(number, dtype)
        stored = kind(number)
        after = np.nextafter(stored, kind(math.copysign(np.inf, stored)))
        assert float(row.spacing) == abs(float(after) - float(stored))
        assert len(row.marks) == 5 and sorted(row.marks)[2] == row.at
    assert store(65504, "float16").spacing is None and store(1, "uint8").spacing == 1
    assert [int(mark) for mark in store(0, "uint8").marks] == [0, 1, 2]


def test_all_frames_stand_there_and_300_is_shown_first(shown):
    dtype_ruler()
    html, text = shown[0]
    assert html.count('class="lk-frame"') == len(PREPARED)
    assert 'value="13"' in html and PREPARED[13] == 300
    assert "uint8 44 (overflow), int8 44 (overflow)" in text
    assert "16777217 is stored exactly by int32, int64, float64." in text
    assert "No dtype stores 0.1 exactly." in text and "float64 0.10000000000000001 (rounded)" in text


def test_own_values_and_tensors_of_both_libraries(shown):
    dtype_ruler(1000.5, torchlet.tensor(7), torch.tensor(0.25), names=("float16", "uint8"))
    html, text = shown[0]
    assert "1000.5 is stored exactly by float16. The others: uint8 not defined (overflow)." in text
    assert "7 is stored exactly by float16, uint8." in text and "0.25 is stored exactly by float16." in text
    assert 'value="0"' in html


@pytest.mark.parametrize("wrong", ["a", math.inf, math.nan, None, True, 1j])
def test_other_values_are_refused(wrong):
    with pytest.raises(ValueError, match="finite numbers"):
        dtype_ruler(wrong)


def test_other_dtypes_are_refused():
    with pytest.raises(ValueError, match="and not bfloat16"):
        dtype_ruler(1, names=("float32", "bfloat16"))


@pytest.mark.browser
def test_it_walks_by_keyboard(browser, shown):
    dtype_ruler()
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content(f"<!doctype html><html lang='en'><body>{shown[0][0]}</body></html>")
    assert page.locator(".lk-status").inner_text().startswith("300 is stored exactly by int16")
    page.locator("input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "float16 2048.0 (rounded)" in page.locator(".lk-status").inner_text()
    page.keyboard.press("End")
    assert page.locator(".lk-name").inner_text() == "1e+39"
    assert page.locator(".lk-frame:visible").count() == 1
    page.close()
    assert errors == []
