"""Opening a folder or a zip archive: only ordinary files with ordinary names, and nothing before it is asked for."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from lzma import LZMAError
from pathlib import Path, PurePosixPath

from autograder.collecting import Entry, Tree
from autograder.errors import AutograderError
from autograder.untrusted import Refused, printable, read_bytes

MAX_ENTRIES, MAX_DEPTH, MAX_TOTAL = (
    100_000,
    24,
    10_000_000_000,
)  # of a whole class: files, folders deep, bytes
# What computers leave in folders without asking.
UNWANTED = {".git", ".ipynb_checkpoints", "__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini", "__pycache__"}
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)


class CannotOpen(AutograderError):
    what = "{reason}"
    repair = "name a zip archive as the platform gave it, or a folder: --from PATH"


@contextmanager
def opened(path: Path) -> Iterator[Tree]:
    """The tree in a folder or a zip archive; the archive stays open meanwhile. Raises `CannotOpen`."""
    if path.is_dir():
        yield folder(path)
        return
    if not path.exists():
        raise CannotOpen(where=path, reason="there is no such file or folder")
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise CannotOpen(where=path, reason=f"this is neither a folder nor a zip archive: {error}") from None
    with archive:
        yield zipped(archive)


def folder(path: Path) -> Tree:
    """What lies in a folder. No link is followed."""
    tree = Tree()
    _walk(path, PurePosixPath(), tree)
    return tree


def _walk(path: Path, below: PurePosixPath, tree: Tree) -> None:
    with os.scandir(path) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        name = below / entry.name
        if entry.name == ".git":
            tree.repositories.append(below)
        if entry.name in UNWANTED:
            continue
        mode = entry.stat(follow_symlinks=False).st_mode
        if reason := name_problem(name):
            tree.refused.append(f"{printable(name)}: {reason}")
        elif stat.S_ISDIR(mode):
            _walk(Path(entry.path), name, tree)
        elif not stat.S_ISREG(mode):
            tree.refused.append(f"{printable(name)}: {_kind(mode)}")
        else:
            _add(tree, Entry(name, partial(read_bytes, Path(entry.path))))


def zipped(archive: zipfile.ZipFile) -> Tree:
    """What lies in a zip archive, whoever made it. Nothing is unpacked yet, and nothing is believed of its sizes."""
    tree, budget = Tree(), _Budget()
    files = [info for info in archive.infolist() if not info.is_dir()]
    texts = [_written(info) for info in files]
    names = [PurePosixPath(text) for text in texts]
    often = Counter(names)
    for info, text, name in zip(files, texts, names, strict=True):
        if UNWANTED & set(name.parts):
            continue
        reason = name_problem(name, text) or _entry_problem(info)
        if not reason and often[name] > 1:
            reason = f"it is in the archive {often[name]} times"
        if reason:
            tree.refused.append(f"{printable(text)}: {reason}")
        else:
            _add(tree, Entry(name, partial(_unpacked, archive, info, budget)))
    return tree


def _written(info: zipfile.ZipInfo) -> str:
    """A file's name as its archive has it. Many programs write UTF-8 without saying so, as the format asks."""
    name = info.orig_filename
    if not info.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return unicodedata.normalize("NFC", name)


def name_problem(path: PurePosixPath, text: str | None = None) -> str:
    """Why a file is not taken under this name, empty if it is. text: the name as it stood, where it is not a path yet."""
    text = str(path) if text is None else text
    if text.startswith("/") or re.match("[A-Za-z]:", text):
        return "an absolute name"
    if "\\" in text:
        return "a backslash in the name"
    if not all(letter.isprintable() or unicodedata.category(letter) == "Zs" for letter in text):
        return "characters in the name that do not print"
    if ".." in path.parts or ".." in text.split("/"):
        return "a name that leads out of its folder"
    if any(len(part.encode()) > 200 for part in path.parts) or len(path.parts) > MAX_DEPTH:
        return "too long a name"
    return "" if path.parts else "no name"


def _entry_problem(info: zipfile.ZipInfo) -> str:
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        return _kind(mode)
    return "encrypted" if info.flag_bits & 1 else ""


def _kind(mode: int) -> str:
    return "a link, not a file" if stat.S_ISLNK(mode) else "not an ordinary file"


def _add(tree: Tree, entry: Entry) -> None:
    if len(tree.entries) >= MAX_ENTRIES:
        raise CannotOpen(reason=f"it holds more than {MAX_ENTRIES} files")
    tree.entries.append(entry)


class _Budget:
    """How much may still be unpacked, of a whole archive."""

    left = MAX_TOTAL


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: _Budget, limit: int) -> bytes:
    """The content of one file, and no more of it than may be."""
    name = printable(PurePosixPath(info.orig_filename).name)
    if budget.left <= 0:
        raise Refused(f"{name}: the archive holds more than {MAX_TOTAL // 1_000_000_000} GB")
    try:
        with archive.open(info) as file:
            content = file.read(limit + 1)
    except _BROKEN as error:
        raise Refused(f"{name} cannot be unpacked: {error}") from None
    budget.left -= len(content)
    if len(content) > limit:
        raise Refused(f"{name} is larger than {limit // 1_000_000} MB")
    return content
