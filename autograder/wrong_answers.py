"""The known wrong answers of a lesson: what students really write, and what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder import cells, percent
from autograder.errors import Problem, nearest
from autograder.outline import Outline

ENOUGH = 4  # wrong answers that every automatically graded task has at least
KEYS = {"task": str, "name": str, "loses": list, "hint": str}
JUDGE = "judge"  # what `only` may say: the one that tells this answer from a right one


@dataclass(frozen=True)
class WrongAnswer:
    """One wrong answer. code: the whole content of the solution cell. where: its marker, as `file:line`.

    loses: ids of the tests that must not pass; all others must. hint: words that the student must get to read.
    judge_only: whether plain nbgrader cannot tell it, or spoils the tests of other tasks with it.
    """

    task: str
    name: str
    loses: tuple[str, ...]
    hint: str
    code: str
    where: str = ""
    judge_only: bool = False


def read(path: Path, shown: str, outline: Outline) -> tuple[list[WrongAnswer], list[Problem]]:
    """The wrong answers in a file (none if it is not there), and what is wrong with the file itself.

    shown: the path as it is shown to people. outline: of the lesson, whose tasks and tests the answers name.
    """
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    found, problems = [], []
    for cell in percent.read(text).cells:
        if cell.cell_type != "code" or (not _said(cell) and _is_comment(cell.source)):
            continue  # an introduction
        line = cell.metadata.get("line")
        mistakes = list(_mistakes(cell, outline))
        problems += [Problem(shown, line, what, repair) for what, repair in mistakes]
        if not mistakes:
            said = _said(cell)
            words = said["task"], said["name"], tuple(said["loses"]), said["hint"]
            found.append(WrongAnswer(*words, cell.source, f"{shown}:{line}", judge_only="only" in said))
    problems += [Problem(shown, None, *mistake) for mistake in _missing(found, outline)]
    return found, problems


def _said(cell) -> dict:
    return {key: value for key, value in cell.metadata.items() if key not in ("line", "lines_to_next_cell")}


def _is_comment(source: str) -> bool:
    return all(line.startswith("#") or not line.strip() for line in source.splitlines())


def _mistakes(cell, outline: Outline) -> Iterator[tuple[str, str]]:
    said = _said(cell)
    form = 'write # %% task="..." name="..." loses=["..."] hint="..."'
    if said.get("only", JUDGE) != JUDGE:
        yield (
            f"`only` can say nothing but {JUDGE!r}",
            "leave it out for an answer that plain nbgrader tells, too",
        )
    if "incorrectly_encoded_metadata" in said or "title" in said:
        yield "the keys after `# %%` cannot be read", form
        return
    for key in said.keys() - {*KEYS, "only"}:
        meant = nearest(key, list(KEYS))
        yield f"unknown key `{key}`", f"did you mean `{meant}`?" if meant else form
    wrong = [key for key, kind in KEYS.items() if not (isinstance(said.get(key), kind) and said[key])]
    if wrong:
        yield f"{', '.join(f'`{key}`' for key in wrong)} missing or empty", form
        return
    tests = [test.id for test in outline.tests]
    for known, names, kind in ((outline.tasks, [said["task"]], "task"), (tests, said["loses"], "test")):
        for name in names:
            if name not in known:
                meant = nearest(str(name), known)
                yield (
                    f"there is no {kind} `{name}`",
                    f"did you mean `{meant}`?" if meant else f"known: {known}",
                )
    if not cells.parses(cell.source):
        yield (
            f"`{said['name']}` is not valid Python",
            "a wrong answer that does not run teaches nothing: repair it",
        )


def _missing(found: Sequence[WrongAnswer], outline: Outline) -> Iterator[tuple[str, str]]:
    for (task, name), times in Counter((answer.task, answer.name) for answer in found).items():
        if times > 1:
            yield (
                f"{times} wrong answers of `{task}` have the name `{name}`",
                "say in which way each is wrong",
            )
    for task in outline.tasks:
        there = sum(answer.task == task for answer in found)
        if outline.tests_of(task) and there < ENOUGH:
            what = f"`{task}` has {there} known wrong answer{'' if there == 1 else 's'}"
            yield what, f"write at least {ENOUGH}: what students write, and what slips through the tests"
