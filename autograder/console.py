"""The terminal, and what every verb receives from the command line."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
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
