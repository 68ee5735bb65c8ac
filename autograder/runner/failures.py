"""How running a student's code can fail. Each class is one mistake, told to the student."""

from __future__ import annotations

import signal
from typing import Any

from autograder.errors import AutograderError


class RunnerFailure(AutograderError):
    """The base of what ends a cell or a request without its result.

    `outputs` are the notebook outputs until then; `alive` says whether the runner can go on. If it cannot,
    what the cells before had made is lost: restart it and run them again.
    """

    def __init__(self, *, alive: bool, outputs: list[dict[str, Any]] | None = None, **fields: object) -> None:
        super().__init__(**fields)
        self.alive = alive
        self.outputs = outputs or []


class TimedOut(RunnerFailure):
    what = "this did not end within {seconds:g} s and was stopped"
    why = "most often a loop does not come to its end, or does far more work than it needs"
    repair = "run it in your own notebook with a small input and look where it stays"


class OutOfMemory(RunnerFailure):
    what = "this needed more memory than the {memory_mb} MB that a notebook may use"
    why = "an array has far more elements than it needs, or a list grows without end"
    repair = "print the shapes: (n, 1) with (n,) broadcasts to n × n"


class OutputTooLarge(RunnerFailure):
    what = "this gave back {size}; at most {limit} are read"
    why = "what a function gives back, or a cell shows, is read by the grader as a whole"
    repair = "give back or show less of it"


class RunnerDied(RunnerFailure):
    what = "the Python process that ran the notebook ended: {how}"
    why = "{why}"
    repair = "restart the kernel of your own notebook and run it from the top; there it ends as well"

    def __init__(self, how: str, *, said: str = "", **fields: Any) -> None:
        why = f"its last words were: {said}" if said else "what the cells before had made is lost with it"
        super().__init__(how=how, why=why, **fields)
        self.how = how


class ProtocolBroken(RunnerFailure):
    what = "the notebook's process sent what is no answer: {how}"
    why = "code in the notebook changes how it talks to the grader, or the grader has a mistake"
    repair = (
        "leave the file descriptors and modules of the grader alone; otherwise show this to the instructor"
    )


class PreloadFailed(AutograderError):
    what = "the process that runs notebooks did not start"
    why = "{said}"
    repair = "try what fails there on its own; `autograder doctor` tests this machine"


class PreloadedGone(AutograderError):
    what = "the process that runs notebooks is gone"
    why = "it was killed from outside; no submission can do that"
    repair = "start another; nothing but the work in hand is lost"


_SIGNALS = {
    signal.SIGSEGV: "a crash in compiled code (segmentation fault)",
    signal.SIGBUS: "a crash in compiled code (bus error)",
    signal.SIGFPE: "a crash in compiled code (arithmetic error)",
    signal.SIGILL: "a crash in compiled code (illegal instruction)",
    signal.SIGABRT: "compiled code gave up (abort)",
    signal.SIGSYS: "it made a system call of another architecture",
    signal.SIGKILL: "it was killed, by itself or because the machine had no memory left",
}
BROKEN, CUT_OFF = 70, 71  # exit codes of our own
_EXITS = {BROKEN: "it broke the code that runs its cells", CUT_OFF: "it cut its connection to the grader"}
_REASONS = {
    "threads": "it had more than {threads} threads",
    "disk": "it wrote more than {disk_mb} MB of files, or too many of them",
}
_NO_MEMORY = ("bad_alloc", "MemoryError", "annot allocate memory", "length_error")
_FATAL = "Fatal Python error: "
_OURS = ("/autograder/", "-packages/IPython/", "-packages/ipykernel/", "/asyncio/", "<frozen runpy>")
_MAX_WORDS = 1000


def death(status: int, reason: str, said: str, limits: Any, **fields: Any) -> RunnerFailure:
    """The failure that the end of a runner stands for.

    status: exit code, or minus a signal. reason: why its parent killed it, if it did. said: what it wrote to
    its error descriptor. limits: its `ResourceLimits`.
    """
    if reason in _REASONS:
        return RunnerDied(_REASONS[reason].format_map(vars(limits)), **fields)
    if reason == "cpu" or status == -signal.SIGXCPU:
        return TimedOut(seconds=limits.cpu_seconds, **fields)
    if status >= 0:
        how = _EXITS.get(status, "code in it left Python") + f" (exit code {status})"
        return RunnerDied(how, said=words(said), **fields)
    if any(sign in said for sign in _NO_MEMORY):
        return OutOfMemory(memory_mb=limits.memory_mb, **fields)
    # Alone in its process id namespace, a process that aborts ends by another signal.
    number = signal.SIGABRT if f"{_FATAL}Aborted" in said else -status
    how = _SIGNALS.get(number) or f"by signal {signal.Signals(number).name}"
    return RunnerDied(how, said=words(said), **fields)


def words(said: str) -> str:
    """What of a process's last words is worth reading: up to the first crash, and where that was."""
    before, fatal, after = said.partition(_FATAL)
    places = [
        line
        for line in after.partition(_FATAL)[0].splitlines()
        if line.lstrip().startswith("File ") and not any(part in line for part in _OURS)
    ]
    kind = after.partition("\n")[0]
    lines = [before.strip()[-_MAX_WORDS:], f"{fatal}{kind}".strip(), *places[:10]]
    return "\n".join(line for line in lines if line)
