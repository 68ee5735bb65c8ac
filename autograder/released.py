"""The student edition that a notebook came from: its checks as they were handed out, whatever became of them since.

Looked for in this order: the course's release folder; git's copy of that file, where the student works in the release
folder itself; the notebook alone. In the last case the checks are the notebook's own, and `Edition.own` says so.
"""

from __future__ import annotations

import ast
import builtins
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder import cells, sources
from autograder.course import Course
from autograder.handed_out import clean_marks, fits_checksum
from autograder.matching import match, places
from autograder.submission import BELONGS
from autograder.untrusted import SubmittedCell, read_document, read_notebook
from autograder.versions import Versions

GIT_SECONDS = 20


@dataclass(frozen=True)
class Edition:
    """One notebook of a lesson with the checks to run.

    given: the lesson's other files. source: where the checks come from, in words. own: from the student's notebook.
    changed: grade ids of checks that are not as they were handed out, as far as an own notebook tells.
    """

    lesson: str
    version: Versions
    given: dict[PurePosixPath, Path] = field(default_factory=dict)
    source: str = ""
    own: bool = False
    changed: tuple[str, ...] = ()


def edition(path: Path, course: Course | None) -> Edition | None:
    """The edition of the notebook at `path`; None if it belongs to no lesson and holds no checks.

    Raises `Refused` where the file cannot be read.
    """
    submitted, named = read_notebook(path), lesson_named_in(path)
    file = _released(path, submitted, named, course) if course else None
    if file is None:
        return _alone(path, submitted, named)
    lesson = file.parent.name
    if not path.exists() or not file.samefile(path):
        return from_release(
            lesson, file, sources.read_notebook(file), submitted, sources.relative(course, file)
        )
    found = _from_git(file, course)
    if found is None:
        return _alone(path, submitted, lesson)
    return from_release(lesson, file, found[0], submitted, found[1])


def from_release(
    lesson: str, file: Path, release: NotebookNode, submitted: Sequence[SubmittedCell], source: str
) -> Edition:
    """The edition that stands in a release folder."""
    beside = {p.relative_to(file.parent): p for p in sorted(file.parent.rglob("*")) if p.is_file()}
    given = {
        PurePosixPath(name.as_posix()): place
        for name, place in beside.items()
        if name.suffix != ".ipynb" and not any(part.startswith((".", "__")) for part in name.parts)
    }
    return Edition(lesson, without_source(file.stem, release, submitted), given, source)


def without_source(name: str, release: NotebookNode, submitted: Sequence[SubmittedCell]) -> Versions:
    """The versions of a notebook whose reference answers are not here.

    What an answer may define for the checks is what its stub defines. A stub that defines nothing leaves it to the
    student, but for the names of the instructor's cells, and Python's.
    """
    taken = {"expect", *dir(builtins)}
    for cell in release.cells:
        if cell.cell_type == "code" and not cells.is_answer(cell):
            taken |= cells.names_defined(cell.source) | _imported(cell.source)
    written = {cell.grade_id: cell.source for cell in submitted if cell.grade_id}
    source = NotebookNode(release, cells=[NotebookNode(cell) for cell in release.cells])
    for cell in source.cells:
        if cell.cell_type == "code" and cells.is_answer(cell) and not cells.names_defined(cell.source):
            free = cells.names_defined(written.get(cells.grade_id(cell), "")) - taken
            cell.source = "\n".join(f"{one} = None" for one in sorted(free))
    return Versions(name, source, release, release)


def lesson_named_in(path: Path) -> str:
    """The lesson's id that a notebook's setup cell carries; empty if there is none. Raises `Refused`."""
    extras = [_metadata(cell).get("autograder") for cell in read_document(path)["cells"]]
    named = [extra.get("lesson") for extra in extras if isinstance(extra, dict)]
    return next((name for name in named if isinstance(name, str)), "")


