"""Local worker processes: computing in them, results as they come, no process left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing.connection import wait as wait_for
from multiprocessing.context import BaseContext
from typing import Any, TypeVar

from autograder.errors import AutograderError

Key = TypeVar("Key")
PATIENCE = 10  # seconds that a worker may take to end what it started
PRELOAD = ["autograder.quick", "autograder.grading", "autograder.execution"]


# What Python appends to the temporary folder for the socket of its worker processes, and how long that may become.
_SOCKET, _LONGEST = "/pymp-xxxxxxxx/listener-xxxxxxxx", 107


class TemporaryFolderTooDeep(AutograderError):
    what = "worker processes cannot be started: the path of the folder for temporary files is too long"
    why = "{folder} has {length} characters, and the path of a socket in it would have more than the system allows"
    repair = "choose a shorter one: TMPDIR=/tmp autograder ..."


class WorkerLost(Exception):
    """The process that computed a result ended without one, twice."""


def run(
    function: Callable[..., Any],
    jobs: Mapping[Key, tuple],
    workers: int,
    begin: Callable[[], None] | None = None,
) -> Iterator[tuple[Key, Any | BaseException]]:
    """Call `function(*args)` for every job in worker processes; yields key and result (or exception) as they come.

    begin: what each process calls first.
    A job whose process dies is tried once more on its own, so that it takes no other with it; then it is `WorkerLost`.
    Leaving the iterator early (Ctrl-C) ends the processes.
    """
    if not jobs:
        return
    suspects: dict[Key, tuple] = {}
    with _executor(min(workers, len(jobs)), begin) as executor:
        waiting = {executor.submit(_job, function, *args): key for key, args in jobs.items()}
        while waiting:
            done, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                key = waiting.pop(future)
                error = future.exception()
                if isinstance(error, BrokenProcessPool):
                    suspects[key] = jobs[key]
                else:
                    yield key, error or future.result()
    for key, args in suspects.items():
        with _executor(1, begin) as executor:
            error = (future := executor.submit(_job, function, *args)).exception()
            if isinstance(error, BrokenProcessPool):
                error = WorkerLost("the process that graded it ended, twice")
            yield key, error or future.result()


def _job(function: Callable[..., Any], *args: Any) -> Any:
    try:
        return function(*args)
    except SystemExit:  # of `_leave`; the executor would catch it, and wait for work that never comes
        os._exit(1)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def start() -> None:
    """Start the process from which workers are forked, where there is one; it loads what they need meanwhile."""
    if _context().get_start_method() != "forkserver":
        return
    from multiprocessing import forkserver  # not on Windows

    if threading.current_thread() is not threading.main_thread():
        forkserver.ensure_running()
        return
    # It inherits what is done about Ctrl-C, which is for the coordinator alone.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        forkserver.ensure_running()
    finally:
        signal.signal(signal.SIGINT, before)


def _context() -> BaseContext:
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    folder = tempfile.gettempdir()
    if len(os.fsencode(folder + _SOCKET)) > _LONGEST:
        raise TemporaryFolderTooDeep(folder=folder, length=len(folder))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    return context


@contextmanager
def _executor(workers: int, begin: Callable[[], None] | None) -> Iterator[ProcessPoolExecutor]:
    start()
    before = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(workers, mp_context=_context(), initializer=_settle_in, initargs=(begin,))
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise
    executor.shutdown()


def _settle_in(begin: Callable[[], None] | None) -> None:
    """In a new worker: leave Ctrl-C to the coordinator, and go when it goes, with what was started from here."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_outlive_nobody, args=(parent.sentinel,), daemon=True).start()
    if begin is not None:
        begin()


def _outlive_nobody(sentinel: int) -> None:
    wait_for([sentinel])
    os.kill(os.getpid(), signal.SIGTERM)


def _leave(*_: object) -> None:
    patience = threading.Timer(PATIENCE, os._exit, (1,))
    patience.daemon = True
    patience.start()
    raise SystemExit(1)  # unwinds through the code that ends kernels and removes temporary folders
