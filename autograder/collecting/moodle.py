"""Moodle's "Download all submissions": `Ada Lovelace_501_assignsubmission_file/notebook.ipynb` for each student.

Older ones end the folder's name in `_`; without folders the file's own name follows. 501 is the student's number in this
one assignment; in the next it is another.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from autograder.collecting import Parcel, Sorted, Tree
from autograder.untrusted import printable

# The first folder that looks so counts: a student may call a file as Moodle calls another student's folder.
_ENTRY = re.compile(
    r"(?:[^/]+/)*?(?P<name>[^/]+?)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)(?:_?/|_)(?P<file>.+)"
)
ANONYMOUS = "Participant"


def fits(path: PurePosixPath) -> bool:
    return _ENTRY.fullmatch(path.as_posix()) is not None


def parcels(tree: Tree) -> Sorted:
    found: dict[tuple[str, str], Parcel] = {}
    left_out = []
    for entry in tree.entries:
        match = _ENTRY.fullmatch(entry.path.as_posix())
        if match is None:
            left_out.append(f"{printable(entry.path)}: not a name that Moodle gives")
        elif match["kind"] != "file":
            left_out.append(f"{printable(entry.path)}: text typed into Moodle, not a file")
        else:
            key = match["name"], match["number"]
            parcel = found.setdefault(key, Parcel(match["name"], {"moodle_id": match["number"]}))
            parcel.add(PurePosixPath(match["file"]), entry)
    names = [name for name, _ in found]
    for (name, _), parcel in found.items():
        if names.count(name) > 1 or name == ANONYMOUS:
            parcel.unsure = "the name alone does not say who it is"
    return Sorted(list(found.values()), left_out)
