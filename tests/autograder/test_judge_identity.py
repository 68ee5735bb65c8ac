"""An object that the test has built, and student code hands out, is one object: as in a notebook, in every form."""

import ast
import sys

import pytest

from autograder.judge import identity

from .judge_pair import judged, plainly

STUDENT = """
class Value:
    def __init__(self, number): self.number, self.grad, self.inputs = number, 0.0, ()
    def __add__(self, other):
        made = Value(self.number + getattr(other, "number", other))
        made.inputs = (self, other)
        return made
    def __mul__(self, other): return Value(self.number * getattr(other, "number", other))
    def __eq__(self, other): return self.number == getattr(other, "number", other)
    def __lt__(self, other): return self.number < getattr(other, "number", other)
    def __hash__(self): return hash(self.number)
    def __float__(self): return float(self.number)
    def __call__(self): return self
    @property
    def itself(self): return self
    def __iter__(self): yield self
    def __enter__(self): return self
    def __exit__(self, *error): pass
    def __iadd__(self, other): self.number += other; return self
class Odd:
    equal = False
    def __eq__(self, other): return self.equal
class Plain: pass
class Refused(Exception): pass
class Box:
    def __init__(self, item): self.item = item
    def __getitem__(self, place): return self.item
    def __contains__(self, item): return self.item is item
kept = []
def same(x): return x
def keep(x): kept.append(x)
def first(xs): return xs[0]
def pair(x): return [x, {"x": x}, (x,)]
def apply(function, x): return function(x)
def ordered(x):
    found = []
    def visit(v):
        if isinstance(v, Value) and v not in found:
            for each in v.inputs: visit(each)
            found.append(v)
    visit(x)
    return found
def backward(x): x.grad += 1.0; return x
def refuse(x):
    error = Refused("no")
    error.value = 3
    raise error from None
"""
# y and x are the same object, z is another one that is equal.
HANDED_OUT = "x = Value(3)\nz = Value(3)\ny = same(x)\n"


def outcome(test: str, **more) -> str:
    """The error with which the test ends under the judge, the same as in a notebook."""
    cells = [("answer", STUDENT), ("test", HANDED_OUT + test)]
    (found,) = judged(*cells, **more)
    assert [found.error] == plainly(*cells), found.text
    return found.error


