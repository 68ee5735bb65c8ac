"""What happens to honest notebooks on their way: editors, downloads, a wrong key."""

from __future__ import annotations

import codecs
import copy
import json

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell

from . import NO_MARK, NOTHING, Material, case, tests_in


@case(status="failed", earns=NO_MARK, reason="not valid JSON")
def broken_json(material: Material) -> None:
    """A download that stopped in the middle of the file."""
    text = nbformat.writes(material.solved())
    material.hand_in(text[: len(text) * 2 // 3])


@case(status="failed", earns=NO_MARK, reason="is empty")
def empty_file(material: Material) -> None:
    """A file of 0 bytes."""
    material.hand_in("")


@case(status="failed", earns=NO_MARK, reason="not valid JSON")
def login_page(material: Material) -> None:
    """The login page of a learning platform, saved under the notebook's name."""
    material.hand_in("<!DOCTYPE html><html><head><title>Sign in</title></head><body></body></html>")


@case(status="failed", earns=NO_MARK, reason="is not a notebook")
def another_json(material: Material) -> None:
    """Valid JSON, but no notebook."""
    material.hand_in('["a", "list"]')


@case(status="failed", earns=NO_MARK, reason="there is no notebook")
def another_file(material: Material) -> None:
    """Only a text file in the folder."""
    material.hand_in("my answers: 1, 2, 3", "answers.txt")


@case(status="failed", earns=NO_MARK, reason="format 3")
def format_of_2014(material: Material) -> None:
    """A notebook in Jupyter's format 3."""
    material.hand_in(
        json.dumps({"nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": []}], "metadata": {}})
    )


@case(status="needs_review", earns=NO_MARK, reason="right notebook")
def other_lesson(material: Material) -> None:
    """The notebook of something else, under this lesson's name."""
    cells = [new_markdown_cell("# Chemistry"), new_code_cell("water = 'H2O'"), new_code_cell("print(water)")]
    material.hand_in(nbformat.v4.new_notebook(cells=cells))


@case(flags=("recovered",))
def no_metadata(material: Material) -> None:
    """All metadata and cell ids stripped, as some tools do to keep version control quiet. nbgrader gives 0."""
    notebook = material.solved()
    for cell in notebook.cells:
        cell.metadata = {}
        del cell["id"]
    notebook.metadata, notebook.nbformat_minor = {}, 4
    material.hand_in(notebook)


@case(earns=NOTHING, flags=("untouched",))
def no_metadata_and_no_answers(material: Material) -> None:
    """Stripped of its metadata, and empty: an earned zero that says so."""
    notebook = material.notebook()
    for cell in notebook.cells:
        cell.metadata = {}
    material.hand_in(notebook)


@case(flags=("recovered",))
def duplicated_cells(material: Material) -> None:
    """Every cell copied with its metadata. One such cell makes nbgrader drop the whole class."""
    notebook = material.solved()
    notebook.cells = [copy.deepcopy(cell) for cell in notebook.cells for _ in range(2)]
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"cell-{number}"
    material.hand_in(notebook)


@case(flags=("recovered",))
def duplicated_stub(material: Material) -> None:
    """The empty stub copied below the answer, with its metadata."""
    notebook = material.solved()
    at = material.cell(notebook, material.tasks[0])
    stub = copy.deepcopy(material.release.cells[at])
    stub["id"] = "a-copy"
    notebook.cells.insert(at + 1, stub)
    material.hand_in(notebook)


@case(earns=[1], flags=("recovered",), reason="was deleted")
def deleted_answer(material: Material) -> None:
    """One answer cell deleted."""
    notebook = material.solved()
    del notebook.cells[material.cell(notebook, material.tasks[1])]
    material.hand_in(notebook)


@case()
def deleted_tests(material: Material) -> None:
    """All tests deleted, to make it run through."""
    notebook = material.solved()
    tests = tests_in(notebook)
    notebook.cells = [cell for cell in notebook.cells if cell not in tests]
    material.hand_in(notebook)


@case(flags=("recovered",))
def reordered_cells(material: Material) -> None:
    """The cells in reverse order."""
    notebook = material.solved()
    notebook.cells.reverse()
    material.hand_in(notebook)


@case(flags=("recovered",))
def split_cells(material: Material) -> None:
    """Each answer of several lines split in two, both parts with the metadata, as JupyterLab does it."""
    notebook, written = material.solved(), []
    for cell in notebook.cells:
        lines = cell.source.splitlines()
        if cell.metadata.get("nbgrader", {}).get("grade_id") not in material.tasks or len(lines) < 2:
            written.append(cell)
            continue
        for number, part in enumerate((lines[:1], lines[1:])):
            piece = copy.deepcopy(cell)
            piece.source, piece["id"] = "\n".join(part), f"{cell['id']}-{number}"
            written.append(piece)
    notebook.cells = written
    material.hand_in(notebook)


@case(flags=("recovered",))
def split_by_another_editor(material: Material) -> None:
    """As before, but the second part without metadata."""
    notebook = material.solved()
    at = material.cell(notebook, material.tasks[0])
    first, _, rest = notebook.cells[at].source.partition("\n")
    notebook.cells[at].source = first
    notebook.cells.insert(at + 1, new_code_cell(rest))
    material.hand_in(notebook)


