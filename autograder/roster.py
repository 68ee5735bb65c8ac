"""Who is who: a class list, as a teacher writes it or as Canvas, Moodle and GitHub export it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder import sheets
from autograder.errors import AutograderError

# What a column is about, by its heading in small letters. `id` is the student's name among our folders.
HEADINGS = {
    "id": ("id", "roster_identifier"),
    "login": ("sis login id", "username", "login"),
    "number": ("sis user id", "id number"),
    "name": ("name", "student", "full name"),
    "first": ("first name", "firstname"),
    "last": ("last name", "lastname", "surname"),
    "email": ("email", "email address"),
    "moodle_id": ("moodle_id", "identifier"),
    "canvas_id": ("canvas_id",),
    "github": ("github", "github_username"),
    "submitted": ("submitted", "last modified (submission)", "submission_timestamp"),
}
# From what names a person with certainty to what only probably does; the first that fits one person decides.
CERTAIN = ("id", "login", "number", "email", "moodle_id", "canvas_id", "github")
OWN_ID = (
    "id",
    "login",
    "number",
    "email",
    "github",
    "name",
)  # the first that is not empty is the student's id


class BadRoster(AutograderError):
    what = "{problem}"
    repair = "{repair}"


class Unknown(Exception):
    """Nobody, or more than one, is meant. `str()` says which, for a report."""


@dataclass(frozen=True)
class Person:
    """One line of a class list. id: the student's id in the course. row: the line, counted from 0 below the heading."""

    id: str
    name: str = ""
    facts: dict[str, str] = field(default_factory=dict)
    submitted: datetime | None = None
    row: int = 0


class Roster:
    """A class list. `sheet` is the table that it was read from."""

    def __init__(self, sheet: sheets.Sheet, where: object = "", zone: ZoneInfo | None = None) -> None:
        self.sheet, self.where = sheet, where
        self.columns = columns(sheet.header)
        if not self.columns.keys() & {*OWN_ID, "first", "last", "moodle_id", "canvas_id"}:
            problem = f"no column says who the students are; the columns are: {', '.join(sheet.header)}"
            repair = "give it a heading such as: id,name,email,moodle_id,canvas_id,github"
            raise BadRoster(where=where, problem=problem, repair=repair)
        people = [self._person(number, row, zone) for number, row in enumerate(sheet.rows)]
        ids = self.columns.keys() & set(CERTAIN)  # Canvas's line of points is nobody, and has none
        self.people = [p for p in people if any(p.facts[fact] for fact in ids or ["name"])]
        ids = [person.facts["id"] for person in self.people if person.facts.get("id")]
        if twice := next((name for i, name in enumerate(ids) if name in ids[:i]), None):
            raise BadRoster(where=where, problem=f"`{twice}` is there twice", repair="keep one of the lines")

    @classmethod
    def read(cls, file: Path, zone: ZoneInfo | None = None) -> Roster:
        """The class list in a CSV file. Raises `BadRoster`, `UnreadableSheet`."""
        return cls(sheets.read(file), file, zone)

    def find(self, name: str = "", **known: str) -> Person:
        """The person of whom this is known: facts by their columns, and a name or any id. Raises `Unknown`."""
        for fact, value in known.items():
            if found := [person for person in self.people if _same(person.facts.get(fact, ""), value)]:
                return _one(found)
        # Whose number is another one bears the same name. Moodle's number changes from task to task.
        lasting = {fact: value for fact, value in known.items() if value and fact != "moodle_id"}
        possible = [p for p in self.people if not any(p.facts.get(fact) for fact in lasting)]
        for fits in (_is, _is_nearly, _is_named):
            if found := [person for person in possible if name and fits(person, name)]:
                return _one(found)
        raise Unknown("not in the roster")

    def _person(self, number: int, row: list[str], zone: ZoneInfo | None) -> Person:
        facts = {name: row[place].strip() for name, place in self.columns.items()}
        if "first" in facts or "last" in facts:
            facts.setdefault("name", f"{facts.get('first', '')} {facts.get('last', '')}".strip())
        moodle = facts.get("moodle_id", "")
        facts["moodle_id"] = moodle.rpartition(" ")[2]  # Moodle writes `Participant 123`
        own = next((facts[name] for name in OWN_ID if facts.get(name)), "")
        try:
            submitted = moment(facts.get("submitted", ""), zone)
        except ValueError:
            problem = (
                f"`{facts['submitted']}` (line {number + 2}) is not a time that can be read with certainty"
            )
            raise BadRoster(
                where=self.where, problem=problem, repair="write it as 2027-02-22T23:58"
            ) from None
        return Person(own, facts.get("name", ""), facts, submitted, number)


