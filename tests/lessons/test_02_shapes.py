"""Lesson 02: each number of the curriculum comes out of the lesson's own cells, on both libraries."""

import re

import numpy as np
import pytest

from tests.lessons.every_lesson import EveryLesson
from tests.lessons.machinery import LIBRARIES, Lesson, on

# Run after the lesson: what the task descriptions promise of the reference answers.
PROMISES = {
    "pairwise_cosine(torch.tensor([[3.0, 4.0]]), torch.tensor([[3.0, 0.0], [0.0, 1.0]]))": (
        "tensor([[0.6000, 0.8000]])"
    ),
    "batch = torch.full((1, 3, 224, 224), 0.5)\nimagenet_normalize(batch).mean(dim=(0, 2, 3))": (
        "tensor([0.0655, 0.1964, 0.4178])"
    ),
    "broadcast_shape((5, 1, 4), (3, 1))": "(5, 3, 4)",
    "try:\n    broadcast_shape((2, 3), (2,))\nexcept ValueError as error:\n    print(repr(error))": (
        "ValueError('sizes 3 and 2 do not fit')\n"
    ),
    "x = torch.arange(12).reshape(3, 4)\nto_row_major(x) is x, to_row_major(x.T).stride()": "(True, (3, 1))",
}

LESSON = Lesson("02_shapes", PROMISES)


# ------------------------------------------------------------------------------ the numbers of the curriculum
NUMBERS = {
    # indexing, and other shapes of the same numbers
    'print("column 3:", grid[:, 3])': [
        "column 3: tensor([ 3, 13, 23, 33, 43, 53, 63, 73, 83, 93])",
        "last row: tensor([90, 91, 92, 93, 94, 95, 96, 97, 98, 99])",
        "tensor([[47, 48, 49],\n        [57, 58, 59]])",
    ],
    "print(np.newaxis is None)": ["True\ntorch.Size([10, 1, 10])"],
    "mask = grid % 11 == 0": ["tensor([ 0, 11, 22, 33, 44, 55, 66, 77, 88, 99])"],
    "print(pictures.view(3, -1).shape)": [
        "torch.Size([3, 256, 64])\ntorch.Size([3, 16384])\ntorch.Size([49152])"
    ],
    "    pictures.view(5, -1)": ["RuntimeError: shape '[5, -1]' is invalid for input of size 49152"],
    "print(pictures.permute(1, 2, 0).shape)": ["torch.Size([64, 256, 3])\ntorch.Size([3, 256, 64])"],
    "row, column = flat.unsqueeze(0), flat.unsqueeze(1)": [
        "tensor([[1, 2, 3]]) torch.Size([1, 3])",
        "tensor([[1],\n        [2],\n        [3]]) torch.Size([3, 1])",
        "tensor([1, 2, 3]) tensor([1, 2, 3])",
    ],
    "print(flat.repeat(2, 2))": [
        "tensor([1, 2, 3, 1, 2, 3])",
        "tensor([[1, 2, 3, 1, 2, 3],\n        [1, 2, 3, 1, 2, 3]])",
        "NumPy: [1 1 2 2 3 3]",
        "tensor([1, 1, 2, 2, 3, 3])",
    ],
    "six.resize_(2, 2)": [
        "tensor([[0, 1],\n        [2, 3]])",
        "RuntimeError: shape '[2, 2]' is invalid for input of size 6",
    ],
    # broadcasting
    'print("(3, 3) + (3, 1)"': [
        "(3, 3) + (3,)\ntensor([[100,  51,   2],\n        [103,  54,   5],\n        [106,  57,   8]])",
        "(3, 3) + (1, 3)\ntensor([[100,  51,   2],\n        [103,  54,   5],\n        [106,  57,   8]])",
        "(3, 3) + (3, 1)\ntensor([[100, 101, 102],\n        [ 53,  54,  55],\n        [  6,   7,   8]])",
    ],
    'broadcast_aligner("3, 3", "3, 1")': ["(3, 3) and (3, 1) give (3, 3): 9 elements."],
    "torch.ones(2, 3) + torch.ones(2)\n": [
        "The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1",
        "torch.Size([2, 3])",
    ],
    "ways = differences.abs()": [
        "torch.Size([4, 1, 2]) torch.Size([1, 3, 2]) -> torch.Size([4, 3, 2])",
        "[ 3.,  4.,  6.]",
    ],
    # matrices and vectors
    "X = torch.ones(8, 4)\n": [
        "torch.Size([8, 4]) @ (4, 1) -> torch.Size([8, 1])",
        "torch.Size([8, 4]) @ (4,) -> torch.Size([8])",
    ],
    "torch.mm(X, torch.ones(4)),": [
        "RuntimeError: mat2 must be a matrix",
        "RuntimeError: 1D tensors expected, but got 2D and 2D tensors",
        "RuntimeError: mat1 and mat2 shapes cannot be multiplied (8x4 and 8x4)",
        "torch.Size([8, 1]) tensor(4.)",
    ],
    # strides and storage
    "x = torch.arange(100, 112).reshape(3, 4)": [
        "strides: (4, 1)  offset: 0",
        "strides of x.T: (1, 4)",
        "x[1:, 1:]: strides (4, 1)  offset 5",
    ],
    "stride_explorer(\n": [
        "View: x.T\n  whole: Shape (4, 3), strides (1, 4), offset 0.",
        "View: x[1:, ::2]\n  whole: Shape (2, 2), strides (4, 2), offset 4.",
        "View: x[:1].expand(3, 4)\n  whole: Shape (3, 4), strides (0, 1), offset 0.",
    ],
    "own = m.clone()": [
        "tensor([[100,   2],\n        [300,   4]])\ntensor([[100,   2],\n        [300,   4]])"
    ],
    "corner.view(-1)": ["RuntimeError: view size is not compatible", "Use .reshape(...) instead."],
    "line = corner.reshape(-1)": ["tensor([ 0,  1,  2,  4,  5,  6,", "stride of the copy: (1,)"],
    # the bridge to NumPy
    "shared -= 1000\n": [
        "array:  [-999. -998. -997.]",
        "shared: tensor([-999., -998., -997.], dtype=torch.float64)",
        "copied: tensor([1., 2., 3.], dtype=torch.float64)",
        "shared: tensor([1., 2., 3.], dtype=torch.float64)",
    ],
    "print(data.dtype, weights.dtype)": [
        "torch.float64 torch.float32",
        "RuntimeError: expected m1 and m2 to have the same dtype, but got: double != float",
        "torch.float32",
    ],
    'print("NumPy, axis=0:"': [
        "NumPy, axis=0: [5. 7. 9.]",
        "here, dim=0:   tensor([5., 7., 9.])",
        "here, dim=1:   tensor([ 6., 15.])",
    ],
}

