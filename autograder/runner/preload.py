"""The preloaded parent: a process with the libraries loaded that forks a runner whenever it is asked to.

It never sees a submission, and runs no code of anybody. One thread, no network; it ends with its coordinator.
Started by `runner.Preloaded` as `python -m autograder.runner.preload DESCRIPTOR`; both speak lines of JSON.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.judge import process
from autograder.runner import folders, hugepages, inside
from autograder.runner.failures import BROKEN
from autograder.sandbox import ResourceLimits, Sandbox, end_with, limit, readable_paths

WATCH_SECONDS = 0.2
# Loaded by these libraries when they are first used, which costs every submission anew.
LAZY = {
    "numpy": ["numpy.random", "numpy.linalg", "numpy.fft", "numpy.ma", "numpy.polynomial", "numpy.testing"],
    "torch": ["torch._dynamo", "torch.autograd.gradcheck"],
    "matplotlib.pyplot": ["matplotlib.backends.backend_agg"],
}


@dataclass
class Child:
    """A runner that was forked and has not been reaped."""

    number: int
    pid: int
    own: list[Path]
    limits: ResourceLimits
    reason: str = ""


class Parent:
    """Takes orders from the control socket until it is closed. `base` is the folder of all runners."""

    def __init__(self, control: socket.socket, base: Path) -> None:
        self.control = control
        self.base = base
        self.coordinator = os.getppid()
        self.children: dict[int, Child] = {}
        self.sandbox: Sandbox | None = None

    def prepare(self, modules: list[str], sandboxed: bool) -> dict[str, Any]:
        """Load, warm up, give up what is not needed. The answer says what is not installed."""
        absent = load([*modules, "autograder.judge.serve", "autograder.judge.process"])
        warm()
        process.warm()
        gc.collect()
        gc.freeze()  # the runners share these pages as long as nobody counts through them
        hugepages.collapse()
        if sandboxed:
            self.sandbox = Sandbox(readable_paths())
        return {"ready": True, "absent": absent, "pid": os.getpid()}

    def run(self) -> None:
        """Until the coordinator is gone: then nothing stays behind."""
        woken, waker = socket.socketpair()
        for end in (woken, waker):
            end.setblocking(False)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        selector = selectors.DefaultSelector()
        selector.register(self.control, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        watched = time.monotonic()
        while os.getppid() == self.coordinator:
            for key, _ in selector.select(WATCH_SECONDS if self.children else 1.0):
                if key.fileobj is woken:
                    with contextlib.suppress(BlockingIOError):
                        woken.recv(4096)
                elif not self._obey():
                    return
            self._reap()
            if time.monotonic() - watched >= WATCH_SECONDS:
                watched = time.monotonic()
                for child in list(self.children.values()):
                    watch(child)

    def close(self) -> None:
        for child in self.children.values():
            os.kill(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)
        with contextlib.suppress(OSError):
            folders.remove(self.base)

    def _obey(self) -> bool:
        """One order; False when there will be no more."""
        try:
            data, descriptors, _, _ = socket.recv_fds(self.control, 1 << 20, 2)
        except OSError:
            return False
        if not data:
            return False
        for line in data.splitlines():
            order = json.loads(line)
            if order["do"] in ("fork", "judge"):
                self._try_to_fork(order, descriptors)
            elif child := self.children.get(order["number"]):  # our own child: its id is no one else's yet
                os.kill(child.pid, signal.SIGINT if order["do"] == "interrupt" else signal.SIGKILL)
        return True

    def _try_to_fork(self, order: dict[str, Any], descriptors: list[int]) -> None:
        try:
            if order["do"] == "fork":
                self._fork(order, descriptors)
            else:
                self._fork_judge(order["number"], *descriptors)
        except OSError as error:  # no memory, or too many processes: the next one may do
            self._tell({"forked": order["number"], "error": str(error)})
        for descriptor in descriptors:
            os.close(descriptor)

    def _fork(self, order: dict[str, Any], descriptors: list[int]) -> None:
        paths = {name: Path(path) for name, path in order["folders"].items()}
        limits = ResourceLimits(**order["limits"])
        parent = os.getpid()
        pid = self.sandbox.fork() if self.sandbox else os.fork()
        if pid == 0:
            try:
                self._become_runner(order, paths, limits, descriptors, parent)
            except BaseException:
                with contextlib.suppress(Exception), open(2, "w", closefd=False) as said:
                    traceback.print_exc(file=said)  # sys.stderr may be the student's by now
            os._exit(BROKEN)
        own = [paths[name] for name in folders.OWN]
        self.children[order["number"]] = Child(order["number"], pid, own, limits)
        self._tell({"forked": order["number"], "pid": pid})

    def _fork_judge(self, number: int, upward: int) -> None:
        """A process for the tests: it is trusted, and no student code ever runs in it."""
        pid = self.sandbox.fork_outside() if self.sandbox else os.fork()
        if pid == 0:
            try:
                self._keep_only(upward)
                process.serve(socket.socket(fileno=upward))
            except BaseException:
                with contextlib.suppress(Exception), open(2, "w", closefd=False) as said:
                    traceback.print_exc(file=said)  # sys.stderr may be the student's by now
            os._exit(BROKEN)
        self.children[number] = Child(number, pid, [], ResourceLimits(cpu_seconds=1 << 30))
        self._tell({"forked": number, "pid": pid})

    def _keep_only(self, *kept: int) -> None:
        """Give up the parent's signals and descriptors, in a fork."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for name in os.listdir("/dev/fd"):
            if int(name) > 2 and int(name) not in kept:
                with contextlib.suppress(OSError):
                    os.close(int(name))

    def _become_runner(
        self,
        order: dict[str, Any],
        paths: dict[str, Path],
        limits: ResourceLimits,
        descriptors: list[int],
        parent: int,
    ) -> None:
        upward, fallout = descriptors
        null = os.open(os.devnull, os.O_RDWR)
        for source, target in ((null, 0), (fallout, 1), (fallout, 2)):
            os.dup2(source, target)
        sandbox = self.sandbox
        self._keep_only(upward, *(sandbox.descriptors if sandbox else ()))
        sock = socket.socket(fileno=upward)
        if sandbox:
            own = [paths[name] for name in folders.OWN]
            sandbox.enter(paths["given"], own, limits, order["uid"], parent)
        elif sys.platform == "linux":
            limit(limits)
            end_with(parent)
        inside.settle(paths, order["seed"])
        inside.serve(sock, order["output_bytes"], order["reply_bytes"])

    def _reap(self) -> None:
        for child in list(self.children.values()):
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                del self.children[child.number]
                if usage.ru_utime + usage.ru_stime >= child.limits.cpu_seconds and not child.reason:
                    child.reason = "cpu"
                ended = {"ended": child.number, "status": os.waitstatus_to_exitcode(status)}
                self._tell({**ended, "reason": child.reason, "peak_kb": usage.ru_maxrss})

    def _tell(self, message: dict[str, Any]) -> None:
        with contextlib.suppress(OSError):
            self.control.sendall(json.dumps(message).encode() + b"\n")


