"""Make every attempt of the written list, in a sandbox of this machine, and print what came of it as JSON.

`python -m autograder.sandbox.probe` for `autograder doctor`; with `--outside`, the same attempts without the sandbox, which
shows that they are attempts at something.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
import tempfile
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from autograder.sandbox import ResourceLimits, Sandbox, privileges, readable_paths, refusals
from autograder.sandbox.attempts import Around
from autograder.sandbox.refusals import Line

REFUSED, DONE, OTHER = "refused", "done", "other"
PROBE_LIMITS = ResourceLimits(memory_mb=64, file_mb=8, threads=16, open_files=64, cpu_seconds=60)


@dataclass(frozen=True)
class Finding:
    """What came of one attempt: refused, done, or another error, with its text."""

    what: str
    outcome: str
    text: str


def attempt(line: Line, around: Around) -> Finding:
    try:
        line.attempt(around)
    except OSError as error:
        outcome = REFUSED if error.errno in line.numbers else OTHER
        return Finding(line.what, outcome, f"{type(error).__name__}: {error}")
    except Exception as error:
        outcome = REFUSED if isinstance(error, line.errors) else OTHER
        return Finding(line.what, outcome, f"{type(error).__name__}: {error}")
    return Finding(line.what, DONE, "")


@contextlib.contextmanager
def surroundings(folder: Path) -> Iterator[Around]:
    """Things to attack, below `folder`, and a process that waits to be attacked."""
    package = folder / "package" / "module.py"
    inside = folder / "inside"
    for path in (package.parent, inside, folder / "given"):
        path.mkdir()
    package.write_text("x = 1\n")
    secret = folder / "secret"
    secret.write_text("42")
    victim = os.fork()
    if victim == 0:
        signal.pause()
        os._exit(0)
    with socket.socket() as tcp, socket.socket(socket.AF_UNIX) as stream:
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        stream.bind(str(folder / "stream"))
        stream.listen()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as datagram:
            datagram.bind(str(folder / "datagram"))
            try:
                yield Around(
                    secret=secret,
                    folder=folder,
                    victim=victim,
                    package=package,
                    stream=folder / "stream",
                    datagram=folder / "datagram",
                    port=tcp.getsockname()[1],
                    inside=inside,
                )
            finally:
                os.kill(victim, signal.SIGKILL)
                os.waitpid(victim, 0)


def probe(folder: Path, *, sandboxed: bool = True) -> list[Finding]:
    """Every line of the list, attempted in a fork of this process. Lines after one that ends it are missing."""
    with surroundings(folder) as around:
        sandbox = Sandbox([*readable_paths(), around.package.parent]) if sandboxed else None
        reading, writing = os.pipe()
        parent = os.getpid()
        pid = sandbox.fork() if sandbox else os.fork()
        if pid == 0:
            try:
                os.close(reading)
                if sandbox:
                    uid = privileges.FIRST_UID - 1 - parent % 1000
                    sandbox.enter(folder / "given", [around.inside], PROBE_LIMITS, uid, parent)
                # without the sandbox nothing bounds what the attempts at a limit would take
                for line in refusals.LINES + (refusals.LIMITS if sandbox else []):
                    os.write(writing, json.dumps(vars(attempt(line, around))).encode() + b"\n")
            except BaseException:
                traceback.print_exc()
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as lines:
            findings = [Finding(**json.loads(line)) for line in lines]
        os.waitpid(pid, 0)
    return findings


def main() -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o711)  # the sandbox of root is another user's
        findings = probe(Path(folder).resolve(), sandboxed="--outside" not in sys.argv)
    print(json.dumps([vars(finding) for finding in findings]))


if __name__ == "__main__":
    main()
