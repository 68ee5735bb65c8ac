"""A lesson's text: the percent format, in which a notebook is a Python file with `# %%` before each cell."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from autograder import cells

if TYPE_CHECKING:
    from nbformat import NotebookNode

# Cells with this tag are made from course.yml on each build; in a source they are left from an earlier one.
GENERATED = "generated"
# Pairs the notebook with its text, so that a teacher who edits it in JupyterLab edits the text, and leaves no
# header in the text that would change with each version of jupytext.
PAIRING = {"formats": "ipynb,py:percent", "notebook_metadata_filter": "-all"}
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}

_MARKER = re.compile(r"^#\s*%%(?!%)")
_CELL_ID = re.compile(r"^[a-zA-Z0-9_-]{1,64}$")


def read(text: str) -> NotebookNode:
    """The notebook that a percent text describes, without outputs and without generated cells.

    Each cell's metadata carries `line`, the line (from 1) of its `# %%` marker; `without_lines` removes it.
    """
    import jupytext

    notebook = jupytext.reads(text, fmt="py:percent")
    lines = [i for i, line in enumerate(text.splitlines(), 1) if _MARKER.match(line)]
    if len(lines) == len(notebook.cells) - 1:  # text before the first marker is a cell of its own
        lines.insert(0, 1)
    if len(lines) == len(
        notebook.cells
    ):  # a marker inside a string makes them differ: then there are no lines
        for cell, line in zip(notebook.cells, lines, strict=True):
            cell.metadata["line"] = line
    notebook.cells = [cell for cell in notebook.cells if GENERATED not in cell.metadata.get("tags", [])]
    notebook.metadata.clear()
    notebook.metadata["kernelspec"] = dict(KERNELSPEC)
    notebook.metadata["language_info"] = {"name": "python"}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return notebook


def without_lines(notebook: NotebookNode) -> NotebookNode:
    """The same notebook object, with the line numbers of its text taken out."""
    for cell in notebook.cells:
        cell.metadata.pop("line", None)
    return notebook


def write(notebook: NotebookNode) -> str:
    """The percent text of a notebook: the opposite of `read`."""
    import jupytext
    from nbformat.v4 import new_notebook

    kept = [cell for cell in notebook.cells if GENERATED not in cell.metadata.get("tags", [])]
    return jupytext.writes(new_notebook(cells=kept, metadata={"jupytext": dict(PAIRING)}), fmt="py:percent")


def set_cell_ids(notebook: NotebookNode) -> NotebookNode:
    """The same notebook object with ids that depend on nothing but its content.

    An id is the cell's grade_id, else a hash of its source and its number among equal cells: so an edit
    changes one id, and not those of all cells below.
    """
    taken: set[str] = set()
    for cell in notebook.cells:
        name = cells.grade_id(cell) or ("header" if GENERATED in cell.metadata.get("tags", []) else "")
        if not _CELL_ID.match(name) or name in taken:
            digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
            number = 0
            while (name := f"{digest}-{number}") in taken:
                number += 1
        cell["id"] = name
        taken.add(name)
    return notebook


def digest(notebook: NotebookNode) -> str:
    """A hash of what a person writes in a notebook: text, kind and metadata of the cells; not outputs or ids.

    Generated cells do not count: they change with course.yml.
    """
    # What editors add on their own does not count either.
    noise = {"ExecuteTime", "collapsed", "execution", "jupyter", "lines_to_next_cell", "scrolled", "trusted"}
    written = []
    for cell in notebook.cells:
        if GENERATED not in cell.metadata.get("tags", []):
            metadata = {key: value for key, value in cell.metadata.items() if key not in noise}
            written.append([cell.cell_type, cell.source, metadata])
    return hashlib.sha256(json.dumps(written, sort_keys=True).encode()).hexdigest()
