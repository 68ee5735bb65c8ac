"""A test may extend a class of the student's, to see what that does with the methods it is given."""

import pytest

from .judge_pair import judged, plainly

STUDENT = """
from abc import ABC, abstractmethod
class Shape(ABC):
    made = 0
    def __init__(self, name="shape"):
        self.name = name
        Shape.made += 1
    @abstractmethod
    def area(self): ...
    def describe(self): return f"{self.name}: {self.area():.1f}"
    def __lt__(self, other): return self.area() < other.area()
    @classmethod
    def of(cls, *given): return cls(*given)
class Layer:
    def __init__(self): self.calls = []
    def __call__(self, x):
        self.calls.append(x)
        return self.forward(x)
    def forward(self, x): raise NotImplementedError
class Square(Shape):
    def __init__(self, side): super().__init__("square"); self.side = side
    def area(self): return self.side**2
def total(shapes): return sum(shape.area() for shape in shapes)
"""
TESTS = [
    "class Fixed(Shape):\n    def area(self): return 7\nassert Fixed().describe() == 'shape: 7.0' and Fixed('a').name == 'a'\n"
    "assert isinstance(Fixed(), Shape) and issubclass(Fixed, Shape) and Fixed.__name__ == 'Fixed' and type(Fixed()) is Fixed",
    "class Own(Shape):\n    def __init__(self, area):\n        super().__init__('own')\n        self._area = area\n"
    "    def area(self): return self._area\nassert Own(2).describe() == 'own: 2.0' and Own(1) < Own(3) and total([Own(1), Square(2)]) == 5",
    "class Big(Square):\n    def area(self): return 10 * super().area()\n    def describe(self): return super(Big, self).describe() + '!'\n"
    "assert Big(2).area() == 40 and Big(2).describe() == 'square: 40.0!' and Big.of(3).area() == 90",
    "class Unfinished(Shape): pass\ntry: Unfinished()\nexcept TypeError: pass\nelse: assert False",
    "class Double(Layer):\n    'text'\n    factor = 2\n    def forward(self, x): return self.factor * x\n    @property\n"
    "    def last(self): return self.calls[-1]\n    @staticmethod\n    def unit(): return 1\n    @classmethod\n    def named(cls): return cls.__name__\n"
    "layer = Double()\nassert layer(4) == 8 and layer.last == 4 and layer.calls == [4] and Double.unit() == 1\n"
    "assert Double.named() == 'Double' and Double.__doc__ == 'text' and Double.factor == 2",
    "try: Layer()(1)\nexcept NotImplementedError: pass\nelse: assert False",
    "class Base:\n    def __init__(self): self.x = 1\n    def f(self): return 3\nclass Sub(Base):\n    def __init__(self):\n"
    "        super().__init__()\n    def f(self): return 1 + super(Sub, self).f()\nassert Sub().f() == 4 and Sub().x == 1",
    "import unittest\nclass T(unittest.TestCase):\n    def setUp(self):\n        super().setUp()\n        self.s = Square(2)\n"
    "    def test_area(self): self.assertEqual(self.s.area(), 4)\nfound = unittest.TestResult()\nT('test_area').run(found)\nassert found.wasSuccessful()",
]  # fmt: skip


@pytest.mark.parametrize("test", TESTS)
def test_as_in_one_process(test):
    cells = [("answer", STUDENT), ("test", test)]
    (found,) = judged(*cells)
    assert [found.error] == plainly(*cells) == [""], found.text


def test_the_class_that_is_extended_does_the_work():
    wrong = STUDENT.replace("self.area():.1f", "0:.1f").replace("return self.forward(x)", "return x")
    assert all(found.error for found in judged(("answer", wrong), ("test", TESTS[0]), ("test", TESTS[4])))


def test_a_class_of_the_test_beside_it_is_refused():
    test = "class Other: pass\nclass Both(Square, Other): pass"
    (found,) = judged(("answer", STUDENT), ("test", test))
    assert found.error == "TypeError" and "and another one" in found.text
