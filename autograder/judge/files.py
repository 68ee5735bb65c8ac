"""Files that a test writes for the student's code to read, and the other way round.

Judge and runner have working folders of their own. Around each request of a test that uses files, what changed at
the top of one is copied to the other. The runner's folder is the student's: links are never followed, and
nothing but ordinary files of a reasonable size comes back, where nothing is ever imported from.
"""

from __future__ import annotations

import ast
import contextlib
import os
import stat
from functools import lru_cache
from pathlib import Path

from autograder.judge import names
from autograder.untrusted import Refused, read_bytes

MAX_FILE, MAX_FILES = 16 << 20, 100
_WORDS = {
    "open",
    "Path",
    "exists",
    "isfile",
    "listdir",
    "remove",
    "savetxt",
    "loadtxt",
    "savefig",
    "read_csv",
}
_WORDS |= {"to_csv", "save", "load", "savez", "imread", "imsave", "glob", "unlink", "write_text", "read_text"}

Seen = dict[str, tuple[int, int]]  # for each file its time of change, and its size


@lru_cache(512)
def uses_files(source: str) -> bool:
    """Whether a test may write or read files."""
    tree = names.parse(source)
    return tree is not None and any(
        (isinstance(node, ast.Name) and node.id in _WORDS)
        or (isinstance(node, ast.Attribute) and node.attr in _WORDS)
        for node in ast.walk(tree)
    )


class SharedFiles:
    """The working folders of a judge and a runner."""

    def __init__(self, judge: Path, runner: Path):
        self.judge, self.runner = judge, runner
        self.settle()

    def settle(self) -> None:
        """What is there now is not copied: each side has its own."""
        self._judges, self._runners = _look(self.judge), _look(self.runner)

    def down(self) -> None:
        """Before a request: the runner gets what changed in the judge's folder."""
        for name in _changed(self._judges, _look(self.judge)):
            _write(self.runner, name, (self.judge / name).read_bytes())
        for name in self._judges.keys() - _look(self.judge).keys():
            with contextlib.suppress(OSError):
                os.unlink(self.runner / name)
        self.settle()

    def up(self) -> None:
        """After it: the judge gets what changed in the runner's."""
        now = _look(self.runner)
        for name in _changed(self._runners, now)[:MAX_FILES]:
            with contextlib.suppress(Refused, OSError):
                _write(self.judge, name, read_bytes(self.runner / name, MAX_FILE))
        for name in self._runners.keys() - now.keys():
            with contextlib.suppress(OSError):
                os.unlink(self.judge / name)
        self.settle()


def _look(folder: Path) -> Seen:
    """The ordinary files at the top of a folder; many are too many."""
    found: Seen = {}
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry, _ in zip(entries, range(10 * MAX_FILES), strict=False):
            with contextlib.suppress(OSError):
                about = entry.stat(follow_symlinks=False)
                if stat.S_ISREG(about.st_mode):
                    found[entry.name] = about.st_mtime_ns, about.st_size
    return found


def _changed(before: Seen, now: Seen) -> list[str]:
    return [name for name, about in now.items() if before.get(name) != about]


def _write(folder: Path, name: str, content: bytes) -> None:
    """A new file, whatever stood in its place: nothing is written through a link."""
    parent = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=parent)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with open(os.open(name, flags, 0o666, dir_fd=parent), "wb") as file:
            os.fchmod(file.fileno(), 0o666)  # the student's code may change it
            file.write(content)
    except (IsADirectoryError, PermissionError):
        pass  # a folder of that name stays
    finally:
        os.close(parent)
