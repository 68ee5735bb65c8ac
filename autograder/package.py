"""`autograder package`: a lesson's grading as a package for a service that runs it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.console import err, out
from autograder.sandbox import WITHOUT

app = typer.Typer(help="Pack a lesson's grading for a service that runs it.", no_args_is_help=True)


@app.callback()
def options() -> None:
    """Pack a lesson's grading for a service that runs it: everything it needs, hidden tests included.

    \b
    Examples:
      autograder package gradescope 06_autograd
    """


@app.command("gradescope")
def gradescope(
    ctx: typer.Context,
    lesson: Annotated[str, typer.Argument(help="The lesson, for example 06_autograd.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="[default: LESSON_gradescope.zip]")
    ] = None,
    without_sandbox: Annotated[
        bool, typer.Option(WITHOUT, help="Grade also where Gradescope's machine cannot shut code in.")
    ] = False,
) -> None:
    """Make the zip that Gradescope takes as an autograder.

    It holds the lesson's source with answers and hidden tests, this autograder, and the exact versions of what it
    needs. Upload it under Configure Autograder; students upload their notebook, under any name. Marks are those of
    `autograder grade`; written answers are marked in Gradescope.

    \b
    Examples:
      autograder package gradescope 06_autograd
      autograder package gradescope 06 -o autograder.zip
    """
    from autograder import gradescope

    course = ctx.obj.course
    chosen = course.lesson(lesson)
    target = output or Path(f"{chosen.id}_gradescope.zip")
    target.write_bytes(gradescope.package(course, chosen, sandbox=not without_sandbox))
    out.print(f"wrote {target}", markup=False)
    if without_sandbox:
        err.print(
            "where the machine has no sandbox, a notebook can read the hidden tests and write its own results"
        )
