"""Lesson 01: each number of the curriculum comes out of the lesson's own cells."""

import re

import pytest
import torch

import torchlet
from tests.lessons.every_lesson import EveryLesson
from tests.lessons.machinery import LIBRARIES, Lesson

# Run after the lesson: what the task descriptions promise of the reference answers.
PROMISES = {
    "ladder(4, 0.5, torch.float32)": "tensor([0.0000, 0.5000, 1.0000, 1.5000])",
    "ladder(3, -2, torch.int8)": "tensor([ 0, -2, -4], dtype=torch.int8)",
    "x = torch.tensor([1.0, 2.0, 3.0])\n(standardize(x), x.tolist())": "(tensor([-1.,  0.,  1.]), [1.0, 2.0, 3.0])",
    "(standardize_(x), x.tolist())": "(tensor([-1.,  0.,  1.]), [-1.0, 0.0, 1.0])",
    "count_between(torch.tensor([1.0, 1.5, 2.0, 3.0]), 1, 2)": "2",
    "count_between(torch.tensor([10, 200, 255], dtype=torch.uint8), 100, 256)": "2",
    "promoted(torch.tensor([1, 2]), 0.5)": "torch.float32",
    "promoted(torch.tensor([1.0]), torch.tensor(2.0, dtype=torch.float64))": "torch.float32",
}

LESSON = Lesson("01_tensors", PROMISES)

