"""The checks that ask what a value is, and whose memory it has: `shape`, `dtype`, `type`, `attached`, `same_memory`, …"""

import numpy as np
import pytest
import torch

from labkit import expect
from labkit.expect import Mismatch

from .checking import LIBRARIES, fails

# --- kinds ---


def test_shape_dtype_and_type(tensor):
    x = tensor([[1.0, 2.0, 3.0]])
    expect.shape(x, (1, 3))
    assert fails(expect.shape, x, (3, 1), name="x").expected == "(3, 1)"
    expect.dtype(x, x.dtype)
    assert fails(expect.dtype, x, "int64").expected == "int64"
    expect.type(x, type(x))
    expect.type(1.5, (int, float))
    assert fails(expect.type, True, int).got == "bool: True"
    assert fails(expect.type, 3, float).expected == "float"


def test_a_tensor_is_a_tensor_whichever_library_made_it():
    made = [make([1.0]) for name, make in LIBRARIES.items() if name != "numpy"]
    for a in made:
        for b in made:
            expect.type(a, type(b))
            expect.equal(a, b)
            expect.dtype(a, b.dtype)
    fails(expect.type, np.ones(1), torch.Tensor)
    fails(expect.type, 1.0, torch.Tensor)


def test_a_type_of_the_same_name_is_told_by_its_module():
    with pytest.raises(Mismatch, match=r"Got: +numpy\.bool: True"):
        expect.type(np.array(3) > 2, bool, name="fits(shape, dtype, free)")


def test_attached_and_detached():
    w = torch.ones(2, requires_grad=True)
    expect.attached(2 * w)
    expect.detached(w.detach())
    expect.detached(3.0)
    assert ".detach()" in fails(expect.attached, w.detach()).cause
    assert ".item()" in fails(expect.detached, w.sum()).cause
    assert ".item()" in fails(expect.type, w.sum(), float).cause
    assert "leaf" in fails(expect.detached, w).cause
    assert "leaf" in fails(expect.type, w, float).cause


def test_true_wants_a_bool():
    expect.true(True, "")
    expect.true(np.bool_(True), "")
    expect.true(torch.tensor(3.0) > 2, "")
    assert str(fails(expect.true, False, "The chain is too short.")) == "The chain is too short."
    fails(expect.true, 1, "should be True")
    fails(expect.true, torch.tensor([True, True]), "should be one")


# --- memory ---


def test_memory(tensor):
    x = tensor([[1.0, 2.0], [3.0, 4.0]])
    y = tensor([[1.0, 2.0], [3.0, 4.0]])
    expect.same_memory(x, x)
    expect.same_memory(x.T, x)
    expect.same_memory(x[1:], x)
    expect.separate_memory(x, y)
    assert "copy" in fails(expect.same_memory, x, y).got
    assert "itself" in fails(expect.separate_memory, x, x).got
    assert "shared" in fails(expect.separate_memory, x.T, x).got


def test_memory_between_libraries():
    array = np.ones(3)
    expect.same_memory(torch.from_numpy(array), array)
    expect.separate_memory(torch.tensor(array), array)
