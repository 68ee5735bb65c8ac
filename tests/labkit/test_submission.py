"""`submit` in a live kernel: what JupyterLab, VS Code and Colab tell it, what it refuses, what it writes."""

import copy
import json
import re
from datetime import datetime

import pytest

from labkit import submit
from labkit.submission import NotSubmitted, finding, looking
from labkit.submission.submitting import content_hash

LESSON = "01_first"
ANSWER = "def mean(values):\n    return sum(values) / len(values)"
CALL = "import labkit\nlabkit.submit()"


def cell(source: str, name: str = "", *, kind: str = "code", **marks):
    made = {"cell_type": kind, "metadata": {}, "source": source, "id": name or f"c{abs(hash(source))}"}
    if kind == "code":
        made |= {"outputs": [], "execution_count": None}
    if name:
        made["metadata"]["nbgrader"] = {"grade_id": name, "grade": False, "solution": False, **marks}
    return made


def lesson(answer: str = ANSWER, *, submit_to: str = "https://lms.example/upload") -> dict:
    """A lesson's notebook as it was handed out, with an answer in it."""
    setup = cell("# Lesson 01_first. Run this cell first.", "setup", locked=True)
    setup["metadata"]["autograder"] = {
        "lesson": LESSON,
        "submit_to": submit_to,
        "cells": ["setup", "mean", "mean_check", "partly", "mean_hidden", "why"],
    }
    cells = [
        cell("# A <b>first</b> lesson", kind="markdown"),
        setup,
        cell(answer, "mean", solution=True),
        cell("# The mean of three\nassert mean([1, 2, 3]) == 2", "mean_check", grade=True, points=1),
        cell("# Half\nmean([1.0, 0.0])", "partly", grade=True, points=1),
        cell("# Random numbers", "mean_hidden", grade=True, points=2),
        cell("Because.", "why", kind="markdown", grade=True, solution=True, points=2),
        cell(CALL),
    ]
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3"}},
        "cells": cells,
    }


def as_colab(document: dict) -> dict:
    """What Colab makes of a notebook: no cell ids, its own keys, format 4.0, lines in place of texts."""
    document = copy.deepcopy(document)
    document["nbformat_minor"] = 0
    document["metadata"] = {
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
        "colab": {"provenance": [], "name": "01_first.ipynb"},
    }
    for number, one in enumerate(document["cells"]):
        one.pop("id")
        one["metadata"] = {
            **one["metadata"],
            "id": f"aBcD{number}",
            "outputId": "x",
            "colab": {"base_uri": "https://localhost:8080/"},
        }
        one["source"] = one["source"].splitlines(keepends=True)
    return document


@pytest.fixture
def place(notebook, tmp_path):
    """A folder with the lesson's notebook, open in the kernel as JupyterLab opens it."""
    file = tmp_path / f"{LESSON}.ipynb"
    file.write_text(json.dumps(lesson()))
    run(notebook, f"import os\nos.chdir({str(tmp_path)!r})\nos.environ['JPY_SESSION_NAME'] = {str(file)!r}")
    run(notebook, "def mean(values): pass\ndel mean")
    yield file
    run(notebook, "import sys\nsys.modules.pop('google', 0), sys.modules.pop('google.colab', 0)")


def run(notebook, code: str, **how) -> str:
    """The text that a cell shows; errors as text, too."""
    shown = notebook.run(code, **how)
    parts = [one.get("text") or "\n".join(one.get("traceback", [])) for one in shown]
    parts += [one["data"].get("text/plain", "") for one in shown if "data" in one]
    return "\n".join(part for part in parts if part)


