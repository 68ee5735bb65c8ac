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


def test_what_a_test_replaces_in_a_library_is_replaced_for_the_answer():
    answer = "import random, time\nfrom random import randint\ndef roll(): return random.randint(1, 6) + 100 * (time.time() < 9)"
    test = """
from unittest.mock import patch
with patch("random.randint", return_value=30) as drawn, patch("time.time", lambda: 5.0):
    assert roll() == 130
drawn.assert_called_once_with(1, 6)
assert 1 <= roll() <= 6
try:
    with patch("random.randint", side_effect=KeyError("none")): roll()
except KeyError: pass
assert 1 <= roll() <= 6
"""
    assert messages(("answer", answer), ("test", test), ("test", "assert 1 <= roll() <= 6")) == ["", ""]


@pytest.mark.parametrize("library", LIBRARIES)
def test_subclasses_of_a_library_are_known_as_such(library):
    answer = f"""
import {library} as torch
class Square(torch.autograd.Function):
    forward = staticmethod(lambda ctx, x: x * x)
class Net(torch.nn.Module): pass
class Other: pass
"""
    test = f"""
import {library} as torch
assert issubclass(Square, torch.autograd.Function) and issubclass(Net, torch.nn.Module)
assert not issubclass(Other, torch.nn.Module) and not issubclass(Square, torch.nn.Module)
assert issubclass(Net, (int, torch.nn.Module)) and issubclass(bool, int) and isinstance(Net(), torch.nn.Module)
"""
    assert messages(("answer", answer), ("test", test)) == [""]
