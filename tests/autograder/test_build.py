"""From a lesson's source to the student edition: the same bytes each time, nothing leaked, nothing lost."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

GOLDEN = Path(__file__).parent / "golden"
ROOT = Path(__file__).parents[2]


def files(folder: Path) -> dict[str, bytes]:
    """The contents of all files below a folder, by relative path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_whole_output_of_a_build_is_the_stored_one(course, autograder):
    assert autograder("--course", course, "build").code == 0
    made = course / "made"
    shutil.copytree(course / "notebooks", made / "notebooks")
    shutil.copy(course / "README.md", made)
    if os.environ.get("UPDATE_GOLDEN"):  # then look at what git shows
        shutil.rmtree(GOLDEN, ignore_errors=True)
        shutil.copytree(made, GOLDEN)
    assert files(made) == files(GOLDEN)


def test_a_second_build_changes_nothing(course, autograder):
    autograder("--course", course, "build")
    before = {path: path.stat().st_mtime_ns for path in course.rglob("*") if path.is_file()}
    assert "1 lesson up to date" in autograder("--course", course, "build").out
    assert {path: path.stat().st_mtime_ns for path in course.rglob("*") if path.is_file()} == before


def test_the_source_notebook_is_not_newer_than_its_text(course, autograder):
    """jupytext would refuse to open it in JupyterLab."""
    text = course / "solutions/01_first/01_first.py"
    os.utime(text, (1_700_000_000, 1_700_000_000))
    autograder("--course", course, "build")
    assert text.with_suffix(".ipynb").stat().st_mtime == text.stat().st_mtime


def test_run_all_goes_past_homework_that_is_not_solved(course, autograder):
    autograder("--course", course, "build")
    notebook = nbformat.read(course / "notebooks/01_first/01_first.ipynb", as_version=4)
    tagged = {cell.id for cell in notebook.cells if "raises-exception" in cell.metadata.get("tags", [])}
    assert tagged == {"mean_check", "mean_hidden"}


def test_students_get_no_answer_no_hidden_test_and_no_rubric(course, autograder):
    autograder("--course", course, "build")
    released = course / "notebooks/01_first"
    assert sorted(path.name for path in released.iterdir()) == ["01_first.ipynb", "numbers.csv"]
    notebook = nbformat.read(released / "01_first.ipynb", as_version=4)
    nbformat.validate(notebook)
    text = (released / "01_first.ipynb").read_text()
    for secret in ("sum(values)", "[-5, 5, 3]", "no number that is right", "1 point for", "jupytext"):
        assert secret in (course / "solutions/01_first/01_first.ipynb").read_text()
        assert secret not in text
    hidden = next(cell for cell in notebook.cells if cell.id == "mean_hidden")
    assert hidden.source == "# Other numbers, and none at all"
    assert notebook.metadata.kernelspec.name == "python3"
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in notebook.cells)


def test_an_edit_changes_the_id_of_no_other_cell(course, lesson, autograder):
    autograder("--course", course, "build")
    path = course / "notebooks/01_first/01_first.ipynb"
    before = [cell.id for cell in nbformat.read(path, as_version=4).cells]
    lesson.write_text("# %% [markdown]\n# A new first paragraph.\n\n" + lesson.read_text())
    autograder("--course", course, "build")
    after = [cell.id for cell in nbformat.read(path, as_version=4).cells]
    assert after[:2] + after[3:] == before and len(set(after)) == len(after)


def test_the_setup_cell_is_locked_and_names_lesson_and_release(course, autograder):
    autograder("--course", course, "build")
    notebook = nbformat.read(course / "notebooks/01_first/01_first.ipynb", as_version=4)
    setup = notebook.cells[1]
    assert setup.metadata.nbgrader.grade_id == "setup" and setup.metadata.editable is False
    assert setup.metadata.autograder.lesson == "01_first" and "01_first" in setup.source
    assert '%pip install -q "course[lessons] @ git+https://github.com/somebody/course@v1.0"' in setup.source
    address = "colab.research.google.com/github/somebody/course/blob/v1.0/notebooks/01_first/01_first.ipynb"
    assert address in notebook.cells[0].source


def test_a_placeholder_for_the_repository_is_said_plainly(course, autograder):
    settings = course / "course.yml"
    settings.write_text(settings.read_text().replace("somebody/course", "OWNER/REPO"))
    autograder("--course", course, "build")
    header, setup = nbformat.read(course / "notebooks/01_first/01_first.ipynb", as_version=4).cells[:2]
    assert "colab.research" not in header.source and "autograder init --repository URL" in header.source
    assert "pip install" not in setup.source
    namespace = {}
    exec(setup.source, namespace)  # here both modules are installed: it sets nothing but them
    assert set(namespace) == {"__builtins__", "fractions", "statistics"}
    with pytest.raises(ImportError, match="still the placeholder OWNER/REPO"):
        exec(setup.source.replace("statistics", "no_such_module"), {})


