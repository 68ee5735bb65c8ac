"""Lets plain `nbgrader` commands and formgrader work on this course. Every setting comes from course.yml."""

from pathlib import Path

from autograder.course import Course
from autograder.settings import put_tools_on_path

put_tools_on_path()
c = get_config()  # noqa: F821 (traitlets defines it)
c.merge(Course.load(Path(__file__).parent).nbgrader_config())
