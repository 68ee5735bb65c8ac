"""results.json as Gradescope's autograder platform reads it.

The keys are those of https://gradescope-autograders.readthedocs.io/en/latest/specs/. A submission without marks gets no
`score` and no tests, which Gradescope shows as a run that failed: a person looks, and nobody has 0 points.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from autograder.gradebook import Manual
from autograder.records import SCHEMA, Submission, Test
from autograder.renderers import by_person, for_student, manual_points, points

STATUS = {"passed": "passed", "failed": "failed"}  # the words that Gradescope knows


def render(lesson: str, entry: Submission, manual: Mapping[str, Manual] | None = None) -> str:
    """The results of one submission."""
    return json.dumps(results(lesson, entry, manual or {}), indent=2, ensure_ascii=False) + "\n"


def results(lesson: str, entry: Submission, manual: Mapping[str, Manual]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "output": _output(entry, manual),
        "output_format": "text",  # what a student's code made is never rendered
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "execution_time": round(entry.seconds),
        "extra_data": {"schema": SCHEMA, "lesson": lesson, "status": entry.status, "flags": entry.flags},
    }
    if entry.score is None:
        return found
    found["score"] = entry.score + manual_points(entry, manual)[0]
    found["tests"] = [_test(test, manual) for test in entry.tests]
    return found


def _output(entry: Submission, manual: Mapping[str, Manual]) -> str:
    if entry.score is None:
        return f"Not graded: {entry.reason}"
    waiting = manual_points(entry, manual)[1]
    lines = [f"Written answers that a person still reads: {waiting}"] if waiting else []
    lines += [f"A person looks at it: {entry.reason}"] if entry.status == "needs_review" else []
    return "\n".join(lines)


def _test(test: Test, manual: Mapping[str, Manual]) -> dict[str, Any]:
    mark, score = by_person(test, manual), points(test, manual)
    texts = [*for_student(test), mark.comment]
    if test.status == "could_not_run":
        texts.insert(0, "Could not be run.")
    if test.status == "manual" and score is None:
        texts.insert(0, "A person gives the points.")
    found: dict[str, Any] = {
        "name": test.title,
        "max_score": test.max_score,
        "output": "\n\n".join(text for text in texts if text),
        "visibility": "visible",
        "extra_data": {"id": test.id, "status": test.status},
    }
    if score is not None:
        found["score"] = score
    if test.status in STATUS:
        found["status"] = STATUS[test.status]
    return found
