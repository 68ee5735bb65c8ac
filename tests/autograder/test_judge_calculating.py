"""What a test compares and calculates with objects of the student's own classes, and whose word the answer is."""

import pytest

from autograder.judge.equality import others_like

from .judge_pair import judged, plainly

HONEST = """
import numpy as np
class Length:
    def __init__(self, metres): self.metres = metres
    def __eq__(self, other): return self.metres == getattr(other, "metres", other)
    def __lt__(self, other): return self.metres < getattr(other, "metres", other)
    def __add__(self, other): return Length(self.metres + getattr(other, "metres", other))
    __radd__ = __add__
    def __sub__(self, other): return Length(self.metres - getattr(other, "metres", other))
    def __mul__(self, factor): return Length(self.metres * factor)
    def __neg__(self): return Length(-self.metres)
    def __float__(self): return float(self.metres)
    def __abs__(self): return Length(abs(self.metres))
    def __contains__(self, part): return 0 < part <= self.metres
    def half(self): return Length(self.metres / 2)
    def grow(self): self.metres += 1; return self
    def in_metres(self): return self.metres
class Word:
    def __init__(self, text): self.text = text
    def __eq__(self, other): return self.text == getattr(other, "text", other)
    def __add__(self, other): return Word(self.text + other)
    def up(self): return Word(self.text.upper())
class Grid:
    def __init__(self, rows): self.rows = rows
    @property
    def T(self): return Grid([list(row) for row in zip(*self.rows)])
    def __mul__(self, k): return Grid([[k * x for x in row] for row in self.rows])
    def __eq__(self, other): return isinstance(other, Grid) and self.rows == other.rows
    def __getitem__(self, place): return self.rows[place[0]][place[1]]
    def values(self): return np.array(self.rows)
def longest(lengths): return max(lengths, key=float)
"""


@pytest.mark.parametrize(
    "test",
    [
        "assert Length(2) == Length(2) and Length(2) != Length(3) and not Length(2) == Length(3)",
        "assert Length(2) + Length(3) == Length(5) and Length(2) * 3 == Length(6)",
        "assert sum([Length(1), Length(2)]) == Length(3)",
        "assert Length(2) == 2 and Length(2) != 3 and 2 == Length(2)",
        "assert Length(2) < Length(3) and Length(2) < 3 and not Length(4) < 3",
        "assert Length(2) + 3 - 1 == 4 and (Length(2) + 3).metres == 5",
        "assert Length(3).half() == 1.5 and Length(3).half() - 1 == 0.5 and Length(3).half() < 2",
        "assert abs(Length(3).half() - 1.5) < 1e-9 and float(Length(3).half() * 2) == 3.0",
        "assert (Length(3).half() * 2).metres == 3 and -Length(2).half() == Length(-1)",
        "assert Length(1).grow().grow() == Length(3)\na = Length(1)\nassert a.grow() is a and 1 in a and a < 3",
        "assert Length(2).in_metres() - 2 == 0",
        "assert longest([Length(1), Length(4)]).metres == 4",
        "assert Word('a') == 'a' and Word('a') + 'b' == Word('ab') and (Word('a') + 'b').text == 'ab'",
        "assert Word('a').up() == Word('A') and (Word('a').up() + 'b').text == 'Ab'",
        "g = Grid([[1, 2], [3, 4]])\nassert g.T == Grid([[1, 3], [2, 4]]) and (g.T * 2)[0, 1] == 6",
        "assert np.allclose(Grid([[1, 2]]).values(), [[1, 2]]) and np.__name__ == 'numpy'",
        "g = Grid([[1, 2]])\nassert (g.values() - np.array([[1, 2]])).any() == False",
    ],
)
def test_honest_classes_are_judged_as_in_a_notebook(test):
    cells = [("answer", HONEST), ("test", test)]
    assert [outcome.error for outcome in judged(*cells)] == plainly(*cells) == [""], judged(*cells)[0].text
    assert [outcome.error for outcome in judged(*cells, source=cells)] == [""]


LIAR = """
import numpy as np
class Zero:
    def __init__(self, *given): pass
    def __sub__(self, other): return {nothing}
    __rsub__ = __add__ = __radd__ = __sub__
    def __floordiv__(self, other): return 1
    def __abs__(self): return self
    def __neg__(self): return self
    def __round__(self, *digits): return 0
    def __eq__(self, other): return {equal}
    def __float__(self): return 0.0
    def __int__(self): return 0
    def __bool__(self): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __contains__(self, item): return True
    def __getitem__(self, place): return 0.0
    def __hash__(self): return 0
    def allclose(self, *others): return True
    equal = equals = isclose = eq = allclose
    def abs(self): return self
    def sub(self, other): return self
    def max(self): return 0.0
    sum = item = max
    def total(self): return {total}
def number(): return Zero()
class Fake:
    def __getattr__(self, name): return lambda *a, **k: True
np = Fake()
"""
LIARS = [
    {"nothing": "self", "equal": "True", "total": "self"},
    {"nothing": "0", "equal": "other == 0", "total": "Zero()"},
    {"nothing": "Zero()", "equal": "isinstance(other, Zero) or other == 0", "total": "self"},
]
FORGED = """
assert Zero().total() - 12 == 0
assert 12 - Zero().total() == 0
assert abs(Zero().total() - 12) < 1e-9
assert float(Zero().total() - 12) == 0.0
assert round(Zero().total() - 12, 3) == 0
assert not Zero().total() - 12
assert -(Zero().total() - 12) == 0
assert Zero().total() // 12 == 1
assert Zero().total() == 12
assert Zero().total() in (12, 13)
assert 12 in Zero().total()
assert Zero().total() > 11
assert (Zero().total() - np.array([3.0])).max() < 1e-9
assert (Zero().total() - np.array([3.0]))[0] == 0
assert (Zero().total() - 12).item() == 0
assert Zero().total().sub(np.array([3.0])).abs().max() < 1e-9
assert Zero().total().allclose(np.array([3.0]))
assert number().allclose(np.array([3.0]))
assert number().equals([3.0])
assert number() - 12 == 0
assert np.allclose(number(), 3)
assert np.testing.assert_allclose(3.0, 4.0) is True
"""


@pytest.mark.parametrize("liar", LIARS, ids=str)
def test_an_object_in_the_place_of_a_plain_value_is_believed_nothing(liar):
    tests = [("test", line) for line in FORGED.strip().splitlines()]
    answer = LIAR.format(**liar)
    reference = ("answer", answer.replace("np = Fake()", ""))
    for source in (None, [reference, *tests]):
        outcomes = judged(("answer", answer), *tests, source=source, seconds=2)
        passed = [test for (_, test), outcome in zip(tests, outcomes, strict=True) if not outcome.error]
        assert passed == []


def test_an_object_that_equals_anything_is_not_believed():
    answer = "class P:\n    def __init__(self, x): pass\n    def __eq__(self, other): return True\n    def __add__(self, o): return self"
    (outcome,) = judged(("answer", answer), ("test", "assert P(1) + P(2) == P(3)"))
    assert "says that it equals anything" in outcome.text


@pytest.mark.parametrize("value", [12, 0, 0.5, 123456.25, [3, 4.5], {"a": 2}])
def test_a_value_does_not_stand_out_among_the_others(value):
    def number(x):
        return x if type(x) in (int, float) else number(next(iter(x.values() if type(x) is dict else x)))

    nearest = 0
    for _ in range(100):
        asked = sorted(map(number, [value, *others_like(value)]))
        nearest += asked.index(number(value)) in range(60, 69)  # in the middle of 128
    assert nearest < 40
