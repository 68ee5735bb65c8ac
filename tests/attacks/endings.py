"""Answers that end a test in their favour: the process leaves, an exception is raised, a reply is forged."""

from __future__ import annotations

from . import every

# The connection with the grader, as student code finds it.
SOCKET = """
import json, struct
from autograder.runner import frames, inside
_sock = inside._uplink._socket
def frame(kind, number, payload):
    _sock.sendall(struct.pack('!cIQ', kind, number, len(payload)) + payload)
"""

ANSWERS = {
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
    "one half of the points is claimed by a display": {
        "parity": "import sys\ndef parity(number):\n    sys.displayhook(2.0)\n    return '?'"
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
}  # fmt: skip
