"""`autograder grade` when something goes wrong beside the submissions: what was graded stays, and nobody is blamed."""

import os
import pickle
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from autograder import coordinator, execution, grading, pool, sandbox
from autograder.course import Course
from autograder.gradebook import Grades
from autograder.ledger import Ledger
from autograder.runner.failures import PreloadFailed

from .graded_class import LESSON, Class


@pytest.fixture
def squares(autograder, recipes, tmp_path) -> Class:
    return Class(autograder, recipes, recipes.courses.text_course(tmp_path / "course"))


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


def test_a_machine_that_runs_no_notebooks_stops_the_run_and_fails_nobody(squares, monkeypatch):
    squares.hand_in("perfect", "empty")
    monkeypatch.setattr(execution, "execute", _no_process)
    with Grades(squares.course) as grades:
        run = coordinator.Coordinator(squares.course, LESSON, grades)
        jobs = run.prepare()
        with pytest.raises(PreloadFailed, match="no room"):
            run.run(jobs, _here, False, lambda submission: None)
    assert not Ledger(squares.course, LESSON).students()
    squares.grade()
    assert squares.scores() == {"perfect": 6, "empty": 0}


def _no_process(*_, **__):
    raise PreloadFailed(said="no room")


def _here(function, jobs):
    """As a pool does it: errors come as results, out of another process."""
    for name, arguments in jobs.items():
        try:
            yield name, function(*arguments)
        except Exception as error:
            yield name, pickle.loads(pickle.dumps(error))


def test_errors_of_ours_come_out_of_a_worker_as_they_are():
    error = pickle.loads(pickle.dumps(PreloadFailed(said="no room", where="here")))
    assert (type(error), error.why, error.where) == (PreloadFailed, "no room", "here")
    assert "no room" in str(error) == error.message()
    results = dict(pool.run(_fails, {"one": (1,), "two": (2,)}, 1))
    assert [results[name].why for name in ("one", "two")] == ["no room 1", "no room 2"]


def _fails(number):
    raise PreloadFailed(said=f"no room {number}")


def test_a_temporary_folder_too_deep_for_sockets_is_said(squares, monkeypatch, tmp_path):
    deep = tmp_path / ("deep" * 20)
    deep.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    squares.hand_in("perfect")
    done = squares.grade()
    assert done.code == 2 and "TMPDIR=/tmp" in done.err and not Ledger(squares.course, LESSON).students()
