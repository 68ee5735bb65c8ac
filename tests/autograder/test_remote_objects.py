"""Objects across the two processes: the student's by stand-ins, the instructor's by value, a library's one way."""

import inspect
import operator

import numpy as np
import pytest

from autograder.judge.origins import HandleError, same
from autograder.judge.remote import Undefined

from .judge_pair import Pair, judged, plainly

STUDENT = '''
import contextlib, enum, math

def f(x, y=2, *args, z=3, **kw):
    """Adds one."""
    return x + 1

class MyError(ValueError):
    def __init__(self, code):
        super().__init__(f"code {code}")
        self.code = code
class Worse(MyError): pass
class Strange(Exception):
    def __str__(self): return "\\x1b[2Jhidden" + "x" * 10_000

def fail(kind):
    raise {"own": MyError(3), "worse": Worse(4), "key": KeyError("k"), "strange": Strange(),
           "zero": None or ZeroDivisionError("by zero"), "exit": SystemExit(3), "unicode":
           UnicodeDecodeError("utf-8", b"x", 0, 1, "bad")}[kind]

class Stack:
    """A stack."""
    limit = 10
    def __init__(self, *items): self.items = list(items)
    def push(self, item): self.items.append(item); return self
    def __len__(self): return len(self.items)
    def __getitem__(self, i): return self.items[i]
    def __iter__(self): return iter(self.items)
    def __contains__(self, item): return item in self.items
    def __eq__(self, other): return isinstance(other, Stack) and self.items == other.items
    def __add__(self, other): return Stack(*self.items, *other.items)
    def __bool__(self): return bool(self.items)
    def __repr__(self): return f"Stack{tuple(self.items)}"
    def __enter__(self): self.push("in"); return self
    def __exit__(self, kind, error, trace): self.push(kind.__name__ if kind else "out"); return kind is KeyError
    @property
    def top(self): return self.items[-1]
    @staticmethod
    def make(): return Stack(1)
class Half:
    def __float__(self): return 0.5
    def __str__(self): return "half"
class Colour(enum.Enum):
    RED = 1
def half(): return Half()
def red(): return Colour.RED
def make(): return Stack(1)
def gives_itself(): return gives_itself
def numbers():
    yield from (1, 2)
def endless():
    while True: yield 1
def total(items): return sum(items)
def call(g, *args, **kw): return g(*args, **kw)
def swallow(g):
    try: g()
    except Exception as error: return type(error).__name__, str(error)
def parameters(g):
    import inspect
    return list(inspect.signature(g).parameters)
@contextlib.contextmanager
def manager():
    yield 5
shared = [1]
def grow(): shared.append(len(shared))
'''


@pytest.fixture
def student():
    return Pair(STUDENT)


def test_functions(student):
    f = student["f"]
    assert f(1) == 2 and f(x=1) == 2 and f(np.arange(2)).tolist() == [1, 2]
    assert callable(f) and inspect.isfunction(f) and f.__name__ == "f" and f.__doc__ == "Adds one."
    assert student["f"] is f
    with pytest.raises(Undefined):
        student["nowhere"]


@pytest.mark.parametrize(
    ("kind", "caught", "text"),
    [("own", ValueError, "code 3"), ("key", KeyError, "'k'"), ("zero", ArithmeticError, "by zero"),
     ("unicode", UnicodeDecodeError, "bad")],
)  # fmt: skip
def test_exceptions_keep_type_text_and_traceback(student, kind, caught, text):
    with pytest.raises(caught) as found:
        student["fail"](kind)
    assert text in str(found.value)
    assert "in fail" in found.value.student_traceback


def test_the_students_own_exceptions_are_classes_here(student):
    with pytest.raises(student["MyError"]) as found:
        student["fail"]("worse")
    assert found.value.code == 4 and type(found.value).__name__ == "Worse"
    with pytest.raises(student["Worse"]):
        student["fail"]("worse")


