"""The student edition of each lesson as pages: copied to docs/lessons/ with what makes them readable there.

What is folded in the notebook is folded on the page: a prediction's code contains its answer.
The homework's checks are shown and not run: they would fail, for the answers are the reader's to give.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
from sphinx.application import Sphinx

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"


def copy_lessons(app: Sphinx) -> None:
    """Make docs/lessons/ what notebooks/ is; a file that stays the same keeps its time, so its page is kept."""
    target = Path(app.srcdir) / "lessons"
    wanted = {path.relative_to(NOTEBOOKS): path for path in NOTEBOOKS.rglob("*") if _belongs(path)}
    for old in sorted(target.rglob("*")):
        if old.is_file() and old.relative_to(target) not in wanted:
            old.unlink()
    for name, path in wanted.items():
        content = page(path) if path.suffix == ".ipynb" else path.read_bytes()
        copy = target / name
        if not copy.is_file() or copy.read_bytes() != content:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(content)
    if not wanted:
        shutil.rmtree(target, ignore_errors=True)


def page(path: Path) -> bytes:
    """A student notebook whose checks are not run; what it folds, and each check, is folded under its title."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        is_check = cell.metadata.get("nbgrader", {}).get("grade", False)
        tags = ["skip-execution"] if is_check else []
        if is_check or cell.metadata.get("jupyter", {}).get("source_hidden"):
            tags.append("hide-input")
            title = cell.source.partition("\n")[0].lstrip("# ").removeprefix("@title ")
            cell.metadata["mystnb"] = {"code_prompt_show": title, "code_prompt_hide": title}
        cell.metadata["tags"] = [*cell.metadata.get("tags", []), *tags]
    return (nbformat.writes(notebook).rstrip("\n") + "\n").encode()


def _belongs(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts and ".ipynb_checkpoints" not in path.parts


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", copy_lessons)
    return {"parallel_read_safe": True}
