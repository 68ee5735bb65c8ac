"""Archives and folders that try to get out, to fill the disk, or to be somebody else's."""

import contextlib
import io
import os
import stat
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.collecting import content, plain, trees
from autograder.untrusted import MAX_FOLDER, Refused

from .archives import archive, tree

LESSON = "06_autograd"


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
