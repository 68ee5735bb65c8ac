"""The preloaded parent of this process: started when it is first needed, kept for all submissions after that."""

from __future__ import annotations

import atexit
import os
import threading

from autograder.preloaded import Preloaded

_hosts: dict[tuple[int, bool], Preloaded] = {}
_lock = threading.Lock()


def host(*, sandboxed: bool = True) -> Preloaded:
    """The parent from which runners and judges are forked. Raises SandboxUnavailable, PreloadFailed."""
    key = os.getpid(), sandboxed  # a fork of this process needs its own
    with _lock:
        found = _hosts.get(key)
        if found is None or not found.alive or not found.base.is_dir():  # a cleaner of /tmp may take it
            if found is not None:
                found.close()
            found = _hosts[key] = Preloaded.start(sandboxed=sandboxed)
            atexit.register(found.close)
    return found
