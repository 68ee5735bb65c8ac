"""Translating: what translators get, and that nothing but their words changes."""

import re
from pathlib import Path

import polib
import pytest
from hypothesis import given
from hypothesis import strategies as st

import labkit
from autograder import lesson_texts, paragraphs, percent, sources, translate
from autograder.course import Course
from labkit import expect

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


def test_every_paragraph_and_every_title_is_reached_and_no_code(real, template):
    for entry in template:
        entry.msgstr = "ПЕРЕВОД"
    notebook = sources.notebooks(real, LESSON)[LESSON]
    done = translate.translated(notebook, template)
    body = [
        (old, new) for old, new in zip(notebook.cells, done.cells, strict=True) if "generated" not in str(old)
    ]
    titles = 0
    for old, new in body:
        first, _, code = old.source.partition("\n")
        titled = old.cell_type == "code" and bool(
            re.fullmatch(r"# (@title )?ПЕРЕВОД(\n.*)?", new.source, re.S)
        )
        titles += titled
        changed = titled or (old.cell_type == "markdown" and bool(paragraphs.translatable(old.source)))
        assert (old.source != new.source) == changed and old.metadata == new.metadata and old.id == new.id
        assert not titled or (first.startswith("# ") and new.source.partition("\n")[2] == code)
    assert titles > 15
    left = [
        piece
        for _, new in body
        if new.cell_type == "markdown"
        for piece in paragraphs.translatable(new.source)
    ]
    assert set(left) == {"ПЕРЕВОД"}
    for entry in template:
        entry.msgstr = ""


CHECK = """
good = True
hint = f"Divide by {n}." if good else "Add them up."
causes = {3: "One too many."}
cases = {"an empty list": ([], 0), "a list": ([1], 1)}
numbers = rng.normal(2)
for case, (values, want) in cases.items():
    expect.close(mean(values), want, name="the mean of " + case, hint=hint, mistakes={"The sum.": 1, **more})
    expect.true(got == want, f"{got} for {case}: {len(values)} numbers", hint=causes.get(len(got), "Count again."))
for text in ("The first.", "The second."):
    expect.raises(ValueError, mean, [], match="no text", name=text, where="section 2")
predict("What is `x`?", {"two words": "Yes.", "12": "No, `x` is."}, answer="two words")
order_lines("A loop.", ["for x in y:"], {"while x:": "It never ends."})
axes.plot(numbers, label="the fit")
axes.set(xlabel="x", ylabel="mean loss")
show_figure(figure, alt="A line " "and a dot.")
expect.shape(made, (3,), name="fit(model, data)")
more = {"The number of them.": 2}
print("not this")
expect.right("Right, both agree:", numbers)
with expect.gaps("Come back after task 5."):
    expect.passed("mean")
""".strip()


def test_the_texts_that_code_shows_are_found_in_it():
    found = [text for _, text in lesson_texts.texts(CHECK)]
    assert sorted(found) == sorted([
        "the mean of {case}", "an empty list", "a list", "Divide by {n}.", "Add them up.", "The sum.",
        "The number of them.", "{got} for {case}: {value3} numbers", "One too many.", "Count again.", "The first.",
        "The second.", "section 2", "What is `x`?", "two words", "Yes.", "No, `x` is.", "A loop.", "It never ends.",
        "the fit", "mean loss", "A line and a dot.", "Right, both agree:", "Come back after task 5.",
    ])  # fmt: skip
    assert {text: line for line, text in lesson_texts.texts(CHECK)}["section 2"] == 10


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("# Two lists\nexpect.true(...)", "Two lists"),
        ("# @title Put them in order\n", "Put them in order"),
        ("x = 1  # no", ""),
        ("", ""),
    ],
)
def test_the_title_of_a_cell_is_its_first_line(code, title):
    assert lesson_texts.title(code) == title


