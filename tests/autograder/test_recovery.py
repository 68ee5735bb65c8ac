"""From any damage back to the instructor's notebook with the student's answers."""

import json
import random

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbgrader.utils import compute_checksum

from autograder import cells, versions
from autograder.recovery import recover
from autograder.untrusted import SubmittedCell, read_notebook


@pytest.fixture(scope="module")
def lesson(recipes, tmp_path_factory):
    """The lesson's versions, and its material."""
    course = recipes.courses.text_course(tmp_path_factory.mktemp("course"))
    (form,) = versions.of(course, recipes.courses.LESSON)
    return form, recipes.Material.of(course, recipes.courses.LESSON)


def submitted(notebook, *, metadata: bool = True) -> list[SubmittedCell]:
    return [
        SubmittedCell(
            cell.cell_type,
            cell.source,
            grade_id=cells.grade_id(cell) if metadata else "",
            cell_id=cell.get("id", "") if metadata else "",
        )
        for cell in notebook.cells
    ]


def answers(recovered) -> dict[str, str]:
    return {cells.grade_id(cell): cell.source for cell in recovered.notebook.cells if cells.is_answer(cell)}


def texts(recovered) -> list[str]:
    return [cell.source for cell in recovered.notebook.cells]


def example(notebook) -> int:
    """The number of the cell that gives tests their numbers, and that students may change."""
    return next(n for n, cell in enumerate(notebook.cells) if "numbers = [3.0" in cell.source)


def test_an_undamaged_notebook_comes_through_without_a_word(lesson):
    form, material = lesson
    recovered = recover(form, submitted(material.solved()))
    assert answers(recovered) == material.answers
    assert not (recovered.notes or recovered.doubts or recovered.untouched or recovered.strange)


def test_the_rest_is_the_instructors(lesson):
    form, material = lesson
    damaged = submitted(material.solved())
    damaged = [
        SubmittedCell("code", "assert True", cell.grade_id) if "_" in cell.grade_id else cell
        for cell in damaged
    ]
    recovered = recover(form, damaged)
    graded = {cells.grade_id(cell): cell for cell in form.graded.cells}
    for cell in recovered.notebook.cells:
        if cells.is_locked(cell):
            assert cell.source == graded[cells.grade_id(cell)].source
        if cells.marks(cell):
            assert cell.metadata == graded[cells.grade_id(cell)].metadata
    assert "changed tests" in recovered.notes[0]


def test_a_test_that_was_mended_since_is_not_the_students_change(lesson, tmp_path):
    """By the checksum in the notebook; a change of the student's does not fit it."""
    form, material = lesson
    older = material.solved()
    test = next(cell for cell in older.cells if cells.grade_id(cell) == "mean_check")
    test.source += "\n# mended since"
    test.metadata.nbgrader.points += 1
    for checksum, said in ((compute_checksum(test), False), ("0" * 32, True)):
        test.metadata.nbgrader.checksum = checksum
        nbformat.write(older, tmp_path / "older.ipynb")
        recovered = recover(form, read_notebook(tmp_path / "older.ipynb"))
        assert any("changed tests" in note for note in recovered.notes) is said
        counted = next(cell for cell in recovered.notebook.cells if cells.grade_id(cell) == "mean_check")
        assert "mended since" not in counted.source


def test_a_grade_id_that_is_no_text_is_read_all_the_same(tmp_path):
    marks = {"grade_id": "\ud800", "locked": True, "checksum": "0", "points": 1, "grade": True}
    cell = {"cell_type": "code", "source": "x", "metadata": {"nbgrader": marks}}
    (tmp_path / "odd.ipynb").write_text(json.dumps({"nbformat": 4, "cells": [cell]}))
    (read,) = read_notebook(tmp_path / "odd.ipynb")
    assert read.source == "x" and not read.as_given


def test_untouched(lesson):
    form, material = lesson
    for metadata in (True, False):
        assert recover(form, submitted(material.notebook(), metadata=metadata)).untouched
    blank = [
        SubmittedCell(c.kind, "  \n" if c.grade_id in material.tasks else c.source, c.grade_id)
        for c in submitted(material.notebook())
    ]
    assert recover(form, blank).untouched


