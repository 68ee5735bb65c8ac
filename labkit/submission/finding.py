"""The notebook in which this code runs, as it is now: from Colab, from the file that JupyterLab has open, or by path."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from .. import session
from ..translate import tr
from .refusal import NotSubmitted

SESSION_VARIABLE = "JPY_SESSION_NAME"  # Jupyter's server sets it for the kernel of a notebook
COLAB_SECONDS = 60


@dataclass
class Found:
    """document: the notebook as JSON. folder: where the submission goes. name: for messages.

    live: it comes from the frontend, unsaved changes included. guessed: nobody named it. saved: when the file was.
    """

    document: dict[str, Any]
    folder: Path
    name: str
    live: bool = False
    guessed: bool = False
    saved: datetime | None = None

    @property
    def cells(self) -> list[dict[str, Any]]:
        return self.document["cells"]


def find(path: str | os.PathLike | None) -> Found:
    """The notebook at `path`, or the open one. Raises `NotSubmitted`."""
    if path is not None:
        return _read(Path(path))
    if (found := _from_colab()) is not None:
        return found
    opened = _opened()
    if opened is None:
        raise NotSubmitted(
            tr("It is not known which notebook this is."),
            tr('give its name: `labkit.submit("06_autograd.ipynb")`'),
        )
    found = _read(opened)
    found.guessed = True
    return found


def text(cell: dict[str, Any]) -> str:
    """A cell's source as one text; Colab and files give a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _from_colab() -> Found | None:
    """What Colab's page holds; None outside Colab."""
    try:
        from google.colab import _message
    except ImportError:
        return None
    answer = _message.blocking_request("get_ipynb", request="", timeout_sec=COLAB_SECONDS)
    document = (answer or {}).get("ipynb")
    if not isinstance(document, dict):
        raise NotSubmitted(
            tr("Colab did not hand over the notebook."),
            tr("run the cell again; if it stays so, download it (File, Download) and upload that file"),
        )
    name = document.get("metadata", {}).get("colab", {}).get("name", "")
    return Found(_checked(document, name), Path.cwd(), name, live=True)


def _opened() -> Path | None:
    """The file that is open in JupyterLab, Notebook or VS Code, as far as the kernel is told."""
    shell = session.shell()
    named = getattr(shell, "user_ns", {}).get("__vsc_ipynb_file__") or os.environ.get(SESSION_VARIABLE, "")
    if not named.endswith(".ipynb"):
        return None
    return next((path for path in (Path(named), Path.cwd() / Path(named).name) if path.is_file()), None)


def _read(path: Path) -> Found:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise NotSubmitted(
            tr("There is no file {path}.", path=path), tr("look at its name in the list of files on the left")
        ) from None
    except (OSError, ValueError) as error:
        raise NotSubmitted(
            tr("{path} cannot be read as a notebook: {error}.", path=path, error=error),
            tr("open it, save it, and try again"),
        ) from None
    saved = datetime.fromtimestamp(path.stat().st_mtime)
    return Found(_checked(document, path.name), path.resolve().parent, path.name, saved=saved)


def _checked(document: Any, name: str) -> dict[str, Any]:
    cells = document.get("cells") if isinstance(document, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise NotSubmitted(
            tr("{path} is not a notebook.", path=name), tr("name the lesson's notebook, an .ipynb file")
        )
    return document
