"""Reading what a stranger made: folders with links and pipes in them, notebooks that are hardly JSON."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from autograder.handed_out import fits_checksum

MAX_FILES, MAX_DEPTH, MAX_FOLDER = 500, 8, 100_000_000  # entries, folders in folders, bytes
MAX_NOTEBOOK, MAX_CELLS, MAX_SOURCE = 20_000_000, 2_000, 1_000_000  # bytes, cells, characters of one cell


class Refused(Exception):
    """A submission, or a part of it, is not read. `str()` is the reason, for instructor and student."""


@dataclass(frozen=True)
class SubmittedCell:
    """A cell of a student's notebook, with nothing in it that nobody checked.

    grade_id, cell_id: empty when there is none. attachments: pictures pasted into text, by file name.
    as_given: whether it is locked and, by its checksum, as some edition of the lesson handed it out.
    """

    kind: str
    source: str
    grade_id: str = ""
    cell_id: str = ""
    attachments: dict[str, Any] = field(default_factory=dict)
    as_given: bool = False


@dataclass(frozen=True)
class Folder:
    """The regular files of a submitted folder (relative paths, in order), and why others are left out."""

    path: Path
    files: tuple[PurePosixPath, ...]
    left_out: tuple[str, ...]

    def digest(self) -> str:
        """A hash of all that is in the folder."""
        total = hashlib.sha256("\n".join(self.left_out).encode(errors="surrogatepass"))
        for name in self.files:
            total.update(f"\n{name}\n".encode(errors="surrogatepass"))
            total.update(hashlib.sha256(read_bytes(self.path / name, MAX_FOLDER)).digest())
        return total.hexdigest()


def is_real_folder(path: Path) -> bool:
    """Whether `path` is a folder itself, not a link to one."""
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def look(path: Path) -> Folder:
    """What is in a submitted folder, without opening any of it. Raises `Refused` beyond the limits."""
    files, left_out, size = [], [], 0
    for name, information in _entries(path, PurePosixPath(), MAX_DEPTH, left_out):
        if not stat.S_ISREG(information.st_mode):
            left_out.append(f"{printable(name)} is {_kind(information.st_mode)}, not a file")
            continue
        files.append(name)
        size += information.st_size
        if len(files) + len(left_out) > MAX_FILES:
            raise Refused(f"the folder holds more than {MAX_FILES} files")
        if size > MAX_FOLDER:
            raise Refused(f"the folder holds more than {MAX_FOLDER // 1_000_000} MB")
    return Folder(path, tuple(sorted(files)), tuple(sorted(left_out)))


def _entries(
    path: Path, below: PurePosixPath, depth: int, left_out: list[str]
) -> Iterator[tuple[PurePosixPath, os.stat_result]]:
    with os.scandir(path) as entries:
        for entry in entries:
            name = below / entry.name
            if not entry.is_dir(follow_symlinks=False):
                yield name, entry.stat(follow_symlinks=False)
            elif entry.name == ".ipynb_checkpoints":
                continue  # Jupyter's own copies of older states
            elif depth == 0:
                left_out.append(f"{printable(name)} lies more than {MAX_DEPTH} folders deep")
            else:
                yield from _entries(Path(entry.path), name, depth - 1, left_out)


def _kind(mode: int) -> str:
    kinds = {stat.S_ISLNK: "a link", stat.S_ISFIFO: "a pipe", stat.S_ISSOCK: "a socket"}
    return next((word for test, word in kinds.items() if test(mode)), "a device")


def read_bytes(path: Path, limit: int, repair: str = "") -> bytes:
    """The content of a regular file of at most `limit` bytes. Follows no link and waits for no pipe.

    Raises `Refused`; of a larger file with what to do about it.
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        raise Refused(f"{printable(path.name)} cannot be read: {error.strerror}") from None
    with open(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Refused(f"{printable(path.name)} is not an ordinary file")
        content = file.read(limit + 1)
    if len(content) > limit:
        raise Refused(f"{printable(path.name)} is larger than {limit // 1_000_000} MB{repair}")
    return content


def read_notebook(path: Path) -> list[SubmittedCell]:
    """The cells of a student's notebook. Raises `Refused` when it is no notebook, or beyond the limits.

    Reads UTF-8 and UTF-16, with or without byte order mark, any line ends, NaN, numbers of any length, cells
    whose metadata is broken. Outputs, and everything else that cannot count, are dropped.
    """
    name = printable(path.name)
    return [_cell(cell, name) for cell in read_document(path)["cells"]]


def read_document(path: Path) -> dict[str, Any]:
    """A student's notebook as JSON: its `cells` are a list of dicts, and nothing else of it was checked.

    Raises `Refused` as `read_notebook` does.
    """
    name = printable(path.name)
    content = read_bytes(path, MAX_NOTEBOOK, ": clear its outputs, and hand it in again")
    document = _parse(_decode(content, name), name)
    if not isinstance(document, dict):
        raise Refused(f"{name} is not a notebook: it holds {type(document).__name__} instead of cells")
    cells, version = document.get("cells"), document.get("nbformat")
    if not isinstance(cells, list):
        if "worksheets" in document:
            raise Refused(f"{name} is in Jupyter's format 3 of before 2015: open and save it in JupyterLab")
        raise Refused(f"{name} is not a notebook: it has no list of cells")
    if type(version) is int and version > 4:
        raise Refused(f"{name} is in Jupyter's format {version}; formats 4.0 to 4.5 can be graded")
    if len(cells) > MAX_CELLS:
        raise Refused(f"{name} has {len(cells)} cells; more than {MAX_CELLS} are not graded")
    return {**document, "cells": [cell for cell in cells if isinstance(cell, dict)]}


def _decode(content: bytes, name: str) -> str:
    if not content.strip():
        raise Refused(f"{name} is empty: 0 bytes were handed in")
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(f"{name} is not text in UTF-8: byte {error.start} is not part of any letter") from None


def _parse(text: str, name: str) -> Any:
    try:
        return json.loads(text, parse_int=_integer, parse_constant=lambda word: None)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        cut = " (the file seems to be cut off)" if error.pos >= len(text.rstrip()) - 1 else ""
        raise Refused(f"{name} is not valid JSON: {error.msg} at {place}{cut}") from None
    except (RecursionError, ValueError) as error:
        raise Refused(f"{name} is not a notebook: {type(error).__name__} while reading it") from None


def _integer(digits: str) -> int | None:
    return int(digits) if len(digits) < 20 else None


def _cell(cell: dict[str, Any], name: str) -> SubmittedCell:
    source = cell.get("source")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    source = source if isinstance(source, str) else ""
    if len(source) > MAX_SOURCE:
        raise Refused(f"{name} has a cell of {len(source)} characters; more than {MAX_SOURCE} are not graded")
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    # A lone surrogate is no letter of any text, and nothing that writes UTF-8 can keep it.
    source = source.encode(errors="replace").decode()
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    grade_id = grade_id if isinstance(grade_id, str) else ""
    attachments = cell.get("attachments")
    kind = cell.get("cell_type") if cell.get("cell_type") in ("code", "markdown") else "raw"
    return SubmittedCell(
        kind=kind,
        source=source,
        grade_id=grade_id,
        cell_id=cell.get("id") if isinstance(cell.get("id"), str) else "",
        attachments=_pictures(attachments) if isinstance(attachments, dict) else {},
        as_given=bool(grade_id and fits_checksum(kind, source, marks)),
    )


def _pictures(attachments: dict[str, Any]) -> dict[str, dict[str, str]]:
    bundles = {name: bundle for name, bundle in attachments.items() if isinstance(bundle, dict)}
    return {
        name: {
            kind: data
            for kind, data in bundle.items()
            if kind in ("image/png", "image/jpeg", "image/gif", "image/webp") and isinstance(data, str)
        }
        for name, bundle in bundles.items()
    }


def printable(name: object) -> str:
    """A file's name for a message: characters that do not print as escapes, cut to a readable length."""
    text = str(name)
    shown = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    return shown if len(shown) <= 80 else shown[:77] + "..."
