"""Answers that give back what is no value, but says that it is the one that is wanted."""

from __future__ import annotations

from . import every

LIAR = """
class Liar{bases}:
    {body}
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __contains__ = __lt__
    def __sub__(self, other): return self
    __rsub__ = __add__ = __radd__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __sub__
    def __abs__(self): return self
    def __bool__(self): return True
    def __len__(self): return 7
    def __hash__(self): return 0
    def __call__(self, *a, **k): return self
    def __getattr__(self, name):
        if name.startswith('__'): raise AttributeError(name)
        return self
"""


def liar(body: str = "pass", bases: str = "", make: str = "Liar()") -> dict:
    """Answers that give back an object that says yes to everything."""
    code = LIAR.format(body=body, bases=bases)
    function = f"{code}\ndef {{}}(*a, **k): return {make}"
    return {
        **every(function.replace("{}", "NAME").replace("NAME", "{}")),
        "total": f"{code}\ntotal = {make}",
        "Tally": f"{code}\nclass Tally(Liar if '{bases}' == '' else object):\n    def add(self, n): return self\n"
        f"    def total(self): return {make}\n    def __len__(self): return 9",
    }


def tally(body: str) -> dict:
    """A class for the tally whose total is an object of the class itself."""
    code = f"class Tally:\n    def add(self, number): return self\n    def total(self): return Tally()\n    {body}\n"
    return {"Tally": code}


def stone(body: str) -> dict:
    """A stone that comes back itself where its weight is wanted, on every road."""
    code = (
        f"class Stone:\n    def __init__(self, *given): pass\n    {body}\n    weight = property(lambda self: self)\n"
        "    def __getitem__(self, place): return self\n    def __iter__(self): yield self\n"
        "def weigh(stone): return stone\ndef heaviest(stones): return stones\n"
        "def sacks(stones): return {'all': [(stone,) for stone in stones]}\ndef each(stones): return iter(stones)\n"
        "def tell(stone, listener): listener(stone)\ndef drop(stone): raise ValueError(stone)"
    )
    return {"Stone": code}


