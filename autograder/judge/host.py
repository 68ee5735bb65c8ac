"""The preloaded parent of this process: started when it is first needed, kept for all submissions after that."""

from __future__ import annotations

import atexit
import os
import re
import threading
from collections.abc import Iterable

from autograder.runner.preloaded import MODULES, Preloaded

_hosts: dict[tuple[int, bool, bool], Preloaded] = {}
_IMPORTS_TORCH = re.compile(r"^\s*(import|from)\b.*(?<!as )\btorch\b", re.MULTILINE)
_lock = threading.Lock()


def host(texts: Iterable[str], *, sandboxed: bool = True) -> Preloaded:
    """The parent from which runners and judges for these sources are forked.

    Where none of them imports torch there is one that has not loaded it: that saves seconds at the start.
    Raises SandboxUnavailable, PreloadFailed.
    """
    with_torch = any(_IMPORTS_TORCH.search(text) for text in texts)
    modules = [module for module in MODULES if with_torch or module != "torch"]
    key = os.getpid(), sandboxed, with_torch  # a fork of this process needs its own
    with _lock:
        found = _hosts.get(key)
        if found is None or not found.alive or not found.base.is_dir():  # a cleaner of /tmp may take it
            if found is not None:
                found.close()
            found = _hosts[key] = Preloaded.start(modules, sandboxed=sandboxed)
            atexit.register(found.close)
    return found
