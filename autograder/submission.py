"""Intake: from the folder of submissions to the cells of each student's notebook."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

from autograder.course import Course
from autograder.matching import match, places, same
from autograder.untrusted import (
    MAX_FOLDER,
    Folder,
    Refused,
    SubmittedCell,
    is_real_folder,
    look,
    printable,
    read_bytes,
    read_notebook,
)
from autograder.versions import Versions

NAME = re.compile(
    r"\w(?:[\w .@+-]{0,98}\w)?"
)  # no separators, no leading dot, nothing a spreadsheet computes
NOTEBOOK_ENDS = (".ipynb", ".ipynb.txt", ".ipynb.json", ".json")
BELONGS = 0.3  # a notebook with at least this share of the lesson's cells is a state of the lesson's notebook


class Unclear(Refused):
    """What was handed in cannot be chosen with certainty: a person must look."""


@dataclass(frozen=True)
class Handed:
    """One student's folder for a lesson. problem: why it is not even opened; empty when it may be."""

    student: str
    folder: Path
    problem: str = ""


@dataclass
class Intake:
    """What of a submission counts.

    notebooks: the cells by the name of the lesson's notebook; those that were not handed in are not there.
    files: other files that student code may find beside it, by relative path.
    """

    notebooks: dict[str, list[SubmittedCell]]
    files: dict[PurePosixPath, Path] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def handed_in(course: Course, lesson: str) -> list[Handed]:
    """Who handed in something for a lesson, by name. Nothing is opened."""
    found = []
    for path in sorted(course.submitted_dir.glob("*")) if course.submitted_dir.is_dir() else []:
        folder = path / lesson
        if path.is_symlink():
            problem = "the student's folder is a link to another place; put the submission itself there"
            found.append(Handed(printable(path.name), folder, problem))
        elif path.is_dir() and (folder.is_symlink() or folder.exists()):
            problem = name_problem(path.name)
            if not problem and not is_real_folder(folder):
                problem = "the submission is a link or a file, not a folder; put the submission itself there"
            found.append(
                Handed(path.name if not name_problem(path.name) else printable(path.name), folder, problem)
            )
    return found


def name_problem(name: str) -> str:
    """Why a folder's name cannot be a student's id; empty when it can."""
    if NAME.fullmatch(unicodedata.normalize("NFC", name)) and ".." not in name:
        return ""
    return (
        "the folder's name cannot be a student's id (letters, digits, and . _ - @ + or spaces inside; "
        "up to 100 characters): rename the folder"
    )


def take_in(folder: Path, versions: Sequence[Versions], given: Sequence[PurePosixPath]) -> Intake:
    """Read one submission. given: the files that the instructor puts beside the notebook; they win.

    Raises `Refused` (cannot be graded) or `Unclear` (a person must choose), with the reason.
    """
    content = look(folder)
    intake = Intake({})
    if content.left_out:
        intake.flags.append("extra_files")
        intake.notes.append("left out: " + "; ".join(content.left_out[:5]))
    chosen: set[PurePosixPath] = set()
    for version in versions:
        _choose(version, content, versions, intake, chosen)
    if not intake.notebooks:
        there = ", ".join(printable(name) for name in content.files[:5]) or "nothing"
        expected = " or ".join(f"{version.name}.ipynb" for version in versions)
        odd = "".join(f"; {reason}" for reason in [*content.left_out, *_unreadable(content)][:3])
        raise Refused(f"there is no notebook {expected}; in the folder: {there}{odd}")
    _beside(content, chosen, given, intake)
    return intake


