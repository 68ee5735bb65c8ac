"""Grading on this machine: worker processes, and one preloaded parent for all their runners and judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from typing import Any

from autograder import pool
from autograder.judge.host import shared


class Machine:
    """This machine's processors; a context manager. It starts what it needs with `begin`, else with `run`."""

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or pool.processors()
        self._started = ExitStack()
        self._begun = False
        self._join: Callable[[], None] | None = None  # what each worker calls first

    def __enter__(self) -> Machine:
        return self

    def __exit__(self, *exception: object) -> None:
        self._started.close()

    def begin(self, texts: Iterable[str], *, sandboxed: bool = True) -> None:
        """Start what takes a second or two, and do not wait for it.

        texts: sources that will be run, as far as they are known; what others need is loaded later.
        """
        if not self._begun:
            self._begun = True
            pool.start()
            self._join = self._started.enter_context(shared(texts, sandboxed=sandboxed))

    def run(
        self, function: Callable[..., Any], jobs: Mapping[str, tuple]
    ) -> Iterator[tuple[str, Any | BaseException]]:
        """As `pool.run`, for jobs whose first argument is the same `grading.Task`."""
        if not jobs:
            return
        task = next(iter(jobs.values()))[0]
        texts = [cell.source for version in task.versions for cell in version.source.cells]
        self.begin(texts, sandboxed=task.sandboxed)
        yield from pool.run(function, jobs, self.workers, self._join)
