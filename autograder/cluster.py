"""Workers on other machines: the same work as in `pool`, handed to a Dask cluster that exists already.

Dask runs on Slurm, Kubernetes, SSH and others through deployments of its own; all that is needed here is the address
of its scheduler. Workers see the course's folder under the same path, as on a shared disk, and have the same packages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from autograder.errors import AutograderError
from autograder.pool import WorkerLost

Key = TypeVar("Key")
CONNECT_SECONDS = 20


class NoDask(AutograderError):
    what = "--scheduler needs the package distributed, which is not installed"
    repair = "pip install distributed, here and where the workers run"


class NoScheduler(AutograderError):
    what = "no Dask scheduler answers at {address}"
    repair = "start one with `dask scheduler`, and workers with `dask worker {address} --nthreads 1`"


class NoWorkers(AutograderError):
    what = "the Dask scheduler at {address} has no workers"
    repair = "start some with `dask worker {address} --nthreads 1`"


class FolderNotShared(AutograderError):
    what = "{count} of {all} workers do not see {folder}, for example {worker}"
    why = "they read submissions there, and write nothing"
    repair = "put the course on a disk that all machines mount under the same path"


def run(
    function: Callable[..., Any], jobs: Mapping[Key, tuple], address: str, folder: Path
) -> Iterator[tuple[Key, Any | BaseException]]:
    """Call `function(*args)` for every job on the cluster; yields key and result (or exception) as they come.

    What a lost worker was computing is computed again by another one; a job that takes several workers with it is
    `WorkerLost`. Leaving the iterator early cancels what has not begun.
    """
    if not jobs:
        return
    try:
        from distributed import Client, KilledWorker, as_completed
    except ImportError:
        raise NoDask() from None
    try:
        client = Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, TimeoutError, ValueError):
        raise NoScheduler(address=address) from None
    with client:
        _look_around(client, address, folder)
        keys = {client.submit(function, *args, pure=False): key for key, args in jobs.items()}
        try:
            for future in as_completed(list(keys), loop=client.loop):
                error = future.exception()
                if isinstance(error, KilledWorker):
                    error = WorkerLost("the workers that graded it ended, one after the other")
                yield keys[future], error or future.result()
        finally:
            client.cancel(list(keys))


def _look_around(client: Any, address: str, folder: Path) -> None:
    """Whether there are workers, and all of them see the course."""
    seen = client.run(_sees, str(folder))
    if not seen:
        raise NoWorkers(address=address)
    blind = sorted(worker for worker, sees in seen.items() if not sees)
    if blind:
        raise FolderNotShared(count=len(blind), all=len(seen), folder=folder, worker=blind[0])


def _sees(folder: str) -> bool:
    return Path(folder).is_dir()
