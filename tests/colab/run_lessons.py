"""Runs every student notebook of a folder in the environment of this Python, and names what went wrong.

    python tests/colab/run_lessons.py notebooks

Ends with 1 if a cell that should not ends in an error, or writes to stderr. Tests of homework that is not solved may
fail, and so may cells that say so.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient


def main(folder: str) -> int:
    wrong = 0
    notebooks = sorted(Path(folder).glob("*/*.ipynb"))
    for path in notebooks:
        notebook = nbformat.read(path, as_version=4)
        started = time.monotonic()
        resources = {"metadata": {"path": str(path.parent)}}
        NotebookClient(
            notebook, timeout=300, kernel_name="python3", allow_errors=True, resources=resources
        ).execute()
        found = list(problems(notebook))
        print(
            f"{path.stem}: {time.monotonic() - started:.1f} s, {'good' if not found else 'WRONG'}", flush=True
        )
        for problem in found:
            print(f"  {problem}")
        wrong += bool(found)
    return 1 if wrong or not notebooks else 0


def problems(notebook: nbformat.NotebookNode) -> Iterator[str]:
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        may_fail = marks.get("grade") or "raises-exception" in cell.metadata.get("tags", [])
        for output in cell.get("outputs", []):
            first = cell.source.partition("\n")[0]
            if output.output_type == "error" and not may_fail:
                yield f"{output.ename}: {output.evalue} in the cell: {first}"
            elif output.get("name") == "stderr":
                yield f"stderr: {output.text.strip()} in the cell: {first}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
