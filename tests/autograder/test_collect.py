"""`autograder collect`, as an instructor uses it: downloads come in one after the other, and nothing is lost."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder import arrival
from autograder.collecting import store

from .school import LESSON, NOTEBOOK, School, rows


@pytest.fixture
def school(recipes, tmp_path, autograder) -> School:
    return School(recipes, tmp_path, autograder)


def test_from_moodle_to_marks(school, autograder):
    roster = school.roster("id,name,email\nada,Ada Lovelace,a@x\ngrace,Grace Hopper,g@x\n")
    download = school.zip(
        {
            f"Ada Lovelace_501_assignsubmission_file/{NOTEBOOK}": school.solved,
            "Ada Lovelace_501_assignsubmission_file/timestamp.txt": "2001-01-01 00:00:00 UTC",
            "Grace Hopper_502_assignsubmission_file/my homework.ipynb": school.solved,
            f"Mallory_503_assignsubmission_file/{NOTEBOOK}": school.empty,
        }
    )
    done = school.collect("--from", download, "--roster", roster)
    assert done.code == 1 and "collected from Moodle" in done.out
    assert rows(done.out) == {
        "ada": ["new", "1", "?"],
        "grace": ["new", "1", "?"],
        "Mallory": ["refused", "1", "?"],
    }
    assert "Mallory: not in the roster" in done.out
    assert set(school.held()) == {f"ada/{LESSON}/{NOTEBOOK}", f"grace/{LESSON}/my homework.ipynb"}
    assert not (school.course.submitted_dir / "ada" / LESSON / "timestamp.txt").exists()
    autograder("--course", school.course.root, "grade", LESSON, "--workers", 1)
    marks = autograder("--course", school.course.root, "export", LESSON).out
    assert [line.split(",")[5] for line in marks.splitlines()[1:]] == ["6", "6"]


def test_a_second_download_brings_what_is_new(school):
    one, two = f"a_1_9_{NOTEBOOK}", f"b_2_9_{NOTEBOOK}"
    first = school.zip({one: "first", two: "same"}, "1.zip")
    assert school.collect("--from", first).code == 0
    second = school.zip({one.replace(".ipynb", "-1.ipynb"): "second", two: "same"}, "2.zip")
    done = school.collect("--from", second)
    assert done.code == 0 and "collected from Canvas" in done.out
    assert rows(done.out) == {"a_1": ["replaced", "1", "?"], "b_2": ["unchanged", "1", "?"]}
    (earlier,) = [line for line in done.out.splitlines() if "the one before is in " in line]
    kept = school.course.root / earlier.rpartition(" ")[2]
    assert (kept / NOTEBOOK).read_text() == "first"
    assert school.held()[f"a_1/{LESSON}/{NOTEBOOK}"] == "second"

    again = school.collect("--from", first)  # the old download by mistake
    assert again.code == 1 and rows(again.out)["a_1"][0] == "older"
    assert school.held()[f"a_1/{LESSON}/{NOTEBOOK}"] == "second"


def test_what_a_teacher_mended_is_not_undone(school):
    download = school.zip({f"a_1_9_{NOTEBOOK}": "{"})
    school.collect("--from", download)
    place = school.course.submitted_dir / "a_1" / LESSON / NOTEBOOK
    place.write_text("{}")
    done = school.collect("--from", download)
    assert done.code == 0 and rows(done.out)["a_1"][0] == "unchanged" and "was changed here" in done.out
    assert place.read_text() == "{}"


def test_what_was_deleted_is_collected_again(school):
    download = school.zip({f"a_1_9_{NOTEBOOK}": "x"})
    school.collect("--from", download)
    shutil.rmtree(school.course.submitted_dir / "a_1")
    assert rows(school.collect("--from", download).out)["a_1"][0] == "new"


def test_the_time_is_the_platforms(school):
    header = "id,name,submitted\n"
    roster = school.roster(header + "ada,Ada Lovelace,2027-01-15T12:00:00Z\n")
    name = f"Ada Lovelace_501_assignsubmission_file/{NOTEBOOK}"
    done = school.collect("--from", school.zip({name: "1"}), "--roster", roster)
    assert rows(done.out)["ada"] == ["new", "1", "2027-01-15", "12:00"]
    assert arrival.recorded(school.course, LESSON, "ada") == datetime(2027, 1, 15, 12, tzinfo=UTC)
    stamp = school.course.submitted_dir / "ada" / LESSON / "timestamp.txt"
    assert arrival.timestamp(stamp.parent) == datetime(2027, 1, 15, 12, tzinfo=UTC)

    roster = school.roster(header + "ada,Ada Lovelace,\n")
    school.collect("--from", school.zip({name: "2"}), "--roster", roster)
    assert arrival.recorded(school.course, LESSON, "ada") is None  # it was that of the first
    assert not stamp.exists()

    roster = school.roster(header + "ada,Ada Lovelace,2027-01-16T12:00:00Z\n")
    done = school.collect("--from", school.zip({name: "2"}), "--roster", roster)
    assert rows(done.out)["ada"][0] == "unchanged"
    assert arrival.recorded(school.course, LESSON, "ada").day == 16

    roster = school.roster(header + "ada,Ada Lovelace,2027-01-14T12:00:00Z\n")
    done = school.collect("--from", school.zip({name: "0"}), "--roster", roster)
    assert rows(done.out)["ada"][0] == "older" and done.code == 1


def test_a_full_disk_takes_nothing_away(school, monkeypatch):
    name = f"a_1_9_{NOTEBOOK}"
    school.collect("--from", school.zip({name: "first"}))
    monday = datetime(2027, 1, 11, tzinfo=UTC)
    arrival.record(school.course, LESSON, "a_1", monday)
    move = shutil.move

    def stops(source, target):
        if "incoming" in str(source):
            raise OSError(28, "No space left on device")
        return move(source, target)

    monkeypatch.setattr(shutil, "move", stops)
    download = school.zip({name: "second"})
    done = school.collect("--from", download)
    assert done.code == 1 and "No space left" in done.out
    assert school.held() == {f"a_1/{LESSON}/{NOTEBOOK}": "first"}
    assert arrival.recorded(school.course, LESSON, "a_1") == monday
    monkeypatch.undo()
    assert rows(school.collect("--from", download).out)["a_1"][0] == "replaced"


def test_a_kill_takes_nothing_away(school, monkeypatch):
    name = f"a_1_9_{NOTEBOOK}"
    school.collect("--from", school.zip({name: "first"}))
    download = school.zip({name: "second"})
    aside = store._aside

    def killed(*words):
        aside(*words)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(store, "_aside", killed)
        assert school.collect("--from", download).code == 130
    assert not school.held()
    assert rows(school.collect("--from", download).out)["a_1"][0] == "new"
    assert school.held() == {f"a_1/{LESSON}/{NOTEBOOK}": "second"}
    (kept,) = (school.course.root / ".autograder" / "earlier").rglob(NOTEBOOK)
    assert kept.read_text() == "first"


def test_clones(school):
    clones = school.root / "clones"
    for student in ("ada", "bob"):
        repository = clones / f"01_squares-{student}"
        (repository / "notebooks" / LESSON).mkdir(parents=True)
        (repository / "notebooks" / LESSON / NOTEBOOK).write_text(school.solved)
        (repository / "README.md").write_text("mine")
        subprocess.run(["git", "init", "-q", repository], check=True)
    done = school.collect("--from", clones)
    assert done.code == 0 and "collected from repositories" in done.out
    assert set(school.held()) == {f"{name}/{LESSON}/{NOTEBOOK}" for name in ("ada", "bob")}


def test_a_folder_of_students_and_its_zip(school):
    folder = school.root / "by hand"
    (folder / "ada").mkdir(parents=True)
    (folder / "ada" / NOTEBOOK).write_text("x")
    (folder / "ada" / "data.csv").write_text("1")
    assert school.collect("--from", folder).code == 0
    zipped = school.zip({f"ada/{NOTEBOOK}": "x", "ada/data.csv": "1", "bob/x.ipynb": "y"})
    assert {k: v[0] for k, v in rows(school.collect("--from", zipped).out).items()} == {
        "ada": "unchanged",
        "bob": "new",
    }


def test_a_hostile_archive_writes_nothing_elsewhere(school):
    before = {path for path in school.root.rglob("*") if ".autograder" not in path.parts}
    download = school.zip(
        {
            f"../../{NOTEBOOK}": "x",
            f"/tmp/evil/{NOTEBOOK}": "x",
            f"..\\..\\{NOTEBOOK}": "x",
            "ada/../../../out.txt": "x",
            "ada/good.ipynb": "x",
            "bob/a": "x",
            "bob/a/b": "x",
            ".hidden/x.ipynb": "x",
            "=1+1/x.ipynb": "x",
            "empty/timestamp.txt": "x",
        }
    )
    done = school.collect("--from", download, "--as", "folder")
    assert done.code == 1 and done.out.count("left out: ") == 4
    assert "bob: a/b is a file and a folder at once" in done.out and "empty: there are no files" in done.out
    after = {path for path in school.root.rglob("*") if ".autograder" not in path.parts}
    made = {str(path.relative_to(school.root)) for path in after - before if path.is_file()}
    submitted = f"course/submitted/{{}}/{LESSON}/{{}}"
    assert made == {
        "download.zip",
        submitted.format("ada", "good.ipynb"),
        submitted.format("hidden", "x.ipynb"),
        submitted.format("1+1", "x.ipynb"),
    }
    assert not Path("/tmp/evil").exists()


def test_links_in_submitted_are_not_followed(school):
    outside = school.root / "outside"
    outside.mkdir()
    school.course.submitted_dir.mkdir()
    (school.course.submitted_dir / "ada").symlink_to(outside)
    (school.course.submitted_dir / "bob").mkdir()
    (school.course.submitted_dir / "bob" / LESSON).symlink_to(outside)
    done = school.collect("--from", school.zip({"ada/x.ipynb": "x", "bob/x.ipynb": "x", "eve/x.ipynb": "x"}))
    assert [rows(done.out)[name][0] for name in ("ada", "bob", "eve")] == ["refused", "refused", "new"]
    assert not list(outside.iterdir()) and "is a link or a file" in done.out


def test_two_submissions_of_one_student_are_not_guessed(school):
    roster = school.roster("id,name,email\nada,Ada Lovelace,ada@x\n")
    done = school.collect(
        "--from",
        school.zip(
            {
                f"{name}_{number}_assignsubmission_file/{NOTEBOOK}": "x"
                for name, number in (("ada", 1), ("Ada Lovelace", 2))
            }
        ),
        "--roster",
        roster,
    )
    assert done.code == 1 and done.out.count("there are 2 submissions for this student") == 2
    assert not school.held()


def test_nothing_to_collect(school):
    done = school.collect("--from", school.zip({}))
    assert done.code == 0 and "nothing was handed in" in done.out
    assert "neither a folder nor a zip" in school.collect("--from", school.roster("x")).err


def test_names_that_many_disks_take_for_one_are_not_two_students(school):
    def collect(*names):
        files = {f"{name}_{i}_assignsubmission_file_/{NOTEBOOK}": name for i, name in enumerate(names)}
        done = school.collect("--from", school.zip(files), "--as", "moodle")
        return done, {
            path.parent.parent.name: path.read_text() for path in school.course.submitted_dir.rglob(NOTEBOOK)
        }

    done, held = collect("Ada Byron", "ADA BYRON", "Bo")
    assert done.code == 1 and done.out.count("there are 2 submissions for this student") == 2
    assert held == {"Bo": "Bo"}
    done, held = collect("Bo", "bo")
    assert done.code == 1 and held == {"Bo": "Bo"}
    done, held = collect("bo")
    assert (
        done.code == 1
        and "there is a student `Bo` already" in " ".join(done.out.split())
        and held == {"Bo": "Bo"}
    )
    assert collect("Bo")[0].code == 0
