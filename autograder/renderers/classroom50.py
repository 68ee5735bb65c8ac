"""One submission as Classroom 50's result.json, schema `classroom50/result/v1`.

By https://github.com/foundation50/classroom50, the page "Advanced Autograding" of its wiki: who and what was graded
stands in environment variables, and whole numbers are all the points that it knows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime

from autograder.records import Submission, Test
from autograder.renderers import for_student

SCHEMA = "classroom50/result/v1"


def render(submission: Submission, environment: Mapping[str, str], moment: datetime) -> str:
    """The file's text. environment: of Classroom 50's runner. moment: of the submission (aware).

    Points are rounded down to whole ones in each test; the exact ones stand beside them as `points`. Tests that a
    person marks are left out.
    """
    tests = [_test(test) for test in submission.tests if test.status != "manual"]
    document = {
        "schema": SCHEMA,
        "classroom": environment["CLASSROOM"],
        "assignment": environment["ASSIGNMENT"],
        "assignment_type": environment.get("ASSIGNMENT_TYPE") or "individual",
        "owner": environment.get("OWNER") or environment["USERNAME"],
        "submission": environment["SUBMISSION_TAG"],
        "commit": environment["COMMIT_URL"],
        "release": environment["RELEASE_URL"],
        "review": environment.get("REVIEW_URL") or environment["COMMIT_URL"],
        "datetime": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }
    return json.dumps(document, indent=2) + "\n"


def _test(test: Test) -> dict[str, object]:
    most = int(test.max_score)
    return {
        "test-name": f"{test.title} [{test.id}]",
        "passed": test.status == "passed",
        "score": most if test.status == "passed" else int(test.score or 0),
        "max-score": most,
        "points": [test.score or 0.0, test.max_score],
        "output": "\n".join(for_student(test)),
    }
