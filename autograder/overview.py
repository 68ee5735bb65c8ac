"""A lesson's results in numbers: what the instructor's page shows, computed from the records alone."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from statistics import median

from autograder.records import Report, Test
from labkit import tr

MOST_MISTAKES = 5  # for each task


@dataclass
class Mistake:
    """What several students were told. students: whom, in order."""

    text: str
    hint: str
    students: list[str] = field(default_factory=list)


@dataclass
class Task:
    """One task: who has how much of it, and the messages that were given most often."""

    name: str
    title: str
    points: float = 0.0
    full: int = 0
    part: int = 0
    nothing: int = 0
    lost: int = 0  # could not be run
    share: float = 0.0  # mean points, as a part of the possible ones
    mistakes: list[Mistake] = field(default_factory=list)

    @property
    def students(self) -> int:
        return self.full + self.part + self.nothing + self.lost


@dataclass
class Overview:
    """scores: of those with marks. statuses: how many submissions have each.

    beside: tests that ran in the student's process, or asked a helper there: title, and who passed, in order.
    """

    scores: list[float]
    max_score: float
    statuses: Counter
    tasks: list[Task]
    seconds: list[float]
    beside: dict[str, list[str]] = field(default_factory=dict)

    @property
    def median(self) -> float | None:
        return median(self.scores) if self.scores else None


def overview(report: Report, titles: dict[str, str]) -> Overview:
    """titles: of the tasks, by id, as the lesson's text has them."""
    marked = [entry for entry in report.submissions if entry.score is not None]
    tasks: dict[str, Task] = {}
    told: dict[str, dict[tuple[str, str], Mistake]] = defaultdict(dict)
    earned: dict[str, list[float]] = defaultdict(list)
    beside: dict[str, list[str]] = {}
    for entry in marked:
        for test in entry.tests:
            if test.status == "passed" and not test.isolated:
                beside.setdefault(test.title, []).append(entry.student)
        by_task: dict[str, list[Test]] = defaultdict(list)
        for test in entry.tests:
            if test.status != "manual":
                by_task[test.task].append(test)
        for name, tests in by_task.items():
            task = tasks.setdefault(name, Task(name, titles.get(name, name)))
            task.points = sum(test.max_score for test in tests)
            score = sum(test.score or 0.0 for test in tests)
            earned[name].append(score / task.points if task.points else 1.0)
            if any(test.status == "could_not_run" for test in tests):
                task.lost += 1
            elif score == task.points:
                task.full += 1
            elif score:
                task.part += 1
            else:
                task.nothing += 1
            for text, hint in dict.fromkeys(_said(test) for test in tests if test.status == "failed"):
                mistake = told[name].setdefault((text, hint), Mistake(text, hint))
                mistake.students.append(entry.student)
    for name, task in tasks.items():
        task.share = sum(earned[name]) / len(earned[name])
        ordered = sorted(told[name].values(), key=lambda mistake: -len(mistake.students))
        task.mistakes = ordered[:MOST_MISTAKES]
    return Overview(
        scores=[entry.score for entry in marked],
        max_score=max((entry.max_score for entry in report.submissions), default=0.0),
        statuses=Counter(entry.status for entry in report.submissions),
        tasks=list(tasks.values()),
        seconds=[entry.seconds for entry in report.submissions if entry.status != "missing"],
        beside=beside,
    )


def _said(test: Test) -> tuple[str, str]:
    """What a failed test says whatever the values were: its named cause if it has one, else its first line."""
    start, end = re.escape(tr("Likely cause:")), re.escape(tr("Where to look:"))
    cause = re.search(rf"^{start}\s*(.*?)(?=^{end}|\Z)", test.message, re.S | re.M)
    text = " ".join(cause[1].split()) if cause else test.message.strip().partition("\n")[0]
    return text or "no message", test.hint
