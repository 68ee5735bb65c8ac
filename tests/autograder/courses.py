"""Small courses in a temporary folder, made from the one lesson in fixtures/."""

from __future__ import annotations

from pathlib import Path

import nbformat

from autograder import percent
from autograder.course import Course

LESSON = Path(__file__).parent / "fixtures" / "lesson" / "01_squares.py"

COURSE_FILE = """\
title: A course of one lesson
repository: https://github.com/example/course
lessons:
  - id: 01_squares
    title: Squares
    opens: 2027-01-11
limits:
  cell_seconds: 5
  submission_seconds: 60
"""


def text_course(root: Path) -> Course:
    """A course with a course.yml whose lesson is written as percent text."""
    folder = root / "solutions" / "01_squares"
    folder.mkdir(parents=True)
    (root / "course.yml").write_text(COURSE_FILE)
    (folder / "01_squares.py").write_text(LESSON.read_text())
    return Course.load(root)


def plain_course(root: Path) -> Course:
    """A plain nbgrader course: default layout, a source of .ipynb, no course.yml."""
    folder = root / "source" / "01_squares"
    folder.mkdir(parents=True)
    notebook = percent.set_cell_ids(percent.without_lines(percent.read(LESSON.read_text())))
    nbformat.write(notebook, folder / "01_squares.ipynb")
    return Course.load(root)
