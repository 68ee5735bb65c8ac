"""Predictions in a live notebook, without widgets, without a person, without IPython."""

import nbformat
import pytest
from nbclient import NotebookClient

from labkit.page import inline, plain
from labkit.prediction import forget, predict, predictions
from labkit.prediction.record import Prediction

WIDGET = "application/vnd.jupyter.widget-view+json"
ASK = """
from labkit import predict, predictions
predict(
    "What is `x.grad` after two backward passes?",
    {"`6.`": "`backward` does not overwrite.", "`12.`": "Gradients accumulate.", "an error": "The graph is retained."},
    answer="`12.`",
)
"""
WHY = ("does not overwrite", "Gradients accumulate", "graph is retained")


@pytest.fixture(autouse=True)
def no_memory_of_other_tests():
    forget()


# --- with widgets and a person
def test_a_choice_is_noted_and_explained_after_the_next_cell(notebook):
    notebook.run(ASK)
    assert WIDGET in notebook.last()
    notebook.choose(0)
    statuses = [s["value"] for s in notebook.models.values() if 'role="status"' in str(s.get("value"))]
    assert "Noted: <code>6.</code>" in statuses[-1]
    shown_before = [str(state.get("value")) for state in notebook.models.values()]
    assert not any(word in text for word in WHY for text in shown_before)

    assert notebook.run("1 + 1")[0]["data"]["text/plain"] == "2"  # the cell's own output is left alone
    revealed = notebook.last()
    assert WIDGET not in revealed
    assert revealed["text/html"].count("<details open>") == 2  # what was chosen and what happens
    assert all(word in revealed["text/html"] for word in WHY)
    assert 'You predicted "6.". What happens: "12.".' in revealed["text/plain"]
    answer = notebook.run("predictions()")[0]["data"]["text/plain"]
    assert "'choice': '`6.`'" in answer and "'right': False" in answer


def test_the_choice_may_change_until_the_run_and_not_after(notebook):
    notebook.run(ASK)
    notebook.choose(2)
    notebook.choose(1)
    notebook.run("None")
    frozen = notebook.last()
    assert "Your prediction came true" in frozen["text/plain"]
    notebook.run("1")
    assert notebook.last() == frozen


def test_running_on_without_a_choice_keeps_the_explanations_folded(notebook):
    notebook.run(ASK)
    notebook.run("None")
    output = notebook.last()
    assert "You ran on without predicting" in output["text/plain"]
    assert not any(word in output["text/plain"] for word in WHY)
    assert "<details open>" not in output["text/html"] and output["text/html"].count("<details>") == 3
    assert (
        "'choice': '`12.`'" in notebook.run("predictions()")[0]["data"]["text/plain"]
    )  # an earlier choice stays


def test_a_cell_that_fails_has_run_and_one_with_a_syntax_error_has_not(notebook):
    notebook.run(ASK)
    notebook.choose(1)
    notebook.run("1 +")
    assert WIDGET in notebook.last()
    notebook.run("1 / 0")
    assert "Your prediction came true" in notebook.last()["text/plain"]


def test_running_the_question_once_more_keeps_the_choice(notebook):
    """A click into the widget selects its cell, and Shift+Enter runs it: so people go on from there."""
    notebook.run(ASK)
    notebook.choose(1)
    notebook.run(ASK)
    radios = [state for state in notebook.models.values() if state["_model_name"] == "RadioButtonsModel"]
    assert WIDGET in notebook.last() and radios[-1]["index"] == 1
    notebook.run("None")
    assert "Your prediction came true" in notebook.last()["text/plain"]


def test_a_question_that_was_explained_is_asked_anew(notebook):
    notebook.run(ASK)
    notebook.choose(1)
    notebook.run("None")
    notebook.run(ASK)
    assert WIDGET in notebook.last()
    notebook.run("None")
    assert "You ran on" in notebook.last()["text/plain"]


def test_a_choice_can_be_typed_where_no_widget_shows(notebook):
    typed = ASK.replace('answer="`12.`",', 'answer="`12.`", choice=2,')
    notebook.run("import os; os.environ['LABKIT_WIDGETS'] = '0'")
    outputs = notebook.run(typed)
    assert WIDGET not in notebook.last()
    assert not any(word in str(outputs) for word in WHY)
    notebook.run("os.environ['LABKIT_WIDGETS'] = '1'")
    assert "Your prediction came true" in notebook.last()["text/plain"]


# --- executed by a program
def executed():
    cells = [nbformat.v4.new_code_cell(source) for source in (ASK, "x = 1", "print(x)")]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    return notebook


def test_a_program_gets_the_same_still_output_every_time():
    first, second = executed(), executed()
    assert [cell.outputs for cell in first.cells] == [cell.outputs for cell in second.cells]
    assert "widgets" not in first.metadata
    (output,) = first.cells[0].outputs  # nothing on stderr
    assert set(output.data) == {"text/html", "text/plain"}
    assert output.data["text/plain"].splitlines() == [
        "Predict first. What is x.grad after two backward passes?",
        "  1. 6.",
        "  2. 12.",
        "  3. an error",
        "Which one would you choose, before you look at what comes below? Open it.",
    ]
    assert first.cells[2].outputs[0].text == "1\n"


# --- in plain Python
def test_without_ipython_it_prints(capsys):
    predict("Which?", {"a": "because a", "b": "because b"}, answer="a")
    assert "because" not in capsys.readouterr().out
    predict("Which?", {"a": "because a", "b": "because b"}, answer="a", choice="b")
    assert 'You predicted "b". What happens: "a".' in capsys.readouterr().out
    assert predictions() == [{"question": "Which?", "choice": "b", "answer": "a", "right": False}]


def test_html_of_question_and_options_is_text():
    from labkit.prediction.rendering import folded_html, revealed_html

    nasty = Prediction("<script>1</script>", {"<b>": "<i>", 'a"': "`<u>`"}, "<b>", 'a"')
    for html in (folded_html(nasty, "<hr>"), revealed_html(nasty)):
        for tag in ("<script>1", "<b>.", "<i>", "<u>", "<hr>"):
            assert tag not in html


def test_a_question_that_cannot_be_answered_is_refused():
    with pytest.raises(ValueError, match="the answer 'c' is none of the options: 'a', 'b'"):
        predict("Which?", {"a": "", "b": ""}, answer="c")
    with pytest.raises(ValueError, match="the choice 'c'"):
        predict("Which?", {"a": "", "b": ""}, answer="a", choice="c")
    with pytest.raises(ValueError, match="at least two options, not 1"):
        predict("Which?", {"a": ""}, answer="a")


# --- the marks in its texts
@pytest.mark.parametrize(
    ("text", "html", "words"),
    [
        ("the *second* print", "the <em>second</em> print", "the second print"),
        ("`a *b* c` is <code>", "<code>a *b* c</code> is &lt;code&gt;", "a *b* c is <code>"),
        ("a * b and b * a", "a * b and b * a", "a * b and b * a"),
        ("2*x*y, x**2 and f(*a, *b)", "2*x*y, x**2 and f(*a, *b)", "2*x*y, x**2 and f(*a, *b)"),
    ],
)
def test_code_and_stressed_words_are_marked_and_products_are_not(text, html, words):
    assert (inline(text), plain(text)) == (html, words)