def test_the_setup_cell_installs_only_where_a_module_is_missing(course, autograder):
    from IPython.core.inputtransformer2 import TransformerManager

    autograder("--course", course, "build")
    setup = nbformat.read(course / "notebooks/01_first/01_first.ipynb", as_version=4).cells[1].source
    ran = []
    shell = SimpleNamespace(run_line_magic=lambda name, line: ran.append((name, line)))
    for missing in (False, True):
        code = TransformerManager().transform_cell(
            setup.replace("statistics", "no_such_module") if missing else setup
        )
        exec(code, {"get_ipython": lambda: shell})
        assert len(ran) == missing
    assert ran == [("pip", 'install -q "course[lessons] @ git+https://github.com/somebody/course@v1.0"')]


@pytest.mark.parametrize("damage", ["edited", "missing", "data", "readme", "source", "leftover"])
def test_check_names_what_is_stale_and_the_command_that_repairs_it(course, lesson, autograder, damage):
    autograder("--course", course, "build")
    assert autograder("--course", course, "build", "--check").code == 0
    released = course / "notebooks/01_first/01_first.ipynb"
    stale = "notebooks/01_first/01_first.ipynb"
    if damage == "edited":
        released.write_text(released.read_text() + "\n")
    elif damage == "missing":
        released.unlink()
    elif damage == "data":
        (released.parent / "numbers.csv").write_text("2\n")
        stale = "notebooks/01_first/numbers.csv"
    elif damage == "readme":
        readme = course / "README.md"
        readme.write_text(readme.read_text().replace("A first lesson", "Another"))
        stale = "README.md"
    elif damage == "source":
        lesson.write_text(lesson.read_text().replace("This one is text", "This is text"))
    elif damage == "leftover":
        shutil.copytree(released.parent, course / "notebooks/09_gone")
        (course / "notebooks/09_gone/01_first.ipynb").rename(course / "notebooks/09_gone/09_gone.ipynb")
        stale = "notebooks/09_gone/09_gone.ipynb"
    before = files(course)
    result = autograder("--course", course, "build", "--check")
    assert result.code == 1 and f"{stale} " in result.out and "repair: autograder build" in result.out
    assert files(course) == before
    repair = result.out.split("repair: autograder ")[1].split()
    assert autograder("--course", course, *repair).code == 0
    assert autograder("--course", course, "build", "--check").code == 0


def test_a_students_own_notebook_is_not_a_leftover(course, autograder):
    autograder("--course", course, "build")
    mine = course / "notebooks/mine/mine.ipynb"
    mine.parent.mkdir()
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), mine)
    assert autograder("--course", course, "build").code == 0
    assert mine.is_file()


def edit_notebook(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if "This one is text" in cell.source)
    cell.source = cell.source.replace("This one is text", "Edited in Jupyter")
    notebook.cells[-3]["outputs"] = [nbformat.v4.new_output("stream", text="run")]
    nbformat.write(notebook, path)


def test_edits_of_the_source_notebook_are_never_overwritten_silently(course, lesson, autograder):
    autograder("--course", course, "build")
    made = course / "solutions/01_first/01_first.ipynb"
    edit_notebook(made)
    before = files(course)
    result = autograder("--course", course, "build")
    assert result.code == 2 and "changes that solutions/01_first/01_first.py does not have" in result.err
    assert "--from-notebook" in result.err and "--force" in result.err
    assert files(course) == before

    text = lesson.read_text()
    assert autograder("--course", course, "build", "01", "--from-notebook").code == 0
    assert lesson.read_text() == text.replace("This one is text", "Edited in Jupyter")
    assert "Edited in Jupyter" in (course / "notebooks/01_first/01_first.ipynb").read_text()


def test_force_throws_the_edits_away(course, lesson, autograder):
    autograder("--course", course, "build")
    made = course / "solutions/01_first/01_first.ipynb"
    before = made.read_bytes()
    edit_notebook(made)
    assert autograder("--course", course, "build", "--force").code == 0
    assert made.read_bytes() == before


def test_running_the_source_notebook_is_not_an_edit(course, autograder):
    autograder("--course", course, "build")
    made = course / "solutions/01_first/01_first.ipynb"
    notebook = nbformat.read(made, as_version=4)
    notebook.cells[-3]["outputs"] = [nbformat.v4.new_output("stream", text="run")]
    notebook.cells[-3]["execution_count"] = 3
    nbformat.write(notebook, made)
    assert autograder("--course", course, "build").code == 0


