"""The schema of results: what is written can be read, and nothing else can."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.records import (
    InvalidRecord,
    Report,
    Submission,
    Test,
    submission_from_json,
    submission_to_json,
    total,
)

scores = st.floats(0, 100, allow_nan=False)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
tests = st.builds(
    Test,
    id=texts,
    task=texts,
    title=texts,
    visible=st.booleans(),
    status=st.sampled_from(["passed", "failed", "could_not_run", "manual"]),
    score=st.none() | scores,
    max_score=scores,
    message=texts,
    hint=texts,
    isolated=st.booleans(),
    seconds=scores,
)
submissions = st.builds(
    Submission,
    student=texts,
    status=st.sampled_from(["graded", "needs_review", "failed", "missing"]),
    score=st.none() | scores,
    max_score=scores,
    late_seconds=st.none() | st.integers(0, 10**9),
    flags=st.lists(texts, max_size=2),
    reason=texts,
    tests=st.lists(tests, max_size=3),
)


@given(st.lists(submissions, max_size=3), st.integers(0, 2**31))
def test_what_is_written_can_be_read(entries, seed):
    report = Report(lesson="06_autograd", seed=seed, submissions=entries)
    assert Report.from_json(report.to_json()) == report


@given(submissions)
def test_a_submission_on_its_own(entry):
    assert submission_from_json(submission_to_json(entry)) == entry


def document() -> dict:
    test = Test("a_check", "a", "A", True, "passed", 1.0, 1.0)
    entry = Submission("ada", "graded", 1.0, 1.0, tests=[test])
    return json.loads(Report(lesson="06", seed=3, submissions=[entry]).to_json())


def test_the_keys_are_those_of_the_design():
    whole = document()
    (entry,) = whole["submissions"]
    assert list(whole) == ["schema", "lesson", "seed", "submissions"]
    assert whole["schema"] == "autograder/1"
    assert set(entry) == {
        *("student", "status", "score", "max_score", "late_seconds", "flags", "reason", "seconds", "tests")
    }
    assert set(entry["tests"][0]) == {
        *("id", "task", "title", "visible", "status", "score", "max_score", "message", "hint", "isolated"),
        "seconds",
    }


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("status", "perfect"),
        ("score", "many"),
        ("score", float("nan")),
        ("late_seconds", 1.5),
        ("flags", "late"),
        ("surprise", 1),
    ],
)
def test_what_the_schema_does_not_have_is_refused_by_name(key, value):
    wrong = document()
    wrong["submissions"][0][key] = value
    with pytest.raises(InvalidRecord, match=key):
        Report.from_json(json.dumps(wrong), where="out.json")


def test_another_schema_is_refused():
    with pytest.raises(InvalidRecord, match="schema"):
        Report.from_json(json.dumps(document() | {"schema": "autograder/2"}))


@pytest.mark.parametrize("text", ["", "[]", "null", "{"])
def test_what_is_no_record_is_refused(text):
    with pytest.raises(InvalidRecord):
        Report.from_json(text)


def test_the_total_leaves_out_what_a_person_marks():
    kinds = [("passed", 2.0, 2.0), ("failed", 0.5, 1.0), ("could_not_run", None, 1.0), ("manual", 3.0, 5.0)]
    listed = [Test("x", "x", "X", True, status, score, points) for status, score, points in kinds]
    assert total(listed) == (2.5, 4.0)
