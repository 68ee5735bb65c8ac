"""Run a notebook that is to be graded: a notebook in, the same with outputs and a verdict on every test out."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from nbformat import NotebookNode

from autograder import verdicts
from autograder.judge.host import host
from autograder.judge.judging import Judging
from autograder.records import Test
from autograder.runner.failures import PreloadedGone
from autograder.schema import Limits


@dataclass
class Executed:
    """notebook: with outputs; each code cell's metadata says under `autograded` what time and memory it took.

    tests: one per graded cell, in the notebook's order. flags: as in `records.FLAGS`.
    """

    notebook: NotebookNode
    tests: list[Test]
    flags: list[str] = field(default_factory=list)


def execute(
    notebook: NotebookNode,
    *,
    lesson_id: str,
    limits: Limits,
    seed: int,
    files: Path | None = None,
    given: Mapping[PurePosixPath, Path] | None = None,
    source: NotebookNode | None = None,
    sandboxed: bool = True,
    until_lost: bool = False,
) -> Executed:
    """Run `notebook` (fresh from the instructor's source, answers put in, hidden tests included) and judge its tests.

    limits: seconds for a cell and for all, memory, output. seed: of the tests' random inputs.
    files: a folder with what may lie beside the notebook. given: those files that are the instructor's; tests may
    import them. source: the notebook with the reference answers; it says which names an answer may define.
    until_lost: leave out all that comes after the first test that is lost.
    An endless loop, or the end of the process, ends no more than its cell: the cells before it are run again
    without it. Raises SandboxUnavailable where student code cannot be shut in, unless `sandboxed` is False.
    """
    beside = (
        {str(path.relative_to(files)): path for path in files.rglob("*") if path.is_file()} if files else {}
    )
    trusted = {str(name): path for name, path in (given or {}).items()}
    texts = [cell.source for cell in notebook.cells]

    def judged() -> Judging:
        parent = host(texts, sandboxed=sandboxed)
        run = Judging(copy.deepcopy(notebook), source, limits, seed, parent, until_lost)
        run.run(beside, trusted)
        return run

    try:
        run = judged()
    except PreloadedGone:  # killed from outside: what was in hand is done again
        run = judged()
    return Executed(run.notebook, verdicts.tests_of(run.notebook, run.outcomes), sorted(run.flags))
