"""The tables that are made from the lessons: in README.md and in docs/syllabus.md."""

import re
from pathlib import Path

import pytest

from autograder import build, syllabus
from autograder.course import Course
from autograder.schema import PLACEHOLDER

ROOT = Path(__file__).parents[2]
SPINE = ["02", "05", "06", "07", "10"]

TASK = """
# %% [markdown]
# ### Task 1 · The mean (1 point)
#
# *Difficulty 2 of 3, about 12 minutes.*
"""


@pytest.fixture(scope="module")
def real():
    return Course.load(ROOT)


def test_the_pages_of_this_course_have_their_markers(real):
    assert {path.name for path in build.pages(real)} == {"README.md", "syllabus.md"}


def test_a_task_is_read_from_its_text(course, lesson):
    lesson.write_text(lesson.read_text() + TASK)
    loaded = Course.load(course)
    assert syllabus.tasks(loaded, loaded.lesson("01")) == [
        syllabus.Task("Task 1 · The mean", "1 point", 2, 12)
    ]
    assert "| 01 | A first lesson | 00 | 30 | 12 | 3 | 1 |" in syllabus.overview(loaded)
    section = syllabus.section(loaded, loaded.lesson("01"))
    assert "Builds on 00 Before. Needed by no other lesson." in section
    assert "| Task 1 · The mean | 1 point | 2 | 12 |" in section


def test_build_writes_the_syllabus_and_check_notices_when_it_is_old(course, autograder):
    page = course / "docs/syllabus.md"
    page.parent.mkdir()
    page.write_text(f"Before\n\n{syllabus.BEGIN}\n{syllabus.END}\n\nAfter\n")
    assert autograder("--course", course, "build").code == 0
    text = page.read_text()
    assert text.startswith("Before\n") and text.endswith("\n\nAfter\n") and "compute a mean" in text
    page.write_text(text.replace("compute a mean", "compute a median"))
    result = autograder("--course", course, "build", "--check")
    assert result.code == 1 and "docs/syllabus.md has outdated tables" in result.out
    autograder("--course", course, "build")
    assert page.read_text() == text


def test_the_readme_says_what_students_will_be_able_to_do(course, autograder):
    autograder("--course", course, "build")
    readme = (course / "README.md").read_text()
    assert (
        "| | Lesson | Minutes | Homework | You will be able to | Colab |\n|---|---|---|---|---|---|" in readme
    )
    assert "| 30 | 3 points | compute a mean; say what nan is for | [![Open in Colab]" in readme


def test_every_task_of_this_course_says_what_it_costs(real):
    for lesson in real.lessons:
        stated = syllabus.tasks(real, lesson)
        points = syllabus._outline(real, lesson)
        announced = sum(float(re.match(r"\d+", task.points)[0]) for task in stated)
        assert announced == points.points + points.manual_points, lesson.id


def test_the_short_course_holds_together(real):
    """What docs/syllabus.md says about the five lessons: their time, and that what they miss is named."""
    page = (ROOT / "docs/syllabus.md").read_text()
    chosen = [real.lesson(number) for number in SPINE]
    assert "Teach **02, 05, 06, 07 and 10**" in page
    assert sum(lesson.minutes for lesson in chosen) == 450
    assert 240 < sum(task.minutes for lesson in chosen for task in syllabus.tasks(real, lesson)) < 280
    left_out = [lesson for lesson in real.lessons if lesson not in chosen]
    assert all(f"| {real.number(lesson)} {lesson.title} |" in page for lesson in left_out)
    assert not any("03_devices" in lesson.prerequisites for lesson in real.lessons)


def test_addresses_make_badges(real):
    assert PLACEHOLDER in real.repository or "colab" in (ROOT / "README.md").read_text().lower()
