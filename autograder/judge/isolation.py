"""Which tests look at the student's process itself, and so cannot run anywhere else."""

from __future__ import annotations

import ast
from functools import lru_cache

from nbformat import NotebookNode

from autograder.judge import names

# The shell, and the figures that a cell has drawn.
_SHELL = {"get_ipython", "In", "Out", "_ih", "_oh"}
_FIGURES = {"gcf", "gca", "get_fignums", "PlotChecker"}


def runs_beside_answers(cell: NotebookNode) -> bool:
    """Whether a test cell runs in the student's process, which then has its code and what it expects.

    A course says so with `"autograder": {"isolated": false}` in the cell's metadata; what uses magics, the shell, or
    figures that were drawn before is found.
    """
    if not cell.metadata.get("autograder", {}).get("isolated", True):
        return True
    return _needs_shell_or_figures(cell.source)


@lru_cache(512)
def _needs_shell_or_figures(source: str) -> bool:
    tree = names.parse(source)
    if tree is None:
        return False
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in _SHELL | _FIGURES:
            return True
        if isinstance(node, ast.Attribute) and node.attr in _FIGURES:
            return True
    return False
