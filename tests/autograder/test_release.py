"""Handing a lesson out: the gradebook's entry, and the agreement with plain nbgrader."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.course import Course
from autograder.ledger import alone


def entries(course: Path, query: str) -> list:
    with sqlite3.connect(course / "gradebook.db") as database:
        return database.execute(query).fetchall()


def test_a_release_is_registered_with_cells_and_due_date(course, autograder):
    result = autograder("--course", course, "release", "01")
    assert result.code == 0 and "released 01_first, due 2027-01-18 23:59 UTC" in result.out
    assert entries(course, "select name, duedate from assignment") == [
        ("01_first", "2027-01-18 23:59:59.000000")
    ]
    cells = entries(course, "select name from source_cell order by name")
    assert [name for (name,) in cells] == ["mean", "mean_check", "mean_hidden", "setup", "why_nan"]
    points = entries(
        course, "select name, max_score from grade_cells join base_cell using (id) order by name"
    )
    assert points == [("mean_check", 1.0), ("mean_hidden", 1.0), ("why_nan", 1.0)]
    assert not list((course / ".autograder").glob("release-*"))


def test_a_lesson_is_not_released_while_it_is_graded(course, autograder):
    with alone(Course.load(course)):
        result = autograder("--course", course, "release", "01")
    assert result.code == 2 and "repair" in result.err
    assert not (course / "gradebook.db").exists()


def test_a_release_can_be_repeated_and_gives_what_build_gives(course, lesson, autograder):
    autograder("--course", course, "build")
    built = (course / "notebooks/01_first/01_first.ipynb").read_bytes()
    for _ in range(2):
        assert autograder("--course", course, "release", "01").code == 0
        assert (course / "notebooks/01_first/01_first.ipynb").read_bytes() == built
    lesson.write_text(lesson.read_text().replace("the mean of nothing", "the mean of no numbers"))
    assert autograder("--course", course, "release", "01").code == 0
    [(source,)] = entries(course, "select source from source_cell where name = 'mean_hidden'")
    assert "the mean of no numbers" in source


@pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_cells_do_not_change_under_submissions(course, lesson, autograder):
    from nbgrader.api import Gradebook

    autograder("--course", course, "release", "01")
    with Gradebook(Course.load(course).database_url) as gradebook:
        gradebook.add_student("ada")
        gradebook.add_submission("01_first", "ada")
    lesson.write_text(lesson.read_text().replace("mean_check", "mean_checked"))
    result = autograder("--course", course, "release", "01")
    assert result.code == 2
    assert "Cannot add or remove cells for notebook '01_first'" in result.err and "restore them" in result.err
    assert "Traceback" not in result.err


def test_the_tables_of_a_new_gradebook_have_the_version_that_nbgrader_finds(tmp_path, monkeypatch):
    from nbgrader import api

    from autograder.database import open_gradebook

    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    open_gradebook(f"sqlite:///{tmp_path}/gradebook.db").close()
    said = api.get_alembic_version()  # by the program alembic
    assert entries(tmp_path, "select version_num from alembic_version") == [(said,)]


@pytest.fixture
def plain_nbgrader(course):
    """Runs a plain nbgrader command in the course's folder, without an activated environment."""

    def run(*words: str, cwd: Path = course) -> str:
        environment = {**os.environ, "PATH": os.defpath, "JUPYTER_CONFIG_DIR": str(course / ".jupyter")}
        command = [sys.executable, "-m", "nbgrader", *words]
        done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    return run


def test_plain_nbgrader_releases_the_same_bytes_and_the_same_entries(course, autograder, plain_nbgrader):
    autograder("--course", course, "release", "01")
    ours = {path.name: path.read_bytes() for path in (course / "notebooks/01_first").iterdir()}
    query = "select name, source, checksum from source_cell order by name"
    our_cells = entries(course, query)
    shutil.rmtree(course / "notebooks")
    (course / "gradebook.db").unlink()
    plain_nbgrader("generate_assignment", "01_first")
    assert {path.name: path.read_bytes() for path in (course / "notebooks/01_first").iterdir()} == ours
    assert entries(course, query) == our_cells


def test_a_plain_nbgrader_course_is_released_as_nbgrader_does_it(course, autograder, plain_nbgrader):
    autograder("--course", course, "build")
    bare = course / "bare"
    (bare / "source/ps1").mkdir(parents=True)
    notebook = nbformat.read(course / "solutions/01_first/01_first.ipynb", as_version=4)
    notebook.metadata.pop("autograder")
    nbformat.write(notebook, bare / "source/ps1/ps1.ipynb")
    header = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("Work alone.", id="rules")])
    nbformat.write(header, bare / "header.ipynb")
    (bare / "nbgrader_config.py").write_text(
        "c = get_config()\nc.IncludeHeaderFooter.header = 'header.ipynb'\n"
    )
    assert autograder("--course", bare, "release", "ps1").code == 0
    ours = (bare / "release/ps1/ps1.ipynb").read_bytes()
    assert b"Work alone." in ours and entries(bare, "select name, duedate from assignment") == [("ps1", None)]
    plain_nbgrader("generate_assignment", "ps1", "--force", cwd=bare)
    assert (bare / "release/ps1/ps1.ipynb").read_bytes() == ours


@pytest.mark.slow
def test_nbgrader_releases_no_notebook_that_is_older_than_its_text(course, autograder, plain_nbgrader):
    autograder("--course", course, "build", "01")
    text = course / "solutions/01_first/01_first.py"
    text.write_text(text.read_text() + "\n# %% [markdown]\n# A new end.\n")
    with pytest.raises(AssertionError, match=r"(?s)01_first\.py differ.*autograder build 01_first"):
        plain_nbgrader("generate_assignment", "01_first", "--force")
    autograder("--course", course, "build", "01")
    plain_nbgrader("generate_assignment", "01_first", "--force")
    assert "A new end." in (course / "notebooks/01_first/01_first.ipynb").read_text()


@pytest.mark.slow
def test_plain_nbgrader_does_its_whole_round_in_the_course(course, autograder, plain_nbgrader):
    autograder("--course", course, "release", "01")
    handed_in = course / "submitted/ada/01_first/01_first.ipynb"
    handed_in.parent.mkdir(parents=True)
    notebook = nbformat.read(course / "notebooks/01_first/01_first.ipynb", as_version=4)
    answers = {cell.id: cell for cell in notebook.cells}
    answers["mean"].source = "def mean(values):\n    return sum(values) / len(values)"  # fails for no numbers
    answers["why_nan"].source = "No number would be right."
    nbformat.write(notebook, handed_in)

    assert "Success! Your notebook passes all the tests." in plain_nbgrader("validate", str(handed_in))
    plain_nbgrader("autograde", "01_first")
    plain_nbgrader("generate_feedback", "01_first")
    plain_nbgrader("export", "--to", "marks.csv")
    left = sorted(path.name for path in (course / "autograded/ada/01_first").iterdir())
    assert left == ["01_first.ipynb", "numbers.csv"]  # neither the text nor the wrong answers
    assert (course / "feedback/ada/01_first/01_first.html").is_file()
    header, marks = (line.split(",") for line in (course / "marks.csv").read_text().splitlines())
    row = dict(zip(header, marks, strict=True))
    assert (row["student_id"], row["score"], row["max_score"]) == ("ada", "1.0", "3.0")
