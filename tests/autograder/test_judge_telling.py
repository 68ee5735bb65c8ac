"""What came out of a method is told numbers by a test that calculates with it: it has to stand by what it said before."""

import pytest

from .judge_pair import judged, plainly

STUDENT = """
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


@pytest.mark.parametrize(
    "test",
    [
        SANITY,
        "y = Value(3.0).relu()\nassert (y * 2).data == 6.0 and (2 * y - 1).data == 5.0 and (-(y * 2)).data == -6",
        "x = Value(3.0)\ny = x.relu()\nassert (y * 2 + x).data == 9 and (y * 2 + y).data == 9 and (x - y * 2).data == -3",
        "y = Value(3.0).relu()\nassert (y + 1 == y + 1) is False and (y + 1).inputs[0] is y",
        "z = Complex(1, 2).conjugate()\nassert ((z + 1).real, (z + 1).imag) == (2, -2) and (z * 2j).imag == 2",
        "import numpy as np\ny = Value(np.array([1.0, -2.0])).relu()\n"
        "assert np.allclose((y * 2 + np.array([1.0, 2.0])).data, [3.0, 2.0]) and (y * 3).data[0] == 3.0",
        "import numpy as np\ny = Value(np.float32(3.0)).relu()\nassert abs((1 / (y / 7)).data - 7 / 3) < 1e-6",
        "import numpy as np\ny = Value(np.full(3, 3.0, dtype=np.float32)).relu()\n"
        "assert np.allclose((1 / (y / 7)).data, 7 / 3) and (y / 7).data.dtype == np.float32",
    ],
)
def test_values_of_a_graph_are_followed(test):
    cells = [("answer", STUDENT), ("test", test)]
    (found,) = judged(*cells)
    assert [found.error] == plainly(*cells) == [""], found.text


LIAR = """
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
"""
FORGED = (
    "assert (Tally().total() - 12).data == 0",
    "assert (Tally().total() - 12).real < 1e-9",
    "assert (Tally().total() + Tally() - 12).data == 0",
    "assert (12 - Tally().total()).data == 0",
    "assert (Tally().total() - 12 - 1).imag == -1",
    "t = Tally().total()\nassert (t - 12).data == 0",
    "import copy\nassert copy.copy(Tally().total() - 12) == 0",
    "import copy\nassert copy.deepcopy(Tally().total() - 12) == 0",
    "import copy\nassert copy.deepcopy([Tally().total() - 12])[0].data == 0",
    "import numpy as np\nassert ((Tally().total() - np.array([12.0])).data == 0).all()",
    "import numpy as np\nassert (Tally().total() - np.array([12.0])).sum() == 0",
)


@pytest.mark.parametrize("told", ["0.0", "Tally.told", "12.0", "Tally()", "None", "'0'", "[0.0]"])
@pytest.mark.parametrize("test", FORGED)
def test_what_was_told_a_number_says_nothing_new(told, test):
    (found,) = judged(("answer", LIAR.replace("{told}", told)), ("test", test))
    assert found.error
