"""`autograder grade`: everyone gets a status, nothing is lost, nothing is done twice, nothing changes unsaid."""

import sys
from datetime import date

import pytest

from autograder.gradebook import Grades, Manual

from .graded_class import LESSON, Class


@pytest.fixture
def squares(autograder, recipes, tmp_path) -> Class:
    return Class(autograder, recipes, recipes.courses.text_course(tmp_path / "course"))


def test_marks_reach_gradebook_folders_and_file(squares):
    squares.hand_in("perfect", "half_done", "broken_json")
    done = squares.grade("--workers", "2")
    assert done.code == 1
    assert squares.scores() == {"broken_json": None, "half_done": 5, "perfect": 6}
    with squares.gradebook() as book:
        perfect = book.find_submission(LESSON, "perfect")
        assert (perfect.score, perfect.max_score, perfect.needs_manual_grade) == (6, 9, True)
        assert perfect.timestamp is None  # as in the folder: formgrader compares them
        broken = book.find_submission(LESSON, "broken_json").notebooks[0]
        assert broken.needs_manual_grade and broken.flagged
        assert {grade.auto_score for grade in broken.grades} == {None}
        assert book.find_assignment(LESSON).duedate.date() == date(2027, 1, 18)
    folder = squares.course.autograded_dir / "perfect" / LESSON
    assert [path.name for path in folder.iterdir()] == [f"{LESSON}.ipynb"]
    assert "broken_json: 01_squares.ipynb is not valid JSON" in done.out


def test_good_news_only_is_exit_code_0(squares):
    squares.hand_in("perfect")
    assert squares.grade().code == 0


def test_a_second_run_grades_only_what_is_new(squares):
    squares.hand_in("perfect", "empty")
    squares.grade()
    first, before = squares.report, squares.autograded()
    squares.hand_in("wrong_answer")
    done = squares.grade()
    assert squares.report["seed"] == first["seed"]
    assert {k: v for k, v in squares.autograded().items() if k in before} == before
    assert [squares.marks[one["student"]] for one in first["submissions"]] == first["submissions"]
    assert squares.scores()["wrong_answer"] == 2
    assert "2 of 3 were graded before" in done.out


def test_who_handed_in_nothing_is_missing_and_not_zero(squares):
    squares.hand_in("perfect")
    with Grades(squares.course) as grades:
        grades.book.add_student("grace")
    assert squares.grade().code == 1
    assert (squares.marks["grace"]["status"], squares.marks["grace"]["score"]) == ("missing", None)
    with squares.gradebook() as book:
        assert [one.student.id for one in book.assignment_submissions(LESSON)] == ["perfect"]


def test_nothing_at_all(squares):
    done = squares.autograder("--course", squares.root, "grade", LESSON)
    assert done.code == 2 and "STUDENT/01_squares/" in done.err


def test_one_student_only(squares):
    squares.hand_in("perfect", "empty")
    assert squares.grade("--student", "perfect").code == 0
    assert squares.scores() == {"perfect": 6}
    done = squares.autograder("--course", squares.root, "grade", LESSON, "--student", "nobody")
    assert done.code == 2 and "nobody" in done.err


def test_manual_marks_survive_a_new_submission_and_are_to_be_looked_at(squares):
    squares.hand_in("perfect")
    squares.grade()
    with squares.gradebook() as book:
        grade = book.find_grade("why", LESSON, LESSON, "perfect")
        grade.manual_score, grade.needs_manual_grade = 2.0, False
        book.find_comment("why", LESSON, LESSON, "perfect").manual_comment = "well said"
        book.db.commit()
    assert "2 / 3" in squares.grade().out
    squares.answer("perfect", mean="def mean(values): return 0")
    squares.grade()
    with squares.gradebook() as book:
        grade = book.find_grade("why", LESSON, LESSON, "perfect")
        assert (grade.manual_score, grade.needs_manual_grade) == (2.0, True)
        assert book.find_comment("why", LESSON, LESSON, "perfect").manual_comment == "well said"


def test_what_persons_gave_is_known_for_all_at_once(squares):
    squares.hand_in("perfect", "empty")
    squares.grade()
    with squares.gradebook() as book:
        grade = book.find_grade("why", LESSON, LESSON, "perfect")
        grade.manual_score, grade.extra_credit, grade.needs_manual_grade = 2.0, 0.5, False
        book.find_grade("mean_check", LESSON, LESSON, "empty").extra_credit = 1.0
        book.find_comment("mean", LESSON, LESSON, "empty").manual_comment = "look again"
        book.db.commit()
    with Grades(squares.course) as grades:
        grades.book.add_student("grace")
        known = grades.all_manual(LESSON)
        assert {name: grades.manual(LESSON, name) for name in known} == known
        assert grades.manual(LESSON, "grace") == {} == grades.all_manual("02_other")
    place = f"{LESSON}/"
    assert set(known) == {"perfect", "empty"} and set(known["perfect"]) == set(known["empty"])
    assert known["perfect"][place + "why"] == Manual(2.5)
    assert known["perfect"][place + "mean_check"] == known["perfect"][place + "mean"] == Manual(None)
    assert known["empty"][place + "mean_check"] == Manual(1.0)
    assert known["empty"][place + "mean"] == Manual(None, "look again")


