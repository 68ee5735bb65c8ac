"""A folder of students: `ada/notebook.ipynb`, or `ada/06_autograd/notebook.ipynb` as in submitted/."""

from __future__ import annotations

from pathlib import PurePosixPath

from autograder.collecting import Parcel, Sorted, Tree, below
from autograder.untrusted import printable


def parcels(tree: Tree, lesson: str) -> Sorted:
    found: dict[str, Parcel] = {}
    left_out = []
    for entry in tree.entries:
        student, *rest = entry.path.parts
        if not rest:
            left_out.append(f"{printable(entry.path)}: in no student's folder")
            continue
        parcel = found.setdefault(student, Parcel(student))
        parcel.add(PurePosixPath(*rest), entry)
    if any(path.parts[0] == lesson for parcel in found.values() for path in parcel.entries):
        for student, parcel in found.items():  # a folder of lessons: who has none of this name handed in none
            parcel.entries = below(PurePosixPath(student, lesson), parcel.entries.values())
    return Sorted([parcel for parcel in found.values() if parcel.entries], left_out)
