"""The printed form of tensors, compared with PyTorch's to the last character."""

import numpy as np
import pytest
import torch
import torch._tensor_str as torch_printing
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from torchlet import dtypes, printing

DTYPES = ["bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64"]


def both(array, **suffixes):
    """Our text and PyTorch's for the same array."""
    array = np.asarray(array)
    tensor = torch.from_numpy(np.array(array))
    return printing.tensor_text(array, dtype=dtypes.of(array.dtype), **suffixes), repr(tensor)


def assert_same(array):
    ours, theirs = both(array)
    assert ours == theirs


@pytest.fixture(autouse=True)
def default_options():
    yield
    for module in (printing, torch):
        module.set_printoptions(profile="default")


@st.composite
def floats(draw, dtype):
    """Elements from a narrow or wide band of magnitudes, with zeros, infinities and nan mixed in."""
    shape = draw(hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=7))
    low = draw(st.integers(-30, 30))
    high = low + draw(st.integers(0, 12))
    seed, whole = draw(st.integers(0, 2**32)), draw(st.booleans())
    specials = draw(
        st.lists(st.sampled_from([0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, 1000.0, 1e8]), max_size=3)
    )
    rng = np.random.default_rng(seed)
    values = rng.choice([-1, 1], shape) * 10 ** rng.uniform(low, high, shape)
    values = np.asarray(np.round(values) if whole else values)
    for special in specials:
        values[rng.random(shape) < 0.2] = special
    with np.errstate(over="ignore", under="ignore"):
        return values.astype(dtype)


options = st.fixed_dictionaries(
    {},
    optional={
        "precision": st.integers(0, 9),
        "threshold": st.integers(0, 60),
        "edgeitems": st.integers(0, 4),
        "linewidth": st.integers(10, 120),
        "sci_mode": st.sampled_from([True, False, None]),
        "profile": st.sampled_from(["default", "short", "full"]),
    },
)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), dtype=st.sampled_from(["float16", "float32", "float64"]))
def test_floats(data, dtype):
    assert_same(data.draw(floats(dtype)))


@settings(max_examples=300, deadline=None)
@given(data=st.data(), dtype=st.sampled_from(DTYPES))
def test_any_bits(data, dtype):
    shape = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=6)
    assert_same(data.draw(hnp.arrays(dtype, shape)))


@settings(max_examples=300, deadline=None)
@given(data=st.data(), dtype=st.sampled_from(DTYPES), chosen=options)
def test_under_options(data, dtype, chosen):
    shape = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=9)
    array = data.draw(floats(dtype) if dtype.startswith("f") else hnp.arrays(dtype, shape))
    with printing.printoptions(**chosen), torch_printing.printoptions(**chosen):
        assert_same(array)
    assert printing.get_printoptions() == torch_printing.get_printoptions()
