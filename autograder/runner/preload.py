"""The preloaded parent: a process with the libraries loaded that forks a runner whenever it is asked to.

It never sees a submission, and runs no code of anybody. One thread, no network; it ends with its coordinator.
Started by `runner.Preloaded` as `python -m autograder.runner.preload DESCRIPTOR [LISTENING]`. Orders and answers are
lines of JSON, on the first socket and on each that connects to the second one.
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
from autograder.sandbox import ResourceLimits, Sandbox, end_with, limit, privileges, readable_paths

WATCH_SECONDS = 0.2
SLOTS = 64  # runners at once, each with a user id of its own
# Loaded by these libraries when they are first used, which costs every submission anew.
LAZY = {
    "numpy": ["numpy.random", "numpy.linalg", "numpy.fft", "numpy.ma", "numpy.polynomial", "numpy.testing"],
    "torch": ["torch.autograd.gradcheck"],
    "matplotlib.pyplot": ["matplotlib.backends.backend_agg"],
}


@dataclass
class Child:
    """A fork that has not been reaped. slot: of the user ids that runners have, this one's, -1 for a judge.

    line: where it was ordered. own: the folders that it may fill.
    """

    line: socket.socket
    number: int
    pid: int
    slot: int
    own: list[Path]
    limits: ResourceLimits
    reason: str = ""


class Parent:
    """Takes orders until the control socket is closed. `base` is the folder of all runners."""

    def __init__(self, control: socket.socket, listener: socket.socket | None, base: Path) -> None:
        self.control, self.listener = control, listener
        self.base = base
        self.coordinator = os.getppid()
        self.children: list[Child] = []
        self.last_slot = -1
        self.sandbox: Sandbox | None = None
        self.loaded: dict[str, list[str]] = {}  # each module that was asked for, and what of it is missing
        self.selector = selectors.DefaultSelector()

    def prepare(self, modules: list[str], sandboxed: bool) -> dict[str, Any]:
        """Load, warm up, give up what is not needed. The answer says what is not installed."""
        absent = self._load([*modules, "autograder.judge.serve", "autograder.judge.process"])
        if sandboxed:
            self.sandbox = Sandbox(readable_paths())
        return {"ready": True, "absent": absent, "pid": os.getpid()}

    def _load(self, modules: list[str]) -> list[str]:
        new = [module for module in modules if module not in self.loaded]
        if new:
            gc.disable()  # importing makes many objects and no garbage
            for module in new:
                self.loaded[module] = load([module])
            if self.sandbox:
                self.sandbox.also_readable(readable_paths())
            warm()
            process.warm()
            gc.enable()
            gc.collect()
            gc.freeze()  # the runners share these pages as long as nobody counts through them
            hugepages.collapse()
        return [name for module in modules for name in self.loaded[module]]

    def run(self) -> None:
        """Until the coordinator is gone: then nothing stays behind."""
        woken, waker = socket.socketpair()
        for end in (woken, waker):
            end.setblocking(False)
        signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for waited in filter(None, (woken, self.control, self.listener)):
            self.selector.register(waited, selectors.EVENT_READ)
        watched = time.monotonic()
        while os.getppid() == self.coordinator:
            for key, _ in self.selector.select(WATCH_SECONDS if self.children else 1.0):
                if key.fileobj is woken:
                    with contextlib.suppress(BlockingIOError):
                        woken.recv(4096)
                elif key.fileobj is self.listener:
                    self.selector.register(self.listener.accept()[0], selectors.EVENT_READ)
                elif self._obey(key.fileobj):
                    continue
                elif key.fileobj is self.control:
                    return
                else:
                    self._forget(key.fileobj)
            self._reap()
            if time.monotonic() - watched >= WATCH_SECONDS:
                watched = time.monotonic()
                for child in self.children:
                    watch(child)

    def close(self) -> None:
        self._end(self.children)
        with contextlib.suppress(OSError):
            folders.remove(self.base)

    def _forget(self, line: socket.socket) -> None:
        """Who gave orders on this line is gone: so is what came of them."""
        self.selector.unregister(line)
        line.close()
        ended = [child for child in self.children if child.line is line]
        self._end(ended)
        for child in ended:
            for folder in child.own[:1]:
                with contextlib.suppress(OSError):
                    folders.remove(folder.parent)
        self.children = [child for child in self.children if child.line is not line]

    def _end(self, children: list[Child]) -> None:
        for child in children:
            os.kill(child.pid, signal.SIGKILL)
            os.waitpid(child.pid, 0)

    def _obey(self, line: socket.socket) -> bool:
        """What has come on a line; False when there will be no more."""
        try:
            data, descriptors, _, _ = socket.recv_fds(line, 1 << 20, 2)
        except OSError:
            return False
        for text in data.splitlines():
            order = json.loads(text)
            if order["do"] in ("fork", "judge"):
                self._try_to_fork(line, order, descriptors)
            elif order["do"] == "load":
                tell(line, {"loaded": order["number"], "absent": self._load(order["modules"])})
            else:
                for child in self.children:  # our own child: its id is no one else's yet
                    if child.line is line and child.number == order["number"]:
                        os.kill(child.pid, signal.SIGINT if order["do"] == "interrupt" else signal.SIGKILL)
        return bool(data)

    def _try_to_fork(self, line: socket.socket, order: dict[str, Any], descriptors: list[int]) -> None:
        try:
            if order["do"] == "fork":
                child = self._fork(line, order, descriptors)
            else:
                child = self._fork_judge(line, order["number"], *descriptors)
            self.children.append(child)
            tell(line, {"forked": child.number, "pid": child.pid})
        except OSError as error:  # no memory, or too many processes: the next one may do
            tell(line, {"forked": order["number"], "error": str(error)})
        for descriptor in descriptors:
            os.close(descriptor)

    def _fork(self, line: socket.socket, order: dict[str, Any], descriptors: list[int]) -> Child:
        paths = {name: Path(path) for name, path in order["folders"].items()}
        limits = ResourceLimits(**order["limits"])
        parent, slot = os.getpid(), self._free_slot()
        pid = self.sandbox.fork() if self.sandbox else os.fork()
        if pid == 0:
            try:
                uid = privileges.FIRST_UID + (parent % (1 << 22)) * SLOTS + slot
                self._become_runner(order, paths, limits, descriptors, parent, uid)
            except BaseException:
                with contextlib.suppress(Exception), open(2, "w", closefd=False) as said:
                    traceback.print_exc(file=said)  # sys.stderr may be the student's by now
            os._exit(BROKEN)
        own = [paths[name] for name in folders.OWN]
        return Child(line, order["number"], pid, slot, own, limits)

    def _free_slot(self) -> int:
        """A number that no runner has now: what one leaves behind for a moment is not another's."""
        free = set(range(SLOTS)) - {child.slot for child in self.children}
        if not free:
            raise OSError(f"{SLOTS} runners are at work already")
        self.last_slot = next((slot for slot in sorted(free) if slot > self.last_slot), min(free))
        return self.last_slot

    def _fork_judge(self, line: socket.socket, number: int, upward: int) -> Child:
        """A process for the tests: it is trusted, and no student code ever runs in it."""
        pid = self.sandbox.fork_outside() if self.sandbox else os.fork()
        if pid == 0:
            try:
                self._keep_only(upward)
                sys.dont_write_bytecode = True  # of modules that lie in a temporary folder
                process.serve(socket.socket(fileno=upward))
            except BaseException:
                with contextlib.suppress(Exception), open(2, "w", closefd=False) as said:
                    traceback.print_exc(file=said)  # sys.stderr may be the student's by now
            os._exit(BROKEN)
        return Child(line, number, pid, -1, [], ResourceLimits(cpu_seconds=1 << 30))

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
        uid: int,
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
            sandbox.enter(paths["given"], own, limits, uid, parent)
        elif sys.platform == "linux":
            limit(limits)
            end_with(parent)
        inside.settle(paths, order["seed"])
        inside.serve(sock, order["output_bytes"], order["reply_bytes"])

    def _reap(self) -> None:
        for child in list(self.children):
            pid, status, usage = os.wait4(child.pid, os.WNOHANG)
            if pid:
                self.children.remove(child)
                if usage.ru_utime + usage.ru_stime >= child.limits.cpu_seconds and not child.reason:
                    child.reason = "cpu"
                ended = {"ended": child.number, "status": os.waitstatus_to_exitcode(status)}
                tell(child.line, {**ended, "reason": child.reason, "peak_kb": usage.ru_maxrss})


def tell(line: socket.socket, message: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):
        line.sendall(json.dumps(message).encode() + b"\n")


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
        if "torch._dynamo" in sys.modules:  # which the first optimizer loads
            torch.optim.SGD([x], lr=0.1).step()
    if pyplot := sys.modules.get("matplotlib.pyplot"):
        figure, axes = pyplot.subplots()
        axes.plot([0, 1], label="$x$")
        axes.set_title("text")
        axes.legend()
        inside.make_shell().display_formatter.format(figure)
        pyplot.close("all")
    inside.reseed(0)
    _ = inside.make_shell().logger  # which the first cell would load
    inside.make_shell().run_cell("(lambda: None)()", store_history=False, silent=True)


def main(descriptor: int, listening: int | None = None) -> None:
    control = socket.socket(fileno=descriptor)
    listener = None if listening is None else socket.socket(fileno=listening)
    with control.makefile("r") as lines:
        order = json.loads(lines.readline())
    parent = Parent(control, listener, Path(order["base"]))
    try:
        tell(control, parent.prepare(order["modules"], order["sandbox"]))
        parent.run()
    except BaseException:
        traceback.print_exc()
    finally:
        parent.close()
        os._exit(0)  # what libraries do at exit is for the folder that is gone


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