# ------------------------------------------------------------------------------ the numbers of the curriculum
NUMBERS = {
    "table = torch.tensor([[1, 2, 3], [4, 5, 6]])": [
        "tensor(2.5000)\ntensor([1., 2., 3.])\ntensor([[1, 2, 3],\n        [4, 5, 6]])"
    ],
    "{tensor.numel()} elements": [
        "number  ()      0 dims  1 elements  torch.float32",
        "row     (3,)    1 dims  3 elements  torch.float32",
        "table   (2, 3)  2 dims  6 elements  torch.int64",
    ],
    "torch.full((2, 2), 7)": [
        "tensor([[0., 0., 0.],\n        [0., 0., 0.]])",
        "tensor([1., 1., 1., 1.])",
        "tensor([[7, 7],\n        [7, 7]])",
        "tensor([ 4,  6,  8, 10])",
    ],
    "print(torch.linspace(1, 4, 6))": ["tensor([1.0000, 1.6000, 2.2000, 2.8000, 3.4000, 4.0000])"],
    'print("Tensor():': ["Tensor():       tensor([])", "Tensor([2]):    tensor([2.])", "Tensor(2, 3):   shape (2, 3)"],
    "made = getattr(torch, name)([1, 2])": [
        "FloatTensor   torch.float32  bytes per number: 4",
        "DoubleTensor  torch.float64  bytes per number: 8",
        "HalfTensor    torch.float16  bytes per number: 2",
        "IntTensor     torch.int32    bytes per number: 4",
        "LongTensor    torch.int64    bytes per number: 8",
        "ShortTensor   torch.int16    bytes per number: 2",
        "CharTensor    torch.int8     bytes per number: 1",
        "ByteTensor    torch.uint8    bytes per number: 1",
        "LongTensor(3): shape (3,)",
    ],
    "print(torch.tensor([1.0, 2.0]).type())": ["torch.FloatTensor\ntorch.LongTensor"],
    "limits = torch.iinfo(dtype)": [
        "torch.uint8    8 bits   whole numbers from 0 to 255",
        "torch.int8     8 bits   whole numbers from -128 to 127",
        "torch.int16   16 bits   whole numbers from -32768 to 32767",
        "torch.int32   32 bits   whole numbers from -2147483648 to 2147483647",
        "torch.int64   64 bits   whole numbers from -9223372036854775808 to 9223372036854775807",
        "torch.float16 16 bits   up to 6.55e+04; next to 1 comes 1 + 0.00098",
        "torch.float32 32 bits   up to 3.403e+38; next to 1 comes 1 + 1.2e-07",
        "torch.float64 64 bits   up to 1.798e+308; next to 1 comes 1 + 2.2e-16",
        "torch.bool     8 bits   True or False",
    ],
    '("half", "float", "double", "short", "int", "long")': [
        "torch.float   torch.float32", "torch.long    torch.int64", "torch.int     torch.int32",
        "torch.half    torch.float16", "torch.double  torch.float64", "torch.short   torch.int16",
    ],
    "print(x.byte())": [
        "tensor([1, 1])\ntensor([1., 2.])\ntensor([  0.,   1., 200.], dtype=torch.float64)\ntensor([  0.,   1., 200.])",
        "tensor([  0,   1, 200], dtype=torch.uint8)\ntensor([False,  True,  True])",
    ],
    "print(x + torch.tensor([100], dtype=torch.uint8))": [
        "tensor([44], dtype=torch.uint8)\ntensor([44], dtype=torch.uint8)",
        "before: tensor([  0,  25,  50,  75, 100, 125, 150, 175, 200, 225], dtype=torch.uint8)",
        "after:  tensor([100, 125, 150, 175, 200, 225, 250,  19,  44,  69], dtype=torch.uint8)",
    ],
    "repaired = ": ["tensor([100, 125, 150, 175, 200, 225, 250, 255, 255, 255], dtype=torch.uint8)"],
    "print(torch.tensor(1.0) * torch.tensor(2.0, dtype=torch.float64))": [
        "tensor(2., dtype=torch.float64)\ntensor([1.5000, 2.5000])\ntensor([1.5000, 2.5000])\ntensor([2, 1])"
    ],
    "torch.tensor(1.5, dtype=torch.float64)).dtype)": ["torch.float64\ntorch.uint8\ntorch.float32"],
    "pairs = {\n": [
        "int64 [2] + float16 [2]    torch.float16",
        "uint8 [2] + int8 [2]       torch.int16",
        "float16 [2] + float64 0-d  torch.float16",
        "int8 [2] + float16 0-d     torch.float16",
        "int8 0-d + 1               torch.int8",
        "int8 0-d + 1.0             torch.float32",
        "float64 0-d + 1.0          torch.float64",
        "bool [2] + 1               torch.int64",
    ],
    "quotient = ": ["tensor([3.5000, 4.0000]) torch.float32", "tensor([ 3, -4])"],
    "a.sub(1)": [
        "tensor([11., 12., 13.]) tensor([11., 12., 13.])\ntensor([0., 1., 2.]) tensor([0., 1., 2.])\n"
        "tensor([2., 4., 6.]) tensor([2., 4., 6.])\ntensor([0.5000, 1.0000, 1.5000]) tensor([0.5000, 1.0000, 1.5000])",
        "a is still tensor([1., 2., 3.])\nafter a.add_(10): tensor([11., 12., 13.])",
    ],
    "a = torch.arange(10.0)\nb = torch.linspace(-10, 10, 10)\nprint": [
        "tensor([-10.0000, ", "tensor([100.0000, ", "122.7160, 190.0000])",
    ],
    'print("abs:"': [
        "abs: tensor([2., 0., 1.])", "exp: tensor([0.1353, 1.0000, 2.7183])", "log: tensor([0.0000, 2.3026, 4.6052])",
        "log of 0 and of -1: tensor([-inf, nan])",
    ],
    'print("sum: "': [
        "sum:  tensor(10.)", "mean: tensor(2.)", "min:  tensor(1.)  max: tensor(3.)",
        "unique: tensor([1., 2., 3.])", "dot:  tensor(32.)",
    ],
    "std(correction=0)": ["tensor(1.4142)", "std(correction=0):  tensor(1.)", "NumPy's std:        1.0"],
    "torch.tensor(3.5).item()": ["3.5 3.5 [3.5, 4.5]", "RuntimeError: a Tensor with 2 elements cannot be converted to Scalar"],
    "print((x > 1).sum())": ["tensor([False,  True,  True,  True])\ntensor(3)"],
    "def rescale(x):": [
        "new tensor: tensor([0.0000, 0.2500, 0.5000, 1.0000])\nx is still: tensor([20., 25., 30., 40.])",
        "in place:   tensor([0.0000, 0.2500, 0.5000, 1.0000])\nx is now:   tensor([0.0000, 0.2500, 0.5000, 1.0000])",
    ],
    "digits = torch.randint(10, (5,))": [
        "(3,) (2, 3) torch.float32", "(5,) torch.int64 between 0 and 9: True",
        "values that occur: tensor([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])",
    ],
    "box = torch.zeros(20_000).uniform_(0, 5)": [
        "box:  mean 2.5, std 1.4, from 0.0 to 5.0", "bell: mean 170, std 10", "7 of 10 lie within one standard deviation",
    ],
    "right.hist": ["Two histograms. On the left a box", "On the right a bell"],
}  # fmt: skip
# ------------------------------------------------------------------------------ its misconceptions
MISCONCEPTIONS = {
    "length_two = torch.Tensor(2)": [
        "tensor(2):  shape ()  dtype torch.int64  value 2\nTensor(2):  shape (2,)  dtype torch.float32\n"
    ],
    "torch.Tensor(2.5)": ["Tensor(2.5):    TypeError: new(): data must be a sequence (got float)"],
    "print(x.dtype, x)": ["torch.int64 tensor([  0,   1, 200])"],
    "print(x.round().long()": ["tensor([ 1, -1])\ntensor([ 2, -2])"],
    "large = torch.tensor([60000.0]": [
        "RuntimeError: value cannot be converted to type uint8 without overflow",
        "tensor([inf], dtype=torch.float16)",
    ],
    "dtype_ruler()": [
        "300: 300 is stored exactly by int16, int32, int64, float16, float32, float64. The others: uint8 44 (overflow)",
        "No dtype stores 0.1 exactly.",
        "0.5 is stored exactly by float16, float32, float64.",
        "float16 2048.0 (rounded)",
        "Spacing here: float32 2, float64 3.73e-09.",
        "int8 -56 (overflow)",
    ],
    "dtype_ruler(1000.5, 40000, 0.25, 3.14159)": [
        "uint8 64 (overflow)",
        "0.25 is stored exactly by float16, float32, float64.",
    ],
    ".20f": [
        "tensor(0.1000, dtype=torch.float16)  stored: 0.09997558593750000000",
        "tensor(0.1000)  stored: 0.10000000149011611938",
        "tensor(0.1000, dtype=torch.float64)  stored: 0.10000000000000000555",
        "float32, then float64: 0.10000000149011611938",
    ],
    "for _ in range(1000):": ["16777216\n16778216 with one addition"],
    "(row * factor)": ["torch.float32\ntorch.float32"],
    "x.int() < 300": ["x < 300:         tensor([ True, False])\nx.int() < 300:   tensor([True, True])"],
    "b = torch.full((3,), 10.0)": ["tensor([100., 110., 120.]) tensor([100., 110., 120.])"],
    "copy = a.clone()": ["result is a: True\nsame: tensor([100., 200.])  copy: tensor([1., 2.])"],
    'print("after a += 1:': ["tensor([2., 3.]) tensor([2., 3.])", "tensor([3., 4.]) tensor([2., 3.])"],
    "a.add_(0.5)": [
        "RuntimeError: result type Float can't be cast to the desired output type Long",
        "tensor([0.5000, 1.5000, 2.5000]) works: float32",
    ],
    "lambda: torch.tensor([1, 2, 3]).mean()": [
        "RuntimeError: mean(): could not infer output dtype.",
        "RuntimeError: dot : expected both vectors to have same dtype, but found Long and Float",
        "tensor(2.)",
    ],
    "print(1 < x < 3)": [
        "RuntimeError: Boolean value of Tensor with more than one value is ambiguous",
        "tensor([False,  True,  True, False]) 2",
    ],
    "third = torch.rand(4)\nprint": [
        "first and second: False\nfirst and third:  True\nsecond and third: False"
    ],
}


