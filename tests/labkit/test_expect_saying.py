"""What a check says when nothing is wrong, and what it says of a stub."""

import pytest

from labkit import expect, translate


@pytest.mark.parametrize(
    ("names", "said"),
    [(("fit",), "fit passes this check."), (("power", "tanh"), "power and tanh pass this check.")],
)
def test_a_check_is_passed(capsys, names, said):
    expect.passed(*names)
    assert capsys.readouterr().out == said + "\n"


def test_a_right_answer_is_shown_with_its_values(capsys):
    expect.right("Right, both agree:", 2.5, [1])
    assert capsys.readouterr().out == "Right, both agree: 2.5 [1]\n"


def test_a_stub_is_a_gap(capsys):
    with expect.gaps():
        raise NotImplementedError()
    with expect.gaps("Come back after task 5."):
        raise NotImplementedError
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("A gap in the cell above is still empty.") and second == "Come back after task 5."


@pytest.mark.parametrize(
    "error", [NotImplementedError("no int8 here"), RecursionError(), ValueError("student's own")]
)
def test_other_errors_pass(capsys, error):
    with pytest.raises(type(error)), expect.gaps():
        raise error
    assert capsys.readouterr().out == ""


def test_an_error_behind_a_stub_passes(capsys):
    behind = NotImplementedError()
    behind.__context__ = ZeroDivisionError("division by zero")  # as it is inside of `except`
    with pytest.raises(NotImplementedError), expect.gaps():
        raise behind
    assert capsys.readouterr().out == ""


def test_all_of_it_is_translated(capsys, monkeypatch):
    class Capitals:
        def gettext(self, text):
            return text.upper().replace("{NAME}", "{name}")

    monkeypatch.setattr(translate, "_catalogue", lambda language: Capitals())
    expect.passed("fit")
    expect.right("Right:", "fit")
    with expect.gaps():
        raise NotImplementedError
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["fit PASSES THIS CHECK.", "RIGHT: fit"] and said[2].startswith("A GAP IN THE CELL")
