"""Whose parcel is it: a student's id by the roster, else the platform's own name made safe."""

from __future__ import annotations

import re
import unicodedata

from autograder.collecting import Parcel
from autograder.roster import Person, Roster, Unknown
from autograder.submission import name_problem
from autograder.untrusted import Refused, printable


def student(parcel: Parcel, roster: Roster | None) -> tuple[str, Person | None]:
    """The student's id, and the roster's line. Raises `Refused`."""
    if parcel.problem:
        raise Refused(parcel.problem)
    if roster is None:
        if parcel.unsure:
            raise Refused(f"{parcel.unsure}: give a class list, --roster")
        return safe(parcel.name), None
    try:
        person = roster.find("" if parcel.unsure else parcel.name, **parcel.known)
    except Unknown as unknown:
        raise Refused(str(unknown)) from None
    name = unicodedata.normalize("NFC", person.id)
    if name_problem(name):
        raise Refused(f"the roster's id `{printable(name)}` cannot be a folder's name")
    return name, person


def safe(name: str) -> str:
    """A name as a folder can have it: what cannot stand in one is `_`. Raises `Refused` if nothing is left."""
    name = unicodedata.normalize("NFC", name)
    name = re.sub(r"[^\w .@+-]|\.\.+", "_", name)[:100].strip(" .@+-_")
    if name_problem(name):
        raise Refused("its name cannot be made a student's id: give a class list, --roster")
    return name
