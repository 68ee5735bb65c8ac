"""What the tests of the autograder share: the command line, and small courses."""

import shutil
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import pytest

from autograder.__main__ import main
from autograder.demo import load_recipes


class Result(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def autograder(capsys):
    """Runs one command in this process: `autograder("build", "--check")` gives exit code, stdout and stderr."""

    def run(*words: object) -> Result:
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit:
            main([str(word) for word in words])
        return Result(exit.value.code or 0, *capsys.readouterr())

    return run


COURSE = """\
title: A course of one lesson
repository: https://github.com/somebody/course
tag: v1.0
setup:
  imports: [fractions, statistics]
  installs: course[lessons]
lessons:
  - id: 00_before # not written yet
    title: Before
    opens: 2027-01-04
  - id: 01_first
    title: A first lesson
    minutes: 30
    opens: 2027-01-11
    goals: [compute a mean, say what nan is for]
    prerequisites: [00_before]
"""


@pytest.fixture
def course(tmp_path, autograder) -> Path:
    """The folder of a course with one lesson, the one that `init --new` writes, and with a data file."""
    folder = tmp_path / "course"
    assert autograder("init", folder, "--new").code == 0
    (folder / "course.yml").write_text(COURSE)
    (folder / "solutions/01_first/numbers.csv").write_text("1\n3\n")
    shutil.rmtree(folder / "notebooks")
    (folder / "solutions/01_first/01_first.ipynb").unlink()
    return folder


@pytest.fixture
def lesson(course) -> Path:
    """The text of that lesson."""
    return course / "solutions/01_first/01_first.py"


@pytest.fixture(scope="session")
def recipes():
    """The package of sample submissions; `recipes.courses` makes small courses, and lets cases hand in there."""
    package = load_recipes(Path(__file__).parents[1] / "submissions")
    import_module("submissions.courses")
    return package