def watch(child: Child) -> None:
    """Kill a runner over a limit that the system cannot hold it to."""
    with contextlib.suppress(OSError, IndexError):
        status = Path(f"/proc/{child.pid}/stat").read_text()
        threads = int(status.rsplit(")", 1)[1].split()[17])
        if threads > child.limits.threads:
            child.reason = "threads"
    enough = child.limits.disk_mb << 20
    if sum(folders.used_bytes(folder, enough) for folder in child.own) > enough:
        child.reason = "disk"
    if child.reason:
        os.kill(child.pid, signal.SIGKILL)


def load(modules: list[str]) -> list[str]:
    """Import each module with what it loads lazily; the names of those that are not installed come back.

    Raises RuntimeError when one of them starts a thread: after a fork its locks would stay locked for ever.
    """
    absent = []
    inside.make_shell()  # before matplotlib.pyplot, which looks for it when it chooses how to show figures
    for module in modules:
        for name in [module, *LAZY.get(module, [])]:
            try:
                importlib.import_module(name)
            except ModuleNotFoundError as error:
                if not f"{name}.".startswith(f"{error.name}."):
                    raise  # something that it needs is not installed: that is not what was asked
                absent.append(name)
                break
        if len(list(Path("/proc/self/task").glob("*"))) > 1:
            raise RuntimeError(
                f"{module} starts a thread when it is imported: leave it out of what is preloaded"
            )
    return absent


def warm() -> None:
    """Do once what is slow the first time: drawing text, formatting a figure, a backward pass, an optimizer."""
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)
        x = torch.ones(2, requires_grad=True)
        (x * x).sum().backward()
        torch.optim.SGD([x], lr=0.1).step()
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        figure, axes = pyplot.subplots()
        axes.plot([0, 1], label="$x$")
        axes.set_title("text")
        axes.legend()
        inside.make_shell().display_formatter.format(figure)
        pyplot.close("all")
    inside.reseed(0)
    inside.make_shell().run_cell("(lambda: None)()", store_history=False, silent=True)


def main(descriptor: int) -> None:
    control = socket.socket(fileno=descriptor)
    with control.makefile("r") as lines:
        order = json.loads(lines.readline())
    parent = Parent(control, Path(order["base"]))
    try:
        parent._tell(parent.prepare(order["modules"], order["sandbox"]))
        parent.run()
    except BaseException:
        traceback.print_exc()
    finally:
        parent.close()
        os._exit(0)  # what libraries do at exit is for the folder that is gone


if __name__ == "__main__":
    main(int(sys.argv[1]))
