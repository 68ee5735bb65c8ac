"""The terminal, and what every verb receives from the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from autograder.course import Course

out = Console(highlight=False, soft_wrap=True)
err = Console(highlight=False, soft_wrap=True, stderr=True)


@dataclass
class Invocation:
    """What stood before the verb; a verb finds it as `ctx.obj`."""

    folder: Path | None = None

    @cached_property
    def course(self) -> Course:
        """The course of `--course DIR`, else the one that the current folder lies in."""
        from autograder.course import Course

        return Course.load(self.folder) if self.folder else Course.find(Path.cwd())


@contextmanager
def progress(doing: str, unit: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar with numbers, rate and time left on the terminal, as long as the block runs; call what it gives for each."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = [
        TextColumn(doing),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as shown:
        bar = shown.add_task(doing, total=total, rate="")

        def advance() -> None:
            task = shown.tasks[bar]
            rate = 60 * (task.completed + 1) / (task.elapsed or 1)
            shown.update(bar, advance=1, rate=f"{rate:.0f}/min")

        yield advance


def lessons_in_log(plan: Sequence[str], unit: str) -> Callable[[str], None]:
    """Where no bar is shown, as in the log of CI: a line for each lesson whose runs are all done.

    plan: the lesson of each run. Call what it gives after each run, with its lesson.
    """
    planned, done, began = Counter(plan), Counter(), monotonic()

    def finished(lesson: str) -> None:
        done[lesson] += 1
        if done[lesson] == planned[lesson] and not err.is_terminal:
            lessons = sum(done[one] == planned[one] for one in planned)
            runs = f"{done.total()} of {len(plan)} {unit}"
            so_far = f"{lessons} of {len(planned)} lessons, {runs}, after {monotonic() - began:.0f} s"
            err.print(f"{lesson} done: {so_far}", markup=False)

    return finished
