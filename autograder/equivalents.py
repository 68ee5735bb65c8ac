"""The mutants that no test can tell from the answer, listed by hand with the reason: equivalent_mutants.yml."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from autograder import yamlfile
from autograder.errors import InvalidCourseFile, Problem, nearest
from autograder.mutants import Mutant
from autograder.schema import Count, Strict, Text


class Entry(Strict):
    """One mutant, by its text. now: empty for a line left out. number: the how many-th with this text in the answer."""

    task: Text
    was: Text
    now: str = ""
    number: Count = 1
    why: Text

    @property
    def key(self) -> tuple[str, str, str, int]:
        return self.task, self.was, self.now, self.number


class Listed(Strict):
    """The file."""

    equivalent: list[Entry]


def read(path: Path, shown: str, mutants: Collection[Mutant]) -> tuple[dict[tuple, str], list[Problem]]:
    """Why mutants are equivalent, by their keys, and what is wrong with the file; nothing where there is no file.

    shown: the path as it is shown to people. mutants: all of the lesson, since an entry has to mean one of them.
    """
    if not path.is_file():
        return {}, []
    try:
        listed = yamlfile.read(path, Listed, lambda value: _mistakes(value, mutants))
    except InvalidCourseFile as error:
        return {}, [Problem(shown, one.line, one.what, one.repair) for one in error.problems]
    return {entry.key: entry.why for entry in listed.equivalent}, []


def _mistakes(listed: Listed, mutants: Collection[Mutant]) -> Iterator[tuple[tuple, str, str]]:
    keys = {mutant.key for mutant in mutants}
    seen = set()
    for i, entry in enumerate(listed.equivalent):
        where = ("equivalent", i)
        if entry.key in seen:
            yield where, "this mutant is listed twice", "keep one of them"
        seen.add(entry.key)
        tasks = sorted({mutant.task for mutant in mutants})
        if entry.task not in tasks:
            meant = nearest(entry.task, tasks)
            yield (
                (*where, "task"),
                f"no mutants of `{entry.task}`",
                f"did you mean `{meant}`?" if meant else f"known: {tasks}",
            )
        elif entry.key not in keys:
            yield where, "no mutant reads like this", _closest(entry, mutants)


def _closest(entry: Entry, mutants: Collection[Mutant]) -> str:
    own = [mutant for mutant in mutants if mutant.task == entry.task]
    same = [mutant.now for mutant in own if mutant.was == entry.was]
    if not same:
        meant = nearest(entry.was, [mutant.was for mutant in own])
        return f"did you mean `was: {meant}`?" if meant else "the answer has changed: take the entry out"
    meant = nearest(entry.now, same)
    return f"did you mean `now: {meant}`?" if meant else f"of this line there are {len(same)} other mutants"
