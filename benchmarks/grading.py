"""`autograder grade` beside plain `nbgrader autograde`: the same submissions, the same marks, how much sooner?

For each size a class of so many submissions is made (right, half right, wrong and untouched in turn) and graded by
both commands as a user starts them, one after the other, on the same processors; the marks in the two gradebooks must
be equal. CPU seconds and peak memory are those of the command and of every process that it has started. The overhead
of a submission is what it costs beyond its own cells and tests, which are timed in a process with everything imported;
`wall` is multiplied by the processors in use. It includes the start, which is paid once, so between two sizes the
cost of each further submission is given too. With --most-plain, nbgrader grades only so many, and the line for more
says that it is extrapolated.

    python benchmarks/grading.py                          # 1 and 5 submissions, with NumPy and with torch
    python benchmarks/grading.py --sizes 1 20 200 --most-plain 20
    python benchmarks/grading.py --library torch --sizes 20 --workers 2
"""

import argparse
import ctypes
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

LESSON = "lesson"
LIBRARIES = ("numpy", "torch")
PR_SET_CHILD_SUBREAPER = 36

IMPORTS = {"numpy": "import numpy as np", "torch": "import torch"}
ANSWERS = {
    "numpy": {
        "standardize": "def standardize(x):\n    return (x - x.mean()) / x.std()",
        "fit": "def fit(x, y):\n    w = 0.0\n    for _ in range(200):\n"
        "        w -= 0.1 * (2 * (w * x - y) * x).mean()\n    return float(w)",
    },
    "torch": {
        "standardize": "def standardize(x):\n    return (x - x.mean()) / x.std(correction=0)",
        "fit": "def fit(x, y):\n    w = torch.zeros((), requires_grad=True)\n    for _ in range(200):\n"
        "        loss = ((w * x - y) ** 2).mean()\n        loss.backward()\n        with torch.no_grad():\n"
        "            w -= 0.1 * w.grad\n            w.grad = None\n    return w.item()",
    },
}
WRONG = {
    "standardize": "def standardize(x):\n    return x - x.mean()",
    "fit": "def fit(x, y):\n    return 0.0",
}
TESTS = {
    "numpy": {
        "standardize": "x = np.array([1.0, 2.0, 3.0, 6.0])\nz = standardize(x)\n"
        "assert abs(z.mean()) < 1e-6\nassert abs(z.std() - 1) < 1e-6",
        "fit": "x = np.linspace(-1, 1, 50)\nassert abs(fit(x, 3 * x) - 3) < 1e-3",
    },
    "torch": {
        "standardize": "x = torch.tensor([1.0, 2.0, 3.0, 6.0])\nz = standardize(x)\n"
        "assert abs(z.mean().item()) < 1e-6\nassert abs(z.std(correction=0).item() - 1) < 1e-6",
        "fit": "x = torch.linspace(-1, 1, 50)\nassert abs(fit(x, 3 * x) - 3) < 1e-3",
    },
}
STUBS = {
    "standardize": "def standardize(x):\n    raise NotImplementedError",
    "fit": "def fit(x, y):\n    raise NotImplementedError",
}


@dataclass
class Cost:
    """wall, cpu: seconds. memory: of the largest process, in MB."""

    wall: float
    cpu: float
    memory: float

    def scaled(self, factor: float) -> "Cost":
        return Cost(self.wall * factor, self.cpu * factor, self.memory)


def marks(name: str, points: int = 0) -> dict:
    """nbgrader's metadata: of a test with points, else of an answer."""
    return {
        "nbgrader": {
            "grade": points > 0,
            "grade_id": name,
            "locked": points > 0,
            "schema_version": 3,
            "solution": points == 0,
            "task": False,
            **({"points": points} if points else {}),
        }
    }


def notebook(library: str, answers: dict[str, str]) -> nbformat.NotebookNode:
    cells = [new_code_cell(IMPORTS[library], id="imports")]
    for name, answer in answers.items():
        cells.append(new_code_cell(answer, metadata=marks(name), id=name))
        test = TESTS[library][name]
        cells.append(new_code_cell(test, metadata=marks(f"{name}_check", 2), id=f"{name}-check"))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def kinds(library: str) -> list[dict[str, str]]:
    """The answers of the submissions, in turn; most are right."""
    right = ANSWERS[library]
    return [right, right, {**right, "fit": WRONG["fit"]}, right, WRONG, STUBS]


def make_course(root: Path, library: str, size: int) -> None:
    """A plain nbgrader course with `size` submissions."""
    source = {
        name: answer.replace("\n", "\n    ### BEGIN SOLUTION\n", 1) + "\n    ### END SOLUTION"
        for name, answer in ANSWERS[library].items()
    }
    write(root / "source" / LESSON, notebook(library, source))
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    done = command(root, "nbgrader", "generate_assignment", LESSON)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    listed = kinds(library)
    for number in range(size):
        submission = notebook(library, listed[number % len(listed)])
        released = nbformat.read(root / "release" / LESSON / f"{LESSON}.ipynb", as_version=4)
        for given, cell in zip(released.cells, submission.cells, strict=True):
            cell.metadata = given.metadata
        write(root / "submitted" / f"student{number:03}" / LESSON, submission)


def write(folder: Path, content: nbformat.NotebookNode) -> None:
    folder.mkdir(parents=True)
    nbformat.write(content, folder / f"{LESSON}.ipynb")