def test_the_open_notebook_is_written_with_a_receipt(notebook, place):
    run(notebook, ANSWER)
    said = run(notebook, CALL)
    written = json.loads((place.parent / "01_first_submission.ipynb").read_text())
    receipt = written["metadata"]["autograder"]["receipt"]
    assert written["cells"] == lesson()["cells"] and written["metadata"]["kernelspec"]["name"] == "python3"
    assert receipt["lesson"] == LESSON and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", receipt["time"])
    assert receipt["sha256"] == content_hash(written["cells"])
    assert [(check["id"], check["result"]) for check in receipt["checks"]] == [
        ("mean_check", "passed"),
        ("partly", "partly"),
    ]
    assert "Checks that pass now: 1 of 2" in said and "Half: partly right" in said
    saved = datetime.fromtimestamp(place.stat().st_mtime)
    assert f"as it was saved at {saved:%H:%M:%S}." in said
    assert "Now upload this file: https://lms.example/upload" in said
    assert '<a href="https://lms.example/upload"' in notebook.last()["text/html"]


def test_after_a_restart_the_checks_have_not_been_run(notebook, place):
    said = run(notebook, "import labkit\nlabkit.submit(anyway=True)")
    assert "The mean of three: not run" in said and "Run all cells" in said
    run(notebook, ANSWER.replace("len(values)", "count"))
    said = run(notebook, "import labkit\nlabkit.submit(anyway=True)")
    assert "The mean of three: not passed" in said and "Run all cells" not in said


def test_checks_run_in_this_session_and_show_nothing(notebook, place):
    run(notebook, ANSWER.replace("len(values)", "2"))
    run(notebook, ANSWER)  # what the file has, and passes
    assert "1 of 2" in run(notebook, CALL)
    run(notebook, "mean = None")
    said = run(notebook, "import labkit\nlabkit.submit(anyway=True)")
    assert "The mean of three: not passed" in said and "TypeError" not in said
    assert run(notebook, "print(In[-2])").startswith("import labkit")  # checks are no cells of the session


def test_an_answer_that_was_run_otherwise_is_refused(notebook, place):
    run(notebook, "def mean(values):\n    return 2")
    said = run(notebook, CALL)
    assert "last run with another text: mean" in said and "Traceback" not in said
    assert not (place.parent / "01_first_submission.ipynb").exists()
    assert "is ready" in run(notebook, "import labkit\nlabkit.submit(anyway=True)")


def test_a_file_that_was_not_saved_is_refused(notebook, place):
    run(notebook, ANSWER)
    said = run(notebook, "labkit.submit()  # typed just now")
    assert "older than what you see" in said and "Ctrl+S" in said
    assert not (place.parent / "01_first_submission.ipynb").exists()


def test_missing_cells_are_named(notebook, place):
    document = lesson()
    document["cells"] = [
        one for one in document["cells"] if looking.grade_id(one) not in ("mean_check", "why")
    ]
    place.write_text(json.dumps(document))
    run(notebook, ANSWER)
    assert "Cells of the lesson are missing: mean_check, why." in run(notebook, CALL)
    assert "is ready" in run(notebook, "import labkit\nlabkit.submit(anyway=True)")


def test_nobody_there_nothing_written(notebook, place):
    assert "nothing was written" in run(notebook, CALL, person=False)
    assert list(place.parent.iterdir()) == [place]


def test_an_unknown_notebook_asks_for_its_name(notebook, place):
    run(notebook, "os.environ['JPY_SESSION_NAME'] = '/somewhere/else.ipynb'")
    assert 'labkit.submit("06_autograd.ipynb")' in run(notebook, CALL)
    run(notebook, ANSWER)
    assert "is ready" in run(notebook, f"import labkit\nlabkit.submit({place.name!r})")


def test_vs_code_names_the_file(notebook, place):
    run(notebook, f"os.environ['JPY_SESSION_NAME'] = ''\n__vsc_ipynb_file__ = {str(place)!r}")
    run(notebook, ANSWER)
    assert "is ready" in run(notebook, CALL)
    run(notebook, "del __vsc_ipynb_file__")


