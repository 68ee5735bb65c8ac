"""The templates for GitHub, GitLab and Classroom 50: valid by the services' schemas, and their steps run here."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner
from ruamel.yaml import YAML

from autograder.records import Report

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
PUSH = TEMPLATES / "github-classroom/student/.github/workflows/grade.yml"
NIGHT = TEMPLATES / "github-classroom/course/.github/workflows/grade-all.yml"
GITLAB = TEMPLATES / "gitlab-ci.yml"
LESSON = "01_squares"
load = YAML(typ="safe").load
EXPRESSION = re.compile(r"\$\{\{\s*([\w.]+)\s*\}\}")


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("vendor.github-workflows", PUSH),
        ("vendor.github-workflows", NIGHT),
        ("vendor.github-workflows", ROOT / ".github/workflows/ci.yml"),
        ("vendor.gitlab-ci", GITLAB),
    ],
)
def test_it_is_valid_by_the_services_own_schema(schema, file):
    done = CliRunner().invoke(check_jsonschema, ["--builtin-schema", schema, str(file)])
    assert done.exit_code == 0, done.output


def test_no_student_text_is_put_into_a_script():
    """An expression inside `run` would be a piece of the script itself: a branch may be called `$(...)`."""
    for file in (PUSH, NIGHT):
        for job in load(file.read_text())["jobs"].values():
            assert not any("${{" in step.get("run", "") for step in job["steps"])
            checkouts = [step for step in job["steps"] if "checkout" in step.get("uses", "")]
            assert checkouts and all(step["with"]["persist-credentials"] is False for step in checkouts)


class Machine:
    """A service's machine: a course, a student's repository, and a `python` that has everything installed."""

    def __init__(self, recipes, folder: Path) -> None:
        self.folder, self.work = folder, folder / "work"
        self.course = recipes.courses.text_course(folder / "course")
        self.material = recipes.Material.of(self.course, LESSON)
        release = self.course.release_dir / LESSON / f"{LESSON}.ipynb"
        release.parent.mkdir(parents=True)
        nbformat.write(self.material.release, release)
        self.work.mkdir()
        (folder / "home").mkdir()
        self.tool(
            "python",
            f'if [ "$1 $2 $3" = "-m pip install" ]; then echo "$@" >> {folder}/installed; else exec {sys.executable} "$@"; fi',
        )
        self.environment = {
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "HOME": str(folder / "home"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "GIT_CONFIG_GLOBAL": str(folder / "gitconfig"),
        }

    def tool(self, name: str, script: str) -> None:
        file = self.folder / "bin" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"#!/bin/bash\n{script}\n")
        file.chmod(0o755)

    def homework(self, place: Path, **answers: str) -> Path:
        """A student's repository with the lesson's folder."""
        self.material.folder = place / LESSON
        self.material.hand_in(self.material.solved(**answers))
        (place / "README.md").write_text("mine")
        return place

    def run(self, script: str, **environment: str) -> subprocess.CompletedProcess:
        """As GitHub and GitLab run a step: `bash -e`."""
        said = {**self.environment, **environment}
        words = ["bash", "-e", "-c", script]
        return subprocess.run(words, cwd=self.work, env=said, capture_output=True, text=True, timeout=300)

    def steps(self, workflow: Path, context: dict[str, str]) -> subprocess.CompletedProcess:
        """The shell steps of a workflow's only job, up to the first that fails; the result of the last."""
        text = EXPRESSION.sub(lambda found: context.get(found[1], ""), workflow.read_text())
        read = load(text)
        (job,) = read["jobs"].values()
        shared = {**read["env"], "LESSON": LESSON}
        for step in (step for step in job["steps"] if "run" in step):
            own = {name: value or "" for name, value in step.get("env", {}).items()}
            done = self.run(step["run"], **{**shared, **own})
            if done.returncode:
                break
        return done

    def git(self, folder: Path, *words: object) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
        command = ["git", *who, "-C", folder, *words]
        subprocess.run(list(map(str, command)), check=True, capture_output=True, env=self.environment)

    def as_repository(self, folder: Path) -> None:
        self.git(folder, "init", "-q", "-b", "main")
        self.git(folder, "add", "-A")
        self.git(folder, "commit", "-q", "-m", "first")


@pytest.fixture
def machine(recipes, tmp_path) -> Machine:
    return Machine(recipes, tmp_path)


