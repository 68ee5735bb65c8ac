"""Lint of a lesson's text, with the same ruff as everything else."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.errors import Problem

if TYPE_CHECKING:
    from autograder.course import Course

# A notebook imports where it needs, looks at bare values, defines twice on purpose, and has long lines of prose.
NOTEBOOKS_MAY = "B018,E402,E501,F811"


def available() -> bool:
    """Whether ruff is installed beside this Python; it is a tool for developers, and no part of the grader."""
    return find_spec("ruff") is not None


def problems(course: Course, text: Path, shown: str) -> list[Problem]:
    """What ruff finds in a lesson's text, under the settings of the course's own pyproject.toml or ruff.toml."""
    command = [
        sys.executable,
        "-m",
        "ruff",
        "check",
        "--output-format=json",
        f"--extend-ignore={NOTEBOOKS_MAY}",
    ]
    done = subprocess.run([*command, str(text)], cwd=course.root, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        return [
            Problem(shown, None, f"ruff could not run: {done.stderr.strip()}", "run it by hand: ruff check")
        ]
    found = json.loads(done.stdout)
    repair = "repair it, or run: ruff check --fix"
    return [
        Problem(shown, one["location"]["row"], f"{one['code']} {one['message']}", repair) for one in found
    ]
