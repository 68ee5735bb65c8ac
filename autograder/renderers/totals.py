"""CSV with one line for each student and lesson."""

from __future__ import annotations

from dataclasses import asdict, fields

from autograder import sheets
from autograder.records import Marks
from autograder.renderers import Material

FIELDS = tuple(field.name for field in fields(Marks))


def render(material: Material) -> str:
    rows = [asdict(marks) | {"flags": " ".join(marks.flags)} for marks in material.marks()]
    return sheets.write(FIELDS, [[row[name] for name in FIELDS] for row in rows])
