"""Mutants: which changes are made to an answer, which are tried, and what `check --mutants` says about them."""

import ast
import json
from textwrap import dedent

import pytest

from autograder import checking, equivalents, mutants, outline, percent, trials
from autograder.dependence import matters
from autograder.mutants import Mutant
from autograder.mutation import MutationReport, line_of, shortened
from autograder.parts import needed
from autograder.schema import Limits
from autograder.trials import ReferenceFails, Trial, Tried


def changes(source: str) -> set[tuple[str, str]]:
    """The mutants of a function's body, as `was` and `now`."""
    return {(one.was, one.now) for one in mutants.mutants("f", dedent(source))}


def instead_of(line: str, before: str = "") -> set[str]:
    """What may stand in the place of one line."""
    body = "\n    ".join([*before.splitlines(), line])
    return {
        now
        for was, now in changes(f"def f(a, b, x):\n    {body}\n")
        if was == ast.unparse(ast.parse(line)) and now
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("g(a + b)", {"g(a - b)"}),
        ("g(a - b)", {"g(a + b)", "g(b - a)"}),
        ("g(a @ b)", {"g(a * b)", "g(b @ a)"}),
        ("g(a * b)", {"g(a / b)"}),
        ("x += a", {"x -= a", "x = a"}),
        ("g(a < b)", {"g(a >= b)", "g(a <= b)"}),
        ("g(a is None)", {"g(a is not None)"}),
        ("g(a and b)", {"g(a or b)"}),
        ("g(not a)", {"g(a)"}),
        ("x = zeros(3)", {"x = zeros(4)", "x = zeros(2)", "x = zeros(-3)"}),
        ("g(abs(a - b))", {"g(abs(a + b))"}),
        ("g((a - b).square())", {"g((a + b).square())"}),
        (
            "g((a - b) ** 2)",
            {
                "g((a + b) ** 2)",
                "g((a - b) * 2)",
                "g(2 ** (a - b))",
                "g((a - b) ** 3)",
                "g((a - b) ** 1)",
                "g((a - b) ** -2)",
            },
        ),
        ("g(-a)", {"g(a)"}),
        ("g(x[-1])", {"g(x[1])", "g(x[0])", "g(x[-2])"}),
        ("g(0)", {"g(1)", "g(-1)"}),
        ("g(0.5)", {"g(1.5)", "g(-0.5)"}),
        ("g(x, dim=1)", {"g(x, dim=2)", "g(x, dim=0)", "g(x, dim=-1)", "g(x)"}),
        ("g(x, keepdim=True)", {"g(x, keepdim=False)", "g(x)"}),
        ("g(x, reduction='sum')", {"g(x, reduction='mean')", "g(x, reduction='none')", "g(x)"}),
        ("g(x.T)", {"g(x)"}),
        (
            "g(x.view(1, 3))",
            {
                "g(x.view(2, 3))",
                "g(x.view(0, 3))",
                "g(x.view(1, 4))",
                "g(x.view(1, 2))",
                "g(x.view(1, -3))",
                "g(x.view(3, 1))",
            },
        ),
        ("g(x[a, b])", {"g(x[b, a])"}),
        ("g(a, b)", {"g(b, a)"}),
        ("g(x, x)", set()),
        ("max(a, b)", set()),
        ("g(isinstance(a, b))", set()),
        ("x = g(a)", {"x = -g(a)"}),
        ("return a", {"return -a"}),
        ("g(a if x else b)", {"g(a if not x else b)"}),
        ("g([b for b in a if b])", {"g([b for b in a if not b])", "g([b for b in a if True])"}),
        ("g('text')", set()),
        ("raise ValueError(f'{a + 1} is wrong')", set()),
        ("x: int = a", set()),
    ],
)
def test_what_is_changed_in_a_line(line, expected):
    assert instead_of(line) == expected


def test_each_line_is_left_out_but_those_that_define():
    source = '''
        def f(a):
            """Says what it does."""
            import math
            if a:
                g(a)
            while a:
                pass
            return a
        '''
    gone = {was for was, now in changes(source) if not now}
    assert gone == {"if a:", "g(a)", "while a:", "return a"}


def test_only_the_solution_is_changed_and_every_mutant_is_another_program():
    source = dedent("""
        LIMIT = 1
        class Tape:
            def add(self, row):
                ### BEGIN SOLUTION
                self.rows.append(row + 1)
                ### END SOLUTION
            def clear(self):
                self.rows = []
        """)
    found = mutants.mutants("tape", source)
    assert {one.was for one in found} == {"self.rows.append(row + 1)"} and {one.line for one in found} == {5}
    codes = [one.code for one in found] + [mutants.plain(source)]
    assert len(set(codes)) == len(codes)
    for one in found:
        assert "LIMIT = 1\n" in one.code and ast.parse(one.code)


def test_equal_changes_have_numbers_and_outlive_a_shift_of_lines():
    source = "def f(a):\n    g(a + 1)\n    h(a)\n    g(a + 1)\n"
    keys = {one.key for one in mutants.mutants("f", source)}
    assert {("f", "g(a + 1)", "g(a - 1)", 1), ("f", "g(a + 1)", "g(a - 1)", 2)} <= keys
    assert {one.key for one in mutants.mutants("f", f"\n# more\n{source}")} == keys
    assert mutants.mutants("f", "def f(:") == []


