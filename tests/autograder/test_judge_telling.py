"""What came out of a method is told numbers by a test that calculates with it: it has to stand by what it said before."""

import pytest

from .judge_pair import judged, plainly

STUDENT = """
import numpy as np
class Value:
    def __init__(self, data, inputs=(), local=()):
        self.data, self.grad, self.inputs, self.local = data, 0.0, inputs, local
    @staticmethod
    def of(x): return x if isinstance(x, Value) else Value(x)
    def __add__(self, other):
        other = Value.of(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))
    def __mul__(self, other):
        other = Value.of(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))
    def __pow__(self, k): return Value(self.data**k, (self,), (k * self.data ** (k - 1),))
    def relu(self): return Value(self.data * (self.data > 0), (self,), (1.0 * (self.data > 0),))
    def __neg__(self): return self * -1
    def __sub__(self, other): return self + -Value.of(other)
    def __rsub__(self, other): return other + -self
    def __truediv__(self, other): return self * Value.of(other) ** -1
    def __rtruediv__(self, other): return other * self**-1
    __radd__, __rmul__ = __add__, __mul__
    def backward(self):
        order, seen = [], set()
        def visit(v):
            if id(v) not in seen:
                seen.add(id(v))
                for each in v.inputs: visit(each)
                order.append(v)
        visit(self)
        self.grad = 1.0
        for v in reversed(order):
            for each, local in zip(v.inputs, v.local): each.grad += local * v.grad
class Complex:
    def __init__(self, real, imag=0): self.real, self.imag = real, imag
    def conjugate(self): return Complex(self.real, -self.imag)
    def __add__(self, other): return Complex(self.real + other.real, self.imag + other.imag)
    def __mul__(self, other):
        a, b, c, d = self.real, self.imag, other.real, other.imag
        return Complex(a * c - b * d, a * d + b * c)
class Tensor:
    def __init__(self, data, inputs=()):
        self.data = np.asarray(data, dtype=float)
        self.grad, self.inputs = np.zeros_like(self.data), inputs
    @staticmethod
    def of(x): return x if isinstance(x, Tensor) else Tensor(x)
    def made(self, data, *inputs): return Tensor(data, inputs)
    def __add__(self, other):
        other = Tensor.of(other)
        return self.made(self.data + other.data, (self, 1.0), (other, 1.0))
    def __mul__(self, other):
        other = Tensor.of(other)
        return self.made(self.data * other.data, (self, other.data), (other, self.data))
    def __neg__(self): return self * -1
    def __sub__(self, other): return self + -Tensor.of(other)
    __radd__, __rmul__ = __add__, __mul__
    def __rsub__(self, other): return other + -self
    def __pow__(self, k): return self.made(self.data**k, (self, k * self.data ** (k - 1)))
    def tanh(self): return self.made(np.tanh(self.data), (self, 1 - np.tanh(self.data) ** 2))
    def sum(self): return self.made(self.data.sum(), (self, np.ones_like(self.data)))
    def mean(self): return self.made(self.data.mean(), (self, np.ones_like(self.data) / self.data.size))
    def item(self): return float(self.data)
    @property
    def shape(self): return self.data.shape
    @property
    def T(self): return self.made(self.data.T, (self, 1.0))
    def backward(self, upstream=1.0):
        self.grad = self.grad + upstream
        for each, local in self.inputs: each.backward(upstream * local)
"""
SANITY = """
a, b = Value(-4.0), Value(2.0)
c = a + b
d = a * b + b**3
c += c + 1
c += 1 + c + (-a)
d += d * 2 + (b + a).relu()
d += 3 * d + (b - a).relu()
e = c - d
f = e**2
g = f / 2.0
g += 10.0 / f
g.backward()
assert abs(g.data - 24.70408163265306) < 1e-9
assert abs(a.grad - 138.83381924198252) < 1e-9 and abs(b.grad - 645.5772594752186) < 1e-9
"""


LOSSES = (
    """
x, y = Tensor([1.0, 2.0]), Tensor([0.0, 1.0])
loss = ((x.tanh() - y) ** 2).mean()
loss.backward()
t = np.tanh([1, 2])
assert abs(loss.item() - ((t - [0, 1]) ** 2).mean()) < 1e-9
assert np.allclose(x.grad, (t - [0, 1]) * (1 - t**2))
assert loss.shape == () and np.allclose(loss.data, loss.item())
""",
    """
z = Tensor([[1.0, 2.0]]).tanh() * 2
assert z.shape == (1, 2) and z.T.shape == (2, 1) and np.allclose(z.T.data, 2 * np.tanh([[1], [2]]))
assert np.allclose(z.sum().data, 2 * np.tanh([1, 2]).sum())
""",
    """
x = Tensor([1.0, 2.0])
z = (x.tanh() * 3 + 1).sum() * 2
z.backward()
assert np.allclose(x.grad, 6 * (1 - np.tanh([1, 2]) ** 2))
assert abs(z.item() - 2 * (3 * np.tanh([1, 2]) + 1).sum()) < 1e-9
""",
    """
z = Tensor([1.0, 2.0]).tanh() - np.array([1.0, 2.0])
assert z.shape == (2,) and np.allclose((z * z).sum().data, ((np.tanh([1, 2]) - [1, 2]) ** 2).sum())
""",
)