@pytest.mark.slow
def test_github_grades_a_push(machine):
    shutil.copytree(machine.course.root, machine.work / "course")
    machine.homework(machine.work / "submission", number="number = 0")
    done = machine.steps(PUSH, {"github.actor": "ada", "github.ref": "main"})
    assert done.returncode == 1, done.stdout + done.stderr  # a red cross: one test fails
    (entry,) = Report.from_json((machine.work / "result.json").read_text()).submissions
    assert (entry.student, entry.score, entry.max_score) == ("ada", 5, 6)
    assert "5 of 6 points" in (machine.folder / "summary.md").read_text()
    assert (machine.work / "junit.xml").is_file()
    assert (machine.folder / "installed").read_text() == "-m pip install -q ./course[grader]\n"
    kept = load(PUSH.read_text())["jobs"]["grade"]["steps"][-1]["with"]["path"].split()
    assert all((machine.work / name).is_file() for name in kept)

    machine.homework(machine.work / "submission")
    assert machine.steps(PUSH, {"github.actor": "ada"}).returncode == 0


@pytest.mark.slow
def test_github_grades_all_at_night(machine):
    machine.work.rmdir()
    machine.course.root.rename(machine.work)
    machine.homework(machine.folder / "github/06-autograd-ada")
    machine.homework(machine.folder / "github/06-autograd-ben", number="number = 0")
    (machine.folder / "github/06-autograd-cy").mkdir()  # accepted, and nothing in it
    (machine.folder / "github/06-autograd-dan").mkdir()
    (machine.folder / "github/06-autograd-dan" / LESSON).symlink_to(
        machine.folder / "github/06-autograd-ada" / LESSON
    )
    machine.homework(machine.folder / "github/something-else")
    machine.tool(
        "gh",
        f'if [ "$2" = list ]; then ls {machine.folder}/github; else cp -R -P "{machine.folder}/github/${{3#OWNER/}}" "$4"; fi',
    )
    done = machine.steps(NIGHT, {})
    assert done.returncode == 0, done.stdout + done.stderr
    report = Report.from_json((machine.work / "result.json").read_text())
    assert {entry.student: entry.score for entry in report.submissions} == {"ada": 6, "ben": 5}
    assert (machine.work / "marks.csv").read_text().count("\n") == 3
    assert "2 submissions" in (machine.folder / "summary.md").read_text()


@pytest.mark.slow
def test_gitlab_grades_a_push(machine):
    machine.as_repository(machine.course.root)
    address = "https://oauth2:t0ken@gitlab.example/GROUP/course.git"
    machine.run(f'git config --global url."file://{machine.course.root}".insteadOf "{address}"')
    machine.work = machine.homework(machine.folder / "builds" / "project", number="number = 0")
    read = load(GITLAB.read_text())
    job = read["grade"]
    known = {"COURSE_TOKEN": "t0ken", "CI_SERVER_HOST": "gitlab.example", "GITLAB_USER_LOGIN": "ada"}
    done = machine.run("\n".join(job["script"]), **{**read["variables"], "LESSON": LESSON}, **known)
    assert done.returncode == job["allow_failure"]["exit_codes"] == 1, done.stdout + done.stderr
    (entry,) = Report.from_json((machine.work / "result.json").read_text()).submissions
    assert (entry.student, entry.score) == ("ada", 5)
    assert (machine.work / job["artifacts"]["reports"]["junit"]).is_file()
    assert "t0ken" not in done.stdout + done.stderr

    done = machine.run("\n".join(job["script"][1:]), **{**read["variables"], "LESSON": "99"}, **known)
    assert done.returncode == 2  # not a student's fault, and not allowed


@pytest.mark.slow
def test_classroom_50_gets_a_result(machine, monkeypatch):
    machine.as_repository(machine.course.root)
    home = machine.homework(machine.folder / "student", number="number = 0")
    machine.as_repository(home)
    (home / "result.json").symlink_to(machine.folder / "elsewhere")
    spec = importlib.util.spec_from_file_location("classroom50", TEMPLATES / "classroom50/autograder.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    really = script.run
    monkeypatch.setattr(script, "run", lambda *words, **how: 0 if "pip" in words else really(*words, **how))
    monkeypatch.setattr(script, "COURSE", f"file://{machine.course.root}")
    monkeypatch.setattr(script, "LESSON", LESSON)
    runner = {
        "CLASSROOM": "c",
        "ASSIGNMENT": "a",
        "USERNAME": "ada",
        "OWNER": "ada",
        "ASSIGNMENT_TYPE": "individual",
    }
    links = {name: f"https://example.org/{name}" for name in ("COMMIT_URL", "RELEASE_URL", "REVIEW_URL")}
    for name, value in {**runner, **links, "SUBMISSION_TAG": "submit/2027-01-12T10-00-00Z-abc1234"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(home)
    script.main()
    result = json.loads((home / "result.json").read_text())
    assert (result["score"], result["max-score"], result["owner"]) == (3, 4, "ada")  # without the hidden test
    assert not (home / "result.json").is_symlink() and not (machine.folder / "elsewhere").exists()

    monkeypatch.setattr(script, "COURSE", f"file://{machine.folder}/nothing")
    with pytest.raises(SystemExit, match="git ended"):
        script.main()
