"""Translating: what translators get, and that nothing but their words changes."""

import re
from pathlib import Path

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit
from autograder import paragraphs, percent, sources, translate
from autograder.course import Course

ROOT = Path(__file__).parents[2]
LESSON = "06_autograd"


@pytest.fixture(scope="module")
def real():
    return Course.load(ROOT)


@pytest.fixture(scope="module")
def template(real):
    return translate.lesson_template(real, real.lesson(LESSON))


def identity(template, folder):
    """A catalogue in which every paragraph is translated by itself, on the disk and back."""
    for entry in template:
        entry.msgstr = entry.msgid
    template.save(str(folder / f"{LESSON}.po"))
    return polib.pofile(str(folder / f"{LESSON}.po"))


def test_the_identity_gives_the_same_notebook_and_the_same_text(real, template, tmp_path):
    catalogue = identity(polib.pofile(str(template)), tmp_path)
    notebook = sources.notebooks(real, LESSON)[LESSON]
    assert len(catalogue.translated_entries()) == len(catalogue) > 80
    assert translate.translated(notebook, catalogue) == notebook
    made = translate.sources_in(real, [real.lesson(LESSON)], tmp_path)
    texts = made[f"{LESSON}/{LESSON}.py"], sources.find(real, LESSON).text.read_text(encoding="utf-8")
    first, second = (percent.without_lines(percent.set_cell_ids(percent.read(text))) for text in texts)
    assert first == second and len(first.cells) > 100


def test_every_paragraph_is_reached_and_no_code(real, template):
    for entry in template:
        entry.msgstr = "ПЕРЕВОД"
    notebook = sources.notebooks(real, LESSON)[LESSON]
    done = translate.translated(notebook, template)
    body = [
        (old, new) for old, new in zip(notebook.cells, done.cells, strict=True) if "generated" not in str(old)
    ]
    for old, new in body:
        changed = old.cell_type == "markdown" and bool(paragraphs.translatable(old.source))
        assert (old.source != new.source) == changed and old.metadata == new.metadata and old.id == new.id
    left = [
        piece
        for _, new in body
        if new.cell_type == "markdown"
        for piece in paragraphs.translatable(new.source)
    ]
    assert set(left) == {"ПЕРЕВОД"}
    for entry in template:
        entry.msgstr = ""


def test_a_translation_that_is_missing_or_doubtful_is_not_used(real, template):
    first, second, third = template[0], template[1], template[2]
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid=first.msgid, msgstr="Первый абзац."))
    catalogue.append(polib.POEntry(msgid=second.msgid, msgstr="Сомнительный", flags=["fuzzy"]))
    catalogue.append(polib.POEntry(msgid=third.msgid, msgstr=""))
    text = percent.write(translate.translated(sources.notebooks(real, LESSON)[LESSON], catalogue))
    assert "Первый абзац." in text and "Сомнительный" not in text
    assert third.msgid.splitlines()[0] in text


TEXT = """\
## A title

Words, and $x$ in them.

$$y = x^2$$

```python
words = "in code"

more = 1
```

<details>
<summary>Help: a confusion</summary>

</details>

=== BEGIN MARK SCHEME ===

[a link](https://example.org)
"""


def test_what_is_given_to_translators():
    wanted = ["## A title", "Words, and $x$ in them.", "<details>\n<summary>Help: a confusion</summary>"]
    assert paragraphs.translatable(TEXT) == [*wanted, "[a link](https://example.org)"]


@given(st.text(alphabet="a \n`~\t$*#\u2028я", max_size=60))
def test_the_pieces_are_the_text(text):
    assert "".join(piece for piece, _ in paragraphs.pieces(text)) == text
    assert all(piece == piece.strip() for piece in paragraphs.translatable(text))


def test_every_text_of_labkit_is_in_its_template():
    """Counted in another way: the calls that stand in the text of the sources."""
    template = translate.labkit_template()
    places = {place for entry in template for place in entry.occurrences}
    called = set()
    for source in Path(labkit.__file__).parent.rglob("*.py"):
        for number, line in enumerate(source.read_text(encoding="utf-8").splitlines(), 1):
            if re.search(r"""\b(tr|mark)\(f?["']\w""", line):
                called.add((source.relative_to(ROOT).as_posix(), str(number)))
    assert called <= places and len(called) > 100 and len(template) > 200


def test_a_catalogue_of_labkit_is_read_by_labkit(tmp_path, monkeypatch):
    folder = tmp_path / "ru" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = translate.labkit_template()
    catalogue.find("Expected:").msgstr = "Ожидалось:"
    catalogue.save_as_mofile(str(folder / "labkit.mo"))
    monkeypatch.setattr(labkit.translate, "LOCALE", tmp_path)
    labkit.translate._catalogue.cache_clear()
    try:
        labkit.set_language("ru")
        assert labkit.tr("Expected:") == "Ожидалось:" and labkit.tr("Got:") == "Got:"
    finally:
        labkit.set_language(None)
        labkit.translate._catalogue.cache_clear()


def test_a_translated_course_is_a_course(course, autograder, tmp_path):
    assert autograder("--course", course, "translate", tmp_path / "pot").code == 0
    catalogue = polib.pofile(str(tmp_path / "pot" / "01_first.pot"))
    for entry in catalogue:
        if entry.msgid.startswith("## Task"):
            entry.msgstr = "## Задание: среднее\nНапишите функцию `mean`."
    (tmp_path / "ru").mkdir()
    catalogue.save(str(tmp_path / "ru" / "01_first.po"))
    edition = tmp_path / "edition"
    assert autograder("init", edition, "--new").code == 0
    ran = autograder("--course", course, "translate", edition / "solutions", "--from", tmp_path / "ru")
    assert ran.code == 0 and autograder("--course", edition, "build", "--force").code == 0
    text = (edition / "notebooks/01_first/01_first.ipynb").read_text()
    assert "Задание: среднее" in text and "YOUR CODE HERE" in text and '"grade_id": "mean_check"' in text


def test_a_folder_without_catalogues_and_a_broken_one_are_errors(course, autograder, tmp_path):
    ran = autograder("--course", course, "translate", tmp_path / "out", "--from", tmp_path)
    assert ran.code == 2 and "01_first.po" in ran.err
    (tmp_path / "01_first.po").write_text("no catalogue\n")
    ran = autograder("--course", course, "translate", tmp_path / "out", "--from", tmp_path)
    assert ran.code == 2 and "gettext" in ran.err
