"""`autograder collect`: bring in what students handed in, from wherever they did."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.console import out

if TYPE_CHECKING:
    from autograder.collecting import Parcel, Sorted, Tree
    from autograder.collecting.store import Outcome
    from autograder.course import Course
    from autograder.roster import Person, Roster

STYLES = {"new": "green", "replaced": "green", "unchanged": "dim", "older": "yellow", "refused": "red"}


class Platform(StrEnum):
    moodle = "moodle"
    canvas = "canvas"
    github = "github"
    folder = "folder"


ORIGINS = {
    Platform.moodle: "Moodle",
    Platform.canvas: "Canvas",
    Platform.github: "repositories",
    Platform.folder: "a folder of students",
}


def command(
    ctx: typer.Context,
    lesson: Annotated[str, typer.Argument(help="The lesson, for example 06_autograd.")],
    source: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="PATH", help="A zip archive or a folder. [default: nbgrader's exchange]"
        ),
    ] = None,
    platform: Annotated[
        Platform | None, typer.Option("--as", help="Whose names are in it. [default: found out]")
    ] = None,
    roster: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A class list in CSV, which gives the students' ids.")
    ] = None,
    prefix: Annotated[
        str | None,
        typer.Option(help="github: what stands before the login. [default: the lesson and a hyphen]"),
    ] = None,
) -> None:
    """Put submissions into submitted/STUDENT/LESSON/, and say what was new.

    Takes Moodle's "Download all submissions", Canvas's "Download submissions", a folder of clones of students'
    repositories, or a folder with one folder for each student; without --from, nbgrader's exchange. It can be run
    again with the next download: what is not new stays as it is, and what is replaced is kept in
    .autograder/earlier/. Leaves with exit code 1 if something was not taken; it says what and why.

    The roster has a line for each student, with some of the columns id, name, email, moodle_id, canvas_id, github and
    submitted (the time, if the platform tells it). Lists that Canvas, Moodle (a grading worksheet) and GitHub
    Classroom export will do. Without one, students are called as on the platform. No time is taken from students.

    \b
    Examples:
      autograder collect 06_autograd
      autograder collect 06 --from submissions.zip --roster roster.csv
      autograder collect 06 --from "CS 101-Autograd-4711.zip" --as moodle --roster worksheet.csv
      autograder collect 06 --from ../clones --as github --prefix homework-6-
    """
    from autograder.collecting.trees import opened
    from autograder.ledger import alone
    from autograder.roster import Roster

    course = ctx.obj.course
    lesson = course.lesson(lesson).id
    people = Roster.read(roster, course.zone) if roster else None
    with alone(course):
        if source is None:
            from autograder.collecting import exchange

            found = exchange.parcels(course, lesson)
            outcomes = take(course, lesson, found, people, stamps=True)
        else:
            with opened(source) as tree:
                found = by_student(course, lesson, tree, platform, people, prefix)
                found.left_out += tree.refused
                outcomes = take(course, lesson, found, people)
    show(course, lesson, outcomes, found)
    refused = any(outcome.what in ("refused", "older") for outcome in outcomes)
    raise typer.Exit(1 if refused or found.left_out else 0)


def by_student(
    course: Course,
    lesson: str,
    tree: Tree,
    platform: Platform | None,
    roster: Roster | None,
    prefix: str | None,
) -> Sorted:
    """The parcels in a tree, by the platform that made it."""
    from autograder.collecting import canvas, github, moodle, plain

    prefix = f"{lesson}-" if prefix is None else prefix
    paths = [entry.path for entry in tree.entries]
    if platform is None:
        for module in (moodle, canvas):
            if paths and sum(map(module.fits, paths)) * 2 > len(paths):
                platform = Platform(module.__name__.rpartition(".")[2])
        if platform is None:
            platform = Platform.github if github.fits(tree, prefix) else Platform.folder
    if platform is Platform.moodle:
        found = moodle.parcels(tree)
    elif platform is Platform.canvas:
        found = canvas.parcels(tree, notebook_names(course, lesson))
    elif platform is Platform.github:
        found = github.parcels(tree, lesson, notebook_names(course, lesson), prefix, roster)
    else:
        found = plain.parcels(tree, lesson)
    found.origin = ORIGINS[platform]
    return found


def notebook_names(course: Course, lesson: str) -> list[str]:
    """The names of a lesson's notebooks, without .ipynb."""
    from autograder import sources

    source = sources.find(course, lesson)
    if source.text or not source.notebooks:
        return [lesson]
    return [path.stem for path in source.notebooks]


