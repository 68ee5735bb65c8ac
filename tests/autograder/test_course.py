"""course.yml: what is in it, what is wrong with it and where, and courses that have none."""

import os
import textwrap
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.course import Course
from autograder.errors import InvalidCourseFile, NoCourse, NoSuchLesson
from autograder.settings import BrokenConfiguration, UnusualLayout

ROOT = Path(__file__).parents[2]
ONCE = "{student: a, lesson: 01_first, until: 2027-03-01}"
VALID = """\
    title: A course
    repository: https://github.com/somebody/course
    lessons:
      - id: 01_first
        title: First
        opens: 2027-01-11
      - id: 02_second
        title: Second
        prerequisites: [01_first]
        limits: {cell_seconds: 5}
"""


def load(folder: Path, text: str) -> Course:
    (folder / "course.yml").write_text(textwrap.dedent(text))
    return Course.load(folder)


def test_the_real_course_is_valid_and_lists_ten_lessons():
    course = Course.load(ROOT)
    assert [lesson.id[:2] for lesson in course.lessons] == [f"{i:02d}" for i in range(1, 11)]
    assert course.source_dir == ROOT / "solutions" and course.release_dir == ROOT / "notebooks"
    assert course.late.due_after_days == 7 and course.late.extension_days == 7


@pytest.mark.parametrize(
    ("text", "line", "says", "repair"),
    [
        ("title: A\nrepositry: https://github.com/a/b", 2, "unknown key `repositry`", "`repository`"),
        ("title: A\nlimits:\n  cel_seconds: 3", 3, "unknown key `cel_seconds`", "`cell_seconds`"),
        ("title: A\nnonsense: 3", 2, "unknown key `nonsense`", "known here: title"),
        ("title: A\ntitle: B", 2, "`title` stands here twice", "keep one"),
        ("title: A\nlessons: []", 2, "`lessons` is an empty list", "at least 1"),
        ("title: [A]\n", 1, "`title` is a list", "valid string"),
        ("title: A\nlate: {due_after_days: -1}", 2, "`due_after_days` is `-1`", "greater than or equal to 0"),
        (
            "title: A\nlate: {due_after_days: '7'}",
            2,
            '`due_after_days` is the text "7"',
            "take the quotes away",
        ),
        ("title: A\nlanguages: [english]", 2, "`languages` is `english`", "two letters"),
        ("title: A\nrepository: github.com/a/b", 2, "`repository` is `github.com/a/b`", "https://"),
        ("title: A\ntimezone: Berlin", 2, "`timezone` is `Berlin`", "Europe/Berlin"),
        ("title: A\nlessons:\n  - id: a b\n    title: x", 3, "`id` is `a b`", "06_autograd"),
        ("title: A\nlessons:\n  - id: a", 3, "`title` is missing", "title: ..."),
        (
            "lessons:\n  - id: a\n    title: x\n    opens: 2027-02-30",
            4,
            "`opens` is `2027-02-30`",
            "YYYY-MM-DD",
        ),
        ("lessons:\n  - id: a\n    title: x\n    opens: soon", 4, "`opens` is `soon`", "YYYY-MM-DD"),
        ("title: 'A", 1, "not readable as YAML", "quotes"),
        ("just words", 1, "`key: value` lines", "title: "),
    ],
)
def test_a_mistake_is_shown_with_its_line_and_its_repair(tmp_path, text, line, says, repair):
    with pytest.raises(InvalidCourseFile) as caught:
        load(tmp_path, text)
    here = [problem for problem in caught.value.problems if problem.line == line and says in problem.what]
    assert here, caught.value.message()
    assert repair in here[0].repair
    assert f"course.yml:{line}: " in caught.value.message()


def test_all_mistakes_are_shown_at_once_in_the_order_of_the_file(tmp_path):
    with pytest.raises(InvalidCourseFile) as caught:
        load(tmp_path, VALID.replace("opens: 2027-01-11", "opens: tomorrow").replace("tle: Sec", "itle: Sec"))
    lines = [problem.line for problem in caught.value.problems]
    assert len(lines) == 3 and lines == sorted(lines)  # the date, the unknown key, the title that is missing


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("id: 02_second", "id: 01_first", 7, "already lesson 1"),
        ("[01_first]", "[01_frist]", 9, "`01_frist` is not an earlier lesson"),
        ("[01_first]", "[02_second]", 9, "`02_second` is not an earlier lesson"),
    ],
)
def test_lessons_are_unique_and_build_on_earlier_ones(tmp_path, old, new, line, says):
    with pytest.raises(InvalidCourseFile, match=says) as caught:
        load(tmp_path, VALID.replace(old, new))
    assert line in [problem.line for problem in caught.value.problems]


def test_a_lesson_is_found_by_id_or_by_an_unmistakable_beginning(tmp_path):
    course = load(tmp_path, VALID)
    assert course.lesson("02_second") is course.lesson("02") is course.lessons[1]
    with pytest.raises(NoSuchLesson, match="did you mean `02_second`"):
        course.lesson("second")
    with pytest.raises(NoSuchLesson, match="use one of: 01_first, 02_second"):
        course.lesson("0")


def test_a_lessons_own_limits_lie_over_those_of_the_course(tmp_path):
    course = load(tmp_path, VALID)
    assert course.limits_for("01_first").cell_seconds == 30
    assert course.limits_for("02_second").cell_seconds == 5
    assert course.limits_for("02_second").memory_mb == 1024