def command(root: Path, *words: object) -> subprocess.CompletedProcess:
    """Run a module of this Python in the course's folder."""
    path = (
        f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # nbgrader looks for alembic there
    )
    words = [sys.executable, "-m", *map(str, words)]
    return subprocess.run(words, cwd=root, env={**os.environ, "PATH": path}, capture_output=True, text=True)


def measured(root: Path, *words: object) -> Cost:
    """What a command costs, with all that it starts, also what outlives it for a moment."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)  # orphans are ours to wait for
        started = time.perf_counter()
        done = command(root, *words)
        wall = time.perf_counter() - started
        try:
            while True:
                os.waitpid(-1, 0)
        except ChildProcessError:
            pass
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        report = [wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]
        failed = "" if done.returncode in (0, 1) else done.stdout + done.stderr
        os.write(writing, json.dumps([report, failed[-3000:]]).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        content = pipe.read()
    os.waitpid(pid, 0)
    report, failed = json.loads(content)
    if failed:
        raise SystemExit(f"{' '.join(map(str, words))} failed:\n{failed}")
    return Cost(*report)


def scores(root: Path) -> dict[str, float]:
    """The marks in a course's gradebook."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        return {one.student.id: one.score for one in book.assignment_submissions(LESSON)}


OWN = """
import json, sys, time
submissions = json.load(sys.stdin)
exec(submissions[0][0], {})
total = 0.0
for cells in submissions:
    used = []
    for _ in range(5):
        names, started = {}, time.process_time()
        for source in cells:
            try: exec(source, names)
            except Exception: pass
        used.append(time.process_time() - started)
    total += min(used)
print(total / len(submissions))
"""


def own_seconds(library: str) -> float:
    """What the cells and tests of an average submission take, with everything imported."""
    cells = [[cell.source for cell in notebook(library, answers).cells] for answers in kinds(library)]
    found = [
        float(subprocess.run([sys.executable, "-c", OWN], input=json.dumps(cells), capture_output=True, text=True,
                             check=True).stdout)
        for _ in range(3)
    ]  # fmt: skip
    return statistics.median(found)


def compare(library: str, size: int, workers: int, most_plain: int) -> tuple[Cost, Cost, bool]:
    """Ours, theirs, and whether theirs was measured at this size. Raises SystemExit when the marks differ."""
    with tempfile.TemporaryDirectory(prefix="grading-") as folder:
        ours, theirs = Path(folder, "ours"), Path(folder, "theirs")
        plain = min(size, most_plain)
        make_course(ours, library, size)
        make_course(theirs, library, plain)
        grade = ("autograder", "--course", ours, "grade", LESSON, "--workers", workers)
        our_cost = measured(ours, *grade)
        their_cost = measured(theirs, "nbgrader", "autograde", LESSON)
        found, wanted = scores(ours), scores(theirs)
        if len(found) != size or {name: found[name] for name in wanted} != wanted:
            raise SystemExit(f"the marks differ: {found} and {wanted}")
    return our_cost, their_cost.scaled(size / plain), plain == size


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 5], help="submissions (default 1 and 5)")
    parser.add_argument("--library", choices=LIBRARIES, help="what submissions import (default: each)")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)), help="of ours")
    parser.add_argument(
        "--most-plain", type=int, default=20, help="submissions that nbgrader grades (default 20)"
    )
    options = parser.parse_args()
    print(
        f"{options.workers} workers on {len(os.sched_getaffinity(0))} processors; load {os.getloadavg()[0]:.1f}"
    )
    print(
        f"{'class':>14} {'':10} {'per minute':>11} {'CPU s':>8} {'wall s':>8} {'overhead ms: CPU':>17} {'wall':>8} "
        f"{'MB':>6}"
    )
    for library in [options.library] if options.library else LIBRARIES:
        own, smaller = own_seconds(library), None
        for size in options.sizes:
            ours, theirs, exact = compare(library, size, options.workers, options.most_plain)
            lines = {"autograder": (ours, options.workers), "nbgrader": (theirs, 1)}
            for name, (cost, processors) in lines.items():
                cpu = 1000 * (cost.cpu / size - own)
                wall = 1000 * (cost.wall * min(processors, size) / size - own)
                note = "" if exact or name != "nbgrader" else f"  extrapolated from {options.most_plain}"
                what = f"{size} x {library}" if name == "autograder" else ""
                print(
                    f"{what:>14} {name:10} {60 * size / cost.wall:11.1f} {cost.cpu:8.1f} {cost.wall:8.1f} "
                    f"{cpu:17.0f} {wall:8.0f} {cost.memory:6.0f}{note}",
                    flush=True,
                )
            print(
                f"{'':14} {'ratio':10} {theirs.wall / ours.wall:11.1f} {theirs.cpu / ours.cpu:8.1f} "
                f"{theirs.wall / ours.wall:8.1f}   (a submission's own computing: {1000 * own:.1f} ms; same marks)"
            )
            if smaller and size > smaller[0]:
                more, used = size - smaller[0], ours.cpu - smaller[1].cpu
                print(
                    f"{'':14} each further submission costs autograder {1000 * (used / more - own):.0f} ms of CPU"
                )
            smaller = size, ours
    return 0


if __name__ == "__main__":
    sys.exit(main())
