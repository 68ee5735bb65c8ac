"""The documentation's own code, its links, and the examples in it. That it builds, `make docs` proves in CI."""

import importlib.util
import re
from pathlib import Path

import nbformat
import pytest

import labkit
import torchlet
from autograder.__main__ import VERBS, make_app

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
MADE = ["cli.md"]  # by the build


def extension(name):
    pytest.importorskip("sphinx")
    spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / "extensions" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "page", [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name
)
def test_links_lead_somewhere(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.S)
    for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        assert (page.parent / link).exists() or link in MADE, link


def test_every_page_is_in_the_contents():
    listed = re.findall(r"^[\w-]+$", (DOCS / "index.md").read_text(), re.M)
    assert {page.stem for page in PAGES} - {"index"} <= set(listed)


def test_the_reference_shows_the_help_of_every_verb():
    text = extension("command_line").reference(make_app())
    for verb in VERBS:
        assert f"## `autograder {verb}`" in text and f"Usage: autograder {verb}" in text
    assert "autograder build --check" in text and "\x1b" not in text


def test_a_page_folds_what_the_notebook_folds_and_runs_no_check():
    path = ROOT / "notebooks/06_autograd/06_autograd.ipynb"
    before = nbformat.read(path, as_version=4).cells
    after = nbformat.reads(extension("lessons").page(path).decode(), as_version=4).cells
    assert [cell.source for cell in before] == [cell.source for cell in after]
    checks = predictions = 0
    for old, new in zip(before, after, strict=True):
        tags = new.metadata.get("tags", [])
        is_check = old.cell_type == "code" and old.metadata.get("nbgrader", {}).get("grade", False)
        assert ("skip-execution" in tags) == is_check
        if old.source.startswith(("# @title Prediction", "predict(")):
            assert "hide-input" in tags
            predictions += 1
        if is_check:
            assert new.metadata.mystnb.code_prompt_show == old.source.splitlines()[0].lstrip("# ")
            checks += 1
    assert checks >= 10 and predictions >= 4


def test_formulas_become_mathml():
    convert = extension("mathml").convert
    assert "<mfrac>" in convert(r"\frac{df}{dx}")


def test_what_the_page_on_checks_names_is_there():
    text = (DOCS / "writing.md").read_text()
    named = set(re.findall(r"`(\w+)(?:\([^`]*\))?`", text.partition("| | asks |")[2].partition("\n\n")[0]))
    public = set(labkit.expect.__all__)
    assert public & named >= public - {"Mismatch", "name_type", "set_seed"}


def test_the_examples_of_the_page_on_checks_run(capsys):
    scope = {"torch": torchlet, "predict": labkit.predict}
    blocks = re.findall(r"^ *```python\n(.*?)^ *```$", (DOCS / "writing.md").read_text(), re.M | re.S)
    assert len(blocks) == 3
    for block in blocks:
        indent = len(block) - len(block.lstrip())
        exec("\n".join(line[indent:] for line in block.splitlines()), scope)
    assert "The slope of the secant is 2.1." in capsys.readouterr().out
