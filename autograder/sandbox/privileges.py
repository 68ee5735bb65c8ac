"""What root gives up before it runs other people's code: its user id, its capabilities, its namespaces."""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from autograder.sandbox.syscalls import call

CLONE_NEWIPC, CLONE_NEWPID, CLONE_NEWNET = 0x08000000, 0x20000000, 0x40000000
_CAP_DAC_READ_SEARCH, _CAP_SYS_ADMIN = 2, 21
_PR_SET_KEEPCAPS, _PR_CAPBSET_DROP = 8, 24
_CAPABILITY_VERSION_3 = 0x20080522
_NOGROUP = 65534
FIRST_UID = 1_800_000_000  # far from the ids of people, services and containers


def is_root() -> bool:
    return os.geteuid() == 0


def may_make_namespaces() -> bool:
    return bool(_held()[0] >> _CAP_SYS_ADMIN & 1)


def leave_network() -> bool:
    """Give this process a network and System V objects of its own, with nothing in them. False if it may not."""
    try:
        call("unshare", CLONE_NEWNET | CLONE_NEWIPC)
    except OSError:
        return False
    return True


def next_child_sees_no_process(own_namespace: int) -> bool:
    """Let the next fork begin a new process id namespace, in which the child is alone. False if it may not.

    `own_namespace` is a descriptor of /proc/self/ns/pid: without going back to it, the fork after the next
    would be put beside the next one.
    """
    try:
        call("setns", own_namespace, CLONE_NEWPID)
        call("unshare", CLONE_NEWPID)
    except OSError:
        return False
    return True


def next_child_is_beside_us(own_namespace: int) -> None:
    """Let the next fork be in our own process id namespace again. Raises OSError."""
    call("setns", own_namespace, CLONE_NEWPID)


def become(uid: int, readable: Iterable[Path], own: Iterable[Path]) -> bool:
    """Root becomes the ordinary user `uid`, without capabilities, for good; what is in `own` becomes its own.

    Where the interpreter lies in a folder that only root may enter (/root), the capability to read is kept:
    Landlock decides what can be read. False where this system has no such user (a container with few ids):
    then the process stays root in name, without capabilities.
    """
    with contextlib.suppress(OSError):  # past the last capability that this kernel knows
        for capability in range(64):
            call("prctl", _PR_CAPBSET_DROP, capability, 0, 0, 0)
    changed = _change_ids(uid)
    if changed:
        _set_capabilities(_held()[1])  # in force again, for the last time
        for folder in own:
            _give(folder, uid)
    needs_reading = changed and not all(os.access(path, os.R_OK) for path in readable)
    _set_capabilities(1 << _CAP_DAC_READ_SEARCH if needs_reading else 0)
    return changed


def _change_ids(uid: int) -> bool:
    try:
        os.setgroups([])
        call("prctl", _PR_SET_KEEPCAPS, 1, 0, 0, 0)
        os.setresgid(_NOGROUP, _NOGROUP, _NOGROUP)
        os.setresuid(uid, uid, uid)
    except OSError:
        return False
    return True


def _give(folder: Path, uid: int) -> None:
    for path, _, names in os.walk(folder, topdown=False):
        for name in names:
            os.chown(os.path.join(path, name), uid, _NOGROUP, follow_symlinks=False)
        os.chown(path, uid, _NOGROUP)


def _set_capabilities(kept: int) -> None:
    """Hold these, in force, and no others."""
    low, high = kept & 0xFFFFFFFF, kept >> 32
    data = struct.pack("=6I", low, low, 0, high, high, 0)
    call("capset", _version_header(), ctypes.create_string_buffer(data, 24))


def _held() -> tuple[int, int]:
    """The capabilities of this thread, one bit each: in force, and permitted."""
    data = ctypes.create_string_buffer(24)
    call("capget", _version_header(), data)
    effective, permitted, _, high_effective, high_permitted, _ = struct.unpack("=6I", data.raw)
    return effective | high_effective << 32, permitted | high_permitted << 32


def _version_header() -> ctypes.Array:
    data = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    return ctypes.create_string_buffer(data, len(data))