@pytest.mark.slow
def test_both_libraries_stand_side_by_side(run):
    rows = run["for library in libraries:"].splitlines()
    assert [row.split(maxsplit=1)[0] for row in rows] == ["torchlet", "torch"]
    assert [row.split(maxsplit=1)[1] for row in rows] == [
        "tensor(100.) tensor(190.) 44 tensor(2., dtype=torch.float64) (2,)"
    ] * 2


def test_the_differences_that_the_text_names_are_there():
    streams = []
    for library in (torchlet, torch):
        library.manual_seed(3)
        streams.append(library.rand(4).tolist())
    assert streams[0] != streams[1]


# ------------------------------------------------------------------------------ predictions
# The right option of each, and what the cell below it prints.
PREDICTED = [
    ("[1, 2, 3, 4]", "[1, 2, 3, 4]\nthe same list: True"),
    ("256", "256"),
    ("1.6", "tensor([1.0000, 1.6000,"),
    ("two numbers that nobody has set", "Tensor(2):  shape (2,)  dtype torch.float32"),
    ("torch.int64", "torch.int64"),
    ("[1, -1]", "tensor([ 1, -1])"),
    ("44", "tensor([44], dtype=torch.uint8)"),
    ("16777216", "16777216\n"),
    ("float32", "torch.float32"),
    ("[3.5, 4.0], in float32", "tensor([3.5000, 4.0000]) torch.float32"),
    ("100", "tensor([100.0000,"),
    ("(100, 110, 120) twice", "tensor([100., 110., 120.]) tensor([100., 110., 120.])"),
    ("1.4142", "tensor(1.4142)"),
    ("It raises a RuntimeError", "RuntimeError: a Tensor with 2 elements"),
    ("first and third", "first and third:  True"),
]


