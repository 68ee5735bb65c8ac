"""What other programs read: the published schema, JUnit XML, Gradescope's results."""

import json
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from autograder import result_schema
from autograder.gradebook import Manual
from autograder.records import FLAGS, Report, Submission, Test
from autograder.renderers import Material, document, gradescope, junit

JUNIT = xmlschema.XMLSchema(Path(__file__).parent / "fixtures" / "junit.xsd")
SCHEMA = json.loads(result_schema.FILE.read_text())
NOON = datetime(2027, 2, 22, 12, tzinfo=UTC)


def case(status: str = "passed", score: float | None = 1.0, **more) -> Test:
    texts = {"title": "A title", "message": "expected 6, got 3", "hint": "look at the factor"}
    return Test(
        **{"id": "a", "task": "slope", "visible": True, "max_score": 2.0, **texts, **more},
        status=status,
        score=score,
    )


def report(*entries: Submission) -> Report:
    return Report(lesson="06_autograd", seed=3, submissions=list(entries))


def graded(*tests: Test, **more) -> Submission:
    return Submission(
        **{"student": "ada", "status": "graded", "score": 1.0, "max_score": 2.0, **more}, tests=list(tests)
    )


texts = st.text(max_size=20)
numbers = st.floats(0, 100, allow_nan=False)
printed = st.text(
    st.characters(exclude_categories=["Cs"]), max_size=20
)  # JSON in UTF-8 has no lone surrogates
cases = st.builds(
    case,
    st.sampled_from(["passed", "failed", "could_not_run", "manual"]),
    st.none() | numbers,
    title=printed,
    message=printed,
    hint=printed,
    visible=st.booleans(),
)
entries = st.builds(
    graded,
    cases,
    cases,
    student=printed,
    score=st.none() | numbers,
    status=st.sampled_from(["graded", "needs_review", "failed", "missing"]),
    reason=printed,
    flags=st.lists(st.sampled_from(sorted(FLAGS)), max_size=2),
)


# The schema


def test_the_published_schema_is_that_of_the_records():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    again = "python -m autograder.result_schema"
    assert result_schema.document() == SCHEMA, again
    assert result_schema.page(result_schema.DOCS.read_text()) == result_schema.DOCS.read_text(), again


@given(st.lists(entries, max_size=3))
def test_what_is_written_is_valid(found):
    written = json.loads(report(*found).to_json())
    jsonschema.validate(written, SCHEMA)
    exported = json.loads(document.render(Material([report(*found)])))
    jsonschema.validate(exported, {**SCHEMA, "$ref": "#/$defs/Export"})


@pytest.mark.parametrize(
    "path", [["schema"], ["submissions", 0, "score"], ["submissions", 0, "tests", 0, "hint"]]
)
def test_the_schema_misses_every_key_that_is_gone(path):
    written = json.loads(report(graded(case())).to_json())
    place = written
    for step in path[:-1]:
        place = place[step]
    del place[path[-1]]
    with pytest.raises(jsonschema.ValidationError, match=path[-1]):
        jsonschema.validate(written, SCHEMA)


def test_the_example_in_the_documentation_is_valid():
    example = re.search(r"```json\n(.*?)```", result_schema.DOCS.read_text(), re.DOTALL)[1]
    jsonschema.validate(json.loads(example), SCHEMA)
    assert Report.from_json(example).submissions[0].tests[0].score == 1.0


# JUnit


@given(st.lists(entries, max_size=3), texts)
def test_junit_is_valid_whatever_the_texts(found, text):
    found.append(graded(case("failed", 0.0, message=text, title=text, hint=text), student="x", reason=text))
    JUNIT.validate(junit.render(Material([report(*found)]), NOON))


def test_junit_counts_and_sorts():
    entry = graded(
        case(),
        case("failed", 0.0),
        case("could_not_run", None, message="", hint=""),
        case("manual", None),
        reason="a cell ended the process",
    )
    suites = ET.fromstring(junit.render(Material([report(entry)]), NOON))
    (suite,) = suites
    counted = [suite.get(name) for name in ("tests", "failures", "errors", "skipped", "timestamp")]
    assert counted == ["4", "1", "1", "1", "2027-02-22T12:00:00"]
    tests = suite.findall("testcase")
    assert [[child.tag for child in test] for test in tests] == [[], ["failure"], ["error"], ["skipped"]]
    assert tests[1][0].text == "expected 6, got 3\n\nlook at the factor"
    assert tests[2][0].get("message") == "a cell ended the process"
    given_points = Material([report(entry)], {("06_autograd", "ada"): {"06_autograd/a": Manual(2.0)}})
    assert ET.fromstring(junit.render(given_points, NOON))[0].get("skipped") == "0"


def test_nobody_who_handed_in_nothing_has_failed():
    entry = graded(case("could_not_run", None), status="missing", score=None, reason="nothing was handed in")
    (suite,) = ET.fromstring(junit.render(Material([report(entry)]), NOON))
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("0", "0", "1")
    assert "score" not in [prop.get("name") for prop in suite.find("properties")]


@pytest.mark.parametrize(
    "render",
    [
        lambda entry: junit.render(Material([report(entry)]), NOON),
        lambda entry: gradescope.render("06_autograd", entry),
    ],
)
def test_of_a_hidden_test_only_title_and_hint(render):
    text = render(graded(case("failed", 0.0, visible=False, message="expected 42")))
    assert "42" not in text and "A title" in text and "look at the factor" in text


# Gradescope

# By https://gradescope-autograders.readthedocs.io/en/latest/specs/#output-format
FORMATS = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
VISIBLE = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
GRADESCOPE = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number"},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": FORMATS,
        "test_output_format": FORMATS,
        "test_name_format": FORMATS,
        "visibility": VISIBLE,
        "stdout_visibility": VISIBLE,
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "name_format": FORMATS,
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": FORMATS,
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": VISIBLE,
                    "extra_data": {"type": "object"},
                },
            },
        },
    },
}  # fmt: skip


@given(entries)
def test_gradescope_reads_it_and_no_mark_is_no_score(entry):
    found = json.loads(gradescope.render("06_autograd", entry))
    jsonschema.validate(found, GRADESCOPE)
    assert ("score" in found) == ("tests" in found) == (entry.score is not None)
    if entry.score is None:
        assert entry.reason in found["output"]


def test_what_gradescope_shows():
    entry = graded(case("failed", 1.0), case("manual", None, id="why", title="Why", message="", hint=""))
    waiting = gradescope.results("06", entry, {})
    assert waiting["score"] == 1.0 and "still reads: 1" in waiting["output"]
    test, manual = waiting["tests"]
    assert (test["name"], test["score"], test["max_score"], test["status"]) == ("A title", 1.0, 2.0, "failed")
    assert "score" not in manual and manual["output"] == "A person gives the points."
    judged = gradescope.results("06", entry, {"06/why": Manual(1.5, "well said")})
    assert (judged["score"], judged["tests"][1]["score"]) == (2.5, 1.5)
    assert judged["tests"][1]["output"] == "well said"
