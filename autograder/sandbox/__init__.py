"""The sandbox that other people's code runs in: what makes it up, whether this machine has it, and entering it.

`no_new_privs`, Landlock, seccomp and resource limits are put by a process on itself, before it runs anything;
root gives up its user id, capabilities and namespaces as well. No daemon, nothing to install.
`refusals.py` is the written list of what is refused, each line with an attempt at it.
"""

from __future__ import annotations

import os
import platform
import signal
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AutograderError
from autograder.sandbox import landlock, privileges, seccomp
from autograder.sandbox.syscalls import ARCHITECTURES, call

WITHOUT = "--without-sandbox"  # the flag of the verbs that run other people's code


class SandboxUnavailable(AutograderError):
    what = "this machine cannot shut in the code of other people: {missing}"
    why = "a notebook could read and change everything that you can, other submissions and grades included"
    repair = (
        f"{{repair}}; `autograder doctor` says more. On a machine that is thrown away afterwards: {WITHOUT}"
    )


@dataclass(frozen=True)
class Protection:
    """One part of the sandbox: whether this machine gives it, and what to do about it if it does not."""

    name: str
    present: bool
    required: bool
    detail: str
    repair: str = ""


@dataclass(frozen=True)
class ResourceLimits:
    """What one sandboxed process may use. Memory is counted on top of what the process has when it enters."""

    memory_mb: int = 1024
    cpu_seconds: int = 330
    file_mb: int = 128
    disk_mb: int = 256  # all files together
    threads: int = 64
    open_files: int = 256


def available() -> list[Protection]:
    """Every protection, with what this machine gives. Nothing is changed by asking."""
    system, machine = platform.system(), platform.machine()
    if system != "Linux" or machine not in ARCHITECTURES:
        found = f"{system} on {machine}"
        repair = "grade on Linux (x86_64 or aarch64), in a virtual machine or a container"
        return [Protection("Linux on x86_64 or aarch64", False, True, found, repair)]
    abi, root = landlock.version(), privileges.is_root()
    namespaces = root and privileges.may_make_namespaces()

    def beyond(name: str, present: bool, gives: str, lacks: str) -> Protection:
        return Protection(
            name, present, False, gives if present else f"{lacks}; seccomp refuses it all the same"
        )

    return [
        Protection("Linux on x86_64 or aarch64", True, True, f"{platform.release()} on {machine}"),
        Protection("resource limits", True, True, "memory, processor time, files, threads"),
        Protection(
            "Landlock: files",
            abi >= 1,
            True,
            f"version {abi} of its interface" if abi else "not in this kernel, or switched off",
            "boot Linux 5.13 or newer with `landlock` in its list of security modules (lsm=), and in a "
            "container use a seccomp profile that lets it pass",
        ),
        Protection(
            "seccomp: system calls",
            seccomp.supported(),
            True,
            "every call is filtered" if seccomp.supported() else "not in this kernel, or forbidden",
            "use a kernel with CONFIG_SECCOMP_FILTER",
        ),
        beyond("Landlock: emptying", abi >= 3, "what can be read cannot be emptied", "needs version 3"),
        beyond("Landlock: TCP", abi >= 4, "no connection, no listening", "needs version 4"),
        beyond("Landlock: signals", abi >= 6, "none to other processes", "needs version 6"),
        beyond(
            "own namespaces", namespaces, "no network and no process to see", "needs root with CAP_SYS_ADMIN"
        ),
        Protection(
            "own user",
            root,
            False,
            "each submission is another user, without capabilities"
            if root
            else "only root can change to one",
        ),
    ]


def missing(protections: Iterable[Protection] | None = None) -> list[Protection]:
    """The required protections that are not there; an empty list means that the sandbox can be entered."""
    return [p for p in (protections or available()) if p.required and not p.present]


def require() -> None:
    """Raises SandboxUnavailable, with what is missing and what to do about it."""
    lacking = missing()
    if lacking:
        raise SandboxUnavailable(
            missing="; ".join(f"{p.name} ({p.detail})" for p in lacking),
            repair="; ".join(p.repair for p in lacking),
        )


SYSTEM_PATHS = """
/lib /lib64 /usr/lib /usr/lib64 /usr/local/lib /etc/ld.so.cache /etc/localtime /usr/share/zoneinfo
/etc/fonts /usr/share/fonts /usr/local/share/fonts /sys/devices/system/cpu /proc/cpuinfo /dev/zero /dev/full
/dev/random /dev/urandom
"""


