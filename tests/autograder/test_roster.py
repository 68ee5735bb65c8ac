"""Class lists: which columns they have, whom a name means, which times can be read."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from autograder.roster import BadRoster, Roster, Unknown, letters
from autograder.sheets import UnreadableSheet, number, read

OWN = """\
id,name,email,moodle_id,canvas_id,github,submitted
ada,Ada Lovelace,ada@uni.edu,501,71,countess,2027-02-22T23:58
gh,Grace Brewster Hopper,grace@uni.edu,,72,amazing-grace,
al2,Ada Lovelace,ada2@uni.edu,,99,,
"""


def roster(tmp_path, text: str = OWN, **more) -> Roster:
    file = tmp_path / "roster.csv"
    file.write_text(text)
    return Roster.read(file, **more)


@pytest.mark.parametrize(
    ("name", "known", "found"),
    [
        ("ada", {}, "ada"),
        ("GRACE@uni.edu", {}, "gh"),
        ("Hopper, Grace Brewster", {}, "gh"),
        ("hoppergracebrewster", {}, "gh"),
        ("Whoever", {"canvas_id": "72"}, "gh"),
        ("Whoever", {"github": "Amazing-Grace"}, "gh"),
        ("Ada Lovelace", {"canvas_id": "99"}, "al2"),
        ("Grace Brewster Hopper", {"moodle_id": "700"}, "gh"),  # Moodle counts anew for each task
        ("Ada Lovelace", {}, None),
        ("Grace Brewster Hopper", {"canvas_id": "1"}, None),
        ("", {}, None),
        ("mallory", {}, None),
    ],
)
def test_whom_a_name_means(tmp_path, name, known, found):
    people = roster(tmp_path)
    if found:
        assert people.find(name, **known).id == found
    else:
        with pytest.raises(Unknown):
            people.find(name, **known)


def test_a_list_of_github_classroom(tmp_path):
    text = "assignment_name,github_username,roster_identifier,submission_timestamp\nx,octocat,ada,2027-02-22 22:58:00 UTC\n"
    person = roster(tmp_path, text).find(github="octocat")
    assert (person.id, person.submitted) == ("ada", datetime(2027, 2, 22, 22, 58, tzinfo=UTC))


def test_times_are_those_of_the_courses_zone(tmp_path):
    found = roster(tmp_path, zone=ZoneInfo("Europe/Berlin")).people[0].submitted
    assert found.astimezone(UTC) == datetime(2027, 2, 22, 22, 58, tzinfo=UTC)
    text = 'id,Last modified (submission)\nada,"Monday, 22 February 2027, 11:58 PM"\nbob,-\n'
    ada, bob = roster(tmp_path, text).people
    assert (ada.submitted.day, ada.submitted.hour, bob.submitted) == (22, 23, None)


@pytest.mark.parametrize("time", ["02/03/2027 10:00 AM", "02.03.2027", "yesterday"])
def test_a_day_that_could_be_another_is_no_day(tmp_path, time):
    with pytest.raises(BadRoster, match="line 2"):
        roster(tmp_path, f"id,submitted\nada,{time}\n")


@pytest.mark.parametrize(
    ("text", "said"), [("a,b\n1,2\n", "no column says who"), ("id\nada\nada\n", "`ada` is there twice")]
)
def test_what_is_no_class_list(tmp_path, text, said):
    with pytest.raises(BadRoster, match=said):
        roster(tmp_path, text)


def test_letters_of_a_name():
    assert letters("Lovelace, Ada") == letters("lovelaceada") == "lovelaceada"
    assert letters("Noether, Émmy") == "noetheremmy" and letters("王 秀英") == "王秀英"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_of_any_platform(tmp_path, encoding, delimiter):
    file = tmp_path / "a.csv"
    file.write_bytes(f'id{delimiter}name\r\n1{delimiter}"a{delimiter}ä\nb"\r\n\r\n2\r\n'.encode(encoding))
    assert read(file).rows == [["1", f"a{delimiter}ä\nb"], ["2", ""]]


@pytest.mark.parametrize("content", [b"", b"\xe4,b\n", b'"' + b"x" * 200_000])
def test_what_is_no_table(tmp_path, content):
    file = tmp_path / "a.csv"
    file.write_bytes(content)
    with pytest.raises(UnreadableSheet):
        read(file)


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1"), (10.0, "10"), (0.0, "0"), (1 / 3, "0.3333"), (1e-9, "0"), (-0.5, "-0.5")]
)
def test_points_without_exponent(value, text):
    assert number(value) == text
