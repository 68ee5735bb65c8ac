"""What can be done to a notebook's file, and laid beside it."""

from __future__ import annotations

import copy
import json

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_output

from autograder.cells import is_test


def tests_of(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if is_test(cell)]


def tagged(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.metadata["tags"] = ["skip-execution", "raises-exception", "remove-cell"]


def thousand_points(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.metadata.nbgrader["points"] = 1000


def negative_points(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.metadata.nbgrader["points"] = -1


def swapped_ids(notebook: NotebookNode) -> None:
    tests = tests_of(notebook)
    ids = [cell.metadata.nbgrader.grade_id for cell in tests]
    for cell, name in zip(tests, ids[1:] + ids[:1], strict=True):
        cell.metadata.nbgrader["grade_id"] = name


def answers_are_tests(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.metadata.nbgrader.update(grade=True, points=5)


def tests_are_answers(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.metadata.nbgrader.update(grade=False, solution=True, locked=False)
        cell.source = "pass"


def tests_are_manual(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.metadata.nbgrader.update(solution=True)


def tests_are_tasks(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.metadata.nbgrader.update(task=True, grade=False)


def without_tests(notebook: NotebookNode) -> None:
    notebook.cells = [cell for cell in notebook.cells if not is_test(cell)]


def own_tests(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.source = "15.0"


def magic_tests(notebook: NotebookNode) -> None:
    for number, cell in enumerate(tests_of(notebook)):
        cell.source = ["%%script false\n", "%%javascript\n", "%%html\n", "%%capture\n"][
            number % 4
        ] + cell.source


def retyped_tests(notebook: NotebookNode) -> None:
    for number, cell in enumerate(tests_of(notebook)):
        cell.cell_type = ("markdown", "raw")[number % 2]
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def duplicated_tests(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        twin = copy.deepcopy(cell)
        twin.source, twin.id = "1.0", f"twin-{cell.metadata.nbgrader.grade_id}"[:60]
        notebook.cells.append(twin)


def unlocked_setup(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        if "def nearly" in cell.source:
            cell.source = cell.source.replace("abs(a - b) < TOLERANCE", "True")
            cell.metadata.nbgrader.update(locked=False, solution=True, grade_id="nearly")


def other_kernel(notebook: NotebookNode) -> None:
    notebook.metadata["kernelspec"] = {"name": "always-right", "display_name": "x", "language": "bash"}
    notebook.metadata["language_info"] = {"name": "bash"}


def saved_success(notebook: NotebookNode) -> None:
    for number, cell in enumerate(tests_of(notebook), 1):
        cell.execution_count = number
        cell.outputs = [new_output("execute_result", {"text/plain": "100.0"}, execution_count=number)]


def isolated_off(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell.metadata["autograder"] = {"isolated": False, "task": "given", "seconds": 9999, "forbids": []}


def checksums(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.source = "pass"
        cell.metadata.nbgrader["checksum"] = "0" * 32


def odd_schema(notebook: NotebookNode) -> None:
    for cell in tests_of(notebook):
        cell.metadata.nbgrader["schema_version"] = 99


def solved_below(notebook: NotebookNode) -> None:
    notebook.cells.append(
        new_code_cell("assert True", metadata=copy.deepcopy(tests_of(notebook)[0].metadata))
    )


def with_score_outputs(text: str) -> str:
    """A file whose test cells carry errors and scores that no notebook program would write."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["outputs"] = [
                {"output_type": "execute_result", "data": {"text/plain": "1e9"}, "metadata": {}}
            ]
            cell["metadata"]["autograder"] = {"score": 15, "status": "passed"}
    return json.dumps(notebook)


EDITS = {
    "tags that skip tests": tagged,
    "a thousand points": thousand_points,
    "negative points": negative_points,
    "grade ids of tests exchanged": swapped_ids,
    "answers declared tests": answers_are_tests,
    "tests declared answers": tests_are_answers,
    "tests declared manual": tests_are_manual,
    "tests declared tasks": tests_are_tasks,
    "tests deleted": without_tests,
    "tests replaced by a score": own_tests,
    "tests under magics that skip them": magic_tests,
    "tests turned into text": retyped_tests,
    "tests twice, once with a score": duplicated_tests,
    "the locked cell unlocked, and generous": unlocked_setup,
    "a kernel of one's own": other_kernel,
    "saved outputs with full marks": saved_success,
    "tests declared not isolated": isolated_off,
    "checksums of one's own": checksums,
    "a schema of the future": odd_schema,
    "own cells with the ids of tests": solved_below,
}  # fmt: skip

HELPER = {
    "double_": "def double_(numbers):\n    return -1\n"
    "def after_double(numbers):\n    return {'numbers': [2 * n for n in numbers], 'same': True, 'nearly': True}"
}

FILES = {
    "a helper of one's own beside the notebook": {"helper.py": "TOLERANCE = float('inf')"},
    "a package that hides the instructor's helper": {"helper/__init__.py": "TOLERANCE = float('inf')"},
    "libraries beside the notebook": {
        **{f"{name}.py": "def __getattr__(n): return lambda *a, **k: True" for name in ("numpy", "torchlet", "torch")},
        "expect.py": "def close(*a, **k): pass",
        "labkit/__init__.py": "",
        "labkit/expect.py": "def __getattr__(n): return lambda *a, **k: True",
    },
    "files that Python runs at its start": {
        "sitecustomize.py": "import builtins; builtins.abs = lambda x: 0",
        "usercustomize.py": "import builtins; builtins.abs = lambda x: 0",
        "x.pth": "import builtins; builtins.abs = lambda x: 0",
        ".ipython/profile_default/startup/00.py": "total = 5050",
        "pytest.ini": "[pytest]",
        "nbgrader_config.py": "c.Execute.enabled = False",
    },
}  # fmt: skip
