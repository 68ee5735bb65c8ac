"""`autograder check`: prove the lessons, before a student meets them."""

from __future__ import annotations

import json as json_module
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from autograder.console import lessons_in_log, out, progress

if TYPE_CHECKING:
    from autograder.checking import Job, Verdict
    from autograder.course import Course
    from autograder.parity import Difference, Parity
    from autograder.schema import Lesson

SCHEMA = "autograder-check/1"
Lessons = Annotated[
    list[str] | None,
    typer.Argument(metavar="LESSON", help="Lessons, such as 06. [default: all with a source]"),
]
MUTANTS = "Instead, change each reference answer in small ways, and count how many changes the tests notice."
MOST = "Try only so many mutants of each lesson, the same ones each time."
PLAIN = "Instead, prove the lessons in a kernel, by nbgrader's own steps: no judge, no sandbox."
PYTORCH = "Also run the lesson with `import torch`, and compare. [default: if it is installed]"


@dataclass
class LessonReport:
    """What was found out about one lesson. parity: by notebook; empty where it was not compared."""

    lesson: str
    problems: list[str] = field(default_factory=list)
    runs: list[Verdict] = field(default_factory=list)
    parity: dict[str, Parity] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not self.problems and not any(run.problems for run in self.runs)


def command(
    ctx: typer.Context,
    lessons: Lessons = None,
    pytorch: Annotated[bool | None, typer.Option("--pytorch/--no-pytorch", help=PYTORCH)] = None,
    mutants: Annotated[bool, typer.Option("--mutants", help=MUTANTS)] = False,
    most: Annotated[int | None, typer.Option(min=1, metavar="N", help=MOST)] = None,
    plain_nbgrader: Annotated[bool, typer.Option("--plain-nbgrader", help=PLAIN)] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes. [default: one per processor]")
    ] = None,
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the whole result there.")] = None,
) -> None:
    """Prove that lessons do what they should.

    The reference answers earn all points, with two seeds. The untouched student notebook earns none. Each known wrong
    answer (wrong_answers.py, at least four for a task) loses the tests that it should, keeps the others, and gets its
    hint. The source keeps the rules of `build`, and ruff finds nothing. The lesson prints the same with PyTorch.

    \b
    Examples:
      autograder check                       all lessons that have a source
      autograder check 06_autograd
      autograder check 06 --no-pytorch --json check.json
      autograder check 06 --mutants          do the tests notice a wrong sign?
      autograder check 06 --mutants --most 50
      autograder check 06 --plain-nbgrader
    """
    from autograder import mutation, plain
    from autograder.build import choose

    if most and not mutants:
        raise typer.BadParameter("it says how many mutants to try: give --mutants too", param_hint="--most")
    course = ctx.obj.course
    chosen = choose(course, lessons)
    reports: dict[str, list] = {}
    if mutants:
        reports["mutants"] = mutation.check(course, chosen, most, workers)
        for report in reports["mutants"]:
            mutation.show(report)
    if plain_nbgrader:
        reports["plain_nbgrader"] = plain.check(course, chosen, workers)
        for report in reports["plain_nbgrader"]:
            plain.show(report)
    if not reports:
        reports["lessons"] = check(course, chosen, pytorch, workers)
        for report in reports["lessons"]:
            show(course, report)
    if json:
        json.write_text(as_json(reports), encoding="utf-8")
    raise typer.Exit(0 if all(report.good for kind in reports.values() for report in kind) else 1)


def check(
    course: Course, lessons: list[Lesson], pytorch: bool | None = None, workers: int | None = None
) -> list[LessonReport]:
    """Check lessons, all runs of all of them side by side. Raises `InvalidLesson` if one cannot even be built."""
    from autograder.build import make

    with_torch = find_spec("torch") is not None if pytorch is None else pytorch
    editions = make(course, lessons)
    reports, plan = {}, {}
    for edition in editions:
        report = reports[edition.lesson.id] = LessonReport(edition.lesson.id)
        for name, job in plan_lesson(course, edition, report, with_torch).items():
            plan[edition.lesson.id, *name] = job
    executed = run_all(plan, workers)
    for lesson, report in reports.items():
        judge_lesson(report, {key[1:]: job for key, job in plan.items() if key[0] == lesson}, executed)
    return list(reports.values())


def plan_lesson(course: Course, edition: Any, report: LessonReport, torch: bool) -> dict[tuple, Job]:
    """The runs of one lesson, by notebook and number; what needs no run goes into the report at once."""
    from autograder import checking, lint, outline, sources, versions, wrong_answers

    lesson = edition.lesson
    source = sources.find(course, lesson)
    made = versions.of(course, lesson.id)
    whole = outline.joined(outline.outline(version.source) for version in made)
    answers: list[wrong_answers.WrongAnswer] = []
    if source.text or source.wrong_answers.is_file():  # a plain nbgrader course has no such file
        shown = sources.relative(course, source.wrong_answers)
        answers, problems = wrong_answers.read(source.wrong_answers, shown, whole)
        report.problems += [str(problem) for problem in problems]
    if source.text and lint.available():
        found = lint.problems(course, source.text, sources.relative(course, source.text))
        report.problems += [str(problem) for problem in found]
    elif source.text:
        report.notes.append("not linted: ruff is not installed")
    files = checking.beside(course, edition)
    plan = {}
    for version in made:
        places = sources.places(course, lesson, version.name)
        base = checking.Job("reference", lesson.id, version.source, places, course.limits_for(lesson), files)
        jobs = checking.jobs(base, version, answers, torch)
        plan.update({(version.name, number): job for number, job in enumerate(jobs)})
    return plan


