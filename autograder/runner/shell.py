"""The notebook shell of a runner: ipykernel's own, without its kernel, sockets and threads.

`make` is called once in the preloaded parent; a fork calls `connect` and then runs cells with `run_cell`.
"""

from __future__ import annotations

import asyncio
import builtins
import getpass
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from socket import gaierror
from types import MethodType
from typing import Any, NoReturn
from urllib.error import URLError

from ipykernel.compiler import XCachingCompiler
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError, UsageError
from jupyter_client.session import Session
from traitlets.config import Config

from autograder.runner.uplink import Stream, Uplink

NO_INPUT = (
    "input() was called, but nobody is there to answer while a notebook is graded: set the value in the code, "
    "and take debuggers out of it"
)
NO_DEBUGGER = "breakpoint() does nothing while a notebook is graded: nobody is there to look"
NO_PROGRAM = "`{command}` starts another program; while a notebook is graded, it cannot: do it in Python"
NO_GUI = "there is no window while a notebook is graded: `%matplotlib inline` shows figures in the notebook"
NO_EXIT = "exit() does nothing while a notebook is graded: the cells below are run as well"
NO_FILE = "A notebook that is graded can read Python's packages, and read and write in its own folder: nothing else."
NO_MORE = "A notebook that is graded runs without other programs and without a network."
_KEPT_TYPES = ("display_data", "update_display_data", "execute_result", "error", "clear_output")


class CellNames(XCachingCompiler):
    """Files that cells pretend to be in, in warnings and tracebacks: the same whenever the same cell is run."""

    def get_code_name(self, *args: Any) -> str:
        return f"/tmp/ipykernel/{Path(super().get_code_name(*args)).name}"


class FrameSession(Session):
    """What the shell sends to a front end goes up as frames instead."""

    uplink: Uplink | None = None

    def send(self, stream: Any, msg_or_type: Any, content: Any = None, *args: Any, **kwargs: Any) -> None:
        if not isinstance(msg_or_type, str):
            msg_or_type, content = msg_or_type["header"]["msg_type"], msg_or_type["content"]
        if self.uplink and msg_or_type in _KEPT_TYPES:
            self.uplink.output({**content, "output_type": msg_or_type})


def make() -> ZMQInteractiveShell:
    """The one shell of this process, as in a fresh kernel, with no history file."""
    config = Config()
    config.HistoryManager.enabled = False
    shell = ZMQInteractiveShell.instance(config=config, compiler_class=CellNames)
    shell.db = {}  # what %cd and %store remember, else in the user's profile
    session = FrameSession(session="runner", username="student", key=b"")
    shell.display_pub.session = shell.displayhook.session = session
    shell.system = shell.getoutput = shell.system_raw = MethodType(_no_program, shell)
    shell.enable_gui = _no_gui
    shell.ask_exit = _no_exit
    shell._showtraceback = partial(_explained, shell._showtraceback)
    return shell


def connect(shell: ZMQInteractiveShell, uplink: Uplink) -> None:
    """Send what the shell shows to `uplink`, in this process from now on."""
    shell.display_pub.session.uplink = uplink
    sys.stdout, sys.stderr = Stream(uplink, "stdout", 1), Stream(uplink, "stderr", 2)
    builtins.input = _no_input
    getpass.getpass = _no_input
    sys.breakpointhook = _no_debugger


def run_cell(
    shell: ZMQInteractiveShell, loop: asyncio.AbstractEventLoop, source: str
) -> BaseException | None:
    """Run one cell inside the event loop, as a kernel does. Gives what was raised, and has been shown."""
    task = loop.create_task(_run(shell, source))
    try:
        return loop.run_until_complete(task)
    except BaseException as error:
        # An interrupt, or SystemExit of a task, found the loop waiting and not the cell computing.
        task.cancel()
        shell.showtraceback()
        return error


async def _run(shell: ZMQInteractiveShell, source: str) -> BaseException | None:
    """As `IPythonKernel.do_execute`: the loop runs for every cell, `await` at the top level waits in it."""
    try:
        transformed, problem = shell.transform_cell(source), None
    except Exception:
        transformed, problem = source, sys.exc_info()
    prepared = {"transformed_cell": transformed, "preprocessing_exc_tuple": problem}
    if shell.should_run_async(source, **prepared):
        result = None
        try:
            result = await shell.run_cell_async(source, store_history=True, **prepared)
        finally:
            shell.events.trigger("post_execute")
            shell.events.trigger("post_run_cell", result)
    else:
        result = shell.run_cell(source, store_history=True)
    raised = result.error_before_exec or result.error_in_exec
    if raised is None and getattr(shell, "_last_traceback_during_displayhook", False):
        return RuntimeError("the result could not be shown")  # why not is what has been shown in its place
    return raised


def _explained(show: Callable[..., None], etype: type, value: object, lines: list[str]) -> None:
    """Show a traceback; where the sandbox is probably the cause, with a line that says so."""
    if isinstance(value, PermissionError) and value.errno:
        lines = [*lines, NO_FILE if value.filename else NO_MORE]
    elif isinstance(value, gaierror | URLError):
        lines = [*lines, NO_MORE]
    show(etype, value, lines)


def _no_program(shell: Any, command: str = "", *args: Any, **kwargs: Any) -> NoReturn:
    __tracebackhide__ = True
    raise PermissionError(NO_PROGRAM.format(command=command.strip().splitlines()[0] if command else "!"))


def _no_gui(gui: str | None = None) -> None:
    if gui not in (None, "inline"):
        raise UsageError(NO_GUI)


def _no_exit() -> None:
    print(NO_EXIT, file=sys.stderr)


def _no_debugger(*args: Any, **kwargs: Any) -> None:
    print(NO_DEBUGGER, file=sys.stderr)


def _no_input(prompt: str = "", *args: Any, **kwargs: Any) -> NoReturn:
    __tracebackhide__ = True
    raise StdinNotImplementedError(NO_INPUT)