@pytest.fixture
def backwards(tmp_path, monkeypatch):
    """`backwards(template)`: a language in which every text of a template stands in angle quotes."""

    def speak(template):
        folder = tmp_path / "xx" / "LC_MESSAGES"
        folder.mkdir(parents=True)
        for entry in template:
            entry.msgstr = f"«{entry.msgid}»"
        template.save_as_mofile(str(folder / "lesson.mo"))
        monkeypatch.setattr(labkit.translate, "LOCALE", tmp_path)
        forget_catalogues()
        labkit.set_language("xx")

    yield speak
    labkit.set_language(None)
    forget_catalogues()


def forget_catalogues():
    labkit.translate._catalogue.cache_clear()
    labkit.translate._templates.cache_clear()


@pytest.mark.parametrize("lesson", ["05_graphs", "09_functions", "10_regression"])
def test_what_a_lesson_asks_is_shown_in_the_language_of_its_catalogue(real, lesson, backwards, monkeypatch):
    backwards(translate.lesson_template(real, real.lesson(lesson)))
    asked = []
    monkeypatch.setattr(labkit.session, "show", lambda html, text, **_: asked.append(html + text))
    for cell in sources.notebooks(real, lesson)[lesson].cells:
        if cell.cell_type == "code" and re.search(r"^(predict|order_lines)\(", cell.source, re.M):
            exec(cell.source, {"predict": labkit.predict, "order_lines": labkit.order_lines})
    assert len(asked) > 8
    for shown in asked:
        words = re.sub(
            r"«[^»]*»|<code.*?</code>|<style>.*?</style>|<script>.*?</script>|<[^>]*>", "", shown, flags=re.S
        )
        words = re.sub("|".join(map(re.escape, LABKITS_OWN)), "", words)
        words = "\n".join(line for line in words.splitlines() if not line.startswith("  | "))
        assert not re.search(r"[^\W\d_]{3,}", words), words


LABKITS_OWN = (  # what labkit says around them; it has a catalogue of its own
    "Which one would you choose, before you look at what comes below? Open it.", "Predict first.", "Yes.", "No.",
    "Put the lines in order.", "Lines, not all of them needed", "Your program", "Check", "Start again", "Solution",
    "These lines do not belong:", "Other orders that are right too",
)  # fmt: skip


def test_a_check_speaks_the_language_of_the_lessons_catalogue(backwards, monkeypatch):
    template = translate._empty()
    for line, text in lesson_texts.texts(CHECK):
        translate._add(template, text, "check", line)
    backwards(template)
    with pytest.raises(expect.Mismatch) as failure:
        expect.close(
            [2.0], [1.0], name="the mean of a list", hint="Divide by 3.", mistakes={"The sum.": [2.0]}
        )
    assert "«the mean of «a list»» has the wrong value" in str(failure.value)
    assert "Likely cause: «The sum.»" in str(failure.value) and "Hint: «Divide by 3.»" in str(failure.value)
    with pytest.raises(expect.Mismatch, match="«0 for «an empty list»: 2 numbers»"):
        expect.true(False, "0 for an empty list: 2 numbers")
    with pytest.raises(expect.Mismatch, match=r"«The first\.» should raise") as failure:
        expect.raises(ValueError, int, "1", name="The first.", where="section 2")
    assert "Where to look: «section 2»" in str(failure.value)


def test_the_words_in_a_figure_are_translated(backwards, monkeypatch):
    template = translate._empty()
    for line, text in lesson_texts.texts(CHECK):
        translate._add(template, text, "check", line)
    backwards(template)
    shown = []
    monkeypatch.setattr(labkit.session, "show", lambda html, text, **_: shown.append(html))
    figure, axes = labkit.subplots()
    axes.plot([1, 2], label="the fit")
    axes.set(xlabel="x", ylabel="mean loss")
    axes.legend()
    labkit.show_figure(figure, alt="A line and a dot.")
    for text in ("«the fit»", "«mean loss»", ">x<", 'aria-label="«A line and a dot.»"'):
        assert text in shown[0]


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
    forget_catalogues()
    try:
        labkit.set_language("ru")
        assert labkit.tr("Expected:") == "Ожидалось:" and labkit.tr("Got:") == "Got:"
    finally:
        labkit.set_language(None)
        forget_catalogues()


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
