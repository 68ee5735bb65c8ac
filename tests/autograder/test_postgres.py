"""The gradebook in a PostgreSQL server, as Debian packages it: the same marks as in SQLite."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder import settings

LESSON = "01_squares"
NAMES = ("perfect", "half_done", "no_metadata", "broken_json")


def programs() -> Path | None:
    """The folder of the newest server that is installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


@pytest.fixture(scope="module")
def server():
    """The URL of a private server that ends with the tests. In CI a missing one is a failure."""
    binaries = programs()
    if binaries is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is missing; CI must install it")
        pytest.skip("no PostgreSQL on this machine: install the package `postgresql`")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="postgres-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        user = (
            "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
        )  # it refuses to run as root
        shutil.chown(folder, user)

        def run(program: str, *words: str) -> None:
            command = [str(binaries / program), "-D", f"{folder}/data", *words]
            done = subprocess.run(command, user=user, cwd=folder, capture_output=True, text=True, timeout=120)
            assert done.returncode == 0, done.stdout + done.stderr

        run("initdb", "--auth=trust", "--username=teacher", "--no-sync")
        options = f"-h 127.0.0.1 -p {port} -k {folder} -F"
        run("pg_ctl", "start", "--wait", f"--log={folder}/log", f"--options={options}")
        try:
            yield f"postgresql+psycopg://teacher@127.0.0.1:{port}"
        finally:
            run("pg_ctl", "stop", "--mode=immediate")


@pytest.fixture
def database(server, monkeypatch):
    """The URL of an empty database, in the variable that the course looks at."""
    from sqlalchemy import create_engine, text

    engine = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS grades"))
        connection.execute(text("CREATE DATABASE grades"))
    engine.dispose()
    monkeypatch.setenv(settings.DATABASE_VARIABLE, f"{server}/grades")
    return f"{server}/grades"


@pytest.mark.slow
def test_the_same_marks_as_in_sqlite(recipes, tmp_path, autograder, database, monkeypatch):
    course = recipes.courses.text_course(tmp_path / "course")
    recipes.courses.hand_in(course, *NAMES)
    command = ("--course", course.root, "grade", LESSON)
    assert autograder(*command).code == 1  # one of them is no notebook
    assert not (course.root / "gradebook.db").exists()
    found = marks(database)
    assert set(found) == set(NAMES) and found["perfect"] == 6

    again = autograder(*command)
    assert "4 were graded before" in again.out or "3 of 4 were graded before" in again.out

    monkeypatch.delenv(settings.DATABASE_VARIABLE)
    autograder(*command, "--regrade")
    assert marks(f"sqlite:///{course.root / 'gradebook.db'}") == found


@pytest.mark.slow
def test_a_mark_by_hand_survives_a_new_submission(recipes, tmp_path, autograder, database):
    course = recipes.courses.text_course(tmp_path / "course")
    recipes.courses.hand_in(course, "perfect")
    autograder("--course", course.root, "grade", LESSON)
    with Gradebook(database) as book:
        grade = next(
            grade
            for notebook in book.find_submission(LESSON, "perfect").notebooks
            for grade in notebook.grades
            if grade.needs_manual_grade
        )
        name, grade.manual_score = grade.name, 1
        book.db.commit()
    assert marks(database) == {"perfect": 7}
    material = recipes.Material.of(course, LESSON)
    material.folder = course.submitted_dir / "perfect" / LESSON
    material.hand_in(material.solved(**{material.tasks[0]: "pass"}))
    autograder("--course", course.root, "grade", LESSON)
    with Gradebook(database) as book:
        (notebook,) = book.find_submission(LESSON, "perfect").notebooks
        assert next(grade.manual_score for grade in notebook.grades if grade.name == name) == 1
    assert marks(database)["perfect"] < 7


@pytest.mark.slow
def test_a_server_that_is_not_there_is_said(recipes, tmp_path, autograder, monkeypatch):
    monkeypatch.setenv(settings.DATABASE_VARIABLE, "postgresql+psycopg://teacher:secret@127.0.0.1:9/grades")
    course = recipes.courses.text_course(tmp_path / "course")
    recipes.courses.hand_in(course, "perfect")
    result = autograder("--course", course.root, "grade", LESSON)
    assert result.code == 2 and "the gradebook cannot be opened" in result.err
    assert "127.0.0.1:9" in result.err and "secret" not in result.err


def marks(url: str) -> dict[str, float]:
    with Gradebook(url) as book:
        return {one.student.id: one.score for one in book.assignment_submissions(LESSON)}
