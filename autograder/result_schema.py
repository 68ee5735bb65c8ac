"""The schema of results, published: result.schema.json beside this file, and the tables of docs/results.md.

Both are made from `records` by `python -m autograder.result_schema`; a test compares them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from autograder.records import FLAGS, SCHEMA, Export, Report

FILE = Path(__file__).with_name("result.schema.json")
DOCS = Path(__file__).parents[1] / "docs" / "results.md"
BEGIN, END = "<!-- fields: written by `python -m autograder.result_schema` -->", "<!-- end of fields -->"
PARTS = ("Report", "Submission", "Test", "Marks")


def document() -> dict[str, Any]:
    """The JSON schema: of a report as `grade --json` writes it; `#/$defs/Export` is that of `export --to json`."""
    found = TypeAdapter(Export).json_schema()
    parts = found.pop("$defs")
    parts["Export"] = found
    for part in parts.values():
        part["description"] = _line(part["description"])
        part["required"] = list(part["properties"])  # all that is written has all keys
        for what in part["properties"].values():
            what.pop("title", None)
            what.pop("default", None)
            what["description"] = _line(what["description"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{SCHEMA.replace('/', ':')}",
        "title": SCHEMA,
        "description": TypeAdapter(Report).json_schema()["description"],
        "$ref": "#/$defs/Report",
        "$defs": parts,
    }


def tables() -> str:
    """Every field in words, in Markdown."""
    parts = document()["$defs"]
    lines = []
    for name in PARTS:
        lines += [
            f"### {name}",
            "",
            parts[name]["description"],
            "",
            "| Field | Type | Meaning |",
            "|---|---|---|",
        ]
        for field, what in parts[name]["properties"].items():
            lines.append(f"| `{field}` | {_type(what)} | {what['description']} |")
        lines.append("")
    lines += ["### Flags", "", "| Flag | Meaning |", "|---|---|"]
    lines += [f"| `{flag}` | {meaning} |" for flag, meaning in FLAGS.items()]
    return "\n".join(lines)


def page(text: str) -> str:
    """The page of the documentation with today's tables between its two markers."""
    before, rest = text.split(BEGIN, 1)
    return f"{before}{BEGIN}\n\n{tables()}\n\n{END}{rest.split(END, 1)[1]}"


def _type(what: dict[str, Any]) -> str:
    if "anyOf" in what:
        return " or ".join(_type(one) for one in what["anyOf"])
    if "enum" in what or "const" in what:
        return "one of " + ", ".join(f"`{word}`" for word in what.get("enum") or [what["const"]])
    if "$ref" in what:
        return what["$ref"].rpartition("/")[2]
    if what["type"] == "array":
        return f"list of {_type(what['items'])}"
    return what["type"]


def _line(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    FILE.write_text(json.dumps(document(), indent=2) + "\n", encoding="utf-8")
    DOCS.write_text(page(DOCS.read_text(encoding="utf-8")), encoding="utf-8")