def take(
    course: Course, lesson: str, found: Sorted, roster: Roster | None, stamps: bool = False
) -> list[Outcome]:
    """Put the parcels in their places. stamps: whether a `timestamp.txt` is the exchange's and not the student's."""
    from rich.progress import track

    from autograder.collecting import naming
    from autograder.collecting.store import REFUSED, Outcome
    from autograder.console import err
    from autograder.untrusted import Refused

    named: list[tuple[Parcel, str, Person | None]] = []
    outcomes = []
    for parcel in found.parcels:
        try:
            named.append((parcel, *naming.student(parcel, roster)))
        except Refused as refused:
            outcomes.append(Outcome(parcel.name, REFUSED, len(parcel.entries), note=str(refused)))
    often = Counter(name.casefold() for _, name, _ in named)
    there = {path.name for path in course.submitted_dir.glob("*")}
    known = {other.casefold(): other for other in sorted(there)}
    for parcel, name, person in track(named, "collecting", console=err, transient=True):
        alike, note = name.casefold(), ""
        if often[alike] > 1:  # names that differ in capital letters alone are one folder on many disks
            note = (
                f"there are {often[alike]} submissions for this student; the class list can tell them apart"
            )
        elif name not in there and alike in known:
            note = f"there is a student `{known[alike]}` already; the class list can say whether both are one"
        if note:
            outcomes.append(Outcome(f"{parcel.name} ({name})", REFUSED, len(parcel.entries), note=note))
            continue
        outcomes.append(_take(course, lesson, parcel, name, person, stamps))
    return sorted(outcomes, key=lambda outcome: outcome.student)


def _take(
    course: Course, lesson: str, parcel: Parcel, name: str, person: Person | None, stamps: bool
) -> Outcome:
    from dataclasses import replace

    from autograder.collecting import content, store
    from autograder.untrusted import Refused

    if not stamps:
        parcel.entries.pop(store.STAMP, None)
    time = parcel.time or (person.submitted if person else None)
    try:
        if not parcel.entries:
            raise Refused("there are no files in it")
        outcome = store.put(course, lesson, name, content(parcel), time)
    except (Refused, OSError) as error:
        return store.Outcome(name, store.REFUSED, len(parcel.entries), time, str(error))
    return replace(outcome, note="; ".join(note for note in (parcel.note, outcome.note) if note))


def show(course: Course, lesson: str, outcomes: list[Outcome], found: Sorted) -> None:
    """The table of students, and below it what there is to say: refusals, and where earlier submissions lie."""
    from rich.box import SIMPLE
    from rich.markup import escape
    from rich.table import Table

    from autograder.untrusted import printable

    title = f"{lesson}  collected from {found.origin}"
    table = Table(title=title, title_justify="left", title_style="bold", box=SIMPLE, pad_edge=False)
    table.add_column("Student", overflow="fold")
    for heading, justify in (("", "left"), ("Files", "right"), ("Handed in", "left")):
        table.add_column(heading, justify=justify, no_wrap=True)
    for outcome in outcomes:
        what = f"[{STYLES[outcome.what]}]{outcome.what}[/]"
        time = f"{outcome.time.astimezone(course.zone):%Y-%m-%d %H:%M}" if outcome.time else "?"
        table.add_row(escape(printable(outcome.student)), what, str(outcome.files), time)
    if outcomes:
        out.print(table)
    else:
        out.print(f"nothing was handed in for {lesson} in {found.origin}", markup=False)
    for outcome in outcomes:
        earlier = outcome.earlier and f"the one before is in {outcome.earlier.relative_to(course.root)}"
        notes = "; ".join(note for note in (outcome.note, earlier) if note)
        if notes:
            shown = "".join(letter if letter.isprintable() else " " for letter in notes)
            out.print(f"{printable(outcome.student)}: {shown}", markup=False)
    for reason in found.left_out:
        out.print(f"left out: {reason}", markup=False)
