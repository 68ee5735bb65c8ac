"""Small courses made from the lesson in tests/autograder/fixtures/, and classes that hand in there."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import nbformat

from autograder import percent
from autograder.arrival import record
from autograder.course import Course

from . import Case, Material, cases

LESSON = "01_squares"
SOURCE = Path(__file__).parents[1] / "autograder" / "fixtures" / "lesson"

COURSE_FILE = """\
title: A course of one lesson
repository: https://github.com/example/course
lessons:
  - id: 01_squares
    title: Squares
    opens: 2027-01-11
limits:
  cell_seconds: 4
  submission_seconds: 90
"""


def text_course(root: Path) -> Course:
    """A course with a course.yml whose lesson is written as percent text."""
    folder = root / "solutions" / LESSON
    folder.mkdir(parents=True)
    (root / "course.yml").write_text(COURSE_FILE)
    for name in (f"{LESSON}.py", "wrong_answers.py"):
        shutil.copy(SOURCE / name, folder / name)
    return Course.load(root)


def plain_course(root: Path) -> Course:
    """A plain nbgrader course: default layout, a source of .ipynb, no course.yml."""
    folder = root / "source" / LESSON
    folder.mkdir(parents=True)
    notebook = percent.without_lines(percent.read((SOURCE / f"{LESSON}.py").read_text()))
    nbformat.write(percent.set_cell_ids(notebook), folder / f"{LESSON}.ipynb")
    return Course.load(root)


def hand_in(course: Course, *names: str) -> Material:
    """Let these cases hand in (all, if none is named), each at its time. Returns the lesson's material."""
    material = Material.of(course, LESSON)
    for case in chosen(names):
        student = case.student or case.name
        material.folder = course.submitted_dir / student / LESSON
        case.make(material)
        if course.has_file and not case.student:
            record(course, LESSON, student, moment(course, case.day))
    return material


def chosen(names: Iterable[str]) -> list[Case]:
    known = {case.name: case for case in cases()}
    return [known[name] for name in names] or list(known.values())


def moment(course: Course, day: float) -> datetime:
    """Noon, so many days after the lesson opens."""
    return datetime.combine(course.lesson(LESSON).opens, time(12), tzinfo=UTC) + timedelta(days=day)
