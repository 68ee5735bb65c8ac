"""Random generators, texts in memory and namespaces of a test are those that the student's code works with."""

import array
import io
import random
import types
from pathlib import Path

import numpy as np
import pytest

from autograder.judge.wire import WireError

from .judge_pair import Crossing, judged, plainly

STUDENT = """
import random
import numpy as np
def draw(rng, n): return rng.normal(size=n)
def roll(rng): return rng.randint(1, 7)
def shuffled(rng, items):
    rng.shuffle(items)
    return rng
def generator(seed): return np.random.default_rng(seed)
def report(file):
    print("x", 1, file=file)
    return file
def rows(file): return [line.split(",") for line in file]
def grow(thing): thing.size += 1
def smallest_first(numbers):
    for i in range(len(numbers)):
        for j in range(len(numbers) - 1):
            if numbers[j] > numbers[j + 1]: numbers[j], numbers[j + 1] = numbers[j + 1], numbers[j]
def finish(file): file.close()
def itself(thing): return thing
def looked(thing): return callable(thing) or hasattr(thing, "x") or bool(vars(thing) if hasattr(thing, "__dict__") else 0)
def beside(path): return path.with_suffix(".txt")
def parse(text):
    try: return int(text)
    except ValueError as error: raise KeyError(text) from error
"""
TESTS = [
    "assert np.allclose(draw(np.random.default_rng(0), 3), np.random.default_rng(0).normal(size=3))",
    "rng, own = np.random.default_rng(1), np.random.default_rng(1)\na, b = draw(rng, 2), draw(rng, 2)\n"
    "assert np.allclose([a, b], [own.normal(size=2), own.normal(size=2)]) and rng.random() == own.random()",
    "rng, own = np.random.RandomState(3), np.random.RandomState(3)\nassert np.allclose(draw(rng, 3), own.normal(size=3))\n"
    "assert rng.normal() == own.normal() and roll(rng) == own.randint(1, 7)",
    "rng, own, items = random.Random(5), random.Random(5), [1, 2, 3, 4]\nassert shuffled(rng, items) is rng\n"
    "again = [1, 2, 3, 4]\nown.shuffle(again)\nassert items == again and rng.random() == own.random()",
    "assert generator(3).integers(10**9) == np.random.default_rng(3).integers(10**9)",
    "assert isinstance(generator(3), np.random.Generator)",
    "file = io.StringIO()\nassert report(file) is file and file.getvalue() == 'x 1\\n'\nreport(file)\nassert len(file.getvalue()) == 8",
    "file = io.StringIO('a,b\\nc,d\\n')\nassert next(file) == 'a,b\\n' and rows(file) == [['c', 'd\\n']] and file.read() == ''",
    "assert report(io.StringIO()).getvalue() == 'x 1\\n'",
    "thing = types.SimpleNamespace(size=1)\ngrow(thing)\nassert thing == types.SimpleNamespace(size=2)",
    "numbers = array.array('i', [3, 1, 2])\nsmallest_first(numbers)\nassert numbers.tolist() == [1, 2, 3]",
    "file = io.StringIO('a')\nfinish(file)\nassert file.closed",
    "path = pathlib.Path('a/b.csv')\nassert beside(path) == pathlib.Path('a/b.txt') and beside(path).name == 'b.txt'",
    "path = itself(pathlib.Path.cwd())\nassert isinstance(path, pathlib.Path) and path.is_absolute() and path.parts",
    "one = object()\nassert itself(one) is one and one in itself([one]) and itself({one: 1})[one] == 1",
    "one = object()\nassert looked(one) is False and itself(one) is one",
    "try: parse('x')\nexcept KeyError as error:\n    assert type(error.__cause__) is ValueError and 'x' in str(error.__cause__)\n"
    "else: assert False",
]  # fmt: skip


@pytest.mark.parametrize("test", TESTS)
def test_they_are_shared_as_in_one_process(test):
    cells = [
        ("answer", STUDENT),
        ("test", f"import array, io, pathlib, random, types\nimport numpy as np\n{test}"),
    ]
    (found,) = judged(*cells)
    assert [found.error] == plainly(*cells) == [""], found.text


FORGED = [
    (np.random.default_rng(0), [1, 2, 3, 4]),
    (np.random.default_rng(0), [-1, 1, 0, 0]),
    (np.random.default_rng(0), [1, 2**128, 0, 0]),
    (np.random.default_rng(0), [1, 1, 0]),
    (np.random.default_rng(0), [1.0, 1, 0, 0]),
    (np.random.RandomState(0), [[0] * 624 + [700], None]),
    (np.random.RandomState(0), [[0] * 5, None]),
    (np.random.RandomState(0), [[0] * 625, "1"]),
    (random.Random(0), [[0] * 624 + [-1], None]),
    (random.Random(0), [[2**32] * 625, None]),
    (io.StringIO(), [b"a", 0]),
    (io.BytesIO(), ["a", 0]),
    (io.StringIO(), ["a", -1]),
    (io.StringIO(), ["a", 2**60]),
    (types.SimpleNamespace(), [[1], [1]]),
    (types.SimpleNamespace(), [["a", "b"], [1]]),
]


@pytest.mark.parametrize(("thing", "content"), FORGED)
def test_a_state_that_cannot_be_is_refused(thing, content):
    pair = Crossing()

    class Forged(type(pair.far.kinds[type(thing)])):
        def write(self, writer, thing):
            if type(content[0]) is list:
                writer.values(content[0])
                (writer.values if type(content[1]) is list else writer.value)(content[1])
            elif type(thing) is np.random.Generator:
                writer.values(content)
            else:
                for each in content:
                    writer.value(each)

    honest = pair.far.kinds[type(thing)]
    honest.__class__ = Forged
    with pytest.raises(WireError):
        pair.back(thing)


def test_an_array_of_another_type_is_refused():
    pair, numbers = Crossing(), array.array("i", [1])
    (theirs,) = pair.back(numbers)
    assert theirs == numbers and theirs is not numbers
    for code, data in (("i", bytes(3)), ("u", bytes(4)), ("ii", bytes(4))):
        pair = Crossing()
        kind = pair.far.kinds[array.array]
        kind.write = lambda writer, thing, code=code, data=data: (writer.text(code), writer.bytes(data))
        with pytest.raises(WireError):
            pair.back(numbers)


def test_a_path_to_another_folder_does_not_come():
    answer = (
        "from pathlib import Path\ndef where(): return Path('../secret')\ndef root(): return Path('/etc')"
    )
    for name in ("where", "root"):
        (found,) = judged(
            ("answer", answer),
            ("test", f"assert type({name}()).__mro__[0].__name__ == 'PosixPath'\n{name}() == 1"),
        )
        assert "came back" in found.text
    pair = Crossing()
    for text in ("/etc/passwd", "a/../../b"):
        (there,) = pair.over(Path(text))
        assert there == Path(text)
        pair.far._may_cross = lambda path: True
        with pytest.raises(WireError):
            Crossing().near.decode(pair.far.encode(there))