def linked(platform: Roster, others: Iterable[Roster], student: str) -> Person:
    """The person in a platform's list who is our `student`, also by what other lists say of that student.

    Raises `Unknown`.
    """
    names, known = [student], {}
    for other in others:
        try:
            facts = other.find(student).facts
        except Unknown:
            continue
        known |= {fact: facts[fact] for fact in ("canvas_id", "moodle_id") if facts.get(fact)}
        names += [facts[fact] for fact in ("login", "number", "email", "github", "name") if facts.get(fact)]
    for name in names:
        try:
            return platform.find(name, **known)
        except Unknown as unknown:
            reason = unknown
    raise reason


def _one(found: Sequence[Person]) -> Person:
    if len(found) > 1:
        raise Unknown("more than one in the roster is meant: " + ", ".join(p.id for p in found[:3]))
    return found[0]


def columns(header: Sequence[str]) -> dict[str, int]:
    """Where the columns of a class list stand, by what they are about."""
    small = [name.strip().lower() for name in header]
    found = {}
    for fact, headings in HEADINGS.items():
        if there := [heading for heading in headings if heading in small]:
            found[fact] = small.index(there[0])
    if {"id", "sis login id", "section"} <= set(small):  # Canvas means its own number
        found["canvas_id"] = small.index("id")
        del found["id"]
    return found


def moment(text: str, zone: ZoneInfo | None) -> datetime | None:
    """A platform's time, aware; None for an empty cell. Raises ValueError where day and month could be confused."""
    if text in ("", "-"):
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        from dateutil.parser import parse

        if not any(letter.isalpha() for letter in text.replace("AM", "").replace("PM", "")):
            raise
        found = parse(text)
    return found if found.tzinfo else found.replace(tzinfo=zone or ZoneInfo("UTC"))


def letters(name: str) -> str:
    """A name as it is compared when nothing better is known: small letters and digits alone, without accents."""
    split = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in split if letter.isalnum())


def _same(one: str, other: str) -> bool:
    return bool(one) and _plain(one) == _plain(other)


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip()).casefold()


def _is(person: Person, name: str) -> bool:
    return any(person.facts.get(fact) == name for fact in CERTAIN)


def _is_nearly(person: Person, name: str) -> bool:
    """The same but for capitals, the part of an address before the @, or `lovelaceada_123` of Canvas's user 123."""
    if any(_same(person.facts.get(fact, ""), name) for fact in CERTAIN):
        return True
    before = person.facts.get("email", "").partition("@")[0], person.facts.get("login", "").partition("@")[0]
    canvas = person.facts.get("canvas_id", "")
    return any(_same(part, name) for part in before) or bool(canvas and name.endswith(f"_{canvas}"))


def _is_named(person: Person, name: str) -> bool:
    """The same letters, in either order of `Lovelace, Ada` and `Ada Lovelace`."""
    return letters(name) in {letters(order) for order in _orders(person.name)} - {""}


def _orders(name: str) -> Iterable[str]:
    last, comma, first = name.partition(",")
    if comma:
        return (name, f"{first} {last}")
    words = name.split()
    # Where a name of three words divides is not known; Canvas puts the last word first.
    return (name, " ".join([*words[-1:], *words[:-1]]))
