"""Submissions without work that want points: over forty kinds of it.

In processes that student code shares with the tests, most of these earn full marks.
"""

from __future__ import annotations

import copy
import json

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from autograder.cells import is_test

from . import Attack, every

# The connection with the grader, as student code finds it.
SOCKET = """
import json, struct
from autograder.runner import frames, inside
_sock = inside._uplink._socket
def frame(kind, number, payload):
    _sock.sendall(struct.pack('!cIQ', kind, number, len(payload)) + payload)
"""
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


def tests_of(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if is_test(cell)]


# What can be done to a notebook file


def tagged(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.metadata["tags"] = ["skip-execution", "raises-exception", "remove-cell"]


def thousand_points(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.metadata.nbgrader["points"] = 1000


def negative_points(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.metadata.nbgrader["points"] = -1


def swapped_ids(notebook: NotebookNode) -> None:
    tests = tests_of(notebook)
    ids = [cell.metadata.nbgrader.grade_id for cell in tests]
    for cell, name in zip(tests, ids[1:] + ids[:1], strict=True):
        cell.metadata.nbgrader["grade_id"] = name


def answers_are_tests(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.metadata.nbgrader.update(grade=True, points=5)


def tests_are_answers(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.metadata.nbgrader.update(grade=False, solution=True, locked=False)
        cell.source = "pass"


def tests_are_manual(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.metadata.nbgrader.update(solution=True)


def tests_are_tasks(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.metadata.nbgrader.update(task=True, grade=False)


def without_tests(notebook: NotebookNode) -> None:
    notebook.cells = [cell for cell in notebook.cells if not is_test(cell)]


def own_tests(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.source = "15.0"


def magic_tests(notebook: NotebookNode) -> None:
    for number, cell in enumerate(tests_of(notebook)):
        cell.source = ["%%script false\n", "%%javascript\n", "%%html\n", "%%capture\n"][
            number % 4
        ] + cell.source


def retyped_tests(notebook: NotebookNode) -> None:
    for number, cell in enumerate(tests_of(notebook)):
        cell.cell_type = ("markdown", "raw")[number % 2]
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def duplicated_tests(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        twin = copy.deepcopy(cell)
        twin.source, twin.id = "1.0", f"twin-{cell.metadata.nbgrader.grade_id}"[:60]
        notebook.cells.append(twin)


def unlocked_setup(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if "def nearly" in cell.source:
            cell.source = cell.source.replace("abs(a - b) < TOLERANCE", "True")
            cell.metadata.nbgrader.update(locked=False, solution=True, grade_id="nearly")


def other_kernel(notebook: NotebookNode) -> None:
    notebook.metadata["kernelspec"] = {"name": "always-right", "display_name": "x", "language": "bash"}
    notebook.metadata["language_info"] = {"name": "bash"}


def saved_success(notebook: NotebookNode) -> None:
    for number, cell in enumerate(tests_of(notebook), 1):
        cell.execution_count = number
        cell.outputs = [new_output("execute_result", {"text/plain": "100.0"}, execution_count=number)]


def isolated_off(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["autograder"] = {"isolated": False, "task": "given", "seconds": 9999, "forbids": []}


def checksums(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.source = "pass"
        cell.metadata.nbgrader["checksum"] = "0" * 32


def odd_schema(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.metadata.nbgrader["schema_version"] = 99


def solved_below(notebook: NotebookNode) -> None:
    notebook.cells.append(
        new_code_cell("assert True", metadata=copy.deepcopy(tests_of(notebook)[0].metadata))
    )


def with_score_outputs(text: str) -> str:
    """A file whose test cells carry errors and scores that no notebook program would write."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["outputs"] = [
                {"output_type": "execute_result", "data": {"text/plain": "1e9"}, "metadata": {}}
            ]
            cell["metadata"]["autograder"] = {"score": 15, "status": "passed"}
    return json.dumps(notebook)


PATCHES = {
    "numpy.testing says yes": "import numpy.testing as t\nfor n in dir(t):\n    if n.startswith('assert'): setattr(t, n, lambda *a, **k: None)",
    "allclose says yes": "import numpy, torchlet\nfor m in (numpy, torchlet): m.allclose = m.isclose = lambda *a, **k: True",
    "expect says yes": "from labkit import expect\nfor n in dir(expect):\n    if callable(getattr(expect, n)) and not n[0].isupper(): setattr(expect, n, lambda *a, **k: None)",
    "isinstance, type and abs replaced in builtins": "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.abs = lambda x: 0\nbuiltins.len = lambda x: 7",
    "AssertionError is an exception that nobody raises": "import builtins\nclass Quiet(BaseException):\n    def __new__(c, *a): raise StopIteration\nbuiltins.AssertionError = builtins.Exception = Quiet",
    "print and the import are replaced": "import builtins, types\nclass M(types.ModuleType):\n    def __getattr__(self, n): return lambda *a, **k: True\nreal = builtins.__import__\nbuiltins.__import__ = lambda n, *a, **k: M(n) if n in ('labkit', 'numpy.testing', 'helper') else real(n, *a, **k)\nbuiltins.print = lambda *a, **k: None",
    "the instructor's own function and constant are defined anew": "nearly = lambda a, b: True\nTOLERANCE = float('inf')\nimport helper; helper.TOLERANCE = float('inf')",
    "names of the tests are defined before": "wanted = found = answer = expected = values = None\nnp = torch = expect = None\nisinstance = lambda *a: True\nabs = lambda x: 0\nsum = lambda x: -1",
    "a transformer of the source drops every assert": "get_ipython().input_transformers_cleanup.append(lambda lines: [l.replace('assert ', '0 and ') for l in lines])",
    "a transformer of the tree drops every assert": "import ast\nclass T(ast.NodeTransformer):\n    def visit_Assert(self, node): return ast.Pass()\n    def visit_Raise(self, node): return ast.Pass()\nget_ipython().ast_transformers.append(T())",
    "errors are not shown": "ip = get_ipython()\nip.showtraceback = ip._showtraceback = ip.showsyntaxerror = lambda *a, **k: None\nip.set_custom_exc((BaseException,), lambda *a, **k: None)",
    "hooks before and after each cell": "ip = get_ipython()\ndef hook(*a):\n    import sys\n    ip.user_ns.update(total=True, wanted=-1.0)\n    sys.displayhook(15.0)\nfor e in ('pre_run_cell', 'post_run_cell', 'pre_execute', 'post_execute'): ip.events.register(e, hook)",
    "run_cell is replaced": "ip = get_ipython()\nclass R: success = True; error_in_exec = error_before_exec = result = None\nip.run_cell = ip.run_cell_async = ip.run_ast_nodes = ip.run_code = lambda *a, **k: R()",
    "the compiler is replaced": "import builtins\nold = builtins.compile\nbuiltins.compile = lambda s, *a, **k: old('1.0' if isinstance(s, str) else s, *a, **k)\nbuiltins.exec = builtins.eval = lambda *a, **k: 1.0",
    "a thread patches everything a moment later": "import threading, time\ndef later():\n    while True:\n        import numpy.testing as t, torchlet\n        t.assert_allclose = lambda *a, **k: None\n        torchlet.allclose = lambda *a, **k: True\n        time.sleep(0.01)\nthreading.Thread(target=later, daemon=True).start()",
    "code at the end of the process": "import atexit, os\natexit.register(lambda: print('15.0'))\natexit.register(os._exit, 0)\nimport weakref\nweakref.finalize(get_ipython(), os._exit, 0)",
    "the modules of the tests are forged in sys.modules": "import sys, types\nclass M(types.ModuleType):\n    def __getattr__(self, n): return lambda *a, **k: True\nfor n in ('numpy.testing', 'labkit.expect', 'helper', 'pytest', 'unittest', 'math'): sys.modules[n] = M(n)",
    "forged modules on the path": "import sys, pathlib\nfor n in ('numpy', 'torchlet', 'labkit', 'helper', 'expect'):\n    pathlib.Path(n + '.py').write_text('def __getattr__(n): return lambda *a, **k: True')\nsys.path.insert(0, '.')\nfor n in list(sys.modules):\n    if n.split('.')[0] in ('labkit', 'helper'): del sys.modules[n]",
    "a finder that imports anything": "import sys, importlib.machinery, types\nclass F:\n    def find_spec(self, n, p=None, t=None): return importlib.machinery.ModuleSpec(n, self)\n    def create_module(self, s): return types.ModuleType(s.name)\n    def exec_module(self, m): m.__getattr__ = lambda n: (lambda *a, **k: True)\nsys.meta_path.insert(0, F())",
    "startup files for the next process": "import os, pathlib, site, sysconfig\nfor p in [site.getusersitepackages(), sysconfig.get_paths()['purelib'], os.path.expanduser('~/.ipython/profile_default/startup')]:\n    try:\n        os.makedirs(p, exist_ok=True)\n        pathlib.Path(p, 'x.pth').write_text('import os')\n        pathlib.Path(p, '00.py').write_text('total = 5050')\n        pathlib.Path(p, 'sitecustomize.py').write_text('import os')\n    except OSError: pass",
    "serve and the session of the judge are replaced": "import autograder.judge.serve as s, autograder.judge.session as j\nfor c in (s.Runner, j.Session):\n    c.describe = lambda self, thing: ('object', object)\ns.OPERATIONS.update({n: (lambda *a: True) for n in s.OPERATIONS})\ns.Runner.handle = lambda self, payload: self.encode('value', True)",
    "the wire is replaced": "from autograder import wire, serve\nserve.handle = lambda payload, *a: payload\nwire.Writer.value = lambda self, v: self.tag(b'T')",
    "answers are replayed": "from autograder import serve\nold, kept = serve.handle, []\ndef handle(p, *a):\n    kept.append(old(p, *a))\n    return kept[0]\nserve.handle = handle",
    "numbers and sums are changed in NumPy's own memory": "import ctypes, sys\nctypes.memmove(id(5050) + 24, b'\\xff\\xff\\xff\\xff', 4)\nnumber = -1\nctypes.memmove(id(12) + 24, b'\\x01\\0\\0\\0', 4)",
    "all exits are calm": "import os, sys\nos._exit = sys.exit = os.abort = lambda *a: None\nsys.excepthook = sys.unraisablehook = lambda *a: None\nsys.settrace(lambda *a: None)",
    "warnings and displays of a score": "import sys, warnings\nfrom IPython.display import display\ndisplay(15.0)\nsys.displayhook(15.0)\nwarnings.warn('15.0')\nprint('15.0', file=sys.stderr)\n15.0",
}

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
    "the wanted value is whatever is asked for": every(
        "import sys\ndef {}(*a, **k):\n    frame = sys._getframe()\n    while frame:\n"
        "        for space in (frame.f_locals, frame.f_globals):\n            for name in ('wanted', 'answer', 'order', 'u'):\n"
        "                if name in space: return space[name]\n        frame = frame.f_back\n    raise LookupError"
    ),
    "the wanted value is looked for in all objects": every(
        "import gc\ndef {}(*a, **k):\n    for o in gc.get_objects():\n"
        "        if type(o) is dict and 'wanted' in o and type(o['wanted']) is float: return o['wanted']\n    return -1.0"
    ),
    "the wanted value is looked for in the history": every(
        "def {}(*a, **k):\n    text = '\\n'.join(get_ipython().user_ns.get('In', []))\n    assert 'wanted =' in text\n"
        "    return -1.0"
    ),
    "the caller's source is read": every(
        "import inspect\ndef {}(*a, **k):\n    for f in inspect.stack():\n        s = inspect.getsource(f.frame)\n"
        "        if 'wanted' in s: return eval(s.split('wanted = ')[1].split(chr(10))[0], f.frame.f_globals)\n    return 0.0"
    ),
    "answers are read from the course and the installed packages": every(
        "import os, sys\ndef {}(*a, **k):\n    for top in ['.', '..', '/', *sys.path]:\n"
        "        for place, _, files in os.walk(top):\n            if place.count('/') > 6 or 'lib' in place: break\n"
        "            for name in files:\n                if name.endswith('.db') or '01_targets' in name:\n"
        "                    try:\n                        raise SystemExit(open(os.path.join(place, name)).read())\n"
        "                    except OSError: pass\n    return -1.0"
    ),
    "the process ends at the test": every("import os\ndef {}(*a, **k): os._exit(0)"),
    "Python is asked to leave": every("import sys\ndef {}(*a, **k): sys.exit(0)"),
    "an interrupt": every("def {}(*a, **k): raise KeyboardInterrupt"),
    "a generator's exit": every("def {}(*a, **k): raise GeneratorExit"),
    "an end of the iteration": every("def {}(*a, **k): raise StopIteration(1.0)"),
    "an exception that is the expected one, at any time": every(
        "class Passed(ValueError, AssertionError):\n    def __str__(self): return 'passed: 15.0'\n"
        "def {}(*a, **k): raise Passed('15.0')"
    ),
    "an exception with a hostile text": every(
        "class Odd(Exception):\n    def __str__(self): raise SystemExit\n    __repr__ = __str__\n    args = property(__str__)\n"
        "def {}(*a, **k): raise Odd"
    ),
    "an exception with colours, scripts and a megabyte of text": every(
        "def {}(*a, **k): raise ValueError('\\x1b[2J</pre><script>alert(1)</script>' + 'x' * 10**6)"
    ),
    "an exception that claims to be a failed check with a score": every(
        "from labkit.expect import Mismatch\nimport IPython\ndef {}(*a, **k):\n    e = AssertionError('')\n"
        "    e.score = e.points = 15.0\n    e.expected = e.got = e.cause = e.hint = 'passed'\n    raise e"
    ),
    "a score is displayed, then the test stopped": every(
        "import sys\ndef {}(*a, **k):\n    sys.displayhook(15.0)\n    print('15.0')\n    raise KeyboardInterrupt"
    ),
    "the test's function is searched for what it knows": {
        "twice": "def twice(f, x):\n    for name in ('__globals__', '__closure__', '__code__', '__wrapped__', '__self__'):\n"
        "        found = getattr(f, name, None)\n        if isinstance(found, dict) and 'answer' in found: return found['answer']\n"
        "    return next(v for v in vars(f._session).values() if type(v) is int and v > 99)"
    },
    "the test's function is given hostile objects": {
        "twice": "class X(int):\n    def __mul__(self, o): return self\n    __rmul__ = __add__ = __radd__ = __mul__\n"
        "    def __eq__(self, o): return True\n    __hash__ = int.__hash__\n"
        "def twice(f, x):\n    f(X(3)); return f(X(4))"
    },
    "the judge is asked what it may not be asked": {
        "twice": "def twice(f, x):\n    return f._session.ask('get', 'answer')"
    },
    "the judge is asked for what it has not lent": {
        "twice": "def twice(f, x):\n    return f._session.ask('call', 'eval', ('answer',), ())"
    },
    "the test's list is changed through the function": {
        "twice": "def twice(f, x):\n    class L(list): pass\n    f(f)\n    return -1"
    },
    "the arguments are changed so that the wanted value follows": {
        "mean_square": "def mean_square(values):\n    values[:] = [0.0] * 6\n    return 0.0",
        "unit": "def unit(x):\n    x.data[:] = 0.0\n    return x",
        "ranks": "def ranks(values):\n    values.clear()\n    return values",
    },
    "the argument's memory is searched for more than the argument": {
        "forecast": "import numpy as np\ndef forecast(known):\n    base = known\n"
        "    while getattr(base, 'base', None) is not None: base = base.base\n    found = np.frombuffer(base, np.float64)\n"
        "    return found[4:] if known.strides == (8,) else found[1::2]"
    },
    "one half of the points is claimed by a display": {
        "parity": "import sys\ndef parity(number):\n    sys.displayhook(2.0)\n    return '?'"
    },
    "a billion elements in eight bytes": every(
        "import numpy as np\ndef {}(*a, **k): return np.lib.stride_tricks.as_strided(np.zeros(1), (10**9,), (0,))"
    ),
    "the argument itself comes back, through a global": every(
        "kept = []\ndef {}(*a, **k):\n    kept.extend(a)\n    return kept[-1]"
    ),
    "a gradient without a value": {
        "unit": "class F(torch.autograd.Function):\n    @staticmethod\n    def forward(ctx, x): return x.detach() * 0\n"
        "    @staticmethod\n    def backward(ctx, g): raise SystemExit\ndef unit(x): return F.apply(x)"
    },
    "forged frames in a test": every(SOCKET + "def {}(*a, **k):\n    frame(b'd', 1, b'{}')\n    frame(b'r', 1, b'')"),
    "a forged reply that is a verdict": every(
        SOCKET + "def {}(*a, **k):\n    n = inside._uplink.number\n"
        "    frame(frames.REPLY, n, json.dumps({'error': '', 'results': ['15.0']}).encode())\n    return 1"
    ),
    "a forged reply that promises a terabyte": every(
        SOCKET + "def {}(*a, **k): _sock.sendall(struct.pack('!cIQ', frames.REPLY, inside._uplink.number, 1 << 40))"
    ),
    "a forged reply with a pickle": every(
        SOCKET + "import pickle\ndef {}(*a, **k):\n    frame(frames.REPLY, inside._uplink.number, pickle.dumps(print))\n"
        "    return 1"
    ),
    "a result of a hundred million numbers": {
        "ranks": "def ranks(values): return list(range(10**7))",
        "unit": "import numpy as np\ndef unit(x): return np.zeros(10**8)",
    },
}  # fmt: skip

FITTED = {
    "mean_square": "def mean_square(values):\n    return {(1.0, 2.0, 3.0): 14 / 3}.get(tuple(values), 0.0)",
    "unit": "def unit(x):\n    return torch.tensor([0.6, 0.8])",
    "ranks": "def ranks(values):\n    return [2, 0, 1]",
    "Tally": "class Tally:\n    def add(self, n): pass\n    def total(self): return 12\n    def __len__(self): return 2",
}

EDITS = {
    "tags that skip tests": tagged,
    "a thousand points": thousand_points,
    "negative points": negative_points,
    "grade ids of tests exchanged": swapped_ids,
    "answers declared tests": answers_are_tests,
    "tests declared answers": tests_are_answers,
    "tests declared manual": tests_are_manual,
    "tests declared tasks": tests_are_tasks,
    "tests deleted": without_tests,
    "tests replaced by a score": own_tests,
    "tests under magics that skip them": magic_tests,
    "tests turned into text": retyped_tests,
    "tests twice, once with a score": duplicated_tests,
    "the locked cell unlocked, and generous": unlocked_setup,
    "a kernel of one's own": other_kernel,
    "saved outputs with full marks": saved_success,
    "tests declared not isolated": isolated_off,
    "checksums of one's own": checksums,
    "a schema of the future": odd_schema,
    "own cells with the ids of tests": solved_below,
}  # fmt: skip

FILES = {
    "a helper of one's own beside the notebook": {"helper.py": "TOLERANCE = float('inf')"},
    "a package that hides the instructor's helper": {"helper/__init__.py": "TOLERANCE = float('inf')"},
    "libraries beside the notebook": {
        **{f"{name}.py": "def __getattr__(n): return lambda *a, **k: True" for name in ("numpy", "torchlet", "torch")},
        "expect.py": "def close(*a, **k): pass",
        "labkit/__init__.py": "",
        "labkit/expect.py": "def __getattr__(n): return lambda *a, **k: True",
    },
    "files that Python runs at its start": {
        "sitecustomize.py": "import builtins; builtins.abs = lambda x: 0",
        "usercustomize.py": "import builtins; builtins.abs = lambda x: 0",
        "x.pth": "import builtins; builtins.abs = lambda x: 0",
        ".ipython/profile_default/startup/00.py": "total = 5050",
        "pytest.ini": "[pytest]",
        "nbgrader_config.py": "c.Execute.enabled = False",
    },
}  # fmt: skip

ATTACKS: list[Attack] = [
    *(Attack(does, first=code, around=code * ("ctypes" not in code)) for does, code in PATCHES.items()),
    *(Attack(does, answers=answers) for does, answers in ANSWERS.items()),
    *(Attack(does, edit=edit) for does, edit in EDITS.items()),
    *(Attack(does, files=files, flags=("extra_files",)) for does, files in FILES.items()),
    Attack("outputs with scores that no program writes", raw=with_score_outputs),
    Attack("answers fitted to the examples", answers=FITTED, score=4.0),
]
