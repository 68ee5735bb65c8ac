"""Where a lesson's source lies, and the source notebook that it gives."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder import percent
from autograder.errors import AutograderError, NoSource, nearest
from autograder.header import generated_cells
from autograder.schema import Lesson
from autograder.settings import EQUIVALENT_MUTANTS, WRONG_ANSWERS

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from autograder.course import Course


class UnreadableText(AutograderError):
    what = "not UTF-8 text: {reason}"
    repair = "save it in the encoding UTF-8"


class UnreadableNotebook(AutograderError):
    what = "not a notebook: {reason}"
    repair = "restore it from its history, or open and save it in JupyterLab"


@dataclass(frozen=True)
class Source:
    """The files of one lesson.

    text: the percent text, if the lesson is written so. notebooks: the .ipynb files in its folder; its only
    source where there is no text, else made from the text.
    """

    lesson: Lesson
    folder: Path
    text: Path | None
    notebooks: tuple[Path, ...]

    @property
    def exists(self) -> bool:
        return self.text is not None or bool(self.notebooks)

    @property
    def made(self) -> Path:
        """The notebook that `build` makes from the text, for plain nbgrader and for editing in JupyterLab."""
        return self.folder / f"{self.lesson.id}.ipynb"

    @property
    def wrong_answers(self) -> Path:
        return self.folder / WRONG_ANSWERS

    @property
    def equivalent_mutants(self) -> Path:
        return self.folder / EQUIVALENT_MUTANTS


def find(course: Course, lesson: Lesson | str) -> Source:
    """The source files of a lesson, none of them read yet."""
    lesson = course.lesson(lesson) if isinstance(lesson, str) else lesson
    folder = course.source_dir / lesson.id
    text = folder / f"{lesson.id}.py"
    return Source(lesson, folder, text if text.is_file() else None, tuple(sorted(folder.glob("*.ipynb"))))


def notebooks(course: Course, lesson: Lesson | str) -> dict[str, NotebookNode]:
    """The source notebooks of a lesson by name (without .ipynb), with answers and hidden tests.

    A lesson written as text gives one, named like the lesson, made afresh, with header and setup on top.
    An .ipynb source is taken as it is, but every cell gets an id. Raises `NoSource`, `UnreadableNotebook`.
    """
    source = find(course, lesson)
    if source.text:
        return {source.lesson.id: percent.without_lines(from_text(course, source))}
    if not source.exists:
        raise NoSource(
            lesson=source.lesson.id,
            text=relative(course, source.folder / f"{source.lesson.id}.py"),
            hint=stray(course, source.lesson),
        )
    return {path.stem: read_notebook(path) for path in source.notebooks}


def texts(course: Course, lesson: Lesson | str) -> list[str]:
    """What is written in a lesson's source, for a first look: neither checked nor complete."""
    source = find(course, lesson)
    if source.text:
        return [source.text.read_text(encoding="utf-8", errors="replace")]
    found: list[str] = []
    for path in source.notebooks:
        with contextlib.suppress(ValueError, KeyError, TypeError):  # it is said later what is wrong with it
            found += ["".join(cell["source"]) for cell in json.loads(path.read_bytes())["cells"]]
    return found


def from_text(course: Course, source: Source) -> NotebookNode:
    """The source notebook of a lesson's text; its cells still know their lines there (see `percent.read`)."""
    try:
        notebook = percent.read(source.text.read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableText(where=relative(course, source.text), reason=error.reason) from None
    notebook.cells = generated_cells(course, source.lesson) + notebook.cells
    return percent.set_cell_ids(notebook)


def read_notebook(path: Path) -> NotebookNode:
    """An .ipynb file in today's format, every cell with an id. Raises `UnreadableNotebook`."""
    import nbformat

    try:
        notebook = nbformat.from_dict(nbformat.reader.reads(path.read_text(encoding="utf-8-sig")))
        notebook = nbformat.convert(notebook, 4)
    except (
        nbformat.reader.NotJSONError,
        nbformat.ValidationError,
        AttributeError,
        KeyError,
        ValueError,
    ) as error:
        raise UnreadableNotebook(where=path, reason=str(error).splitlines()[0][:200]) from None
    if any("id" not in cell for cell in notebook.cells):
        percent.set_cell_ids(notebook)
    notebook.nbformat_minor = max(5, notebook.nbformat_minor)
    return notebook


def places(course: Course, lesson: Lesson, name: str) -> tuple[str, ...]:
    """Where each cell of a source notebook stands, for people: `file:line` in a text, else the number of the cell."""
    source = find(course, lesson)
    if source.text:
        lines = [cell.metadata.get("line") for cell in from_text(course, source).cells]
        file = relative(course, source.text)
        return tuple(f"{file}:{line}" if line else f"cell {i}" for i, line in enumerate(lines, 1))
    notebook = read_notebook(source.folder / f"{name}.ipynb")
    return tuple(f"{name}.ipynb, cell {i}" for i in range(1, len(notebook.cells) + 1))


def stray(course: Course, lesson: Lesson) -> str:
    """A folder with a name like the lesson's that belongs to none, in words; empty if there is none."""
    known = {one.id for one in course.lessons}
    folders = [path.name for path in sorted(course.source_dir.glob("*/")) if path.name not in known]
    meant = nearest(lesson.id, folders)
    if not meant:
        return ""
    return f"; {relative(course, course.source_dir / meant)}/ belongs to no lesson in course.yml: is it this one?"


def relative(course: Course, path: Path) -> str:
    """A path as it is shown to people: from the course's folder on."""
    return path.relative_to(course.root).as_posix() if path.is_relative_to(course.root) else str(path)
