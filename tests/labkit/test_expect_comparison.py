"""`close` and `equal`, on the values of every library that lessons use."""

import numpy as np
import torch

from labkit import expect

from .checking import fails

# --- close ---


def test_close_accepts_the_same_numbers_in_any_clothes(tensor):
    rows = [[10.0, 16.0, 22.0], [22.0, 16.0, 10.0]]
    for want in (rows, np.array(rows), torch.tensor(rows), tensor(rows)):
        expect.close(tensor(rows), want)
    expect.close(tensor(63.0), 63.0)
    expect.close(63.0, tensor(63.0))
    expect.close({"loss": tensor(2.0), "steps": [1, 2]}, {"loss": 2.0, "steps": [1, 2]})
    expect.close((tensor([1.0]), None), (tensor([1.0]), None))


def test_close_says_shape_first(tensor):
    failure = fails(expect.close, tensor([[1.0], [2.0]]), [1.0, 2.0], name="y")
    assert failure.title == "y has the wrong shape."
    assert failure.detail == "the shape is (2, 1) instead of (2,)"
    assert "dimension of size 1" in failure.cause


def test_close_shows_where_the_largest_difference_is(tensor):
    failure = fails(expect.close, tensor([[1.0, 2.0], [3.5, 9.0]]), [[1.0, 2.0], [3.0, 4.0]])
    assert failure.detail == "largest at [1, 1]: expected 4.0, got 9.0; 2 of 4 elements differ"


def test_values_that_look_alike_are_shown_with_more_digits():
    failure = fails(expect.close, np.array([1 / 3 + 2e-7]), np.array([1 / 3]))
    assert failure.expected != failure.got


def test_one_element_is_shown_as_what_it_is():
    flat = fails(expect.equal, (8,), (9,))
    assert (flat.expected, flat.got, flat.detail) == ("(9,)", "(8,)", None)
    assert fails(expect.equal, [8], [9]).expected == "[9]"


def test_default_tolerances_follow_the_coarser_dtype():
    x = np.array([1.0, 2.0])
    expect.close(torch.tensor(x, dtype=torch.float32) * (1 + 3e-6), x)
    fails(expect.close, x * (1 + 3e-6), x)
    expect.close(torch.tensor(x, dtype=torch.float16) * 1.001, x)
    expect.close(0.1 + 0.2, 0.3)
    expect.close(x * 1.01, x, rtol=0.02)
    expect.close(x + 0.01, x, rtol=0, atol=0.02)
    fails(expect.close, x + 0.01, x, rtol=0)


def test_small_expected_numbers_are_not_swallowed_by_the_absolute_tolerance():
    fails(expect.close, torch.tensor([0.0, 0.0]), torch.tensor([1e-7, 2e-7]))
    expect.close(torch.tensor([1e-9]), torch.tensor([0.0]))


def test_integers_are_compared_exactly():
    expect.close(torch.tensor([2**40]), [2**40])
    fails(expect.close, torch.tensor([2**40 + 1]), [2**40])


def test_nan_and_inf_equal_themselves_only():
    expect.close([np.nan, np.inf], [np.nan, np.inf])
    assert "where" in fails(expect.close, [np.nan, 1.0], [2.0, 1.0]).cause
    fails(expect.close, [-np.inf, 1.0], [np.inf, 1.0])


def test_structures_say_which_part_differs():
    assert fails(expect.close, {"a": [1.0, None]}, {"a": [1.0, 2.0]}).title.startswith("result['a'][1] ")
    assert fails(expect.close, {"a": (None, 3.0)}, {"a": (None, 2.0)}).title.startswith("result['a'][1] ")
    assert fails(expect.close, {}, {"a": 1}, name="state").title == "state lacks the key 'a'."
    assert fails(expect.close, {"a": 1, "b": 2}, {"a": 1}).title == "The result has a surplus key 'b'."
    assert fails(expect.close, [1.0, None], [None]).title == "The result should have one item, not 2."
    assert fails(expect.close, 3.0, {"a": 1}).title == "The result should be a dict."


def test_a_list_of_one_item_is_said_so():
    assert fails(expect.equal, ["x"], [], name="names").title == "names should be empty."
    assert fails(expect.equal, [], ["x"], name="names").title == "names should have one item, not 0."


def test_a_list_is_no_tensor_and_true_is_no_number():
    assert "plain Python numbers" in fails(expect.close, [1.0, 2.0], torch.tensor([1.0, 2.0])).cause
    assert fails(expect.close, True, 1.0).title == "The result should be a number."
    assert fails(expect.close, 1, True).title == "The result should be True or False."


def test_object_arrays_and_masked_arrays_are_not_numbers():
    fails(expect.close, np.array([1.0, 2.0], dtype=object), [1.0, 2.0])
    fails(expect.close, np.ma.masked_array([1.0, 2.0], [True, True]), [1.0, 2.0])


# --- equal ---


def test_equal_is_exact(tensor):
    expect.equal(tensor([1, 2]), tensor([1, 2]))
    expect.equal(tensor([1.0, float("nan")]), tensor([1.0, float("nan")]))
    fails(expect.equal, tensor([1.0, 2.0 + 1e-6]), tensor([1.0, 2.0]))
    assert fails(expect.equal, tensor([1.0, 2.0]), tensor([1, 2])).title == "The result has the wrong dtype."


def test_equal_on_plain_values():
    expect.equal(torch.zeros(2, 3).shape, (2, 3))
    expect.equal(["AddBackward0", None], ["AddBackward0", None])
    expect.equal(torch.float32, torch.float32)
    expect.equal({1, 2}, {2, 1})
    expect.equal({"x": True}, {"x": True})
    assert fails(expect.equal, (2, 3), (3, 2)).got == "(2, 3)"
    fails(expect.equal, [2, 3], (2, 3))
    fails(expect.equal, "Add", "Mul")
    fails(expect.equal, True, 1)
    fails(expect.equal, None, 0)


def test_truths_are_shown_side_by_side():
    assert fails(expect.equal, [True, True], [True, False]).expected == "[True, False]"