def test_pairing_writes_an_edit_back_into_the_text(course, lesson, autograder):
    autograder("--course", course, "build")
    text = lesson.read_text()
    edit_notebook(course / "solutions/01_first/01_first.ipynb")
    os.utime(course / "solutions/01_first/01_first.ipynb")
    notebook = "solutions/01_first/01_first.ipynb"
    done = subprocess.run(
        [sys.executable, "-m", "jupytext", "--sync", notebook], cwd=course, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    assert "Edited in Jupyter" in lesson.read_text()
    assert lesson.read_text().endswith(text.split("%% nbgrader", 1)[1])  # the generated cells stand in front
    assert autograder("--course", course, "build").code == 0
    released = nbformat.read(course / "notebooks/01_first/01_first.ipynb", as_version=4)
    assert [cell.id for cell in released.cells][:2] == ["header", "setup"]
    assert sum("Run this cell first" in cell.source for cell in released.cells) == 1


def test_a_notebook_whose_text_is_gone_is_not_taken_for_a_source(course, lesson, autograder):
    autograder("--course", course, "build")
    text = lesson.read_text()
    lesson.unlink()
    result = autograder("--course", course, "build")
    assert result.code == 2 and "made from a text that is gone" in result.err
    assert autograder("--course", course, "build", "01", "--from-notebook").code == 0
    assert lesson.read_text() == text


def test_a_second_notebook_beside_the_text_would_be_handed_out(course, autograder):
    other = course / "solutions/01_first/Untitled.ipynb"
    nbformat.write(nbformat.v4.new_notebook(), other)
    result = autograder("--course", course, "build")
    assert result.code == 2 and "solutions/01_first/Untitled.ipynb: a second notebook" in result.err


def test_a_lesson_without_a_source_is_no_error_unless_it_is_asked_for(course, autograder):
    assert autograder("--course", course, "build").code == 0
    result = autograder("--course", course, "build", "00_before")
    assert result.code == 2 and "solutions/00_before/00_before.py" in result.err


def test_a_source_that_is_a_notebook_is_taken_as_it_is(course, autograder):
    autograder("--course", course, "build")
    source = course / "source/ps1/ps1.ipynb"
    source.parent.mkdir(parents=True)
    notebook = nbformat.read(course / "solutions/01_first/01_first.ipynb", as_version=4)
    notebook.metadata.pop("autograder")
    notebook.nbformat_minor = 4
    for cell in notebook.cells:
        del cell["id"]  # as notebooks were written until 2021
    source.write_text(json.dumps(notebook))
    bare = course / "bare"
    bare.mkdir()
    (course / "source").rename(bare / "source")
    assert autograder("--course", bare, "build").code == 0
    first = files(bare / "release")
    released = nbformat.reads(first["ps1/ps1.ipynb"].decode(), as_version=4)
    nbformat.validate(released)
    assert "YOUR CODE HERE" in first["ps1/ps1.ipynb"].decode() and released.cells[1].id == "setup"
    shutil.rmtree(bare / "release")
    assert autograder("--course", bare, "build").code == 0
    assert files(bare / "release") == first
    assert sorted(path.name for path in (bare / "source/ps1").iterdir()) == ["ps1.ipynb"]


def test_a_text_in_another_encoding_is_named_and_a_byte_order_mark_does_not_matter(
    course, lesson, autograder
):
    autograder("--course", course, "build")
    lesson.write_bytes(b"\xef\xbb\xbf" + lesson.read_bytes().replace(b"\n", b"\r\n"))
    assert autograder("--course", course, "build", "--check").code == 0
    lesson.write_text("# %% [markdown]\n# Größe\n", encoding="latin-1")
    result = autograder("--course", course, "build")
    assert result.code == 2 and "solutions/01_first/01_first.py: not UTF-8 text" in result.err


def test_what_the_system_refuses_is_said_in_a_sentence(course, autograder):
    (course / "notebooks").write_text("a file where the folder should be")
    result = autograder("--course", course, "build")
    assert result.code == 2 and "cannot be used" in result.err and "Traceback" not in result.err


def test_a_file_that_is_no_notebook_is_named(course, autograder):
    bare = course / "bare/source/ps1"
    bare.mkdir(parents=True)
    (bare / "ps1.ipynb").write_text("not json")
    result = autograder("--course", course / "bare", "build")
    assert result.code == 2 and "ps1.ipynb: not a notebook" in result.err


def test_the_real_lessons_keep_the_rules_and_build(tmp_path, autograder):
    shutil.copy(ROOT / "course.yml", tmp_path)
    shutil.copytree(
        ROOT / "solutions", tmp_path / "solutions", ignore=shutil.ignore_patterns("*.ipynb", "__pycache__")
    )
    result = autograder("--course", tmp_path, "build")
    assert result.code == 0, result.err
    assert (tmp_path / "notebooks/06_autograd/06_autograd.ipynb").is_file()