def test_own_cells_keep_their_place_and_lose_their_metadata(lesson):
    form, material = lesson
    notebook = submitted(material.solved())
    at = next(i for i, cell in enumerate(notebook) if cell.grade_id == "mean")
    notebook.insert(at, SubmittedCell("code", "helper = 1", grade_id="no_such_cell"))
    recovered = recover(form, notebook)
    where = texts(recovered).index("helper = 1")
    own = recovered.notebook.cells[where]
    assert cells.grade_id(recovered.notebook.cells[where + 1]) == "mean"
    assert own.metadata == {} and own["id"].startswith("own-")


def test_a_cell_that_may_be_changed_counts_as_the_student_left_it(lesson):
    form, material = lesson
    for metadata in (True, False):
        notebook = submitted(material.solved(), metadata=metadata)
        changed = [
            SubmittedCell(c.kind, c.source.replace("2.0]", "7.5]"), c.grade_id, c.cell_id) for c in notebook
        ]
        recovered = recover(form, changed)
        assert sum("numbers = [" in text for text in texts(recovered)) == 1
        assert any("7.5]" in text for text in texts(recovered))


@pytest.mark.parametrize(
    "changed", ["import math", "plans = 1", "numbers = [3.0,", "def f(:\n    numbers = 1"]
)
def test_an_example_that_tests_need_is_there_before_what_the_student_made_of_it(lesson, changed):
    form, material = lesson
    notebook = material.solved()
    place = example(notebook)
    given, notebook.cells[place].source = notebook.cells[place].source, changed
    recovered = recover(form, submitted(notebook))
    assert texts(recovered)[place : place + 2] == [given, changed]
    assert cells.is_own(recovered.notebook.cells[place + 1])
    lost = {"numbers"} if changed == "import math" else {"math", "numbers"}
    assert recovered.changed == lost
    assert (
        recovered.notes[0].startswith("the example that defines")
        and "`numbers` runs as" in recovered.notes[0]
    )


def test_an_example_that_still_defines_what_tests_need_is_the_students(lesson):
    form, material = lesson
    notebook = material.solved()
    place = example(notebook)
    notebook.cells[place].source = "import math\nnumbers = [1.0]\nmine = 2"
    recovered = recover(form, submitted(notebook))
    assert texts(recovered)[place] == notebook.cells[place].source and not recovered.notes
    assert len(texts(recovered)) == len(form.release.cells)


def test_pasted_pictures_stay_with_a_written_answer(lesson):
    form, material = lesson
    picture = {"a.png": {"image/png": "AAAA"}}
    notebook = [
        SubmittedCell(c.kind, c.source, c.grade_id, attachments=picture if c.grade_id == "why" else {})
        for c in submitted(material.solved())
    ]
    (cell,) = [c for c in recover(form, notebook).notebook.cells if cells.grade_id(c) == "why"]
    assert cell.attachments == picture


def test_a_written_answer_below_its_empty_cell_is_not_lost(lesson):
    form, material = lesson
    notebook = submitted(material.notebook(**{task: material.answers[task] for task in material.tasks}))
    at = next(i for i, cell in enumerate(notebook) if cell.grade_id == "why")
    notebook.insert(at + 1, SubmittedCell("markdown", "Because."))
    assert answers(recover(form, notebook))["why"] == "Because."


def test_of_two_whole_answers_the_last_counts_and_helpers_between_stay(lesson):
    form, material = lesson
    first, helper = "def mean(values):\n    return 0", "def add(a, b):\n    return a + b"
    last = "def mean(values):\n    return sum(values) / len(values)"
    notebook = submitted(material.solved())
    at = next(i for i, cell in enumerate(notebook) if cell.grade_id == "mean")
    notebook[at : at + 1] = [SubmittedCell("code", source, "mean") for source in (first, helper, last)]
    recovered = recover(form, notebook)
    assert answers(recovered)["mean"] == f"{helper}\n\n{last}"
    assert any("last one counts" in note for note in recovered.notes)


