"""`autograder collect` from nbgrader's exchange."""

from datetime import UTC, datetime
from pathlib import Path

import nbformat
import pytest

from autograder import arrival
from autograder.course import Course

from .school import LESSON, NOTEBOOK, School, rows


@pytest.fixture
def school(recipes, tmp_path, autograder) -> School:
    return School(recipes, tmp_path, autograder)


@pytest.fixture
def exchange(school, tmp_path):
    """A plain nbgrader course with an exchange, and how a student submits there."""
    root = tmp_path / "plain"
    (root / "source" / LESSON).mkdir(parents=True)
    nbformat.write(school.material.release, root / "source" / LESSON / NOTEBOOK)
    settings = f'c.CourseDirectory.course_id = "maths"\nc.Exchange.root = "{tmp_path / "exchange"}"\n'
    (root / "nbgrader_config.py").write_text("c = get_config()\n" + settings)
    inbound = tmp_path / "exchange" / "maths" / "inbound"
    inbound.mkdir(parents=True)
    school.course = Course.load(root)

    def submit(student: str, text: str, stamp: str) -> Path:
        folder = inbound / f"{student}+{LESSON}+{stamp}+a1b2"
        folder.mkdir()
        (folder / NOTEBOOK).write_text(text)
        (folder / "timestamp.txt").write_text(stamp)
        return folder

    return submit


def test_the_exchange(school, exchange):
    exchange("ada", "first", "2099-01-01 00:00:00.000000 UTC")  # the name's time is the student's word
    exchange("ada", "second", "2027-01-12 00:00:00.000000 UTC")
    exchange("a+b", "third", "2027-01-12 00:00:00.000000 UTC")
    (school.root / "secret").write_text("secret")
    (exchange("eve", "x", "2027-01-12 00:00:00.000000 UTC") / "link").symlink_to(school.root / "secret")
    start = datetime.now(UTC)
    done = school.collect()
    assert done.code == 1 and "left out: eve: link: a link" in done.out
    assert school.held() == {
        f"a+b/{LESSON}/{NOTEBOOK}": "third",
        f"ada/{LESSON}/{NOTEBOOK}": "second",
        f"eve/{LESSON}/{NOTEBOOK}": "x",
    }
    recorded = arrival.recorded(school.course, LESSON, "ada")
    assert abs((recorded - start).total_seconds()) < 60
    stamp = school.course.submitted_dir / "ada" / LESSON / "timestamp.txt"
    assert stamp.read_text().startswith("2027")  # nbgrader compares it with the name in the exchange

    exchange("ada", "first", "2027-01-13 00:00:00.000000 UTC")  # back to what was there before
    exchange("ada2", "new", "2027-01-13 00:00:00.000000 UTC")
    done = school.collect()
    assert {name: words[0] for name, words in rows(done.out).items()} == {
        "a+b": "unchanged",
        "ada": "replaced",
        "ada2": "new",
        "eve": "unchanged",
    }
    assert arrival.recorded(school.course, LESSON, "ada") > recorded


def test_the_exchange_of_a_course_with_a_course_file(school, exchange):
    """Its nbgrader_config.py names the exchange, below the lines that take the rest from course.yml."""
    exchange("ada", "first", "2027-01-12 00:00:00.000000 UTC")
    settings = (school.course.root / "nbgrader_config.py").read_text().partition("\n")[2]
    school.course = Course.load(school.root / "course")
    assert school.collect().code == 2
    usual = Path(__file__).parents[2] / "nbgrader_config.py"
    (school.course.root / usual.name).write_text(usual.read_text() + settings)
    school.collect()
    assert school.held() == {f"ada/{LESSON}/{NOTEBOOK}": "first"}


def test_what_nbgraders_own_submit_hands_in(school, exchange, tmp_path, monkeypatch):
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange.default import ExchangeSubmit

    monkeypatch.setattr("nbgrader.exchange.default.submit.get_username", lambda: "ada")
    home = tmp_path / "home"
    (home / LESSON).mkdir(parents=True)
    (home / LESSON / NOTEBOOK).write_text(school.solved)
    (tmp_path / "exchange" / "maths" / "outbound" / LESSON).mkdir(parents=True)
    (tmp_path / "exchange" / "maths" / "outbound" / LESSON / NOTEBOOK).write_text(school.empty)
    config = school.course.nbgrader_config()
    config.CourseDirectory.assignment_id = LESSON
    config.Exchange.cache = str(tmp_path / "cache")
    monkeypatch.chdir(home)
    directory, who = CourseDirectory(config=config), Authenticator(config=config)
    ExchangeSubmit(coursedir=directory, authenticator=who, config=config).start()
    assert rows(school.collect().out)["ada"][0] == "new"
    held = school.held()
    assert held[f"ada/{LESSON}/{NOTEBOOK}"] == school.solved
    assert f"ada/{LESSON}/submission_secret.txt" in held  # `nbgrader release_feedback` needs it


def test_without_an_exchange(school):
    done = school.collect()
    assert done.code == 2 and "--from PATH" in done.err
