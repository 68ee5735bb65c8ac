"""A lesson's numbered sections: what a message means by "section 5", and where a student finds it again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from autograder import cells

if TYPE_CHECKING:
    from nbformat import NotebookNode

_HEADING = re.compile(r"^##[ \t]+(\d+)\.[ \t]+(.+)$", re.MULTILINE)
_NAMED = re.compile(r"\bsections?\s+((?:\d+(?:\s*,\s*|\s+and\s+)?)+)", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """A heading, and the notebook's address with this cell in view; no address where nobody published the course."""

    title: str
    address: str


def sections(notebook: NotebookNode, address: str) -> dict[str, Place]:
    """{number: its place} of the headings of the form `## 5. What is a leaf?` in the instructor's cells.

    address: the notebook's on Colab, or "".
    """
    found = {}
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and not cells.is_own(cell):
            for number, title in _HEADING.findall(cell.source):
                found.setdefault(number, Place(f"{number}. {title.strip()}", at(address, cell.id)))
    return found


def named(text: str, known: dict[str, Place]) -> list[Place]:
    """The sections that a text names ("section 1, and section 5"; "sections 2 and 3"), in its order."""
    numbers = [number for group in _NAMED.findall(text) for number in re.findall(r"\d+", group)]
    return [known[number] for number in dict.fromkeys(numbers) if number in known]


def task_place(notebook: NotebookNode, task: str, address: str) -> str:
    """The address of the nearest heading at or above the task's cell; "" without an address."""
    if all(cells.grade_id(cell) != task for cell in notebook.cells):
        return ""
    return at(address, cells.heading_above(notebook, task)[1] or task)


def at(address: str, cell: str) -> str:
    """Colab scrolls to the cell that its address names."""
    return f"{address}#scrollTo={quote(cell)}" if address else ""