@pytest.mark.parametrize(
    "test",
    [
        SANITY,
        *LOSSES,
        "y = Value(3.0).relu()\nassert (y * 2).data == 6.0 and (2 * y - 1).data == 5.0 and (-(y * 2)).data == -6",
        "x = Value(3.0)\ny = x.relu()\nassert (y * 2 + x).data == 9 and (y * 2 + y).data == 9 and (x - y * 2).data == -3",
        "y = Value(3.0).relu()\nassert (y + 1 == y + 1) is False and (y + 1).inputs[0] is y",
        "z = Complex(1, 2).conjugate()\nassert ((z + 1).real, (z + 1).imag) == (2, -2) and (z * 2j).imag == 2",
        "y = Value(np.array([1.0, -2.0])).relu()\n"
        "assert np.allclose((y * 2 + np.array([1.0, 2.0])).data, [3.0, 2.0]) and (y * 3).data[0] == 3.0",
        "y = Value(np.float32(3.0)).relu()\nassert abs((1 / (y / 7)).data - 7 / 3) < 1e-6",
        "y = Value(np.full(3, 3.0, dtype=np.float32)).relu()\n"
        "assert np.allclose((1 / (y / 7)).data, 7 / 3) and (y / 7).data.dtype == np.float32",
    ],
)
def test_values_of_a_graph_are_followed(test):
    cells = [("answer", STUDENT), ("test", test)]
    (found,) = judged(*cells)
    assert [found.error] == plainly(*cells) == [""], found.text


LIAR = """
import numpy as np
class Tally:
    told = None
    def __init__(self, data=0.0): self.own = data
    def total(self): return Tally()
    def __sub__(self, other): Tally.told = other; return self
    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __sub__
    def __copy__(self): return self
    def __deepcopy__(self, memo): return self
    def __float__(self): return 0.0
    def __eq__(self, other): return other == 0
    __hash__ = None
    @property
    def data(self): return 0.0 if Tally.told is None else {told}
    real = imag = data
    def sum(self, *how, **more): return {told}
    max = min = mean = item = sum
    abs = detach = reshape = lambda self, *how: self
    def numpy(self): return np.zeros(1)
    def __lt__(self, other): return True
    T = property(lambda self: self)
    shape = property(lambda self: (1,))
"""
PRELUDE = "import copy\nimport numpy as np\n"
FORGED = (
    "assert (Tally().total() - 12).data == 0",
    "assert (Tally().total() - 12).real < 1e-9",
    "assert (Tally().total() + Tally() - 12).data == 0",
    "assert (12 - Tally().total()).data == 0",
    "assert (Tally().total() - 12 - 1).imag == -1",
    "t = Tally().total()\nassert (t - 12).data == 0",
    "assert copy.copy(Tally().total() - 12) == 0",
    "assert copy.deepcopy(Tally().total() - 12) == 0",
    "assert copy.deepcopy([Tally().total() - 12])[0].data == 0",
    "assert ((Tally().total() - np.array([12.0])).data == 0).all()",
    "assert (Tally().total() - np.array([12.0])).sum() == 0",
    "assert (Tally().total() - np.array([12.0])).abs().max() < 1e-9",
    "assert np.abs((Tally().total() - np.array([12.0])).numpy()).max() < 1e-9",
    "assert (Tally().total() - np.array([12.0])).detach().reshape(1).T.item() == 0",
    "assert (Tally().total() - 12).item() == 0",
    "assert (Tally().total() - 12).abs().mean() == 0",
    "assert (Tally().total() - 12).sum().data == 0",
    "assert (Tally().total() - 12).abs() < 1e-9",
    "assert float((Tally().total() - 12).T) == 0",
    "assert (Tally().total() - 12).reshape(1).sum(axis=0) == 0",
)


LIES = ("0.0", "Tally.told", "12.0", "Tally()", "None", "'0'", "[0.0]", "np.zeros(1)", "-1.0", "5.0")


@pytest.mark.parametrize("told", LIES)
@pytest.mark.parametrize("test", FORGED)
def test_what_was_told_a_number_says_nothing_new(told, test):
    (found,) = judged(("answer", LIAR.replace("{told}", told)), ("test", PRELUDE + test))
    assert found.error


@pytest.mark.parametrize("test", FORGED)
def test_in_one_process_it_is_believed(test):
    """Otherwise the test above would show nothing."""
    cells = [("test", PRELUDE + test)]
    assert [""] in [plainly(("answer", LIAR.replace("{told}", told)), *cells) for told in LIES]
