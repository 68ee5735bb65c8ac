"""What an answer leaves behind in its own process is there in the judge's: versions of tensors, recording, time."""

import pytest

from .test_judge import messages

LIBRARIES = ["torch", "torchlet"]


@pytest.mark.parametrize("library", LIBRARIES)
def test_changes_in_place_are_counted_and_those_through_data_are_not(library):
    answer = f"""
import {library} as torch
def openly(w):
    with torch.no_grad(): w.sub_(1.0)
def secretly(w): w.data -= 1.0
def looks(w): return w.sum().item()
"""
    test = f"""
import {library} as torch
for change, count in [(openly, 1), (secretly, 0), (openly, 1)]:
    w = torch.ones(2, requires_grad=True)
    before = w._version
    assert looks(w) == 2 and w._version == before
    change(w)
    assert w.tolist() == [0.0, 0.0]
    assert w._version - before == count, (change, w._version)
    assert looks(w) == 0 and w._version - before == count
"""
    assert messages(("answer", answer), ("test", test)) == [""]


@pytest.mark.parametrize("library", LIBRARIES)
def test_who_switches_recording_off_for_ever_has_done_so_for_the_test_and_for_no_other(library):
    answer = f"""
import {library} as torch
def step(w):
    torch.set_grad_enabled(False)
    w.sub_(1.0)
def fails(w):
    torch.set_grad_enabled(False)
    raise ValueError
def tidy(w):
    with torch.no_grad(): w.sub_(1.0)
"""
    test = f"""
import {library} as torch
w = torch.ones(2, requires_grad=True)
tidy(w)
assert torch.is_grad_enabled()
CALL
assert not torch.is_grad_enabled() and not (2 * w).requires_grad
with torch.enable_grad(): tidy(w)
assert not torch.is_grad_enabled()
"""
    raising = "try: fails(w)\nexcept ValueError: pass"
    tests = [("test", test.replace("CALL", call)) for call in ("step(w)", raising)]
    assert messages(("answer", answer), *tests) == ["", ""]
