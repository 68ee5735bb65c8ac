"""`autograder doctor` says what this machine gives, tries it, and says what to do about what is missing."""

import pytest

from autograder import doctor, sandbox
from autograder.errors import AutograderError
from autograder.runner.preloaded import Preloaded
from autograder.sandbox import landlock, refusals
from autograder.sandbox.probe import DONE, REFUSED, Finding

LINES = refusals.LINES + refusals.LIMITS
ALL_REFUSED = [Finding(line.what, REFUSED, "") for line in LINES]


@pytest.mark.skipif(bool(sandbox.missing()), reason="this machine has no sandbox")
def test_a_machine_that_has_everything(autograder):
    result = autograder("doctor")
    assert result.code == 0, result.out
    assert f"{len(LINES)} of {len(LINES)} attempts" in result.out
    assert f"version {landlock.version()} of its interface" in result.out
    assert "ran its first cell in" in result.out
    assert "Python 3" in result.out and "nbgrader 0" in result.out


def test_a_machine_that_lacks_something_gets_the_repair_and_the_flag(autograder, monkeypatch):
    monkeypatch.setattr(landlock, "version", lambda: 0)
    result = autograder("doctor")
    assert result.code == 1
    assert "missing: Landlock: files" in result.out
    assert "boot Linux 5.13 or newer" in result.out
    assert sandbox.WITHOUT in result.out
    assert "attempts" not in result.out


@pytest.fixture
def sandboxed(monkeypatch):
    """A machine that is said to have everything, whatever this one is."""
    monkeypatch.setattr(sandbox, "missing", list)
    monkeypatch.setattr(doctor, "show_runner", lambda: True)


def test_an_attempt_that_was_not_refused_is_named(autograder, monkeypatch, sandboxed):
    findings = [Finding("fork", DONE, ""), *(f for f in ALL_REFUSED if f.what != "fork")]
    monkeypatch.setattr(doctor, "attempts", lambda: (findings, ""))
    result = autograder("doctor")
    assert result.code == 1
    assert "not refused: fork (seccomp: fork, clone): done" in result.out
    assert f"{len(LINES) - 1} of {len(LINES)}" in result.out


def test_attempts_that_were_not_made_count_as_not_refused(autograder, monkeypatch, sandboxed):
    monkeypatch.setattr(doctor, "attempts", lambda: (ALL_REFUSED[:-1], "Segmentation fault"))
    result = autograder("doctor")
    assert result.code == 1
    assert "not refused: a core dump" in result.out and "the process ended before it" in result.out
    assert "Segmentation fault" in result.out


def test_the_whole_list_can_be_read(autograder, monkeypatch, sandboxed):
    monkeypatch.setattr(doctor, "attempts", lambda: (ALL_REFUSED, ""))
    result = autograder("doctor", "--list")
    assert result.code == 0
    words = result.out.split()
    for line in LINES:
        assert set(line.what.split()) <= set(words)
    assert all(what in result.out for what in refusals.NOT_REFUSED)


def test_a_runner_that_does_not_start_is_reported(autograder, monkeypatch):
    def start(modules):
        raise AutograderError

    monkeypatch.setattr(sandbox, "missing", list)
    monkeypatch.setattr(doctor, "attempts", lambda: (ALL_REFUSED, ""))
    monkeypatch.setattr(Preloaded, "start", start)
    result = autograder("doctor")
    assert result.code == 1
    assert "A runner does not work here" in result.out
