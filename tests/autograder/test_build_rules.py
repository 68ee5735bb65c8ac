"""Each mistake in a lesson's source that nbgrader lets pass is refused, with its line and its repair."""

import pytest

ANSWER = (
    '# %% nbgrader={"grade": false, "grade_id": "f", "locked": false, "schema_version": 3, "solution": true, '
    '"task": false}\n'
    "def f(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION\n\n\n"
)
TEST = (
    '# %% nbgrader={"grade": true, "grade_id": "f_check", "locked": true, "points": 1, "schema_version": 3, '
    '"solution": false, "task": false}\n# Doubles a number\nassert f(2) == 4\n'
)
HIDDEN = TEST.replace("f_check", "f_hidden").replace(
    "assert f(2) == 4\n", "### BEGIN HIDDEN TESTS\nassert f(3) == 6\n### END HIDDEN TESTS\n"
)
WRITTEN = (
    '\n# %% [markdown] nbgrader={"grade": true, "grade_id": "why", "locked": false, "points": 1, "schema_version": 3, '
    '"solution": true, "task": false}\n# Because.\n'
)
GOOD = ANSWER + TEST + "\n" + HIDDEN + WRITTEN

CHECK = "assert f(2) == 4"
MARKED = "### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
SCHEME = "# BEGIN MARK SCHEME\n# END MARK SCHEME"
SCORE = "expect.score(0.5, '')"

