"""Whether a lesson prints the same with `import torch` as with `import torchlet as torch`."""

from __future__ import annotations

import copy
import re
from dataclasses import dataclass

from nbformat import NotebookNode

from autograder import cells

CORE_ONLY = "core-only"  # the tag of cells that cannot print the same
_IMPORT = re.compile(r"^([ \t]*)import torchlet as torch\b", re.MULTILINE)
_ADDRESS = re.compile(r"0x[0-9a-f]+")


@dataclass(frozen=True)
class Difference:
    """A cell (by its index) that prints something else: the first line that differs, "" where there is none."""

    cell: int
    source: str
    torchlet: str
    torch: str


@dataclass(frozen=True)
class Parity:
    """compared, core_only, varying: numbers of cells; the latter print differently from run to run by themselves."""

    differences: tuple[Difference, ...]
    compared: int
    core_only: int
    varying: int


def uses_torchlet(notebook: NotebookNode) -> bool:
    return any(cell.cell_type == "code" and _IMPORT.search(cell.source) for cell in notebook.cells)


def with_torch(notebook: NotebookNode) -> NotebookNode:
    """A copy in which PyTorch takes torchlet's place."""
    notebook = copy.deepcopy(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = _IMPORT.sub(r"\1import torch", cell.source)
    return notebook


def is_core_only(cell: NotebookNode) -> bool:
    return CORE_ONLY in cell.metadata.get("tags", [])


def compare(torchlet: NotebookNode, torch: NotebookNode, again: NotebookNode) -> Parity:
    """Compare what the code cells of executed notebooks printed. `again`: a second run with torchlet."""
    differences, compared, core_only, varying = [], 0, 0, 0
    for i, (ours, theirs, second) in enumerate(zip(torchlet.cells, torch.cells, again.cells, strict=True)):
        if ours.cell_type != "code" or cells.is_test(ours):
            continue  # a test's verdict is compared as such
        if is_core_only(ours):
            core_only += 1
        elif printed(ours) != printed(second):
            varying += 1
        else:
            compared += 1
            if printed(ours) != printed(theirs):
                differences.append(
                    Difference(i, ours.source, *_first_difference(printed(ours), printed(theirs)))
                )
    return Parity(tuple(differences), compared, core_only, varying)


def printed(cell: NotebookNode) -> str:
    """The text that a cell printed and showed; not stderr, not figures."""
    parts = []
    for output in cell.outputs:
        if output.output_type == "stream" and output.name == "stdout":
            parts.append(output.text)
        elif output.output_type == "execute_result" and "text/html" not in output.data:
            parts.append(output.data.get("text/plain", "") + "\n")
        elif output.output_type == "error":
            parts.append(f"{output.ename}: {output.evalue}\n")
    return _ADDRESS.sub("0x...", "".join(parts))


def _first_difference(one: str, other: str) -> tuple[str, str]:
    left, right = one.splitlines(), other.splitlines()
    for i in range(max(len(left), len(right))):
        pair = (left[i] if i < len(left) else "", right[i] if i < len(right) else "")
        if pair[0] != pair[1]:
            return pair
    return one, other  # they differ in the end of the last line
