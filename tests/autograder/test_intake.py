"""What is read of a submission, what is refused, and when it was handed in."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import arrival, late, submission, untrusted, versions
from autograder.untrusted import Refused, look, printable, read_bytes, read_notebook


def notebook(*cells: dict, **more) -> str:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **more})


def read(tmp_path: Path, content: str | bytes) -> list[untrusted.SubmittedCell]:
    path = tmp_path / "a.ipynb"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_notebook(path)


# Notebooks


def test_sources_come_as_text_or_as_lines_with_any_line_ends(tmp_path):
    code = {"cell_type": "code", "source": ["a = 1\r\n", "b = 2"], "metadata": {}}
    text = {"cell_type": "markdown", "source": "x\ry", "metadata": {"nbgrader": {"grade_id": "why"}}}
    found = read(tmp_path, notebook(code, text))
    assert [(cell.kind, cell.source, cell.grade_id) for cell in found] == [
        ("code", "a = 1\nb = 2", ""),
        ("markdown", "x\ny", "why"),
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
keys = st.sampled_from(["cell_type", "source", "metadata", "id", "attachments", "outputs"])
odd_cells = st.dictionaries(keys, json_values | st.just({"nbgrader": {"grade_id": 5}}), max_size=6)


@given(cells=st.lists(odd_cells | json_values, max_size=4), more=st.dictionaries(st.text(), json_values))
def test_any_json_is_a_list_of_plain_cells_or_a_refusal(tmp_path_factory, cells, more):
    path = tmp_path_factory.mktemp("odd") / "a.ipynb"
    path.write_text(json.dumps({"nbformat": 4, **more, "cells": cells}))
    for cell in read_notebook(path):
        assert cell.kind in ("code", "markdown", "raw")
        assert all(isinstance(text, str) for text in (cell.source, cell.grade_id, cell.cell_id))
        cell.source.encode()


@given(st.binary(max_size=200))
def test_any_bytes_are_cells_or_a_refusal(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("bytes") / "a.ipynb"
    path.write_bytes(content)
    with pytest.raises(Refused, match=r"a\.ipynb"):
        read_notebook(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "0 bytes"),
        ("{", "line 1, column 2"),
        (b"\x80\x81", "UTF-8"),
        (notebook(nbformat=5), "format 5"),
        ('{"cells": {}}', "no list of cells"),
        (notebook({"cell_type": "code", "source": "x" * 1_000_001}), "characters"),
    ],
)
def test_a_refusal_says_what_is_wrong(tmp_path, content, reason):
    with pytest.raises(Refused, match=reason):
        read(tmp_path, content)


# Folders


def test_only_ordinary_files_are_looked_at(tmp_path):
    folder = tmp_path / "folder"
    (folder / "sub" / ".ipynb_checkpoints").mkdir(parents=True)
    (folder / "a.ipynb").write_text("{}")
    (folder / "sub" / "data.csv").write_text("1")
    (folder / "sub" / ".ipynb_checkpoints" / "old.ipynb").write_text("{}")
    (folder / "link").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    found = look(folder)
    assert found.files == (PurePosixPath("a.ipynb"), PurePosixPath("sub/data.csv"))
    assert found.left_out == ("link is a link, not a file", "pipe is a pipe, not a file")


def test_the_digest_is_of_names_and_contents(tmp_path):
    (tmp_path / "a").write_text("1")
    first = look(tmp_path).digest()
    assert look(tmp_path).digest() == first
    (tmp_path / "a").write_text("2")
    second = look(tmp_path).digest()
    (tmp_path / "a").rename(tmp_path / "b")
    assert len({first, second, look(tmp_path).digest()}) == 3


def test_limits_of_a_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(untrusted, "MAX_FILES", 3)
    for number in range(4):
        (tmp_path / str(number)).write_text("x")
    with pytest.raises(Refused, match="more than 3 files"):
        look(tmp_path)


def test_reading_follows_no_link_and_waits_for_no_pipe(tmp_path):
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe"):
        with pytest.raises(Refused, match=name):
            read_bytes(tmp_path / name, 100)
    with pytest.raises(Refused, match="larger"):
        read_bytes(tmp_path / "secret", 3)


@pytest.mark.parametrize(
    "name", ["ada", "Ada Lovelace", "ada@uni.edu", "12345", "зоя", "a.b-c_d", "x", "a+b"]
)
def test_names_that_are_ids(name):
    assert not submission.name_problem(name)


@pytest.mark.parametrize(
    "name",
    [
        "=1+1",
        "-1",
        "@x",
        "+x",
        ".hidden",
        "a\nb",
        "a/b",
        "..",
        "a..b",
        " a",
        "a ",
        "a,b",
        "a*",
        "[a]",
        "x" * 101,
        "",
    ],
)
def test_names_that_are_none(name):
    assert "rename" in submission.name_problem(name)


@given(st.text(max_size=100))
def test_printable_is(text):
    shown = printable(text)
    assert shown.isprintable() and len(shown) <= 80


# Which notebook, and what lies beside it


@pytest.fixture
def take(recipes, tmp_path):
    course = recipes.courses.text_course(tmp_path)
    forms = versions.of(course, recipes.courses.LESSON)
    material = recipes.Material.of(course, recipes.courses.LESSON)
    material.folder = tmp_path / "handed"

    def run(*given: str) -> submission.Intake:
        return submission.take_in(material.folder, forms, [PurePosixPath(name) for name in given])

    return material, run


def test_the_instructors_files_and_modules_win(take):
    material, run = take
    material.hand_in(material.solved())
    for name in (
        "table.csv",
        "own.csv",
        "helper/__init__.py",
        "own_helper.py",
        "torch.py",
        "x.pth",
        ".bashrc",
    ):
        material.hand_in("x", name)
    intake = run("table.csv", "helper.py")
    assert set(map(str, intake.files)) == {"own.csv", "own_helper.py"}
    assert "extra_files" in intake.flags
    for name in ("table.csv", "helper/__init__.py", "torch.py"):
        assert name in " ".join(intake.notes)


def test_no_notebook_at_all(take):
    material, run = take
    material.hand_in("hello", "answers.docx")
    with pytest.raises(Refused, match=r"01_squares\.ipynb; in the folder: answers\.docx"):
        run()


def test_a_broken_notebook_under_another_name_says_how_it_is_broken(take):
    material, run = take
    material.hand_in("{", "ada (1).ipynb")
    with pytest.raises(Refused, match=r"in the folder: ada \(1\)\.ipynb; ada \(1\)\.ipynb is not valid JSON"):
        run()


def test_copies_with_the_same_cells_are_one(take):
    material, run = take
    material.hand_in(material.solved(), "a.ipynb")
    material.hand_in(material.solved(), "b.ipynb")
    assert len(run().notebooks["01_squares"]) == len(material.release.cells)


# When


@pytest.fixture
def arrived(recipes, tmp_path):
    """Ask when a submission came: with a timestamp.txt, a date of the file, a deadline in days from now."""
    course = recipes.courses.text_course(tmp_path)
    folder = course.submitted_dir / "ada" / recipes.courses.LESSON
    folder.mkdir(parents=True)
    path = folder / "01_squares.ipynb"
    now = datetime.now(UTC)
    lesson = course.lesson(recipes.courses.LESSON).model_copy(
        update={"opens": (now - timedelta(days=20)).date()}
    )

    def ask(says: str | None, *, saved: float | None = None, due: float = -5.0) -> arrival.Arrival:
        path.write_text("{}")
        if saved is not None:
            moment = (now + timedelta(days=saved)).timestamp()
            os.utime(path, (moment, moment))
        if says is not None:
            (folder / "timestamp.txt").write_text(says)
        deadline = late.Deadline(now + timedelta(days=due), now + timedelta(days=due))
        return arrival.arrival(course, lesson, "ada", path, deadline)

    ask.course, ask.now, ask.lesson, ask.path = course, now, lesson, path
    return ask


def days(found: arrival.Arrival, now: datetime) -> float:
    return round((found.time - now).total_seconds() / 86400)


def stamp(now: datetime, day: float) -> str:
    return f"{now + timedelta(days=day):%Y-%m-%d %H:%M:%S.%f UTC}"


def test_what_arrives_before_the_deadline_is_in_time_whatever_it_says(arrived):
    found = arrived("9999-01-01 00:00:00 UTC", due=5)
    assert found.verified and days(found, arrived.now) == 0


def test_a_plausible_timestamp_is_believed_but_not_verified(arrived):
    found = arrived(stamp(arrived.now, -7))
    assert not found.verified and days(found, arrived.now) == -7


@pytest.mark.parametrize("says", ["0001-01-01 00:00:00 UTC", "9999-12-31 00:00:00 UTC", "2001-01-01"])
def test_a_timestamp_that_cannot_be_true_gives_way_to_the_arrival(arrived, says):
    assert days(arrived(says), arrived.now) == 0


@pytest.mark.parametrize("says", ["soon", "", "\x00", "1" * 90, None])
def test_without_a_readable_timestamp_the_notebooks_date_counts(arrived, says):
    found = arrived(says, saved=-3)
    assert not found.verified and days(found, arrived.now) == -3


def test_a_notebook_saved_after_its_timestamp_contradicts_it(arrived):
    assert days(arrived(stamp(arrived.now, -9), saved=-2), arrived.now) == -2


def test_a_copied_folder_without_a_timestamp_says_nothing(arrived):
    assert arrived(None).time is None


def test_what_was_recorded_outranks_everything(arrived):
    arrival.record(arrived.course, arrived.lesson.id, "ada", arrived.now - timedelta(days=1))
    found = arrived(stamp(arrived.now, -7))
    assert found.verified and days(found, arrived.now) == -1


def test_the_exchange_outranks_the_folder(arrived, tmp_path):
    config = '\nc.CourseDirectory.course_id = "physics"\nc.Exchange.root = "{}"\n'.format(
        tmp_path / "exchange"
    )
    plain = tmp_path / "plain"
    (plain / "source").mkdir(parents=True)
    (plain / "nbgrader_config.py").write_text("c = get_config()" + config)
    course = type(arrived.course).load(plain)
    inbound = tmp_path / "exchange" / "physics" / "inbound" / f"ada+{arrived.lesson.id}+2020-01-01 UTC+abc"
    inbound.mkdir(parents=True)
    (inbound / arrived.path.name).write_text("{}")
    arrived(stamp(arrived.now, -7))
    deadline = late.Deadline(arrived.now - timedelta(days=5), arrived.now)
    found = arrival.arrival(course, arrived.lesson, "ada", arrived.path, deadline)
    assert found.verified and days(found, arrived.now) == 0
    (inbound / arrived.path.name).write_text("another notebook")
    assert not arrival.arrival(course, arrived.lesson, "ada", arrived.path, deadline).verified
