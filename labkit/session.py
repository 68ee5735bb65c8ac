"""The notebook session: whether a person is there, how to show something, what happens after the next cell."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

WIDGETS_VARIABLE = "LABKIT_WIDGETS"  # "0": never make a widget


def shell() -> Any:
    """The running IPython shell, or None."""
    try:
        from IPython import get_ipython
    except ImportError:
        return None
    return get_ipython()


def attended() -> bool:
    """Whether a person runs these cells in a notebook, rather than nbclient, nbconvert or a grader.

    A frontend with a person says that it can ask for input; a program that executes notebooks says that it cannot.
    """
    kernel = getattr(shell(), "kernel", None)
    return kernel is not None and bool(getattr(kernel, "_allow_stdin", True))


def widgets() -> Any:
    """The module ipywidgets where it is installed and someone is there to use it, else None."""
    if os.environ.get(WIDGETS_VARIABLE) == "0" or not attended():
        return None
    try:
        import ipywidgets
    except ImportError:
        return None
    return ipywidgets


def show(html: str, text: str, *, more: dict[str, Any] | None = None, handle: Any = None) -> Any:
    """Show one output in several forms; the frontend takes the richest that it can.

    more: further MIME types. handle: what an earlier call returned, to replace that output.
    Returns a handle, or None where there is no IPython: then the text is printed.
    """
    if shell() is None:
        print(text)
        return None
    from IPython.display import display

    bundle = {"text/plain": text, "text/html": html, **(more or {})}
    if handle is None:
        return display(bundle, raw=True, display_id=True)
    handle.update(bundle, raw=True)
    return handle


class AfterNextCell:
    """Calls back once, after the cell that follows the current one has run (or failed while running)."""

    def __init__(self, callback: Callable[[], None]):
        self._callback = callback
        self._own_cell_done = False
        self._events = shell().events
        self._events.register("post_run_cell", self._after)

    def cancel(self) -> None:
        if self._events is not None:
            self._events.unregister("post_run_cell", self._after)
            self._events = None

    def _after(self, result: Any) -> None:
        if not self._own_cell_done:
            self._own_cell_done = True
        elif result.error_before_exec is None:  # a cell with a syntax error did not run
            self.cancel()
            self._callback()
