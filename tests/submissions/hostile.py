"""Submissions that would stop a grading, take more than their own time, or take points that nobody gave."""

from __future__ import annotations

import copy
import json
import os

import nbformat
from nbformat.v4 import new_code_cell

from . import ALL, NO_MARK, NOTHING, Material, case, tests_in


@case(earns=[1])
def endless_loop(material: Material) -> None:
    """An answer that never ends."""
    material.hand_in(material.solved(**{material.tasks[1]: "while True:\n    pass"}))


@case(earns=[1], flags=("restarted",))
def endless_and_deaf(material: Material) -> None:
    """An answer that never ends and swallows every interrupt."""
    source = (
        "import time\n\nwhile True:\n    try:\n        time.sleep(1)\n    except BaseException:\n        pass"
    )
    material.hand_in(material.solved(**{material.tasks[1]: source}))


@case(earns=[1], flags=("restarted",))
def kernel_killer(material: Material) -> None:
    """An answer that ends the process."""
    material.hand_in(material.solved(**{material.tasks[1]: "import os\n\nos._exit(1)"}))


@case(earns=[1])
def system_exit(material: Material) -> None:
    """An answer that asks Python to leave."""
    material.hand_in(material.solved(**{material.tasks[1]: "raise SystemExit(3)"}))


@case(earns=[1], flags=("output_cut",))
def endless_output(material: Material) -> None:
    """An answer that prints without end."""
    material.hand_in(material.solved(**{material.tasks[1]: "while True:\n    print('x' * 1000)"}))


@case(earns=[1])
def memory_hog(material: Material) -> None:
    """An answer that asks for 64 GB."""
    material.hand_in(material.solved(**{material.tasks[1]: "block = bytearray(64 * 2**30)"}))


@case(earns=NOTHING, flags=("untouched",))
def skipped_tests(material: Material) -> None:
    """No work, and a tag on every test that tells nbconvert to skip it: full marks in plain nbgrader."""
    notebook = material.notebook()
    for cell in tests_in(notebook):
        cell.metadata["tags"] = ["skip-execution"]
    material.hand_in(notebook)


@case(earns=NOTHING, flags=("untouched",))
def points_of_ones_own(material: Material) -> None:
    """No work, and a thousand points in the metadata of every test."""
    notebook = material.notebook()
    for cell in tests_in(notebook):
        cell.metadata.nbgrader["points"] = 1000
    material.hand_in(notebook)


@case(earns=NOTHING, flags=("untouched",))
def retyped_tests(material: Material) -> None:
    """No work, and every test declared an answer for a person to read."""
    notebook = material.notebook()
    for cell in tests_in(notebook):
        cell.metadata.nbgrader["solution"] = True
        cell.source += "\n# my answer"
    material.hand_in(notebook)


@case(earns=NOTHING)
def displays_a_score(material: Material) -> None:
    """Answers that display full marks and then fail: nbgrader takes the display for the score."""
    trick = "import sys\n\n\ndef {0}(*_, **__):\n    sys.displayhook(1.0)\n    raise ValueError('no')"
    material.hand_in(material.notebook(**{task: trick.format(task) for task in material.tasks}))


@case(status="failed", earns=NO_MARK, reason="not a notebook")
def deep_json(material: Material) -> None:
    """A million brackets."""
    material.hand_in('{"cells": ' + "[" * 1_000_000)


@case(status="failed", earns=NO_MARK, reason="cells")
def five_thousand_cells(material: Material) -> None:
    """A notebook of 5,000 cells."""
    notebook = material.solved()
    notebook.cells += [new_code_cell("1") for _ in range(5_000)]
    material.hand_in(json.dumps(notebook))


@case(status="failed", earns=NO_MARK, reason="larger than 20 MB: clear its outputs")
def huge_file(material: Material) -> None:
    """A notebook of 30 MB."""
    notebook = material.solved()
    notebook.metadata["padding"] = "x" * 30_000_000
    material.hand_in(json.dumps(notebook))


@case(status="failed", earns=NO_MARK, reason="is a link")
def linked_notebook(material: Material) -> None:
    """A link to a neighbour's notebook."""
    neighbour = material.folder.parent.parent / "perfect" / material.lesson / f"{material.name}.ipynb"
    material.folder.mkdir(parents=True)
    (material.folder / f"{material.name}.ipynb").symlink_to(neighbour)


@case(status="failed", earns=NO_MARK, reason="is a pipe")
def pipe(material: Material) -> None:
    """A pipe under the notebook's name: who opens it waits for ever."""
    material.folder.mkdir(parents=True)
    os.mkfifo(material.folder / f"{material.name}.ipynb")


@case(status="failed", earns=NO_MARK, reason="is a link or a file")
def linked_folder(material: Material) -> None:
    """The submission is a link to a neighbour's."""
    neighbour = material.folder.parent.parent / "perfect" / material.lesson
    material.folder.parent.mkdir(parents=True)
    material.folder.symlink_to(neighbour)


@case(status="failed", earns=NO_MARK, reason="rename the folder", student="=1+1")
def formula(material: Material) -> None:
    """A folder whose name is a formula."""
    material.hand_in(material.solved())


@case(status="failed", earns=NO_MARK, reason="rename the folder", student="two\nlines")
def two_lines(material: Material) -> None:
    """A folder whose name breaks a line."""
    material.hand_in(material.solved())


@case(status="needs_review", flags=("late",), day=30)
def claims_to_be_early(material: Material) -> None:
    """Far too late, with a timestamp.txt and a date of the year before."""
    path = material.hand_in(material.solved())
    (path.parent / "timestamp.txt").write_text("2020-01-01 00:00:00 UTC")
    os.utime(path, (1_577_836_800, 1_577_836_800))


@case()
def scripts_in_text(material: Material) -> None:
    """Scripts in everything that a page of feedback could show."""
    script = (
        "<script>document.title = 'owned'</script><img src=x onerror=alert(1)><svg onload=alert(2)></svg>"
    )
    notebook = material.solved()
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and "nbgrader" in cell.metadata:
            cell.source = (
                f"My answer. {script} [click](javascript:alert(3)) ![x](https://example.com/track.png)"
            )
    notebook.cells.append(new_code_cell(f"from IPython.display import HTML\nHTML({script!r})"))
    notebook.cells.append(new_code_cell(f"raise ValueError({script!r})"))
    material.hand_in(notebook)


@case()
def prints_hidden_tests(material: Material) -> None:
    """Cells at the end that print what ran before them, hidden tests included."""
    notebook = material.solved()
    notebook.cells.append(new_code_cell("print(In)\nprint(globals())"))
    material.hand_in(notebook)


@case(earns=ALL)
def forged_grade_ids(material: Material) -> None:
    """Own cells that carry the grade ids of tests."""
    notebook = material.solved()
    for cell in tests_in(notebook):
        own = new_code_cell("assert True", metadata=copy.deepcopy(cell.metadata))
        notebook.cells.append(own)
    material.hand_in(nbformat.from_dict(notebook))