def _metadata(cell: dict[str, Any]) -> dict[str, Any]:
    found = cell.get("metadata")
    return found if isinstance(found, dict) else {}


def _imported(source: str) -> set[str]:
    try:
        nodes = list(ast.walk(ast.parse(cells.as_python(source))))
    except (SyntaxError, ValueError):
        return set()
    imports = (node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom))
    return {(one.asname or one.name).partition(".")[0] for node in imports for one in node.names}


def _released(path: Path, submitted: Sequence[SubmittedCell], named: str, course: Course) -> Path | None:
    """The course's file that a notebook is a state of: by the lesson's id in it, its name, its content."""
    known = sorted(course.release_dir.glob("*/*.ipynb"))
    if course.has_file:  # what else lies there was put there by the student
        known = [file for file in known if file.stem == file.parent.name]
    fitting = [file for file in known if named and file.parent.name == named]
    fitting = fitting or [file for file in known if file.stem == path.stem]
    if len(fitting) == 1:
        return fitting[0]
    shares = {}
    for file in fitting or known:
        release = sources.read_notebook(file)
        version = Versions(file.stem, release, release, release)
        shares[file] = match(places(version), submitted).share_found()
    best = max(shares, key=shares.get, default=None)
    return best if best and (shares[best] >= BELONGS or fitting) else None


def _from_git(file: Path, course: Course) -> tuple[NotebookNode, str] | None:
    """The file as the course's tag, or its branch at the place that it was cloned from, has it."""
    for reference in (f"refs/tags/{course.tag}", f"refs/remotes/origin/{course.tag}"):
        command = ["git", "-C", str(file.parent), "show", f"{reference}:./{file.name}"]
        try:
            shown = subprocess.run(command, capture_output=True, timeout=GIT_SECONDS)
        except (OSError, subprocess.TimeoutExpired):
            return None
        if shown.returncode == 0:
            with tempfile.TemporaryDirectory(prefix="released-") as folder:
                copy = Path(folder, file.name)
                copy.write_bytes(shown.stdout)
                where = f"{reference.removeprefix('refs/')} of this repository"
                return sources.read_notebook(copy), where
    return None


def _alone(path: Path, submitted: Sequence[SubmittedCell], lesson: str) -> Edition | None:
    """The notebook itself as its edition, with nothing of its metadata but what was checked."""
    made: list[NotebookNode] = []
    seen: set[str] = set()
    changed = []
    for number, (raw, cell) in enumerate(zip(read_document(path)["cells"], submitted, strict=True)):
        clean = (new_code_cell if cell.kind == "code" else new_markdown_cell)(
            cell.source, id=f"cell-{number}"
        )
        if cell.grade_id and cell.grade_id not in seen:
            seen.add(cell.grade_id)
            found = _metadata(raw)
            clean.metadata = NotebookNode(nbgrader=clean_marks(found["nbgrader"]), autograder=_extra(found))
            if fits_checksum(cell.kind, cell.source, found["nbgrader"]) is False:
                changed.append(cell.grade_id)
        made.append(clean)
    if not any(cells.is_graded(cell) for cell in made):
        return None
    version = without_source(path.stem, new_notebook(cells=made), submitted)
    return Edition(lesson or path.stem, version, {}, "the notebook itself", own=True, changed=tuple(changed))


def _extra(metadata: dict[str, Any]) -> NotebookNode:
    """The keys that say how a check runs, each only if it is of its kind."""
    found = metadata.get("autograder")
    found, kept = found if isinstance(found, dict) else {}, NotebookNode()
    if isinstance(found.get("task"), str):
        kept.task = found["task"]
    if isinstance(found.get("isolated"), bool):
        kept.isolated = found["isolated"]
    if isinstance(found.get("forbids"), list) and all(isinstance(one, str) for one in found["forbids"]):
        kept.forbids = found["forbids"]
    if isinstance(found.get("seconds"), int | float) and 0 < found["seconds"] <= 600:
        kept.seconds = float(found["seconds"])
    return kept
