"""`autograder grade` beside plain `nbgrader autograde`: the same submissions, the same marks, how much sooner?

For each size a class of so many submissions is made (right, half right, wrong and untouched in turn) and graded by
both commands as a user starts them, one after the other, on the same processors; the marks in the two gradebooks must
be equal. CPU seconds and peak memory are those of the command and of every process that it has started. The overhead
of a submission is the CPU time that it costs beyond its own cells and tests, which are timed in a process with
everything imported. It includes the start, which is paid once; `further` is the overhead of each submission beyond
those of the size before. `wall` is the time that passed, times the processors in use. Where nbgrader grades fewer
(--most-plain), its start and the cost of each further submission are extrapolated, and the line says so.

    python benchmarks/grading.py                          # 1 and 5 submissions, with NumPy and with torch
    python benchmarks/grading.py --sizes 1 20 200 --most-plain 10 --write docs/judge.md
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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

LESSON = "lesson"
LIBRARIES = ("numpy", "torch")
PR_SET_CHILD_SUBREAPER = 36
BEGIN, END = "<!-- benchmarks/grading.py: from here -->", "<!-- benchmarks/grading.py: to here -->"

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

    def and_further(self, other: "Cost", times: float) -> "Cost":
        """This cost, and so many times what `other` is above it."""
        wall, cpu = other.wall - self.wall, other.cpu - self.cpu
        return Cost(self.wall + times * wall, self.cpu + times * cpu, max(self.memory, other.memory))


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


class Sides:
    """What each command costs for a class of one library; the marks of both must be the same."""

    def __init__(self, library: str, workers: int, most_plain: int) -> None:
        self.library, self.workers, self.most_plain = library, workers, most_plain
        self.marks: dict[int, dict[str, float]] = {}
        self._plain: dict[int, Cost] = {}

    def ours(self, size: int) -> Cost:
        """Raises SystemExit when the marks are not those of nbgrader."""
        with tempfile.TemporaryDirectory(prefix="grading-") as folder:
            root = Path(folder)
            make_course(root, self.library, size)
            cost = measured(root, "autograder", "grade", LESSON, "--workers", self.workers)
            found = scores(root)
        self.plain(size)
        for wanted in self.marks.values():
            same = {name: found[name] for name in wanted.keys() & found.keys()}
            if len(found) != size or same != {name: wanted[name] for name in same}:
                raise SystemExit(f"the marks differ: {found} and {wanted}")
        return cost

    def plain(self, size: int) -> Cost:
        """Measured up to `most_plain` submissions; beyond, start and cost of each further one are extrapolated."""
        if size <= self.most_plain:
            return self._measured(size)
        one, most = self._measured(1), self._measured(self.most_plain)
        return one.and_further(most, (size - 1) / (self.most_plain - 1))

    def _measured(self, size: int) -> Cost:
        if size not in self._plain:
            with tempfile.TemporaryDirectory(prefix="grading-") as folder:
                root = Path(folder)
                make_course(root, self.library, size)
                self._plain[size] = measured(root, "nbgrader", "autograde", LESSON)
                self.marks[size] = scores(root)
        return self._plain[size]


@dataclass
class Line:
    """A class graded by one command. further: CPU seconds of each submission beyond a smaller class, if there was one."""

    size: int
    library: str
    command: str
    cost: Cost
    processors: int
    own: float
    measured: bool = True
    further: float | None = None

    def cells(self) -> list[str]:
        size, cost = self.size, self.cost
        wall = cost.wall * min(self.processors, size) / size - self.own
        further = "" if self.further is None else f"{1000 * (self.further - self.own):.0f}"
        return [
            f"{size} × {self.library}",
            self.command + ("" if self.measured else " (extrapolated)"),
            f"{60 * size / cost.wall:.1f}",
            f"{cost.cpu:.1f}",
            f"{1000 * (cost.cpu / size - self.own):.0f}",
            further,
            f"{1000 * wall:.0f}",
            f"{cost.memory:.0f}",
        ]


HEADS = ["class", "command", "per minute", "CPU s", "overhead ms", "further ms", "wall ms", "MB"]


def lines_of(sides: Sides, sizes: list[int]) -> Iterator[Line]:
    """Both commands for each size, in turn."""
    own, smaller = own_seconds(sides.library), {}
    for size in sorted(sizes):
        for command, processors in (("autograder grade", sides.workers), ("nbgrader autograde", 1)):
            cost = sides.plain(size) if processors == 1 and command.startswith("nb") else sides.ours(size)
            line = Line(size, sides.library, command, cost, processors, own)
            line.measured = command == "autograder grade" or size <= sides.most_plain
            if before := smaller.get(command):
                line.further = (cost.cpu - before.cost.cpu) / (size - before.size)
            smaller[command] = line
            yield line


def written(lines: list[Line], said: str) -> str:
    """The table for the documentation."""
    rows = [HEADS, ["---"] * len(HEADS), *(line.cells() for line in lines)]
    return "\n".join([said, "", *("| " + " | ".join(row) + " |" for row in rows)])


def put(file: Path, table: str) -> None:
    """Replace what stands between the two marks in a page."""
    page = file.read_text(encoding="utf-8")
    head, rest = page.split(BEGIN, 1)
    file.write_text(f"{head}{BEGIN}\n{table}\n{END}{rest.split(END, 1)[1]}", encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 5], help="submissions (default 1 and 5)")
    parser.add_argument("--library", choices=LIBRARIES, help="what submissions import (default: each)")
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)), help="of ours")
    parser.add_argument(
        "--most-plain", type=int, default=20, help="submissions that nbgrader grades, 2 or more (default 20)"
    )
    parser.add_argument(
        "--write", type=Path, metavar="PAGE", help="put the table into this page, between its marks"
    )
    options = parser.parse_args()
    said = (
        f"Measured with {options.workers} workers on {len(os.sched_getaffinity(0))} processors, on which "
        f"{os.getloadavg()[0]:.1f} processes were at work already."
    )
    print(said)
    print("{:>12} {:34} {:>10} {:>8} {:>12} {:>11} {:>8} {:>5}".format(*HEADS))
    found = []
    for library in [options.library] if options.library else LIBRARIES:
        sides = Sides(library, options.workers, max(2, options.most_plain))
        for line in lines_of(sides, options.sizes):
            found.append(line)
            print("{:>12} {:34} {:>10} {:>8} {:>12} {:>11} {:>8} {:>5}".format(*line.cells()), flush=True)
            if line.command == "nbgrader autograde":
                ours, theirs = found[-2].cost, line.cost
                print(
                    f"{'':12} {'times as many, for the same marks':34} {theirs.wall / ours.wall:10.1f}; "
                    f"of the CPU time {ours.cpu / theirs.cpu:.1%}; own computing {1000 * line.own:.1f} ms",
                    flush=True,
                )
    if options.write:
        put(options.write, written(found, said))
    return 0


if __name__ == "__main__":
    sys.exit(main())
