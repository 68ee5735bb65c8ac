"""Answers that look for what is wanted, where they are called and in what they are given."""

from __future__ import annotations

from . import every

ANSWERS = {
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
    "the test's function is searched for what it knows": {
        "twice": "def twice(f, x):\n    for name in ('__globals__', '__closure__', '__code__', '__wrapped__', '__self__'):\n"
        "        found = getattr(f, name, None)\n        if isinstance(found, dict) and 'answer' in found: return found['answer']\n"
        "    return next(v for v in vars(f._session).values() if type(v) is int and v > 99)"
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
    "the argument itself comes back, through a global": every(
        "kept = []\ndef {}(*a, **k):\n    kept.extend(a)\n    return kept[-1]"
    ),
}  # fmt: skip

FITTED = {
    "mean_square": "def mean_square(values):\n    return {(1.0, 2.0, 3.0): 14 / 3}.get(tuple(values), 0.0)",
    "unit": "def unit(x):\n    return torch.tensor([0.6, 0.8])",
    "ranks": "def ranks(values):\n    return [2, 0, 1]",
    "Tally": "class Tally:\n    def add(self, n): pass\n    def total(self): return 12\n    def __len__(self): return 2",
}
