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


def test_a_plain_nbgrader_course_has_a_status_too(tmp_path, autograder):
    source = tmp_path / "source/ps1/ps1.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), source)
    assert row(autograder("--course", tmp_path, "status").out, "ps1")[-1] == "stale"
    autograder("--course", tmp_path, "build")
    assert row(autograder("--course", tmp_path, "status").out, "ps1") == ["ps1", "0", "0", "ready"]
