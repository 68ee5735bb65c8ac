"""Nobody gains a point, nobody else is touched, and every outcome says what it is: cheating and sabotage, graded.

All run against one preloaded parent, as in a batch. What the sandbox refuses line by line is tried in
autograder/test_sandbox.py, the connection in autograder/test_runner_hostile.py, whole batches in
submissions/test_submissions.py.
"""

from pathlib import Path

import pytest

from autograder import sandbox
from autograder.demo import load_recipes
from autograder.grading import Graded, grade_submission, points
from autograder.records import FLAGS

from . import attacks
from .attacks import Attack, cheating, sabotage

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(sandbox.missing()), reason="this machine has no sandbox"),
]
NEIGHBOUR = Attack("the work, as it was asked for", answers=attacks.HONEST)


@pytest.fixture(scope="module")
def task(tmp_path_factory):
    return attacks.task(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def grade(task, tmp_path_factory):
    """Hands an attack in and grades it."""

    def run(attack: Attack) -> Graded:
        folder = tmp_path_factory.mktemp("submitted") / "student" / attacks.LESSON
        return grade_submission(task, attacks.hand_in(attack, task.versions[0].release, folder))

    return run


def check(attack: Attack, graded: Graded) -> None:
    said = "\n".join([*graded.reasons, *(f"{t.id}: {t.status}: {t.message}" for t in graded.tests)])
    assert points(graded)[0] == attack.score, said
    assert graded.status in attack.status.split(" or "), said
    assert set(attack.flags) <= set(graded.flags) <= set(FLAGS), (graded.flags, said)
    assert attack.said in said
    for test in graded.tests:
        assert test.status == "passed" or test.message, f"{test.id} says nothing"


@pytest.mark.parametrize("attack", cheating.ATTACKS, ids=lambda attack: attack.does)
def test_nobody_gains_a_point(attack, grade):
    check(attack, grade(attack))


@pytest.mark.parametrize("attack", sabotage.ATTACKS, ids=lambda attack: attack.does)
def test_nobody_else_is_touched(attack, grade):
    check(attack, grade(attack))
    assert points(grade(NEIGHBOUR)) == (attacks.ALL, attacks.ALL)


def test_the_neighbour_of_all_who_cheat_keeps_full_marks(grade):
    graded = grade(NEIGHBOUR)
    assert (graded.status, graded.flags) == ("graded", [])
    assert points(graded) == (attacks.ALL, attacks.ALL)
    assert [test.id for test in graded.tests if not test.isolated] == ["double_hidden"]


def test_wrong_answers_alone_earn_nothing(grade):
    check(Attack("wrong, and nothing else"), grade(Attack("")))


def test_no_attack_is_there_twice_and_those_tried_elsewhere_are_there():
    named = [attack.does for attack in cheating.ATTACKS + sabotage.ATTACKS]
    assert len(set(named)) == len(named)
    recipes = {case.name for case in load_recipes(Path(__file__).parent / "submissions").cases("hostile")}
    assert set(sabotage.ELSEWHERE) <= recipes
    assert len(cheating.ATTACKS) >= 100
    assert len(sabotage.ATTACKS) + len(sabotage.ELSEWHERE) >= 60