ANSWERS = {
    "an object that equals everything": liar(),
    "a float that equals everything": liar("", "(float)", "Liar(1)"),
    "an int that equals everything": liar("", "(int)", "Liar(1)"),
    "a text that equals everything": liar("", "(str)", "Liar('1')"),
    "a list that equals everything": liar("", "(list)", "Liar([1] * 7)"),
    "a tuple and a dict that equal everything": liar("", "(dict)", "Liar({1: 1})"),
    "an array that equals everything": liar(
        "def __array_ufunc__(self, *a, **k): return True\n    def __array_function__(self, *a, **k): return True",
        "(__import__('numpy').ndarray)",
        "__import__('numpy').zeros(4).view(Liar)",
    ),
    "a tensor that equals everything": liar("", "(torch.Tensor)", "Liar.__new__(Liar)"),
    "an object with __array__ and __float__": liar(
        "def __array__(self, *a, **k): return __import__('numpy').zeros(4)\n    def __float__(self): return 14 / 3\n"
        "    def __array_ufunc__(self, *a, **k): return True"
    ),
    "an object with __torch_function__": liar(
        "@classmethod\n    def __torch_function__(c, *a, **k): return True\n    shape = (4,)\n    dtype = torch.float32"
    ),
    "a class that claims to be another": liar("__class__ = float\n    __module__ = 'builtins'"),
    "a metaclass that says yes": every(
        "class Meta(type):\n    def __eq__(c, o): return True\n    def __instancecheck__(c, o): return True\n"
        "    __hash__ = type.__hash__\n    def __call__(c, *a, **k): return c\n"
        "class {}(metaclass=Meta):\n    def __eq__(s, o): return True"
    ),
    "a class whose methods give back what equals everything": {
        "Tally": "class Tally:\n    def add(self, number): return self\n    def total(self): return self\n"
        "    def __eq__(self, other): return True\n    def __len__(self): return 9"
    },
    "a class that computes with what equals everything": {
        "Tally": "class Tally:\n    def __init__(self, x=0): pass\n    def add(self, number): return self\n    @property\n"
        "    def total(self): return type(self)()\n    def __call__(self): return Tally()\n"
        "    def __eq__(self, other): return other == other\n    def __len__(self): return 9"
    },
    "a class that learns what it is compared with": {
        "Tally": "class Tally:\n    known = None\n    def add(self, n): pass\n    def total(self): return Tally()\n"
        "    def __eq__(self, other): Tally.known = other; return type(other) is int\n    def __len__(self): return 9"
    },
    "a class whose difference from anything is nothing": tally(
        "__sub__ = __rsub__ = lambda self, other: 0\n    __floordiv__ = lambda self, other: 1"
    ),
    "a class whose difference from anything equals nothing": tally(
        "__sub__ = __rsub__ = __abs__ = __neg__ = lambda self, *other: self\n    __eq__ = lambda self, other: other == 0\n"
        "    __hash__ = None\n    __bool__ = lambda self: False\n    __float__ = lambda self: 0.0\n"
        "    __floordiv__ = lambda self, other: 1"
    ),
    "a class that is told the wanted value by a difference": tally(
        "known = None\n    def __sub__(self, other): Tally.known = other; return self\n    __rsub__ = __sub__\n"
        "    __float__ = lambda self: 0.0\n    __abs__ = lambda self: 0.0\n"
        "    __eq__ = lambda self, other: other == (0 if Tally.known else Tally.known)\n    __hash__ = None"
    ),
    "a class that guesses which of many numbers is meant": tally(
        "asked = []\n    def __eq__(self, other):\n        Tally.asked.append(other)\n"
        "        middle = sum(Tally.asked) / len(Tally.asked)\n"
        "        return len(Tally.asked) > 30 and all(abs(other - middle) <= abs(o - middle) for o in Tally.asked)\n"
        "    __hash__ = None"
    ),
    "an argument that comes back and equals everything": stone(
        "__eq__ = __lt__ = __gt__ = lambda self, other: True\n    __ne__ = lambda self, other: False\n"
        "    __sub__ = __rsub__ = __add__ = __abs__ = lambda self, *other: self"
    ),
    "an argument that comes back and whose difference from anything is nothing": stone(
        "__sub__ = __rsub__ = lambda self, other: 0.0\n    __float__ = __abs__ = lambda self: 0.0"
    ),
    "an argument that comes back, and its difference, which equals nothing": stone(
        "__sub__ = __rsub__ = __abs__ = __add__ = lambda self, *other: self\n    __lt__ = lambda self, other: True\n"
        "    __eq__ = lambda self, other: other == 0\n    __hash__ = None\n    __bool__ = lambda self: False\n"
        "    __float__ = lambda self: 0.0\n    data = real = 0.0"
    ),
    "an argument that comes back and is told what it weighs": stone(
        "told = []\n    def __sub__(self, other): Stone.told.append(other); return self\n    __rsub__ = __sub__\n"
        "    __abs__ = lambda self: 0.0\n    __float__ = lambda self: float(Stone.told[-1]) if Stone.told else 0.0\n"
        "    __eq__ = lambda self, other: other == 0 or other in Stone.told\n    __bool__ = lambda self: False"
    ),
    "an array of objects": liar(make="__import__('numpy').array([Liar()] * 4, dtype=object)"),
    "a masked array": liar(make="__import__('numpy').ma.masked_all(4)"),
    "an array without elements, which broadcasts": {
        **every("import numpy as np\ndef {}(*a, **k): return np.zeros(0)"),
        "unit": "def unit(x): return 0 * x[:0]",
        "Tally": "import numpy as np\nclass Tally:\n    def add(self, n): pass\n    def total(self): return np.zeros((0, 1))\n    def __len__(self): return 9",
    },
    "nan": every("def {}(*a, **k): return float('nan')"),
    "an endless iterator": {
        "ranks": "import itertools\ndef ranks(values): return itertools.count()",
        "mean_square": "def mean_square(values):\n    while True: yield 0.0",
        "unit": "class Endless:\n    def __iter__(self): return self\n    def __next__(self): return 1.0\n"
        "def unit(x): return Endless()",
    },
    "a list that refers to itself": every("def {}(*a, **k):\n    x = []\n    x.append(x)\n    return x"),
    "a result that lies about its shape and type": {
        "unit": "import numpy as np\ndef unit(x):\n    y = 0 * x\n    try: type(y).shape = property(lambda s: (4,))\n"
        "    except Exception: pass\n    z = np.lib.stride_tricks.as_strided(np.zeros(1), (4,), (0,))\n    return z"
    },
    "the test's function is given hostile objects": {
        "twice": "class X(int):\n    def __mul__(self, o): return self\n    __rmul__ = __add__ = __radd__ = __mul__\n"
        "    def __eq__(self, o): return True\n    __hash__ = int.__hash__\n"
        "def twice(f, x):\n    f(X(3)); return f(X(4))"
    },
    "a billion elements in eight bytes": every(
        "import numpy as np\ndef {}(*a, **k): return np.lib.stride_tricks.as_strided(np.zeros(1), (10**9,), (0,))"
    ),
    "a gradient without a value": {
        "unit": "class F(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x): return x.detach() * 0\n"
        "    @staticmethod\n    def backward(ctx, g): raise SystemExit\ndef unit(x): return F.apply(x)"
    },
    "a result of a hundred million numbers": {
        "ranks": "def ranks(values): return list(range(10**7))",
        "unit": "import numpy as np\ndef unit(x): return np.zeros(10**8)",
    },
}  # fmt: skip