def readable_paths() -> list[Path]:
    """What a sandboxed process may read: the interpreter, its packages, and the packages loaded by now.

    Of a package that is installed from a working copy only its own folder, not the folders beside it.
    """
    installed = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    installed += [Path(entry) for entry in sys.path if Path(entry).name in ("site-packages", "dist-packages")]
    loaded = [
        Path(folder)
        for name, module in list(sys.modules.items())
        if "." not in name
        for folder in list(getattr(module, "__path__", []))
    ]
    paths = [Path(path) for path in SYSTEM_PATHS.split()] + installed
    for folder in loaded:
        if not any(folder.is_relative_to(path) for path in installed):
            paths.append(folder)
    return list(dict.fromkeys(path for path in paths if path.exists()))


class Sandbox:
    """Prepared once, in a parent that needs no network; entered by each child that `fork` gives it.

    readable: the paths that stay readable inside. Raises SandboxUnavailable.
    """

    def __init__(self, readable: Iterable[Path]) -> None:
        require()
        self.paths = list(readable)
        seccomp.prepare()
        self._readable = landlock.hold(self.paths)
        self._writable = landlock.hold([Path("/dev/null")])
        self.descriptors = [*self._readable, *self._writable]  # `enter` needs them open, and closes them
        self._namespace: int | None = None  # our own process ids, while the children can have theirs
        if privileges.is_root():
            privileges.leave_network()
            if privileges.may_make_namespaces():
                self._namespace = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)

    def also_readable(self, paths: Iterable[Path]) -> None:
        """From now on these paths are readable inside as well."""
        new = [path for path in paths if path not in self.paths]
        held = landlock.hold(new)
        self.paths += new
        self._readable += held
        self.descriptors += held

    def fork(self) -> int:
        """As `os.fork`; where possible the child sees no process but itself."""
        if self._namespace is not None and not privileges.next_child_sees_no_process(self._namespace):
            os.close(self._namespace)
            self._namespace = None
        return os.fork()

    def fork_outside(self) -> int:
        """As `os.fork`, for a process that runs no student code: it shares nothing with the last runner."""
        if self._namespace is not None:
            privileges.next_child_is_beside_us(self._namespace)
        return os.fork()

    def enter(self, given: Path, own: list[Path], limits: ResourceLimits, uid: int, parent: int) -> None:
        """Shut this process in, for good. Call it before it has threads.

        `given` is a folder that can be read, `own` are folders in which files can be made. Root becomes the
        user `uid`, and `own` belong to it. The process is killed when its parent, with the id `parent`, ends.
        Raises OSError when something is not as `available` said: then nothing may be run.
        """
        if privileges.is_root():
            privileges.become(uid, [*self.paths, given, *own], own)
        else:
            uid = -1
        limit(limits, private_uid=uid == os.getuid())
        end_with(parent)  # after the change of ids, which would undo it
        call("prctl", 4, 0, 0, 0, 0)  # PR_SET_DUMPABLE: no core dump, whatever collects them
        call("prctl", 38, 1, 0, 0, 0)  # PR_SET_NO_NEW_PRIVS
        own_held = landlock.hold(own)
        given_held = landlock.hold([given])
        landlock.apply([*self._readable, *given_held], own_held, self._writable)
        for descriptor in (*self.descriptors, *own_held, *given_held):
            os.close(descriptor)
        seccomp.apply(os.getpid())


def end_with(parent: int) -> None:
    """Have this process killed when its parent, with the id `parent`, ends."""
    call("prctl", 1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    if os.getppid() not in (parent, 0):  # 0: the parent is outside our process id namespace
        os._exit(1)


def limit(limits: ResourceLimits, *, private_uid: bool = False) -> None:
    """Bound what this process may use, for good. private_uid: no other process has its user id."""
    import resource  # not on Windows, where this module must still say what is missing

    mb = 1 << 20
    total, data = _address_space()
    # Threads reserve stacks and arenas that they hardly touch: address space is allowed more than memory.
    bounds = {
        resource.RLIMIT_DATA: data + limits.memory_mb * mb,
        resource.RLIMIT_AS: total + (limits.memory_mb + 256) * mb,
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_FSIZE: limits.file_mb * mb,
        resource.RLIMIT_NOFILE: limits.open_files,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NICE: 0,
        resource.RLIMIT_RTPRIO: 0,
    }
    if private_uid:  # the count is by user: another user's other programs would count as well
        bounds[resource.RLIMIT_NPROC] = limits.threads
    for kind, value in bounds.items():
        hard = resource.getrlimit(kind)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        # SIGXCPU says why; the hard limit kills who ignores it.
        resource.setrlimit(kind, (value, value + 1 if kind == resource.RLIMIT_CPU else value))


def _address_space() -> tuple[int, int]:
    """Bytes of this process's address space: all of it, and its private writable part."""
    fields = Path("/proc/self/statm").read_text().split()
    page = os.sysconf("SC_PAGE_SIZE")
    return int(fields[0]) * page, int(fields[5]) * page