class TestLesson(EveryLesson):
    lesson = LESSON
    printed = NUMBERS | MISCONCEPTIONS
    predicted = PREDICTED
    points, tasks = 10, 4


# ------------------------------------------------------------------------------ the exercises without points
def warm_up(library, line):
    return LESSON.faded(library, "def half_steps", line)


def filled(library, body):
    return LESSON.faded(library, "def scale_by_largest_", body)


@pytest.mark.parametrize("library", LIBRARIES)
def test_empty_gaps_do_not_stop_the_notebook(library):
    assert "still empty" in warm_up(library, "raise NotImplementedError()")
    assert "Right:" in warm_up(library, "return torch.arange(0, 3.1, 0.5)")
    assert "still empty" in filled(library, "raise NotImplementedError()")
    assert "x itself has changed" in filled(library, "x /= x.abs().max()\nreturn x")


@pytest.mark.parametrize(
    ("answer", "cause"),
    [
        ("torch.arange(0, 3, 0.5)", "stops before its end"),
        ("torch.linspace(0, 3, 6)", "how many numbers you want"),
        ("torch.linspace(0, 3.5, 7)", "includes its end"),
        ("torch.arange(4)", "The step is 0.5"),
        ("None", "`return` is missing"),
        ("torch.linspace(0, 3, 8)", "there are seven"),
    ],
)
def test_a_wrong_first_answer_is_explained(answer, cause):
    with pytest.raises(AssertionError, match=re.escape(cause)):
        warm_up("torchlet", f"return {answer}")


@pytest.mark.parametrize(
    ("body", "cause"),
    [
        ("x.div_(x.abs().max())", "Nothing is returned"),
        ("return x.div_(x.max())", "The largest absolute value is that of -4"),
        ("return x.div_(x.min())", "Its absolute value is 4"),
        ("return x.abs_().div_(x.max())", "The signs are lost"),
        ("x.div(x.abs().max())\nreturn x", "div(...) makes a new tensor"),
        ("return x / x.abs().max()", "it is a new tensor"),
        ("return x.div_(x.sum())", "The largest absolute value is 4"),
    ],
)
def test_wrong_gaps_are_explained(body, cause):
    with pytest.raises(AssertionError, match=re.escape(cause)):
        filled("torchlet", body)


# ------------------------------------------------------------------------------ homework
def test_the_hidden_pairs_of_promoted_are_all_pairs_and_cannot_be_added():
    source = LESSON.graded()["promoted_hidden"]
    variables = {"torch": torchlet}
    exec(source[source.index("dtypes = [") : source.index("wrong = []")], variables)
    pairs = variables["pairs"]
    assert len(pairs) == 18 * 18 + 3 + 3 * 36
    a, b = next(
        (a, b) for a, b in pairs if isinstance(a, torchlet.Tensor) and a.ndim and getattr(b, "ndim", 0)
    )
    with pytest.raises(RuntimeError, match="must match"):
        a + b
