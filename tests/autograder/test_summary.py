"""Results for GitHub's step summary and for Classroom 50: hostile text stays text, hidden tests say nothing."""

import html
import json
from datetime import UTC, datetime

from jsonschema import Draft202012Validator

from autograder.records import Report, Submission, Test
from autograder.renderers import Material, classroom50, summary

HOSTILE = '</td><img src=x onerror=alert(1)> | @org/team [a](javascript:b) `x`\n![](https://evil.example/p) www.a.b $x$ &amp; "'


def submission(**other) -> Submission:
    tests = [
        Test("a", "t", HOSTILE, True, "failed", 0.5, 1.5, message=HOSTILE, hint="look"),
        Test("b", "t", "Random", False, "failed", 0.0, 2.0, message="secret", hint="a hint"),
        Test("c", "t", "Right", True, "passed", 1.0, 1.0),
        Test("d", "w", "Why", True, "manual", None, 3.0),
    ]
    said = {"status": "graded", "score": 1.5, "max_score": 4.5, "tests": tests, **other}
    return Submission(HOSTILE, **said)


def shown(**other) -> str:
    return summary.render(Material([Report("01_a", 1, [submission(**other)])]), ["note"])


def test_the_summary_holds_the_table():
    text = shown()
    assert "### 01&#95;a: 1.5 of 4.5 points" in text and "> note" in text
    assert "| t | Right | passed | 1 / 1 |  |" in text
    assert "| w | Why | by hand |  / 3 |  |" in text
    assert "secret" not in text and "a hint" in text


def test_no_sign_of_a_student_works_in_the_summary():
    text = shown(reason=HOSTILE)
    own = text.replace("<br>", "").replace("> note", "").replace("**failed**", "")
    for sign in '<>"`@[]$\\':
        assert sign not in own, sign
    assert "://" not in own and "www." not in own
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert all(line.count("|") == 6 for line in rows) and len(rows) == 6
    assert HOSTILE.split("\n")[0] in html.unescape(text)


def test_a_long_summary_is_cut_before_github_drops_it():
    long = submission(reason="<" * 300_000)
    text = summary.render(Material([Report("01_a", 1, [submission(), long])]))
    assert len(text.encode()) < 2**20 and "The rest is left out" in text and "1.5 of 4.5" in text


def test_no_marks_are_not_zero():
    assert "no marks" in shown(status="failed", score=None, reason="broken")


# The parts that matter here of https://github.com/foundation50/classroom50/blob/main/schemas/result-v1.schema.json
POINTS = {"type": "integer", "minimum": 0}
TEXT = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"}
TEST_RESULT = {
    "type": "object",
    "required": ["test-name", "passed", "score", "max-score"],
    "properties": {"test-name": TEXT, "passed": {"type": "boolean"}, "score": POINTS, "max-score": POINTS},
}
RESULT = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "schema": {"const": "classroom50/result/v1"},
        "classroom": TEXT,
        "assignment": TEXT,
        "assignment_type": {"enum": ["individual", "group"]},
        "owner": TEXT,
        "submission": {"type": "string", "pattern": "^submit/"},
        "commit": TEXT,
        "release": TEXT,
        "review": TEXT,
        "datetime": MOMENT,
        "score": POINTS,
        "max-score": POINTS,
        "tests": {"type": "array", "items": TEST_RESULT},
    },
}
RESULT["required"] = list(RESULT["properties"])
ENVIRONMENT = {
    "CLASSROOM": "course",
    "ASSIGNMENT": "01-a",
    "USERNAME": "ada",
    "OWNER": "ada",
    "ASSIGNMENT_TYPE": "",
    "SUBMISSION_TAG": "submit/2027-01-12T10-00-00Z-abc1234",
    "COMMIT_URL": "https://example.org/c",
    "RELEASE_URL": "https://example.org/r",
}


def test_classroom_50_gets_what_its_schema_asks_for():
    text = classroom50.render(submission(), ENVIRONMENT, datetime(2027, 1, 12, 10, tzinfo=UTC))
    found = json.loads(text)
    Draft202012Validator(RESULT).validate(found)
    assert (found["score"], found["max-score"]) == (1, 4)
    assert found["tests"][0]["points"] == [0.5, 1.5]
    assert "secret" not in text and len(found["tests"]) == 3
    assert all(test["score"] <= test["max-score"] for test in found["tests"])