@pytest.mark.parametrize(
    "test",
    [
        # the operators
        "assert y is x and x is y and y is same(y) and not y is not x and x is not z and y is not z",
        "assert id(y) == id(x) != id(z) and list(map(id, [x, y]))[1] == id(x)",
        "assert x is y is same(x) is not z and not x is y is z",
        "assert x is y == z == 3 and x == y < 4 and x in [y] is not None",
        "assert (x is y) == (y is x) == True and (x is z) is False and not (x == y) is not True",
        "assert x is (w := same(x)) and w is y",
        "assert [v is x for v in (x, y, z)] == [True, True, False] and (lambda v: v is x)(y)",
        "assert {'x': y is x, 'z': z is x} == {'x': True, 'z': False} and f'{y is x} {z is x}' == 'True False'",
        "class Here:\n    found = y is x\n    def found_in(self, v): return v is x\nassert Here.found and Here().found_in(y)",
        "import operator\nassert operator.is_(x, y) and operator.is_not(x, z) and operator.eq(x, y)",
        "import unittest\ncase = unittest.TestCase()\ncase.assertIs(y, x)\ncase.assertIsNot(y, z)\ncase.assertEqual(y, x)\n"
        "case.assertIn(y, [x])\ncase.assertCountEqual([x, z], [z, y])\ncase.assertListEqual([x], [y])",
        "match y:\n    case v if v is z: assert False\n    case Value(number=3, itself=v) if v is x: pass\n    case _: assert False",
        "a = [] if x is not y else [1]\nwhile y is not x: pass\nassert a and not any(v is not x for v in (x, y))",
        # each operand is evaluated once, in order, and none after the first comparison that is not true
        "seen = []\ndef v(name, value):\n    seen.append(name)\n    return value\n"
        "assert not v('x', x) is v('y', y) is v('z', z) is v('never', x)\nassert seen == ['x', 'y', 'z']",
        # containers
        "assert [x, z] == [y, z] and (x, 1) == (y, 1) and {'a': x} == {'a': y} and {x} == {y} and [x] != [Value(4)]",
        "assert [z, Plain(), x].index(x) == 0 and [1, y, z].count(x) == 2 and x in (4, y) and x not in [4]",
        "p = Plain()\nq = same(p)\na = [Plain(), q, 1]\nassert a.index(p) == 1 and a.count(p) == 1 and p in a and Plain() not in a\n"
        "a.remove(p)\nassert p not in a and len({p, q, Plain()}) == 2 and {p: 1}[q] == 1 and q in {p} and {q: 1}.get(Plain()) is None",
        "o = Odd()\nw = same(o)\nassert w in [o] and [w] == [o] and not w == o and w != o and not o == o and w is o",
        "assert len({x, y, z}) == 1 and {x: 1}[y] == {y: 1}[z] == 1 and {x: 1}.get(Value(4)) is None and hash(x) == hash(y)",
        "assert min(Value(4), y) is x and sorted([Value(4), y])[0] is x and max([x, Value(1)], key=lambda v: float(v)) is y",
        "b = Box(x)\nassert b.item is x and b[0] is x and y in b and z not in b and b.item.itself is y",
        "assert [v is x for v in pair(x)[0:1]] == [True] and pair(x)[1]['x'] is x and pair(y)[2][0] is x and first([x]) is x",
        # copies
        "import copy\nassert copy.copy(y) is not x and copy.copy(y) == x and copy.deepcopy(x) == y is x\n"
        "a, b, c = copy.deepcopy([x, y, z])\nassert a is b and a is not c and a is not x and a == x and copy.copy([x])[0] is y\n"
        "b, a = copy.deepcopy((y, x))\nassert a is b and a is not x",
        # weak references
        "import weakref\nassert weakref.ref(y)() is x and weakref.ref(x)() is y and weakref.ref(x) == weakref.ref(y)\n"
        "known = weakref.WeakKeyDictionary({x: 1})\nassert known[y] == 1 and y in weakref.WeakSet([x])",
        # roads by which it comes back
        "assert x.itself is x and x() is x and [v for v in x][0] is x and next(iter(y)) is x and (x + 1).inputs[0] is x",
        "with x as entered: assert entered is x",
        "seen = []\nassert apply(seen.append, x) is None and seen[0] is x and apply(lambda v: v is y, x) is True\n"
        "assert apply(lambda v: v, x) is x and apply(same, x) is y",
        "keep(x)\nassert kept[-1] is x and same(kept)[-1] is y",
        "w = x\nw += 1\nassert w is x is y and x.number == 4 and y == 4",
        "try: refuse(x)\nexcept Refused as error: assert error.value == 3 and error.args == ('no',)",
        "a, b = Value(1), Value(2)\nc = a + b\nassert [v is w for v, w in zip(ordered(c), [a, b, c])] == [True] * 3 and a in c.inputs",
        # and the test's own object is believed all the same
        "assert x + 2 == 5 and x * 2 == Value(6) and x == 3 and x < 4 and 3 == x and float(x) == 3.0 and x != 4",
        "backward(x)\nbackward(x)\nassert x.grad == 2.0 and x + 2 == 5 and (x * 2).number == 6 and y.grad == 2.0",
        "assert (same(x) + z) == 6 and (x + 1 + 1) == 5 and [x, y] == [3, 3] and 3 in [x] and sum([x, z], Value(0)) == 6",
    ],
)  # fmt: skip
def test_as_in_a_notebook(test):
    assert outcome(test) == ""


