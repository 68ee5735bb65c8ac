"""The command line: `autograder VERB` or `python -m autograder VERB`. A verb is a module beside this one."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from autograder import quick  # noqa: F401  (first: see there)
from autograder.console import Invocation, err
from autograder.errors import AutograderError, CannotUse, NotThere

# In the order in which a course uses them. A module named like its verb has `command` (a function) or `app`.
VERBS = [
    "init", "status", "build", "check", "release", "collect", "grade", "feedback",
    "export", "report", "ci", "package", "demo", "translate", "doctor",
]  # fmt: skip

INTERRUPTED = 130  # with which typer leaves on Ctrl-C, as a shell does

HELP = """
Build, release and grade a notebook course, in nbgrader's formats.

\b
Examples:
  autograder status                      which lessons are ready
  autograder build 06_autograd           make its student notebook
  autograder grade 06_autograd           grade what lies in submitted/
  autograder --course ../other status    the same for another course

Exit codes: 0 good, 1 something to look at, 2 could not run.
"""


def make_app(verbs: Iterable[str] = VERBS) -> typer.Typer:
    """The application with those verbs whose modules exist."""
    app = typer.Typer(
        help=HELP,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )

    @app.callback()
    def options(
        ctx: typer.Context,
        course: Annotated[
            Path | None,
            typer.Option(metavar="DIR", help="The course's folder. [default: the one around you]"),
        ] = None,
    ) -> None:
        ctx.obj = Invocation(course)

    for verb in verbs:
        if find_spec(f"autograder.{verb}") is None:
            continue
        module = import_module(f"autograder.{verb}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=verb)
        elif hasattr(module, "command"):
            app.command(verb)(module.command)
    return app


def requested_verb(argv: Sequence[str]) -> str | None:
    """The verb among the arguments, or None. The value of `--course` is a folder, whatever its name."""
    values = [i + 1 for i, word in enumerate(argv) if word == "--course"]
    return next((word for i, word in enumerate(argv) if i not in values and word in VERBS), None)


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code: 0 good, 1 something to look at, 2 could not run."""
    argv = list(sys.argv[1:] if argv is None else argv)
    wanted = requested_verb(argv)  # only its module is imported; the list of all verbs needs all
    try:
        make_app([wanted] if wanted else VERBS)(argv, prog_name="autograder")
    except AutograderError as error:
        err.print(error.message(), markup=False)
        sys.exit(error.exit_code)
    except SystemExit as leaving:
        if leaving.code == INTERRUPTED:
            err.print("stopped by Ctrl-C before the end", markup=False)
            err.print("  repair: run the same command again; files that were finished are kept", markup=False)
        raise
    except OSError as error:
        where = error.filename or ""
        missing = where and isinstance(error, FileNotFoundError)
        shown = NotThere(where=where) if missing else CannotUse(where=where, reason=error.strerror or error)
        err.print(shown.message(), markup=False)
        sys.exit(2)
    except Exception as error:
        if os.environ.get("AUTOGRADER_DEBUG"):
            raise
        err.print(
            f"autograder stopped by a mistake of its own: {type(error).__name__}: {error}", markup=False
        )
        err.print("  repair: run it again with AUTOGRADER_DEBUG=1 and report what it prints", markup=False)
        sys.exit(2)


if __name__ == "__main__":
    main()
