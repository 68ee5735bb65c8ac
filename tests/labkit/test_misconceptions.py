"""Each misconception is recognised by its own case, and by no other's."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from labkit.expect import Mismatch, close, values
from labkit.expect.case import Case
from labkit.expect.misconceptions import ASKS_ITSELF, CUT_FROM_GRAPH, STILL_ATTACHED, TABLE, find

W = np.array([[0.3, -1.7, 2.9], [4.1, 0.8, -2.2]])  # no symmetry, no small factors between its elements
V = np.array([0.7, -1.3, 2.6, 3.1])
G = np.array([[1.5, -0.4, 2.2], [0.6, 1.9, -3.5]])
M = np.array([[0.3, -1.7], [4.1, 0.8]])

CASES = [
    ("None instead of a gradient", None, W, {"name": "w.grad"}),
    ("None instead of a gradient", None, W, {"name": "the gradient of w"}),
    ("nothing returned", None, W, {}),
    ("nothing returned", None, W, {"name": "the result of accumulated_gradient"}),
    ("unfinished", ..., W, {}),
    ("function instead of its result", len, W, {}),
    ("text instead of a number", "63.0", 63.0, {}),
    ("empty", [], V, {}),
    ("empty", np.zeros((0, 3)), W, {}),
    ("transposed", W.T, W, {}),
    ("transposed", M.T, M, {}),
    ("transposed", V[None], V[:, None], {}),
    ("wrong axis", W.sum(0), W.sum(1), {"input": W}),
    ("wrong axis", M.max(0), M.max(1), {"input": M}),
    ("kept or lost a dimension of size 1", V[:, None], V, {}),
    ("kept or lost a dimension of size 1", 3.5, np.array([3.5]), {}),
    ("not reduced", W, W.sum(0), {}),
    ("not reduced", W, W.mean(), {}),
    ("reduced too far", W.sum(1), W, {}),
    ("reduced too far", V.mean(), V, {}),
    ("broadcast to (n, n)", V - (V[:, None] * 1.1), V - V * 1.1, {}),
    ("same numbers, other shape", W.ravel(), W, {}),
    ("same numbers, other shape", W.reshape(3, 2), W, {}),
    ("nan", np.where(W > 0, W, np.nan), W, {}),
    ("infinite", np.where(W > 0, W, np.inf), W, {}),
    ("nothing arrived", 0 * W, W, {}),
    ("upstream gradient forgotten", W, W * G, {"upstream": G}),
    ("upstream gradient forgotten", W, W * 3.3, {"upstream": 3.3}),
    ("upstream gradient twice", W * G * G, W * G, {"upstream": G}),
    ("local derivative forgotten", G, W * G, {"upstream": G}),
    ("one branch only", W, W + G, {"branches": [W, G]}),
    ("one branch only", G, W + G, {"branches": [W, G]}),
    ("input unchanged", W, np.tanh(W), {"input": W}),
    ("sign flipped", -W, W, {}),
    ("whole numbers", W.astype(int), W, {}),
    ("whole numbers", np.floor(W), W, {}),
    ("whole numbers", 2, 2.5, {}),
    ("counted off by one", 9, 10, {}),
    ("counted off by one", np.arange(1, 6), np.arange(5), {}),
    ("summed instead of averaged", 6 * W, W, {"n": 6}),
    ("summed instead of averaged", V.sum(), V.mean(), {"input": V}),
    ("averaged instead of summed", W / 6, W, {"n": 6}),
    ("averaged instead of summed", V.mean(), V.sum(), {"input": V}),
    ("divided by N", V.std(), V.std(ddof=1), {"input": V}),
    ("divided by N", V.var(), V.var(ddof=1), {"n": 4}),
    ("divided by N - 1", V.std(ddof=1), V.std(), {"input": V}),
    ("doubled", 2 * W, W, {}),
    ("doubled", 20.6, 10.3, {}),
    ("halved", W / 2, W, {}),
    ("whole multiple", 3 * W, W, {}),
    ("whole multiple", 2000 * W, W, {}),
    ("whole fraction", W / 5, W, {}),
    ("constant off by one", W + 1, W, {}),
    ("constant off by one", 62.0, 63.0, {}),
    ("shifted", np.roll(np.arange(7) ** 2.0, 1), np.arange(7) ** 2.0, {}),
    ("other order", V[[2, 0, 3, 1]], V, {}),
    ("squared", W**2, np.abs(W), {}),
    ("root taken", np.sqrt(np.abs(W)), np.abs(W), {}),
    ("reciprocal", 1 / W, W, {}),
    ("float32 rounding", W.astype(np.float32).astype(float), W, {}),
    ("few digits", W * (1 + 1e-4 * G), W, {}),
    ("few digits", np.array([12.0, 1e-6]), np.array([12.0, 0.0]), {}),
]


def case(got, want, given):
    given = dict(given)
    name = given.pop("name", "")

    def read(value):
        try:
            return values.read_nested(value) or values.read(value)
        except values.Unreadable:
            return None

    return Case(got, read(got), read(want), given, name)


@pytest.mark.parametrize(
    ("name", "got", "want", "of"), CASES, ids=lambda value: value if type(value) is str else ""
)
def test_the_case_of_a_misconception_is_named(name, got, want, of):
    row, fields = find(case(got, want, of))
    assert row.name == name
    row.sentence.format(**fields)  # every field of the sentence is there


def test_every_row_of_the_table_has_a_case():
    with_tensors_only = {"list instead of a tensor"}
    assert {row.name for row in TABLE} - {name for name, *_ in CASES} == with_tensors_only


def test_names_and_sentences_are_unique():
    assert len({row.name for row in TABLE}) == len({row.sentence for row in TABLE}) == len(TABLE)


def test_nothing_is_guessed_where_nothing_fits():
    assert find(case(G, W, {"input": V, "upstream": W + 1, "branches": [W, W * 2], "n": 6})) is None
    assert find(case(7.3, -2.1, {})) is None


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (np.array([1e6, 2.5]), np.array([1e6, 1.3])),  # one of the two is grossly wrong
        (W.astype(np.float32).astype(float), W.astype(np.float32)),  # no digit differs
        (1.0 + 1e-13, 1.0),  # float64's own rounding
    ],
)
def test_float32_is_not_blamed_for_other_differences(got, want):
    found = find(case(got, want, {}))
    assert found is None or found[0].name != "float32 rounding"


@pytest.mark.parametrize(("got", "want"), [([], []), ([1.5], []), ([], 2.0), ([[], []], [[1.0], [2.0]])])
def test_nothing_at_all_is_compared_without_a_warning(got, want):
    find(case(got, want, {}))


numbers = st.floats(-100, 100, allow_nan=False).filter(lambda x: abs(x) > 1e-2)
tables = arrays(np.float64, array_shapes(max_dims=2, max_side=4), elements=numbers)


@settings(max_examples=60, deadline=None)
@given(tables, st.integers(0, 2**31))
def test_unrelated_numbers_are_never_explained(want, seed):
    got = np.random.default_rng(seed).normal(scale=37.0, size=want.shape) + 0.123
    found = find(case(got, want, {}))
    assert found is None or found[0].name in ("few digits", "constant off by one") or want.size == 1


@settings(max_examples=60, deadline=None)
@given(tables)
def test_doubling_is_named_whatever_the_numbers(want):
    assert find(case(2 * want, want, {}))[0].name in ("doubled", "whole numbers", "other order", "transposed")
    assert (
        find(case(2 * want, want, {}))[0].name == "doubled" or want.size == 1 or (want == want.round()).any()
    )


@settings(max_examples=60, deadline=None)
@given(tables)
def test_a_flipped_sign_is_named_whatever_the_numbers(want):
    found = find(case(-want, want, {}))[0].name
    assert found == "sign flipped" or np.array_equal(np.sort(-want, axis=None), np.sort(want, axis=None))


@settings(max_examples=60, deadline=None)
@given(tables, st.integers(3, 1000))
def test_a_whole_factor_is_named_with_its_size(want, k):
    row, fields = find(case(k * want, want, {}))
    assert (row.name, fields) == ("whole multiple", {"k": k})


def test_a_foreseen_mistake_comes_before_the_table():
    with pytest.raises(Mismatch) as failure:
        close(2 * W, W, mistakes={"No, the other one.": G, "Twice, as foreseen.": 2 * W})
    assert failure.value.cause == "Twice, as foreseen."


@pytest.mark.parametrize(
    ("got", "want"),
    [
        ({"a": 1.0, "b": 2.5}, {"a": 4.5, "b": 2.5}),
        ([{"a": W}, (1.0, None)], [{"a": W}, (2.7, None)]),
        ({"a": 1.0}, {"a": 1.0, "b": 2.0}),
    ],
)
def test_a_foreseen_mistake_may_be_a_whole_structure(got, want):
    with pytest.raises(Mismatch) as failure:
        close(got, want, mistakes={"Another one.": {"c": 1.0}, "As foreseen.": got})
    assert failure.value.cause == "As foreseen."


def test_a_foreseen_mistake_may_be_the_part_that_is_wrong():
    with pytest.raises(Mismatch) as failure:
        close({"a": 1.0, "b": 3.5}, {"a": 1.0, "b": 2.5}, mistakes={"Counted to the end.": 3.5})
    assert failure.value.cause == "Counted to the end."


def test_graph_rows():
    free, tied = values.Numbers(W, "float32", "tensor"), values.Numbers(W, "float32", "tensor", True)
    assert STILL_ATTACHED.fits(Case(None, tied, None, {})) and not STILL_ATTACHED.fits(
        Case(None, free, None, {})
    )
    leaf = values.Numbers(W, "float32", "tensor", requires_grad=True, is_leaf=True)
    assert ASKS_ITSELF.fits(Case(None, leaf, None, {})) and not ASKS_ITSELF.fits(Case(None, tied, None, {}))
    assert not STILL_ATTACHED.fits(Case(None, leaf, None, {}))
    assert CUT_FROM_GRAPH.fits(Case(None, free, None, {})) and not CUT_FROM_GRAPH.fits(
        Case(None, tied, None, {})
    )


@pytest.mark.parametrize(("got", "want"), [([False, False], [True, False]), ([True], [False])])
def test_answers_of_yes_and_no_are_no_numbers(got, want):
    """Neither "everything is zero" nor "off by exactly one" is what a student should read there."""
    assert find(case(np.array(got), np.array(want), {})) is None
