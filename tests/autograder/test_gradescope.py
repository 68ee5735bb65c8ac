"""The package for Gradescope: what is in it, and that it grades in a machine that has nothing else."""

import io
import json
import os
import zipfile
from pathlib import Path

import nbformat
import pytest

from . import clean_root

LESSON = "01_squares"


class Grader:
    """A course, and its package laid out as Gradescope does it."""

    def __init__(self, autograder, recipes, folder: Path) -> None:
        self.autograder, self.folder = autograder, folder
        self.course = recipes.courses.text_course(folder / "course")
        self.material = recipes.Material.of(self.course, LESSON)
        (self.course.source_dir / LESSON / "numbers.csv").write_text("1")
        (self.course.root / "extensions.yml").write_text("extensions: []\n")
        recipes.courses.hand_in(self.course, "perfect")

    def package(self, *words) -> zipfile.ZipFile:
        file = self.folder / "package.zip"
        done = self.autograder(
            "--course", self.course.root, "package", "gradescope", "01", "-o", file, *words
        )
        assert done.code == 0, done.err
        return zipfile.ZipFile(io.BytesIO(file.read_bytes()))

    def lay_out(self, *words) -> Path:
        """/autograder as in Gradescope's machine; the root around it."""
        root = self.folder / "root"
        place = root / "autograder"
        with self.package(*words) as archive:
            for entry in archive.infolist():
                made = Path(archive.extract(entry, place / "source"))
                made.chmod(entry.external_attr >> 16 & 0o777)
        for name in ("submission", "results"):
            (place / name).mkdir()
        (place / "run_autograder").write_bytes((place / "source/run_autograder").read_bytes())
        (place / "run_autograder").chmod(0o755)
        clean_root.prepare(root)
        return root


@pytest.fixture
def grader(autograder, recipes, tmp_path) -> Grader:
    return Grader(autograder, recipes, tmp_path)


def test_what_is_packed(grader):
    with grader.package() as archive:
        names = {name for name in archive.namelist() if not name.startswith("lib/")}
        library = {name.split("/")[1] for name in archive.namelist() if name.startswith("lib/")}
        modes = {
            name: archive.getinfo(name).external_attr >> 16 & 0o777 for name in ("setup.sh", "run_autograder")
        }
        pins = archive.read("requirements.txt").decode().split()
        script = archive.read("run_autograder").decode()
    assert names == {
        "setup.sh", "run_autograder", "requirements.txt", "course/course.yml",
        f"course/solutions/{LESSON}/{LESSON}.py", f"course/solutions/{LESSON}/numbers.csv",
    }  # fmt: skip
    assert library == {"autograder", "labkit", "torchlet"}
    assert modes == {"setup.sh": 0o755, "run_autograder": 0o755}
    assert all("==" in pin for pin in pins)
    assert {pin.split("==")[0] for pin in pins} > {"numpy", "nbgrader", "pydantic"}
    assert not any(pin.startswith(("torch==", "torchlet==", "pytest==")) for pin in pins)
    assert "--sandbox --gradescope" in script and '"01_squares"' in script


def test_the_same_course_gives_the_same_bytes(grader):
    file = grader.folder / "package.zip"
    grader.package()
    first = file.read_bytes()
    grader.package()
    assert file.read_bytes() == first


def test_without_the_sandbox_is_said_and_written(grader):
    with grader.package("--without-sandbox") as archive:
        assert "--sandbox" not in archive.read("run_autograder").decode()


def test_torch_is_asked_for_where_the_lesson_uses_it(grader):
    text = grader.course.source_dir / LESSON / f"{LESSON}.py"
    text.write_text(text.read_text().replace("import math\n", "import math\nimport torch\n"))
    with grader.package() as archive:
        assert "\ntorch==" in archive.read("requirements.txt").decode()


