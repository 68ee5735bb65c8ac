"""CSV in and out. What a spreadsheet would compute is written so that it does not."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AutograderError

COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\n")  # how a cell begins that a spreadsheet computes
LARGEST = 50_000_000  # bytes


class UnreadableSheet(AutograderError):
    what = "this cannot be read as a table: {problem}"
    repair = "export it again as CSV, in UTF-8"


@dataclass(frozen=True)
class Sheet:
    """A CSV file: its first line, the lines below, each as long as the first, and what separates the cells."""

    header: list[str]
    rows: list[list[str]]
    delimiter: str = ","


def read(file: Path) -> Sheet:
    """The table in a CSV file of any platform: with commas, semicolons or tabs, UTF-8 or UTF-16.

    Raises `UnreadableSheet`.
    """
    content = file.read_bytes()
    if len(content) > LARGEST:
        raise UnreadableSheet(where=file, problem="it is larger than 50 MB")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableSheet(where=file, problem=f"byte {error.start} is not UTF-8") from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(row)]
    except csv.Error as error:
        raise UnreadableSheet(where=file, problem=str(error)) from None
    if not rows:
        raise UnreadableSheet(where=file, problem="it is empty")
    header = [name.strip() for name in rows[0]]
    width = len(header)
    return Sheet(header, [(row + [""] * width)[:width] for row in rows[1:]], delimiter)


def write(header: Sequence[str], rows: Iterable[Sequence[object]], delimiter: str = ",") -> str:
    """A table as CSV (RFC 4180)."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow([safe(name) for name in header])
    writer.writerows([safe(value) for value in row] for row in rows)
    return file.getvalue()


def safe(value: object) -> object:
    """A value for a cell: None is empty, numbers are as short as they can be, and no text is a formula."""
    if value is None:
        return ""
    if isinstance(value, float):
        return number(value)
    if isinstance(value, str) and value.startswith(COMPUTED) and value != "-":  # a dash alone is no formula
        return "'" + value
    return value


def number(value: float) -> str:
    """Points as text: at most four digits behind the point, and no exponent, which platforms do not read."""
    return f"{value:.4f}".rstrip("0").rstrip(".")