def test_a_broken_copy_does_not_cost_the_answer(lesson):
    form, material = lesson
    notebook = submitted(material.solved())
    at = next(i for i, cell in enumerate(notebook) if cell.grade_id == "mean")
    notebook.insert(at + 1, SubmittedCell("code", "def mean(values:\n  oops", "mean"))
    assert answers(recover(form, notebook))["mean"] == material.answers["mean"]


def test_a_deleted_answer_leaves_the_stub_and_is_said(lesson):
    form, material = lesson
    recovered = recover(form, [c for c in submitted(material.solved()) if c.grade_id != "mean"])
    assert "NotImplementedError" in answers(recovered)["mean"]
    assert recovered.notes == ["the answer cell `mean` was deleted"] and not recovered.doubts


def test_a_deleted_answer_with_something_odd_in_its_place_is_a_doubt(lesson):
    form, material = lesson
    notebook = submitted(material.solved())
    at = next(i for i, cell in enumerate(notebook) if cell.grade_id == "mean")
    notebook[at] = SubmittedCell("code", "average = lambda v: sum(v) / len(v)")
    recovered = recover(form, notebook)
    assert "`mean` is gone" in recovered.doubts[0]


def test_another_notebook_is_strange(lesson):
    form, _ = lesson
    for notebook in ([], [SubmittedCell("code", "print(1)"), SubmittedCell("markdown", "# Chemistry")]):
        recovered = recover(form, notebook)
        assert recovered.strange and "right notebook" in recovered.doubts[0]


def test_nothing_in_the_student_notebook_changes_it(lesson):
    form, material = lesson
    before = form.digest
    recover(form, submitted(material.solved()))
    assert form.digest == before


def damage(notebook: list[SubmittedCell], seed: int) -> list[SubmittedCell]:
    """Some of what editors do: none of it loses an answer or changes its meaning."""
    rng = random.Random(seed)
    if rng.random() < 0.5:
        notebook = [SubmittedCell(c.kind, c.source) for c in notebook]
    if rng.random() < 0.5:
        doubled = [[cell] * rng.choice([1, 1, 2]) for cell in notebook]
        notebook = [cell for group in doubled for cell in group]
    if rng.random() < 0.5:
        notebook = [c for c in notebook if not c.source.startswith(("# Squares of", "# The square"))]
    return [
        SubmittedCell(c.kind, c.source + rng.choice(["", "\n", "  \n"]), c.grade_id, c.cell_id)
        for c in notebook
    ]


@given(seed=st.integers(0, 10**6), solved=st.sets(st.sampled_from(["squares", "mean", "number"])))
@settings(max_examples=100)
def test_random_damage_keeps_every_answer(lesson, seed, solved):
    form, material = lesson
    notebook = submitted(material.notebook(**{task: material.answers[task] for task in solved}))
    recovered = recover(form, damage(notebook, seed))
    got = answers(recovered)
    for task in solved:
        assert got[task].strip() == material.answers[task]
    for task in set(material.tasks) - solved:
        assert "NotImplementedError" in got[task]
    assert not recovered.doubts


kinds = st.sampled_from(["code", "markdown", "raw"])
ids = st.sampled_from(["", "squares", "squares_check", "mean", "number", "why", "x"])
pieces = st.sampled_from(
    [
        "def squares(values):",
        "    return 1",
        "number = 3",
        "def mean(v): return 2",
        "%%bash",
        "",
        "'''",
        "assert True",
    ]
)


@given(
    st.lists(
        st.builds(
            SubmittedCell, kinds, st.lists(pieces, max_size=4).map("\n".join), ids, st.text(max_size=3)
        ),
        max_size=12,
    )
)
def test_any_cells_give_a_notebook_to_grade(lesson, notebook):
    form, _ = lesson
    recovered = recover(form, notebook)
    locked = [cell.source for cell in form.graded.cells if cells.is_locked(cell)]
    assert [cell.source for cell in recovered.notebook.cells if cells.is_locked(cell)] == locked
    assert set(answers(recovered)) == {"squares", "mean", "number", "why"}