@pytest.mark.parametrize(
    ("first", "second", "does"),
    [
        ("a = g(x)", "b = h(x)", False),
        ("x = g(x)", "b = h(x)", True),
        ("self.known.add(x)", "self.rows.append(x)", False),
        ("self.rows.append(a)", "self.rows.append(b)", True),
        ("self.a = x", "self.b = x", False),
        ("x['a'] = a", "x['b'] = a", False),
        ("x['a'] = a", "x['b'] = x['a']", True),
        ("x[0] = a", "x[-1] = b", True),
        ("x.grad = None", "a.backward()", True),
        ("a.backward()", "rows.append(x.grad)", True),
        ("x[0] = 1", "a = g(x)", True),
        ("new = g(x)", "b = h(new)", False),  # the name would have no value
        ("new = 0", "new += 1", False),
        ("tape.watch(x)", "y = g(x)", True),
    ],
)
def test_lines_change_places_only_where_it_matters(first, second, does):
    scope = ast.parse(f"def f(self, x, a, b, rows, tape):\n    {first}\n    {second}\n").body[0]
    assert matters(*scope.body, scope) is does
    swapped = (f"{first}; {second}", f"{second}; {first}")
    assert (swapped in {(one.was, one.now) for one in mutants.mutants("f", ast.unparse(scope))}) is does


LESSON = """\
# %%
import math
unused = [3]

# %%
unused.append(4)
print(1 / 0)

# %% nbgrader={"grade": false, "grade_id": "helper", "locked": true, "schema_version": 3, "solution": false, "task": false}
def twice(x):
    return 2 * x

# %% nbgrader={"grade": false, "grade_id": "other", "locked": false, "schema_version": 3, "solution": true, "task": false}
def other(x):
    return x

# %% nbgrader={"grade": true, "grade_id": "other_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
assert other(1) == 1

# %% nbgrader={"grade": false, "grade_id": "area", "locked": false, "schema_version": 3, "solution": true, "task": false}
def area(r):
    ### BEGIN SOLUTION
    while r < 0:
        r += 1000
    return math.pi * twice(r) * r / 2
    ### END SOLUTION

# %% autograder={"seconds": 20} nbgrader={"grade": true, "grade_id": "area_check", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
assert abs(area(1) - math.pi) < 1e-6

# %% nbgrader={"grade": true, "grade_id": "area_more", "locked": true, "points": 1, "schema_version": 3, "solution": false, "task": false}
assert area(-999) == area(1)
"""


@pytest.fixture
def notebook():
    return percent.read(LESSON)


def test_tests_run_with_the_cells_that_they_need_and_no_others(notebook):
    part = needed(notebook, {"area_check", "area_more"})
    assert [cell.source.splitlines()[0][:20] for cell in part.cells] == [
        "import math",
        "def twice(x):",
        "def area(r):",
        "assert abs(area(1) -",
        "assert area(-999) ==",
    ]
    every = needed(notebook, {"area_check", "area_more"}, everything=True)
    assert len(every.cells) == 7 and "other_check" not in {test.id for test in outline.outline(every).tests}


@pytest.fixture
def area(notebook, monkeypatch):
    """Tries one mutant of `area`, by its text."""
    monkeypatch.setattr(trials, "_CONTROLS", {})
    whole = checking.Job(
        "reference", "a", notebook, ("",) * len(notebook.cells), Limits(), {}, source=notebook
    )
    code = next(cell.source for cell in notebook.cells if "def area" in cell.source)
    made = {(one.was, one.now): one for one in mutants.mutants("area", code)}
    return lambda was, now: Trial(whole, made[was, now]).run()


def test_mutants_are_caught_by_wrong_values_errors_and_endless_loops_or_survive(area):
    line = "return math.pi * twice(r) * r / 2"
    assert area(line, line.replace("twice(r) *", "twice(r) /")).test == ""  # at r = 1 it makes no difference
    assert area(line, line.replace("/ 2", "/ 3")).test == "area_check"
    gone = area(line, "")
    assert gone.test == "area_check" and "TypeError" in gone.message
    endless = area("r += 1000", "r -= 1000")
    assert endless.test == "area_more" and endless.seconds < 15  # the test itself allows 20
    assert "longer" in endless.message or "took" in endless.message or " s" in endless.message


def test_where_the_reference_fails_its_mutants_prove_nothing(area, notebook):
    notebook.cells[-1].source = "assert area(2) == 0, 'not zero'"
    with pytest.raises(ReferenceFails, match="area_more: not zero"):
        area("r += 1000", "")


MUTANTS = [
    Mutant("f", "sign", "return a - b", "return b - a", 3, "code"),
    Mutant("f", "missing line", "g(a)", "", 2, "code"),
    Mutant("f", "missing line", "g(a)", "", 4, "code", number=2),
]