def test_texts_of_exceptions_are_cleaned(student):
    with pytest.raises(Exception, match="hidden") as found:
        student["fail"]("strange")
    assert "\x1b" not in str(found.value) and len(str(found.value)) <= 4000


def test_exit_is_an_exception_of_the_test(student):
    with pytest.raises(SystemExit):
        student["fail"]("exit")


def test_classes_and_their_objects(student):
    Stack = student["Stack"]
    stack = Stack(1, 2)
    assert isinstance(stack, Stack) and type(stack) is Stack and Stack.__name__ == "Stack"
    assert Stack.__doc__ == "A stack." and Stack.limit == 10
    assert isinstance(Stack.make(), Stack) and not isinstance(3, Stack)
    assert same(stack.push(3), stack)
    assert (len(stack), stack[0], stack.top, list(stack), bool(Stack())) == (3, 1, 3, [1, 2, 3], False)
    assert repr(stack) == "Stack(1, 2, 3)" and f"{stack}" == "Stack(1, 2, 3)"
    stack.limit = 3
    assert stack.limit == 3 and Stack.limit == 10
    del stack.limit
    assert hasattr(stack, "push") and not hasattr(stack, "pull")
    assert 2 in stack and 9 not in stack
    stack.items.append(4)
    assert stack.top == 4 and stack.items is stack.items


def test_operators_of_a_class_that_the_test_builds(student):
    Stack = student["Stack"]
    assert Stack(1) + Stack(2) == Stack(1, 2)
    assert Stack(1) != Stack(2)
    assert student["make"]() == Stack(1)
    with pytest.raises(AttributeError, match="items"):  # the student's __add__ cannot
        Stack(1) + student["half"]()


def test_context_managers(student):
    stack = student["Stack"]()
    with stack as entered:
        assert same(entered, stack)
    with stack:
        raise KeyError("swallowed by the student's __exit__")
    with pytest.raises(IndexError), stack:
        raise IndexError
    assert stack.items == ["in", "out", "in", "KeyError", "in", "IndexError"]
    with student["manager"]() as five:
        assert five == 5


def test_conversions_give_values(student):
    half = student["half"]()
    assert (float(half), str(half), f"{half}") == (0.5, "half", "half")
    with pytest.raises(TypeError):
        int(half)


@pytest.mark.parametrize(
    "use",
    [
        lambda x: x == 0.5,
        lambda x: operator.eq(0.5, x),
        lambda x: x != 0.5,
        lambda x: x < 1,
        lambda x: x - 0.5,
        lambda x: 0.5 - x,
        lambda x: x in [0.5],
        lambda x: np.allclose(x, 0.5),
        lambda x: np.asarray(x),
        lambda x: np.float64(0.5) == x,
        lambda x: np.array([0.5]) - x,
        lambda x: x is not None and [x] == [0.5],
    ],
)
def test_what_cannot_travel_is_compared_with_nothing(student, use):
    with pytest.raises((HandleError, TypeError)):
        use(student["half"]())


def test_none_is_always_told_apart(student):
    half = student["half"]()
    assert half is not None and not operator.eq(half, None) and operator.ne(half, None)


def test_a_function_instead_of_its_value_is_said(student):
    with pytest.raises(HandleError, match=r"itself came back.*with \(\)"):
        student["gives_itself"]() == 3  # noqa: B015


def test_iterators_both_ways(student):
    assert list(student["numbers"]()) == [1, 2]
    assert next(student["endless"]()) == 1
    assert sum(x for x, _ in zip(student["endless"](), range(5), strict=False)) == 5
    assert student["total"](iter([1, 2])) == 3
    assert student["total"](x * x for x in (1, 2)) == 5
    assert student["total"](range(4)) == 6


