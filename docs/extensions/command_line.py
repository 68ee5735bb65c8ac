"""The reference of the command line, docs/cli.md: what `--help` prints, command by command."""

from __future__ import annotations

from pathlib import Path

import typer
from sphinx.application import Sphinx
from typer.testing import CliRunner

from autograder.__main__ import make_app

INTRODUCTION = """\
# The command line

This is what `autograder --help` and `autograder VERB --help` print. The verbs stand in the order in which a course
uses them. `python -m autograder` is the same command.
"""


def reference(app: typer.Typer, width: int = 100) -> str:
    """All commands of an application with their help, as Markdown."""
    runner = CliRunner()
    parts = [INTRODUCTION]
    for verb in ["", *typer.main.get_command(app).commands]:
        words = [verb] if verb else []
        ran = runner.invoke(app, [*words, "--help"], prog_name="autograder", terminal_width=width)
        if ran.exit_code:
            raise RuntimeError(f"autograder {verb} --help: {ran.output}")
        title = f"autograder {verb}".strip()
        parts.append(f"## `{title}`\n\n```text\n{ran.output.strip()}\n```\n")
    return "\n".join(parts)


def write(app: Sphinx) -> None:
    path = Path(app.srcdir) / "cli.md"
    text = reference(make_app())
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", write)
    return {"parallel_read_safe": True}
