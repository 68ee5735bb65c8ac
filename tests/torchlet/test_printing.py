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


ANY_SHAPE = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=7)


def arrays(dtype):
    """Any bits, or for floats also values of one magnitude."""
    return (
        hnp.arrays(dtype, ANY_SHAPE) | floats(dtype)
        if dtype.startswith("f")
        else hnp.arrays(dtype, ANY_SHAPE)
    )


@settings(max_examples=400)
@given(data=st.data(), dtype=st.sampled_from(["float16", "float32", "float64"]))
def test_floats(data, dtype):
    assert_same(data.draw(floats(dtype)))


@settings(max_examples=200)
@given(data=st.data(), dtype=st.sampled_from(DTYPES))
def test_any_bits(data, dtype):
    assert_same(data.draw(hnp.arrays(dtype, ANY_SHAPE)))


@settings(max_examples=400)
@given(data=st.data(), dtype=st.sampled_from(DTYPES), chosen=options)
def test_under_options(data, dtype, chosen):
    array = data.draw(arrays(dtype))
    with printing.printoptions(**chosen), torch_printing.printoptions(**chosen):
        assert_same(array)
    assert printing.get_printoptions() == torch_printing.get_printoptions()


@given(data=st.data(), dtype=st.sampled_from(["float32", "float64"]), width=st.integers(10, 100))
def test_the_suffix_of_recorded_tensors(data, dtype, width):
    array = data.draw(floats(dtype))
    leaf = torch.from_numpy(array.copy()).requires_grad_()
    result = leaf * 1
    about = {"dtype": dtypes.of(array.dtype), "requires_grad": True}
    with printing.printoptions(linewidth=width), torch_printing.printoptions(linewidth=width):
        assert printing.tensor_text(array, **about) == repr(leaf)
        assert printing.tensor_text(array, grad_fn_name="MulBackward0", **about) == repr(result)


@pytest.mark.parametrize("default", ["float16", "float32", "float64"])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (2,), (0,), (2, 0)])
def test_the_dtype_is_shown_when_it_is_not_the_default(default, dtype, shape):
    before = dtypes.get_default_dtype(), torch.get_default_dtype()
    dtypes.set_default_dtype(getattr(dtypes, default))
    torch.set_default_dtype(getattr(torch, default))
    try:
        assert_same(np.ones(shape, dtype))
    finally:
        dtypes.set_default_dtype(before[0])
        torch.set_default_dtype(before[1])


def test_the_device_comes_first_after_the_values():
    text = printing.tensor_text(
        np.float64(2), dtype=dtypes.float64, device="cuda:0", grad_fn_name="AddBackward0"
    )
    assert text == "tensor(2., device='cuda:0', dtype=torch.float64, grad_fn=<AddBackward0>)"


def test_another_prefix_moves_the_rows():
    text = printing.tensor_text(np.eye(2), dtype=dtypes.float64, prefix="Weights(")
    assert text == "Weights([[1., 0.],\n         [0., 1.]], dtype=torch.float64)"


@pytest.mark.parametrize(
    "array",
    [
        np.arange(24.0).reshape(2, 3, 4).transpose(2, 0, 1),
        np.arange(24.0).reshape(4, 6)[::2, ::-3],
        np.broadcast_to(np.float32(1.5), (2, 3)),
        np.asfortranarray(np.arange(2000).reshape(50, 40)),
        np.arange(4000.0).reshape(2, 2000)[:, ::-1],
    ],
)
def test_the_layout_in_memory_does_not_show(array):
    assert_same(array)


@pytest.mark.parametrize(
    "scalar", [np.float32(0.1), np.float16(0.1), np.int8(-3), np.bool_(True), 2.5, True, 7]
)
def test_scalars(scalar):
    assert_same(scalar)


@pytest.mark.parametrize(
    "values",
    [
        [1e8, 1.0],
        [1.0e8 + 16, 1e8],
        [1000.0, 1.0],
        [1000.0, 0.99999994],
        [1e-4, 0.5e-4],
        [0.99995, 0.5],
        [9999.99999, 10.0],
        [-0.0, 2.0],
        [-0.0],
        [float("nan"), float("inf"), -float("inf")],
        [float("nan"), 3.0],
        [-float("inf"), 1.5],
        [1e38, 1e-38],
        [5e-324, 1.7e308],
        [1.0, 1e300],
        [123456.0, 1.5],
    ],
)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_at_the_edges_of_the_rules(values, dtype):
    with np.errstate(over="ignore", under="ignore"):
        assert_same(np.array(values).astype(dtype))


SHAPES = [(1000,), (1001,), (1001, 1), (1, 1001), (10, 11, 10), (7, 200), (6, 200), (3, 3, 200)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", ["int64", "float32"])
def test_summaries(shape, dtype):
    assert_same(np.arange(np.prod(shape)).reshape(shape).astype(dtype))


def test_unknown_profiles_and_the_reset_of_sci_mode():
    for module in (printing, torch_printing):
        module.set_printoptions(precision=2, sci_mode=True)
        module.set_printoptions(profile="no such")
    assert printing.get_printoptions() == torch_printing.get_printoptions()
    assert printing.get_printoptions()["precision"] == 2 and printing.get_printoptions()["sci_mode"] is None


class Number:
    """The least that format_text asks of a tensor."""

    def __init__(self, value):
        self.value, self.ndim = np.asarray(value), np.ndim(value)

    def item(self):
        return self.value.item()


@pytest.mark.parametrize("spec", ["", ".3f", ">12", "8.1e", "g"])
@pytest.mark.parametrize("value", [np.float32(0.1), np.float64(-1e9), np.int16(7), np.bool_(True)])
def test_a_0d_tensor_is_formatted_as_its_number(value, spec):
    assert printing.format_text(Number(value), spec) == format(torch.from_numpy(np.array(value)), spec)


def test_wrong_format_specs():
    for make in (Number, torch.tensor):
        form = printing.format_text if make is Number else format
        with pytest.raises(ValueError, match="Unknown format code 'd' for object of type 'float'"):
            form(make(1.5), "d")
        with pytest.raises(TypeError, match="unsupported format string passed to"):
            form(make([1.5]), ".2f")
