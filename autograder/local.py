"""Grading on this machine: worker processes, and one preloaded parent for all their runners and judges."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from autograder import pool
from autograder.judge.host import shared


def run(
    function: Callable[..., Any], jobs: Mapping[str, tuple], workers: int
) -> Iterator[tuple[str, Any | BaseException]]:
    """As `pool.run`, for jobs whose first argument is the same `grading.Task`."""
    if not jobs:
        return
    task = next(iter(jobs.values()))[0]
    texts = [cell.source for version in task.versions for cell in version.source.cells]
    with shared(texts, sandboxed=task.sandboxed) as begin:
        yield from pool.run(function, jobs, workers, begin)
