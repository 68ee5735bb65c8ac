"""The checks, on the values of every library that lessons use."""

import pickle

import numpy as np
import pytest
import torch

import torchlet
from labkit import expect
from labkit.expect import Mismatch

LIBRARIES = {"numpy": np.array, "torch": torch.tensor, "torchlet": torchlet.tensor}


@pytest.fixture(params=LIBRARIES.values(), ids=LIBRARIES.keys())
def tensor(request):
    return request.param


def fails(check, *args, **kwargs):
    with pytest.raises(Mismatch) as failure:
        check(*args, **kwargs)
    return failure.value


# --- close
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


def test_the_text_of_a_failure():
    failure = fails(
        expect.close, [2.0, 4.0], [1.0, 2.0], name="x.grad", hint="one backward", where="section 3"
    )
    assert str(failure).splitlines() == [
        "x.grad has wrong values.",
        "Expected: [1.0, 2.0]",
        "Got:      [2.0, 4.0]",
        "Difference: largest at [1]: expected 2.0, got 4.0; 2 of 2 elements differ",
        "Likely cause: This is exactly twice the expected value. Gradients accumulate: was .grad cleared",
        "    before backward() ran again? Otherwise one contribution is counted twice.",
        "Hint: one backward",
        "Where to look: section 3",
    ]


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


def test_a_list_is_no_tensor_and_true_is_no_number():
    assert "plain Python numbers" in fails(expect.close, [1.0, 2.0], torch.tensor([1.0, 2.0])).cause
    assert fails(expect.close, True, 1.0).title == "The result should be a number."
    assert fails(expect.close, 1, True).title == "The result should be True or False."


# --- values that are none of the above
class Hostile:
    """Says yes to everything; any use of it beyond its type is a mistake of the check."""

    def __getattribute__(self, name):
        raise RuntimeError(f"a check touched {name}")

    def __eq__(self, other):
        raise RuntimeError("a check compared")

    __hash__ = None
    __len__ = __iter__ = __array__ = __float__ = __bool__ = __repr__ = __eq__


class YesFloat(float):
    def __eq__(self, other):
        return True

    __hash__ = None


@pytest.mark.parametrize(
    "want", [3.0, True, "text", None, [1.0, 2.0], (1, "a"), {"a": 1}, {1, 2}, np.ones(2), torch.float32]
)
@pytest.mark.parametrize("name", ["Hostile", "YesFloat"])
def test_unknown_objects_are_refused_without_being_touched(name, want):
    got = Hostile() if name == "Hostile" else YesFloat(3.0)
    for check in (expect.close, expect.equal):
        assert f"an object of type {name}" in fails(check, got, want).got
        assert f"an object of type {name}" in fails(check, [got, 1], [want, 1]).got


def test_unknown_objects_are_refused_by_every_check():
    for check, *rest in (
        (expect.shape, (2,)),
        (expect.dtype, "float32"),
        (expect.same_memory, np.ones(2)),
        (expect.separate_memory, np.ones(2)),
        (expect.attached,),
        (expect.detached,),
        (expect.true, "should hold"),
        (expect.type, float),
    ):
        assert "an object of type Hostile" in fails(check, Hostile(), *rest).got


def test_an_expected_value_that_is_no_data_is_the_checks_own_mistake():
    with pytest.raises(TypeError, match="plain data, not Hostile"):
        expect.close(3.0, Hostile())


def test_a_type_can_be_named_by_its_owner():
    class Handle:
        shown = "Parabola"

    expect.name_type(Handle, lambda handle: handle.shown)
    assert fails(expect.close, Handle(), 3.0).got == "an object of type Parabola"


class Asking(type):
    """A class whose class answers for attributes that nobody defined, as stand-ins for remote classes do."""

    def __getattr__(cls, name):
        raise RuntimeError(f"a check asked the class for {name}")


class StandIn(metaclass=Asking):
    __module__ = property(lambda self: 1 / 0)