def test_a_resubmission_is_graded_again_and_said(squares):
    squares.hand_in("perfect")
    squares.grade()
    squares.answer("perfect", mean="pass")
    done = squares.grade()
    assert squares.scores() == {"perfect": 4}
    assert "perfect: 6 -> 4 (handed in again)" in done.out
    assert "mean_check: 2 -> 0" in done.out


def test_a_resubmission_that_cannot_be_read_has_no_old_marks(squares):
    squares.hand_in("perfect")
    squares.grade()
    (squares.course.submitted_dir / "perfect" / LESSON / f"{LESSON}.ipynb").write_text("{")
    squares.grade()
    assert squares.scores() == {"perfect": None}
    with squares.gradebook() as book:
        assert book.find_submission(LESSON, "perfect").score == 0
        assert book.find_submission(LESSON, "perfect").needs_manual_grade


def test_a_stricter_test_does_not_take_marks_unless_that_is_accepted(squares):
    squares.hand_in("perfect", "empty")
    squares.grade()
    squares.edit_source("assert number == 144", "assert number == 145")
    done = squares.grade()
    assert done.code == 1
    assert "perfect: 6 -> 5 (graded again)" in done.out and "old marks are kept" in done.out
    assert squares.scores() == {"perfect": 6, "empty": 0}
    with squares.gradebook() as book:
        assert book.find_submission(LESSON, "perfect").score == 6
    assert squares.grade("--accept-lower").code == 0
    assert squares.scores() == {"perfect": 5, "empty": 0}
    with squares.gradebook() as book:
        assert book.find_submission(LESSON, "perfect").score == 5


def test_a_repaired_test_gives_marks(squares):
    squares.edit_source("assert number == 144", "assert number == 145")
    squares.hand_in("perfect")
    squares.grade()
    squares.edit_source("assert number == 145", "assert number == 144")
    assert "perfect: 5 -> 6 (graded again)" in squares.grade().out


def test_regrade_repeats_with_the_same_seed_and_changes_nothing(squares):
    squares.hand_in("perfect", "wrong_answer")
    squares.grade("--seed", "11")
    before, files = squares.report, squares.autograded()
    done = squares.grade("--regrade")
    assert squares.report["seed"] == 11 and "->" not in done.out
    assert squares.autograded() != files
    for one, other in zip(before["submissions"], squares.report["submissions"], strict=True):
        assert [t["message"] for t in one["tests"]] == [t["message"] for t in other["tests"]]


def test_another_seed_gives_other_inputs(squares):
    squares.hand_in("wrong_answer")
    messages = []
    for seed in ("1", "2"):
        squares.grade("--seed", seed)
        messages.append([test["message"] for test in squares.marks["wrong_answer"]["tests"]])
    assert messages[0] != messages[1]


def test_a_changed_set_of_tests_is_refused_while_there_are_marks(squares):
    squares.hand_in("perfect")
    squares.grade()
    squares.edit_source('"grade_id": "number_check"', '"grade_id": "number_test"')
    done = squares.grade()
    assert done.code == 2
    assert "gone: number_check; new: number_test" in done.err


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python reads such f-strings")
def test_what_only_a_newer_python_can_read_is_looked_at(squares):
    squares.answer("perfect", mean='def mean(values): return f"{\'a\' + "b"}"')
    squares.grade()
    marks = squares.marks["perfect"]
    assert marks["status"] == "needs_review" and marks["score"] < 6
    assert marks["reason"].startswith(
        "`mean` may be right in a newer Python: 3.11 cannot read an f-string in it"
    )


def test_what_is_lost_by_an_example_that_was_played_with_is_looked_at(squares):
    material = squares.recipes.Material.of(squares.course, LESSON)
    for name, numbers in (("ada", "[1.0, 2.0]"), ("bo", "[3.0, 1.0, 2.0] * 1")):
        notebook = material.solved(number="number = -1")
        (example,) = (cell for cell in notebook.cells if "numbers = [3.0" in cell.source)
        example.source = f"import math\n\nnumbers = {numbers}"
        material.folder = squares.course.submitted_dir / name / LESSON
        material.hand_in(notebook)
    squares.grade()
    needs = "was not passed and needs `numbers`, whose example was changed"
    assert squares.marks["ada"]["status"] == "needs_review"
    assert squares.marks["ada"]["reason"] == f"`squares_check` {needs}; `mean_check` {needs}"
    assert (squares.marks["bo"]["status"], squares.marks["bo"]["reason"]) == ("graded", "")
    assert squares.marks["bo"]["score"] == 5


