"""Grading on a Dask cluster: real workers in processes of their own, one of which is killed at work."""

import json
import operator
import os
import signal
import subprocess
import sys
import time

import pytest

from autograder import cluster
from autograder.ledger import Ledger
from autograder.pool import WorkerLost

LESSON = "01_squares"
NAMES = ("another_wrong_answer", "empty", "endless_loop", "half_done", "perfect", "syntax_error")


class Cluster:
    """A scheduler and its workers, as `dask scheduler` and `dask worker` start them."""

    def __init__(self, folder) -> None:
        self.folder, self.file = folder, folder / "scheduler.json"
        self.processes = [self._start("scheduler", "--port", "0", "--no-dashboard", "--host", "127.0.0.1")]
        self.address = self._wait(lambda: json.loads(self.file.read_text())["address"])

    def add_worker(self) -> subprocess.Popen:
        options = ("--nthreads", "1", "--no-dashboard", "--no-nanny", "--host", "127.0.0.1")
        self.processes.append(self._start("worker", *options, "--local-directory", str(self.folder)))
        return self.processes[-1]

    def wait_for_workers(self, count: int) -> None:
        from distributed import Client

        with Client(self.address, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=120)

    def close(self) -> None:
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()

    def _start(self, what: str, *options: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "dask", what, "--scheduler-file", str(self.file), *options]
        with (self.folder / "log").open("ab") as log:
            return subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)

    def _wait(self, find, seconds: float = 60):
        end = time.monotonic() + seconds
        while True:
            try:
                return find()
            except (OSError, ValueError):
                assert time.monotonic() < end, (self.folder / "log").read_text()
                time.sleep(0.1)


@pytest.fixture
def dask(tmp_path):
    folder = tmp_path / "cluster"
    folder.mkdir()
    made = Cluster(folder)
    yield made
    made.close()


@pytest.fixture
def squares(recipes, tmp_path):
    course = recipes.courses.text_course(tmp_path / "course")
    recipes.courses.hand_in(course, *NAMES)
    return course


@pytest.mark.slow
def test_a_killed_worker_costs_nothing(squares, dask, autograder):
    """Two workers; one dies with the endless loop in its hands, and the other one takes that over."""
    first = dask.add_worker()
    dask.wait_for_workers(1)
    command = [sys.executable, "-m", "autograder", "--course", squares.root, "grade", LESSON]
    grading = subprocess.Popen(
        [*command, "--scheduler", dask.address], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    ledger = Ledger(squares, LESSON)
    end = time.monotonic() + 120
    while not ledger.students():
        assert time.monotonic() < end and grading.poll() is None, grading.communicate()[0].decode()
        time.sleep(0.05)
    dask.add_worker()
    dask.wait_for_workers(2)
    os.kill(first.pid, signal.SIGKILL)
    said = grading.communicate(timeout=300)[0].decode()
    assert grading.returncode == 0, said
    scores = {name: ledger.get(name).submission.score for name in NAMES}
    result = autograder("--course", squares.root, "grade", LESSON, "--regrade", "--workers", "2")
    assert result.code == 0 and "->" not in result.out, result.out  # the same marks as here
    assert len(set(scores.values())) > 3


@pytest.mark.slow
def test_results_come_with_their_keys_and_errors(dask, tmp_path):
    dask.add_worker()
    dask.wait_for_workers(1)
    jobs = {"absolute": (abs, -3), "raises": (int, "x")}
    results = dict(cluster.run(operator.call, jobs, dask.address, tmp_path))
    assert results["absolute"] == 3 and isinstance(results["raises"], ValueError)
    with pytest.raises(cluster.FolderNotShared, match="1 of 1 workers do not see"):
        list(cluster.run(operator.call, jobs, dask.address, tmp_path / "not there"))


@pytest.mark.slow
def test_a_job_that_kills_every_worker_is_lost(dask, tmp_path):
    for _ in range(5):
        dask.add_worker()
    dask.wait_for_workers(5)
    results = dict(cluster.run(operator.call, {"dies": (os._exit, 1)}, dask.address, tmp_path))
    assert isinstance(results["dies"], WorkerLost)


@pytest.mark.slow
def test_a_cluster_without_workers_says_so(squares, dask, autograder):
    result = autograder("--course", squares.root, "grade", LESSON, "--scheduler", dask.address)
    assert result.code == 2 and "has no workers" in result.err and "dask worker" in result.err


@pytest.mark.slow
def test_a_scheduler_that_is_not_there(squares, autograder, monkeypatch):
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    result = autograder("--course", squares.root, "grade", LESSON, "--scheduler", "tcp://127.0.0.1:9")
    assert result.code == 2 and "no Dask scheduler answers" in result.err
    assert not Ledger(squares, LESSON).students()


def test_workers_and_scheduler_exclude_each_other(squares, autograder):
    result = autograder(
        "--course", squares.root, "grade", LESSON, "--scheduler", "tcp://a:1", "--workers", "2"
    )
    assert result.code == 2 and "--scheduler or --workers" in result.err
