"""What the graph keeps, counted in real runs: the same on both libraries, nothing under no_grad, less with checkpoints."""

import importlib

import pytest

from labkit import palette, saved_bytes_bar
from labkit.saved_bytes import Run


@pytest.fixture(params=["torchlet", "torch"])
def torch(request):
    return importlib.import_module(request.param)


def chain(torch):
    return [
        ("sigmoid", torch.sigmoid), ("exp", torch.exp), ("tanh", torch.tanh), ("+ 1", lambda t: t + 1),
        ("sqrt", torch.sqrt), ("tanh", torch.tanh), ("sigmoid", torch.sigmoid), ("exp", torch.exp), ("tanh", torch.tanh),
    ]  # fmt: skip


def test_recorded(torch):
    moments = Run(chain(torch), torch.linspace(0, 1, 256)).record()
    assert [m.total // 1024 for m in moments] == [1, 2, 3, 3, 4, 5, 6, 7, 8, 7, 6, 5, 4, 3, 2, 1, 0]
    assert [m.held[3] for m in moments] == [0] * len(moments)  # + 1 keeps nothing
    assert [m.operation for m in moments[9:]] == [8, 7, 6, 5, 4, 2, 1, 0]


def test_nothing_under_no_grad(torch):
    moments = Run(chain(torch), torch.linspace(0, 1, 256)).forward_only()
    assert [m.total for m in moments] == [0] * 9


def test_checkpoints_keep_inputs_and_compute_again(torch):
    moments = Run(chain(torch), torch.linspace(0, 1, 256)).checkpointed(3)
    assert [m.total // 1024 for m in moments[:9]] == [0, 0, 0, 0, 0, 1, 1, 1, 2]
    assert max(m.total for m in moments) == 5 * 1024 and moments[-1].total == 0
    assert sum(m.kind == "again" for m in moments) == 9


def test_one_checkpoint_around_everything_saves_nothing_at_the_worst_moment(torch):
    moments = Run(chain(torch), torch.linspace(0, 1, 256)).checkpointed(1)
    assert moments[8].total == 0 and max(m.total for m in moments) == 8 * 1024


def test_each_memory_is_counted_once(torch):
    moments = Run([("exp", torch.exp), ("x * x", lambda t: t * t)], torch.linspace(0, 1, 256)).record()
    assert [m.total for m in moments[:2]] == [1024, 1024]


def test_both_libraries_tell_the_same(shown):
    for name in ("torchlet", "torch"):
        library = importlib.import_module(name)
        saved_bytes_bar(chain(library), library.linspace(0, 1, 24), checkpoints=3)
    assert shown[0] == shown[1]
    assert (
        "  forward: sigmoid: Forward: sigmoid has run. Kept now: 96 bytes. The most so far: 96 bytes."
        in shown[0][1]
    )


def test_the_tensor_stays_as_it_is(torch, shown):
    x = torch.linspace(0, 1, 24).requires_grad_()
    saved_bytes_bar(chain(torch), x)
    assert x.grad is None and x.is_leaf


def test_colours_are_those_of_the_palette(torch, shown):
    saved_bytes_bar(chain(torch), torch.linspace(0, 1, 24))
    picture = shown[0][0]
    picture = picture[picture.index("<svg") : picture.index("</svg>")]
    assert not any(colour in picture for colour in palette.LIGHT.values()) and "#" not in picture


@pytest.mark.parametrize("parts", [0, 10])
def test_parts_have_operations(torch, shown, parts):
    with pytest.raises(ValueError, match=f"9 operations cannot be cut into {parts} parts"):
        saved_bytes_bar(chain(torch), torch.linspace(0, 1, 24), checkpoints=parts)


def test_the_hand_on_switch_and_slider(browser, shown):
    torch = importlib.import_module("torchlet")
    saved_bytes_bar(chain(torch), torch.linspace(0, 1, 256 * 1024), checkpoints=3)
    page = browser.new_page()
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.set_content(shown[0][0])
    status = page.locator(".lk-status")
    assert "Kept now: 8,192 KiB" in status.inner_text()
    page.get_by_role("slider").press("ArrowRight")
    assert "is let go. Kept now: 7,168 KiB" in status.inner_text()
    page.get_by_role("button", name="under no_grad").press("Enter")
    assert "Kept now: 0 bytes" in status.inner_text()
    page.get_by_role("button", name="3 checkpoints").press("Enter")
    page.get_by_role("slider").press("End")
    assert "The most so far: 5,120 KiB" in status.inner_text()
    assert errors == []
    page.close()
