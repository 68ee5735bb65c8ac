"""Which lessons are ready, and what to do about the others."""

import nbformat


def row(text: str, lesson: str) -> list[str]:
    return next(line.split() for line in text.splitlines() if line.split()[:1] == [lesson])


def test_each_lesson_has_its_state(course, lesson, autograder):
    result = autograder("--course", course, "status")
    assert result.code == 1 and "repair: autograder build 01_first" in result.out
    assert row(result.out, "00_before") == ["00_before", "2027-01-04", "2027-01-11", "no", "source"]
    assert row(result.out, "01_first") == [
        "01_first",
        "2",
        "2",
        "+",
        "1",
        "2027-01-11",
        "2027-01-18",
        "stale",
    ]

    autograder("--course", course, "build")
    result = autograder("--course", course, "status")
    assert result.code == 0 and row(result.out, "01_first")[-1] == "ready"

    made = course / "solutions/01_first/01_first.ipynb"
    notebook = nbformat.read(made, as_version=4)
    notebook.cells[2].source = "changed"
    nbformat.write(notebook, made)
    result = autograder("--course", course, "status")
    assert (
        result.code == 1 and row(result.out, "01_first")[-1] == "edited" and "--from-notebook" in result.out
    )

    lesson.write_text(lesson.read_text().replace("BEGIN HIDDEN TESTS", "BEGIN HIDEN TESTS"))
    result = autograder("--course", course, "status")
    assert result.code == 1 and row(result.out, "01_first")[-1] == "mistakes"
    assert "01_first.py:22: `### BEGIN HIDEN TESTS` is not a marker" in result.out


def test_a_folder_that_the_course_calls_otherwise_is_named(course, autograder):
    autograder("--course", course, "build")
    path = course / "course.yml"
    path.write_text(path.read_text().replace("id: 01_first", "id: 01_frist"))
    says = "solutions/01_first/ belongs to no lesson in course.yml: is it this one?"
    assert f"01_frist has no source; {says}" in autograder("--course", course, "status").out
    done = autograder("--course", course, "release", "01")
    assert done.code == 2 and says in done.err
    done = autograder("--course", course, "build")
    assert "removed notebooks/01_first/01_first.ipynb: course.yml names no lesson `01_first`" in done.out


def test_a_plain_nbgrader_course_has_a_status_too(tmp_path, autograder):
    source = tmp_path / "source/ps1/ps1.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), source)
    assert row(autograder("--course", tmp_path, "status").out, "ps1")[-1] == "stale"
    autograder("--course", tmp_path, "build")
    assert row(autograder("--course", tmp_path, "status").out, "ps1") == ["ps1", "0", "0", "ready"]


def test_what_was_handed_in_and_is_not_graded(recipes, tmp_path, autograder):
    course = recipes.courses.text_course(tmp_path)
    autograder("--course", course.root, "build")

    def state() -> tuple[list[str], str]:
        done = autograder("--course", course.root, "status")
        assert done.code == 0
        return row(done.out, "01_squares")[-4:], done.out

    assert state()[0][1:] == ["2027-01-11", "2027-01-18", "ready"]
    material = recipes.courses.hand_in(course, "perfect", "broken_json", "formula")
    crowd = course.submitted_dir / "crowd" / "01_squares"
    crowd.mkdir(parents=True)
    for number in range(501):  # more than are taken: the grading says so
        (crowd / str(number)).touch()
    shown, text = state()
    assert shown == ["0", "of", "4", "ready"] and "4 not graded yet: autograder grade 01_squares" in text
    autograder("--course", course.root, "grade", "01", "--workers", 1)
    shown, text = state()
    assert shown == ["3", "of", "4", "ready"]  # `=1+1` is no name that can be graded
    material.folder = course.submitted_dir / "perfect" / "01_squares"
    material.hand_in(material.release)
    assert state()[0] == ["2", "of", "4", "ready"]