# ------------------------------------------------------------------------------ its misconceptions
MISCONCEPTIONS = {
    # (n, 1) − (n,) is n×n, silently, and a line fitted through it is flat
    "slope, height = fit_line(x_data, y_data)": ["slope 0.00, height 1.00"],
    "error = 5.0 * x_data + 0.0 - y_data": [
        "torch.Size([8, 1]) torch.Size([8]) -> torch.Size([8, 8])",
        "(8, 1) and (8,) give (8, 8): 64 elements. Both are stretched",
    ],
    "def fit_line_safely": [
        "AssertionError: x has the shape (8, 1), and y has (8,)",
        "slope 3.00, height 1.00",
    ],
    "wrong = scores - scores.mean(dim=1)": [
        "wrong, the means of the rows: tensor([-30.,   0.,  30.])",
        "right, the means of the rows: tensor([0., 0., 0.])",
    ],
    # view or copy is a property of the method
    "a = m.reshape(6)\n": ["tensor([[1., 0., 0.],\n        [0., 0., 0.]])"],
    "def shares(a, b)": [
        "x.T                  shares",
        "x.reshape(2, 6)      shares",
        "x.T.reshape(2, 6)    copies",
        "x[[0, 2]]            copies",
        "x[1:, ::2]           shares",
        "x.clone()            copies",
    ],
    "x[[0, 1]][0] = 5": ["tensor([0., 0., 0., 0.])\ntensor([5., 5., 0., 0.])"],
    "stretched.add_(1)": ["RuntimeError: unsupported operation: more than one element"],
    "tensor = torch.from_numpy(array).float()": [
        "after array = array - 1000: tensor([1., 2., 3.], dtype=torch.float64)",
        "after .float():             [1. 2. 3.]",
    ],
    'print("x.T.clone():': [
        "x.T:                 (1, 4) False",
        "x.T.contiguous():    (3, 1) True",
        "x.T.clone():         (1, 4) False",
        "filled with copy_:   (3, 1) True",
        "x.contiguous() is x: True",
    ],
    # others that the lesson brings up
    'print("grid[:, 3]      ", grid': [
        "torch.Size([10])\ngrid[:, 3:4]     torch.Size([10, 1])\ngrid[:, 3, None] torch.Size([10, 1])"
    ],
    "print(grid[[4, 5], [7, 8]])": ["tensor([47, 58])\ntensor([[47, 48],\n        [57, 58]])"],
    "print(torch.equal(pictures.view(3, 256, 64)": [
        "False",
        "tensor([[0, 1],\n        [2, 3],\n        [4, 5]])\ntensor([[0, 3],\n        [1, 4],\n        [2, 5]])",
    ],
    "for pictures_in_batch in (4, 1)": ["squeeze(): (28, 28)   squeeze(1): (1, 28, 28)"],
}


