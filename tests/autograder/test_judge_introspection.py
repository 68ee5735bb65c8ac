"""What a test looks for in classes and functions of the student's is there, or is not, as in one process."""

import pytest

from .judge_pair import judged, plainly

STUDENT = """
import functools, inspect, json, re
from abc import ABC, abstractmethod
from collections import namedtuple
from dataclasses import dataclass, field
from enum import Enum, IntEnum
class Bare:
    kind = 3
    def __init__(self, x=1): self.x = x
class Bag:
    __slots__ = ("items",)
    def __init__(self, *items): self.items = items
    def __len__(self): return len(self.items)
    def __iter__(self): return iter(self.items)
    def __call__(self): return self.items
    def __repr__(self): return "Bag"
class Named:
    def __init__(self):
        self.answer, self._first, self._judge, self._origin, self._told, self._home = 42, None, 7, (0, 0), [1], "h"
        self._known, self._named, self._number, self._of = 1, 2, 3, 4
class Shape(ABC):
    sides = 0
    @abstractmethod
    def area(self): ...
class Square(Shape):
    def __init__(self, side): self.length = side
    def area(self): return self.length**2
    @property
    def side(self): return self.length
    @staticmethod
    def unit(): return Square(1)
class Color(Enum):
    RED = 1
    GREEN = 2
class Level(IntEnum):
    LOW = 1
    HIGH = 2
def paint(): return Color.RED
@dataclass(frozen=True)
class Point:
    x: int
    y: int = 0
    tags: tuple = ()
Pair = namedtuple("Pair", "a b")
def pair(): return Pair(1, 2)
def counting(n):
    for i in range(n): yield i
def found(text): return re.search(r"\\d+", text)
def read(text): return json.loads(text)
plus = functools.partial(int.__add__, 3)
def zipped(): return zip([1], [2])
def count(f):
    @functools.wraps(f)
    def counted(*given, **named):
        counted.calls += 1
        return f(*given, **named)
    counted.calls = 0
    return counted
"""
PRELUDE = """
import abc, collections.abc, contextlib, copy, dataclasses, functools, inspect, json, re, types
from collections.abc import Callable, Iterable, Iterator, Sized
from unittest.mock import patch
"""
OPERATIONS = (
    "add len iter next getitem contains enter call float int neg iadd radd bool index hash repr init eq"
)
QUESTIONS = [
    *(f"hasattr({thing}, '__{name}__')" for name in OPERATIONS.split() for thing in ("Bare", "Bag(1)")),
    *(f"isinstance({thing}, {kind})" for kind in ("Iterable", "Sized", "Callable", "Iterator") for thing in ("Bare()", "Bag(1)")),
    "hasattr(Bare(), 'answer')",
    "callable(Bare())",
    "callable(Bag()) and callable(Bag) and callable(Square(1).area) and not callable(Square(1).length)",
    "'__repr__' in Bare.__dict__",
    "'__repr__' in Bag.__dict__ and '__init__' in vars(Bare)",
    "Bare.__repr__ is not object.__repr__",
    "Bag.__repr__ is not object.__repr__ and Bare.__eq__ is object.__eq__ and Bare.__init__ is not object.__init__",
    "Bag.__slots__ == ('items',) and not hasattr(Bag(), '__dict__')",
    "Bare.__bases__ == (object,) and Square.__bases__ == (Shape,) and abc.ABC in Shape.__bases__",
    "[kind.__name__ for kind in Square.__mro__] == ['Square', 'Shape', 'ABC', 'object']",
    "isinstance(Square.side, property) and isinstance(Square.__dict__['unit'], staticmethod)",
    "inspect.ismethod(Square(1).area) and inspect.isfunction(Square.area) and inspect.isfunction(pair)",
    "Named().answer == 42 and Named()._first is None and Named()._judge == 7 and Named()._origin == (0, 0)",
    "Named()._told == [1] and Named()._home == 'h' and Named()._known == 1 and Named()._number == 3",
    "Named()._named == 2 and Named()._of == 4",
    "[c.name for c in Color] == ['RED', 'GREEN'] and len(Color) == 2 and Color['RED'] is Color.RED in Color",
    "Color.RED != 1 and paint() is Color(1) and set(Color) == {Color.RED, Color.GREEN}",
    "Level.HIGH + 1 == 3 and sorted(Level) == [1, 2] and Level.LOW < Level.HIGH == 2",
    "Color.RED == 1",
    "dataclasses.asdict(Point(1, 2)) == {'x': 1, 'y': 2, 'tags': ()}",
    "[each.name for each in dataclasses.fields(Point)] == ['x', 'y', 'tags']",
    "dataclasses.astuple(Point(1, 2)) == (1, 2, ())",
    "isinstance(pair(), Pair) and isinstance(Pair(3, 4), Pair)",
    "isinstance(Pair(3, 4), Point)",
    "isinstance(counting(3), types.GeneratorType) and inspect.isgenerator(counting(3))",
    "isinstance(found('a1'), re.Match) and isinstance(plus, functools.partial) and isinstance(zipped(), zip)",
    "isinstance(map(abs, [1]), map) and list(map(abs, [-1])) == [1] and list(filter(None, [0, 2])) == [2]",
]  # fmt: skip
TESTS = [
    *("assert " + question for question in QUESTIONS),
    "n = Named()\nn._first = n.answer = 3\nassert n._first == n.answer == 3",
    "try: Point(1).x = 3\nexcept dataclasses.FrozenInstanceError: pass\nelse: assert False",
    "try: read('{')\nexcept json.JSONDecodeError as error: assert 'Expecting' in str(error)\nelse: assert False",
    "try:\n    with Bare(): pass\nexcept TypeError: pass\nelse: assert False",
    "@count\ndef f(x):\n    'twice x'\n    return 2 * x\n"
    "assert (f(2), f.calls, f.__name__, f.__doc__) == (4, 1, 'f', 'twice x')",
    "class Own:\n    @count\n    def m(self): return 5\n    start = pair()[0]\n    def n(self, of: Point) -> Bag: return 1\n"
    "own = Own()\nassert own.m() == 5 and own.start == 1 and Own.m.calls == 1",
    "def make(start):\n    class Own:\n        first, second = start, pair()[1]\n    return Own\nassert (make(7).first, make(7).second) == (7, 2)",
    "with patch.object(Square, 'area', lambda self: self.length + 97): assert Square(2).area() == 99\nassert Square(2).area() == 4",
    "class Own:\n    'text'\n    x = len(Bag(1, 2))\n    y = x + 1\nassert Own.__doc__ == 'text' and Own.y == 3",
]


@pytest.mark.parametrize("test", TESTS)
def test_as_in_one_process(test):
    cells = [("answer", STUDENT), ("test", PRELUDE + test)]
    (found,) = judged(*cells)
    assert [not found.error] == [not error for error in plainly(*cells)], found.text


def test_a_method_that_is_added_later_is_there():
    later = ("answer", "Bare.__len__ = lambda self: 3\nBare.__call__ = lambda self: 5")
    tests = [
        ("test", "assert not callable(Bare())"),
        later,
        ("test", "assert callable(Bare()) and len(Bare()) == 3"),
    ]
    assert [found.error for found in judged(("answer", STUDENT), *tests)] == ["", ""]


@pytest.mark.parametrize(
    "test",
    [
        "for got, want in zip(map(f, [1, 2]), [2, 4]): assert got == want",
        "assert all(map(lambda x: f(x) == 2 * x, [1, 2]))",
        "assert not list(filter(lambda x: f(x) != 2 * x, [1, 2]))",
    ],
)
def test_to_end_an_iteration_is_no_answer(test):
    cells = [("answer", "def f(x): raise StopIteration"), ("test", test)]
    assert [found.error for found in judged(*cells)] == ["RuntimeError"] and plainly(*cells) == [""]
