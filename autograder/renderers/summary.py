"""Results as GitHub's step summary: Markdown in which nothing that a student wrote has any effect."""

from __future__ import annotations

import re
from collections.abc import Iterable

from autograder.records import Submission, Test
from autograder.renderers import Material, for_student

WORDS = {
    "passed": "passed",
    "failed": "**failed**",
    "could_not_run": "**could not run**",
    "manual": "by hand",
}
MAX_MESSAGE, MAX_SUMMARY = 2_000, 900_000  # GitHub shows 1 MiB of a step, and drops a longer summary whole
_CUT = "\n\nThe rest is left out: the summary would be longer than GitHub shows.\n"
_SIGNS = re.compile(r"""[\\`*_{}\[\]()#+\-.!|~@:/&<>"'$]""")


def render(material: Material, notes: Iterable[str] = ()) -> str:
    """The summary of all submissions. notes: sentences to put on top."""
    parts = [f"> {plain(note)}\n" for note in notes]
    parts += [_submission(report.lesson, entry) for report, entry in material.entries()]
    text = ""
    for part in parts:
        if len((text + part).encode()) > MAX_SUMMARY:
            return text + _CUT
        text += part + "\n"
    return text


def plain(text: str) -> str:
    """Text for Markdown, in which no tag, link, mention or sign works: what could be one is written as an entity."""
    shown = "".join(c for c in text if c.isprintable() or c in "\n\t")
    return "<br>".join(_SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", line) for line in shown.splitlines())


def _submission(lesson: str, entry: Submission) -> str:
    marks = "no marks" if entry.score is None else f"{entry.score:g} of {entry.max_score:g} points"
    lines = [f"### {plain(lesson)}: {marks}", "", plain(entry.student)]
    if entry.reason:
        lines += ["", plain(entry.reason)]
    lines += ["", "| Task | Test | | Points | |", "| --- | --- | --- | --: | --- |"]
    lines += [_row(test) for test in entry.tests]
    return "\n".join(lines) + "\n"


def _row(test: Test) -> str:
    points = "" if test.score is None else f"{test.score:g}"
    said = "\n".join(for_student(test))
    said = said if len(said) <= MAX_MESSAGE else said[:MAX_MESSAGE] + " ..."
    title = test.title if test.visible else f"{test.title} (hidden)"
    cells = (
        plain(test.task),
        plain(title),
        WORDS[test.status],
        f"{points} / {test.max_score:g}",
        plain(said),
    )
    return "| " + " | ".join(cells) + " |"
