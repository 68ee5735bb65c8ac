"""`autograder translate`: templates of all texts for translators, and the sources of a translated course."""

from __future__ import annotations

import ast
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
    """Write the templates of all texts: one for labkit, one for each lesson: its prose, and what its code shows.

    With --from, write the lessons' sources instead, translated: a paragraph without a translation stays as it is.
    Grade ids, code and tests are those of the source; what they show is translated when they run.

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
    import labkit

    template = _empty()
    root = Path(labkit.__file__).parent
    for path in sorted(root.rglob("*.py")):
        for line, text in _texts(path.read_text(encoding="utf-8")):
            _add(template, text, path.relative_to(root.parent).as_posix(), line)
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
    """Every paragraph of a lesson's markdown, and every text that its code shows; header and setup come from
    course.yml, and are not among them."""
    from autograder import lesson_texts, paragraphs, sources

    source = sources.find(course, lesson)
    template, file = _empty(), sources.relative(course, source.text)
    for cell in sources.from_text(course, source).cells:
        if "line" not in cell.metadata:
            continue
        start = cell.metadata["line"]
        if cell.cell_type == "markdown":
            for paragraph in paragraphs.translatable(cell.source):
                _add(template, paragraph, file, start, fields=False)
        elif cell.cell_type == "code":
            if _titled(cell):
                _add(template, lesson_texts.title(cell.source), file, start, fields=False)
            for line, text in lesson_texts.texts(cell.source):
                _add(template, text, file, start + line)
    return template


def translated(notebook: NotebookNode, catalogue: polib.POFile) -> NotebookNode:
    """The notebook with the paragraphs of its markdown and the titles of its cells translated; fuzzy and missing ones
    stay as they are."""
    from autograder import lesson_texts, paragraphs

    known = {entry.msgid: entry.msgstr for entry in catalogue.translated_entries()}
    notebook = notebook.copy()
    notebook.cells = [cell.copy() for cell in notebook.cells]
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell["source"] = paragraphs.translated(cell.source, lambda text: known.get(text, text))
        elif _titled(cell) and (title := lesson_texts.title(cell.source)) in known:
            cell["source"] = cell.source.replace(title, " ".join(known[title].split()), 1)  # it is one line
    return notebook


def _titled(cell: NotebookNode) -> bool:
    """Whether the first line of a cell is read as its title: the cell is a test, or folded."""
    from autograder import lesson_texts

    graded = cell.metadata.get("nbgrader", {}).get("grade", False)
    folded = cell.metadata.get("jupyter", {}).get("source_hidden", False)
    return cell.cell_type == "code" and (graded or folded) and bool(lesson_texts.title(cell.source))


def _empty() -> polib.POFile:
    import polib

    template = polib.POFile(wrapwidth=100)
    template.metadata = dict(HEADER)
    return template


def _add(template: polib.POFile, text: str, file: str, line: int, *, fields: bool = True) -> None:
    """Add a text, or only its place where the same text stands there already.

    fields: whether `{name}` in it is filled in later; then `msgfmt --check` looks after it.
    """
    import polib

    from labkit.translate import FIELD

    entry = template.find(text)
    if entry is None:
        entry = polib.POEntry(msgid=text)
        template.append(entry)
    if fields and FIELD.search(text) and "python-brace-format" not in entry.flags:
        entry.flags.append("python-brace-format")
    entry.occurrences.append((file, str(line)))
