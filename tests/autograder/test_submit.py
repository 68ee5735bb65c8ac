"""What `labkit.submit` needs is in the student edition, and what it writes can be graded."""

import json

import nbformat
import pytest

import labkit
from autograder.cells import grade_id
from labkit.submission import NotSubmitted

LESSON = "01_squares"


@pytest.fixture
def material(recipes, tmp_path):
    course = recipes.courses.text_course(tmp_path / "course")
    file = course.root / "course.yml"
    file.write_text("submit_to: https://lms.example/01\n" + file.read_text())
    made = recipes.Material.of(type(course).load(course.root), LESSON)
    made.folder = tmp_path / "home"
    return made


def test_the_setup_cell_says_what_belongs_to_the_lesson(material):
    (setup,) = [cell for cell in material.release.cells if grade_id(cell) == "setup"]
    assert setup.metadata.autograder == {
        "lesson": LESSON,
        "submit_to": "https://lms.example/01",
        "cells": [
            "setup", "squares", "squares_check", "squares_hidden", "mean", "mean_check", "number", "number_check", "why",
        ],
    }  # fmt: skip


def test_without_an_address_none_is_handed_out(recipes, tmp_path):
    release = recipes.Material.of(recipes.courses.text_course(tmp_path / "course"), LESSON).release
    (setup,) = [cell for cell in release.cells if grade_id(cell) == "setup"]
    assert set(setup.metadata.autograder) == {"lesson", "cells"}


@pytest.mark.parametrize("colab", [False, True])
def test_what_is_submitted_is_graded_as_the_notebook_itself(material, autograder, tmp_path, capsys, colab):
    notebook = json.loads(nbformat.writes(material.solved()))
    if colab:
        notebook["nbformat_minor"] = 0
        for cell in notebook["cells"]:
            cell["metadata"] |= {"id": "aBcD1234", "outputId": "0f3a"}
            cell.pop("id")
    labkit.submit(material.hand_in(json.dumps(notebook)))
    assert "https://lms.example/01" in capsys.readouterr().out
    handed_in = (
        tmp_path / "upload" / "01_squares_submission (1).ipynb"
    )  # as a browser names a second download
    handed_in.parent.mkdir()
    (material.folder / "01_squares_submission.ipynb").rename(handed_in)
    words = ("ci", handed_in.parent, "--hidden", "--lesson", LESSON, "--json", tmp_path / "out.json")
    done = autograder("--course", tmp_path / "course", *words)
    assert done.code == 0, done.out + done.err
    (entry,) = json.loads((tmp_path / "out.json").read_text())["submissions"]
    assert (entry["score"], entry["status"], entry["flags"]) == (6, "graded", ["renamed"])


def test_a_forged_receipt_earns_nothing(material, autograder, tmp_path):
    notebook = material.notebook()
    checks = [{"id": "squares_check", "title": "", "result": "passed"}]
    notebook.metadata["autograder"] = {"receipt": {"lesson": LESSON, "checks": checks, "sha256": "0" * 64}}
    file = material.hand_in(notebook, "01_squares_submission.ipynb")
    words = ("ci", file.parent, "--hidden", "--lesson", LESSON, "--json", tmp_path / "out.json")
    assert autograder("--course", tmp_path / "course", *words).code == 1
    assert json.loads((tmp_path / "out.json").read_text())["submissions"][0]["score"] == 0


def test_a_deleted_cell_is_told_before_it_is_handed_in(material):
    notebook = material.solved()
    del notebook.cells[material.cell(notebook, "mean_check")]
    with pytest.raises(NotSubmitted, match="mean_check"):
        labkit.submit(material.hand_in(notebook))
