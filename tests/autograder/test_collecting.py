"""What platforms hand out, sorted by students: archives and folders as they write them, and hostile ones."""

import contextlib
import io
import os
import stat
import zipfile
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.collecting import Tree, canvas, content, github, moodle, naming, plain, trees
from autograder.roster import Roster
from autograder.sheets import Sheet
from autograder.submission import name_problem
from autograder.untrusted import MAX_FOLDER, Refused

LESSON = "06_autograd"
NOTEBOOK = "06_autograd.ipynb"


def archive(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return path


def tree(tmp_path: Path, *names: str, **files: str) -> Tree:
    """What a zip archive with these files holds; each file holds its own name."""
    path = archive(tmp_path / "a.zip", {name: name for name in names} | files)
    archive_ = zipfile.ZipFile(path)
    return trees.zipped(archive_)


@pytest.fixture(autouse=True)
def closed(monkeypatch):
    """Archives that a test leaves open are closed behind it."""
    opened, make = [], zipfile.ZipFile
    monkeypatch.setattr(
        zipfile, "ZipFile", lambda *words, **more: opened.append(make(*words, **more)) or opened[-1]
    )
    yield
    for one in opened:
        one.close()


def seen(found) -> dict[str, list[str]]:
    return {parcel.name: [str(path) for path in parcel.entries] for parcel in found.parcels}


# Moodle


def test_moodles_folders(tmp_path):
    found = moodle.parcels(
        tree(
            tmp_path,
            f"Ada Lovelace_501_assignsubmission_file/{NOTEBOOK}",
            "Ada Lovelace_501_assignsubmission_file/data/own.csv",
            f"Grace Brewster Hopper_502_assignsubmission_file_/{NOTEBOOK}",  # Moodle 3
            f"Émmy Noether_503_assignsubmission_file_{NOTEBOOK}",  # without folders
            "Ada Lovelace_501_assignsubmission_onlinetext/onlinetext.html",
            "readme.txt",
        )
    )
    assert seen(found) == {
        "Ada Lovelace": [NOTEBOOK, "data/own.csv"],
        "Grace Brewster Hopper": [NOTEBOOK],
        "Émmy Noether": [NOTEBOOK],
    }
    assert found.parcels[0].known == {"moodle_id": "501"}
    assert [
        "typed into Moodle" in found.left_out[0],
        "not a name that Moodle gives" in found.left_out[1],
    ] == [True] * 2


@pytest.mark.parametrize(
    "name",
    [
        "Eve_666_assignsubmission_file/Ada Lovelace_501_assignsubmission_file/x.ipynb",
        "Eve_666_assignsubmission_file/Ada Lovelace_501_assignsubmission_file_x.ipynb",
        "Eve_666_assignsubmission_file_Ada Lovelace_501_assignsubmission_file_x.ipynb",
        "HW-4711/Eve_666_assignsubmission_file/Ada_501_assignsubmission_file_x.ipynb",
    ],
)
def test_a_files_name_passes_for_no_other_student_in_moodle(tmp_path, name):
    (parcel,) = moodle.parcels(tree(tmp_path, name)).parcels
    assert (parcel.name, parcel.known) == ("Eve", {"moodle_id": "666"})


def test_names_that_do_not_say_who_it_is_need_a_list(tmp_path):
    found = moodle.parcels(
        tree(
            tmp_path,
            f"Ada Lovelace_501_assignsubmission_file/{NOTEBOOK}",
            f"Ada Lovelace_502_assignsubmission_file/{NOTEBOOK}",
            f"Participant_503_assignsubmission_file/{NOTEBOOK}",
        )
    )
    for parcel in found.parcels:
        with pytest.raises(Refused, match="--roster"):
            naming.student(parcel, None)
    worksheet = Roster(
        Sheet(["Identifier", "Username"], [["Participant 501", "ada"], ["Participant 503", "grace"]])
    )
    assert naming.student(found.parcels[0], worksheet)[0] == "ada"
    assert naming.student(found.parcels[2], worksheet)[0] == "grace"
    with pytest.raises(Refused, match="not in the roster"):
        naming.student(found.parcels[1], worksheet)


# Canvas


def test_canvas_files(tmp_path):
    found = canvas.parcels(
        tree(
            tmp_path,
            f"lovelaceada_71_9001_{NOTEBOOK}",
            "lovelaceada_71_9002_own.csv",
            "hoppergrace_LATE_72_9003_06_autograd-2.ipynb",
            f"anon_x7Yz_9004_{NOTEBOOK}",
            f"LATE_anon_q1_9005_{NOTEBOOK}",
            "noetheremmy_73_text.html",
        ),
        [LESSON],
    )
    assert seen(found) == {
        "lovelaceada_71": [NOTEBOOK, "own.csv"],
        "hoppergrace_72": [NOTEBOOK],
        "anon_x7Yz": [NOTEBOOK],
        "anon_q1": [NOTEBOOK],
    }
    assert [parcel.note for parcel in found.parcels] == ["", "late, says Canvas", "", "late, says Canvas"]
    assert "noetheremmy_73_text.html: not the name of an uploaded file" in found.left_out[0]


def test_the_latest_of_several_counts_and_the_others_stay(tmp_path):
    names = [f"a_1_{number}_06_autograd{again}.ipynb" for number, again in enumerate(["", "-1", "-10", "-2"])]
    (parcel,) = canvas.parcels(tree(tmp_path, *names), [LESSON]).parcels
    held = {str(path): data.decode() for path, data in content(parcel).items()}
    assert held == {
        NOTEBOOK: names[2],
        "06_autograd-0.ipynb": names[0],
        "06_autograd-1.ipynb": names[1],
        "06_autograd-2.ipynb": names[3],
    }


def test_a_notebook_whose_name_ends_in_a_number_is_no_second_one(tmp_path):
    (parcel,) = canvas.parcels(tree(tmp_path, "a_1_2_hw.ipynb", "a_1_3_hw-1.ipynb"), ["hw", "hw-1"]).parcels
    assert {str(path): data.decode()[4] for path, data in content(parcel).items()} == {
        "hw.ipynb": "2",
        "hw-1.ipynb": "3",
    }


def test_a_files_name_passes_for_no_other_student_in_canvas(tmp_path):
    (parcel,) = canvas.parcels(tree(tmp_path, f"eve_66_9_lovelaceada_71_9001_{NOTEBOOK}"), [LESSON]).parcels
    assert parcel.known == {"canvas_id": "66"}


# Repositories and folders


def repositories(root: Path, *names: str, git: bool = True) -> Path:
    for name in names:
        (root / name).mkdir(parents=True)
        (root / name / NOTEBOOK).write_text(name)
        if git:
            (root / name / ".git").mkdir()
            (root / name / ".git" / "config").write_text("x")
    return root


def test_clones(tmp_path):
    root = repositories(tmp_path / "clones", "06_autograd-ada", "06-autograd-octo-cat")
    (root / "classroom.csv").write_text("x")
    found = github.parcels(trees.folder(root), LESSON, [LESSON], f"{LESSON}-", None)
    assert found.left_out == ["classroom.csv: in no repository"]
    assert seen(found) == {"octo-cat": [NOTEBOOK], "ada": [NOTEBOOK]}


def test_whose_repository():
    roster = Roster(Sheet(["id", "github"], [["a", "cat"], ["b", "octo-cat"]]))
    assert github.owner("hw1-octo-cat", "06_autograd-", roster) == "octo-cat"
    assert github.owner("hw1-octo-cat", "hw1-", None) == "octo-cat"
    assert github.owner("hw1-octo-cat", "06_autograd-", None) == "hw1-octo-cat"


def test_the_folder_with_the_notebook_is_the_submission(tmp_path):
    root = tmp_path / "clones"
    for name, place in [
        ("ada", f"notebooks/{LESSON}"),
        ("bob", "x"),
        ("eve", "a"),
        ("eve", "b"),
        ("leo", ""),
    ]:
        folder = root / f"06_autograd-{name}" / place
        folder.mkdir(parents=True)
        (folder / (NOTEBOOK if name != "leo" else "other.ipynb")).write_text("{}")
        (folder / "own.csv").write_text("1")
        (root / f"06_autograd-{name}" / ".git").mkdir(exist_ok=True)
    (root / "06_autograd-ada" / "backup").mkdir()
    (root / "06_autograd-ada" / "backup" / NOTEBOOK).write_text("{}")
    found = {
        p.name: p for p in github.parcels(trees.folder(root), LESSON, [LESSON], f"{LESSON}-", None).parcels
    }
    assert {name: sorted(map(str, parcel.entries)) for name, parcel in found.items()} == {
        "ada": [NOTEBOOK, "own.csv"],
        "bob": [NOTEBOOK, "own.csv"],
        "eve": [],
        "leo": ["other.ipynb", "own.csv"],
    }
    assert found["eve"].problem == "the lesson's notebook lies in several folders: a, b"
    assert found["ada"].note == f"from notebooks/{LESSON}/"


def test_one_repository_is_not_a_class(tmp_path):
    repositories(tmp_path, "06_autograd-ada")
    with pytest.raises(trees.CannotOpen, match="holds all students' repositories"):
        github.fits(trees.folder(tmp_path / "06_autograd-ada"), "x-")


def test_plain_folders(tmp_path):
    names = (f"ada/{NOTEBOOK}", "ada/data/own.csv", "loose.txt")
    found = plain.parcels(tree(tmp_path, *names), LESSON)
    assert (
        seen(found) == {"ada": [NOTEBOOK, "data/own.csv"]} and "in no student's folder" in found.left_out[0]
    )
    as_submitted = (f"ada/{LESSON}/{NOTEBOOK}", "ada/05_graphs/x.ipynb", "bob/05_graphs/x.ipynb")
    assert seen(plain.parcels(tree(tmp_path, *as_submitted), LESSON)) == {"ada": [NOTEBOOK]}


# Names


@given(st.text(max_size=150))
def test_a_safe_name_is_one_or_a_refusal(text):
    try:
        name, _ = naming.student(plain.Parcel(text), None)
    except Refused:
        return
    assert not name_problem(name) and PurePosixPath(name).parts == (name,)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("O'Brien, Pat", "O_Brien_ Pat"),
        ("../../etc", "etc"),
        ("=1+1", "1+1"),
        ("王秀英", "王秀英"),
    ],
)
def test_names_are_made_safe(name, found):
    assert naming.safe(name) == found


