"""Everything that is known, as JSON: the reports in the schema of `records`, and the marks beside them."""

from __future__ import annotations

from pydantic import TypeAdapter

from autograder.records import Export
from autograder.renderers import Material

_EXPORT = TypeAdapter(Export)


def render(material: Material) -> str:
    export = Export(marks=material.marks(), reports=list(material.reports))
    return _EXPORT.dump_json(export, indent=2).decode() + "\n"
