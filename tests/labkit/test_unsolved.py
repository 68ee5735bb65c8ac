"""A stub that was left as it is: one line in a notebook, and the same error as ever."""

import pytest

from labkit import unsolved

STUB = "    # YOUR CODE HERE\n    raise NotImplementedError()\n"


@pytest.fixture
def run(monkeypatch, capsys):
    """`run(cells)` runs cells in a notebook's shell that labkit was imported in: what is shown, and the last error."""
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config()
    config.HistoryManager.enabled = False
    shell = InteractiveShell(config=config, colors="nocolor")
    shell.user_ns["__name__"] = "__main__"
    monkeypatch.setattr(unsolved, "shell", lambda: shell)

    def run(*cells, before=lambda shell: None):
        before(shell)
        unsolved.explain_stubs()
        for cell in cells:
            result = shell.run_cell(cell, store_history=False)
        return capsys.readouterr().out, result.error_in_exec

    return run


def test_a_check_says_in_one_line_which_answer_is_missing(run):
    shown, error = run(f"def mean(values):\n{STUB}", "assert mean([1, 3]) == 2")
    assert shown == (
        "Not solved yet: mean still ends in `raise NotImplementedError()`. Write your code in place of this line, and run the cell.\n"
    )
    assert (
        type(error) is NotImplementedError and str(error) == ""
    )  # so nbgrader and the judge find what they know


@pytest.mark.parametrize(
    ("cells", "name"),
    [
        ([f"class Value:\n    def tanh(self):\n    {STUB}".replace("\n    raise", "\n        raise"), "Value().tanh()"],
         "Value.tanh"),
        ([f"def outer():\n    def step():\n    {STUB}".replace("\n    raise", "\n        raise") + "    return step",
          "outer()()"], "outer.step"),
        (["raise NotImplementedError()"], "this cell"),
        (["raise NotImplementedError"], "this cell"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(run, cells, name):
    shown, _ = run(*cells)
    assert shown.startswith(f"Not solved yet: {name} still") and shown.count("\n") == 1


@pytest.mark.parametrize(
    "cell",
    [
        "raise NotImplementedError('no int8 here')",
        "import io; io.IOBase().fileno()",
        "1 / 0",
        "try:\n    1 / 0\nexcept ZeroDivisionError:\n    raise NotImplementedError",
        "def half(x):\n    if x:\n        raise NotImplementedError\n    return 1 / x\nhalf(2)",
    ],
)
def test_other_errors_are_shown_as_ever(run, cell):
    shown, error = run(cell)
    assert "Not solved yet" not in shown and "Traceback" in shown and str(error) in shown


def test_a_librarys_error_without_a_text_is_no_stub():
    space = {"__name__": "library"}
    exec("def fn(): raise NotImplementedError", space)
    with pytest.raises(NotImplementedError) as caught:
        space["fn"]()
    assert unsolved.missing(caught.value) == ""


def test_a_handler_of_others_goes_on_working(run):
    shown, _ = run(
        "1 / 0",
        before=lambda shell: shell.set_custom_exc((ZeroDivisionError,), lambda *args, **_: print("theirs")),
    )
    assert shown == "theirs\n"


def test_nothing_happens_outside_a_notebook(monkeypatch):
    monkeypatch.setattr(unsolved, "shell", lambda: None)
    unsolved.explain_stubs()
    monkeypatch.delitem(unsolved.sys.modules, "IPython", raising=False)
    monkeypatch.setattr(unsolved, "shell", lambda: pytest.fail("IPython was asked for"))
    unsolved.explain_stubs()
