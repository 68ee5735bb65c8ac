"""Which files a sandboxed process may touch: Landlock, a Linux security module that needs no privilege."""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from autograder.sandbox.syscalls import call

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_DIR, REMOVE_FILE, MAKE_CHAR, MAKE_DIR, MAKE_REG, MAKE_SOCK = (1 << bit for bit in range(4, 10))
MAKE_FIFO, MAKE_BLOCK, MAKE_SYM, REFER, TRUNCATE, IOCTL_DEV = (1 << bit for bit in range(10, 16))

READ = READ_FILE | READ_DIR
# Programs, devices, sockets and pipes cannot be made even there.
OWN = READ | WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM | REFER | TRUNCATE
_FOR_FILES = WRITE_FILE | READ_FILE | TRUNCATE

# What each version of the interface brought: files, then TCP, then signals and abstract sockets.
_FILES = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_TCP_FROM, _SCOPES_FROM = 4, 6


@cache
def version() -> int:
    """The version of Landlock that this kernel has, 0 for none."""
    try:
        return call("landlock_create_ruleset", 0, 0, 1)
    except (OSError, KeyError, ValueError, AttributeError):
        return 0


def handled(abi: int) -> tuple[int, int, int]:
    """What a ruleset refuses unless a rule allows it: masks for files, for TCP, and for scopes."""
    files = max((known, mask) for known, mask in _FILES.items() if known <= abi)[1]
    return files, 3 if abi >= _TCP_FROM else 0, 3 if abi >= _SCOPES_FROM else 0


def hold(paths: Iterable[Path]) -> list[int]:
    """Descriptors of those paths that exist, to be given to `apply`."""
    held = []
    for path in paths:
        try:
            held.append(os.open(path, os.O_PATH | os.O_CLOEXEC))
        except OSError:
            continue
    return held


def apply(readable: Iterable[int], own: Iterable[int], writable: Iterable[int] = ()) -> None:
    """Close the file system to the calling thread and all that it will start.

    The arguments are descriptors of files and folders: `readable` can be read with all below, in `own` files
    can be made, changed and removed, `writable` are single files that can be read and written.
    It needs no_new_privs, or root. TCP is closed too, and signals to others, where the kernel can.
    """
    files, tcp, scopes = handled(version())
    attributes = struct.pack("=QQQ", files, tcp, scopes)[
        : 8 if version() < 4 else 16 if version() < 6 else 24
    ]
    ruleset = call("landlock_create_ruleset", _buffer(attributes), len(attributes), 0)
    try:
        for descriptors, access in ((readable, READ), (own, OWN), (writable, READ_FILE | WRITE_FILE)):
            for descriptor in descriptors:
                is_folder = stat.S_ISDIR(os.fstat(descriptor).st_mode)
                allowed = access & files & (~0 if is_folder else _FOR_FILES)
                rule = struct.pack("=Qi", allowed, descriptor)
                call("landlock_add_rule", ruleset, 1, _buffer(rule), 0)
        call("landlock_restrict_self", ruleset, 0)
    finally:
        os.close(ruleset)


def _buffer(data: bytes) -> ctypes.Array:
    return ctypes.create_string_buffer(data, len(data))
