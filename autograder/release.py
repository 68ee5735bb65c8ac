"""`autograder release`: hand a lesson out: its student edition, and its entry in the gradebook."""

from __future__ import annotations

import io
import logging
import tempfile
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.console import out
from autograder.errors import AutograderError

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.editions import Edition


class CannotRegister(AutograderError):
    what = "nbgrader does not take {lesson} into the gradebook: {reason}"
    why = "the gradebook holds marks that belong to the lesson as it was released before"
    repair = (
        "grade ids never change once a lesson is released: restore them;\n"
        "          or start over without the marks: nbgrader db assignment remove {lesson} --force"
    )


class NotAsBuilt(AutograderError):
    what = "nbgrader's own release of {lesson} differs from ours in {files}"
    why = "a setting in nbgrader_config.py changes what nbgrader releases"
    repair = "take the setting out, or report this"


def command(
    ctx: typer.Context,
    lesson: Annotated[str, typer.Argument(metavar="LESSON", help="The lesson, such as 06_autograd or 06.")],
) -> None:
    """Build a lesson and enter it in the gradebook.

    With the day on which it is due. This is what `nbgrader generate_assignment` does, with the same bytes; it can be
    repeated after a correction. Commit and push the notebook afterwards: that is how students get it.

    \b
    Examples:
      autograder release 06_autograd
      autograder --course ~/courses/statistics release ps1
    """
    from autograder import build
    from autograder.ledger import alone

    course = ctx.obj.course
    chosen = course.lesson(lesson)
    for line in build.build(course, [chosen], whole=False):
        out.print(line, markup=False)
    with alone(course):  # no grading may read the gradebook while its cells change
        register(course, build.make(course, [chosen])[0])
    deadline = course.deadline(chosen)
    due = f", due {deadline.due:%Y-%m-%d %H:%M %Z}" if deadline else ""
    out.print(f"released {chosen.id}{due}", markup=False)


def register(course: Course, edition: Edition) -> None:
    """Enter a lesson into the gradebook through nbgrader's own converter.

    Raises `CannotRegister`, and `NotAsBuilt` if nbgrader would hand out something else.
    """
    from autograder.database import open_gradebook

    lesson = edition.lesson.id
    folder = course.root / ".autograder"
    folder.mkdir(exist_ok=True)
    open_gradebook(course.database_url).close()  # there is one when nbgrader's steps open it
    with tempfile.TemporaryDirectory(dir=folder, prefix="release-") as temporary:
        made = _convert(course, lesson, Path(temporary))
    expected = {path.relative_to(course.release_dir / lesson): data for path, data in edition.release.items()}
    different = sorted(str(path) for path in expected.keys() ^ made.keys())
    different += sorted(str(path) for path in expected.keys() & made.keys() if expected[path] != made[path])
    if different:
        raise NotAsBuilt(lesson=lesson, files=", ".join(different))
    deadline = course.deadline(lesson)
    if deadline:
        with open_gradebook(course.database_url) as gradebook:
            due = deadline.due.astimezone(UTC).replace(tzinfo=None)  # nbgrader's times are UTC, and naive
            gradebook.update_or_create_assignment(lesson, duedate=due)


def _convert(course: Course, lesson: str, folder: Path) -> dict[Path, bytes]:
    """nbgrader's release of a lesson, into `folder`: contents by path. The gradebook is the course's."""
    from nbgrader.converters import GenerateAssignment, NbGraderException
    from nbgrader.coursedir import CourseDirectory

    from autograder import editions, sources

    source, release = folder / "source", folder / "release"
    editions.write(
        {
            source / lesson / path.relative_to(course.source_dir / lesson): path.read_bytes()
            for path in sorted((course.source_dir / lesson).rglob("*"))
            if path.is_file()
        }
    )
    for name, notebook in sources.notebooks(course, lesson).items():
        editions.write({source / lesson / f"{name}.ipynb": editions.as_bytes(notebook)})
    config = course.nbgrader_config()
    config.CourseDirectory.source_directory = str(source)
    config.CourseDirectory.release_directory = str(release)
    config.CourseDirectory.assignment_id = lesson
    # Into a new folder: in the real one nbgrader removes the old notebook before it has made the new one.
    converter = GenerateAssignment(coursedir=CourseDirectory(config=config), config=config)
    log = io.StringIO()
    converter.log = converter.coursedir.log = _logger(log)
    try:
        converter.start()
    except NbGraderException:
        raise CannotRegister(lesson=lesson, reason=_last_error(log.getvalue())) from None
    made = sorted((release / lesson).rglob("*"))
    return {path.relative_to(release / lesson): path.read_bytes() for path in made if path.is_file()}


def _logger(stream: io.StringIO) -> logging.Logger:
    logger = logging.Logger("nbgrader", level=logging.WARNING)
    logger.addHandler(logging.StreamHandler(stream))
    return logger


def _last_error(log: str) -> str:
    """The message of the exception whose traceback nbgrader wrote into its log."""
    errors = [line for line in log.splitlines() if "Error: " in line or "Exception: " in line]
    return errors[-1].split(": ", 1)[1] if errors else log.strip().splitlines()[-1]
