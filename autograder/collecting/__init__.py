"""Collecting: from what a platform hands out to `submitted/STUDENT/LESSON/`.

A `Tree` is what was opened, a folder or a zip archive, with its files and what of it is not read. Each platform's module
sorts a tree into `Parcel`s, one for each student. `store` puts them in place. Everything in them is a stranger's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import PurePosixPath

from autograder.untrusted import MAX_DEPTH, MAX_FILES, MAX_FOLDER, Refused, printable


@dataclass(frozen=True)
class Entry:
    """A file. path: in the tree, without anything that leads out of it. read: its content, of at most so many bytes."""

    path: PurePosixPath
    read: Callable[[int], bytes]


@dataclass
class Tree:
    """What was opened. repositories: folders that git made. refused: what is not read, and why."""

    entries: list[Entry] = field(default_factory=list)
    repositories: list[PurePosixPath] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@dataclass
class Parcel:
    """What one student handed in.

    name: what the platform calls the student. known: the platform's own numbers and names, by the roster's columns.
    entries: by the path that they get. time: when the platform received it (aware), where it says so.
    note: for the table. problem: why it is not taken, if so. unsure: why its name alone does not say whose it is.
    """

    name: str
    known: dict[str, str] = field(default_factory=dict)
    entries: dict[PurePosixPath, Entry] = field(default_factory=dict)
    time: datetime | None = None
    note: str = ""
    problem: str = ""
    unsure: str = ""

    def add(self, path: PurePosixPath, entry: Entry) -> None:
        if path in self.entries:
            self.problem = f"{printable(path)} is there twice"
        self.entries[path] = entry


@dataclass
class Sorted:
    """A tree by students, and what in it belongs to none of them. origin: whose it was, in words."""

    parcels: list[Parcel]
    left_out: list[str] = field(default_factory=list)
    origin: str = "nbgrader's exchange"


def content(parcel: Parcel) -> dict[PurePosixPath, bytes]:
    """All of a parcel's files. Raises `Refused` beyond the limits that a submission has."""
    if len(parcel.entries) > MAX_FILES:
        raise Refused(f"it holds more than {MAX_FILES} files")
    found, left = {}, MAX_FOLDER
    for path, entry in sorted(parcel.entries.items()):
        if len(path.parts) > MAX_DEPTH + 1:
            raise Refused(f"{printable(path)} lies more than {MAX_DEPTH} folders deep")
        try:
            found[path] = entry.read(left)
        except Refused as refused:
            if left < MAX_FOLDER:
                raise Refused(
                    f"{refused}; all files together may have {MAX_FOLDER // 1_000_000} MB"
                ) from None
            raise
        left -= len(found[path])
    return found


def below(folder: PurePosixPath, entries: Iterable[Entry]) -> dict[PurePosixPath, Entry]:
    """The entries in a folder, by their paths from there."""
    return {entry.path.relative_to(folder): entry for entry in entries if entry.path.is_relative_to(folder)}