@pytest.mark.parametrize(
    ("test", "error"),
    [
        ("assert z is x", "AssertionError"),
        ("assert y is not x", "AssertionError"),
        ("assert x is y is z", "AssertionError"),
        ("o = Odd()\nassert same(o) == o", "AssertionError"),
        ("o = Odd()\nassert o == same(o) is o", "AssertionError"),
        ("import unittest\nunittest.TestCase().assertIs(z, x)", "AssertionError"),
        ("import unittest\nunittest.TestCase().assertIsNot(y, x)", "AssertionError"),
        ("import unittest\no = Odd()\nunittest.TestCase().assertEqual(same(o), o)", "AssertionError"),
        ("[Plain(), same(Plain())].remove(Plain())", "ValueError"),
        ("{x: 1}[Value(4)]", "KeyError"),
        ("{Odd(): 1}", "TypeError"),
    ],
)
def test_what_is_another_object_stays_one(test, error):
    assert outcome(test) == error


def test_a_name_that_the_notebook_gives_to_something_else_is_that():
    cells = [
        ("locked", "def id(thing): return 'mine'"),
        ("answer", STUDENT),
        ("test", HANDED_OUT + "assert id(x) == 'mine' and y is x"),
    ]
    assert [outcome.error for outcome in judged(*cells)] == plainly(*cells) == [""]


def test_locked_functions_and_modules_that_were_handed_out_see_it_so(tmp_path, monkeypatch):
    (tmp_path / "ours.py").write_text(
        "def one(a, b):\n    return a is b and id(a) == id(b) and not a is not b\ndef both(a, b):\n    return a == b\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    cells = [
        ("locked", "def single(a, b): return a is b and id(a) == id(b)\nfrom ours import both, one"),
        ("answer", STUDENT),
        ("test", HANDED_OUT + "assert single(y, x) and not single(z, x) and one(y, x) and not one(z, x)"),
        ("test", "o = Odd()\nassert not both(same(o), o) and both(Value(1), Value(1))"),
    ]
    found = [outcome.error for outcome in judged(*cells, modules=tmp_path)]
    monkeypatch.delitem(sys.modules, "ours")
    assert found == plainly(*cells) == ["", ""]
    monkeypatch.delitem(sys.modules, "ours")


def test_a_test_that_fails_is_shown_at_its_place():
    test = "def f(a, b):\n    return (a\n        is b)\n\nx, y = 1, 2\nassert x < y, 'one'\nassert f(x, y), 'two'"
    (found,) = judged(("test", test))
    assert (found.line, found.text) == (7, "two")
    (found,) = judged(("test", "import numpy as np\na = 1 + (np.ones(2) == np.ones(3) == 5)"))
    assert found.line == 2 and "^" in found.shown[0]


@pytest.mark.parametrize(
    "source",
    ["(a) is b", "f(a) == (b)", "x = a is b is not c", "(a\n  == b)", "a < b is c", "[a is b for a in c]"],
)
def test_columns_stay(source):
    """What a traceback underlines is the whole comparison, as it stands."""
    before = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Compare)]
    tree = identity.changed(ast.parse(source))
    places = {
        (n.lineno, n.col_offset, n.end_lineno, n.end_col_offset)
        for n in ast.walk(tree)
        if isinstance(n, ast.expr)
    }
    for node in before:
        assert (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset) in places
    compile(tree, "<test>", "exec")


def test_sources_stay_as_they_were_written():
    test = "import inspect\ndef f(a, b):\n    return a is b\nassert inspect.getsource(f) == 'def f(a, b):\\n    return a is b\\n'"
    locked = "def g(a, b):\n    return a is b\n"
    cells = [
        ("locked", locked),
        ("test", test + "\nassert 'return a is b' in inspect.getsource(g) and g(1, 1)"),
    ]
    (found,) = judged(*cells)
    assert found.error == "", found.text
