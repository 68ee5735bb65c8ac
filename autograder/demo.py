"""`autograder demo`: a class of made-up students, from the lesson's source to their feedback."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.console import out
from autograder.errors import AutograderError

if TYPE_CHECKING:
    from autograder.course import Course

LESSON = "06_autograd"
CLASS = (
    "perfect",
    "half_done",
    "empty",
    "wrong_answer",
    "another_wrong_answer",
    "extended",
    "late",
    "no_metadata",
    "syntax_error",
    "broken_json",
    "endless_loop",
    "kernel_killer",
)


class NoRecipes(AutograderError):
    what = "there are no sample submissions in {folder}"
    why = "the demo takes its class from the tests of the course's repository"
    repair = "run it in a clone of the repository: git clone, make demo"


class NotADemo(AutograderError):
    what = "{folder} holds something else than a demo"
    repair = "name another folder with --directory"


def command(
    ctx: typer.Context,
    directory: Annotated[Path, typer.Option(help="Where to make the demo's course.")] = Path("demo"),
    fresh: Annotated[bool, typer.Option("--fresh", help="Throw an earlier demo away first.")] = False,
) -> None:
    """Make a course in demo/, release a lesson, hand in for a sample class, grade it, write feedback, show the marks.

    A second run takes what is there, and gives the same marks.

    \b
    Examples:
      autograder demo
      autograder demo --fresh
    """
    from autograder import coordinator, feedback, grade, local
    from autograder.arrival import record
    from autograder.gradebook import Grades
    from autograder.ledger import alone
    from autograder.report import print_marks

    origin = ctx.obj.course
    recipes = load_recipes(origin.root / "tests" / "submissions")
    course = make_course(origin, directory.resolve(), fresh)
    hand_in(course, recipes, record, again=release(course))
    with alone(course), Grades(course) as grades:
        run = coordinator.Coordinator(course, LESSON, grades, seed=6)
        with local.Machine() as machine:
            grade.run(run, run.prepare(), machine.run, lower=True)
        report = run.report()
        manual = grades.all_manual(report.lesson)
        pages = feedback.write(course, report, grades)
    print_marks(course, report, manual)
    out.print(f"feedback   {_shown(pages[0].parent.parent.parent)}/STUDENT/{LESSON}/{pages[0].name}")
    out.print(f"gradebook  {_shown(course.root / 'gradebook.db')}")
    out.print(f"next       autograder --course {_shown(course.root)} export {LESSON} --to csv")


def load_recipes(folder: Path) -> ModuleType:
    """The package of sample submissions, which is no part of what is installed."""
    if "submissions" in sys.modules:
        return sys.modules["submissions"]
    if not (folder / "__init__.py").is_file():
        raise NoRecipes(folder=folder)
    spec = importlib.util.spec_from_file_location(
        "submissions", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules["submissions"] = package
    spec.loader.exec_module(package)
    return package


def make_course(origin: Course, folder: Path, fresh: bool) -> Course:
    """A course of its own in `folder`, with course.yml and the lesson's source copied from `origin`."""
    from autograder.course import Course

    mark = folder / ".autograder" / "demo"
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise NotADemo(folder=folder)
    if fresh and folder.exists():
        shutil.rmtree(folder)
    mark.parent.mkdir(parents=True, exist_ok=True)
    mark.touch()
    shutil.copy(origin.root / "course.yml", folder / "course.yml")
    source = folder / "solutions" / LESSON
    source.mkdir(parents=True, exist_ok=True)
    for path in sorted((origin.source_dir / LESSON).iterdir()):
        if path.is_file() and path.suffix != ".ipynb":
            shutil.copy(path, source / path.name)
    config = origin.root / "nbgrader_config.py"
    if config.is_file():
        shutil.copy(config, folder / config.name)
    return Course.load(folder)


def release(course: Course) -> bool:
    """Write source notebook and student edition, and tell the gradebook. Returns whether anything was new."""
    from autograder import build
    from autograder.release import register

    lesson = course.lesson(LESSON)
    changed = build.build(course, [lesson], whole=False)
    if changed or not (course.root / "gradebook.db").exists():
        register(course, build.make(course, [lesson])[0])
    return bool(changed)


def hand_in(course: Course, recipes: ModuleType, record, again: bool) -> None:
    """Put the class's submissions where nbgrader collects them; those that are there stay, if not `again`."""
    material = recipes.Material.of(course, LESSON)
    opens = datetime.combine(course.lesson(LESSON).opens, time(12), tzinfo=UTC)
    known = {case.name: case for case in recipes.cases()}
    for name in CLASS:
        material.folder = course.submitted_dir / name / LESSON
        if again:
            shutil.rmtree(material.folder, ignore_errors=True)
        if not material.folder.exists():
            known[name].make(material)
        record(course, LESSON, name, opens + timedelta(days=known[name].day))


def _shown(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
