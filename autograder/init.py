"""`autograder init`: set a course's address, or start a new course."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from autograder.console import out
from autograder.course import COURSE_FILE, Course
from autograder.errors import AutograderError

# What a new course begins with: each file, and the template it is made from.
NEW_COURSE = {
    COURSE_FILE: "course.yml.tpl",
    "README.md": "README.md.tpl",
    "nbgrader_config.py": "nbgrader_config.py.tpl",
    ".gitignore": "gitignore.tpl",
    "solutions/01_first/01_first.py": "lesson.py.tpl",
    "solutions/01_first/wrong_answers.py": "wrong_answers.py.tpl",
}

FOLDER = "The course's folder. [default: the one around you]"
REPOSITORY = "The course's address, such as https://github.com/OWNER/REPO."
TAG = "What Colab shows and installs: a branch, or a release's tag."


class NothingToDo(AutograderError):
    what = "nothing was asked for"
    repair = "set the address: autograder init --repository URL, or start a course: autograder init DIR --new"


class NotEmpty(AutograderError):
    what = "{folder} already has {file}"
    why = "a new course never overwrites anything"
    repair = "name another folder"


class NoCourseFile(AutograderError):
    what = "{folder} is a plain nbgrader course: it has no course.yml in which an address could stand"
    repair = "start a course with one in a folder of its own: autograder init DIR --new"


def command(
    ctx: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help=FOLDER)] = None,
    new: Annotated[bool, typer.Option("--new", help="Start a new course in DIR.")] = False,
    repository: Annotated[str | None, typer.Option(metavar="URL", help=REPOSITORY)] = None,
    tag: Annotated[str | None, typer.Option(metavar="TAG", help=TAG)] = None,
) -> None:
    """Set the course's address, or start a new course.

    The address goes into course.yml, where comments stay as they are, and into all notebooks.

    \b
    Examples:
      autograder init --repository https://github.com/me/course
      autograder init --repository https://github.com/me/course --tag v1.0
      autograder init statistics --new
    """
    if not (new or repository or tag):
        raise NothingToDo
    if new:
        start(folder or ctx.obj.folder or Path.cwd())
    course = Course.load(folder) if folder else ctx.obj.course
    if repository or tag:
        set_address(course, repository, tag)
    rebuild(Course.load(course.root))


def start(folder: Path) -> None:
    """Write the files of a new course. Raises `NotEmpty` before it writes anything."""
    for name in NEW_COURSE:
        if (folder / name).exists():
            raise NotEmpty(folder=folder, file=name)
    for name, template in NEW_COURSE.items():
        text = files("autograder").joinpath("template", template).read_text(encoding="utf-8")
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("{today}", date.today().isoformat()), encoding="utf-8")
        out.print(f"wrote {path}", markup=False)


def set_address(course: Course, repository: str | None, tag: str | None) -> None:
    """Write repository and tag into course.yml, comments kept; what is not valid leaves it as it was."""
    from autograder import yamlfile

    if not course.has_file:
        raise NoCourseFile(folder=course.root)
    changes = {"repository": repository, "tag": tag}
    path = course.root / COURSE_FILE
    before = path.read_text(encoding="utf-8")
    yamlfile.edit(path, {key: value for key, value in changes.items() if value})
    try:
        Course.load(course.root)
    except AutograderError:
        path.write_text(before, encoding="utf-8")
        raise
    out.print(f"wrote {path.name}")


def rebuild(course: Course) -> None:
    from autograder import build

    chosen = build.choose(course, None)
    for line in build.build(course, chosen, whole=True):
        out.print(line, markup=False)
