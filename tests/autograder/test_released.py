"""Where a self-check takes its checks from; what a notebook says about itself is believed only as far as it can be."""

import json

import nbformat
import pytest

from autograder import released
from autograder.cells import grade_id, is_answer
from autograder.course import Course
from autograder.judge.lesson import Lesson


def cell(source: str, name: str = "", kind: str = "code", **marks):
    nbgrader = {"grade_id": name, **marks} if name else {}
    metadata = {"nbgrader": nbgrader} if name else {}
    return {"cell_type": kind, "source": source, "metadata": metadata, "outputs": [], "execution_count": None}


def write(path, *cells):
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells)}))
    return path


ANSWER = cell("def f():\n    return 1", "f", solution=True)
TEST = cell("# One\nassert f() == 1", "f_check", grade=True, locked=True, points=1)


@pytest.mark.parametrize("points", [float("nan"), float("inf"), -1, "3", None, [1], 10**400])
def test_points_that_are_none(tmp_path, points):
    test = {**TEST, "metadata": {"nbgrader": {**TEST["metadata"]["nbgrader"], "points": points}}}
    edition = released.edition(write(tmp_path / "a.ipynb", ANSWER, test), None)
    assert edition.version.graded.cells[1].metadata.nbgrader.points == 0.0


def test_only_what_was_checked_is_taken_over(tmp_path):
    test = {
        **TEST,
        "metadata": {
            **TEST["metadata"],
            "tags": ["skip-execution"],
            "autograder": {"seconds": "10", "isolated": "no", "forbids": [1], "task": 3, "lesson": 5},
        },
    }
    edition = released.edition(write(tmp_path / "a.ipynb", ANSWER, test, TEST, "no cell"), None)
    first, second = edition.version.graded.cells[1:]
    assert first.metadata.autograder == {} and "tags" not in first.metadata
    assert not second.metadata  # a grade id counts once
    assert edition.own and edition.lesson == "a"


def test_no_checks_no_edition(tmp_path):
    assert released.edition(write(tmp_path / "a.ipynb", cell("1"), ANSWER), None) is None


def test_a_checksum_that_does_not_fit_tells_of_a_change(tmp_path):
    marked = {**TEST, "metadata": {"nbgrader": {**TEST["metadata"]["nbgrader"], "checksum": "0" * 32}}}
    edition = released.edition(write(tmp_path / "a.ipynb", ANSWER, marked), None)
    assert edition.changed == ("f_check",)


def test_an_empty_stub_defines_nothing_of_the_instructors(tmp_path):
    """What the stub does not name the student may define, but not what checks are made of."""
    locked = cell("import math\nlimit = 3", "given", locked=True)
    stub = cell("# your code", "number", solution=True)
    release = nbformat.from_dict(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [locked, stub, TEST]}
    )
    text = "number = 1\nexpect = limit = math = print = None"
    mine = write(tmp_path / "a.ipynb", locked, {**stub, "source": text}, TEST)
    version = released.without_source("a", release, released.read_notebook(mine))
    answer = next(one for one in version.source.cells if is_answer(one))
    assert answer.source == "number = None"
    assert release.cells[1].source == "# your code"
    (piece,) = [one for one in Lesson.of(release, version.source).pieces if one.grade_id == "number"]
    assert piece.defines == {"number"}


@pytest.fixture
def two(recipes, tmp_path):
    """A course whose only lesson was released, and the released notebook."""
    course = recipes.courses.text_course(tmp_path / "course")
    material = recipes.Material.of(course, "01_squares")
    file = course.release_dir / "01_squares" / "01_squares.ipynb"
    file.parent.mkdir(parents=True)
    nbformat.write(material.release, file)
    (file.parent / "numbers.csv").write_text("1")
    return Course.load(course.root), material.solved()


def test_the_lesson_is_recognised_by_its_id_whatever_the_name(two, tmp_path):
    course, notebook = two
    nbformat.write(notebook, tmp_path / "Untitled3.ipynb")
    assert released.lesson_named_in(tmp_path / "Untitled3.ipynb") == "01_squares"
    edition = released.edition(tmp_path / "Untitled3.ipynb", course)
    assert (edition.lesson, edition.version.name, edition.own) == ("01_squares", "01_squares", False)
    assert [str(name) for name in edition.given] == ["numbers.csv"]


def test_the_lesson_is_recognised_by_its_cells(two, tmp_path):
    course, notebook = two
    for one in notebook.cells:
        one.metadata.pop("autograder", None)
    nbformat.write(notebook, tmp_path / "Untitled3.ipynb")
    assert released.edition(tmp_path / "Untitled3.ipynb", course).lesson == "01_squares"


def test_without_git_the_released_file_is_the_students(two):
    course, notebook = two
    file = course.release_dir / "01_squares" / "01_squares.ipynb"
    nbformat.write(notebook, file)
    edition = released.edition(file, course)
    assert edition.own and edition.lesson == "01_squares"
    assert {grade_id(one) for one in edition.version.graded.cells} >= {"squares", "squares_check"}
