"""What platforms hand out, sorted by students: names of folders and files as they write them."""

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.collecting import canvas, content, github, moodle, naming, plain, trees
from autograder.roster import Roster
from autograder.sheets import Sheet
from autograder.submission import name_problem
from autograder.untrusted import Refused

from .archives import tree

LESSON = "06_autograd"
NOTEBOOK = "06_autograd.ipynb"


def seen(found) -> dict[str, list[str]]:
    return {parcel.name: [str(path) for path in parcel.entries] for parcel in found.parcels}


# Moodle


def test_moodles_folders(tmp_path):
    found = moodle.parcels(
        tree(
            tmp_path,
            f"Ada Lovelace_501_assignsubmission_file/{NOTEBOOK}",
            "Ada Lovelace_501_assignsubmission_file/data/own.csv",
            f"Grace Brewster Hopper_502_assignsubmission_file_/{NOTEBOOK}",  # Moodle 3
            f"Émmy Noether_503_assignsubmission_file_{NOTEBOOK}",  # without folders
            "Ada Lovelace_501_assignsubmission_onlinetext/onlinetext.html",
            "readme.txt",
        )
    )
    assert seen(found) == {
        "Ada Lovelace": [NOTEBOOK, "data/own.csv"],
        "Grace Brewster Hopper": [NOTEBOOK],
        "Émmy Noether": [NOTEBOOK],
    }
    assert found.parcels[0].known == {"moodle_id": "501"}
    assert [
        "typed into Moodle" in found.left_out[0],
        "not a name that Moodle gives" in found.left_out[1],
    ] == [True] * 2


@pytest.mark.parametrize(
    "name",
    [
        "Eve_666_assignsubmission_file/Ada Lovelace_501_assignsubmission_file/x.ipynb",
        "Eve_666_assignsubmission_file/Ada Lovelace_501_assignsubmission_file_x.ipynb",
        "Eve_666_assignsubmission_file_Ada Lovelace_501_assignsubmission_file_x.ipynb",
        "HW-4711/Eve_666_assignsubmission_file/Ada_501_assignsubmission_file_x.ipynb",
    ],
)
def test_a_files_name_passes_for_no_other_student_in_moodle(tmp_path, name):
    (parcel,) = moodle.parcels(tree(tmp_path, name)).parcels
    assert (parcel.name, parcel.known) == ("Eve", {"moodle_id": "666"})


def test_names_that_do_not_say_who_it_is_need_a_list(tmp_path):
    found = moodle.parcels(
        tree(
            tmp_path,
            f"Ada Lovelace_501_assignsubmission_file/{NOTEBOOK}",
            f"Ada Lovelace_502_assignsubmission_file/{NOTEBOOK}",
            f"Participant_503_assignsubmission_file/{NOTEBOOK}",
        )
    )
    for parcel in found.parcels:
        with pytest.raises(Refused, match="--roster"):
            naming.student(parcel, None)
    worksheet = Roster(
        Sheet(["Identifier", "Username"], [["Participant 501", "ada"], ["Participant 503", "grace"]])
    )
    assert naming.student(found.parcels[0], worksheet)[0] == "ada"
    assert naming.student(found.parcels[2], worksheet)[0] == "grace"
    with pytest.raises(Refused, match="not in the roster"):
        naming.student(found.parcels[1], worksheet)


# Canvas


def test_canvas_files(tmp_path):
    found = canvas.parcels(
        tree(
            tmp_path,
            f"lovelaceada_71_9001_{NOTEBOOK}",
            "lovelaceada_71_9002_own.csv",
            "hoppergrace_LATE_72_9003_06_autograd-2.ipynb",
            f"anon_x7Yz_9004_{NOTEBOOK}",
            f"LATE_anon_q1_9005_{NOTEBOOK}",
            "noetheremmy_73_text.html",
        ),
        [LESSON],
    )
    assert seen(found) == {
        "lovelaceada_71": [NOTEBOOK, "own.csv"],
        "hoppergrace_72": [NOTEBOOK],
        "anon_x7Yz": [NOTEBOOK],
        "anon_q1": [NOTEBOOK],
    }
    assert [parcel.note for parcel in found.parcels] == ["", "late, says Canvas", "", "late, says Canvas"]
    assert "noetheremmy_73_text.html: not the name of an uploaded file" in found.left_out[0]


def test_the_latest_of_several_counts_and_the_others_stay(tmp_path):
    names = [f"a_1_{number}_06_autograd{again}.ipynb" for number, again in enumerate(["", "-1", "-10", "-2"])]
    (parcel,) = canvas.parcels(tree(tmp_path, *names), [LESSON]).parcels
    held = {str(path): data.decode() for path, data in content(parcel).items()}
    assert held == {
        NOTEBOOK: names[2],
        "06_autograd-0.ipynb": names[0],
        "06_autograd-1.ipynb": names[1],
        "06_autograd-2.ipynb": names[3],
    }


