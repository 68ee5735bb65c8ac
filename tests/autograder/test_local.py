"""A machine that gets ready while the command still loads: no start for nothing, and nothing left of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import coordinator, grade, local, pool, sources
from autograder.gradebook import Grades
from autograder.ledger import Ledger

from .graded_class import LESSON, Class


@pytest.fixture
def squares(autograder, recipes, tmp_path) -> Class:
    return Class(autograder, recipes, recipes.courses.text_course(tmp_path / "course"))


@pytest.fixture
def starts(monkeypatch) -> list[list[str]]:
    """The sources for which a machine was started, in turn."""
    seen, shared = [], local.shared

    def noted(texts, *, sandboxed):
        seen.append(list(texts))
        return shared(seen[-1], sandboxed=sandboxed)

    monkeypatch.setattr(local, "shared", noted)
    return seen


def test_it_is_started_once_and_before_the_gradebook_is_opened(squares, starts, monkeypatch):
    squares.hand_in("perfect")
    known, opened = [], Grades.__enter__

    def enter(self):
        known.append(len(starts))
        return opened(self)

    monkeypatch.setattr(Grades, "__enter__", enter)
    squares.grade()
    assert known[0] == 1 and len(starts) == 1 and squares.scores() == {"perfect": 6}


def test_without_work_nothing_is_started(squares, starts):
    squares.grade()
    squares.hand_in("perfect")
    squares.grade("--student", "nobody")
    assert not starts
    squares.grade()
    assert len(starts) == 1
    assert squares.grade().code == 0 and len(starts) == 1
    squares.grade("--regrade")
    assert len(starts) == 2


def test_work_that_could_not_be_foreseen_is_done_all_the_same(squares, starts):
    squares.hand_in("perfect")
    squares.grade()
    squares.answer("perfect", mean="pass", squares="pass", number="pass")
    assert not grade.work_is_likely(squares.course, LESSON, None, False)
    squares.grade("--accept-lower")
    assert len(starts) == 2 and squares.scores() == {"perfect": 0}


def test_who_waits_for_a_mark(squares):
    def likely(student=None, regrade=False):
        return grade.work_is_likely(squares.course, LESSON, student, regrade)

    assert not likely() and not likely(regrade=True)
    squares.hand_in("perfect", "empty")
    assert likely() and likely("empty") and not likely("grace")
    squares.grade("--student", "perfect")
    assert likely() and not likely("perfect") and likely("perfect", regrade=True)
    squares.grade()
    assert not likely() and likely(regrade=True)


def test_what_is_loaded_first_is_read_from_the_source(squares, starts):
    squares.hand_in("perfect")
    squares.grade()
    assert len(starts[0]) == 1 and "# %%" in starts[0][0]


def test_the_texts_of_a_plain_course_are_its_notebooks(recipes, tmp_path):
    course = recipes.courses.plain_course(tmp_path / "plain")
    lesson = next(path.name for path in course.source_dir.iterdir())
    read = [cell.source for book in sources.notebooks(course, lesson).values() for cell in book.cells]
    assert sources.texts(course, lesson) == read != []
    notebook = next((course.source_dir / lesson).glob("*.ipynb"))
    for broken in (
        b"{",
        b"[]",
        b'{"cells": [{}]}',
        b"\xff\xfe",
        b'{"cells": 3}',
        b'{"cells": [{"source": 3}]}',
    ):
        notebook.write_bytes(broken)
        assert isinstance(sources.texts(course, lesson), list)


def test_an_error_after_the_start_leaves_no_process(squares, monkeypatch):
    squares.hand_in("perfect")
    machines, init = [], local.Machine.__init__

    def noted(self, *arguments):
        init(self, *arguments)
        machines.append(self)

    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr(local.Machine, "__init__", noted)
    monkeypatch.setattr(coordinator.Coordinator, "prepare", broken)
    before = children()
    assert squares.grade().code == 2 and machines[0]._begun
    left = children() - before
    assert not [pid for pid in left if "autograder.runner.preload" in command_of(pid)]
    assert not Ledger(squares.course, LESSON).students()


def children() -> set[int]:
    task = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if not task.exists():
        pytest.skip("the system does not list the children of a process")
    return set(map(int, task.read_text().split()))


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def test_ctrl_c_does_not_reach_the_process_that_loads():
    script = """
import os, signal
from autograder import pool
signal.signal(signal.SIGINT, heard := lambda *_: None)
pool.start()
assert signal.getsignal(signal.SIGINT) is heard
os.killpg(0, signal.SIGINT)
print(dict(pool.run(abs, {"one": (-1,)}, 1)))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, start_new_session=True
    )
    assert (done.stdout, done.stderr) == ("{'one': 1}\n", "")


def test_workers_are_forked_from_the_process_that_was_started_first():
    script = """
import os
from pathlib import Path
from autograder import pool
def servers():
    mine = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [pid for pid in mine if "forkserver" in Path(f"/proc/{pid}/cmdline").read_text()]
pool.start()
first = servers()
print(len(first), dict(pool.run(abs, {"one": (-1,)}, 1)), servers() == first)
"""
    children()  # or this is skipped
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("1 {'one': 1} True\n", "")


def test_there_is_at_least_one_processor():
    assert pool.processors() >= 1
