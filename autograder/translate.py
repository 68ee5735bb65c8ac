"""`autograder translate`: templates of all texts for translators, and the sources of a translated course."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.console import out
from autograder.errors import AutograderError

if TYPE_CHECKING:
    import polib
    from nbformat import NotebookNode

    from autograder.course import Course
    from autograder.schema import Lesson

KEYWORDS = ("tr", "mark")  # what labkit's texts pass through
FIELD = re.compile(r"\{\w+\}")
LABKIT = "labkit.pot"
HEADER = {
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}


class NoLibrary(AutograderError):
    what = "translating needs the package polib, which is not installed"
    repair = "pip install polib"


class NoCatalogues(AutograderError):
    what = "{folder} has no catalogue of a lesson, such as {name}"
    repair = (
        "make templates first: autograder translate FOLDER, and translate them; docs/translating.md says how"
    )


class BrokenCatalogue(AutograderError):
    what = "not a catalogue in gettext's format: {reason}"
    repair = "look at the line that is named, or check the file with `msgfmt --check`"


def command(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where to write.")],
    catalogues: Annotated[
        Path | None,
        typer.Option("--from", metavar="DIR", help="Of translated catalogues, 06_autograd.po and others."),
    ] = None,
) -> None:
    """Write the templates of all texts: one for labkit, one for each lesson's markdown.

    With --from, write the lessons' sources instead, translated: a paragraph without a translation stays as it is.
    Grade ids, code and tests are those of the source.

    \b
    Examples:
      autograder translate build/catalogue                       what there is to translate
      autograder translate ../kurs/solutions --from catalogue/ru the sources of the Russian edition
    """
    from autograder import build

    course = ctx.obj.course
    lessons = build.choose(course, None)
    try:
        written = sources_in(course, lessons, catalogues) if catalogues else templates(course, lessons)
    except ImportError:
        raise NoLibrary from None
    for name, text in written.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        out.print(f"wrote {path}", markup=False)


def templates(course: Course, lessons: list[Lesson]) -> dict[str, str]:
    """The templates by their names: labkit's texts, and the lessons that are written as text."""
    from autograder import sources

    made = {LABKIT: str(labkit_template())}
    for lesson in lessons:
        if sources.find(course, lesson).text:
            made[f"{lesson.id}.pot"] = str(lesson_template(course, lesson))
    return made


def sources_in(course: Course, lessons: list[Lesson], catalogues: Path) -> dict[str, str]:
    """The translated texts of the lessons that have a catalogue, by their paths in the other course's sources."""
    import polib

    from autograder import percent, sources

    made = {}
    for lesson in lessons:
        file = catalogues / f"{lesson.id}.po"
        if not (file.is_file() and sources.find(course, lesson).text):
            continue
        try:
            catalogue = polib.pofile(str(file))
        except (OSError, ValueError) as error:
            raise BrokenCatalogue(where=file, reason=error) from None
        notebook = translated(sources.notebooks(course, lesson)[lesson.id], catalogue)
        made[f"{lesson.id}/{lesson.id}.py"] = percent.write(notebook)
    if not made:
        raise NoCatalogues(folder=catalogues, name=f"{lessons[0].id}.po" if lessons else "01_first.po")
    return made


def labkit_template() -> polib.POFile:
    """Every text of labkit that students see: the arguments of `tr` and `mark`, also those inside f-strings."""
    import polib

    import labkit

    template = _empty()
    root = Path(labkit.__file__).parent
    for path in sorted(root.rglob("*.py")):
        for line, text in _texts(path.read_text(encoding="utf-8")):
            flags = (
                ["python-brace-format"] if FIELD.search(text) else []
            )  # `msgfmt --check` looks after the fields
            entry = polib.POEntry(msgid=text, flags=flags)
            _add(template, entry, path.relative_to(root.parent).as_posix(), line)
    return template


def _texts(code: str) -> list[tuple[int, str]]:
    """The texts that a module marks for translation, with their lines, in order."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in KEYWORDS:
            text = node.args[0]
            if isinstance(text, ast.Constant) and text.value:
                found.append((node.lineno, text.value))
    return sorted(found)


def lesson_template(course: Course, lesson: Lesson) -> polib.POFile:
    """Every paragraph of a lesson's markdown; header and setup come from course.yml, and are not among them."""
    import polib

    from autograder import paragraphs, sources

    source = sources.find(course, lesson)
    template, file = _empty(), sources.relative(course, source.text)
    for cell in sources.from_text(course, source).cells:
        if cell.cell_type == "markdown" and "line" in cell.metadata:
            for paragraph in paragraphs.translatable(cell.source):
                _add(template, polib.POEntry(msgid=paragraph), file, cell.metadata["line"])
    return template


def translated(notebook: NotebookNode, catalogue: polib.POFile) -> NotebookNode:
    """The notebook with the paragraphs of its markdown translated; fuzzy and missing ones stay as they are."""
    from autograder import paragraphs

    known = {entry.msgid: entry.msgstr for entry in catalogue.translated_entries()}
    notebook = notebook.copy()
    notebook.cells = [cell.copy() for cell in notebook.cells]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell["source"] = paragraphs.translated(cell.source, lambda text: known.get(text, text))
    return notebook


def _empty() -> polib.POFile:
    import polib

    template = polib.POFile(wrapwidth=100)
    template.metadata = dict(HEADER)
    return template


def _add(template: polib.POFile, entry: polib.POEntry, file: str, line: int) -> None:
    """Add an entry, or only its place where the same text stands there already."""
    there = template.find(entry.msgid)
    if there is None:
        template.append(entry)
    (there or entry).occurrences.append((file, str(line)))
