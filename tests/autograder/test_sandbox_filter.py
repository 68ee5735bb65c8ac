"""The seccomp filter for both architectures, run by a small interpreter of BPF: no machine of the other is needed."""

import errno
import re
from pathlib import Path

import pytest

from autograder.sandbox import seccomp, syscalls
from autograder.sandbox.seccomp import ALLOW, AUDIT, KILL, errno_return

PID = 4242
EPERM, ENOSYS = errno_return(errno.EPERM), errno_return(errno.ENOSYS)
THREAD = 0x3D0F00  # what pthread_create asks for
HIGH = 1 << 32


def run(machine: str, number: int, arguments: tuple[int, ...] = (), audit: int | None = None) -> int:
    """What the filter of `machine` answers to one call."""
    words = {0: number & 0xFFFFFFFF, 4: AUDIT[machine] if audit is None else audit}
    for i in range(6):
        value = arguments[i] if i < len(arguments) else 0
        words[16 + 8 * i], words[20 + 8 * i] = value & 0xFFFFFFFF, value >> 32 & 0xFFFFFFFF
    code = seccomp.program(machine, PID)
    at, held = 0, 0
    for _ in range(len(code)):
        operation, yes, no, operand = code[at]
        at += 1
        if operation == 0x20:  # load a word
            held = words[operand]
        elif operation == 0x54:  # and
            held &= operand
        elif operation == 0x06:  # return
            return operand
        elif operation in (0x15, 0x35):  # jump if equal, if greater or equal
            true = held == operand if operation == 0x15 else held >= operand
            at += yes if true else no
        else:
            raise AssertionError(f"unknown instruction {operation:#x}")
    raise AssertionError("no answer")


def ask(machine: str, name: str, *arguments: int) -> int | None:
    number = syscalls.numbers(machine).get(name)
    return None if number is None else run(machine, number, arguments)


both = pytest.mark.parametrize("machine", syscalls.ARCHITECTURES)


@both
def test_what_is_allowed_is_allowed_whatever_its_arguments(machine):
    for name in seccomp.ALLOWED.split():
        assert ask(machine, name, *[0xFFFFFFFFFFFFFFFF] * 6) in (ALLOW, None), name


@both
def test_all_other_calls_that_we_have_numbers_for_are_refused(machine):
    known = {*seccomp.ALLOWED.split(), *seccomp.IGNORED.split(), *seccomp.UNSUPPORTED.split()}
    for name, number in syscalls.numbers(machine).items():
        if name not in known and name not in seccomp.conditions(PID):
            expected = EPERM if number < seccomp.FIRST_RECENT else ENOSYS
            assert ask(machine, name) == expected, name


@both
def test_numbers_that_nobody_knows_are_refused(machine):
    assert run(machine, 423) == EPERM
    assert run(machine, 999) == ENOSYS
    assert run(machine, 0xFFFFFFFF) == ENOSYS


@both
def test_calls_of_another_architecture_end_the_process(machine):
    for audit in (0x40000003, 0x40000028, 0):  # i386, arm
        assert run(machine, 1, audit=audit) == KILL


def test_x32_calls_are_refused_on_x86_64():
    for name, number in syscalls.numbers("x86_64").items():
        assert run("x86_64", number | 0x40000000) != ALLOW, name


@both
@pytest.mark.parametrize(
    ("name", "arguments", "allowed"),
    [
        ("clone", (THREAD,), True),
        ("clone", (17,), False),  # SIGCHLD: a process
        ("clone", (THREAD & ~0x10000,), False),  # memory shared, but a process
        ("clone", (THREAD | 0x10000000,), False),  # a user namespace
        ("clone", (THREAD | 0x40000000,), False),  # a network namespace
        ("clone", (0x4111,), False),  # vfork
        ("kill", (PID, 9), True),
        ("kill", (PID + 1, 9), False),
        ("kill", (0, 9), False),
        ("kill", (0xFFFFFFFF, 9), False),
        ("tgkill", (PID, PID + 1, 6), True),
        ("tgkill", (1, 1, 6), False),
        ("prctl", (15, 0x1000), True),  # the name of a thread
        ("prctl", (1, 0), False),  # the signal when the parent ends
        ("prctl", (4, 1), False),  # dumpable
        ("ioctl", (1, 0x5401), True),  # isatty
        ("ioctl", (1, 0x5412), False),  # TIOCSTI
        ("ioctl", (1, HIGH | 0x5412), False),
        ("fcntl", (1, 1030), True),
        ("fcntl", (1, 8), False),  # F_SETOWN
        ("fcntl", (1, 10), False),  # F_SETSIG
        ("fcntl", (1, 15), False),  # F_SETOWN_EX
        ("openat", (0, 0, 0o2000000), True),
        ("openat", (0, 0, 0o1101), True),  # write, create, truncate
        ("openat", (0, 0, 0o1000), False),  # read and truncate
        ("openat", (0, 0, 0o3), False),
        ("openat", (0, 0, 0o1003), False),
        ("socketpair", (1, 1 | 0o2000000), True),
        ("socketpair", (1, 2), False),  # datagrams
        ("socketpair", (2, 1), False),
        ("sendto", (3, 0x1000, 1, 0, 0, 0), True),
        ("sendto", (3, 0x1000, 1, 0, 0x7000, 16), False),
        ("sendto", (3, 0x1000, 1, 0, HIGH, 16), False),
        ("prlimit64", (0, 7, 0, 0x1000), True),
        ("prlimit64", (PID, 7, 0, 0x1000), True),
        ("prlimit64", (0, 7, 0x1000, 0), False),
        ("prlimit64", (0, 7, HIGH, 0), False),
        ("prlimit64", (1, 7, 0, 0x1000), False),
    ],
)
def test_calls_that_depend_on_their_arguments(machine, name, arguments, allowed):
    assert ask(machine, name, *arguments) == (ALLOW if allowed else EPERM)


@both
def test_what_is_ignored_answers_with_success(machine):
    for name in seccomp.IGNORED.split():
        assert ask(machine, name) in (errno_return(0), None)


@both
def test_the_filter_fits_into_the_kernel(machine):
    code = seccomp.program(machine, PID)
    assert len(code) < 4096
    assert all(0 <= yes < 256 and 0 <= no < 256 for _, yes, no, _ in code)


HEADERS = {
    "x86_64": Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    "aarch64": Path("/usr/include/asm-generic/unistd.h"),
}


@both
def test_the_numbers_are_those_of_the_kernel(machine):
    if not HEADERS[machine].exists():
        pytest.skip(f"{HEADERS[machine]} is not installed")
    text = HEADERS[machine].read_text()
    pairs = re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)$", text, re.MULTILINE)
    theirs = {name: int(number) for name, number in pairs}
    theirs["newfstatat"] = theirs.get("newfstatat", theirs.get("fstatat"))
    ours = {name: number for name, number in syscalls.numbers(machine).items() if name in theirs}
    assert ours == {name: theirs[name] for name in ours}
    assert len(ours) > 200
