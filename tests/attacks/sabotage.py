"""Submissions that want to break something: the machine, the batch, other submissions, who reads the feedback.

`ELSEWHERE` names what is tried in other files, so that nothing is tried twice; the sandbox is tried line by line in autograder/test_sandbox.py.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from . import ALL, HONEST, LESSON, Attack, every

# A recipe of submissions/hostile.py each: damage that needs a batch, or ends before anything is run.
ELSEWHERE = (
    "endless_loop",
    "endless_and_deaf",
    "kernel_killer",
    "system_exit",
    "endless_output",
    "memory_hog",
    "deep_json",
    "five_thousand_cells",
    "huge_file",
    "linked_notebook",
    "pipe",
    "linked_folder",
    "formula",
    "two_lines",
    "claims_to_be_early",
    "scripts_in_text",
)


def tries(*statements: str) -> str:
    """A cell that tries each statement; it stops with SystemError if one of them succeeds."""
    lines = ["import os, sys, socket, pathlib, shutil, signal, subprocess, ctypes, resource"]
    for statement in statements:
        lines += ["try:", *(f"    {line}" for line in statement.splitlines())]
        lines += ["except (OSError, MemoryError, ValueError, AttributeError): pass"]
        lines += [f"else: raise SystemError({statement!r})"]
    return "\n".join(lines)


ABOVE = "os.path.dirname(os.path.dirname(os.path.dirname(os.getcwd())))"

# Cells that do harm where they can, above and below honest work, which keeps its points.
HARM = {
    "writes outside its folder": tries(
        "open('/tmp/owned', 'w')",
        "open(os.path.expanduser('~root/owned'), 'w')",
        "open('/dev/shm/owned', 'w')",
        "open(os.path.dirname(os.getcwd()) + '/owned', 'w')",
        "os.mkdir('/tmp/owned')",
        "open(os.__file__, 'a')",
    ),
    "reads other submissions and the course": tries(
        "os.listdir('/tmp')",
        f"os.listdir({ABOVE})",
        f"open({str(Path(__file__).resolve())!r})",
        f"os.listdir({str(Path(__file__).resolve().parents[2])!r})",
        "open('/etc/shadow')",
        "open('/proc/1/environ')",
        "os.listdir('/proc/%d/cwd' % os.getppid())",
    ),
    "removes everything": "import shutil\nfor p in ('/', '..', '../..', '/tmp', '.'): shutil.rmtree(p, ignore_errors=True)",
    "opens connections": tries(
        "socket.create_connection(('127.0.0.1', 22), 1)",
        "socket.socket()",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_UNIX).connect('/var/run/docker.sock')",
        "__import__('urllib.request').request.urlopen('http://127.0.0.1', timeout=1)",
    ),
    "starts processes that stay": tries(
        "os.fork()",
        "subprocess.Popen(['sleep', '1000'], start_new_session=True)",
        "os.system('nohup sleep 1000 &') and 1 or os.posix_spawn('/bin/sleep', ['sleep', '1000'], {})",
        "os.execv('/bin/sh', ['sh'])",
    ),
    "kills the parent and all others": tries(
        "os.kill(os.getppid() or 1, signal.SIGKILL)",
        "os.kill(-1, signal.SIGKILL)",
        "os.killpg(0, signal.SIGKILL)",
        "os.kill(1, signal.SIGSTOP)",
    ),
    "raises its limits": tries(
        "resource.setrlimit(resource.RLIMIT_CPU, (10**6, 10**6))",
        "resource.setrlimit(resource.RLIMIT_DATA, (1 << 60, 1 << 60))",
        "os.nice(-20)",
    ),
    "fills the disk": "try:\n    for i in range(10**5):\n        with open(f'f{i}', 'wb') as f: f.write(b'x' * 2**24)\nexcept OSError: pass",
    "makes folders without end": "import os\ntry:\n    while True:\n        os.mkdir('d')\n        os.chdir('d')\nexcept OSError: pass",
    "takes all memory in pieces": "kept = []\ntry:\n    while True: kept.append(bytearray(2**24))\nexcept MemoryError: kept.clear()",
    "starts threads without end": "import threading, time\ntry:\n    while True: threading.Thread(target=time.sleep, args=(600,), daemon=True).start()\nexcept RuntimeError: pass",
    "opens files without end": "kept = []\ntry:\n    while True: kept.append(open('/dev/null'))\nexcept OSError: kept.clear()",
    "changes the environment of all": "import os\nos.environ.update(PATH='/tmp', PYTHONPATH='/tmp', LD_PRELOAD='/tmp/x.so', HOME='/tmp', OMP_NUM_THREADS='99')\nos.umask(0o777)\nos.chdir('/')",
    "leaves links to files of others": "import os\nfor n, t in (('a.ipynb', '/etc/passwd'), ('data', '/'), ('loop', 'loop')): os.symlink(t, n)",
    "leaves a pipe and folders that nobody may enter": "import os\ntry: os.mkfifo('p')\nexcept OSError: pass\nos.makedirs('shut/in')\nos.chmod('shut', 0)",
    "names files oddly": "import pathlib\nfor n in ('\\n', '-rf', '=1+1', 'x' * 200, '\\u202egnp.exe', ' '): pathlib.Path(n).touch()",
    "floods the output with displays": "from IPython.display import display, HTML\nfor i in range(10**4): display(HTML('<script>alert(1)</script>' + 'x' * 10**4))",
    "shows numbers that are no JSON": "from IPython.display import publish_display_data\npublish_display_data({'application/json': float('nan'), 'text/plain': 'x'})\npublish_display_data({'application/json': {'a': float('inf')}})",
    "shows a tree of a million brackets": "from IPython.display import publish_display_data\nx = []\nfor _ in range(10**5): x = [x]\ntry: publish_display_data({'application/json': x})\nexcept BaseException: pass\nwhile x: x = x[0]",
    "shows scripts": "from IPython.display import HTML, Javascript, SVG, Markdown, display\nfor k in (HTML, Javascript, Markdown): display(k('<script>alert(1)</script><img src=x onerror=alert(1)>'))",
    "asks for input": "try: input('password: ')\nexcept Exception: pass",
    "draws a picture of a gigapixel": "import matplotlib.pyplot as plt\ntry: plt.figure(figsize=(500, 500), dpi=100).canvas.draw()\nexcept BaseException: pass\nplt.close('all')",
}  # fmt: skip

# Cells that end their own process: what was earned before and after stays.
ENDS = {
    "a segmentation fault": "import ctypes\nctypes.string_at(0)",
    "an abort": "import os\nos.abort()",
    "a recursion that is deeper than the stack": "import sys\nsys.setrecursionlimit(10**9)\ndef f(x): return [f(x)]\nclass A:\n    def __repr__(s): return repr(s)\nrepr(A())\nf(1)",
    "all descriptors closed": "import os\nos.closerange(0, 1000)",
    "all modules and builtins cleared": "import sys, builtins\nsys.modules.clear()\nbuiltins.__dict__.clear()",
    "its own connection flooded": "from autograder import inside\nwhile True: inside._uplink._socket.sendall(b'x' * 10**6)",
}  # fmt: skip


def other_json(change) -> object:
    def raw(text: str) -> str:
        notebook = json.loads(text)
        change(notebook)
        return json.dumps(notebook)

    return raw


def odd_keys(notebook: dict) -> None:
    notebook["metadata"].update({"a" * 10_000: float("nan"), "orig_nbformat": -1, "authors": [[]] * 50})
    for cell in notebook["cells"]:
        cell["metadata"]["odd"] = [float("inf"), -0.0, {"": None}]
        cell["id"] = "x" * 64


def outputs_of_another_world(notebook: dict) -> None:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [
                {"output_type": "stream", "name": "stdout", "text": "x" * 100_000},
                {"output_type": "?"},
            ]
            cell["execution_count"] = 10**9


def links(folder: Path) -> None:
    (folder / "data.csv").symlink_to("/etc/passwd")
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "queue")


def deep(folder: Path) -> None:
    (folder / Path(*["d"] * 200)).mkdir(parents=True)


def huge(folder: Path) -> None:
    with (folder / "large.bin").open("wb") as file:
        file.truncate(1 << 40)


def many(folder: Path) -> None:
    for number in range(2_000):
        (folder / f"{number}.txt").touch()


def directory(folder: Path) -> None:
    (folder / f"{LESSON}.ipynb").unlink()
    (folder / f"{LESSON}.ipynb").mkdir()


UNREADABLE = {
    "an empty file": lambda text: "",
    "bytes that are no text": lambda text: b"\xff\xfe\x00" * 1000,
    "JSON that ends in the middle": lambda text: text[: len(text) // 2],
    "a number of a million digits": lambda text: '{"cells": [], "nbformat": ' + "9" * 10**6 + "}",
    "a list in the place of a notebook": lambda text: "[1, 2, 3]",
    "cells that are no cells": lambda text: json.dumps({"cells": [1, None, "x"], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
    "a notebook of the future": lambda text: text.replace('"nbformat": 4', '"nbformat": 99'),
}  # fmt: skip

ATTACKS: list[Attack] = [
    *(Attack(does, last=code, answers=HONEST, score=ALL) for does, code in HARM.items()),
    *(Attack(does, last=code, answers=HONEST, score=ALL) for does, code in ENDS.items()),
    *(Attack(does, raw=raw, score=None, status="failed or needs_review") for does, raw in UNREADABLE.items()),
    Attack(
        "odd metadata, with numbers that are no JSON", raw=other_json(odd_keys), answers=HONEST, score=ALL
    ),
    Attack("outputs of another world", raw=other_json(outputs_of_another_world), answers=HONEST, score=ALL),
    Attack(
        "links and a pipe beside the notebook",
        prepare=links,
        answers=HONEST,
        score=ALL,
        flags=("extra_files",),
    ),
    Attack("folders in folders", prepare=deep, answers=HONEST, score=ALL),
    Attack("a file of a terabyte", prepare=huge, answers=HONEST, score=None, status="failed or needs_review"),
    Attack("thousands of files", prepare=many, answers=HONEST, score=None, status="failed or needs_review"),
    Attack("a folder in the place of the notebook", prepare=directory, score=None, status="failed"),
    Attack(
        "ends at every test", answers=every("def {}(*a, **k):\n    import os\n    os.kill(os.getpid(), 11)")
    ),
    Attack("never ends, in three answers", answers=dict.fromkeys(("ranks", "total"), "while True: pass")),
]
