"""Which tests look at the student's process itself, and so cannot run anywhere else."""

from __future__ import annotations

import ast

from autograder.judge import names

# The shell, and the figures that a cell has drawn.
_SHELL = {"get_ipython", "In", "Out", "_ih", "_oh"}
_FIGURES = {"gcf", "gca", "get_fignums", "PlotChecker"}


def needs_students_process(source: str) -> bool:
    """Whether a test cell uses magics, the shell, or figures that were drawn before.

    A course says so with `"autograder": {"isolated": false}` in the cell's metadata; this finds what is plain.
    """
    tree = names.parse(source)
    if tree is None:
        return False
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in _SHELL | _FIGURES:
            return True
        if isinstance(node, ast.Attribute) and node.attr in _FIGURES:
            return True
    return False
