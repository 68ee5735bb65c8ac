"""`autograder ci`: a student checks a notebook alone, and cannot pass by changing the checks."""

import json
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest

from autograder import sandbox
from autograder.cells import grade_id
from autograder.records import Report

LESSON = "01_squares"
WRONG = "def mean(values):\n    return 0.0"


class Student:
    """A student with a notebook, the course's student edition, and the command."""

    def __init__(self, autograder, recipes, root: Path) -> None:
        self.autograder = autograder
        self.course = recipes.courses.text_course(root / "course")
        self.material = recipes.Material.of(self.course, LESSON)
        self.released = self.write(
            self.material.release, self.course.release_dir / LESSON / f"{LESSON}.ipynb"
        )
        self.home = root / "home"

    def write(self, notebook, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
        return path

    def mine(self, notebook, name: str = f"{LESSON}.ipynb") -> Path:
        return self.write(notebook, self.home / name)

    def check(self, *words, course: bool = True):
        """The command's result, and its report, or None if it wrote none."""
        file = self.home / "out.json"
        file.unlink(missing_ok=True)
        where = ["--course", self.course.root] if course else []
        done = self.autograder(*where, "ci", *words, "--json", file)
        return done, Report.from_json(file.read_text()) if file.exists() else None


@pytest.fixture
def student(autograder, recipes, tmp_path, monkeypatch) -> Student:
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    made = Student(autograder, recipes, tmp_path)
    made.home.mkdir()
    monkeypatch.chdir(made.home)  # no course around
    return made


def weakened(notebook):
    """With checks that check nothing."""
    for cell in notebook.cells:
        if grade_id(cell).endswith("_check"):
            cell.source = cell.source.splitlines()[0] + "\npass"
    return notebook


def status(report: Report) -> dict[str, str]:
    return {test.id: test.status for test in report.submissions[0].tests}


def test_a_solved_notebook_is_good(student):
    done, report = student.check(student.mine(student.material.solved()))
    (entry,) = report.submissions
    assert done.code == 0, done.out + done.err
    assert report.lesson == LESSON and entry.status == "graded"
    assert (
        entry.score == entry.max_score == 4
    )  # the hidden test and its points are not in the student edition
    assert set(status(report)) == {"squares_check", "mean_check", "number_check", "why"}
    assert "notebooks/01_squares/01_squares.ipynb" in done.out and "1 hidden test is not" in done.out


def test_a_wrong_answer_is_shown_in_every_form(student):
    notebook = student.mine(student.material.solved(mean=WRONG))
    done, report = student.check(notebook, "--junit", "junit.xml", "--summary", "summary.md")
    assert done.code == 1
    assert status(report)["mean_check"] == "failed" and status(report)["squares_check"] == "passed"
    assert "The mean of three" in done.out and "0 / 2" in done.out
    assert len(ElementTree.parse("junit.xml").findall(".//testcase/failure")) == 1
    assert (
        "| mean | The mean of three numbers, and of none | **failed** | 0 / 2 |"
        in Path("summary.md").read_text()
    )


def test_changed_checks_earn_nothing_where_the_course_is_at_hand(student):
    done, report = student.check(student.mine(weakened(student.material.notebook())))
    assert done.code == 1
    assert report.submissions[0].score == 0
    assert "changed tests count as they were handed out" in report.submissions[0].reason


def test_changed_checks_are_told_where_it_is_not(student):
    done, report = student.check(student.mine(weakened(student.material.notebook())), course=False)
    assert done.code == 1 and report.submissions[0].status == "needs_review"
    assert "checks were changed in the notebook: squares_check" in report.submissions[0].reason
    assert "the lesson's own are not at hand" in done.out


def test_without_the_course_the_notebook_checks_itself(student):
    done, report = student.check(student.mine(student.material.solved()), course=False)
    assert done.code == 0 and report.submissions[0].score == 4
    assert report.submissions[0].flags == [] and report.submissions[0].reason == ""
    assert "the lesson's own are not at hand" in done.out


def test_the_student_works_in_the_clone_and_git_knows_the_checks(student, monkeypatch):
    def git(*words):
        subprocess.run(["git", "-C", student.course.root, *words], check=True, capture_output=True)

    git("init", "-q")
    git("add", "notebooks", "course.yml")
    git("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "-m", "first")
    git("update-ref", "refs/remotes/origin/main", "HEAD")
    student.write(weakened(student.material.notebook()), student.released)
    done, report = student.check(student.released)
    assert done.code == 1 and report.submissions[0].score == 0
    assert "remotes/origin/main of this repository" in done.out


def test_the_sandbox_is_refused_where_the_checks_are_the_students(student):
    done, _ = student.check(student.mine(student.material.solved()), "--sandbox", course=False)
    assert done.code == 2 and "--course DIR" in done.err


def test_the_sandbox_is_required_when_it_is_asked_for(student, monkeypatch):
    monkeypatch.setattr(
        sandbox, "missing", lambda: [sandbox.Protection("Landlock", False, True, "no", "boot")]
    )
    notebook = student.mine(student.material.solved())
    done, _ = student.check(notebook, "--sandbox")
    assert done.code == 2 and "Landlock" in done.err
    done, _ = student.check(notebook)
    assert done.code == 0 and "without the sandbox" in done.err


def test_hidden_tests_count_and_say_nothing(student):
    answer = "def squares(values):\n    return [1, 4, 9] if list(values) == [1, 2, 3] else [0.0]"
    notebook = student.mine(student.material.solved(squares=answer), "any name.ipynb")
    done, report = student.check(notebook, "--hidden", "--student", "ada")
    (entry,) = report.submissions
    hidden = next(test for test in entry.tests if test.id == "squares_hidden")
    assert done.code == 1 and entry.student == "ada" and entry.max_score == 6
    assert hidden.status == "failed" and not hidden.visible and hidden.message == ""
    assert "(hidden)" in done.out


def test_a_folder_as_one_submission_of_a_lesson(student):
    student.mine(student.material.solved(), "Kopie von squares (2).ipynb")
    done, report = student.check(
        student.home, "--hidden", "--lesson", "01", "--sandbox", "--gradescope", "g.json"
    )
    assert done.code == 0, done.out + done.err
    assert report.submissions[0].score == 6 and "renamed" in report.submissions[0].flags
    assert json.loads(Path("g.json").read_text())["score"] == 6


def test_a_folder_is_searched_and_what_belongs_to_no_lesson_is_left_out(student):
    student.mine(student.material.solved(), f"a/{LESSON}.ipynb")
    student.mine(student.material.notebook(), f"b/{LESSON}.ipynb")
    student.mine(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), "b/notes.ipynb")
    student.mine(student.material.solved(), f"b/.ipynb_checkpoints/{LESSON}.ipynb")
    (student.home / "broken.ipynb").write_text("{")
    done, report = student.check(student.home)
    assert done.code == 1
    assert [entry.score for entry in report.submissions] == [4, 0]


@pytest.mark.parametrize(
    ("content", "said"), [("{", "not valid JSON"), ('{"cells": [], "nbformat": 4}', "no lesson")]
)
def test_what_is_no_notebook_of_a_lesson_is_refused(student, content, said):
    (student.home / "x.ipynb").write_text(content)
    done, report = student.check("x.ipynb")
    assert (done.code, report) == (2, None) and said in done.err


def test_a_folder_without_notebooks_is_refused(student):
    done, _ = student.check(student.home)
    assert done.code == 2 and "no notebook with checks" in done.err


def test_the_summary_goes_where_github_says(student, monkeypatch):
    file = student.home / "step.md"
    file.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    student.check(student.mine(student.material.solved()))
    assert file.read_text().startswith("before\n### 01&#95;squares: 4 of 4 points")


def test_data_beside_the_notebook_is_there_for_it(student):
    notebook = student.material.solved()
    at = student.material.cell(notebook, "number")
    notebook.cells[at].source = "number = int(open('number.txt').read())"
    (student.home / "number.txt").write_text("144")
    done, _ = student.check(student.mine(notebook))
    assert done.code == 0, done.out


def test_no_text_of_a_student_moves_the_terminals_cursor(student):
    answer = "def mean(values):\n    raise ValueError('\\x1b[2J\\x07[bold]passed[/]')"
    done, _ = student.check(student.mine(student.material.solved(mean=answer)))
    assert done.code == 1 and "\x1b" not in done.out and "\x07" not in done.out
    assert "[bold]" in done.out.replace("\n", "").replace(" ", "")