def test_functions_of_the_test(student):
    call = student["call"]
    kept = []
    assert call(lambda *a, **k: kept.append((a, k)), 1, z=2) is None
    assert kept == [((1,), {"z": 2})]
    own = [1]
    call(own.append, 2)
    assert own == [1, 2]
    assert call(lambda: call) is call
    function = lambda: 3  # noqa: E731
    assert call(lambda: function) is function
    assert student["parameters"](lambda a, b=2: None) == ["a", "b"]
    assert call(call, call, lambda x: x + 1, 2) == 3  # there and back several times


class Own(Exception):
    pass


def test_exceptions_of_the_test_go_through_the_students_code(student):
    error = Own("mine")

    def fail():
        raise error

    with pytest.raises(Own) as found:
        student["call"](fail)
    assert found.value is error
    assert student["swallow"](fail) == ("Exception", "mine")


def test_state_there_is_seen_here(student):
    shared = student["shared"]
    student["grow"]()
    assert shared == [1, 1]
    shared.append("here")
    student["grow"]()
    assert student["shared"] is shared and shared == [1, 1, "here", 3]


def test_members_of_the_students_enums_are_one_object(student):
    assert student["red"]() is student["red"]() and student["red"]().name == "RED"


def test_objects_of_the_students_classes_are_known_again(student):
    Half = student["Half"]
    a, b = Half(), Half()
    assert same(student["call"](lambda x: x, a), a) and not same(a, b)
    assert {a: 1}[a] == {a: 1}[student["call"](lambda x: x, a)] == 1


# The instructor's classes

LINKED = """
import enum
class Side(enum.Enum):
    LEFT = 1
    RIGHT = 2
class Node:
    __slots__ = ("value", "next")
    def __init__(self, value, next=None):
        self.value, self.next = value, next
    def total(self):
        return self.value + (self.next.total() if self.next else 0)
    def __eq__(self, other):
        return isinstance(other, Node) and self.total() == other.total()
"""
REVERSE = """
def reverse(head):
    done = None
    while head:
        head.next, done, head = done, head, head.next
    return done
def other(side): return Side.LEFT if side is Side.RIGHT else Side.RIGHT
def fresh(value): return Node(value)
"""


def errors(*cells, **more):
    return [outcome.error for outcome in judged(*cells, **more)]


def test_objects_of_given_classes_travel_by_value():
    test = """
a, b, c = Node(1), Node(2), Node(3)
a.next, b.next = b, c
assert a.total() == 6
r = reverse(a)
assert r is c and c.next is b and b.next is a and a.next is None
assert type(fresh(5)) is Node and fresh(5) == Node(5) and isinstance(fresh(1), Node)
assert other(Side.LEFT) is Side.RIGHT
long = None
for i in range(3000): long = Node(i, long)
assert reverse(long).value == 0
"""
    cells = [("locked", LINKED), ("answer", REVERSE), ("test", test)]
    assert errors(*cells) == plainly(*cells) == [""]


def test_given_methods_stay_the_instructors():
    cheat = [
        ("locked", LINKED.replace('    __slots__ = ("value", "next")\n', "")),
        (
            "answer",
            "def fresh(value):\n    n = Node(0)\n    n.total = lambda: value\n    return n\nNode.__eq__ = lambda *a: True",
        ),
        ("test", "assert fresh(5).total() == 5"),
        ("test", "assert fresh(5) == Node(5)"),
    ]
    assert errors(*cheat) == ["AssertionError", "AssertionError"]