class dtype(StandIn):
    """Not a dtype, only called so."""


@pytest.mark.parametrize("cls", [StandIn, dtype])
def test_a_stand_in_is_not_asked(cls):
    for check in (expect.close, expect.equal):
        for want in (1.0, torch.ones(2), torch.float32, "a"):
            assert fails(check, cls(), want).got == f"an object of type {cls.__name__}"
    fails(expect.type, cls(), torch.Tensor)
    fails(expect.same_memory, cls(), torch.ones(2))


def test_a_stand_in_may_say_what_library_class_it_extends():
    class Remote:
        __class__ = torch.nn.Module

    expect.type(Remote(), torch.nn.Module)
    fails(expect.type, Remote(), torch.nn.Linear)


def test_object_arrays_and_masked_arrays_are_not_numbers():
    fails(expect.close, np.array([1.0, 2.0], dtype=object), [1.0, 2.0])
    fails(expect.close, np.ma.masked_array([1.0, 2.0], [True, True]), [1.0, 2.0])


# --- equal
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


# --- kinds
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


# --- memory
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


# --- raises
def refuse(x):
    raise ValueError(f"shapes (2,) and {x} do not fit")


def test_raises_returns_the_exception():
    assert str(expect.raises(ValueError, refuse, (3,), match=r"\(3,\)")) == "shapes (2,) and (3,) do not fit"
    expect.raises((TypeError, ValueError), refuse, 1)


def test_raises_explains():
    silent = fails(expect.raises, ValueError, lambda x: x, 3)
    assert (silent.expected, silent.got) == ("ValueError", "no error; it returned 3")
    other = fails(expect.raises, TypeError, refuse, 3)
    assert other.got == "ValueError: shapes (2,) and 3 do not fit"
    worded = fails(expect.raises, ValueError, refuse, 3, match="dtype")
    assert worded.title == "This call should raise another ValueError."


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ({"match": "dtype"}, 'ValueError with "dtype" in its text'),
        ({"match": r"\(4, 1\)"}, 'ValueError with "(4, 1)" in its text'),
        ({"match": "(?s)(4.*2|2.*4)"}, "ValueError with a text that says what is wrong"),
        ({"match": "4, ?2", "saying": "a text with both shapes"}, "ValueError with a text with both shapes"),
    ],
)
def test_raises_shows_no_regular_expression(given, shown):
    assert fails(expect.raises, ValueError, refuse, 3, **given).expected == shown


def test_raises_lets_the_student_interrupt():
    def interrupted():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        expect.raises(ValueError, interrupted)


# --- score
def test_score_is_a_plain_float(capsys):
    part = expect.score(np.float64(0.5), "3 of 6 leaves", points=2)
    assert (part, type(part)) == (1.0, float)
    assert capsys.readouterr().out == "Partly right: 50% of the points. 3 of 6 leaves\n"
    assert expect.score(1) == 1.0 and capsys.readouterr().out == ""


@pytest.mark.parametrize("wrong", [-0.1, 1.5, float("nan")])
def test_score_refuses_what_would_earn_anything(wrong):
    with pytest.raises(ValueError, match="between 0 and 1"):
        expect.score(wrong)


# --- the failure itself
def test_a_mismatch_is_an_assertion_and_survives_pickling():
    failure = fails(expect.close, 2.0, 1.0, hint="h")
    assert isinstance(failure, AssertionError)
    again = pickle.loads(pickle.dumps(failure))
    assert str(again) == str(failure) and again.cause == failure.cause


def test_a_notebook_shows_lines_instead_of_a_traceback():
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    shell = InteractiveShell()
    code = "from labkit import expect\nexpect.close(6.0, 3.0, name='x.grad')"
    with capture_output() as captured:
        result = shell.run_cell(code)
    assert isinstance(result.error_in_exec, Mismatch)
    assert "exactly twice" in captured.stdout
    assert "In this check:\x1b[0m expect.close(6.0, 3.0, name='x.grad')" in captured.stdout
    assert "Traceback" not in captured.stdout and "labkit" not in captured.stdout


