"""`autograder demo`: the real lesson, from its source to marks and pages; and plain nbgrader on the same course."""

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import demo
from autograder.course import Course

REPOSITORY = Path(__file__).parents[2]


def run(*words: object) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "autograder", "--course", REPOSITORY, *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=900, cwd=REPOSITORY)


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """The demo's folder, and what two runs of it printed."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    first = run("demo", "--directory", folder)
    written = {path: path.stat().st_mtime_ns for path in folder.glob("autograded/*/*/*.ipynb")}
    second = run("demo", "--directory", folder)
    again = {path: path.stat().st_mtime_ns for path in folder.glob("autograded/*/*/*.ipynb")}
    return folder, first, second, (written, again)


@pytest.mark.slow
def test_the_marks_are_those_of_the_recipes(shown, recipes):
    from autograder.ledger import Ledger

    folder, first, _, _ = shown
    assert first.returncode == 0, first.stdout + first.stderr
    course = Course.load(folder)
    material, ledger = recipes.Material.of(course, demo.LESSON), Ledger(course, demo.LESSON)
    known = {case.name: case for case in recipes.cases()}
    for name in demo.CLASS:
        entry = ledger.get(name).submission
        assert (entry.status, entry.score) == (known[name].status, known[name].expected(material)), name
        assert f" {name} " in first.stdout


@pytest.mark.slow
def test_a_second_run_says_the_same_and_grades_nothing(shown):
    _, first, second, (written, again) = shown
    seconds = re.compile(r"\s+[\d.]+\s*$", re.MULTILINE)
    assert seconds.sub("", second.stdout) == seconds.sub("", first.stdout)
    assert {path: time for path, time in again.items() if "broken_json" not in str(path)} == {
        path: time for path, time in written.items() if "broken_json" not in str(path)
    }


@pytest.mark.slow
def test_it_says_where_to_look(shown):
    folder, first, _, _ = shown
    assert str(folder / "gradebook.db") in first.stdout
    pages = list(folder.glob(f"feedback/*/{demo.LESSON}/{demo.LESSON}.html"))
    assert len(pages) == len(demo.CLASS)


@pytest.mark.slow
def test_plain_nbgrader_agrees_on_the_real_lesson(shown):
    folder, _, _, _ = shown
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    names = ("perfect", "half_done", "empty", "wrong_answer")

    def nbgrader(*words: str) -> None:
        command = [sys.executable, "-m", "nbgrader", *words]
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, timeout=900
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def points() -> dict[str, float]:
        nbgrader("export", "--to=marks.csv", f"--assignment={demo.LESSON}")
        with open(folder / "marks.csv", newline="") as file:
            return {row["student_id"]: float(row["raw_score"]) for row in csv.DictReader(file)}

    ours = points()
    for name in names:  # with the judge, as formgrader's button does
        nbgrader("autograde", demo.LESSON, "--student", name, "--force")
    assert points() == ours
    with (folder / "nbgrader_config.py").open("a") as file:
        file.write("del c.Autograde\n")  # and in a kernel, as nbgrader does by itself
    for name in names:
        nbgrader("autograde", demo.LESSON, "--student", name, "--force")
        nbgrader("generate_feedback", demo.LESSON, "--student", name, "--force")
    assert points() == ours
    assert len({ours[name] for name in names}) > 2


@pytest.mark.slow
def test_another_folder_is_not_touched(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    done = run("demo", "--directory", tmp_path, "--fresh")
    assert done.returncode == 2 and "something else than a demo" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_recipes_are_needed(tmp_path, monkeypatch):
    monkeypatch.delitem(sys.modules, "submissions", raising=False)
    with pytest.raises(demo.NoRecipes, match="git clone"):
        demo.load_recipes(tmp_path)
