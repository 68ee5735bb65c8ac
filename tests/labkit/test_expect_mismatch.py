"""What a failed check says, and what a notebook shows of it."""

import pickle

import pytest

from labkit import expect
from labkit.expect import Mismatch

from .checking import fails


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


def test_a_title_begins_with_a_capital_letter():
    assert fails(expect.close, 6.0, 3.0, name="the gradient of x").title.startswith("The gradient of x has")
    assert fails(expect.close, 6.0, 3.0, name="thesis").title.startswith("thesis has")


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


def test_the_beginning_of_a_long_call_is_not_shown():
    with pytest.raises(Mismatch) as caught:
        expect.close(
            6.0,
            3.0,
        )
    assert not any("In this check" in line for line in caught.value._render_traceback_())


def test_a_call_that_would_say_the_title_twice_is_not_shown():
    with pytest.raises(Mismatch) as caught:
        expect.true(False, "The table has no entry for b.")
    (line,) = caught.value._render_traceback_()
    assert "The table has no entry for b." in line
