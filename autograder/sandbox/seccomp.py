"""Which system calls a sandboxed process may make: a seccomp filter, in the kernel, that nothing can take off.

Everything that is not allowed here is refused; `refusals.py` says what that keeps out, and why.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
from dataclasses import dataclass
from functools import cache

from autograder.sandbox.syscalls import ARCHITECTURES, call, numbers

# Allowed whatever their arguments. Files among them: Landlock decides which.
ALLOWED = """
brk mmap munmap mremap mprotect madvise msync mincore membarrier futex set_tid_address set_robust_list
get_robust_list rseq arch_prctl gettid exit exit_group sched_yield restart_syscall rt_sigaction
rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigsuspend sigaltstack pause alarm getitimer
setitimer timer_create timer_settime timer_gettime timer_getoverrun timer_delete nanosleep
clock_nanosleep clock_gettime clock_getres gettimeofday time times getpid getppid getpgid getpgrp getsid
getuid geteuid getgid getegid getresuid getresgid getgroups capget getrusage getrlimit uname sysinfo
getcpu sched_getaffinity sched_getscheduler sched_getparam sched_get_priority_max sched_get_priority_min
getpriority getrandom wait4 waitid read write readv writev pread64 pwrite64 preadv pwritev preadv2
pwritev2 close close_range lseek stat fstat lstat newfstatat statx statfs fstatfs access faccessat
faccessat2 readlink readlinkat getdents getdents64 getcwd chdir fchdir umask mkdir mkdirat rmdir unlink
unlinkat rename renameat renameat2 link linkat symlink symlinkat creat ftruncate fallocate fadvise64
readahead fsync fdatasync flock sendfile copy_file_range dup dup2 dup3 pipe pipe2 poll ppoll select
pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2 eventfd eventfd2
timerfd_create timerfd_settime timerfd_gettime signalfd signalfd4 recvfrom shutdown getsockname
getpeername getsockopt
"""

# Answered with success and not done: Landlock does not guard them, and copying a file ends with them.
IGNORED = """
chmod fchmod fchmodat utime utimes utimensat futimesat
"""

# Refused in the words that callers expect.
UNSUPPORTED = """
getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr setxattr lsetxattr fsetxattr removexattr
lremovexattr fremovexattr
"""


@dataclass(frozen=True)
class OneOf:
    """Holds when the argument, as 32 bits and masked, is one of the values."""

    argument: int
    values: tuple[int, ...]
    mask: int = 0xFFFFFFFF


@dataclass(frozen=True)
class Null:
    """Holds when the argument, a pointer, is null."""

    argument: int


Condition = OneOf | Null

_THREAD = 0x100 | 0x800 | 0x10000  # CLONE_VM, CLONE_SIGHAND, CLONE_THREAD
_NOT_THREAD = 0x7E020000 | 0x02000 | 0x04000 | 0x08000  # new namespaces; PTRACE, VFORK, PARENT
_O_TRUNC, _O_ACCMODE = 0o1000, 0o3


def conditions(pid: int) -> dict[str, list[Condition]]:
    """The calls that are allowed when all their conditions hold, for the process `pid`."""
    # Reading and emptying in one go needs no right to write in Landlock before its version 3.
    modes = (0, 1, 2, 1 | _O_TRUNC, 2 | _O_TRUNC)
    return {
        "clone": [OneOf(0, (_THREAD,), _THREAD | _NOT_THREAD)],
        "kill": [OneOf(0, (pid,))],
        "tgkill": [OneOf(0, (pid,))],
        "prctl": [OneOf(0, (15, 16, 0x53564D41))],  # PR_SET_NAME, PR_GET_NAME, PR_SET_VMA
        # TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIONCLEX, FIOCLEX
        "ioctl": [OneOf(1, (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451))],
        # duplicates, flags, locks; not F_SETOWN or F_SETSIG, which send signals
        "fcntl": [OneOf(1, (0, 1, 2, 3, 4, 5, 6, 7, 36, 37, 38, 1030, 1032))],
        "open": [OneOf(1, modes, _O_TRUNC | _O_ACCMODE)],
        "openat": [OneOf(2, modes, _O_TRUNC | _O_ACCMODE)],
        "socketpair": [OneOf(0, (1,)), OneOf(1, (1,), 0xF)],  # AF_UNIX, SOCK_STREAM
        "sendto": [Null(4)],  # no address
        "prlimit64": [OneOf(0, (0, pid)), Null(2)],  # reading one's own
    }


AUDIT = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
KILL, ALLOW = 0x80000000, 0x7FFF0000
_NOBODY = 0x7FFFFFFF  # no process has this id
FIRST_RECENT = 424  # calls from here on are new, the same everywhere, and every caller can do without


def errno_return(number: int) -> int:
    """The filter's answer that makes a call return this errno; 0 is success without doing it."""
    return 0x00050000 | number


