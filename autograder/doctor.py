"""`autograder doctor`: can this machine shut other people's code in? What it gives is tried out."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from types import SimpleNamespace
from typing import TYPE_CHECKING, Annotated

import typer

from autograder import sandbox
from autograder.console import out

if TYPE_CHECKING:
    from autograder.sandbox.probe import Finding

PACKAGES = ("nbgrader", "ipython", "ipykernel", "numpy", "matplotlib", "torch", "torchlet")
_PROBE_SECONDS = 60


def command(
    everything: Annotated[
        bool, typer.Option("--list", help="Show every line of what is refused: by which means, and why.")
    ] = False,
) -> None:
    """Say whether this machine can run other people's notebooks safely.

    Shows each protection, then makes every attempt of the written list of what is refused, in a sandbox, and
    runs a cell in a runner. Leaves with exit code 1 if something that is required is missing, or an attempt
    was not refused.

    \b
    Examples:
      autograder doctor           is this machine fit for grading?
      autograder doctor --list    what exactly is refused, and why
    """
    show_protections()
    lacking = sandbox.missing()
    for protection in lacking:
        out.print(f"[red]missing:[/] {protection.name}. [bold]Repair:[/] {protection.repair}")
    if lacking:
        out.print(
            f"Other people's notebooks are not run here, except with {sandbox.WITHOUT}, for a machine that is "
            "thrown away afterwards. Building lessons and checking your own work needs no sandbox."
        )
        raise typer.Exit(1)
    findings, failure = attempts()
    good = show_attempts(findings, failure, everything) and show_runner()
    show_versions()
    raise typer.Exit(0 if good else 1)


def show_protections() -> None:
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table("Protection", "Here", "Detail", box=SIMPLE, pad_edge=False)
    for protection in sandbox.available():
        if protection.present:
            here = "[green]yes[/]"
        else:
            here = "[red]no[/]" if protection.required else "[dim]no, not required[/]"
        table.add_row(protection.name, here, protection.detail)
    out.print(table)


def attempts() -> tuple[list[Finding], str]:
    """What came of every attempt, made in a process of its own; and how that process failed, if it did."""
    from autograder.sandbox.probe import Finding

    command = [sys.executable, "-P", "-m", "autograder.sandbox.probe"]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=_PROBE_SECONDS)
        found = json.loads(ended.stdout) if ended.returncode == 0 else []
    except subprocess.TimeoutExpired:
        return [], f"it did not end within {_PROBE_SECONDS} s"
    return [Finding(**finding) for finding in found], ended.stderr.strip()


def show_attempts(findings: list[Finding], failure: str, everything: bool) -> bool:
    """Whether all was refused."""
    from autograder.sandbox.probe import REFUSED
    from autograder.sandbox.refusals import LIMITS, LINES

    lines = LINES + LIMITS
    outcomes = {finding.what: finding for finding in findings}
    refused = [line for line in lines if (f := outcomes.get(line.what)) and f.outcome == REFUSED]
    colour = "green" if len(refused) == len(lines) else "red"
    out.print(f"[{colour}]{len(refused)} of {len(lines)}[/] attempts to get out of a sandbox were refused.")
    if everything:
        _list(lines, refused)
    for line in lines:
        if line not in refused:
            finding = outcomes.get(line.what)
            text = f"{finding.outcome} {finding.text}".strip() if finding else "the process ended before it"
            out.print(f"[red]not refused:[/] {line.what} ({line.by}): ", end="")
            out.print(text, markup=False)
    if failure:
        out.print(f"The process that tried said: {failure}", markup=False)
    if len(refused) < len(lines):
        out.print(
            "[bold]Repair:[/] do not grade here. Try a newer kernel or another container; report the lines above."
        )
    return len(refused) == len(lines)


def _list(lines: list, refused: list) -> None:
    from rich.box import SIMPLE
    from rich.table import Table

    from autograder.sandbox.refusals import NOT_REFUSED

    table = Table("Refused", "By", "Because", box=SIMPLE, pad_edge=False)
    for line in lines:
        table.add_row(line.what, line.by, line.why, style="" if line in refused else "red")
    out.print(table)
    out.print("Not refused:")
    for what in NOT_REFUSED:
        out.print(f"  {what}", markup=False)


def show_runner() -> bool:
    """Whether a cell runs in a runner."""
    from autograder.errors import AutograderError
    from autograder.runner.handle import Preloaded

    limits = SimpleNamespace(output_kb=64, memory_mb=256, submission_seconds=60)
    try:
        with Preloaded.start(["numpy"]) as preloaded:
            preloaded.runner(limits, 0).close()  # the first one also warms what the next ones find warm
            started = time.monotonic()
            with preloaded.runner(limits, 0) as runner:
                result = runner.run_cell("import numpy; int(numpy.ones(2).sum())", seconds=20)
                took = 1000 * (time.monotonic() - started)
    except AutograderError as error:
        out.print(f"[red]A runner does not work here:[/] {error}")
        return False
    good = bool(result.outputs) and result.outputs[0].get("data", {}).get("text/plain") == "2"
    if good:
        out.print(f"A runner started and ran its first cell in {took:.0f} ms.")
    else:
        out.print(f"[red]A runner ran a cell and gave[/] {result.outputs}")
    return good


def show_versions() -> None:
    out.print(f"Python {platform.python_version()}", *map(_version, PACKAGES), sep=", ")


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"no {package}"
