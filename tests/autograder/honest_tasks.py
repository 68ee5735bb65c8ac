"""Tasks as courses have them: a setup, answers of different quality and style, and plain tests.

No answer knows that it is graded in another process, and no test does.
"""

from __future__ import annotations

from typing import NamedTuple


class Task(NamedTuple):
    """setup: a locked cell. answers: right ones, wrong ones, unfinished ones. tests: several, in order."""

    setup: str
    answers: tuple[str, ...]
    tests: tuple[str, ...]


TASKS = (
    Task(
        "",
        (
            "def squares(n):\n    if n < 1:\n        raise ValueError('n')\n    return [i**2 for i in range(1, n + 1)]",
            "def squares(n):\n    return list(map(lambda i: i * i, range(1, n + 1)))",
            "def squares(n):\n    return (i * i for i in range(1, n + 1))",
            "def squares(n): raise NotImplementedError()",
            "def squares(n):\n    return range(n)[:]",
        ),
        (
            "assert squares(3) == [1, 4, 9]",
            "assert list(squares(3)) == [1, 4, 9] and len(list(squares(11))) == 11",
            "try:\n    squares(0)\nexcept ValueError:\n    pass\nelse:\n    raise AssertionError('no ValueError')",
            "kept = squares\ndel squares\ntry:\n    squares(1)\nexcept NameError:\n    pass\nfinally:\n    squares = kept\nassert squares(1)",
        ),
    ),
    Task(
        "",
        (
            "x = 3\ny = [x, x + 1]",
            "x = 3.0\ny = (3, 4)",
            "x = '3'",
            "import numpy as np\nx = np.int64(3)\ny = np.array([3, 4])",
        ),
        (
            "assert x == 3",
            "assert y == [3, 4]",
            "assert y[1] == 4 and sum(y) == 7",
            "assert isinstance(x, int), type(x)",
        ),
    ),
    Task(
        "import numpy as np",
        (
            "def standardize(x):\n    return (x - x.mean()) / x.std()",
            "def standardize(x):\n    x -= x.mean()\n    x /= x.std()\n    return x",
            "def standardize(x):\n    return [(v - np.mean(x)) / np.std(x) for v in x]",
            "def standardize(x):\n    return x - x.mean()",
            "def standardize(x):\n    return None",
        ),
        (
            "a = np.array([1.0, 2.0, 3.0])\nnp.testing.assert_allclose(standardize(a), [-1.22474487, 0, 1.22474487], atol=1e-6)",
            "a = np.array([1.0, 2.0, 3.0])\nstandardize(a)\nassert a.tolist() == [1, 2, 3]",
            "a = np.array([1.0, 2.0, 5.0])\nr = standardize(a)\nassert isinstance(r, np.ndarray) and r.dtype == float and r.shape == (3,)",
            "a = np.arange(4.0)\nassert standardize(a) is a",
        ),
    ),
    Task(
        "",
        (
            "from collections import Counter\ndef count(words): return Counter(words)",
            "def count(words):\n    found = {}\n    for w in words:\n        found[w] = found.get(w, 0) + 1\n    return found",
            "from collections import defaultdict\ndef count(words):\n    found = defaultdict(int)\n    for w in words: found[w] += 1\n    return found",
            "def count(words): return {w: 1 for w in words}",
            "def count(words): return [(w, words.count(w)) for w in set(words)]",
        ),
        (
            "assert count(['a', 'b', 'a']) == {'a': 2, 'b': 1}",
            "r = count(iter('hello'))\nassert r['l'] == 2 and set(r) == set('helo')",
            "assert sorted(count('ab').items()) == [('a', 1), ('b', 1)]",
            "assert type(count('a')) is dict",
        ),
    ),
    Task(
        "",
        (
            "class Account:\n    def __init__(self, owner, balance=0):\n        self.owner, self.balance = owner, balance\n"
            "    def deposit(self, amount):\n        if amount <= 0: raise ValueError('amount')\n        self.balance += amount\n        return self\n"
            "    def __repr__(self): return f'Account({self.owner!r}, {self.balance})'\n"
            "    def __eq__(self, other): return isinstance(other, Account) and vars(self) == vars(other)\n"
            "    def __lt__(self, other): return self.balance < other.balance\n"
            "    def __add__(self, other): return Account(self.owner, self.balance + other.balance)\n"
            "    def __len__(self): return 2\n    def __iter__(self): return iter((self.owner, self.balance))",
            "from dataclasses import dataclass\n@dataclass(order=True)\nclass Account:\n    owner: str\n    balance: int = 0\n"
            "    def deposit(self, amount):\n        self.balance += amount",
            "class Account:\n    balance = 0\n    def __init__(self, owner, balance=0): self.owner = owner\n    def deposit(self, amount): pass",
            "def Account(owner): return {'owner': owner, 'balance': 0}",
        ),
        (
            "a = Account('Ada')\na.deposit(5)\nassert a.balance == 5 and a.owner == 'Ada'",
            "assert Account('A', 3) == Account('A', 3) and Account('A') != Account('B')",
            "assert repr(Account('A', 3)) == \"Account('A', 3)\"",
            "a = Account('A', 1).deposit(2).deposit(3)\nassert a.balance == 6",
            "assert (Account('A', 1) + Account('B', 2)).balance == 3 and isinstance(Account('A') + Account('B'), Account)",
            "assert sorted([Account('A', 3), Account('B', 1)])[0].owner == 'B'",
            "owner, balance = Account('A', 7)\nassert balance == 7 and len(Account('A')) == 2",
            "try:\n    Account('A').deposit(-1)\nexcept ValueError as e:\n    assert 'amount' in str(e)\nelse:\n    assert False",
            "a = Account('A')\na.balance = 10\na.deposit(1)\nassert a.balance == 11 and hasattr(a, 'owner') and not hasattr(a, 'x')",
        ),
    ),
    Task(
        "",
        (
            "def compose(*fs):\n    def composed(x):\n        for f in reversed(fs): x = f(x)\n        return x\n    return composed",
            "from functools import reduce\ncompose = lambda *fs: reduce(lambda f, g: lambda x: f(g(x)), fs)",
            "def compose(*fs): return fs[0]",
        ),
        (
            "assert compose(str, abs)(-3) == '3'",
            "seen = []\ndef note(x):\n    seen.append(x)\n    return x + 1\nassert compose(note, note)(1) == 3 and seen == [1, 2]",
            "h = compose(len, compose(str))\nassert h(1000) == 4 and callable(h)",
            "class Stop(Exception): pass\ndef stop(x): raise Stop(x)\ntry:\n    compose(stop, abs)(-2)\nexcept Stop as e:\n    assert e.args == (2,)\nelse:\n    assert False",
        ),
    ),
    Task(
        "",
        (
            "def fib():\n    a, b = 0, 1\n    while True:\n        yield a\n        a, b = b, a + b",
            "class fib:\n    def __init__(self): self.pair = (0, 1)\n    def __iter__(self): return self\n    def __next__(self):\n        a, b = self.pair\n        self.pair = (b, a + b)\n        return a",
            "def fib(): return [0, 1, 1, 2, 3]",
        ),
        (
            "from itertools import islice\nassert list(islice(fib(), 8)) == [0, 1, 1, 2, 3, 5, 8, 13]",
            "g = fib()\nassert [next(g), next(g), next(g)] == [0, 1, 1]",
            "for i, value in enumerate(fib()):\n    if i == 4: break\nassert value == 3",
            "a, b = iter(fib()), iter(fib())\nnext(a)\nassert next(b) == 0",
        ),
    ),
    Task(
        "class Node:\n    def __init__(self, value, next=None):\n        self.value, self.next = value, next\n"
        "def to_list(node):\n    found = []\n    while node is not None:\n        found.append(node.value)\n        node = node.next\n    return found",
        (
            "def reverse(head):\n    done = None\n    while head is not None:\n        head.next, done, head = done, head, head.next\n    return done",
            "def reverse(head, done=None):\n    if head is None: return done\n    return reverse(head.next, Node(head.value, done))",
            "def reverse(head): return head",
            "def reverse(head): return list(reversed(to_list(head)))",
        ),
        (
            "assert to_list(reverse(Node(1, Node(2, Node(3))))) == [3, 2, 1]",
            "assert reverse(None) is None",
            "a = Node(1, Node(2))\nr = reverse(a)\nassert isinstance(r, Node) and r.value == 2",
            "a = Node(1, Node(2))\nb = a.next\nassert reverse(a) is b and a.next is None",
            "a = Node(1, Node(2))\nreverse(a)\nassert to_list(a) == [1, 2]",
        ),
    ),
    Task(
        "data = [3, 1, 2]\nlimits = {'low': 1}\ndef is_sorted(xs): return all(a <= b for a, b in zip(xs, xs[1:]))",
        (
            "ordered = sorted(data)\ndef insert(xs, x):\n    xs.append(x)\n    xs.sort()",
            "data.sort()\nordered = data\ndef insert(xs, x): return sorted(xs + [x])",
            "ordered = [1, 2]\nlimits['low'] = 0\ndef insert(xs, x): xs.insert(0, x)",
            "",
        ),
        (
            "assert ordered == [1, 2, 3] and is_sorted(ordered)",
            "assert data == [3, 1, 2] and limits['low'] == 1",
            "assert data == [1, 2, 3]",
            "xs = [1, 5]\ninsert(xs, 3)\nassert xs == [1, 3, 5]",
            "xs = [1, 5]\nassert insert(xs, 3) is None and len(xs) == 3",
        ),
    ),
    Task(
        "",
        (
            "from fractions import Fraction\nfrom datetime import date\ndef half(): return Fraction(1, 2)\ndef day(): return date(2027, 1, 11)\ndef pair(): return 1, 2",
            "from collections import namedtuple\nimport datetime\nP = namedtuple('P', 'x y')\ndef half(): return 0.5\ndef day(): return datetime.datetime(2027, 1, 11)\ndef pair(): return P(1, 2)",
            "import decimal\ndef half(): return decimal.Decimal('0.5')\ndef day(): return '2027-01-11'\ndef pair(): return [1, 2]",
        ),
        (
            "assert half() == 0.5 and half() * 2 == 1",
            "assert day().year == 2027 and str(day()).startswith('2027-01-11')",
            "x, y = pair()\nassert (x, y) == (1, 2) and pair() == (1, 2)",
            "assert pair().x == 1",
            "assert abs(float(half()) - 0.5) < 1e-9",
        ),
    ),
    Task(
        "import numpy as np",
        (
            "def distances(a, b):\n    return np.sqrt(((a[:, None] - b[None]) ** 2).sum(-1))",
            "def distances(a, b):\n    return np.array([[float(np.linalg.norm(x - y)) for y in b] for x in a])",
            "def distances(a, b):\n    return [[sum((p - q) ** 2 for p, q in zip(x, y)) ** 0.5 for y in b] for x in a]",
            "def distances(a, b):\n    return ((a[:, None] - b[None]) ** 2).sum(-1)",
            "def distances(a, b):\n    return np.ma.array(np.sqrt(((a[:, None] - b[None]) ** 2).sum(-1)))",
        ),
        (
            "a, b = np.zeros((2, 2)), np.array([[3.0, 4.0]])\nassert np.allclose(distances(a, b), [[5], [5]])",
            "rng = np.random.default_rng(0)\na = rng.normal(size=(4, 3))\nd = distances(a, a)\nassert np.shape(d) == (4, 4) and np.allclose(np.diag(d), 0)",
            "a = np.zeros((1, 2))\nd = distances(a, a + 1)\nassert d.shape == (1, 1) and d[0, 0] == 2**0.5",
            "x = np.ones((2, 2))\nassert (distances(x, x) == 0).all()",
        ),
    ),
    Task(
        "",
        (
            "class TooSmall(ValueError):\n    def __init__(self, n):\n        super().__init__(f'{n} is too small')\n        self.n = n\n"
            "def check(n):\n    if n < 3: raise TooSmall(n)\n    return True",
            "class TooSmall(Exception): pass\ndef check(n):\n    if n < 3: raise TooSmall(str(n))\n    return True",
            "TooSmall = KeyError\ndef check(n):\n    assert n >= 3, 'small'\n    return 1",
        ),
        (
            "try:\n    check(2)\nexcept TooSmall as e:\n    assert '2' in str(e)\nelse:\n    assert False",
            "try:\n    check(1)\nexcept ValueError as e:\n    assert e.n == 1\nelse:\n    assert False",
            "assert check(3) is True",
            "assert issubclass(TooSmall, Exception)\nimport contextlib\nwith contextlib.suppress(TooSmall):\n    check(0)\n    assert False",
        ),
    ),
    Task(
        "import torch",
        (
            "def gradient(f, x):\n    x = x.detach().clone().requires_grad_()\n    f(x).backward()\n    return x.grad",
            "def gradient(f, x):\n    return torch.autograd.functional.jacobian(f, x)",
            "def gradient(f, x):\n    x.requires_grad_()\n    f(x).backward()\n    return x.grad",
            "def gradient(f, x):\n    h = 1e-3\n    return torch.stack([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in torch.eye(len(x))])",
            "def gradient(f, x):\n    return f(x)",
        ),
        (
            "x = torch.tensor([1.0, 2.0])\nassert torch.allclose(gradient(lambda t: (t**2).sum(), x), 2 * x, atol=1e-2)",
            "x = torch.tensor([1.0, 2.0])\ngradient(lambda t: (t**2).sum(), x)\nassert not x.requires_grad and x.grad is None",
            "w = torch.tensor([3.0, 1.0], requires_grad=True)\ng = gradient(lambda t: (w * t).sum(), torch.ones(2))\nassert torch.allclose(g, w.detach(), atol=1e-2)",
            "calls = []\ndef f(t):\n    calls.append(t.requires_grad)\n    return t.sum()\ngradient(f, torch.ones(2))\nassert calls == [True]",
        ),
    ),
    Task(
        "",
        (
            "total = 0\nlog = []\ndef add(n):\n    global total\n    total += n\n    log.append(n)\n    return total",
            "def add(n, log=[]):\n    log.append(n)\n    return sum(log)\ntotal, log = 0, []",
            "total, log = 0, ()\ndef add(n): return total + n",
        ),
        (
            "before = total\nadd(2)\nassert total == before + 2",
            "assert add(1) != add(1)",
            "n = len(log)\nadd(5)\nassert len(log) == n + 1 and log[-1] == 5",
            "total = 0\nassert add(3) == 3",
            "log.clear()\nadd(4)\nassert log == [4]",
        ),
    ),
    Task(
        "",
        (
            "def table():\n    return {'name': ['a', 'b'], 'n': (1, 2), 'inner': {1, 2}, None: b'x', 1.5: 2j}\ndef flat(x): return [*x]",
            "def table():\n    return dict(name=['a', 'b'], n=[1, 2], inner=frozenset((1, 2)))\ndef flat(x): return tuple(x)",
            "def table(): return 'table'\ndef flat(x): return x",
        ),
        (
            "t = table()\nassert t['name'] == ['a', 'b'] and t['n'] == (1, 2)",
            "assert table()['inner'] == {1, 2}",
            "t = table()\nt['name'].append('c')\nassert table()['name'] == ['a', 'b']",
            "x = [[1], [2]]\nr = flat(x)\nr[0].append(3)\nassert x[0] == [1, 3] and r is not x",
            "assert flat('ab') == ['a', 'b'] and flat({1: 2}.keys()) == [1] and flat(range(2)) == [0, 1]",
        ),
    ),
    Task(  # objects that student code hands out again
        "",
        (
            """
class Value:
    def __init__(self, data, inputs=()):
        self.data, self.grad, self.inputs = data, 0.0, inputs
    def __add__(self, other):
        return Value(self.data + getattr(other, "data", other), (self, other))
    def __mul__(self, factor):
        return Value(self.data * getattr(factor, "data", factor), (self, factor))
    def __eq__(self, other):
        return self.data == getattr(other, "data", other)
    def __hash__(self):
        return hash(self.data)
    def __iadd__(self, other):
        self.data += other
        return self
    def relu(self):
        return self if self.data > 0 else Value(0)
seen = []
def remember(x):
    seen.append(x)
    return x
def recall():
    return seen
""",
            """
class Value:
    def __init__(self, data):
        self.data, self.grad, self.inputs = data, 0, []
    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        made = Value(self.data + other.data)
        made.inputs += [self, other]
        return made
    def __mul__(self, other):
        return Value(self.data * (other.data if isinstance(other, Value) else other))
    def relu(self):
        return Value(max(self.data, 0))
class Memory(list):
    def __call__(self, x):
        self.append(x)
        return self[-1]
remember = Memory()
def recall():
    return list(remember)
""",
            """
import copy
class Value:
    def __init__(self, data): self.data, self.grad = data, 0.0
    def __add__(self, other): return self.data + other
    def __eq__(self, other): return self is other or self.data == other
    @property
    def inputs(self): return (self,)
def remember(x):
    Value.last = copy.copy(x)
    return Value.last
def recall():
    yield Value.last
""",
            """
class Value:
    def __init__(self, data): self.data = data
    def __eq__(self, other): return False
    def __add__(self, other): return self
def remember(x): return x
def recall(): return []
""",
        ),
        (
            "x = Value(3)\ny = remember(x)\nassert y is x\nassert x + 2 == Value(5)",
            "x = Value(3)\nremember(x)\nassert x + 2 == 5",
            "x = Value(3)\nremember(x)\nassert list(recall())[-1] is x and x in recall() and Value(4) not in recall()",
            "x = Value(3)\ny = remember(x)\ny.grad += 1\nassert x.grad == 1.0 and list(recall())[-1].grad == 1.0",
            "a, b = Value(1), Value(2)\nc = a + b\nassert c.inputs[0] is a and c.inputs[1] is b and b in c.inputs and c.data == 3",
            "x, z = Value(3), Value(3)\nassert x == remember(x) is x is not z and id(remember(x)) == id(x) != id(z)",
            "x = Value(3)\nassert {remember(x): 1}[x] == 1 and len({x, remember(x), Value(4)}) == 2",
            "x = Value(3)\ny = remember(x)\nassert [Value(4), y].index(x) == 1 and [x] == [y] and [x, Value(1)].count(y) == 1",
            "x = Value(3)\ny = remember(x)\nx += 1\nassert y.data == 4 and x is y",
            "import copy\nx = Value(3)\na, b = copy.deepcopy([x, remember(x)])\nassert a is b and a is not x and a.data == 3",
            "x = Value(3)\nassert (x.relu() * 2).data == 6 and (remember(x) * 2 + 1).data == 7 and (x * 2 + x.relu()).data == 9",
        ),
    ),
)