def _choose(
    version: Versions,
    content: Folder,
    versions: Sequence[Versions],
    intake: Intake,
    chosen: set[PurePosixPath],
) -> None:
    """Take the file that is this notebook of the lesson: by its name, else by its content."""
    exact = PurePosixPath(f"{version.name}.ipynb")
    names = {PurePosixPath(f"{other.name}.ipynb") for other in versions}
    others = _readable(content, {n for n in content.files if n not in names and is_notebook(n)} - chosen)
    others = {name: cells for name, cells in others.items() if _belongs(cells, version)}
    if exact in content.files:
        cells = read_notebook(content.path / exact)
        answered = [name for name, rival in others.items() if _answered(rival, version)]
        if answered and not _answered(cells, version):
            raise Unclear(f"{exact} holds no answers, but {printable(answered[0])} does: which one counts?")
        chosen.add(exact)
        intake.notebooks[version.name] = cells
        return
    if not others and len(versions) == 1:  # a notebook without a trace of the lesson: recovery says so
        others = _readable(content, {name for name in content.files if name.suffix == ".ipynb"})
    texts = {name: [cell.source for cell in cells] for name, cells in others.items()}
    distinct = [name for i, name in enumerate(texts) if texts[name] not in list(texts.values())[:i]]
    answered = [name for name in distinct if _answered(others[name], version)]
    candidates = answered if len(distinct) > 1 and answered else distinct
    if len(candidates) > 1:
        raise Unclear("several notebooks could be the one: " + ", ".join(map(printable, candidates)))
    if candidates:
        chosen.update(texts)
        intake.flags.append("renamed")
        intake.notes.append(f"{printable(candidates[0])} was taken for {exact}")
        intake.notebooks[version.name] = others[candidates[0]]


def is_notebook(name: PurePosixPath) -> bool:
    """Whether a file's name says that it is a notebook, with what browsers append to it."""
    return name.name.lower().endswith(NOTEBOOK_ENDS)


def _readable(content: Folder, names: set[PurePosixPath]) -> dict[PurePosixPath, list[SubmittedCell]]:
    found = {}
    for name in sorted(names):
        try:
            found[name] = read_notebook(content.path / name)
        except Refused:
            continue
    return found


def _unreadable(content: Folder) -> Iterator[str]:
    """Why notebooks under other names are not read."""
    for name in filter(is_notebook, content.files):
        try:
            read_notebook(content.path / name)
        except Refused as refused:
            yield str(refused)


def _belongs(cells: Sequence[SubmittedCell], version: Versions) -> bool:
    return match(places(version), cells).share_found() >= BELONGS


def _answered(cells: Sequence[SubmittedCell], version: Versions) -> bool:
    """Whether a notebook holds anything in code or text that was not handed out."""
    given = [cell.source for cell in version.release.cells]
    return any(cell.source.strip() and not any(same(cell.source, text) for text in given) for cell in cells)


def _beside(
    content: Folder, chosen: set[PurePosixPath], given: Sequence[PurePosixPath], intake: Intake
) -> None:
    """The student's other files, but for those that would replace the instructor's or a module."""
    taken = {PurePosixPath(name) for name in given} | {PurePosixPath(name.parts[0]) for name in given}
    modules = {
        name.parts[0].partition(".")[0] for name in given if name.suffix == ".py" or len(name.parts) > 1
    }
    refused = []
    for name in content.files:
        top = name.parts[0]
        if name in chosen or is_notebook(name) or name == PurePosixPath("timestamp.txt"):
            continue
        if any(part.startswith(".") for part in name.parts):
            refused.append(f"{printable(name)} (hidden)")
        elif name in taken or top.partition(".")[0] in modules:
            refused.append(f"{printable(name)} (the lesson has its own)")
        elif _shadows(name):
            refused.append(f"{printable(name)} (would replace the module {top.partition('.')[0]})")
        else:
            intake.files[name] = content.path / name
    if refused:
        intake.flags.append("extra_files") if "extra_files" not in intake.flags else None
        intake.notes.append("left out: " + ", ".join(refused[:5]))


def _shadows(name: PurePosixPath) -> bool:
    """Whether Python could import the file in place of a module that is installed, or run it at its start."""
    if name.suffix == ".pth":
        return True
    module = name.parts[0].partition(".")[0]
    importable = name.suffix in (".py", ".pyc", ".so", ".pyd") or len(name.parts) > 1
    if not importable or not module.isidentifier():
        return False
    if module in sys.stdlib_module_names or module in ("sitecustomize", "usercustomize"):
        return True
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return True


def lay_out(target: Path, files: Mapping[PurePosixPath, Path]) -> None:
    """Copy files (relative name to path) into a folder. Raises `Refused` for what is no ordinary file."""
    for name, path in files.items():
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(read_bytes(path, MAX_FOLDER))
