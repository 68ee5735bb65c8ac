"""`autograder ci`: check notebooks by oneself, or on a server for each push."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.console import err, out

if TYPE_CHECKING:
    from autograder.course import Course
    from autograder.selfcheck import Checked, Unit

SUMMARY_VARIABLE = "GITHUB_STEP_SUMMARY"  # GitHub names the file there, in each step
STYLES = {"passed": "green", "failed": "red", "could_not_run": "yellow", "manual": "dim"}
WORDS = {"could_not_run": "could not run", "manual": "by hand"}


def command(
    ctx: typer.Context,
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="NOTEBOOK|FOLDER...", exists=True, help="What to check.", show_default=False),
    ],
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the whole result there.")] = None,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it as JUnit XML, which CI servers show.")
    ] = None,
    summary: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"Append it as Markdown. [default: ${SUMMARY_VARIABLE}]"),
    ] = None,
    gradescope: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it as Gradescope's results.json.")
    ] = None,
    sandbox: Annotated[
        bool | None,
        typer.Option("--sandbox/--no-sandbox", help="Shut the code in. [default: where this machine can]"),
    ] = None,
    hidden: Annotated[
        bool, typer.Option("--hidden", help="Also hidden tests: the course's source must be at hand.")
    ] = False,
    lesson: Annotated[
        str | None,
        typer.Option(help="What the paths are submissions of, whatever their files' names; with --hidden."),
    ] = None,
    student: Annotated[str, typer.Option(help="The name in the result. [default: the notebook's path]")] = "",
    seed: Annotated[int | None, typer.Option(help="Of random inputs. [default: another each time]")] = None,
) -> None:
    """Run a notebook's checks, without an instructor and without a gradebook.

    Runs the checks that a student edition holds. They are taken from the course around you (or --course DIR) as they
    were handed out, and only the answers from the notebook: a changed check earns nothing. Where the course is not at
    hand, the checks are those in the notebook, and the output says so. Leaves with exit code 1 if a check fails.

    With --hidden the notebooks are graded as `autograder grade` does, for servers that have the course's source.

    \b
    Examples:
      autograder ci 06_autograd.ipynb
      autograder ci notebooks/ --junit checks.xml
      autograder --course ../course ci . --hidden --sandbox --student ada --json result.json
      autograder --course ../course ci upload/ --hidden --lesson 06_autograd --gradescope results.json
    """
    from autograder import sandbox as shutting_in
    from autograder import selfcheck

    if lesson and not hidden:
        raise typer.BadParameter("--lesson says what to grade with the course's source: give --hidden, too")
    if gradescope and (len(paths) > 1 or not lesson):
        raise typer.BadParameter(
            "--gradescope is for one submission of one lesson: give --lesson and one path"
        )
    if sandbox:
        shutting_in.require()
    sandboxed = not shutting_in.missing() if sandbox is None else sandbox
    course = _course(ctx, needed=hidden)
    if lesson:
        units = [selfcheck.whole(path, course, course.lesson(lesson).id) for path in paths]
    else:
        units = selfcheck.units(paths, course, hidden)
    if sandbox and any(unit.own for unit in units):
        raise selfcheck.OwnChecks(where=next(unit.label for unit in units if unit.own))
    seed = secrets.randbelow(2**31) if seed is None else seed
    how = {"seed": seed, "sandboxed": sandboxed, "student": student, "hidden": hidden}
    checked = run(units, course, how)
    notes = [] if sandboxed else ["the code ran without the sandbox, with your own rights"]
    for note in notes:
        err.print(note)
    if summary is None and os.environ.get(SUMMARY_VARIABLE):
        summary = Path(os.environ[SUMMARY_VARIABLE])
    write(checked, seed, notes, json=json, junit=junit, summary=summary, gradescope=gradescope)
    raise typer.Exit(0 if all(one.good for one in checked) else 1)


def run(units: list[Unit], course: Course | None, how: dict) -> list[Checked]:
    """Check the units, and print each one's table as soon as it is there."""
    from autograder.console import progress
    from autograder.selfcheck import check_all

    with progress("checking", "notebooks", len(units)) as advance:

        def done(one: Checked) -> None:
            advance()
            print_checks(one)

        return check_all(units, course, done, **how)


