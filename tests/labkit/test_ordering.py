"""Order-the-lines problems."""

import re

import pytest

from labkit import order_lines, session

LINES = ["optimizer.zero_grad()", "loss = criterion(model(x), y)", "loss.backward()", "optimizer.step()"]
WRONG = {"loss.zero_grad()": "A loss has no gradients to clear: the `parameters` have."}


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(session, "show", lambda html, text, **_: outputs.append((html, text)))
    return outputs


def codes(html):
    return re.findall(r"<code style=.--in: \d+.>(.*?)</code>", html)


def test_all_lines_are_offered_in_another_order_which_is_always_the_same(shown):
    for _ in range(2):
        order_lines("One step of training.", LINES, WRONG)
    assert shown[0] == shown[1]
    html, text = shown[0]
    pool = codes(html[html.index('"lk-pool"') : html.index('"lk-program"')])
    assert sorted(pool) == sorted([*LINES, *WRONG])
    assert [line for line in pool if line in LINES] != LINES
    assert text.splitlines() == [
        "Put the lines in order. One step of training.",
        *(f"  | {line}" for line in pool),
    ]


def test_the_solution_is_there_without_the_script_and_folded(shown):
    swapped = [LINES[1], LINES[0], *LINES[2:]]
    order_lines("One step of training.", LINES, WRONG, also=[swapped])
    html = shown[0][0]
    solution = html[html.index("<details>") : html.index("<script>")]
    assert codes(solution)[:8] == LINES + swapped
    assert solution.index("Other orders that are right too") > solution.index(LINES[-1])
    assert "A loss has no gradients to clear: the <code>parameters</code> have." in solution
    assert not re.search(r'\sid="', html)


def test_lines_keep_their_indentation_and_are_text(shown):
    order_lines("A loop.", ["for x in xs:", "    a < b and print('<b>')"])
    assert '<code style="--in: 8">    a &lt; b and print(&#x27;&lt;b&gt;&#x27;)</code>' in shown[0][0]


def test_impossible_problems_are_refused():
    with pytest.raises(ValueError, match=r"other lines than the solution's: \['b', 'c'\]"):
        order_lines("?", ["a", "b"], also=[["a", "c"]])
    with pytest.raises(ValueError, match=r"right and a distractor: \['a'\]"):
        order_lines("?", ["a", "b"], {"a": "why"})
