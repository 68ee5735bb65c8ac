"""One Jupyter kernel that runs a submission's cells, and ends when it must.

Interim: student code and tests share this process. The judge takes its place behind `execution.execute`.
"""

from __future__ import annotations

import ast
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import run_sync
from nbclient import NotebookClient
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.schema import Limits

TIMEOUT = "CellTimeoutError"
CUT = "\n... this cell printed more than {} kB; the rest is left out\n"
GRACE = 3  # seconds in which an interrupted cell has to stop; then the process is killed
STARTUP = 60  # seconds until a kernel must answer; a busy machine needs a few

# Runs in the kernel before any cell: limits, seeds, and what is asked after a failure.
PRELUDE = """
def __prelude(seed, memory):
    import json, random, sys, types
    try:
        import resource
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    except (ImportError, ValueError, OSError):
        pass
    random.seed(seed)
    import numpy
    numpy.random.seed(seed % 2**32)

    def reseed(seed):
        from labkit.expect.seeding import set_seed
        set_seed(seed)

    def last_error():
        error = getattr(sys, "last_value", None)
        space = get_ipython().user_ns
        line, step = None, getattr(error, "__traceback__", None)
        while step is not None and line is None:
            line = step.tb_lineno if step.tb_frame.f_globals is space else None
            step = step.tb_next
        hint = getattr(error, "hint", None)
        if hint and hasattr(error, "expected"):
            error.hint = None
        text = str(error)[:5000]
        return json.dumps({"type": type(error).__name__, "text": text, "hint": hint, "line": line})

    module = types.ModuleType("__autograder__")
    module.reseed, module.last_error = reseed, last_error
    sys.modules["__autograder__"] = module
__prelude(SEED, MEMORY)
del __prelude
"""


class KernelLost(Exception):
    """The kernel's process is gone, or had to be ended. `str()` says why, for the student."""


@dataclass(frozen=True)
class Reply:
    """How a cell ended. error: the exception's type name, empty when there was none."""

    error: str = ""
    text: str = ""
    cut: bool = False


class Kernel:
    """A kernel with a working directory, a private home, and limits. Use as a context manager.

    `run` executes a cell of `notebook` and fills in its outputs, as nbclient does.
    """

    def __init__(
        self, notebook: NotebookNode, folder: Path, private: Path, limits: Limits, seed: int
    ) -> None:
        self._folder, self._private, self._limits, self._seed = folder, private, limits, seed
        self._notebook = notebook

    def __enter__(self) -> Kernel:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.kill()

    def start(self) -> None:
        """Start the process. Raises RuntimeError if it does not answer in time."""
        manager = AsyncKernelManager(kernel_name="python3")
        manager.connection_file = str(self._private / "kernel.json")
        if os.name != "nt":
            manager.transport = "ipc"  # sockets in the private folder instead of ports for everyone
            manager.ip = str(self._private / "kernel")
        self._client = _Client(
            self._notebook,
            km=manager,
            allow_errors=True,
            store_widget_state=False,
            skip_cells_with_tag="",
            startup_timeout=STARTUP,
            iopub_timeout=GRACE,
            raise_on_iopub_timeout=True,
            interrupt_on_timeout=True,
            error_on_timeout={"ename": TIMEOUT, "evalue": "", "traceback": []},
            timeout_func=lambda cell: self._seconds,
            on_cell_executed=self._keep_reply,
        )
        self._client.room = self._limits.output_kb * 1024
        self._client.start_new_kernel(cwd=str(self._folder), env=self._environment())
        self._client.start_new_kernel_client()
        memory = self._limits.memory_mb * 2**20
        self._ask(PRELUDE.replace("SEED", str(self._seed)).replace("MEMORY", str(memory)))

    def kill(self) -> None:
        """End the process at once: nothing in it is worth waiting for."""
        if (client := getattr(self, "_client", None)) is None:
            return
        if client.kc is not None:
            client.kc.stop_channels()
        if client.km is not None and client.km.has_kernel:
            run_sync(client.km.shutdown_kernel)(now=True)
        self._client = None

    def run(self, cell: NotebookNode, index: int, seconds: float) -> Reply:
        """Execute one code cell within `seconds`. Raises `KernelLost`."""
        self._seconds, self._reply = max(1, round(seconds)), Reply()
        self._client.spent = 0
        try:
            self._client.execute_cell(cell, index)
        except DeadKernelError:
            raise KernelLost("this cell ended the process that runs the notebook") from None
        except CellTimeoutError:
            text = f"this cell did not end within {self._seconds} s and could not be interrupted"
            raise KernelLost(text) from None
        cut = self._client.spent > self._client.room
        return Reply(self._reply.error, self._reply.text, cut)

    def reseed(self, seed: int) -> None:
        """Start the random inputs of a test from a seed."""
        self._ask(f"__import__('sys').modules['__autograder__'].reseed({seed})")

    def last_error(self) -> dict[str, Any]:
        """type, text, hint and line (in the cell) of the last exception; empty if that cannot be found out."""
        reply = self._ask("", "__import__('sys').modules['__autograder__'].last_error()")
        try:
            shown = reply["content"]["user_expressions"]["asked"]["data"]["text/plain"]
            found = json.loads(ast.literal_eval(shown))  # the repr of a string that holds JSON
            return found if isinstance(found, dict) else {}
        except (KeyError, TypeError, ValueError, SyntaxError):
            return {}

    def _ask(self, code: str, expression: str = "") -> dict[str, Any]:
        """Run something of ours, unseen by the notebook. Raises `KernelLost`."""
        asked = {"asked": expression} if expression else None
        client = self._client
        try:
            request = client.kc.execute(code, silent=True, store_history=False, user_expressions=asked)
            return run_sync(client.async_wait_for_reply)(request) or {}
        except DeadKernelError:
            raise KernelLost("the process that runs the notebook has ended") from None

    def _keep_reply(self, cell: NotebookNode, cell_index: int, execute_reply: dict[str, Any]) -> None:
        content = execute_reply["content"]
        if content["status"] != "ok":
            self._reply = Reply(content.get("ename") or "Error", content.get("evalue") or "")

    def _environment(self) -> dict[str, str]:
        """What of our environment a kernel needs; a home, a cache and settings of its own."""
        kept = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "PYTHONPATH")
        home = self._private / "home"
        home.mkdir(exist_ok=True)
        own = {
            "HOME": str(home),
            "IPYTHONDIR": str(home / "ipython"),
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "MPLCONFIGDIR": str(
                Path.home() / ".cache" / "matplotlib"
            ),  # its list of fonts takes seconds to make
            "OMP_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYDEVD_DISABLE_FILE_VALIDATION": "1",
            "LABKIT_SEED": str(self._seed),
            "NBGRADER_EXECUTION": "autograde",
        }
        return {name: os.environ[name] for name in kept if name in os.environ} | own


class _Client(NotebookClient):
    """nbclient with a limit on what is kept of a cell's output, in bytes."""

    room = 2**20
    spent = 0

    def process_message(
        self, msg: dict[str, Any], cell: NotebookNode, cell_index: int
    ) -> NotebookNode | None:
        if msg["msg_type"] in ("stream", "display_data", "execute_result", "update_display_data"):
            content = msg["content"]
            within = self.spent <= self.room
            self.spent += len(content.get("text", "")) + len(json.dumps(content.get("data", {})))
            if self.spent > self.room:
                if within:
                    cell.outputs.append(new_output("stream", text=CUT.format(self.room // 1024)))
                return None
        return super().process_message(msg, cell, cell_index)