# Hostile archives


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../outside.txt", "leads out"),
        ("ada/../../outside.txt", "leads out"),
        ("/etc/passwd", "absolute"),
        ("C:/windows/x", "absolute"),
        ("ada\\..\\x", "backslash"),
        ("ada/a\nb", "do not print"),
        ("ada/\x1b[2J", "do not print"),
        ("ada/\u202egpj.exe", "do not print"),
        ("ada/" + "x" * 250, "too long"),
        ("d/" * 30 + "x", "too long"),
    ],
)
def test_names_that_are_refused(tmp_path, name, reason):
    found = tree(tmp_path, name, "ada/good.ipynb")
    assert [str(entry.path) for entry in found.entries] == ["ada/good.ipynb"]
    (said,) = found.refused
    assert reason in said and said.isprintable()


def test_a_name_with_a_null_byte_is_not_cut(tmp_path):
    path = archive(tmp_path / "a.zip", {"ada/good.ipynb_evil": "x"})
    path.write_bytes(path.read_bytes().replace(b"good.ipynb_evil", b"good.ipynb\0evil"))
    found = trees.zipped(zipfile.ZipFile(path))
    assert not found.entries and "do not print" in found.refused[0]


def test_names_in_utf8_that_the_archive_does_not_declare(tmp_path):
    path = archive(tmp_path / "a.zip", {"Z\u00f6e/a.ipynb": "x"})
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        data[data.index(mark) + offset] &= ~0x08
    path.write_bytes(data)
    (entry,) = trees.zipped(zipfile.ZipFile(path)).entries
    assert str(entry.path) == "Z\u00f6e/a.ipynb" and entry.read(10) == b"x"


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
def test_links_and_devices_in_an_archive(tmp_path, mode):
    info = zipfile.ZipInfo("ada/link")
    info.create_system, info.external_attr = 3, (mode | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr(info, "/etc/passwd")
    found = trees.zipped(zipfile.ZipFile(tmp_path / "a.zip"))
    assert not found.entries and ("a link" in found.refused[0]) == (mode == stat.S_IFLNK)


def test_links_in_a_folder(tmp_path):
    folder = tmp_path / "in" / "ada"
    folder.mkdir(parents=True)
    (tmp_path / "secret").write_text("secret")
    (folder / "file").symlink_to(tmp_path / "secret")
    (folder / "up").symlink_to(tmp_path)
    os.mkfifo(folder / "pipe")
    (folder / "good").write_text("x")
    found = trees.folder(tmp_path / "in")
    assert [str(entry.path) for entry in found.entries] == ["ada/good"]
    assert len(found.refused) == 3


def test_names_that_are_there_twice(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as made:
        made.writestr("ada/a.ipynb", "one")
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("ada/a.ipynb", "two")
        made.writestr("bob/Zoe\u0308", "x")
        made.writestr("bob/Zo\u00eb", "x")
    found = trees.zipped(zipfile.ZipFile(tmp_path / "a.zip"))
    assert not found.entries and len(found.refused) == 4
    assert all("in the archive 2 times" in reason for reason in found.refused)


def test_a_bomb_is_not_unpacked(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made, made.open("ada/bomb", "w") as file:
        for _ in range(MAX_FOLDER // 10_000_000 + 1):
            file.write(bytes(10_000_000))
    assert path.stat().st_size < 500_000
    (parcel,) = plain.parcels(trees.zipped(zipfile.ZipFile(path)), LESSON).parcels
    with pytest.raises(Refused, match="larger than 100 MB"):
        content(parcel)


def test_a_size_that_lies_does_not_help(tmp_path):
    path = archive(tmp_path / "a.zip", {"ada/x": bytes(5000)})
    data = path.read_bytes()
    path.write_bytes(data.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    (entry,) = trees.zipped(zipfile.ZipFile(path)).entries
    with pytest.raises(Refused, match=r"cannot be unpacked|larger"):
        entry.read(100)


def test_many_files_that_are_too_much_together(tmp_path, monkeypatch):
    monkeypatch.setattr("autograder.collecting.MAX_FOLDER", 1000)
    names = {f"ada/{number}": bytes(400) for number in range(3)}
    archive(tmp_path / "a.zip", names)
    (parcel,) = plain.parcels(trees.zipped(zipfile.ZipFile(tmp_path / "a.zip")), LESSON).parcels
    with pytest.raises(Refused, match="all files together"):
        content(parcel)


@pytest.mark.parametrize(
    ("limit", "files", "said"), [("MAX_FILES", 4, "more than 3 files"), ("MAX_DEPTH", 1, "folders deep")]
)
def test_limits_of_a_submission(tmp_path, monkeypatch, limit, files, said):
    monkeypatch.setattr(f"autograder.collecting.{limit}", 3)
    names = [f"ada/{number}" for number in range(files)] if files > 1 else ["ada/a/b/c/d/e"]
    (parcel,) = plain.parcels(tree(tmp_path, *names), LESSON).parcels
    with pytest.raises(Refused, match=said):
        content(parcel)


def test_limits_of_an_archive(tmp_path, monkeypatch):
    monkeypatch.setattr(trees, "MAX_ENTRIES", 2)
    with pytest.raises(trees.CannotOpen, match="more than 2 files"):
        tree(tmp_path, "a/1", "a/2", "a/3")
    monkeypatch.setattr(trees, "MAX_ENTRIES", 100)
    monkeypatch.setattr(trees, "MAX_TOTAL", 5)
    monkeypatch.setattr(trees._Budget, "left", 5)
    first, second = tree(tmp_path, "a/111111", "a/2").entries
    assert first.read(100) == b"a/111111"
    with pytest.raises(Refused, match="the archive holds more"):
        second.read(100)


def test_encrypted_and_broken_entries(tmp_path):
    path = archive(tmp_path / "a.zip", {"ada/x": "x" * 100, "bob/x": "y" * 100})
    data = bytearray(path.read_bytes())
    place = data.index(b"PK\x01\x02")
    data[place + 8] |= 1  # the first is encrypted
    start = data.index(b"bob/x") + len("bob/x")
    data[start] ^= 0xFF  # the second is damaged
    path.write_bytes(data)
    found = trees.zipped(zipfile.ZipFile(path))
    assert "encrypted" in found.refused[0]
    with pytest.raises(Refused, match="x cannot be unpacked"):
        found.entries[0].read(1000)


@given(st.binary(max_size=300))
def test_any_bytes_are_an_archive_or_a_refusal(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("zip") / "a.zip"
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as made:
        made.writestr("ada/x", "x" * 50)
    path.write_bytes(data + whole.getvalue()[len(data) :])
    with contextlib.suppress(trees.CannotOpen), trees.opened(path) as found:
        for entry in found.entries:
            with contextlib.suppress(Refused):
                assert len(entry.read(1000)) <= 1000


def test_what_is_no_archive(tmp_path):
    (tmp_path / "a.zip").write_text("hello")
    for path, said in [("a.zip", "neither a folder nor a zip"), ("b.zip", "no such file")]:
        with pytest.raises(trees.CannotOpen, match=said), trees.opened(tmp_path / path):
            pass
