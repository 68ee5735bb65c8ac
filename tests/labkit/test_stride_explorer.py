"""The walk over memory: the same for both libraries, in the order in which the tensor prints."""

import re

import numpy as np
import pytest
import torch

import torchlet
from labkit import stride_explorer
from labkit.stride_explorer import _look

LIBRARIES = {"torch": torch, "torchlet": torchlet}


@pytest.fixture(params=LIBRARIES)
def lib(request):
    return LIBRARIES[request.param]


def views(lib):
    x = lib.arange(100, 112).reshape(3, 4)
    return {
        "x": x,
        "x.T": x.T,
        "x[:, 1]": x[:, 1],
        "x[1:, 1::2]": x[1:, 1::2],
        "row": x[:1].expand(3, 4),
        "x[2, 3]": x[2:, 3:].reshape(()),
        "cut": x.reshape(2, 3, 2),
    }


def test_the_walk_finds_the_elements(lib):
    for name, tensor in views(lib).items():
        look = _look(name, tensor)
        found = [look.memory[place] for _, place in look.places()]
        assert found == tensor.reshape(-1).tolist(), name
        assert look.memory == tuple(range(100, 112))


def test_both_libraries_tell_the_same(shown):
    for lib in LIBRARIES.values():
        stride_explorer(views(lib))
    assert shown[0] == shown[1]


def test_the_words(shown, lib):
    x = lib.arange(100, 106).reshape(2, 3)
    stride_explorer({"x.T": x.T})
    assert shown[0][1].splitlines() == [
        "Memory, and a walk over it",
        "View: x.T",
        "  whole: Shape (3, 2), strides (1, 3), offset 0. One step in memory: 1 along dimension 0, 3 along dimension 1.",
        "  [0, 0]: Place 0 + 0·1 + 0·3 = 0 holds 100.",
        "  [0, 1]: Place 0 + 0·1 + 1·3 = 3 holds 103. A jump of +3 from the element before.",
        "  [1, 0]: Place 0 + 1·1 + 0·3 = 1 holds 101. A jump of -2 from the element before.",
        "  [1, 1]: Place 0 + 1·1 + 1·3 = 4 holds 104. A jump of +3 from the element before.",
        "  [2, 0]: Place 0 + 2·1 + 0·3 = 2 holds 102. A jump of -2 from the element before.",
        "  [2, 1]: Place 0 + 2·1 + 1·3 = 5 holds 105. A jump of +3 from the element before.",
    ]


def test_a_stretched_dimension_stays_where_it_is(shown, lib):
    stride_explorer({"column": lib.tensor([[7.0], [8.0]]).expand(2, 2)})
    assert shown[0][1].count("The same place as the element before.") == 2


def test_what_does_not_share_memory_is_refused(lib):
    x = lib.arange(6).reshape(2, 3)
    with pytest.raises(ValueError, match=r"x and copy do not share memory"):
        stride_explorer({"x": x, "copy": x.clone()})


def test_what_the_picture_has_no_room_for(lib):
    with pytest.raises(ValueError, match="100 elements on a memory of 100"):
        stride_explorer(lib.arange(100))
    with pytest.raises(ValueError, match="100 elements on a memory of 1 "):
        stride_explorer(lib.zeros(1).expand(100))
    with pytest.raises(ValueError, match="4 dimensions"):
        stride_explorer(lib.zeros(1, 1, 1, 1))
    with pytest.raises(TypeError, match="wants tensors; x is ndarray"):
        stride_explorer(np.zeros(3))


def test_no_element_and_one_element(shown, lib):
    stride_explorer({"nothing": lib.zeros(2, 0)})
    stride_explorer(lib.tensor(3.0))
    assert "Shape (2, 0), strides (1, 1), offset 0." in shown[0][1]
    assert "[]: Place 0 = 0 holds 3.0." in shown[1][1]


@pytest.mark.browser
def test_the_keyboard_walks(browser, shown):
    stride_explorer(views(torchlet))
    page = browser.new_page()
    page.set_content(shown[0][0])
    figure = page.get_by_role("group", name="Memory, and a walk over it")
    figure.get_by_role("slider", name="element").focus()
    assert figure.get_by_role("status").inner_text().startswith("Shape (3, 4), strides (4, 1)")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert re.search(r"= 1 holds 101\. A jump of \+1", figure.get_by_role("status").inner_text())
    figure.get_by_role("button", name="x.T").focus()
    page.keyboard.press("Enter")
    assert "= 4 holds 104. A jump of +4" in figure.get_by_role("status").inner_text()
    seen = [text.text_content() for text in figure.locator("svg text").all() if text.is_visible()]
    assert "+4" in seen and "x.T" in seen and "x[:, 1]" not in seen
    page.close()