def read(tmp_path, text):
    path = tmp_path / "equivalent_mutants.yml"
    path.write_text(text)
    return equivalents.read(path, "shown.yml", MUTANTS)


def test_equivalent_mutants_are_listed_by_their_text(tmp_path):
    text = """
        equivalent:
          - {task: f, was: return a - b, now: return b - a, why: its square is taken}
          - {task: f, was: g(a), number: 2, why: done twice}
        """
    found, problems = read(tmp_path, dedent(text))
    assert problems == [] and found == {MUTANTS[0].key: "its square is taken", MUTANTS[2].key: "done twice"}
    assert equivalents.read(tmp_path / "none.yml", "", MUTANTS) == ({}, [])


@pytest.mark.parametrize(
    ("entry", "what", "repair"),
    [
        ("{task: g, was: g(a), why: x}", "no mutants of `g`", "known: ['f']"),
        ("{task: f, was: g(b), why: x}", "no mutant reads like this", "did you mean `was: g(a)`?"),
        ("{task: f, was: return a - b, now: return b + a, why: x}", "no mutant reads", "`now: return b - a`"),
        ("{task: f, was: g(a), number: 3, why: x}", "no mutant reads like this", ""),
        ("{task: f, was: g(a)}", "`why` is missing", "why"),
        ("{task: f, was: g(a), why: ''}", "`why` is", ""),
        ("{task: f, was: g(a), line: 2, why: x}", "unknown key `line`", ""),
    ],
)
def test_an_entry_that_means_no_mutant_is_an_error(tmp_path, entry, what, repair):
    found, [problem] = read(tmp_path, f"equivalent:\n  - {entry}\n")
    assert found == {} and what in problem.what and repair in problem.repair
    assert problem.where == "shown.yml:2"


def test_equivalent_ones_do_not_count_and_95_percent_are_enough():
    tried = [Tried(MUTANTS[0], 1.0, "f_check") for _ in range(19)]
    report = MutationReport("01", [*tried, Tried(MUTANTS[1], 1.0), Tried(MUTANTS[2], 1.0, why="the same")])
    assert report.rate() == 0.95 and report.good and len(report.survivors) == 1
    report.tried.append(Tried(MUTANTS[1], 1.0))
    assert not report.good
    report.tried = tried
    assert report.good and report.rate("g") == 1.0
    report.problems.append("listed, but caught")
    assert not report.good


def test_check_tries_the_mutants_of_a_lesson(course, lesson, autograder, tmp_path):
    listed = lesson.with_name("equivalent_mutants.yml")
    file = tmp_path / "result.json"
    result = autograder("--course", course, "check", "01", "--mutants", "--workers", 1, "--json", file)
    [report] = json.loads(file.read_text())["mutants"]
    assert result.code == 0 and report["good"] and len(report["tried"]) == 5
    assert "01_first done: 1 of 1 lessons, 5 of 5 mutants, after " in result.err
    assert all(one["test"] in ("mean_check", "mean_hidden") for one in report["tried"])
    assert "the lesson 5 5 100.0%" in " ".join(result.out.split())
    marker = "    ### BEGIN SOLUTION\n"
    text = lesson.read_text()
    lesson.write_text(text.replace(marker, f"{marker}    unneeded = 0\n"))
    result = autograder("--course", course, "check", "01", "--mutants", "--workers", 1)
    assert result.code == 1 and "not good" in result.out
    assert "the lesson 5 8 62.5%" in " ".join(result.out.split())
    line = 1 + lesson.read_text().splitlines().index("    unneeded = 0")
    at = f"solutions/01_first/01_first.py:{line}: nothing in `mean` notices"
    assert f"{at} (missing line)\n      - unneeded = 0\n  - {at} (constant)\n" in result.out
    lesson.write_text(text)
    wrong = next(one["mutant"] for one in report["tried"] if one["test"])
    entry = {key: wrong[key] for key in ("task", "was", "now", "number")} | {"why": "I think so"}
    listed.write_text(json.dumps({"equivalent": [entry]}))
    result = autograder("--course", course, "check", "01", "--mutants", "--most", 1000, "--workers", 1)
    assert result.code == 1 and "listed as equivalent, but `mean_" in result.out
    assert autograder("--course", course, "build").code == 0
    assert "equivalent_mutants.yml" not in {path.name for path in (course / "notebooks/01_first").iterdir()}


def test_how_many_mutants_is_no_question_without_them(course, autograder):
    result = autograder("--course", course, "check", "--most", 3)
    assert result.code == 2 and "--mutants" in result.err


def test_a_survivor_is_shown_with_its_line_and_what_is_changed(lesson):
    assert line_of("solutions/a.py:12", 3) == "solutions/a.py:15"
    assert line_of("ps1.ipynb, cell 4", 3) == "ps1.ipynb, cell 4, line 3"
    assert shortened(["- a + b", "+ a - b"]) == ["- a + b", "+ a - b"]
    row = ", ".join(["True"] * 60)
    long = shortened([f"- return [{row}]", f"+ return [{row[:-4]}False]"])
    assert all(len(line) < 125 for line in long)
    assert long[0].endswith("True]") and long[1].endswith("False]") and long[0].startswith("- ...")
