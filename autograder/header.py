"""The cells that every lesson begins with: its header and its setup, made from course.yml."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autograder.percent import GENERATED
from autograder.schema import PLACEHOLDER, Lesson

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from autograder.course import Course

SETUP = "setup"  # the grade_id of the setup cell
GITHUB = "https://github.com/"
REPAIR = "autograder init --repository URL"

_REFUSE = """\
raise ImportError(
    "{modules} not installed here, and this notebook does not know where to get them: "
    "the course's repository is still the placeholder {placeholder}. Open the notebook in a clone of "
    "the course with `make lab`; an instructor sets the address with `{repair}`."
) from error"""


def generated_cells(course: Course, lesson: Lesson) -> list[NotebookNode]:
    """The header and setup cells of a lesson, in order. Both carry the tag `generated`."""
    from nbformat.v4 import new_code_cell, new_markdown_cell

    header = new_markdown_cell(header_text(course, lesson), metadata={"tags": [GENERATED]})
    marks = {
        "grade": False,
        "grade_id": SETUP,
        "locked": True,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }
    said = {"lesson": lesson.id}
    if course.submit_to:
        said["submit_to"] = course.submit_to
    metadata = {"tags": [GENERATED], "autograder": said, "nbgrader": marks}
    return [header, new_code_cell(setup_code(course, lesson), metadata=metadata)]


def header_text(course: Course, lesson: Lesson) -> str:
    """Title, way to Colab, minutes, what to know before, what to be able to do afterwards."""
    paragraphs = [f"# {course.number(lesson)} · {lesson.title}", colab(course, lesson)]
    facts = [f"{lesson.minutes} minutes"] if lesson.minutes else []
    before = [course.lesson(name) for name in lesson.prerequisites]
    if before:
        facts.append("after " + ", ".join(f"{course.number(one)} · {one.title}" for one in before))
    paragraphs.append("; ".join(facts))
    if lesson.goals:
        paragraphs.append("Afterwards you can:\n" + "\n".join(f"- {goal}" for goal in lesson.goals))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def colab(course: Course, lesson: Lesson) -> str:
    """The badge that opens the student edition on Colab; a sentence where there is no address to open yet."""
    if PLACEHOLDER in course.repository:
        return f"*Opens on Colab as soon as the course's repository is set: `{REPAIR}`.*"
    address = colab_address(course, lesson)
    badge = "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
    return f"{badge}({address})" if address else ""


def colab_address(course: Course, lesson: Lesson) -> str:
    """Where the student edition opens on Colab; "" where it cannot."""
    if PLACEHOLDER in course.repository or not course.repository.startswith(GITHUB):
        return ""  # Colab reads from GitHub only
    path = course.repository.removeprefix(GITHUB).removesuffix(".git")
    notebook = f"{course.release_dir.name}/{lesson.id}/{lesson.id}.ipynb"
    return f"https://colab.research.google.com/github/{path}/blob/{course.tag}/{notebook}"


def setup_code(course: Course, lesson: Lesson) -> str:
    """The setup cell's code: finds the course's modules or installs them, and sets nothing else."""
    imports, installs = course.setup.imports, course.setup.installs
    if not imports:
        return f"# Lesson {lesson.id}. Leave this cell where it is: it says which lesson this is."
    lines = [f"import {module}" for module in imports]
    if not installs:
        return "\n".join([f"# Lesson {lesson.id}. Run this cell first.", *lines])
    lines = ["try:", *indented(lines)]
    if PLACEHOLDER in course.repository:
        modules = " and ".join(imports) + (" is" if len(imports) == 1 else " are")
        refusal = _REFUSE.format(modules=modules, placeholder=PLACEHOLDER, repair=REPAIR)
        lines += ["except ModuleNotFoundError as error:", *indented(refusal.split("\n"))]
    else:
        fetch = f'%pip install -q "{installs} @ git+{course.repository}@{course.tag}"'
        lines += ["except ModuleNotFoundError:", *indented([fetch])]
    what = "it fetches the course's modules where they are missing"
    return "\n".join([f"# Lesson {lesson.id}. Run this cell first: {what}.", *lines])


def indented(lines: list[str]) -> list[str]:
    return [f"    {line}" for line in lines]
