"""Errors that should come, `raises`, and errors of the student's own code, `explaining`."""

import pytest
import torch

import torchlet
from labkit import expect
from labkit.expect import Mismatch

from .checking import fails

# --- raises ---


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


# --- explaining ---


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
def test_the_line_that_is_shown_is_the_students_and_not_the_librarys(library):
    def slope(gradient, v):
        return gradient.dot(v)

    with pytest.raises(Mismatch) as caught, expect.explaining({"1D tensors expected": "Multiply."}):
        slope(library.ones(2, 3), library.ones(2, 3))
    assert caught.value.got.endswith("\nin the line: return gradient.dot(v)")


def test_the_line_of_an_operator_that_fails_is_shown():
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
