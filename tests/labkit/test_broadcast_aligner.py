"""The aligner says what PyTorch does: the same result, or the same error, for any two shapes."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from labkit import broadcast_aligner, session
from labkit.broadcast_aligner import align, draw, parse, verdict

shapes = st.lists(st.sampled_from([0, 1, 1, 2, 3]), max_size=4).map(tuple)


@given(shapes, shapes)
def test_it_agrees_with_pytorch(a, b):
    try:
        result = tuple((torch.empty(a) + torch.empty(b)).shape)
        expected = f"give `{result}`"
        assert tuple(one.result for one in align(a, b)) == result
    except RuntimeError as error:
        expected = f"RuntimeError: {error}."
    assert expected in verdict(a, b)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("3, 1", (3, 1)),
        ("(3, 1)", (3, 1)),
        (" [8] ", (8,)),
        ("8,", (8,)),
        ("1x3x224x224", (1, 3, 224, 224)),
        ("3 × 1", (3, 1)),
        ("torch.Size([2, 3])", (2, 3)),
        ("", ()),
        ("()", ()),
        ("0, 4", (0, 4)),
    ],
)
def test_shapes_are_read_as_people_write_them(text, shape):
    assert parse(text) == shape


@pytest.mark.parametrize(
    ("a", "said"),
    [
        ("3, a", "a is not a size"),
        ("-1, 3", "-1 is not a size"),
        ("2.5", "2.5 is not a size"),
        ("1,1,1,1,1,1,1", "room for 6"),
    ],
)
def test_what_is_no_shape_is_explained(a, said):
    html, text = draw(a, "3")
    assert said in text and "<svg" not in html


@pytest.mark.parametrize(
    ("a", "b", "repair"),
    [
        ((2, 3), (2,), "`(2, 1)`: `b.unsqueeze(-1)`"),
        ((3,), (3, 4), "`(3, 1)`: `a.unsqueeze(-1)`"),
        ((1, 3, 224, 224), (3,), "`(3, 1, 1)`: `b.reshape(3, 1, 1)`"),
    ],
)
def test_the_repair_is_one(a, b, repair):
    assert repair in verdict(a, b)
    expression = repair.split("`")[3]
    tensors = {"a": torch.empty(a), "b": torch.empty(b)}
    name = expression[0]
    tensors[name] = eval(expression, tensors)
    assert tensors["a"] + tensors["b"] is not None


def test_no_repair_where_there_is_none():
    assert "would fit" not in verdict((2, 3), (4, 3)) + verdict((2, 3), (4,))


def test_one_element_is_one_element():
    assert verdict((1,), ()) == "`(1,)` and `()` give `(1,)`: 1 element."
    assert verdict((0,), (1,)).startswith("`(0,)` and `(1,)` give `(0,)`: 0 elements.")


def test_the_pairs_of_the_silent_bug():
    html, text = draw("3, 1", "3")
    assert "9 elements" in text and "Did you mean that?" in text
    for i in range(3):
        for j in range(3):
            assert f"a[{i},0] b[{j}]" in html
    assert "Did you mean that?" not in draw("3, 3", "3")[1]
    assert "Which element" not in draw("9, 1", "9")[0] + draw("2, 2, 2", "2")[0]  # too large to draw


def test_the_words(monkeypatch):
    shown = []
    monkeypatch.setattr(session, "show", lambda html, text, **more: shown.append((html, text)))
    broadcast_aligner((3, 1), torch.empty(4).shape)
    assert shown[0][1].splitlines() == [
        "Do these shapes fit?",
        "  (3, 1) and (4,) give (3, 4): 12 elements. Both are stretched, so this pairs elements that do not stand at "
        "the same place. Did you mean that?",
        "  Dimension -1: 1 against 4. a is stretched from 1 to 4.",
        "  Dimension -2: b has no such dimension, so a 1 is put there. b is stretched from 1 to 3.",
    ]


TYPE = """
from labkit import broadcast_aligner
broadcast_aligner("3, 1", "4")
"""


def test_typing_a_shape_draws_it(notebook):
    notebook.run(TYPE)
    field = next(key for key, state in notebook.models.items() if state.get("description") == "shape of b")
    picture = next(key for key, state in notebook.models.items() if state.get("_model_name") == "OutputModel")
    data = {"method": "update", "state": {"value": "3, 5"}, "buffer_paths": []}
    message = notebook.client.session.msg("comm_msg", {"comm_id": field, "data": data})
    notebook.client.shell_channel.send(message)
    notebook._collect(message["header"]["msg_id"])
    text = notebook.models[picture]["outputs"][0]["data"]["text/plain"]
    assert "(3, 1) and (3, 5) give (3, 5): 15 elements." in text
