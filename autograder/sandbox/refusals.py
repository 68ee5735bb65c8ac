"""The written list of what the sandbox refuses: what, by which means, and why; for each line an attempt at it.

`autograder doctor` and the tests make every attempt, inside a sandbox (`probe.py`). What is not on this list and
not among the calls that `seccomp.py` allows is refused as well.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from errno import EACCES, EFBIG, EMFILE, ENOMEM, ENOSYS, ENOTSUP, EPERM, EXDEV
from pathlib import Path
from socket import AF_INET, AF_NETLINK, AF_UNIX, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM

from autograder.sandbox import attempts
from autograder.sandbox.attempts import CLONE_NEWUSER, Attempt, buffer, calls
from autograder.sandbox.syscalls import call

DENIED = (EPERM, EACCES)
UNKNOWN = (EPERM, ENOSYS)  # calls so new that every program can do without

NETWORK = "answers could be fetched and sent away, and other machines attacked"
PROCESS = "a process could go on after the time limit, or be another program"
READING = "answers, other submissions, keys and grades lie in files"
WRITING = "other submissions, grades and programs lie in files"
OTHERS = "the grader and other submissions are processes of the same machine"
RAISING = "what was given up could come back"
KERNEL = "grading needs nothing of it, and it has had holes"
UNCOUNTED = "memory that no limit counts, or that outlives the process"


@dataclass(frozen=True)
class Line:
    """One line of the list. The attempt is refused if it raises an OSError with one of these numbers, or another
    of the `errors`; if it returns, it was not refused."""

    what: str
    by: str
    why: str
    attempt: Attempt
    numbers: tuple[int, ...] = DENIED
    errors: tuple[type[Exception], ...] = ()


# fmt: off
LINES = [
    # the network
    Line("a TCP connection", "seccomp: socket; Landlock; namespace", NETWORK, attempts.connect_tcp),
    Line("a UDP socket", "seccomp: socket", NETWORK, attempts.open_socket(AF_INET, SOCK_DGRAM)),
    Line("a raw socket", "seccomp: socket", NETWORK, attempts.open_socket(AF_INET, SOCK_RAW)),
    Line("a netlink socket", "seccomp: socket", KERNEL, attempts.open_socket(AF_NETLINK, SOCK_RAW)),
    Line("a Unix socket", "seccomp: socket", OTHERS, attempts.open_socket(AF_UNIX, SOCK_STREAM)),
    Line("connecting a socket", "seccomp: connect", OTHERS, attempts.connect_pair),
    Line("a datagram to a named socket", "seccomp: socketpair of streams only", OTHERS, attempts.send_to_path),
    Line("sending to an address", "seccomp: sendto without address only", OTHERS, attempts.send_with_address),
    Line("sending a descriptor", "seccomp: sendmsg", OTHERS, attempts.send_descriptor),
    Line("listening", "seccomp: bind", NETWORK, attempts.bind),
    # processes
    Line("fork", "seccomp: fork, clone", PROCESS, attempts.fork),
    Line("clone", "seccomp: clone of threads only", PROCESS, attempts.clone(0)),
    Line("clone3", "seccomp: clone3", PROCESS, calls("clone3", 0, 0), UNKNOWN),
    Line("starting a program", "seccomp: vfork, clone", PROCESS, attempts.spawn),
    Line("starting a program by subprocess", "seccomp: vfork, clone", PROCESS, attempts.run_program),
    Line("becoming a program", "seccomp: execve", PROCESS, calls("execve", b"/nonexistent\0", 0, 0)),
    Line("becoming an open program", "seccomp: execveat", PROCESS, calls("execveat", 0, b"/none\0", 0, 0, 0)),
    Line("leaving the session", "seccomp: setsid", PROCESS, calls("setsid")),
    Line("outliving its parent", "seccomp: prctl", PROCESS, calls("prctl", 1, 0, 0, 0, 0)),
    # reading
    Line("reading a file outside", "Landlock", READING, lambda a: a.secret.read_bytes()),
    Line("listing a folder outside", "Landlock", READING, lambda a: os.listdir(a.folder)),
    Line("reading through a link", "Landlock", READING, attempts.read_through_link),
    Line("a second name for a file outside", "Landlock", READING, attempts.hard_link, (*DENIED, EXDEV)),
    Line("the list of users", "Landlock", READING, lambda a: Path("/etc/passwd").read_bytes()),
    Line("the list of processes", "Landlock", READING, lambda a: os.listdir("/proc")),
    Line("a process's command line", "Landlock", READING, lambda a: (a.proc / "cmdline").read_bytes()),
    Line("a process's environment", "Landlock", READING, lambda a: (a.proc / "environ").read_bytes()),
    Line("a process's open files", "Landlock", READING, lambda a: os.listdir(a.proc / "fd")),
    Line("watching a folder", "seccomp: inotify_init1", READING, attempts.watch_folder),
    Line("watching all files", "seccomp: fanotify_init", READING, calls("fanotify_init", 0, 0)),
    Line("a file by its number", "seccomp: open_by_handle_at", READING, calls("open_by_handle_at", 0, 0, 0)),
    Line("the kernel's log", "seccomp: syslog", READING, calls("syslog", 10, 0, 0)),
    # writing
    Line("changing a file outside", "Landlock", WRITING, lambda a: a.secret.open("r+b").close()),
    Line("making a file outside", "Landlock", WRITING, lambda a: (a.folder / "file").write_bytes(b"")),
    Line("making a folder outside", "Landlock", WRITING, lambda a: (a.folder / "folder").mkdir()),
    Line("making a link outside", "Landlock", WRITING, lambda a: (a.folder / "link").symlink_to("x")),
    Line("moving a file out", "Landlock", WRITING, attempts.rename_out, (*DENIED, EXDEV)),
    Line("emptying a file outside", "seccomp: truncate; Landlock", WRITING, lambda a: os.truncate(a.secret, 0)),
    Line("emptying a readable file", "seccomp: openat; Landlock", WRITING, attempts.empty_by_opening),
    Line("changing a package", "Landlock", WRITING, lambda a: a.package.open("r+b").close()),
    Line("adding a package", "Landlock", WRITING, attempts.add_package),
    Line("a file's rights", "seccomp: chmod does nothing", WRITING, attempts.change_rights),
    Line("a file's times", "seccomp: utimensat does nothing", WRITING, attempts.change_times),
    Line("a file's owner", "seccomp: chown", WRITING, lambda a: os.chown(a.secret, 1, 1)),
    Line("a file's attributes", "seccomp: setxattr", WRITING,
         lambda a: os.setxattr(a.secret, "user.x", b"x"), (*DENIED, ENOTSUP)),
    Line("removing a file outside", "Landlock", WRITING, lambda a: a.secret.unlink()),
    Line("a device", "seccomp: mknodat; Landlock", KERNEL, lambda a: os.mknod(a.inside / "x", 0o20600, 0x103)),
    Line("a named pipe", "seccomp: mknodat; Landlock", OTHERS, lambda a: os.mkfifo(a.inside / "pipe")),
    # other processes
    Line("a signal to a process", "seccomp: kill; Landlock", OTHERS, lambda a: os.kill(a.victim, 0)),
    Line("a signal to all processes", "seccomp: kill; Landlock", OTHERS, lambda a: os.kill(-1, 0)),
    Line("a signal to its group", "seccomp: kill; Landlock", OTHERS, lambda a: os.kill(0, 0)),
    Line("a signal to a thread", "seccomp: tkill", OTHERS, lambda a: call("tkill", a.victim, 0)),
    Line("a signal to a process's thread", "seccomp: tgkill", OTHERS,
         lambda a: call("tgkill", a.victim, a.victim, 0)),
    Line("a queued signal", "seccomp: rt_sigqueueinfo", OTHERS,
         lambda a: call("rt_sigqueueinfo", a.victim, 0, struct.pack("3i", 0, 0, -1) + bytes(116))),
    Line("a handle on a process", "seccomp: pidfd_open", OTHERS,
         lambda a: os.close(os.pidfd_open(a.victim)), UNKNOWN),
    Line("a signal when data comes", "seccomp: fcntl; Landlock", OTHERS, attempts.own_descriptor),
    Line("the same by ioctl", "seccomp: ioctl", OTHERS, attempts.own_descriptor_by_ioctl),
    Line("typing into a terminal", "seccomp: ioctl", OTHERS, calls("ioctl", 0, 0x5412, b"x")),
    Line("tracing a process", "seccomp: ptrace; Landlock", OTHERS,
         lambda a: call("ptrace", 0x4206, a.victim, 0, 0)),
    Line("a process's memory", "seccomp: process_vm_readv; Landlock", OTHERS, attempts.read_memory),
    Line("a process's memory as a file", "Landlock", OTHERS, lambda a: (a.proc / "mem").open("r+b").close()),
    Line("a process's limits", "seccomp: prlimit64", OTHERS,
         lambda a: call("prlimit64", a.victim, 7, 0, buffer())),
    Line("a process's priority", "seccomp: setpriority", OTHERS, lambda a: os.setpriority(0, a.victim, 19)),
    Line("a process's processors", "seccomp: sched_setaffinity", OTHERS,
         lambda a: os.sched_setaffinity(a.victim, os.sched_getaffinity(0))),
    Line("a process's scheduling", "seccomp: sched_setscheduler", OTHERS,
         lambda a: os.sched_setscheduler(a.victim, os.SCHED_BATCH, os.sched_param(0))),
    # taking back what was given up
    Line("raising a limit", "seccomp: prlimit64", RAISING, calls("prlimit64", 0, 4, b"\xff" * 16, 0)),
    Line("raising a limit, the old way", "seccomp: setrlimit", RAISING, calls("setrlimit", 4, b"\xff" * 16)),
    Line("becoming another user", "seccomp: setresuid", RAISING, calls("setresuid", 0, 0, 0)),
    Line("gaining capabilities", "seccomp: capset", RAISING, calls("capset", 0, 0)),
    Line("a new namespace", "seccomp: unshare", RAISING, calls("unshare", 0x04000000)),
    Line("a user namespace", "seccomp: clone", RAISING, attempts.clone(CLONE_NEWUSER)),
    Line("another's namespace", "seccomp: setns", RAISING, calls("setns", 0, 0)),
    Line("mounting", "seccomp: mount", RAISING, calls("mount", 0, b"/nonexistent\0", b"tmpfs\0", 0, 0)),
    Line("unmounting", "seccomp: umount2", RAISING, calls("umount2", b"/nonexistent\0", 0)),
    Line("another root folder", "seccomp: chroot", RAISING, calls("chroot", b"/nonexistent\0")),
    Line("exchanging the root folder", "seccomp: pivot_root", RAISING, calls("pivot_root", b"x\0", b"x\0")),
    Line("another filter", "seccomp: seccomp", RAISING, calls("seccomp", 1, 0, 0)),
    Line("another personality", "seccomp: personality", RAISING, calls("personality", 0)),
    # doors of the kernel
    Line("BPF programs", "seccomp: bpf", KERNEL, calls("bpf", 0, 0, 0)),
    Line("performance counters", "seccomp: perf_event_open", KERNEL, calls("perf_event_open", 0, 0, -1, -1, 0)),
    Line("the kernel's keys", "seccomp: keyctl", KERNEL, calls("keyctl", 0, -3, 0)),
    Line("page faults of its own", "seccomp: userfaultfd", KERNEL,
         lambda a: os.close(call("userfaultfd", 1))),
    Line("io_uring", "seccomp: io_uring_setup", KERNEL, calls("io_uring_setup", 1, 0), UNKNOWN),
    Line("asynchronous I/O", "seccomp: io_setup", KERNEL, calls("io_setup", 1, 0)),
    Line("a kernel module", "seccomp: init_module", KERNEL, calls("init_module", 0, 0, b"\0")),
    Line("another kernel", "seccomp: kexec_load", KERNEL, calls("kexec_load", 0, 99, 0, 0)),
    Line("rebooting", "seccomp: reboot", KERNEL, calls("reboot", 0, 0, 0, 0)),
    Line("swap space", "seccomp: swapon", KERNEL, calls("swapon", b"/nonexistent\0", 0)),
    Line("the clock", "seccomp: clock_settime", KERNEL, calls("clock_settime", 99, 0)),
    Line("the time of day", "seccomp: settimeofday", KERNEL, calls("settimeofday", 0, 0)),
    Line("the machine's name", "seccomp: sethostname", KERNEL, calls("sethostname", b"x", -1)),
    Line("quotas", "seccomp: quotactl", KERNEL, calls("quotactl", 0, 0, 0, 0)),
    Line("accounting", "seccomp: acct", KERNEL, calls("acct", b"/nonexistent\0")),
    Line("flushing all disks", "seccomp: sync", "it slows down every other process", calls("sync")),
    # memory that is not counted
    Line("memory by name", "Landlock", UNCOUNTED, attempts.shared_memory),
    Line("memory as a file", "seccomp: memfd_create", UNCOUNTED, lambda a: os.close(os.memfd_create("x"))),
    Line("secret memory", "seccomp: memfd_secret", UNCOUNTED,
         lambda a: os.close(call("memfd_secret", 0)), UNKNOWN),
    Line("System V memory", "seccomp: shmget", UNCOUNTED, calls("shmget", 0x7A7A7A7A, 0, 0)),
    Line("System V messages", "seccomp: msgget", UNCOUNTED, calls("msgget", 0x7A7A7A7A, 0)),
    Line("System V semaphores", "seccomp: semget", UNCOUNTED, calls("semget", 0x7A7A7A7A, 0, 0)),
    Line("message queues", "seccomp: mq_open", UNCOUNTED, calls("mq_open", b"none\0", 2, 0, 0)),
    Line("memory that is never swapped", "seccomp: mlockall", UNCOUNTED, calls("mlockall", 1)),
    Line("memory in the kernel's keys", "seccomp: add_key", UNCOUNTED,
         calls("add_key", b"none\0", b"x\0", b"x", 1, -3)),
]

TOO_MUCH = "other submissions share the machine"
LIMITS = [
    Line("memory", "RLIMIT_DATA", TOO_MUCH, attempts.much_memory, (ENOMEM,), (MemoryError,)),
    Line("shared memory", "RLIMIT_AS", TOO_MUCH, attempts.much_shared_memory, (ENOMEM,)),
    Line("a large file", "RLIMIT_FSIZE", TOO_MUCH, attempts.large_file, (EFBIG,)),
    Line("open files", "RLIMIT_NOFILE", TOO_MUCH, attempts.many_files, (EMFILE,)),
    # an ordinary user's threads are counted with all its others; a runner is killed for them by its parent
    Line("threads", "RLIMIT_NPROC for root, else RLIMIT_DATA", TOO_MUCH, attempts.many_threads, (),
         (RuntimeError,)),
    Line("a core dump", "RLIMIT_CORE, PR_SET_DUMPABLE", "it would hold the grader's memory and fill the disk",
         attempts.dump_core),
]
# fmt: on

NOT_REFUSED = [
    "whether a file exists, its size and its times, for who knows its path: no file's content, no folder's list",
    "the time, the kernel's version, how many processors there are",
    "all the processor time, memory, disk and output that the limits leave",
    "whatever it does to its own process: the judge believes nothing that comes from there",
]