def run_all(
    plan: dict[tuple, Any], workers: int | None, unit: str = "runs", judged: bool = True
) -> dict[tuple, Any]:
    """`run()` all jobs in worker processes, with progress. Returns what came out, or the exception, by key.

    A key begins with the lesson. judged: whether they ask the judge.
    """
    from operator import methodcaller

    from autograder import pool
    from autograder.judge.host import shared

    executed = {}
    jobs = {key: (job,) for key, job in plan.items()}
    finished = lessons_in_log([key[0] for key in plan], unit)
    with (
        shared([]) if judged and jobs else nullcontext() as begin,
        progress("checking", unit, len(plan)) as advance,
    ):
        for key, result in pool.run(methodcaller("run"), jobs, workers or pool.processors(), begin):
            executed[key] = result
            advance()
            finished(key[0])
    return executed


def judge_lesson(report: LessonReport, plan: dict[tuple, Job], executed: dict[tuple, Any]) -> None:
    """Fill in the verdicts on the runs of one lesson; `reference` is the first run of each notebook."""
    from autograder import checking, parity

    by_kind: dict[tuple[str, str], Any] = {}
    broken: list[str] = []
    known: set[str] = set()
    for key, job in plan.items():
        result = executed[report.lesson, *key]
        if isinstance(result, BaseException):
            problem = f"a run ({job.kind}) ended with {type(result).__name__}: {result}"
            report.runs.append(checking.Verdict(job.kind, job.kind, problems=[problem]))
            continue
        verdict = checking.judge(job, result, broken)
        if job.kind == "reference":
            broken += verdict.lost
            known = set(verdict.problems)
        elif job.kind == "again":  # only what another seed brings to light
            plain = {problem.replace(checking.WITH["again"], ""): problem for problem in verdict.problems}
            verdict.problems = [plain[text] for text in plain.keys() - known]
        report.runs.append(verdict)
        by_kind[key[0], job.kind] = result
    for (notebook, number), job in plan.items():
        kinds = [by_kind.get((notebook, kind)) for kind in ("reference", "torch", "again")]
        if number == 0 and all(kinds):
            found = report.parity[notebook] = parity.compare(*(result.notebook for result in kinds))
            report.problems += [describe(job.places[one.cell], one) for one in found.differences]


def describe(place: str, difference: Difference) -> str:
    """One cell that prints something else with PyTorch, for people."""
    first = difference.source.strip().splitlines()[0]
    lines = [f"{place}: this cell prints something else with PyTorch", first]
    lines += [f"torchlet: {difference.torchlet}", f"PyTorch:  {difference.torch}"]
    return "\n      ".join(lines)


def show(course: Course, report: LessonReport) -> None:
    """Print the table of one lesson, and below it what is wrong."""
    from rich.box import SIMPLE
    from rich.table import Table

    table = Table(title=report.lesson, title_justify="left", title_style="bold", box=SIMPLE, pad_edge=False)
    for heading in ("What", "Shown", ""):
        table.add_column(heading)
    for what, shown, good in rows(course, report):
        table.add_row(what, shown, "[green]good[/]" if good else "[red]not good[/]")
    out.print(table)
    for note in report.notes:
        out.print(note, markup=False)
    for problem in [*report.problems, *(problem for run in report.runs for problem in run.problems)]:
        out.print(f"  - {problem}", markup=False)


def rows(course: Course, report: LessonReport) -> list[tuple[str, str, bool]]:
    """The table's rows: what was tried, what it showed, whether that is good."""
    from autograder import outline, sources

    whole = outline.joined(outline.outline(one) for one in sources.notebooks(course, report.lesson).values())
    found = []
    named: dict[str, Callable[[Verdict], str]] = {
        "reference": lambda run: f"{run.score:g} of {whole.points:g} points",
        "again": lambda run: f"{run.score:g} of {whole.points:g} points",
        "untouched": lambda run: f"{run.score:g} points",
        "torch": lambda run: f"{run.score:g} of {whole.points:g} points",
    }
    titles = {"again": "reference, another seed", "torch": "reference, with PyTorch"}
    for run in report.runs:
        if run.kind in named:
            again = run.kind == "again" and run.score < whole.points  # said once, of the first run
            found.append((titles.get(run.kind, run.kind), named[run.kind](run), not (run.problems or again)))
    for one in report.parity.values():
        shown = f"{one.compared - len(one.differences)} of {one.compared} cells"
        shown += f"; {one.core_only} core-only" if one.core_only else ""
        shown += f"; {one.varying} varying" if one.varying else ""
        found.append(("same text with PyTorch", shown, not one.differences))
    broken = {name for run in report.runs if run.kind == "reference" for name in run.lost}
    for task in whole.tasks:
        runs = [run for run in report.runs if run.kind == "wrong" and run.task == task]
        tests = {test.id for test in whole.tests_of(task)}
        caught = sum(not run.problems for run in runs)
        if tests & broken:
            found.append((task, "unproven: its reference answer fails", False))
        elif tests:
            found.append((task, f"{caught} of {len(runs)} wrong answers as expected", caught == len(runs)))
    return found


def as_json(reports: dict[str, list]) -> str:
    """The whole result, schema `autograder-check/1`: what was asked for, by kind and lesson."""
    found = {
        kind: [{**asdict(report), "good": report.good} for report in some] for kind, some in reports.items()
    }
    return json_module.dumps({"schema": SCHEMA, **found}, indent=2, ensure_ascii=False) + "\n"
