"""What the pages of feedback and of results share: their files, their templates, the notebooks that they are about."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template
    from nbformat import NotebookNode

    from autograder.course import Course


def asset(name: str) -> str:
    """The text of a file that belongs to the package."""
    return (resources.files("autograder") / name).read_text(encoding="utf-8")


def template(name: str) -> Template:
    """A page's template. Everything that it is given is text, escaped, unless it is marked as markup."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters["points"] = lambda number: f"{number:g}"
    environment.filters["percent"] = lambda share: f"{100 * share:.0f} %"
    return environment.from_string(asset(name))


def autograded(course: Course, lesson: str, student: str) -> dict[str, NotebookNode]:
    """A student's graded notebooks by name; none where nothing was graded."""
    import nbformat

    folder = course.autograded_dir / student / lesson
    return {path.stem: nbformat.read(path, as_version=4) for path in sorted(folder.glob("*.ipynb"))}
