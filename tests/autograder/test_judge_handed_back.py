"""Student code hands back what the test has given it, where a plain number is wanted: whatever the object says, it is not it."""

import pytest

from .judge_pair import judged, plainly

STUDENT = """
class Stone:
    def __init__(self, weight=0): self.weight = weight
    {lies}
    @property
    def me(self): return {mine}
    def __call__(self): return {mine}
    def __getitem__(self, place): return {mine}
    def __iter__(self): yield {mine}
    def __enter__(self): return {mine}
    def __exit__(self, *error): pass
    def __copy__(self): return self
    def __hash__(self): return 1000
class Told(Exception): pass
kept = []
def weigh(stone): return {its}
def new(stone): return Stone()
def packed(stone): return {{"all": [({its},)]}}
def each(stone): yield {its}
def tell(stone, listener): listener({its})
def ask(stone, function): return function({its})
def keep(stone): kept.append({its})
def refuse(stone): raise Told({its})
def refuse_with(stone):
    error = Told()
    error.weight = {its}
    raise error
"""
LIES = {
    "equals everything": """
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __sub__(self, other): return self
    __rsub__ = __add__ = __radd__ = __abs__ = lambda self, *other: self
    def __float__(self): return 0.0""",
    "every difference is nothing": """
    def __sub__(self, other): return 0
    __rsub__ = __sub__
    def __float__(self): return 0.0
    data = real = imag = 0.0""",
    "every difference equals nothing": """
    def __eq__(self, other): return other == 0
    def __bool__(self): return False
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    def __sub__(self, other): return self
    __rsub__ = __abs__ = __neg__ = lambda self, *other: self
    def __round__(self, *digits): return 0
    def __float__(self): return 0.0
    __int__ = __index__ = __round__
    data = real = imag = 0.0""",
    "learns by a difference": """
    told = 0
    def __eq__(self, other): return other in (0, Stone.told)
    def __sub__(self, other): Stone.told = other; return self
    def __rsub__(self, other): Stone.told = other; return self
    __abs__ = lambda self: self
    def __float__(self): return float(Stone.told)
    def __index__(self): return int(Stone.told)
    __int__ = __index__
    def __lt__(self, other): return True
    __le__ = __gt__ = __ge__ = __lt__
    @property
    def data(self): return 0.0 if Stone.told else 1.0
    real = data""",
    "is a float": """
    __class__ = float
    def __eq__(self, other): return type(other) in (int, float)
    def __sub__(self, other): return self
    __rsub__ = __sub__
    def __abs__(self): return 0.0
    def __float__(self): return 0.0""",
}
# Each gives `w`, which should be the number n.
ROADS = (
    "w = weigh(s)",
    "w = s.me",
    "w = s()",
    "w = s[0]",
    "w = packed(s)['all'][0][0]",
    "((w,),) = [packed(s)['all'][0]]",
    "w = next(each(s))",
    "(w,) = s",
    "for w in each(s): pass",
    "seen = []\ntell(s, seen.append)\nw = seen[0]",
    "w = ask(s, lambda given: given)",
    "def own(given):\n    assert given - n == 0\n    return n\nw = ask(s, own)",
    "keep(s)\nw = kept[-1]",
    "with s as w: pass",
    "try: refuse(s)\nexcept Exception as error: (w,) = error.args",
    "try: refuse_with(s)\nexcept Exception as error: w = error.weight",
    "import copy\nw = copy.copy(weigh(s))",
    "import copy\nw = copy.deepcopy([s, weigh(s)])[1]",
)
OF_STONES = (
    "w = weigh(s).me.me",
    "w = weigh(s)\nt = Stone()\nu = s.me\nassert w is u is s and s in [w] and w in {s}",
    "w = new(s)",
)
WANTED = (
    "w == n",
    "n == w",
    "not w != n",
    "w - n == 0",
    "abs(n - w) < 1e-9",
    "float(w - n) == 0.0",
    "not w - n",
    "w in (n - 1, n)",
    "{n: True}[w]",
    "n - 1 < w < n + 1",
    "(w - n).real < 1e-9",
    "round(w - n, 3) == 0",
    "range(10**6)[w] == n",
    "np.allclose(w, n)",
    "np.isclose(n, w)",
    "math.isclose(w, n)",
)
OF_VALUES = ("(w - n).data == 0", "(w - n) * 0 == 0", "s == 5 and w + 0 == n")


def asked(roads: tuple, questions: tuple, weight: str) -> list[tuple[str, str]]:
    """Each road with each question; the number that is wanted is another one each time."""
    pairs = [(road, question) for road in roads for question in questions]
    return [
        (
            "test",
            f"import math\nimport numpy as np\nn = {1000 + 10 * i}\ns = Stone({weight})\n{road}\nassert {question}",
        )
        for i, (road, question) in enumerate(pairs)
    ]


def passed(answer: str, tests: list[tuple[str, str]]) -> list[str]:
    outcomes = judged(("answer", answer), *tests, seconds=2)
    return [test for (_, test), found in zip(tests, outcomes, strict=True) if not found.error]


@pytest.mark.parametrize("lies", LIES)
def test_it_is_not_the_number(lies):
    answer = STUDENT.format(lies=LIES[lies], mine="self", its="stone")
    assert passed(answer, asked((*ROADS, *OF_STONES), (*WANTED, *OF_VALUES), "5")) == []


def test_the_number_is():
    """The roads and the questions are good: the number passes on each of them."""
    answer = STUDENT.format(lies="", mine="self.weight", its="stone.weight")
    tests = asked(ROADS, WANTED, "n")
    assert passed(answer, tests) == [test for _, test in tests]


def test_in_one_process_lies_are_believed_on_every_road_and_to_every_question():
    roads, questions = (*ROADS, *OF_STONES), (*WANTED, *OF_VALUES)
    tests, believed = asked(roads, questions, "5"), set()
    for lies in LIES.values():
        errors = plainly(("answer", STUDENT.format(lies=lies, mine="self", its="stone")), *tests)
        believed |= {i for i, error in enumerate(errors) if not error}
    assert {i // len(questions) for i in believed} == set(range(len(roads)))
    assert {i % len(questions) for i in believed} == set(range(len(questions)))