def test_late_work_is_marked_and_an_extension_settles_it(squares):
    squares.hand_in("late", "extended")
    assert squares.grade().code == 1
    late, extended = squares.marks["late"], squares.marks["extended"]
    assert (late["status"], late["score"], late["flags"]) == ("needs_review", 6, ["late"])
    assert (extended["status"], extended["flags"]) == ("graded", ["extended"])
    assert extended["late_seconds"] == 3 * 86400 - 43199
    with squares.gradebook() as book:
        assert book.find_submission(LESSON, "late").notebooks[0].flagged
    (squares.root / "extensions.yml").write_text(
        f"extensions:\n  - student: late\n    lesson: {LESSON}\n    until: 2027-01-31\n"
    )
    assert squares.grade().code == 0
    assert squares.marks["late"]["flags"] == ["extended"]
    with (squares.root / "extensions.yml").open("a") as file:
        file.write(f"  - student: latte\n    lesson: {LESSON}\n    until: 2027-01-31\n")
    said = squares.grade().out
    assert "names `latte`, who is not known here: did you mean `late`?" in said
    assert (
        f"2 written answers wait for points: formgrader, Manual Grading; then autograder feedback {LESSON}"
        in said
    )
    with squares.gradebook() as book:
        assert not book.find_submission(LESSON, "late").notebooks[0].flagged


# Plain courses


def test_a_plain_nbgrader_course_is_graded_too(autograder, recipes, tmp_path):
    squares = Class(autograder, recipes, recipes.courses.plain_course(tmp_path / "plain"))
    squares.hand_in("perfect", "half_done", "empty")
    assert squares.grade().code == 0
    assert squares.scores() == {"perfect": 6, "half_done": 5, "empty": 0}
    assert {one["late_seconds"] for one in squares.marks.values()} == {None}


def test_a_lesson_of_several_notebooks(autograder, recipes, tmp_path):
    squares = Class(autograder, recipes, recipes.courses.plain_course(tmp_path / "plain"))
    folder = squares.course.source_dir / LESSON
    (folder / "again.ipynb").write_text((folder / f"{LESSON}.ipynb").read_text())
    for student, names in {"both": ("again", LESSON), "one": (LESSON,)}.items():
        place = squares.course.submitted_dir / student / LESSON
        place.mkdir(parents=True)
        for name in names:
            (place / f"{name}.ipynb").write_text((folder / f"{LESSON}.ipynb").read_text())
    assert squares.grade().code == 1
    assert squares.scores() == {"both": 12, "one": 6}
    assert squares.marks["one"]["status"] == "needs_review"
    assert "again.ipynb was not handed in" in squares.marks["one"]["reason"]
    assert {test["id"] for test in squares.marks["both"]["tests"]} >= {
        "again/mean_check",
        f"{LESSON}/mean_check",
    }


def test_help_has_examples(autograder):
    for verb in ("grade", "feedback", "export", "report", "demo"):
        done = autograder(verb, "--help")
        assert done.code == 0 and "Examples:" in done.out


def test_formgrader_finds_everyone(squares):
    """What formgrader's pages are made from: nobody is lost, and what is worth a look stands out."""
    from nbgrader.apps.api import NbGraderAPI

    squares.hand_in("perfect", "half_done", "broken_json", "late")
    stamp = squares.course.submitted_dir / "half_done" / LESSON / "timestamp.txt"
    stamp.write_text("2027-01-13 10:00:00.000000 UTC")
    squares.grade()
    assert (
        squares.course.autograded_dir / "half_done" / LESSON / "timestamp.txt"
    ).read_text() == stamp.read_text()
    config = squares.course.nbgrader_config()
    config.Exchange.root = str(squares.root)
    api = NbGraderAPI(config=config)
    (assignment,) = [one for one in api.get_assignments() if one["name"] == LESSON]
    assert (assignment["num_submissions"], assignment["max_score"]) == (4, 9)
    found = {one["student"]: one for one in api.get_submissions(LESSON)}
    assert {name: (one["autograded"], one["score"]) for name, one in found.items()} == {
        "perfect": (True, 6),
        "half_done": (True, 5),
        "broken_json": (True, 0),
        "late": (True, 6),
    }
    assert {name for name, one in found.items() if one["needs_manual_grade"]} == {
        "perfect",
        "broken_json",
        "late",
    }
    notebooks = api.get_notebook_submissions(LESSON, LESSON)
    assert {one["student"] for one in notebooks if one["flagged"]} == {"broken_json", "late"}