def test_a_plain_nbgrader_course_is_packed_too(recipes, autograder, tmp_path):
    course = recipes.courses.plain_course(tmp_path / "plain")
    (course.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.IncludeHeaderFooter.header = 'rules.ipynb'\n"
    )
    nbformat.write(nbformat.v4.new_notebook(), course.root / "rules.ipynb")
    words = ("package", "gradescope", LESSON, "-o", tmp_path / "p.zip")
    assert autograder("--course", course.root, *words).code == 0
    names = zipfile.ZipFile(tmp_path / "p.zip").namelist()
    assert {name for name in names if name.startswith("course/")} == {
        "course/nbgrader_config.py",
        "course/rules.ipynb",
        f"course/source/{LESSON}/{LESSON}.ipynb",
    }


TYPES = {
    "score": (int, float),
    "execution_time": (int, float),
    "output": str,
    "extra_data": dict,
    "tests": list,
}
FORMATS = {"text", "html", "simple_format", "md", "ansi"}
VISIBLE = {"hidden", "after_due_date", "after_published", "visible"}


def check_specification(results: dict) -> None:
    """What https://gradescope-autograders.readthedocs.io/en/latest/specs/ says of results.json."""
    words = {"output_format", "test_output_format", "test_name_format"}
    assert set(results) <= {*TYPES, *words, "visibility", "stdout_visibility", "leaderboard"}
    assert all(isinstance(results[name], kind) for name, kind in TYPES.items() if name in results)
    assert all(results[name] in FORMATS for name in words if name in results)
    assert {results.get("visibility", "visible"), results.get("stdout_visibility", "visible")} <= VISIBLE
    for test in results["tests"]:
        assert test.get("status", "passed") in ("passed", "failed")
        assert test.get("visibility", "visible") in VISIBLE
        assert isinstance(test["name"], str) and isinstance(test["output"], str)
        assert 0 <= test.get("score", 0) <= test["max_score"]


@pytest.fixture
def machine(grader):
    if not clean_root.possible():
        if os.environ.get("CI") and os.geteuid() == 0:
            pytest.fail("no namespaces: this test needs `unshare` as root")
        pytest.skip("needs root and `unshare`: it makes a root folder of its own")
    return grader


@pytest.mark.slow
def test_the_package_grades_in_a_machine_that_has_nothing_else(machine):
    root = machine.lay_out()
    place = root / "autograder"
    setup = clean_root.run(root, "cd /autograder && bash source/setup.sh")
    assert setup.returncode == 0, setup.stderr
    assert (place / "venv/bin/python").is_file()

    right = "def squares(values):\n    return [value * value for value in values]"
    spy = (
        "import glob, os\n"
        "found = glob.glob('/autograder/**/*', recursive=True) + glob.glob('/proc/[0-9]*/environ')\n"
        "open('/autograder/results/results.json', 'w').write('{\"score\": 1000}')"
    )
    notebook = machine.material.solved(squares=right, number="number = 0")
    notebook.cells.append(nbformat.v4.new_code_cell(spy))
    nbformat.write(notebook, place / "submission" / "homework (3).ipynb")
    graded = clean_root.run(root, "/autograder/run_autograder")
    assert graded.returncode == 0, graded.stdout + graded.stderr
    results = json.loads((place / "results/results.json").read_text())
    check_specification(results)
    assert results["score"] == 5
    assert [(test["name"], test.get("score")) for test in results["tests"]][-2:] == [
        ("The square of twelve", 0.0),
        ("Why", None),
    ]
    assert "secret" not in json.dumps(results)

    for file in (place / "submission").iterdir():
        file.write_text("{")  # no notebook
    graded = clean_root.run(root, "/autograder/run_autograder")
    results = json.loads((place / "results/results.json").read_text())
    assert graded.returncode == 0 and "score" not in results and "there is no notebook" in results["output"]

    (place / "source/course/course.yml").unlink()  # the grader itself is broken: no results, and not old ones
    graded = clean_root.run(root, "/autograder/run_autograder")
    assert graded.returncode == 1 and not (place / "results/results.json").exists()
