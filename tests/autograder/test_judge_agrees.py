"""For honest work the judge and a plain notebook agree on every test, whatever else stands in the notebook."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .honest_tasks import TASKS
from .judge_pair import judged, plainly

# What the judge refuses on purpose, though a notebook would let it pass.
DIFFERS = {
    # A masked array stands where an array is asked for, and every masked element equals everything.
    "def distances(a, b):\n    return np.ma.array(np.sqrt(((a[:, None] - b[None]) ** 2).sum(-1)))",
    # The test gives `total` a value before it asks for it: that is the test's own `total`.
    "total = 0\nassert add(3) == 3",
}

# Where the reference answer is known and leaves `data` alone, `data` is the instructor's, whatever was done to it.
OF_THE_INSTRUCTOR = {
    "assert data == [3, 1, 2] and limits['low'] == 1",
    "assert data == [1, 2, 3]",
}


@st.composite
def notebooks(draw):
    """Some tasks, each with one of its answers and some of its tests; (role, source) pairs."""
    cells = []
    for task in draw(st.lists(st.sampled_from(TASKS), min_size=1, max_size=3, unique=True)):
        cells.append(("locked", task.setup))
        cells.append(("answer", draw(st.sampled_from(task.answers))))
        tests = draw(st.lists(st.sampled_from(task.tests), min_size=1, max_size=4))
        cells += [("test", test) for test in tests]
    return [each for each in cells if each[1] not in DIFFERS]


def passed(errors):
    return [not error for error in errors]


def agree(cells, source=None):
    outcomes = judged(*cells, source=source)
    plain = plainly(*cells)
    tests = [source for role, source in cells if role == "test"]
    found = [(o.error, o.text) for o in outcomes]
    assert passed(o.error for o in outcomes) == passed(plain), list(zip(tests, found, plain, strict=True))


@pytest.mark.parametrize(
    ("task", "answer"),
    [(task, answer) for task in TASKS for answer in task.answers if answer not in DIFFERS],
    ids=lambda value: (value[:40] if isinstance(value, str) else value.tests[0][:20]).replace("\n", " "),
)
def test_each_answer_with_each_test(task, answer):
    for test in task.tests:
        if test not in DIFFERS:
            agree([("locked", task.setup), ("answer", answer), ("test", test)])


@settings(max_examples=150)
@given(notebooks())
def test_random_notebooks(cells):
    agree(cells)


@settings(max_examples=50)
@given(notebooks())
def test_random_notebooks_whose_reference_is_known(cells):
    """Names belong to answers as the reference answers have them; honest answers define those."""
    answers = {answer: task.answers for task in TASKS for answer in task.answers}
    cells = [each for each in cells if each[1] not in OF_THE_INSTRUCTOR]
    source = [(role, answers[text][0] if role == "answer" else text) for role, text in cells]
    agree(cells, source)