@pytest.mark.slow
def test_both_libraries_side_by_side(run):
    rows = run["libraries = [torchlet]"].splitlines()
    assert [row.split(maxsplit=1)[0] for row in rows] == ["torchlet", "torch"]
    assert {row.split(maxsplit=1)[1] for row in rows} == {"(1, 4) 5 True False (8, 8)"}


# ------------------------------------------------------------------------------ predictions
# The right option of each, and what the cell below it prints.
PREDICTED = [
    ("11, 12, 13, and b is the same tensor", "tensor([11, 12, 13]) True"),
    ("float64", "torch.float64"),
    ("(10,)", "grid[:, 3]       torch.Size([10])"),
    ("[47, 58]", "tensor([47, 58])"),
    ("No: most numbers stand at other places", "False"),
    ("to the first column", "tensor([[100,  51,   2]"),
    ("There is no error, and the numbers are wrong", "tensor([-30.,   0.,  30.])"),
    ("(8, 8)", "torch.Size([8, 8])"),
    ("[[100, 2], [300, 4]]", "tensor([[100,   2],\n        [300,   4]])"),
    ("only the 1", "tensor([[1., 0., 0.],\n        [0., 0., 0.]])"),
    ("shared and array", "array:  [-999. -998. -997.]"),
]


class TestLesson(EveryLesson):
    lesson = LESSON
    printed = NUMBERS | MISCONCEPTIONS
    predicted = PREDICTED
    points, tasks = 12, 5


# ------------------------------------------------------------------------------ the example with gaps
NEEDS = ("houses = torch.tensor(",)


def faded(library: str, first: str, last: str = "return terms.sum(dim=-1)") -> str:
    """What the check prints when the two gaps are filled like this."""
    body = f"{first}\nterms = weights * (rows - columns) ** 2\n{last}"
    return LESSON.faded(library, "def weighted_distances", body, NEEDS)


RIGHT = "rows, columns = X.unsqueeze(1), Y.unsqueeze(0)"


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_gaps(library):
    assert "still empty" in faded(library, "raise NotImplementedError()")
    assert "Right, and this agrees" in faded(library, RIGHT)
    assert "Right, and this agrees" in faded(library, "rows, columns = X[:, None], Y")


@pytest.mark.parametrize(
    ("first", "last", "cause"),
    [
        (RIGHT, "return terms.sum(dim=0)", "The sum runs over the houses"),
        (RIGHT, "return terms.sum(dim=1)", "The sum runs over the wells"),
        (RIGHT, "return terms.sum()", "The sum runs over everything"),
        (RIGHT, "return terms", "The last dimension is still there"),
        (RIGHT, "return terms.mean(dim=-1)", "The terms are averaged"),
        (
            "rows, columns = X.unsqueeze(0), Y.unsqueeze(1)",
            "return terms.sum(dim=-1)",
            "have exchanged their dummy dimensions",
        ),
    ],
)
@pytest.mark.parametrize("library", LIBRARIES)
def test_wrong_gaps_are_explained(library, first, last, cause):
    with pytest.raises(AssertionError, match=re.escape(cause)):
        faded(library, first, last)


# ------------------------------------------------------------------------------ homework
@pytest.mark.parametrize("library", LIBRARIES)
def test_the_table_tells_the_truth_about_its_program(library):
    text = next(cell.source for cell in LESSON.cells if "Read this program" in cell.source)
    program = re.search(r"```python\n(.*?)```", text, re.S)[1]
    variables: dict = {}
    exec(on(library, "import torchlet as torch \n") + program, variables)
    cells = LESSON.graded()
    exec(cells["shares_memory_table"], variables)
    answers = variables["shares_memory_table"]()
    array = variables["a"].numpy()
    assert answers == {name: np.shares_memory(array, variables[name].numpy()) for name in answers}
    assert list(answers) == re.findall(r"^(\w) = ", program, re.M)[1:]
    assert program in cells["shares_memory_table_check"]
    seen = re.findall(r'^    "(\w)": ', cells["shares_memory_table_check"], re.M)
    hidden = re.findall(r'\(\s*"(\w)",\s*(True|False),', cells["shares_memory_table_hidden"], re.M)
    assert sorted([*seen, *(name for name, _ in hidden)]) == sorted(answers)
    assert all(str(answers[name]) == truth for name, truth in hidden)
    for names in (seen, [name for name, _ in hidden]):  # neither "all share" nor "all copy" passes
        assert len({answers[name] for name in names}) == 2
