"""Setting a course's address, and starting a new course."""

import pytest

from autograder.course import Course
from autograder.yamlfile import edit


def test_a_new_course_is_complete_and_ready(tmp_path, autograder):
    folder = tmp_path / "statistics"
    assert autograder("init", folder, "--new").code == 0
    result = autograder("--course", folder, "status")
    assert result.code == 0 and "01_first" in result.out and "ready" in result.out and "2 + 1" in result.out
    assert autograder("--course", folder, "build", "--check").code == 0
    assert (
        "[A first lesson](notebooks/01_first/01_first.ipynb) | 30 | 3 points |"
        in (folder / "README.md").read_text()
    )


def test_a_new_course_overwrites_nothing(tmp_path, autograder):
    (tmp_path / "README.md").write_text("mine")
    result = autograder("init", tmp_path, "--new")
    assert result.code == 2 and "already has README.md" in result.err
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]


def test_the_address_reaches_every_notebook_and_comments_stay(course, autograder):
    before = (course / "course.yml").read_text()
    result = autograder(
        "--course", course, "init", "--repository", "https://github.com/me/mine", "--tag", "v2.0"
    )
    assert result.code == 0
    after = (course / "course.yml").read_text()
    assert after == before.replace("somebody/course", "me/mine").replace("v1.0", "v2.0")
    assert "# not written yet" in after
    notebook = (course / "notebooks/01_first/01_first.ipynb").read_text()
    assert "git+https://github.com/me/mine@v2.0" in notebook and "/me/mine/blob/v2.0/notebooks/" in notebook
    assert "/me/mine/blob/v2.0/" in (course / "README.md").read_text()
    assert autograder("--course", course, "build", "--check").code == 0


def test_a_badge_needs_github_and_installing_needs_only_git(course, autograder):
    autograder("--course", course, "init", "--repository", "https://gitlab.com/me/mine")
    notebook = (course / "notebooks/01_first/01_first.ipynb").read_text()
    assert "git+https://gitlab.com/me/mine@v1.0" in notebook and "colab" not in notebook.lower()


@pytest.mark.parametrize(
    "address", ["github.com/me/mine", "git@github.com:me/mine.git", "https://github.com/me"]
)
def test_an_address_that_is_none_changes_nothing(course, autograder, address):
    before = (course / "course.yml").read_text()
    result = autograder("--course", course, "init", "--repository", address)
    assert result.code == 2 and "https://github.com/OWNER/REPO" in result.err
    assert (course / "course.yml").read_text() == before


def test_a_plain_nbgrader_course_has_no_place_for_an_address(tmp_path, autograder):
    (tmp_path / "source").mkdir()
    result = autograder("--course", tmp_path, "init", "--repository", "https://github.com/me/mine")
    assert result.code == 2 and "no course.yml" in result.err


def test_without_a_wish_init_says_what_it_can_do(course, autograder):
    result = autograder("--course", course, "init")
    assert result.code == 2 and "--repository URL" in result.err


def test_editing_the_real_course_file_changes_one_line(tmp_path):
    from pathlib import Path

    real = (Path(__file__).parents[2] / "course.yml").read_text()
    copy = tmp_path / "course.yml"
    copy.write_text(real)
    edit(copy, {"repository": "https://github.com/me/mine"})
    repository = Course.load(Path(__file__).parents[2]).repository
    assert copy.read_text() == real.replace(
        f"repository: {repository}", "repository: https://github.com/me/mine"
    )
