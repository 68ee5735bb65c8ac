"""What students hand in when nothing is wrong with the file: good work, half work, wrong work, at all times."""

from __future__ import annotations

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from . import ALL, NOTHING, Material, case


def _later_tasks(material: Material) -> list[int]:
    count = len(material.tasks)
    return list(range((count + 1) // 2, count))


def _lost_by(number: int):
    return lambda material: material.wrong[number]["loses"]


@case()
def perfect(material: Material) -> None:
    """Every answer right."""
    material.hand_in(material.solved())


@case(earns=_later_tasks)
def half_done(material: Material) -> None:
    """The first half of the tasks; the others as they were handed out."""
    done = material.tasks[: (len(material.tasks) + 1) // 2]
    material.hand_in(material.notebook(**{task: material.answers[task] for task in done}))


@case(earns=NOTHING, flags=("untouched",), reason="no answer was changed")
def empty(material: Material) -> None:
    """The notebook as it was handed out."""
    material.hand_in(material.notebook())


@case(earns=_lost_by(0))
def wrong_answer(material: Material) -> None:
    """The first known wrong answer of the lesson."""
    wrong = material.wrong[0]
    material.hand_in(material.solved(**{wrong["task"]: wrong["source"]}))


@case(earns=_lost_by(-1))
def another_wrong_answer(material: Material) -> None:
    """The last known wrong answer of the lesson."""
    wrong = material.wrong[-1]
    material.hand_in(material.solved(**{wrong["task"]: wrong["source"]}))


@case(flags=("extended",), day=10)
def extended(material: Material) -> None:
    """Good work after the due date, within the extension that everyone may take."""
    material.hand_in(material.solved())


@case(status="needs_review", flags=("late",), reason="extensions.yml", day=20)
def late(material: Material) -> None:
    """Good work after the last day that counts: it is marked, and the instructor decides."""
    material.hand_in(material.solved())


@case()
def own_cells(material: Material) -> None:
    """An answer that needs a helper in a cell of the student's own, above it; notes and trials in between."""
    task = material.tasks[0]
    source = material.answers[task].replace("return ", "return _identity(", 1)
    head, _, tail = source.partition("_identity(")
    line, newline, rest = tail.partition("\n")
    notebook = material.solved(**{task: f"{head}_identity({line}){newline}{rest}"})
    at = material.cell(notebook, task)
    notebook.cells[at:at] = [
        new_markdown_cell("My notes: a helper first."),
        new_code_cell("def _identity(value):\n    return value"),
        new_code_cell("%time sum(range(10))"),
    ]
    material.hand_in(notebook)


@case()
def warns_on_stderr(material: Material) -> None:
    """A library that warns on stderr whenever a cell runs, tests included. Plain nbgrader gives 0 for that."""
    notebook = material.solved()
    source = (
        "import sys\n\n\ndef warn(info):\n    print('a warning of some library', file=sys.stderr)\n\n\n"
        "get_ipython().events.register('pre_run_cell', warn)"
    )
    notebook.cells.insert(0, new_code_cell(source))
    material.hand_in(notebook)


@case()
def with_outputs(material: Material) -> None:
    """Saved after running: outputs, execution counts, timing metadata, an old error below a test."""
    notebook = material.solved()
    for number, cell in enumerate(cell for cell in notebook.cells if cell.cell_type == "code"):
        cell.execution_count = number + 1
        cell.metadata["execution"] = {"iopub.status.busy": "2027-01-14T10:00:00.000Z"}
        cell.outputs = [new_output("error", ename="NameError", evalue="old", traceback=["old"])]
    material.hand_in(notebook)


@case()
def from_colab(material: Material) -> None:
    """Saved by Colab: no cell ids, its own metadata, format 4.0, everything else in place."""
    notebook = material.solved()
    for cell in notebook.cells:
        del cell["id"]
        cell.metadata["id"] = "aBcD1234"
        cell.metadata["outputId"] = "0f3a"
    notebook.nbformat_minor = 0
    notebook.metadata = {
        "colab": {"provenance": []},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
    }
    material.hand_in(nbformat.from_dict(notebook))


@case()
def answers_below_the_stubs(material: Material) -> None:
    """The stubs left as they are, and each answer in a new cell right below its stub."""
    notebook = material.notebook()
    written = []
    for cell in notebook.cells:
        written.append(cell)
        name = cell.metadata.get("nbgrader", {}).get("grade_id")
        if name in material.tasks:
            written.append(new_code_cell(material.answers[name]))
    notebook.cells = written
    material.hand_in(notebook)


@case()
def answered_twice(material: Material) -> None:
    """A first try left above the answer, under another name, with a mistake that is caught."""
    notebook = material.solved()
    at = material.cell(notebook, material.tasks[0])
    notebook.cells.insert(
        at, new_code_cell("try:\n    first_try()\nexcept NameError as error:\n    print(error)")
    )
    material.hand_in(notebook)


@case()
def with_a_plot(material: Material) -> None:
    """A figure drawn in a cell of the student's own."""
    notebook = material.solved()
    notebook.cells.append(new_code_cell("import matplotlib.pyplot as plt\n\nplt.plot([1, 2, 3]);"))
    material.hand_in(notebook)


@case(earns=ALL)
def only_the_code(material: Material) -> None:
    """All code, and no written answer."""
    material.hand_in(material.notebook(**{task: material.answers[task] for task in material.outline.tasks}))


@case(earns=[1])
def syntax_error(material: Material) -> None:
    """One answer that is not Python: it costs its own task and nothing else."""
    material.hand_in(material.solved(**{material.tasks[1]: "def answer(:\n    return"}))
