"""The preloaded parent of this process: its own, or one that several processes share; kept for all submissions.

What a notebook needs is loaded into it when the first one comes that needs it.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from autograder.runner.line import Line
from autograder.runner.preloaded import Preloaded, may_listen

ALWAYS = ("numpy", "torchlet", "labkit")
# Words in a notebook that say what else it uses, which costs seconds and memory.
_IF_USED = {
    "matplotlib.pyplot": re.compile(r"matplotlib|pylab|pyplot|plt|plot|seaborn|labkit"),
    "ipywidgets": re.compile(r"widgets|interact|labkit"),
    "torch": re.compile(r"^\s*(import|from)\b.*(?<!as )\btorch\b", re.MULTILINE),
    # Optimizers, torch.func and others load it, which takes as long as torch itself.
    "torch._dynamo": re.compile(
        r"\b(optim|SGD|Adam\w*|lr_scheduler|func|vmap|jac\w+|compile|checkpoint|jit)\b"
    ),
}

_hosts: dict[tuple[int, bool], Line] = {}
_shared: tuple[Path, bool] | None = None  # where it listens, and whether it is sandboxed
_lock = threading.Lock()


def host(texts: Iterable[str], *, sandboxed: bool = True) -> Line:
    """The parent from which runners and judges for these sources are forked.

    Raises SandboxUnavailable, PreloadFailed, PreloadedGone.
    """
    wanted = modules_of(texts)
    key = os.getpid(), sandboxed  # a fork of this process needs its own
    with _lock:
        found = _hosts.get(key)
        if found is None or not found.alive or not found.base.is_dir():  # a cleaner of /tmp may take it
            if found is not None:
                found.close()
            found = _hosts[key] = _joined(sandboxed) or Preloaded.start(wanted, sandboxed=sandboxed)
            atexit.register(found.close)
        found.need(wanted)
    return found


@contextlib.contextmanager
def shared(texts: Iterable[str], *, sandboxed: bool = True) -> Iterator[Callable[[], None] | None]:
    """Start a parent for several processes, each of which first calls what this gives.

    It loads while they start. Where it ends too soon, or cannot listen, they have one each.
    """
    if not may_listen():
        yield None
        return
    with Preloaded.begin(modules_of(texts), sandboxed=sandboxed) as parent:
        yield partial(_use, parent.address, sandboxed)


def modules_of(texts: Iterable[str]) -> list[str]:
    """What is loaded for these sources before they run."""
    texts = list(texts)
    used = [name for name, sign in _IF_USED.items() if any(sign.search(text) for text in texts)]
    return [*ALWAYS, *(name for name in used if name != "torch._dynamo" or "torch" in used)]


def _use(address: Path, sandboxed: bool) -> None:
    global _shared
    _shared = address, sandboxed


def _joined(sandboxed: bool) -> Line | None:
    if _shared is not None and _shared[1] == sandboxed:
        with contextlib.suppress(OSError):
            return Line.join(_shared[0])
    return None
