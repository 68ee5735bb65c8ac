"""Exported marks: nothing that is not graded is a number, nothing that a spreadsheet would compute."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.gradebook import Manual
from autograder.records import Report, Submission, Test
from autograder.renderers import Material, document, tests, totals

LESSON = "01_squares"


def entry(student: str = "ada", status: str = "graded", score: float | None = 2.0, **more) -> Submission:
    tests = [
        Test("a", "a", "A", True, "passed", 2.0, 2.0),
        Test("why", "why", "Why", True, "manual", more.pop("written", None), 3.0),
    ]
    return Submission(student, status, score, 2.0, tests=tests, **more)


def material(*entries: Submission, manual: dict | None = None) -> Material:
    report = Report(lesson=LESSON, seed=1, submissions=list(entries))
    return Material([report], {(LESSON, student): mark for student, mark in (manual or {}).items()})


def table(*entries: Submission, render=totals.render, manual: dict | None = None) -> list[dict]:
    text = render(material(*entries, manual=manual))
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_score_is_there_when_all_of_it_is():
    waiting, empty, given_ = table(
        entry("a"), entry("b", written=0.0), entry("c"), manual={"c": {f"{LESSON}/why": Manual(2.5)}}
    )
    assert (waiting["score"], waiting["tests_score"], waiting["manual_open"]) == ("", "2", "1")
    assert (empty["score"], empty["max_score"], empty["manual_open"]) == ("2", "5", "0")
    assert (given_["score"], given_["manual_score"]) == ("4.5", "2.5")


@pytest.mark.parametrize("status", ["missing", "failed", "needs_review"])
def test_not_graded_is_never_a_number(status):
    (row,) = table(entry(status=status, score=None, reason="why"))
    assert (row["score"], row["tests_score"], row["manual_score"]) == ("", "", "")
    assert (row["status"], row["reason"]) == (status, "why")
    (mark,) = json.loads(document.render(material(entry(status=status, score=None))))["marks"]
    assert mark["score"] is None and mark["tests_score"] is None
    cases = table(entry(status=status, score=None), render=tests.render)
    assert [case["manual_score"] for case in cases] == ["", ""] and cases[1]["score"] == ""


def test_a_person_can_overrule_a_test():
    manual = {"ada": {f"{LESSON}/a": Manual(0.5, "nearly")}}
    (row,) = table(entry(written=0.0), manual=manual)
    assert row["score"] == "0.5"
    case = table(entry(), render=tests.render, manual=manual)[0]
    assert [case[key] for key in ("score", "test_score", "manual_score", "comment")] == [
        "0.5",
        "2",
        "0.5",
        "nearly",
    ]


def test_a_line_for_each_test():
    cases = table(entry("ada"), entry("bob", "missing", None), render=tests.render)
    assert [(case["student"], case["submission"], case["test"]) for case in cases] == [
        ("ada", "graded", "a"),
        ("ada", "graded", "why"),
        ("bob", "missing", "a"),
        ("bob", "missing", "why"),
    ]
    assert list(cases[0]) == list(tests.FIELDS)


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
starts = st.sampled_from(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", 'a"b,c\nd'])


@given(texts | starts, texts | starts)
def test_no_formula_and_no_broken_line(student, reason):
    (row,) = table(entry(student, reason=reason))
    for value, written in ((student, row["student"]), (reason, row["reason"])):
        assert written == "-" or not written.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
        assert written in (value, "'" + value)
    assert list(row) == list(totals.FIELDS)


@pytest.fixture
def graded(recipes, tmp_path, autograder):
    course = recipes.courses.text_course(tmp_path)
    recipes.courses.hand_in(course, "perfect", "broken_json", "formula")
    autograder("--course", course.root, "grade", LESSON)
    return course


def test_the_command(graded, autograder):
    done = autograder(
        "--course", graded.root, "export", LESSON, "--to", "csv", "-o", graded.root / "marks.csv"
    )
    assert done.code == 0 and "3 without a score" in done.err
    with open(graded.root / "marks.csv", newline="") as file:
        read = {row["student"]: row for row in csv.DictReader(file)}
    assert set(read) == {"perfect", "broken_json", "'=1+1"}
    assert (read["perfect"]["tests_score"], read["broken_json"]["tests_score"]) == ("6", "")
    printed = autograder("--course", graded.root, "export", "01", "--to", "json").out
    assert Report.from_json(json.dumps(json.loads(printed)["reports"][0])).lesson == LESSON


def test_every_format_of_a_graded_course(graded, autograder):
    def export(*words):
        return autograder("--course", graded.root, "export", "01", *words)

    assert export("--to", "csv-tests").out.startswith("lesson,student,")
    assert export("--to", "junit").out.startswith("<?xml")
    one = json.loads(export("--to", "gradescope", "--student", "perfect").out)
    assert one["score"] == 6 and all(test["visibility"] == "visible" for test in one["tests"])
    several = export("--to", "gradescope")
    assert several.code == 2 and "--output FOLDER" in several.err
    done = export("--to", "gradescope", "-o", graded.root / "results")
    assert done.code == 1 and "=1+1: not the name of a folder" in done.err
    written = sorted(path.relative_to(graded.root) for path in (graded.root / "results").rglob("*.json"))
    assert [str(path) for path in written] == [
        f"results/{name}/{LESSON}/results.json" for name in ("broken_json", "perfect")
    ]
    assert "score" not in json.loads((graded.root / written[0]).read_text())
    nobody = export("--student", "nobody")
    assert nobody.code == 2 and "no student `nobody`" in nobody.err


def test_nothing_graded_yet(recipes, tmp_path, autograder):
    course = recipes.courses.text_course(tmp_path)
    done = autograder("--course", course.root, "export", LESSON)
    assert done.code == 2 and f"autograder grade {LESSON}" in done.err
    assert autograder("--course", course.root, "report", LESSON).code == 2