@case(flags=("recovered",))
def merged_cells(material: Material) -> None:
    """An answer merged with all cells down to its visible test; its metadata is that of the first."""
    notebook = material.solved()
    task = material.tasks[0]
    at, end = material.cell(notebook, task), material.first_test(notebook, task)
    merged = [cell.source for cell in notebook.cells[at : end + 1] if cell.cell_type == "code"]
    notebook.cells[at].source = "\n".join(merged)
    del notebook.cells[at + 1 : end + 1]
    material.hand_in(notebook)


@case(flags=("recovered",))
def two_answers_in_one_cell(material: Material) -> None:
    """The second answer written into the cell of the first, and its own cell deleted."""
    notebook = material.solved()
    first, second = (material.cell(notebook, task) for task in material.tasks[:2])
    notebook.cells[first].source += "\n\n\n" + notebook.cells[second].source
    del notebook.cells[second]
    material.hand_in(notebook)


@case(earns=[1], flags=("recovered",))
def edited_tests(material: Material) -> None:
    """One answer missing, and the tests emptied so that they pass."""
    notebook = material.solved(**{material.tasks[1]: "pass"})
    for cell in tests_in(notebook):
        cell.source = "assert True"
    material.hand_in(notebook)


@case(flags=("recovered",))
def answer_turned_into_text(material: Material) -> None:
    """A code cell turned into a text cell by a wrong key."""
    notebook = material.solved()
    cell = notebook.cells[material.cell(notebook, material.tasks[0])]
    notebook.cells[notebook.cells.index(cell)] = new_markdown_cell(
        cell.source, metadata=cell.metadata, id=cell["id"]
    )
    material.hand_in(notebook)


@case()
def byte_order_mark_and_crlf(material: Material) -> None:
    """Written by an editor of Windows: byte order mark, CRLF in the file and in the cells."""
    notebook = material.solved()
    for cell in notebook.cells:
        cell.source = cell.source.replace("\n", "\r\n")
    text = nbformat.writes(notebook).replace("\n", "\r\n")
    material.hand_in(codecs.BOM_UTF8 + text.encode())


@case()
def utf16(material: Material) -> None:
    """Written by an editor that calls UTF-16 "Unicode"."""
    material.hand_in(nbformat.writes(material.solved()).encode("utf-16"))


@case()
def nan_and_long_numbers(material: Material) -> None:
    """NaN and a number of 10,000 digits in the metadata, which JSON does not have or Python refuses to read."""
    text = nbformat.writes(material.solved())
    extra = '"metadata": {"score": NaN, "big": ' + "9" * 10_000 + ", "
    material.hand_in(text.replace('"metadata": {', extra, 1))


@case(flags=("renamed",))
def renamed(material: Material) -> None:
    """The notebook under the student's own name."""
    material.hand_in(material.solved(), "my homework.ipynb")


@case(flags=("renamed",))
def downloaded_twice(material: Material) -> None:
    """Only the copy that a browser calls `(1)`, with .txt appended."""
    material.hand_in(material.solved(), f"{material.name} (1).ipynb.txt")


@case()
def with_an_old_copy(material: Material) -> None:
    """The right file, an old copy beside it, and Jupyter's checkpoint."""
    material.hand_in(material.solved())
    material.hand_in(material.notebook(), f"{material.name}-Copy1.ipynb")
    material.hand_in(material.notebook(), f".ipynb_checkpoints/{material.name}-checkpoint.ipynb")


@case(status="needs_review", earns=NO_MARK, reason="which one counts")
def worked_in_the_copy(material: Material) -> None:
    """The right file is empty, and a copy of it holds the work."""
    material.hand_in(material.notebook())
    material.hand_in(material.solved(), f"{material.name}-Copy1.ipynb")


@case(status="needs_review", earns=NO_MARK, reason="several notebooks")
def two_versions(material: Material) -> None:
    """Two notebooks with different answers, neither under the right name."""
    material.hand_in(material.solved(), "final.ipynb")
    material.hand_in(material.solved(**{material.tasks[0]: "pass"}), "final2.ipynb")


@case(flags=("extra_files",), reason="would replace the module numpy")
def shadowing_files(material: Material) -> None:
    """Files named like modules beside the notebook: they must not be imported in their place."""
    material.hand_in(material.solved())
    material.hand_in("raise SystemExit('the wrong numpy')", "numpy.py")
    material.hand_in("raise SystemExit('the wrong math')", "math/__init__.py")
    material.hand_in("1,2,3", "data.csv")


@case(reason="timestamp.txt is not a time")
def strange_timestamp(material: Material) -> None:
    """A timestamp.txt in which no time stands: nbgrader's formgrader stops at it, for the whole class."""
    path = material.hand_in(material.solved())
    (path.parent / "timestamp.txt").write_text("soon")


@case()
def strange_metadata(material: Material) -> None:
    """nbgrader's metadata with wrong types, an unknown kernel, and a schema from the future."""
    notebook = material.solved()
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"] |= {"schema_version": 99, "points": "many", "locked": None}
    notebook.cells[0].metadata["nbgrader"] = ["not", "a", "dict"]
    notebook.metadata["kernelspec"] = {"name": "julia-9.9", "display_name": "Julia", "language": "julia"}
    material.hand_in(json.dumps(notebook))


@case()
def broken_cells(material: Material) -> None:
    """Cells that are no cells: null, a number, a source that is a dict, an unknown kind."""
    document = json.loads(nbformat.writes(material.solved()))
    strange = [
        None,
        5,
        {"cell_type": "code", "source": {"a": 1}},
        {"cell_type": "heading", "source": ["x", 3]},
    ]
    document["cells"] += strange
    material.hand_in(json.dumps(document))