_LOAD, _AND, _RETURN = 0x20, 0x54, 0x06
_EQUAL, _GREATER_EQUAL = 0x15, 0x35
Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, operand


def program(machine: str, pid: int) -> list[Instruction]:
    """The filter for one architecture and process, in classic BPF."""
    known = numbers(machine)
    code: list[Instruction] = [
        (_LOAD, 0, 0, 4),  # the architecture of the call
        (_EQUAL, 1, 0, AUDIT[machine]),
        (_RETURN, 0, 0, KILL),
        (_LOAD, 0, 0, 0),  # its number
    ]
    plain = [(ALLOWED, ALLOW), (IGNORED, errno_return(0)), (UNSUPPORTED, errno_return(errno.ENOTSUP))]
    for names, answer in plain:
        for name in names.split():
            if name in known:
                code += [(_EQUAL, 0, 1, known[name]), (_RETURN, 0, 0, answer)]
    for name, rule in conditions(pid).items():
        if name in known:
            body = [step for condition in rule for step in _check(condition)] + [(_RETURN, 0, 0, ALLOW)]
            code += [(_EQUAL, 0, len(body), known[name]), *body]
    code += [(_GREATER_EQUAL, 0, 1, FIRST_RECENT), (_RETURN, 0, 0, errno_return(errno.ENOSYS))]
    return [*code, (_RETURN, 0, 0, errno_return(errno.EPERM))]


def _check(condition: Condition) -> list[Instruction]:
    """Instructions that go on when the condition holds, and refuse the call otherwise."""
    low = 16 + 8 * condition.argument
    refuse = (_RETURN, 0, 0, errno_return(errno.EPERM))
    if isinstance(condition, Null):
        return [(_LOAD, 0, 0, low), (_EQUAL, 0, 2, 0), (_LOAD, 0, 0, low + 4), (_EQUAL, 1, 0, 0), refuse]
    count = len(condition.values)
    tests = [(_EQUAL, count - i, 0, value) for i, value in enumerate(condition.values)]
    return [(_LOAD, 0, 0, low), (_AND, 0, 0, condition.mask), *tests, refuse]


def supported() -> bool:
    """Whether this kernel filters system calls, on an architecture whose numbers we know."""
    if platform.system() != "Linux" or platform.machine() not in ARCHITECTURES:
        return False
    action = (ctypes.c_uint32 * 1)(errno_return(0))
    try:
        return call("seccomp", 2, 0, action) == 0  # SECCOMP_GET_ACTION_AVAIL
    except OSError:
        return False


@cache
def _assembled() -> tuple[bytes, tuple[int, ...]]:
    """The filter of this machine for no process yet, and the offsets at which the process id belongs."""
    steps = program(platform.machine(), _NOBODY)
    offsets = tuple(8 * i + 4 for i, step in enumerate(steps) if step[0] == _EQUAL and step[3] == _NOBODY)
    return b"".join(struct.pack("=HBBI", *step) for step in steps), offsets


def prepare() -> None:
    """Do in a parent what is the same for all its forks."""
    _assembled()


def apply(pid: int) -> None:
    """Put the filter on the calling thread and all that it will start. It needs no_new_privs, or root."""
    code, offsets = bytearray(_assembled()[0]), _assembled()[1]
    for offset in offsets:
        struct.pack_into("=I", code, offset, pid)
    buffer = ctypes.create_string_buffer(bytes(code), len(code))
    header = struct.pack("@HP", len(code) // 8, ctypes.addressof(buffer))
    call("seccomp", 1, 0, ctypes.create_string_buffer(header, len(header)))  # SECCOMP_SET_MODE_FILTER
