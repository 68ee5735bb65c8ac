"""`autograder build`: from the lessons' sources to the student notebooks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from autograder.console import out
from autograder.errors import AutograderError, InvalidLesson

if TYPE_CHECKING:
    from pathlib import Path

    from autograder.course import Course
    from autograder.editions import Edition
    from autograder.schema import Lesson


Lessons = Annotated[
    list[str] | None,
    typer.Argument(metavar="LESSON", help="Lessons, such as 06. [default: all with a source]"),
]
CHECK = "Write nothing; fail if a file is not what the sources generate."
FROM_NOTEBOOK = "First write the text anew from the source notebook that was edited."
FORCE = "Overwrite a source notebook although it has edits that the text has not."


class NothingToTakeOver(AutograderError):
    what = "there is no source notebook of {lesson} to take over into its text"
    repair = "make it first: autograder build {lesson}"


class WhichNotebook(AutograderError):
    what = "--from-notebook does not say which lesson's text is to be written anew"
    repair = "name it: autograder build LESSON --from-notebook"


def command(
    ctx: typer.Context,
    lessons: Lessons = None,
    check: Annotated[bool, typer.Option("--check", help=CHECK)] = False,
    from_notebook: Annotated[bool, typer.Option("--from-notebook", help=FROM_NOTEBOOK)] = False,
    force: Annotated[bool, typer.Option("--force", help=FORCE)] = False,
) -> None:
    """Make the student notebooks from the sources.

    The same source always gives the same bytes. Also makes the source notebooks, for JupyterLab and plain nbgrader,
    and updates the tables of lessons in README.md and docs/syllabus.md.

    \b
    Examples:
      autograder build                          all lessons that have a source
      autograder build 06_autograd              one lesson
      autograder build --check                  in CI: is everything up to date?
      autograder build 06 --from-notebook       keep what was edited in JupyterLab without pairing
    """
    course = ctx.obj.course
    chosen = choose(course, lessons)
    if from_notebook:
        take_over(course, chosen if lessons else [])
    if check:
        raise typer.Exit(report_stale(course, make(course, chosen), whole=not lessons))
    changed = build(course, chosen, whole=not lessons, force=force)
    for line in changed:
        out.print(line, markup=False)
    done = f"{len(chosen)} lesson{'' if len(chosen) == 1 else 's'}"
    out.print(f"{done} built" if changed else f"{done} up to date")


def choose(course: Course, names: list[str] | None) -> list[Lesson]:
    """The lessons of that names, in the course's order; without names, all that have a source."""
    from autograder import sources

    if not names:
        return [lesson for lesson in course.lessons if sources.find(course, lesson).exists]
    wanted = {course.lesson(name).id for name in names}
    return [lesson for lesson in course.lessons if lesson.id in wanted]


def make(course: Course, lessons: list[Lesson]) -> list[Edition]:
    """The editions of lessons. Raises `InvalidLesson` with all that is wrong in any of them, `NoSource`."""
    from autograder import editions

    found = [problem for lesson in lessons for problem in editions.problems(course, lesson)]
    if found:
        raise InvalidLesson(found)
    return [editions.edition(course, lesson) for lesson in lessons]


def build(course: Course, lessons: list[Lesson], *, whole: bool, force: bool = False) -> list[str]:
    """Write what the lessons generate; `whole`: they are all there are. Returns a line for each change."""
    from autograder import editions
    from autograder.sources import relative

    made = make(course, lessons)
    if not force:
        for lesson in lessons:
            editions.refuse_edited(course, lesson)
    changed = []
    for edition in made:
        changed += editions.write(edition.source | edition.release)
        editions.as_old_as_its_text(course, edition.lesson)
    lines = [f"wrote {relative(course, path)}" for path in changed]
    if whole:
        lines += [f"wrote {relative(course, path)}" for path in editions.write(pages(course))]
        for path in editions.leftovers(course, made):
            path.unlink()
            lines.append(f"removed {relative(course, path)}: {gone(course, path)}")
    return lines


def gone(course: Course, path: Path) -> str:
    """Why no source makes a student notebook any more."""
    lesson = path.parent.name
    if lesson in [known.id for known in course.lessons]:
        return "its source is gone"
    return f"course.yml names no lesson `{lesson}`"


def pages(course: Course) -> dict[Path, bytes]:
    """The pages with parts that are made from the lessons, as they should be."""
    from autograder import readme, syllabus

    return readme.updated(course) | syllabus.updated(course)


def report_stale(course: Course, made: list[Edition], *, whole: bool) -> int:
    """Print every file that is not what the sources generate. Returns the exit code."""
    from autograder import editions
    from autograder.sources import relative

    stale = []
    for edition in made:
        repair = f"autograder build {edition.lesson.id}"
        for path, content in edition.release.items():
            if not path.is_file():
                stale.append((path, "is missing", repair))
            elif path.read_bytes() != content:
                stale.append((path, "is not what its source generates", repair))
    if whole:
        for path, content in pages(course).items():
            if path.read_bytes() != content:
                stale.append((path, "has outdated tables of lessons", "autograder build"))
        gone = "has no source any more"
        stale += [(path, gone, "autograder build") for path in editions.leftovers(course, made)]
    for path, what, repair in stale:
        out.print(f"{relative(course, path)} {what}\n  repair: {repair}", markup=False)
    if not stale:
        out.print(f"{len(made)} lesson{'' if len(made) == 1 else 's'} up to date")
    return 1 if stale else 0


def take_over(course: Course, lessons: list[Lesson]) -> None:
    """Write the lessons' texts anew from their source notebooks."""
    from autograder import editions
    from autograder.sources import relative

    if not lessons:
        raise WhichNotebook
    for lesson in lessons:
        path = editions.text_from_notebook(course, lesson)
        if path is None:
            raise NothingToTakeOver(lesson=lesson.id)
        out.print(f"wrote {relative(course, path)} from the notebook", markup=False)