TRAPS = {
    # name: (text to replace, by what, line, what is said, how it is repaired)
    "misspelt begin": ("BEGIN HIDDEN TESTS", "BEGIN HIDEN TESTS", 14, "is not a marker", "### BEGIN HIDDEN TESTS"),
    "lower case": ("### BEGIN HIDDEN TESTS", "### begin hidden tests", 14, "is not a marker", "BEGIN HIDDEN"),
    "singular": ("### END HIDDEN TESTS", "### END HIDDEN TEST", 16, "is not a marker", "### END HIDDEN TESTS"),
    "another word": ("### END SOLUTION", "### END ANSWER", 5, "is not a marker", "other words"),
    "never closed": ("    ### END SOLUTION\n", "", 4, "`BEGIN SOLUTION` is never closed", "### END SOLUTION"),
    "never opened": ("    ### BEGIN SOLUTION\n", "", 4, "without `BEGIN SOLUTION` before it", "### BEGIN SOLUTION"),
    "nested": ("return 2 * x", "### BEGIN SOLUTION", 4, "inside `BEGIN SOLUTION`", "close that first"),
    "crossed": ("### END SOLUTION", "### END HIDDEN TESTS", 5, "without `BEGIN HIDDEN TESTS`", "take it out"),
    "no points": ('"points": 1, ', "", 8, "`f_check` has no points", '"points": 1'),
    "zero points": ('"points": 1', '"points": 0', 8, "points of `0`", '"points": 1'),
    "points as text": ('"points": 1', '"points": "1"', 8, "points of `1`", '"points": 1'),
    "a word for a truth": ('"locked": true', '"locked": "true"', 8, '`"locked"` of `f_check` is "true"', "without quotes"),
    "same id": ('"f_hidden"', '"f_check"', 12, "`f_check` is used 2 times", "its own"),
    "id with a space": ('"f_hidden"', '"f hidden"', 12, "grade_id is `f hidden`", "letters, digits"),
    "unknown key": ('"points": 1', '"point": 1', 8, "unknown nbgrader key `point`", "did you mean `points`"),
    "missing key": ('"locked": true, ', "", 8, "lacks locked", "write all of"),
    "old schema": ('"schema_version": 3', '"schema_version": 1', 1, "schema_version is 1", "3"),
    "broken JSON": ('"task": false}\ndef', '"task": false\ndef', 1, "cannot be read", "closed brackets"),
    "no marker": (MARKED, "return 2", 1, "no `### BEGIN", "mark"),
    "solution in a test": (CHECK, MARKED, 8, "not a solution cell", "true"),
    "hidden tests in an answer": ("SOLUTION", "HIDDEN TESTS", 1, "not a test", '"grade": true'),
    "half written answer": ('true, "task": false}\n# B', 'false, "task": false}\n# B', 18, "half", "both"),
    "mark scheme in a test": (CHECK, SCHEME, 8, "mark scheme where", "written"),
    "no title": ("# Doubles a number\nassert f(2) == 4", "assert f(2) == 4", 9, "`f_check` has no title", "comment"),
    "hidden title": ("# Doubles a number\n### BEGIN", "### BEGIN", 13, "`f_hidden` hides its title", "above"),
    "no task": (ANSWER, "", 1, "comes before any task", "behind the solution cell"),
    "score by accident": (CHECK, "f(2)", 10, "would be its score", "expect.score"),
    "score of a comparison": (CHECK, "f(2) == 4", 10, "would be its score", "semicolon"),
    "number": (CHECK, "1.0", 10, "would be its score", "expect.score"),
    "score thrown away": (CHECK, f"{SCORE}\n{CHECK}", 10, "throws the value", "last line"),
    "score silenced": (CHECK, f"{SCORE};", 10, "throws the value", "without a semicolon"),
    "syntax": (CHECK, "assert f(2 == 4", 10, "not valid Python", "repair the code"),
    "unknown task": ("# Doubles", '# %% autograder={"task": "g"}\n# Doubles', 9, "no task `g`", "name a solution cell"),
    "unknown extra": ("# Doubles", '# %% autograder={"second": 3}\n# Doubles', 9, "key `second`", "`seconds`"),
    "wrong extra": ("# Doubles", '# %% autograder={"seconds": "3"}\n# Doubles', 9, "`seconds` is `3`", "CONTRIBUTING"),
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_refused_before_anything_is_written(course, lesson, autograder, trap):
    old, new, line, says, repair = TRAPS[trap]
    assert old in GOOD
    lesson.write_text(GOOD.replace(old, new))
    result = autograder("--course", course, "build")
    assert result.code == 2
    blocks = result.err.replace("\n  repair: ", "  repair: ").splitlines()
    here = [block for block in blocks if says in block]
    assert here, result.err
    assert any(block.startswith(f"solutions/01_first/01_first.py:{line}: ") for block in here), result.err
    assert any(repair in block for block in here), result.err
    assert not (course / "notebooks/01_first").exists()


def test_the_lesson_without_traps_builds(course, lesson, autograder):
    lesson.write_text(GOOD)
    assert autograder("--course", course, "build").code == 0


@pytest.mark.parametrize(
    "harmless",
    [
        "assert f(2) == 4\nprint(f(2))",
        "assert f(2) == 4\nf(2);",
        "expect.score(0.5, 'half')",
        "expect.close(f(2), 4)",
        "assert f(2) == 4  # the solution begins here, and the hidden tests end there",
        "%timeit -n1 f(2)\nassert f(2) == 4",
    ],
)
def test_what_looks_like_a_trap_and_is_none(course, lesson, autograder, harmless):
    lesson.write_text(GOOD.replace(CHECK, harmless))
    assert autograder("--course", course, "build").err == ""


def test_in_a_notebook_the_cell_is_named(course, autograder):
    import nbformat

    bare = course / "bare/source/ps1/ps1.ipynb"
    bare.parent.mkdir(parents=True)
    cell = nbformat.v4.new_code_cell("### BEGIN HIDEN TESTS\n1\n### END HIDDEN TESTS")
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1"), cell]), bare)
    result = autograder("--course", course / "bare", "build")
    assert result.code == 2
    assert "source/ps1/ps1.ipynb: cell 2: `### BEGIN HIDEN TESTS` is not a marker" in result.err
    assert not (course / "bare/release").exists()


@pytest.mark.parametrize(
    ("points", "given", "good"),
    [(1, "", True), (2, "", False), (2, ", points=2", True), (2, ", points=worth", True)],
)
def test_a_score_is_a_part_of_all_the_points(course, lesson, autograder, points, given, good):
    test = TEST.replace('"points": 1', f'"points": {points}').replace(
        CHECK, f"expect.score(0.5, 'half'{given})"
    )
    lesson.write_text(ANSWER + test)
    result = autograder("--course", course, "build")
    assert (result.code == 0) is good
    if not good:
        assert "01_first.py:10: the test `f_check` is worth 2 points, and gives at most 1" in result.err
        assert "points=2" in result.err
