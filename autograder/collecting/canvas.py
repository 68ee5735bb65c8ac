"""Canvas's "Download submissions": `lovelaceada_LATE_71_9001_06_autograd-1.ipynb` for each file.

71 is the student's number, 9001 the file's. Canvas appends -1, -2 to the name of a file that is handed in again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from autograder.collecting import Entry, Parcel, Sorted, Tree
from autograder.untrusted import printable

# The student's name comes first and holds no number between two `_`, so a file's name cannot pass for it.
_ENTRY = re.compile(r"(?P<name>.+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<number>\d+)_(?P<file>.+)")
_ANONYMOUS = re.compile(r"(?P<late>LATE_)?(?P<name>anon_[^_]+)_(?P<number>\d+)_(?P<file>.+)")
_AGAIN = re.compile(r"(?P<stem>.+)-(?P<count>\d+)")
DEPTH = 2  # the files lie side by side, perhaps in one folder


def fits(path: PurePosixPath) -> bool:
    return len(path.parts) <= DEPTH and _match(path) is not None


def parcels(tree: Tree, notebooks: Iterable[str]) -> Sorted:
    """The files by student. notebooks: the lesson's, by name; a later one takes the name of the first."""
    found: dict[str, Parcel] = {}
    left_out = []
    for entry in tree.entries:
        match = _match(entry.path) if len(entry.path.parts) <= DEPTH else None
        if match is None:
            left_out.append(f"{printable(entry.path)}: not the name of an uploaded file in Canvas")
            continue
        user = match.groupdict().get("user") or ""
        name = f"{match['name']}_{user}" if user else match["name"]  # two of one name are two students
        parcel = found.setdefault(name, Parcel(name, {"canvas_id": user}))
        parcel.note = "late, says Canvas" if match["late"] else parcel.note
        parcel.add(PurePosixPath(match["file"]), entry)
    for parcel in found.values():
        parcel.entries = _latest(parcel.entries, set(notebooks))
    return Sorted(list(found.values()), left_out)


def _match(path: PurePosixPath) -> re.Match | None:
    return _ANONYMOUS.fullmatch(path.name) or _ENTRY.fullmatch(path.name)


def _latest(entries: dict[PurePosixPath, Entry], notebooks: set[str]) -> dict[PurePosixPath, Entry]:
    """The lesson's notebook with the highest count gets its name back; an earlier one beside it is kept as -0."""
    renamed = dict(entries)
    for name in notebooks:
        counts = {
            int(match["count"]): path
            for path in entries
            if path.suffix == ".ipynb" and path.stem not in notebooks
            if (match := _AGAIN.fullmatch(path.stem)) and match["stem"] == name
        }
        first = PurePosixPath(f"{name}.ipynb")
        if not counts:
            continue
        if first in renamed:
            renamed[PurePosixPath(f"{name}-0.ipynb")] = renamed[first]
        renamed[first] = renamed.pop(counts[max(counts)])
    return renamed
