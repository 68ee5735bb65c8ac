"""The glossary has every term that a lesson defines, and the lessons have every term of the glossary."""

import re
from pathlib import Path
from typing import NamedTuple

import jupytext
import pytest

ROOT = Path(__file__).parents[2]
SOURCES = {path.parent.name[:2]: path for path in sorted((ROOT / "solutions").glob("[0-9]*/[0-9]*_*.py"))}
MOST_WORDS = 3

# Short words in bold that are no terms, but stressed where they stand.
STRESSED = {
    "01": ["before", "the repair"],
    "02": ["1", "equal", "meaning", "sequence"],
    "03": ["three different reasons"],
    "04": ["keep these rules"],
    "09": ["a better formula", "another library"],
}


class Term(NamedTuple):
    forms: tuple[str, ...]
    meaning: str
    russian: str
    lesson: str


def glossary():
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    for row in re.findall(r"^\| (.+) \| (.+) \| (.+) \| (\d\d) \|$", text, re.M):
        name, brackets = re.fullmatch(r"([^()]+?)(?: \((.+)\))?", row[0]).groups()
        yield Term((name, *(brackets or "").split(", ")) if brackets else (name,), *row[1:])


def prose(source):
    """What a lesson says, without its code."""
    cells = [
        cell.source for cell in jupytext.read(source, fmt="py:percent").cells if cell.cell_type == "markdown"
    ]
    return re.sub(r"```.*?```", "", "\n\n".join(cells), flags=re.S)


PROSE = {number: prose(source) for number, source in SOURCES.items()}
TERMS = list(glossary())


def bold(number):
    """The words in bold that could be terms: at most three, and no heading within a line ("Pitfall.")."""
    text = re.sub(r"`[^`\n]*`", "", PROSE[number])
    for words in re.findall(r"\*\*([^*\n]+)\*\*", text):
        if len(words.split()) <= MOST_WORDS and words[-1] not in ".:?!":
            yield words.lower()


def test_there_are_ten_lessons_and_a_glossary():
    assert len(SOURCES) == 10 and len(TERMS) > 100


def test_the_glossary_is_sorted_and_names_each_term_once():
    names = [term.forms[0].lower() for term in TERMS]
    assert names == sorted(names)
    forms = [form.lower() for term in TERMS for form in term.forms]
    assert len(forms) == len(set(forms))


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.forms[0])
def test_a_term_has_a_meaning_in_both_languages_and_occurs_in_its_lesson(term):
    assert term.meaning.endswith((".", ")")) and len(term.meaning.split()) > 3
    assert re.fullmatch(r"\*\*[^*]+\*\*: .*[а-яё].*", term.russian)
    said = PROSE[term.lesson].lower()
    assert any(re.search(rf"(?<!\w){re.escape(form.lower())}", said) for form in term.forms)


@pytest.mark.parametrize("number", SOURCES)
def test_what_a_lesson_defines_stands_in_the_glossary(number):
    """Also: no term is in bold before the lesson that the glossary gives for it."""
    lessons = {form.lower(): term.lesson for term in TERMS for form in term.forms}
    found = sorted(set(bold(number)) - set(STRESSED.get(number, ())))
    assert [words for words in found if words not in lessons] == [], "add to docs/glossary.md, or to STRESSED"
    assert [words for words in found if lessons[words] > number] == [], "the glossary names a later lesson"
