"""The folders of a runner: made for it, watched while it runs, removed whatever it put there."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

OWN = ("work", "home", "tmp")  # the runner's; `given` can be read only
_PREFIX = "autograder-runners-"
_MAX_ENTRIES, _MAX_PATH = 20_000, 3_000


def make_base() -> tuple[Path, int]:
    """A folder for the runners of this process, and a descriptor that locks it.

    What processes that were killed have left behind is removed first.
    """
    top = Path(tempfile.gettempdir()).resolve()
    for old in top.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError), _locked(old):
            remove(old)
    while True:
        base = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=top))
        with contextlib.suppress(OSError):
            lock = _lock(base)
            base.chmod(0o711)  # a runner that root started is another user: it may pass, not look around
            return base, lock
        # Another start took the folder for one left behind, in the moment before it was locked.


def _lock(folder: Path) -> int:
    import fcntl  # not on Windows

    if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
        raise PermissionError(f"{folder} is not ours")
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    descriptor = _lock(folder)
    try:
        yield
    finally:
        os.close(descriptor)


def make(base: Path, files: Mapping[str, bytes | Path]) -> dict[str, Path]:
    """The folders of one runner, by name, in a new folder `root`.

    `files` (relative path: content, or where to copy from) lie in `given`, which comes first where modules are
    imported from, and as copies in the working folder. Raises ValueError for a path that leads out of it.
    """
    paths = {PurePosixPath(name): content for name, content in files.items()}
    for path in paths:
        if path.is_absolute() or ".." in path.parts or not path.parts:
            raise ValueError(f"{str(path)!r} is not a path inside the working folder")
    root = Path(tempfile.mkdtemp(dir=base, prefix=""))
    root.chmod(0o711)
    folders = {key: root / key for key in ("given", *OWN)}
    for folder in folders.values():
        folder.mkdir(mode=0o700)
    for path, content in paths.items():
        for target in (folders["given"] / path, folders["work"] / path):
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, bytes):
                target.write_bytes(content)
            else:
                shutil.copyfile(content, target)
    for path in (
        folders["given"],
        *folders["given"].rglob("*"),
    ):  # whatever the umask: another user reads them
        path.chmod(0o755 if path.is_dir() else 0o644)
    return {"root": root, **folders}


def used_bytes(folder: Path, enough: int) -> int:
    """Bytes on disk below a folder. Counting stops at `enough`; too many or too deep entries count as more."""
    total, entries, waiting = 0, 0, [str(folder)]
    while waiting:
        path = waiting.pop()
        if len(path) > _MAX_PATH:
            return enough + 1
        try:
            with os.scandir(path) as found:
                for entry in found:
                    total += entry.stat(follow_symlinks=False).st_blocks * 512
                    entries += 1
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    if total > enough or entries > _MAX_ENTRIES:
                        return max(total, enough + 1)
        except OSError:
            continue  # removed meanwhile
    return total


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it: of any depth, links not followed, rights given back as needed."""
    parent = os.open(folder.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _remove(parent, folder.name)
    except FileNotFoundError:
        pass
    finally:
        os.close(parent)


def _remove(parent: int, name: str) -> None:
    """Folders are moved up to the top as they are found: neither recursion nor the length of a path limits it."""
    top = _open_folder(parent, name)
    moved = f".{os.urandom(8).hex()}-"
    count = 0
    try:
        while entries := os.listdir(top):
            for entry in entries:
                if not _is_folder(top, entry):
                    os.unlink(entry, dir_fd=top)
                    continue
                inner = _open_folder(top, entry)
                try:
                    for child in os.listdir(inner):
                        if _is_folder(inner, child):
                            count += 1
                            os.chmod(child, 0o700, dir_fd=inner)
                            os.rename(child, f"{moved}{count}", src_dir_fd=inner, dst_dir_fd=top)
                        else:
                            os.unlink(child, dir_fd=inner)
                finally:
                    os.close(inner)
                os.rmdir(entry, dir_fd=top)
    finally:
        os.close(top)
    os.rmdir(name, dir_fd=parent)


def _open_folder(parent: int, name: str) -> int:
    with contextlib.suppress(PermissionError):  # a link's target may be anybody's; opening it fails below
        os.chmod(name, 0o700, dir_fd=parent)
    return os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=parent)


def _is_folder(parent: int, name: str) -> bool:
    return stat.S_ISDIR(os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode)
