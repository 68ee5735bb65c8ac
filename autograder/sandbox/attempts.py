"""Attempts to get out of the sandbox, one for each line of `refusals.LINES`. Each raises what the refusal raises.

An attempt that is not refused does no harm: it asks for something that fails later, or undoes what it did.
"""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import resource
import signal
import socket
import stat
import struct
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from errno import EPERM
from pathlib import Path

from autograder.sandbox.syscalls import call


@dataclass(frozen=True)
class Around:
    """What lies outside, within reach of a process that is not shut in.

    secret: a file that can be read. folder: one in which files can be made. victim: a process of the same
    user. package: an importable file. stream, datagram: listening Unix sockets. port: of a listening TCP
    socket. inside: the folder that the sandbox gives.
    """

    secret: Path
    folder: Path
    victim: int
    package: Path
    stream: Path
    datagram: Path
    port: int
    inside: Path

    @property
    def proc(self) -> Path:
        """The victim's folder in /proc."""
        return Path(f"/proc/{self.victim}")


Attempt = Callable[[Around], object]
CLONE_NEWUSER = 0x10000000


def calls(name: str, *arguments: int | bytes) -> Attempt:
    """An attempt that is one system call with these arguments."""
    return lambda around: call(name, *arguments)


def buffer(size: int = 128) -> ctypes.Array:
    return ctypes.create_string_buffer(size)


def _path(path: Path) -> bytes:
    return os.fsencode(path) + b"\0"


def _unix_address(path: Path) -> bytes:
    return struct.pack("=H", socket.AF_UNIX) + _path(path)


def nothing_changed(change: Callable[[], object], look: Callable[[], object]) -> None:
    """Raises PermissionError when `change` is refused, or leaves what `look` sees as it was."""
    before = look()
    change()
    if look() == before:
        raise PermissionError(EPERM, "answered with success, and not done")


# The network


def connect_tcp(around: Around) -> None:
    with socket.socket() as sock:
        sock.connect(("127.0.0.1", around.port))


def open_socket(family: int, kind: int) -> Attempt:
    return lambda around: socket.socket(family, kind).close()


def connect_pair(around: Around) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        address = _unix_address(around.stream)
        call("connect", ours.fileno(), address, len(address))


def send_to_path(around: Around) -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:
        ours.sendto(b"x", str(around.datagram))


def send_with_address(around: Around) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        address = _unix_address(around.datagram)
        call("sendto", ours.fileno(), b"x", 1, 0, address, len(address))


def send_descriptor(around: Around) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        socket.send_fds(ours, [b"x"], [ours.fileno()])


def bind(around: Around) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        address = _unix_address(around.inside / "socket")
        call("bind", ours.fileno(), address, len(address))
    (around.inside / "socket").unlink()


# Processes


def clone(flags: int) -> Attempt:
    def attempt(around: Around) -> None:
        pid = call("clone", flags | signal.SIGCHLD, 0, 0, 0, 0)
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)

    return attempt


def fork(around: Around) -> None:
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)


def spawn(around: Around) -> None:
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)


def run_program(around: Around) -> None:
    subprocess.run(["true"], check=False)


# Files


def read_through_link(around: Around) -> None:
    link = around.inside / "link"
    link.symlink_to(around.secret)
    try:
        link.read_bytes()
    finally:
        link.unlink()


def hard_link(around: Around) -> None:
    name = around.inside / "hard"
    os.link(around.secret, name)
    name.unlink()


def rename_out(around: Around) -> None:
    name = around.inside / "moved"
    name.write_bytes(b"")
    name.rename(around.folder / "moved")


def empty_by_opening(around: Around) -> None:
    os.close(os.open(around.package, os.O_RDONLY | os.O_TRUNC))


def watch_folder(around: Around) -> None:
    call("inotify_add_watch", call("inotify_init1", 0), _path(around.folder), 0xFFF)


def change_rights(around: Around) -> None:
    mode = stat.S_IMODE(around.secret.stat().st_mode)
    nothing_changed(lambda: around.secret.chmod(mode ^ 0o040), lambda: around.secret.stat().st_mode)


def change_times(around: Around) -> None:
    nothing_changed(lambda: os.utime(around.secret, (1, 1)), lambda: around.secret.stat().st_mtime)


def add_package(around: Around) -> None:
    added = around.package.parent / "added.pth"
    added.write_bytes(b"")
    added.unlink()


def shared_memory(around: Around) -> None:
    name = Path("/dev/shm/autograder-attempt")
    name.write_bytes(b"")
    name.unlink()


# Other processes


def own_descriptor(around: Around) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        fcntl.fcntl(ours, fcntl.F_SETOWN, around.victim)


def own_descriptor_by_ioctl(around: Around) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        fcntl.ioctl(ours, 0x8901, struct.pack("i", around.victim))  # FIOSETOWN


def read_memory(around: Around) -> None:
    call("process_vm_readv", around.victim, 0, 0, 0, 0, 0)


# Amounts; `Around` is not needed, the limits are those that the process has entered with


def much_memory(around: Around) -> None:
    bytearray(resource.getrlimit(resource.RLIMIT_DATA)[0])


def much_shared_memory(around: Around) -> None:
    mmap.mmap(-1, resource.getrlimit(resource.RLIMIT_AS)[0]).close()


def large_file(around: Around) -> None:
    name = around.inside / "large"
    with name.open("wb") as file:
        try:
            file.seek(resource.getrlimit(resource.RLIMIT_FSIZE)[0])
            file.write(b"xx")
            file.flush()
        finally:
            name.unlink()


def many_files(around: Around) -> None:
    opened = []
    try:
        for _ in range(2000):
            opened.append(os.open("/dev/null", os.O_RDONLY))
    finally:
        for descriptor in opened:
            os.close(descriptor)


def many_threads(around: Around) -> None:
    stop = threading.Event()
    started = []
    try:
        for _ in range(2000):
            started.append(threading.Thread(target=stop.wait, daemon=True))
            started[-1].start()
    finally:
        stop.set()
        for thread in started[:-1]:
            thread.join()


def dump_core(around: Around) -> None:
    dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0)  # PR_GET_DUMPABLE: refused inside, which gives -1
    if resource.getrlimit(resource.RLIMIT_CORE) == (0, 0) and dumpable != 1:
        raise PermissionError(EPERM, "no dump would be written")
