"""Clones of students' repositories, side by side: `06_autograd-ada/`, as GitHub Classroom names them.

Which of a repository's folders is the submission: the one that holds the lesson's notebook. Dates of commits are what
the student's computer said, so no time comes from here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from autograder.collecting import Entry, Parcel, Sorted, Tree, below
from autograder.collecting.trees import CannotOpen
from autograder.roster import Roster
from autograder.untrusted import printable


def fits(tree: Tree, prefix: str) -> bool:
    """Whether a tree looks like clones. prefix: what stands before the student's name in that of a repository."""
    tops = {entry.path.parts[0] for entry in tree.entries}
    return bool(_roots(tree)) or (bool(tops) and all(_slug(top).startswith(_slug(prefix)) for top in tops))


def parcels(tree: Tree, lesson: str, notebooks: Iterable[str], prefix: str, roster: Roster | None) -> Sorted:
    """One for each repository."""
    roots = _roots(tree)
    if not roots:  # downloaded, not cloned
        roots = sorted({PurePosixPath(e.path.parts[0]) for e in tree.entries if len(e.path.parts) > 1})
    files = {f"{name}.ipynb" for name in notebooks}
    holds: dict[PurePosixPath | None, list[Entry]] = {root: [] for root in [*roots, None]}
    for entry in tree.entries:
        holds[next((place for place in entry.path.parents if place in holds), None)].append(entry)
    found = []
    for root in roots:
        name = owner(root.name, prefix, roster)
        parcel = Parcel(name, {"github": name})
        _choose(parcel, root, holds[root], lesson, files)
        found.append(parcel)
    left_out = [f"{printable(entry.path)}: in no repository" for entry in holds[None]]
    return Sorted(found, left_out)


def owner(name: str, prefix: str, roster: Roster | None) -> str:
    """Whose repository it is: what follows the prefix, else a login of the roster that it ends with, else all of it."""
    if _slug(name).startswith(_slug(prefix)):
        return name[len(prefix) :]
    known = [person.facts.get("github", "") for person in roster.people] if roster else []
    ending = [login for login in known if login and name.lower().endswith("-" + login.lower())]
    return max(ending, key=len, default=name)


def _roots(tree: Tree) -> list[PurePosixPath]:
    """The clones; one in another is a part of it."""
    places = sorted(tree.repositories)
    if PurePosixPath() in places:
        raise CannotOpen(
            reason="this is one repository; name the folder that holds all students' repositories"
        )
    return [place for place in places if not any(p != place and place.is_relative_to(p) for p in places)]


def _choose(parcel: Parcel, root: PurePosixPath, entries: list[Entry], lesson: str, files: set[str]) -> None:
    places = {entry.path.parent for entry in entries if entry.path.name in files}
    named = {place for place in places if place.name == lesson}
    places = named or places
    shallow = min((len(place.parts) for place in places), default=0)
    nearest = sorted(place for place in places if len(place.parts) == shallow)
    if len(nearest) > 1:
        shown = ", ".join(printable(place.relative_to(root)) for place in nearest[:3])
        parcel.problem = f"the lesson's notebook lies in several folders: {shown}"
        return
    place = nearest[0] if nearest else root
    parcel.entries = below(place, entries)
    if place != root:
        parcel.note = f"from {printable(place.relative_to(root))}/"


def _slug(name: str) -> str:
    return re.sub("[^a-z0-9]", "-", name.lower())
