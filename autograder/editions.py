"""The files that a lesson's source generates: the source notebook, and the student edition."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import percent, rules, sources
from autograder.errors import AutograderError, Problem
from autograder.schema import Lesson

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from autograder.course import Course

BUILT = "autograder"  # the key of a source notebook's metadata under which `build` notes what it wrote


TEXT_GONE = "made from a text that is gone; restore the text, or write it anew from this notebook"
SECOND_NOTEBOOK = (
    "a second notebook in the lesson's folder: nbgrader would hand it out as well, answers and all",
    "move it elsewhere, or delete it",
)


class NotebookEdited(AutograderError):
    what = "the notebook has changes that {text} does not have"
    why = "it was edited in Jupyter without being paired with its text; building would overwrite the changes"
    repair = (
        "take the changes over into the text: autograder build {lesson} --from-notebook\n"
        "          or throw them away: autograder build {lesson} --force"
    )


@dataclass(frozen=True)
class Edition:
    """What a lesson generates: contents by path. `source` is empty where the source is a notebook itself."""

    lesson: Lesson
    source: dict[Path, bytes]
    release: dict[Path, bytes]


def edition(course: Course, lesson: Lesson) -> Edition:
    """Everything a lesson generates; nothing is written. The source should be free of `problems`."""
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.utils import find_all_files

    from autograder import versions

    source = sources.find(course, lesson)
    release = course.release_dir / lesson.id
    written = {}
    made = {}
    for version in versions.of(course, lesson.id):
        if source.text:
            made[source.made] = as_bytes(_paired(version.source))
        written[release / f"{version.name}.ipynb"] = as_bytes(version.release)
    ignored = CourseDirectory(config=course.nbgrader_config()).ignore
    for name in sorted(find_all_files(str(source.folder), [*ignored, "*.ipynb"])):
        path = Path(name)
        written[release / path.relative_to(source.folder)] = path.read_bytes()
    return Edition(lesson, made, written)


def problems(course: Course, lesson: Lesson) -> list[Problem]:
    """What is wrong with a lesson's source, by the rules of `rules.py`. Raises `NoSource`."""
    source = sources.find(course, lesson)
    if source.text:
        notebook = sources.from_text(course, source)
        found = rules.problems(notebook, sources.relative(course, source.text), text=True)
        others = [path for path in source.notebooks if path != source.made]
        return found + [_problem(course, path, *SECOND_NOTEBOOK) for path in others]
    found = []
    for name, notebook in sources.notebooks(course, lesson).items():
        path = source.folder / f"{name}.ipynb"
        if BUILT in notebook.metadata:
            found.append(_problem(course, path, TEXT_GONE, f"autograder build {lesson.id} --from-notebook"))
        found += rules.problems(notebook, sources.relative(course, path), text=False)
    return found


def _problem(course: Course, path: Path, what: str, repair: str) -> Problem:
    return Problem(sources.relative(course, path), None, what, repair)


def refuse_edited(course: Course, lesson: Lesson) -> None:
    """Raises `NotebookEdited` if the source notebook was changed, but not the text that it is made from."""
    source = sources.find(course, lesson)
    if not source.text or not source.made.is_file():
        return
    there = sources.read_notebook(source.made)
    now = percent.digest(there)
    text = sources.notebooks(course, lesson)[lesson.id]
    if now not in (there.metadata.get(BUILT, {}).get("built"), percent.digest(text)):
        names = {"text": sources.relative(course, source.text), "lesson": lesson.id}
        raise NotebookEdited(where=sources.relative(course, source.made), **names)


def text_from_notebook(course: Course, lesson: Lesson) -> Path | None:
    """Write the lesson's text anew from its source notebook. Returns its path; None without a notebook."""
    source = sources.find(course, lesson)
    if not source.made.is_file():
        return None
    path = source.made.with_suffix(".py")
    write({path: percent.write(sources.read_notebook(source.made)).encode()})
    return path


def as_bytes(notebook: NotebookNode) -> bytes:
    """A notebook as nbgrader writes it: sorted keys, one space of indentation, a newline at the end."""
    import nbformat

    return (nbformat.writes(notebook, version=4).rstrip("\n") + "\n").encode()


def write(files: dict[Path, bytes]) -> list[Path]:
    """Write what differs from what is there, each file in one step. Returns the paths that changed."""
    changed = [path for path, content in files.items() if not path.is_file() or path.read_bytes() != content]
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}.new")
        new.write_bytes(files[path])
        os.replace(new, path)
    return changed


def as_old_as_its_text(course: Course, lesson: Lesson) -> None:
    """Set back the source notebook's time: jupytext does not open a notebook that is newer than its text."""
    source = sources.find(course, lesson)
    if source.text and source.made.is_file():
        text = source.text.stat()
        if source.made.stat().st_mtime_ns > text.st_mtime_ns:
            os.utime(source.made, ns=(text.st_atime_ns, text.st_mtime_ns))


def leftovers(course: Course, editions: Iterable[Edition]) -> list[Path]:
    """Student notebooks that `build` once made and no source makes any more. `editions`: all there are."""
    expected = {path for edition in editions for path in edition.release}
    there = sorted(course.release_dir.glob("*/*.ipynb")) if course.has_file else []
    made = [
        path for path in there if not path.stem.endswith("_submission")
    ]  # by `labkit.submit`, from answers
    return [path for path in made if path not in expected and _is_generated(path)]


def _is_generated(path: Path) -> bool:
    try:
        cells = sources.read_notebook(path).cells
    except sources.UnreadableNotebook:
        return False
    return any(percent.GENERATED in cell.metadata.get("tags", []) for cell in cells)


def _paired(notebook: NotebookNode) -> NotebookNode:
    notebook = notebook.copy()
    noted = {"jupytext": dict(percent.PAIRING), BUILT: {"built": percent.digest(notebook)}}
    notebook.metadata = type(notebook.metadata)({**notebook.metadata, **noted})
    return notebook
