"""One translation function for every text that a student sees."""

import ast
import struct
from pathlib import Path

import pytest

import labkit
from labkit import expect, set_language, tr, translate

SOURCES = sorted(Path(labkit.__file__).parent.rglob("*.py"))


def catalogue(folder, language, texts):
    """Write `texts` ({English: translation}) as a gettext catalogue."""
    pairs = [("", "Content-Type: text/plain; charset=UTF-8\n"), *sorted(texts.items())]
    ids, strings = zip(*[(a.encode(), b.encode()) for a, b in pairs], strict=True)
    place = 28 + 16 * len(pairs)
    tables = [[], []]
    for table, items in zip(tables, (ids, strings), strict=True):
        for item in items:
            table += [len(item), place]
            place += len(item) + 1
    count = len(pairs)
    header = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, place)
    path = folder / language / "LC_MESSAGES"
    path.mkdir(parents=True)
    numbers = struct.pack(f"<{4 * count}I", *tables[0], *tables[1])
    (path / "labkit.mo").write_bytes(header + numbers + b"".join(item + b"\0" for item in (*ids, *strings)))


@pytest.fixture
def russian(tmp_path, monkeypatch):
    texts = {
        "{name} has the wrong value.": "{name}: неверное значение.",
        "Expected:": "Ожидалось:",
        "The result": "Результат",
        "the loss of {case}": "потеря: {case}",
        "the loss of {case} after {n} steps, and {n} more": "потеря: {case}; {n} и {n} шагов",
        "the line": "прямая",
    }
    catalogue(tmp_path, "ru", texts)
    monkeypatch.setattr(translate, "LOCALE", tmp_path)
    monkeypatch.delenv("LANGUAGE", raising=False)
    translate._catalogue.cache_clear()
    translate._templates.cache_clear()
    yield
    set_language(None)
    translate._catalogue.cache_clear()
    translate._templates.cache_clear()


def test_english_needs_no_catalogue(monkeypatch):
    monkeypatch.delenv("LANGUAGE", raising=False)
    assert tr("{name} has the wrong value.", name="x.grad") == "x.grad has the wrong value."
    assert tr("{name} as it stands") == "{name} as it stands"


def test_a_chosen_language_reaches_the_messages(russian):
    set_language("ru")
    with pytest.raises(expect.Mismatch) as failure:
        expect.close(7.3, 2.1)
    lines = str(failure.value).splitlines()
    assert lines[0] == "Результат: неверное значение." and lines[1] == "Ожидалось: 2.1"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("The result", "Результат"),
        ("the loss of the parabola", "потеря: the parabola"),
        ("the loss of the line", "потеря: прямая"),
        ("the loss of the line after 5 steps, and 5 more", "потеря: прямая; 5 и 5 шагов"),
        ("the loss of the line after 5 steps, and 6 more", "потеря: the line after 5 steps, and 6 more"),
        ("the loss of {case}", "потеря: {case}"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_a_text_with_numbers_in_it_is_found_by_its_words(russian, said, shown):
    set_language("ru")
    assert translate.given(said) == shown
    set_language("en")
    assert translate.given(said) == said


def test_a_text_that_somebody_made_long_is_not_searched(russian):
    set_language("ru")
    endless = "the loss of " + " after  steps, and  more" * 100_000
    assert translate.given(endless) == endless


def test_a_language_of_a_country_has_the_catalogues_of_the_language(russian, monkeypatch):
    monkeypatch.setenv("LANGUAGE", "ru_RU.UTF-8")
    assert tr("Expected:") == "Ожидалось:"


def test_the_environment_chooses_and_an_unknown_language_falls_back(russian, monkeypatch):
    monkeypatch.setenv("LANGUAGE", "ru:en")
    assert tr("Expected:") == "Ожидалось:"
    monkeypatch.setenv("LANGUAGE", "xx")
    assert tr("Expected:") == "Expected:"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_texts_are_written_where_a_catalogue_can_find_them(source):
    if source.stem == "translate":
        pytest.skip("defines tr")
    tree = ast.parse(source.read_text(encoding="utf-8"))
    marks = {
        statement.targets[0].id
        for statement in tree.body
        if isinstance(statement, ast.Assign) and "mark(" in ast.unparse(statement.value)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("tr", "mark"):
            text = node.args[0]
            said = ast.unparse(text)
            marked = said == "text" or said.endswith(".sentence") or said.partition("[")[0] in marks
            assert isinstance(text, ast.Constant) or marked, ast.unparse(node)