def test_a_notebook_whose_name_ends_in_a_number_is_no_second_one(tmp_path):
    (parcel,) = canvas.parcels(tree(tmp_path, "a_1_2_hw.ipynb", "a_1_3_hw-1.ipynb"), ["hw", "hw-1"]).parcels
    assert {str(path): data.decode()[4] for path, data in content(parcel).items()} == {
        "hw.ipynb": "2",
        "hw-1.ipynb": "3",
    }


def test_a_files_name_passes_for_no_other_student_in_canvas(tmp_path):
    (parcel,) = canvas.parcels(tree(tmp_path, f"eve_66_9_lovelaceada_71_9001_{NOTEBOOK}"), [LESSON]).parcels
    assert parcel.known == {"canvas_id": "66"}


# Repositories and folders


def repositories(root: Path, *names: str, git: bool = True) -> Path:
    for name in names:
        (root / name).mkdir(parents=True)
        (root / name / NOTEBOOK).write_text(name)
        if git:
            (root / name / ".git").mkdir()
            (root / name / ".git" / "config").write_text("x")
    return root


def test_clones(tmp_path):
    root = repositories(tmp_path / "clones", "06_autograd-ada", "06-autograd-octo-cat")
    (root / "classroom.csv").write_text("x")
    found = github.parcels(trees.folder(root), LESSON, [LESSON], f"{LESSON}-", None)
    assert found.left_out == ["classroom.csv: in no repository"]
    assert seen(found) == {"octo-cat": [NOTEBOOK], "ada": [NOTEBOOK]}


def test_whose_repository():
    roster = Roster(Sheet(["id", "github"], [["a", "cat"], ["b", "octo-cat"]]))
    assert github.owner("hw1-octo-cat", "06_autograd-", roster) == "octo-cat"
    assert github.owner("hw1-octo-cat", "hw1-", None) == "octo-cat"
    assert github.owner("hw1-octo-cat", "06_autograd-", None) == "hw1-octo-cat"


def test_the_folder_with_the_notebook_is_the_submission(tmp_path):
    root = tmp_path / "clones"
    for name, place in [
        ("ada", f"notebooks/{LESSON}"),
        ("bob", "x"),
        ("eve", "a"),
        ("eve", "b"),
        ("leo", ""),
    ]:
        folder = root / f"06_autograd-{name}" / place
        folder.mkdir(parents=True)
        (folder / (NOTEBOOK if name != "leo" else "other.ipynb")).write_text("{}")
        (folder / "own.csv").write_text("1")
        (root / f"06_autograd-{name}" / ".git").mkdir(exist_ok=True)
    (root / "06_autograd-ada" / "backup").mkdir()
    (root / "06_autograd-ada" / "backup" / NOTEBOOK).write_text("{}")
    found = {
        p.name: p for p in github.parcels(trees.folder(root), LESSON, [LESSON], f"{LESSON}-", None).parcels
    }
    assert {name: sorted(map(str, parcel.entries)) for name, parcel in found.items()} == {
        "ada": [NOTEBOOK, "own.csv"],
        "bob": [NOTEBOOK, "own.csv"],
        "eve": [],
        "leo": ["other.ipynb", "own.csv"],
    }
    assert found["eve"].problem == "the lesson's notebook lies in several folders: a, b"
    assert found["ada"].note == f"from notebooks/{LESSON}/"


def test_one_repository_is_not_a_class(tmp_path):
    repositories(tmp_path, "06_autograd-ada")
    with pytest.raises(trees.CannotOpen, match="holds all students' repositories"):
        github.fits(trees.folder(tmp_path / "06_autograd-ada"), "x-")


def test_plain_folders(tmp_path):
    names = (f"ada/{NOTEBOOK}", "ada/data/own.csv", "loose.txt")
    found = plain.parcels(tree(tmp_path, *names), LESSON)
    assert (
        seen(found) == {"ada": [NOTEBOOK, "data/own.csv"]} and "in no student's folder" in found.left_out[0]
    )
    as_submitted = (f"ada/{LESSON}/{NOTEBOOK}", "ada/05_graphs/x.ipynb", "bob/05_graphs/x.ipynb")
    assert seen(plain.parcels(tree(tmp_path, *as_submitted), LESSON)) == {"ada": [NOTEBOOK]}


# Names


@given(st.text(max_size=150))
def test_a_safe_name_is_one_or_a_refusal(text):
    try:
        name, _ = naming.student(plain.Parcel(text), None)
    except Refused:
        return
    assert not name_problem(name) and PurePosixPath(name).parts == (name,)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Ada Lovelace", "Ada Lovelace"),
        ("O'Brien, Pat", "O_Brien_ Pat"),
        ("../../etc", "etc"),
        ("=1+1", "1+1"),
        ("王秀英", "王秀英"),
    ],
)
def test_names_are_made_safe(name, found):
    assert naming.safe(name) == found