def test_homework_is_due_at_the_end_of_a_day_in_the_courses_time_zone(tmp_path):
    course = load(tmp_path, VALID + "    timezone: Asia/Tokyo\n")
    deadline = course.deadline("01_first")
    assert deadline.due.astimezone(UTC) == datetime(2027, 1, 18, 14, 59, 59, tzinfo=UTC)
    cases = {
        "18T14:59:59": ("on time", 0),
        "18T15:00:00": ("extension", 1),
        "25T15:00:00": ("too late", 604801),
    }
    for day, (status, seconds) in cases.items():
        submitted = datetime.fromisoformat(f"2027-01-{day}+00:00")
        assert (deadline.status(submitted), deadline.seconds_late(submitted)) == (status, seconds)
    assert course.deadline("02_second") is None  # no day of opening


def test_only_the_instructor_extends_further(tmp_path):
    course = load(tmp_path, VALID)
    (tmp_path / "extensions.yml").write_text(
        "extensions:\n- {student: 1234, lesson: 01_first, until: 2027-03-01, why: ill}\n"
    )
    late = datetime(2027, 3, 1, 12, tzinfo=UTC)
    assert course.deadline("01_first", "1234").status(late) == "extension"
    assert course.deadline("01_first", "1234").given.why == "ill"
    assert course.deadline("01_first", "5678").status(late) == "too late"


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("{student: a, lesson: 01_frist, until: 2027-03-01}", "did you mean `01_first`"),
        ("{student: a, lesson: 01_first}", "`until` is missing"),
        ("{student: a, lesson: 01_first, until: 1.3.2027}", "YYYY-MM-DD"),
        (
            "{student: a, lesson: 01_first, until: 2027-03-01}\n- {student: a, lesson: 01_first, until: 2027-03-02}",
            "second",
        ),
    ],
)
def test_a_mistake_in_extensions_is_shown_with_its_line(tmp_path, entry, says):
    course = load(tmp_path, VALID)
    (tmp_path / "extensions.yml").write_text(f"extensions:\n- {entry}\n")
    with pytest.raises(InvalidCourseFile, match=says) as caught:
        course.deadline("01_first", "a")
    assert caught.value.problems[0].file == "extensions.yml" and caught.value.problems[0].line >= 2


def bare(folder: Path, source: str = "source") -> Path:
    (folder / source / "ps1").mkdir(parents=True)
    (folder / source / "ps1" / "problem1.ipynb").write_text("{}")
    (folder / source / "notes").mkdir()
    return folder


def test_a_bare_nbgrader_course_has_the_default_layout(tmp_path):
    course = Course.load(bare(tmp_path))
    assert [lesson.id for lesson in course.lessons] == ["ps1"]
    assert course.source_dir == tmp_path / "source" and course.submitted_dir == tmp_path / "submitted"
    assert course.database_url == f"sqlite:///{tmp_path}/gradebook.db"
    assert course.deadline("ps1") is None and course.limits_for("ps1").cell_seconds == 30
    assert course.nbgrader_config().CourseDirectory.root == str(tmp_path)


def test_an_nbgrader_course_with_a_configuration_keeps_it(tmp_path):
    bare(tmp_path, "master")
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.source_directory = 'master'\nc.CourseDirectory.db_url = 'sqlite:///x.db'\n"
        "c.ClearSolutions.text_stub = 'Write here'\n"
    )
    course = Course.load(tmp_path)
    assert course.source_dir == tmp_path / "master" and course.release_dir == tmp_path / "release"
    assert course.database_url == "sqlite:///x.db"
    assert course.nbgrader_config().ClearSolutions.text_stub == "Write here"


def test_a_configuration_that_cannot_be_used_says_why(tmp_path):
    bare(tmp_path)
    file = tmp_path / "nbgrader_config.py"
    file.write_text(
        "c = get_config()\nc.CourseDirectory.directory_structure = '{student_id}/{nbgrader_step}'\n"
    )
    with pytest.raises(UnusualLayout, match="directory_structure"):
        Course.load(tmp_path)
    file.write_text("c = get_config()\nimport no_such_module\n")
    with pytest.raises(BrokenConfiguration, match="No module named 'no_such_module'"):
        Course.load(tmp_path)


def test_the_database_comes_from_the_environment_because_its_url_may_hold_a_password(tmp_path, monkeypatch):
    monkeypatch.setenv("AUTOGRADER_DATABASE", "postgresql://someone:secret@host/grades")
    course = load(tmp_path, VALID)
    assert course.database_url == "postgresql://someone:secret@host/grades"
    assert course.nbgrader_config().CourseDirectory.db_url == course.database_url


def test_the_course_around_the_current_folder_is_found(tmp_path):
    load(tmp_path, VALID)
    inside = tmp_path / "solutions" / "01_first"
    inside.mkdir(parents=True)
    assert Course.find(inside).root == tmp_path
    with pytest.raises(NoCourse, match="autograder init DIR --new"):
        Course.find(Path(os.sep))


def test_nbgrader_is_told_everything_that_the_course_says(tmp_path):
    settings = load(tmp_path, VALID).nbgrader_config()
    assert settings.CourseDirectory.source_directory == "solutions"
    assert settings.CourseDirectory.release_directory == "notebooks"
    assert {"wrong_answers.py", "01_first.py", "02_second.py"} <= set(settings.CourseDirectory.ignore)
    assert settings.Execute.timeout == 30