def test_a_line_of_a_helper_is_not_shown():
    def helper(name):
        expect.close(6.0, 3.0, name=f"{name}(3)")

    with pytest.raises(Mismatch) as caught:
        helper("double")
    assert caught.value._call() is None


def test_a_title_begins_with_a_capital_letter():
    assert fails(expect.close, 6.0, 3.0, name="the gradient of x").title.startswith("The gradient of x has")
    assert fails(expect.close, 6.0, 3.0, name="thesis").title.startswith("thesis has")


def test_truths_are_shown_side_by_side():
    assert fails(expect.equal, [True, True], [True, False]).expected == "[True, False]"


def test_a_list_of_one_item_is_said_so():
    assert fails(expect.equal, ["x"], [], name="names").title == "names should be empty."
    assert fails(expect.equal, [], ["x"], name="names").title == "names should have one item, not 0."


# --- errors of the student's own code
def test_a_foreseen_error_is_explained():
    def halve(number):
        return number.data / 2

    causes = {"KeyError": "no", "'int' object has no attribute 'data'": "This is a plain number."}
    with pytest.raises(Mismatch) as caught, expect.explaining(causes, name="halve(3)", where="section 6"):
        halve(3)
    assert caught.value.title == "halve(3) ends in an error."
    assert caught.value._call() is None
    assert caught.value.cause == "This is a plain number."
    assert caught.value.got == (
        "AttributeError: 'int' object has no attribute 'data'\nin the line: return number.data / 2"
    )


@pytest.mark.parametrize("library", [torch, torchlet])
def test_the_line_that_is_shown_is_the_students_and_not_the_library_s(library):
    def slope(gradient, v):
        return gradient.dot(v)

    with pytest.raises(Mismatch) as caught, expect.explaining({"1D tensors expected": "Multiply."}):
        slope(library.ones(2, 3), library.ones(2, 3))
    assert caught.value.got.endswith("\nin the line: return gradient.dot(v)")


def test_the_line_is_the_students_not_the_librarys():
    def step(w):
        w -= 1.0

    with pytest.raises(Mismatch) as caught, expect.explaining({"leaf": "It is a leaf."}):
        step(torch.ones(1, requires_grad=True))
    assert caught.value.got.endswith("in the line: w -= 1.0")


def test_a_long_error_is_folded_at_words():
    def fail(_):
        raise ValueError("word " * 40)

    with pytest.raises(Mismatch) as caught, expect.explaining({"word": "It is long."}):
        fail(0)
    assert max(map(len, str(caught.value).splitlines())) <= 110
    assert "in the line: raise ValueError" in str(caught.value)


def test_other_errors_and_failed_checks_pass_through():
    with pytest.raises(ZeroDivisionError), expect.explaining({"ValueError": "no"}):
        1 / 0  # noqa: B018
    with pytest.raises(Mismatch, match="has the wrong value"), expect.explaining({"wrong": "no"}):
        expect.close(1.0, 2.0)


def test_the_beginning_of_a_long_call_is_not_shown():
    with pytest.raises(Mismatch) as caught:
        expect.close(
            6.0,
            3.0,
        )
    assert not any("In this check" in line for line in caught.value._render_traceback_())


def test_a_type_of_the_same_name_is_told_by_its_module():
    with pytest.raises(Mismatch, match=r"Got: +numpy\.bool: True"):
        expect.type(np.array(3) > 2, bool, name="fits(shape, dtype, free)")


def test_a_call_that_would_say_the_title_twice_is_not_shown():
    with pytest.raises(Mismatch) as caught:
        expect.true(False, "The table has no entry for b.")
    (line,) = caught.value._render_traceback_()
    assert "The table has no entry for b." in line
