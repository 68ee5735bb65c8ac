"""A lesson's notebook run as plain nbgrader runs it: in a kernel, by nbgrader's own steps, without sandbox or judge."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder import cells
from autograder.wrong_answers import WrongAnswer


@dataclass(frozen=True)
class Marks:
    """What nbgrader gives a test, and what stands in its cell for the student to read."""

    score: float
    points: float
    told: str


@dataclass(frozen=True)
class Sitting:
    """One run in a kernel. answers: the wrong ones in it. seconds: for each cell."""

    kind: str
    notebook: NotebookNode
    files: Mapping[str, bytes]
    seconds: int
    answers: tuple[WrongAnswer, ...] = ()

    def run(self) -> dict[str, Marks]:
        """The marks of the tests, by id."""
        from nbgrader.preprocessors import ClearOutput, Execute, LimitOutput
        from nbgrader.utils import determine_grade
        from traitlets.config import Config

        config = Config()
        config.Execute.timeout = self.seconds
        config.Execute.extra_arguments = ["--log-level=ERROR"]  # a kernel warns on each start
        notebook = self.notebook
        with tempfile.TemporaryDirectory(prefix="check-", ignore_cleanup_errors=True) as folder:
            for name, content in self.files.items():
                path = Path(folder, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            resources: dict[str, Any] = {"metadata": {"path": folder}}
            for step in (ClearOutput, Execute, LimitOutput):
                notebook, resources = step(config=config).preprocess(notebook, resources)
        tests = [cell for cell in notebook.cells if cells.is_test(cell)]
        return {cells.grade_id(cell): Marks(*determine_grade(cell), told(cell)) for cell in tests}


def told(cell: NotebookNode) -> str:
    """What the outputs of a cell say: errors without their tracebacks, which quote the test, and all other text."""
    parts = []
    for output in cell.outputs:
        if output.output_type == "error":
            parts.append(f"{output.ename}: {output.evalue}")
        elif output.output_type == "stream":
            parts.append(output.text)
        else:
            parts.append(output.data.get("text/plain", ""))
    return "\n".join(parts)