def print_checks(one: Checked) -> None:
    """The table of one notebook's checks, and what there is to say about them."""
    from rich.box import SIMPLE
    from rich.table import Table

    from autograder.renderers import for_student

    unit, submission = one.unit, one.submission
    table = Table(
        title=_shown(f"{unit.lesson}  {submission.student}"),
        title_justify="left",
        title_style="bold",
        box=SIMPLE,
        pad_edge=False,
    )
    table.add_column("Task", overflow="fold", max_width=16)
    table.add_column("Test", overflow="fold", ratio=2)
    table.add_column("")
    table.add_column("Points", justify="right", no_wrap=True)
    table.add_column("Message", overflow="fold", ratio=3)
    for test in submission.tests:
        word, style = WORDS.get(test.status, test.status), STYLES[test.status]
        points = f"{'?' if test.score is None else f'{test.score:g}'} / {test.max_score:g}"
        title = test.title if test.visible else f"{test.title} (hidden)"
        said = _shown("\n".join(for_student(test)))
        table.add_row(_shown(test.task), _shown(title), f"[{style}]{word}[/]", points, said)
    out.print(table, soft_wrap=False)
    if submission.reason:
        out.print(f"{submission.status.replace('_', ' ')}: {_shown(submission.reason)}")
    marks = (
        "no marks" if submission.score is None else f"{submission.score:g} of {submission.max_score:g} points"
    )
    out.print(f"{marks}, {submission.seconds:.1f} s{_source(one)}", markup=False)


def _shown(text: str) -> str:
    """Text from a notebook for the terminal: without what would move its cursor, or be markup."""
    from rich.markup import escape

    return escape("".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text))


def _source(one: Checked) -> str:
    """Where the checks came from, and what is not in them."""
    words = ""
    if one.unit.own:
        words = "; the checks are those in the notebook: the lesson's own are not at hand"
    elif one.unit.source:
        words = f"; checks as handed out in {one.unit.source}"
    if one.unseen:
        tests = "1 hidden test is" if one.unseen == 1 else f"{one.unseen} hidden tests are"
        words += f"; {tests} not in the student edition"
    return words


def _course(ctx: typer.Context, needed: bool) -> Course | None:
    """The course of `--course`, else the one around; None where there is none and none is needed."""
    from autograder.errors import NoCourse

    try:
        return ctx.obj.course
    except NoCourse:
        if needed or ctx.obj.folder:
            raise
        return None


def write(
    checked: list[Checked],
    seed: int,
    notes: list[str],
    *,
    json: Path | None = None,
    junit: Path | None = None,
    summary: Path | None = None,
    gradescope: Path | None = None,
) -> None:
    """The files that were asked for. JSON is one report, or a list of reports where there are several lessons."""
    from autograder.renderers import Material
    from autograder.renderers import gradescope as as_gradescope
    from autograder.renderers import junit as as_junit
    from autograder.renderers import summary as as_summary
    from autograder.selfcheck import reports

    found = reports(checked, seed)
    if json:
        texts = [report.to_json().rstrip() for report in found]
        text = texts[0] if len(texts) == 1 else "[" + ",\n".join(texts) + "]"
        json.write_text(text + "\n", encoding="utf-8")
    if junit:
        junit.write_text(as_junit.render(Material(found)), encoding="utf-8")
    if gradescope:
        gradescope.write_text(as_gradescope.render(found[0].lesson, checked[0].submission), encoding="utf-8")
    if summary:
        with summary.open("a", encoding="utf-8") as file:  # the steps of a job share it
            file.write(as_summary.render(Material(found), notes))
