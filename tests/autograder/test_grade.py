"""`autograder grade`: everyone gets a status, nothing is lost, nothing is done twice, nothing changes unsaid."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder import coordinator, grading, pool, sandbox
from autograder.course import Course
from autograder.gradebook import Grades
from autograder.ledger import Ledger

LESSON = "01_squares"


class Class:
    """A course in a folder, and the command that grades it."""

    def __init__(self, autograder, recipes, course) -> None:
        self.autograder, self.recipes, self.course, self.root = autograder, recipes, course, course.root

    def hand_in(self, *names: str) -> None:
        self.recipes.courses.hand_in(self.course, *names)

    def grade(self, *options: str):
        done = self.autograder(
            "--course", self.root, "grade", LESSON, "--json", self.root / "out.json", *options
        )
        self.report = json.loads((self.root / "out.json").read_text()) if done.code != 2 else {}
        self.marks = {one["student"]: one for one in self.report.get("submissions", [])}
        return done

    def scores(self) -> dict:
        return {name: one["score"] for name, one in self.marks.items()}

    def answer(self, student: str, **answers: str) -> None:
        material = self.recipes.Material.of(self.course, LESSON)
        material.folder = self.course.submitted_dir / student / LESSON
        material.hand_in(material.solved(**answers))

    def edit_source(self, old: str, new: str) -> None:
        file = self.course.source_dir / LESSON / f"{LESSON}.py"
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))

    @contextmanager
    def gradebook(self):
        with Gradebook(self.course.database_url) as book:
            yield book

    def autograded(self) -> dict[str, int]:
        return {str(p): p.stat().st_mtime_ns for p in self.course.autograded_dir.glob("*/*/*.ipynb")}


@pytest.fixture
def squares(autograder, recipes, tmp_path) -> Class:
    return Class(autograder, recipes, recipes.courses.text_course(tmp_path / "course"))


def test_marks_reach_gradebook_folders_and_file(squares):
    squares.hand_in("perfect", "half_done", "broken_json")
    done = squares.grade("--workers", "2")
    assert done.code == 1
    assert squares.scores() == {"broken_json": None, "half_done": 5, "perfect": 6}
    with squares.gradebook() as book:
        perfect = book.find_submission(LESSON, "perfect")
        assert (perfect.score, perfect.max_score, perfect.needs_manual_grade) == (6, 9, True)
        assert perfect.timestamp is None  # as in the folder: formgrader compares them
        broken = book.find_submission(LESSON, "broken_json").notebooks[0]
        assert broken.needs_manual_grade and broken.flagged
        assert {grade.auto_score for grade in broken.grades} == {None}
        assert book.find_assignment(LESSON).duedate.date() == date(2027, 1, 18)
    folder = squares.course.autograded_dir / "perfect" / LESSON
    assert [path.name for path in folder.iterdir()] == [f"{LESSON}.ipynb"]
    assert "broken_json: 01_squares.ipynb is not valid JSON" in done.out


def test_good_news_only_is_exit_code_0(squares):
    squares.hand_in("perfect")
    assert squares.grade().code == 0


def test_a_second_run_grades_only_what_is_new(squares):
    squares.hand_in("perfect", "empty")
    squares.grade()
    first, before = squares.report, squares.autograded()
    squares.hand_in("wrong_answer")
    done = squares.grade()
    assert squares.report["seed"] == first["seed"]
    assert {k: v for k, v in squares.autograded().items() if k in before} == before
    assert [squares.marks[one["student"]] for one in first["submissions"]] == first["submissions"]
    assert squares.scores()["wrong_answer"] == 2
    assert "2 of 3 were graded before" in done.out


def test_who_handed_in_nothing_is_missing_and_not_zero(squares):
    squares.hand_in("perfect")
    with Grades(squares.course) as grades:
        grades.book.add_student("grace")
    assert squares.grade().code == 1
    assert (squares.marks["grace"]["status"], squares.marks["grace"]["score"]) == ("missing", None)
    with squares.gradebook() as book:
        assert [one.student.id for one in book.assignment_submissions(LESSON)] == ["perfect"]


def test_nothing_at_all(squares):
    done = squares.autograder("--course", squares.root, "grade", LESSON)
    assert done.code == 2 and "STUDENT/01_squares/" in done.err


def test_one_student_only(squares):
    squares.hand_in("perfect", "empty")
    assert squares.grade("--student", "perfect").code == 0
    assert squares.scores() == {"perfect": 6}
    done = squares.autograder("--course", squares.root, "grade", LESSON, "--student", "nobody")
    assert done.code == 2 and "nobody" in done.err


def test_manual_marks_survive_a_new_submission_and_are_to_be_looked_at(squares):
    squares.hand_in("perfect")
    squares.grade()
    with squares.gradebook() as book:
        grade = book.find_grade("why", LESSON, LESSON, "perfect")
        grade.manual_score, grade.needs_manual_grade = 2.0, False
        book.find_comment("why", LESSON, LESSON, "perfect").manual_comment = "well said"
        book.db.commit()
    assert "2 / 3" in squares.grade().out
    squares.answer("perfect", mean="def mean(values): return 0")
    squares.grade()
    with squares.gradebook() as book:
        grade = book.find_grade("why", LESSON, LESSON, "perfect")
        assert (grade.manual_score, grade.needs_manual_grade) == (2.0, True)
        assert book.find_comment("why", LESSON, LESSON, "perfect").manual_comment == "well said"


def test_a_resubmission_is_graded_again_and_said(squares):
    squares.hand_in("perfect")
    squares.grade()
    squares.answer("perfect", mean="pass")
    done = squares.grade()
    assert squares.scores() == {"perfect": 4}
    assert "perfect: 6 -> 4 (handed in again)" in done.out
    assert "mean_check: 2 -> 0" in done.out


def test_a_resubmission_that_cannot_be_read_has_no_old_marks(squares):
    squares.hand_in("perfect")
    squares.grade()
    (squares.course.submitted_dir / "perfect" / LESSON / f"{LESSON}.ipynb").write_text("{")
    squares.grade()
    assert squares.scores() == {"perfect": None}
    with squares.gradebook() as book:
        assert book.find_submission(LESSON, "perfect").score == 0
        assert book.find_submission(LESSON, "perfect").needs_manual_grade


def test_a_stricter_test_does_not_take_marks_unless_that_is_accepted(squares):
    squares.hand_in("perfect", "empty")
    squares.grade()
    squares.edit_source("assert number == 144", "assert number == 145")
    done = squares.grade()
    assert done.code == 1
    assert "perfect: 6 -> 5 (graded again)" in done.out and "old marks are kept" in done.out
    assert squares.scores() == {"perfect": 6, "empty": 0}
    with squares.gradebook() as book:
        assert book.find_submission(LESSON, "perfect").score == 6
    assert squares.grade("--accept-lower").code == 0
    assert squares.scores() == {"perfect": 5, "empty": 0}
    with squares.gradebook() as book:
        assert book.find_submission(LESSON, "perfect").score == 5


def test_a_repaired_test_gives_marks(squares):
    squares.edit_source("assert number == 144", "assert number == 145")
    squares.hand_in("perfect")
    squares.grade()
    squares.edit_source("assert number == 145", "assert number == 144")
    assert "perfect: 5 -> 6 (graded again)" in squares.grade().out


def test_regrade_repeats_with_the_same_seed_and_changes_nothing(squares):
    squares.hand_in("perfect", "wrong_answer")
    squares.grade("--seed", "11")
    before, files = squares.report, squares.autograded()
    done = squares.grade("--regrade")
    assert squares.report["seed"] == 11 and "->" not in done.out
    assert squares.autograded() != files
    for one, other in zip(before["submissions"], squares.report["submissions"], strict=True):
        assert [t["message"] for t in one["tests"]] == [t["message"] for t in other["tests"]]


def test_another_seed_gives_other_inputs(squares):
    squares.hand_in("wrong_answer")
    messages = []
    for seed in ("1", "2"):
        squares.grade("--seed", seed)
        messages.append([test["message"] for test in squares.marks["wrong_answer"]["tests"]])
    assert messages[0] != messages[1]


def test_a_changed_set_of_tests_is_refused_while_there_are_marks(squares):
    squares.hand_in("perfect")
    squares.grade()
    squares.edit_source('"grade_id": "number_check"', '"grade_id": "number_test"')
    done = squares.grade()
    assert done.code == 2
    assert "gone: number_check; new: number_test" in done.err


def test_late_work_is_marked_and_an_extension_settles_it(squares):
    squares.hand_in("late", "extended")
    assert squares.grade().code == 1
    late, extended = squares.marks["late"], squares.marks["extended"]
    assert (late["status"], late["score"], late["flags"]) == ("needs_review", 6, ["late"])
    assert (extended["status"], extended["flags"]) == ("graded", ["extended"])
    assert extended["late_seconds"] == 3 * 86400 - 43199
    with squares.gradebook() as book:
        assert book.find_submission(LESSON, "late").notebooks[0].flagged
    (squares.root / "extensions.yml").write_text(
        f"extensions:\n  - student: late\n    lesson: {LESSON}\n    until: 2027-01-31\n"
    )
    assert squares.grade().code == 0
    assert squares.marks["late"]["flags"] == ["extended"]
    with squares.gradebook() as book:
        assert not book.find_submission(LESSON, "late").notebooks[0].flagged


def test_two_runs_at_once_are_refused(squares):
    from autograder.ledger import alone

    squares.hand_in("perfect")
    with alone(squares.course):
        done = squares.grade()
    assert done.code == 2 and "another `autograder grade`" in done.err
    assert squares.grade().code == 0


def test_an_unwritable_result_costs_one_student_only(squares, monkeypatch):
    squares.hand_in("perfect", "empty")
    publish = Ledger.publish

    def full_disk(self, student, files):
        if student == "empty":
            raise OSError(28, "No space left on device")
        publish(self, student, files)

    monkeypatch.setattr(Ledger, "publish", full_disk)
    squares.grade()
    assert "No space left" in squares.marks["empty"]["reason"]
    assert squares.scores() == {"perfect": 6, "empty": None}
    monkeypatch.undo()
    squares.grade()
    assert squares.scores() == {"perfect": 6, "empty": 0}


def test_marks_are_written_whole_or_not_at_all(squares, monkeypatch):
    squares.hand_in("perfect")
    squares.grade()
    squares.answer("perfect", mean="pass", squares="pass", number="pass")
    from autograder import gradebook

    written = []

    def stop(self, cell, resources):
        written.append(cell)
        if len(written) == 3:
            raise KeyboardInterrupt
        return original(self, cell, resources)

    original = gradebook._Save._add_score
    monkeypatch.setattr(gradebook._Save, "_add_score", stop)
    assert squares.grade().code == 2
    with squares.gradebook() as book:
        assert book.find_submission(LESSON, "perfect").score == 6
    monkeypatch.undo()
    squares.grade()
    with squares.gradebook() as book:
        assert book.find_submission(LESSON, "perfect").score == 0


# Stopped in the middle


def start(course: Course, *options: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "autograder", "--course", str(course.root), "grade", LESSON, *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)


def wait_for(condition, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


def descendants_of(folder: Path) -> list[str]:
    """Command lines of processes that work in a temporary folder below `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder) in (process / "environ").read_text(errors="replace"):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


@pytest.fixture
def short_folder():
    """For TMPDIR: the sockets of worker processes are there, and the path of a socket has at most 107 characters."""
    with tempfile.TemporaryDirectory(dir="/tmp", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM], ids=lambda sign: sign.name)
def test_stopped_and_continued(squares, short_folder, monkeypatch, sign):
    """One student is graded, a second is at work in an endless loop when it stops; then the rest is graded."""
    temporary = short_folder
    monkeypatch.setenv("TMPDIR", str(temporary))
    squares.hand_in("another_wrong_answer", "endless_loop", "perfect")
    run = start(squares.course, "--workers", "1")
    ledger = Ledger(squares.course, LESSON)
    wait_for(lambda: ledger.get("another_wrong_answer") and list(temporary.iterdir()))
    time.sleep(1.5)
    os.kill(run.pid, sign)
    out, err = run.communicate(timeout=30)
    assert run.returncode != 0
    if sign == signal.SIGINT:
        assert run.returncode == 2, (out, err)
        assert b"interrupted: 1 of 3 submissions were graded and are kept" in err
    wait_for(lambda: not descendants_of(temporary), 20)
    assert ledger.students() == ["another_wrong_answer"]
    before = squares.autograded()
    squares.grade()
    assert squares.scores() == {"another_wrong_answer": 5, "endless_loop": 4, "perfect": 6}
    assert before.items() <= squares.autograded().items()


# The sandbox


def test_without_a_sandbox_nothing_runs_unless_that_is_accepted(squares, monkeypatch):
    squares.hand_in("perfect")
    lacking = [sandbox.Protection("Landlock: files", False, True, "not in this kernel", "boot another one")]
    monkeypatch.setattr(sandbox, "available", lambda: lacking)
    result = squares.grade()
    assert result.code == 2 and not Ledger(squares.course, LESSON).students()
    assert all(text in result.err for text in ("Landlock: files", "boot another one", "--without-sandbox"))
    squares.grade("--without-sandbox")
    assert squares.scores() == {"perfect": 6}


# The pool


def test_a_worker_that_dies_takes_no_other_with_it():
    jobs = {"dies": (os._exit, 1), "lives": (abs, -3), "raises": (int, "x")}
    results = dict(pool.run(_call, jobs, 2))
    assert results["lives"] == 3
    assert isinstance(results["raises"], ValueError)
    assert isinstance(results["dies"], pool.WorkerLost)


def _call(function, argument):
    return function(argument)


def test_a_mistake_of_ours_is_a_reason(squares, monkeypatch):
    squares.hand_in("perfect")
    with Grades(squares.course) as grades:
        task = coordinator.Coordinator(squares.course, LESSON, grades).task
    monkeypatch.setattr(grading, "recover", lambda *_: 1 / 0)
    result = grading.grade_submission(task, squares.course.submitted_dir / "perfect" / LESSON)
    assert result.status == "failed" and "ZeroDivisionError" in result.reasons[0]


def test_grading_one_submission_has_an_end(squares, monkeypatch):
    squares.hand_in("perfect")
    with Grades(squares.course) as grades:
        task = coordinator.Coordinator(squares.course, LESSON, grades).task
    monkeypatch.setattr(grading, "MARGIN", -89)
    monkeypatch.setattr(grading, "recover", lambda *_: time.sleep(30))
    result = grading.grade_submission(task, squares.course.submitted_dir / "perfect" / LESSON)
    assert result.status == "failed" and "more than 1 s" in result.reasons[0]


# Plain courses


def test_a_plain_nbgrader_course_is_graded_too(autograder, recipes, tmp_path):
    squares = Class(autograder, recipes, recipes.courses.plain_course(tmp_path / "plain"))
    squares.hand_in("perfect", "half_done", "empty")
    assert squares.grade().code == 0
    assert squares.scores() == {"perfect": 6, "half_done": 5, "empty": 0}
    assert {one["late_seconds"] for one in squares.marks.values()} == {None}


def test_a_lesson_of_several_notebooks(autograder, recipes, tmp_path):
    squares = Class(autograder, recipes, recipes.courses.plain_course(tmp_path / "plain"))
    folder = squares.course.source_dir / LESSON
    (folder / "again.ipynb").write_text((folder / f"{LESSON}.ipynb").read_text())
    for student, names in {"both": ("again", LESSON), "one": (LESSON,)}.items():
        place = squares.course.submitted_dir / student / LESSON
        place.mkdir(parents=True)
        for name in names:
            (place / f"{name}.ipynb").write_text((folder / f"{LESSON}.ipynb").read_text())
    assert squares.grade().code == 1
    assert squares.scores() == {"both": 12, "one": 6}
    assert squares.marks["one"]["status"] == "needs_review"
    assert "again.ipynb was not handed in" in squares.marks["one"]["reason"]
    assert {test["id"] for test in squares.marks["both"]["tests"]} >= {
        "again/mean_check",
        f"{LESSON}/mean_check",
    }


def test_help_has_examples(autograder):
    for verb in ("grade", "feedback", "export", "report", "demo"):
        done = autograder(verb, "--help")
        assert done.code == 0 and "Examples:" in done.out


def test_formgrader_finds_everyone(squares):
    """What formgrader's pages are made from: nobody is lost, and what is worth a look stands out."""
    from nbgrader.apps.api import NbGraderAPI

    squares.hand_in("perfect", "half_done", "broken_json", "late")
    stamp = squares.course.submitted_dir / "half_done" / LESSON / "timestamp.txt"
    stamp.write_text("2027-01-13 10:00:00.000000 UTC")
    squares.grade()
    assert (
        squares.course.autograded_dir / "half_done" / LESSON / "timestamp.txt"
    ).read_text() == stamp.read_text()
    config = squares.course.nbgrader_config()
    config.Exchange.root = str(squares.root)
    api = NbGraderAPI(config=config)
    (assignment,) = [one for one in api.get_assignments() if one["name"] == LESSON]
    assert (assignment["num_submissions"], assignment["max_score"]) == (4, 9)
    found = {one["student"]: one for one in api.get_submissions(LESSON)}
    assert {name: (one["autograded"], one["score"]) for name, one in found.items()} == {
        "perfect": (True, 6),
        "half_done": (True, 5),
        "broken_json": (True, 0),
        "late": (True, 6),
    }
    assert {name for name, one in found.items() if one["needs_manual_grade"]} == {
        "perfect",
        "broken_json",
        "late",
    }
    notebooks = api.get_notebook_submissions(LESSON, LESSON)
    assert {one["student"] for one in notebooks if one["flagged"]} == {"broken_json", "late"}
