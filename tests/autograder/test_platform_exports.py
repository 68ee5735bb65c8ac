"""What goes into Canvas's and Moodle's gradebooks, from lists as they export them."""

import csv
import io
from pathlib import Path

import pytest

from autograder.errors import AutograderError
from autograder.gradebook import Manual
from autograder.records import Report, Submission, Test
from autograder.renderers import Material, canvas, moodle
from autograder.roster import Roster

LESSON = "06_autograd"

# As Canvas exports it, with the line of manual posting and the read-only columns behind.
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Tensors (4001),Autograd (4006),Current Score,Final Score
,,,,,,Manual Posting,,
    Points Possible,,,,,8,5,(read only),(read only)
"Lovelace, Ada",71,s-001,ada@uni.edu,Group 1,8,,90,50
"Hopper, Grace",72,s-002,ghopper,"Group 1, and Group 2",7,5,95,95
"Noether, Émmy",73,s-003,enoether,Group 1,,3,,
"=cmd|' /C calc'!A0",74,s-004,turing,Group 1,,,,
"Student, Test",75,,f00ba4,Group 1,,,,
"""

# As Moodle's assignment offers it.
WORKSHEET = """\
Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed","Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 501","Ada Lovelace",ada@uni.edu,"Submitted for grading - ",,5.00,Yes,"Monday, 22 February 2027, 11:58 PM",-,
"Participant 502","Grace Hopper",grace@uni.edu,"No submission - ",2.00,5.00,Yes,-,"Tuesday, 23 February 2027, 9:12 AM","as before"
"""


def entry(
    student: str, score: float | None = 2.0, status: str = "graded", written: float | None = 3.0
) -> Submission:
    tests = [
        Test("a", "a", "The <b>slope</b>", True, "failed", score, 2.0, "got 1", "look at the factor"),
        Test("b", "b", "Hidden", False, "failed", score and 0.0, 0.5, "expected 42", "small numbers"),
        Test("why", "why", "Why", True, "manual", written, 3.0),
    ]
    return Submission(student, status, score, 2.0, tests=tests)


def material(tmp_path: Path, *entries: Submission, lists: tuple[str, ...] = (), **more) -> Material:
    rosters = []
    for number, text in enumerate(lists):
        file = tmp_path / f"{number}.csv"
        file.write_text(text, encoding="utf-8-sig", newline="")
        rosters.append(Roster.read(file))
    report = Report(lesson=LESSON, seed=1, submissions=list(entries))
    return Material([report], titles={LESSON: "Autograd"}, rosters=rosters, **more)


def lines(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


# Canvas


def test_canvas_gets_its_own_columns_and_only_those_with_a_score(tmp_path):
    given = material(
        tmp_path,
        entry("ada@uni.edu"),
        entry("ghopper", None, "failed"),
        entry("enoether", written=None),
        entry("turing", 0.0, written=0.0),
        lists=(CANVAS,),
    )
    assert lines(canvas.render(given)) == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Autograd (4006)"],
        ["    Points Possible", "", "", "", "", "5"],
        ["Lovelace, Ada", "71", "s-001", "ada@uni.edu", "Group 1", "5"],
        ["'=cmd|' /C calc'!A0", "74", "s-004", "turing", "Group 1", "0"],
    ]
    assert not given.notes


@pytest.mark.parametrize(
    "student",
    ["ada@uni.edu", "ADA@uni.edu", "s-001", "71", "ada", "Ada Lovelace", "lovelaceada", "lovelaceada_71"],
)
def test_a_student_is_found_by_any_of_their_names(tmp_path, student):
    assert lines(canvas.render(material(tmp_path, entry(student), lists=(CANVAS,))))[2][1] == "71"


def test_accents_do_not_matter(tmp_path):
    assert lines(canvas.render(material(tmp_path, entry("Emmy Noether"), lists=(CANVAS,))))[2][1] == "73"


def test_a_list_of_the_course_says_who_is_who(tmp_path):
    own = "id,github,canvas_id\noctocat,octocat,72\n"
    given = material(tmp_path, entry("octocat"), lists=(CANVAS, own))
    assert lines(canvas.render(given))[2][1] == "72" and not given.notes


def test_who_is_not_in_the_list_is_named(tmp_path):
    given = material(tmp_path, entry("mallory"), entry("Points Possible\x1b"), lists=(CANVAS,))
    assert len(lines(canvas.render(given))) == 2
    assert given.notes == [
        "mallory: not in the roster, left out",
        "Points Possible\\x1b: not in the roster, left out",
    ]


def test_two_names_of_one_person_are_not_guessed(tmp_path):
    given = material(tmp_path, entry("ada"), entry("lovelaceada"), lists=(CANVAS,))
    assert len(lines(canvas.render(given))) == 2
    assert given.notes == ["ada and lovelaceada: the same person in the roster, left out"]


def test_two_persons_of_one_name_are_not_guessed(tmp_path):
    twins = CANVAS + '"Lovelace, Ada",99,s-099,al2,Group 1,,,,\n'
    given = material(tmp_path, entry("Ada Lovelace"), lists=(twins,))
    assert len(lines(canvas.render(given))) == 2 and "more than one" in given.notes[0]


def test_other_points_in_canvas_are_said(tmp_path):
    given = material(tmp_path, entry("ada"), lists=(CANVAS.replace("8,5,(read", "8,10,(read"),))
    canvas.render(given)
    assert given.notes == [f"{LESSON}: 5 points here, 10 in Canvas; set the assignment to 5"]


def test_semicolons_and_decimal_commas_of_other_countries(tmp_path):
    table = io.StringIO(newline="")
    csv.writer(table, delimiter=";").writerows(
        [cell.replace("8", "8,00") for cell in row] for row in lines(CANVAS)
    )
    text = canvas.render(material(tmp_path, entry("ada", 1.5), lists=(table.getvalue(),)))
    assert lines(text, ";")[2][-1] == "4.5"


def test_the_column_is_the_lessons_or_the_one_that_is_named(tmp_path):
    text = canvas.render(material(tmp_path, entry("ada"), lists=(CANVAS,)), "tensors")
    assert lines(text)[0][-1] == "Tensors (4001)"
    for table, column, said in [
        (CANVAS, "Essay", "there is no column in it for Essay: Tensors, Autograd"),
        (CANVAS.replace("Tensors (", "Autograd ("), "", "there are 2 columns"),
    ]:
        with pytest.raises(canvas.NoColumn, match=said):
            canvas.render(material(tmp_path, entry("ada"), lists=(table,)), column)


def test_canvas_needs_its_own_list_and_one_lesson(tmp_path):
    with pytest.raises(AutograderError, match="Export Entire Gradebook"):
        canvas.render(material(tmp_path, entry("ada"), lists=("id,name\nada,Ada\n",)))
    two = material(tmp_path, entry("ada"), lists=(CANVAS,))
    two.reports = [*two.reports, *two.reports]
    for render in (canvas.render, moodle.render):
        with pytest.raises(AutograderError, match="one lesson at a time"):
            render(two)


# Moodle


def test_a_worksheet_is_filled_in(tmp_path):
    given = material(
        tmp_path, entry("ada@uni.edu"), entry("grace@uni.edu", None, "missing"), lists=(WORKSHEET,)
    )
    head, *rows = lines(moodle.render(given))
    assert head == lines(WORKSHEET)[0] and len(rows) == 1
    (row,) = [dict(zip(head, row, strict=True)) for row in rows]
    assert (row["Identifier"], row["Grade"], row["Last modified (grade)"]) == ("Participant 501", "5", "-")
    assert row["Feedback comments"] == ("5 of 5 points.<br>Hidden (0 of 0.5): small numbers")
    assert not given.notes


def test_feedback_quotes_html_and_hides_what_is_hidden(tmp_path):
    comment = {(LESSON, "ada"): {f"{LESSON}/why": Manual(1.0, "<script>alert(1)</script>\nsee me")}}
    given = material(tmp_path, entry("ada", 1.0), lists=(WORKSHEET,), manual=comment)
    text = moodle.feedback(given, given.reports[0], given.reports[0].submissions[0])
    assert text == (
        "2 of 5 points.<br>The &lt;b&gt;slope&lt;/b&gt; (1 of 2): look at the factor<br>"
        "Hidden (0 of 0.5): small numbers<br>Why (1 of 3): &lt;script&gt;alert(1)&lt;/script&gt;<br>see me"
    )
    assert "42" not in text


def test_the_gradebooks_import_gets_addresses(tmp_path):
    own = "id,name,email\n,Nobody,\nada,Ada Lovelace,ada@uni.edu\neve,Eve,=1+1@x\n"
    given = material(tmp_path, entry("ada"), entry("eve"), entry("mallory"), lists=(own,))
    head, *rows = lines(moodle.render(given))
    assert head == ["Email address", "Autograd", "Autograd (feedback)"]
    assert [row[:2] for row in rows] == [["ada@uni.edu", "5"]]
    assert given.notes == [
        "mallory: not in the roster, left out",
        "=1+1@x: a spreadsheet would compute the address, left out",
    ]


@pytest.mark.parametrize(("student", "key"), [("ada@uni.edu", "Email address"), ("ada", "Username")])
def test_without_a_list_our_names_are_moodles(tmp_path, student, key):
    given = material(tmp_path, entry(student))
    head, row = lines(moodle.render(given))
    assert (head[0], row[:2]) == (key, [student, "5"]) and "without --roster" in given.notes[0]


def test_a_list_without_addresses_is_none_for_moodle(tmp_path):
    german = WORKSHEET.replace("Identifier", "ID").replace("Email address", "E-Mail-Adresse")
    with pytest.raises(AutograderError, match="made in English"):
        moodle.render(material(tmp_path, entry("ada"), lists=(german,)))


def test_the_commands(recipes, tmp_path, autograder):
    course = recipes.courses.text_course(tmp_path / "course")
    recipes.courses.hand_in(course, "perfect", "empty", "broken_json")
    autograder("--course", course.root, "grade", "01", "--workers", 1)
    (tmp_path / "canvas.csv").write_text(
        CANVAS.replace("Autograd (", "Squares (").replace("ghopper", "empty")
    )
    (tmp_path / "own.csv").write_text(
        "id,canvas_id,email\nperfect,71,ada@uni.edu\nbroken_json,73,emmy@uni.edu\n"
    )
    done = autograder(
        *("--course", course.root, "export", "01", "--to", "canvas", "-o", tmp_path / "import.csv"),
        *("--roster", tmp_path / "canvas.csv", "--roster", tmp_path / "own.csv"),
    )
    # `perfect` waits for a person, `broken_json` could not be graded, `empty` has nothing that anybody must read.
    assert [row[1:] for row in lines((tmp_path / "import.csv").read_text())[2:]] == [
        ["72", "s-002", "empty", "Group 1, and Group 2", "0"]
    ]
    assert done.code == 1 and "9 points here, 5 in Canvas" in done.err and "2 without a score" in done.err
    moodle_ = autograder(
        "--course", course.root, "export", "01", "--to", "moodle", "--roster", tmp_path / "own.csv"
    )
    assert moodle_.code == 1 and "empty: not in the roster" in moodle_.err
    assert lines(moodle_.out) == [["Email address", "Squares", "Squares (feedback)"]]
    missing = autograder("--course", course.root, "export", "01", "--to", "canvas")
    assert missing.code == 2 and "Export Entire Gradebook" in missing.err