def test_what_a_given_class_computes_is_computed_here():
    """Also what it keeps (`cached_property`), and whatever the other end says an object has inside."""
    tree = """
import functools
class Tree:
    limit = 5
    def __init__(self, *kids): self.kids = kids
    def depth(self): return 1 + max([kid.depth() for kid in self.kids], default=0)
    @functools.cached_property
    def size(self): return 1 + sum(kid.size for kid in self.kids)
"""
    answer = """
def grown(size):
    tree = Tree()
    tree.__dict__["size"] = size
    return tree
def raised(limit):
    tree = Tree(Tree())
    tree.limit = limit
    assert tree.size == 2
    return tree
"""
    tests = ["assert grown(3).size == 3", "assert raised(7).limit == 7 and raised(7).size == 2"]
    cells = [("locked", tree), ("answer", answer), *(("test", test) for test in tests)]
    assert errors(*cells) == ["AssertionError", ""]
    for name in ("__dict__", "__class__"):
        pair = Pair(tree)
        exec(tree, own := {"__name__": "__main__"})
        pair.judge.give({"Tree": own["Tree"]})
        kind = pair.runner.by_tag[ord("G")]
        kind.write = lambda writer, thing, name=name: (
            writer.text("Tree"),
            writer.values(["kids", name]),
            writer.values([(), {"depth": 9, "size": 9} if name == "__dict__" else int]),
        )
        pair.names["tree"] = pair.names["Tree"]()
        found = pair["tree"]
        assert type(found) is own["Tree"] and found.depth() == found.size == 1


# Libraries


@pytest.mark.parametrize("name", ["torch", "torchlet"])
def test_models_and_optimizers_of_the_test(name):
    answer = """
def train(model, criterion, optimizer, x, y, steps):
    for _ in range(steps):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
    return loss.item()
"""
    test = """
torch.manual_seed(0)
model = torch.nn.Linear(1, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
x = torch.linspace(-1, 1, 20).reshape(-1, 1)
y = 3 * x + 1
assert train(model, torch.nn.MSELoss(), optimizer, x, y, 50) < 1e-3
assert abs(model.weight.item() - 3) < 0.1 and abs(model.bias.item() - 1) < 0.1
optimizer.param_groups[0]["lr"] = 0.0
kept = model.weight.item()
train(model, torch.nn.MSELoss(), optimizer, x, y, 5)
assert model.weight.item() == kept
"""
    cells = [("own", f"import {name} as torch"), ("answer", answer), ("test", test)]
    assert errors(*cells) == [""]


def test_an_object_of_a_class_of_the_test_can_be_used_by_its_public_names():
    cells = [
        ("answer", "def use(thing): thing.seen = 4; return thing.double(thing.number)"),
        ("answer", "def peek(thing): return thing._secret"),
        (
            "test",
            "class Thing:\n    number = 3\n    _secret = 5\n    def double(self, x): return 2 * x\n"
            "thing = Thing()\nassert use(thing) == 6 and thing.seen == 4\n"
            "try: peek(thing)\nexcept AttributeError: pass\nelse: raise AssertionError",
        ),
    ]
    assert errors(*cells) == [""]


# Source


def test_source_and_signature_come_from_the_notebook():
    cells = [
        ("answer", "def same(g): return g\n@same\ndef f(x, y=2, *, z):\n    for i in x: pass\n\ng = f"),
        (
            "test",
            "import inspect\nassert inspect.getsource(f).startswith('@same\\ndef f') and 'for i' in inspect.getsource(f)\n"
            "assert inspect.getsource(g) == inspect.getsource(f)\n"
            "assert str(inspect.signature(f)) == '(x, y=2, *, z)'",
        ),
    ]
    assert errors(*cells) == [""]


@pytest.mark.parametrize(
    "trick",
    [
        "def f(x):\n    for i in x: pass\n    return 3\nh = f\ndef f(x): return 3\nglobals()['f'] = h",
        "def f(x): return 3\ndef h(x):\n    for i in x: pass\nf = (lambda: h)()",
        "exec('def f(x):\\n    for i in x: pass')\nif False:\n    def f(x): return 3",
        "def f(x): return 3\nf.__wrapped__ = f\nimport linecache; linecache.cache.clear()\nexec('def f(x):\\n  for i in x: pass')",
    ],
)
def test_a_source_cannot_be_hidden(trick):
    test = "import inspect\nassert 'for ' not in inspect.getsource(f), 'no loops'"
    assert errors(("answer", trick), ("test", test)) == ["AssertionError"]