COLAB = """
import json, sys, types
asked, fetched = [], []
def blocking_request(name, request="", timeout_sec=5):
    asked.append(name)
    return json.loads(ANSWER)
google, colab = types.ModuleType("google"), types.ModuleType("google.colab")
colab._message = types.SimpleNamespace(blocking_request=blocking_request)
colab.files = types.SimpleNamespace(download=fetched.append)
google.colab = colab
sys.modules["google"], sys.modules["google.colab"] = google, colab
"""


def test_colab_hands_over_what_its_page_holds(notebook, place):
    answer = {"ipynb": as_colab(lesson())}
    run(notebook, f"ANSWER = {json.dumps(answer)!r}" + COLAB)
    run(notebook, ANSWER)
    said = run(notebook, CALL)
    target = place.parent / "01_first_submission.ipynb"
    assert "Checks that pass now: 1 of 2" in said and "as it was saved" not in said
    assert run(notebook, "print(asked, fetched)") == f"['get_ipynb'] [{str(target)!r}]\n"
    written = json.loads(target.read_text())
    receipt = written["metadata"].pop("autograder")["receipt"]
    assert written == answer["ipynb"]
    assert receipt["sha256"] == content_hash(lesson()["cells"])  # the same content, however it is stored


def test_colab_that_does_not_answer_is_said(notebook, place):
    run(notebook, "ANSWER = 'null'" + COLAB)
    assert "Colab did not hand over the notebook." in run(notebook, CALL)


# --- without a kernel
def test_outside_notebooks_a_path_is_enough(tmp_path, capsys):
    file = tmp_path / "mine.ipynb"
    file.write_text(json.dumps(lesson(submit_to="the box in room <3>")))
    submit(file)
    assert (tmp_path / "01_first_submission.ipynb").is_file()
    assert "the box in room <3>" in capsys.readouterr().out


def test_the_lesson_is_known_from_its_first_line_where_metadata_is_gone(tmp_path, capsys):
    document = lesson()
    for one in document["cells"]:
        one["metadata"] = {}
    (tmp_path / "mine.ipynb").write_text(json.dumps(document))
    submit(tmp_path / "mine.ipynb")
    assert (tmp_path / "01_first_submission.ipynb").is_file()
    assert "could not be checked" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.ipynb", None, "There is no file"),
        ("a.ipynb", "{", "cannot be read"),
        ("a.ipynb", "[]", "is not a notebook"),
        ("a.ipynb", '{"cells": [1]}', "is not a notebook"),
        ("a.ipynb", '{"cells": []}', "does not say which lesson"),
        ("01_first_submission.ipynb", json.dumps(lesson()), "not the lesson's notebook"),
    ],
)
def test_what_cannot_be_handed_in_is_said(tmp_path, name, content, said):
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(NotSubmitted, match="What to do:") as refused:
        submit(tmp_path / name)
    assert said in str(refused.value)


def test_a_lesson_id_cannot_name_another_folder(tmp_path):
    document = lesson()
    document["cells"][1]["metadata"]["autograder"]["lesson"] = "../../evil"
    (tmp_path / "a.ipynb").write_text(json.dumps(document))
    submit(tmp_path / "a.ipynb")
    assert {path.name for path in tmp_path.iterdir()} == {"a.ipynb", ".._.._evil_submission.ipynb"}


def test_only_an_address_becomes_a_link(tmp_path, monkeypatch):
    shown = []
    monkeypatch.setattr("labkit.session.show", lambda html, text: shown.append(html))
    for to in ("javascript:alert(1)", 'https://a.b/"onclick=x', "https://a.b/<script>"):
        (tmp_path / "a.ipynb").write_text(json.dumps(lesson(submit_to=to)))
        submit(tmp_path / "a.ipynb")
    assert not any("href" in html or "<script" in html for html in shown)


def test_the_fingerprint_is_of_the_content():
    one, other = lesson()["cells"], lesson()["cells"]
    other[2]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    assert content_hash(one) == content_hash(other)
    other[2]["source"] += "\n"
    assert content_hash(one) != content_hash(other)
    assert finding.text({"source": ["a\n", "b"]}) == "a\nb"
