"""The judge's requests: bytes go down and come up, questions in between, limits on all of it."""

import time
from types import SimpleNamespace

import pytest

from autograder.runner import handle as runners
from autograder.runner.handle import OutputTooLarge, Preloaded, ProtocolBroken, RunnerDied, TimedOut

LIMITS = SimpleNamespace(output_kb=64, memory_mb=512, submission_seconds=60)

# What stands in for `autograder.judge.serve.handle` here. ASK sends the rest up and gives back the answer.
HANDLE = """
import os, time
from autograder.runner import inside
from autograder.judge import serve
def handle(payload, namespace):
    word, _, rest = payload.partition(b' ')
    if word == b'echo': return rest
    if word == b'name': return str(namespace[rest.decode()]).encode()
    if word == b'size': return bytes(int(rest))
    if word == b'print': print(rest.decode()); return b''
    if word == b'loop':
        while True: time.sleep(0.01)
    if word == b'exit': os._exit(5)
    if word == b'raise': raise SystemExit('no')
    if word == b'ask': return b'<' + inside.ask(rest) + b'>'
    if word == b'twice': return inside.ask(rest) + inside.ask(rest)
serve.handle = handle
x = 42
"""


@pytest.fixture(scope="module")
def preloaded():
    with Preloaded.start([]) as preloaded:
        yield preloaded


@pytest.fixture
def runner(preloaded):
    with preloaded.runner(LIMITS, 1) as runner:
        assert runner.run_cell(HANDLE, seconds=30).error is None
        yield runner


def test_bytes_go_down_and_come_back(runner):
    for payload in (b"", b"x", bytes(range(256)), bytes(5 << 20)):
        assert runner.request(b"echo " + payload, seconds=30) == payload
    assert runner.request(b"name x", seconds=30) == b"42"
    runner.run_cell("x += 1", seconds=30)
    assert runner.request(b"name x", seconds=30) == b"43"


def test_a_round_trip_takes_well_under_a_millisecond(runner):
    times = []
    for _ in range(200):
        started = time.perf_counter()
        runner.request(b"echo x", seconds=30)
        times.append(time.perf_counter() - started)
    assert sorted(times)[len(times) // 2] < 0.001


def test_a_question_is_answered_in_the_middle_of_a_request(runner):
    asked = []

    def answer(payload: bytes) -> bytes:
        asked.append(payload)
        return payload.upper()

    assert runner.request(b"ask why", seconds=5, answer=answer) == b"<WHY>"
    assert runner.request(b"twice a", seconds=5, answer=answer) == b"AA"
    assert asked == [b"why", b"a", b"a"]


def test_an_answer_may_ask_in_its_turn(runner):
    def answer(payload: bytes) -> bytes:
        depth = int(payload)
        return b"end" if depth == 0 else runner.request(b"ask %d" % (depth - 1), seconds=5, answer=answer)

    assert runner.request(b"ask 20", seconds=5, answer=answer) == b"<" * 21 + b"end" + b">" * 21


def test_a_failure_of_the_judge_in_an_answer_is_the_judges(runner):
    def answer(payload: bytes) -> bytes:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        runner.request(b"ask x", seconds=5, answer=answer)
    # the runner still waits for its answer: it is of no use any more
    assert not runner.alive


def test_a_runner_that_waits_for_an_answer_that_does_not_come_is_ended(runner):
    def answer(payload: bytes) -> bytes:
        return runner.request(b"loop", seconds=0.2)

    with pytest.raises(TimedOut) as caught:
        runner.request(b"ask x", seconds=5, answer=answer)
    assert not caught.value.alive and not runner.alive


def test_a_question_that_nobody_answers_ends_the_runner(runner):
    with pytest.raises(ProtocolBroken, match="question"):
        runner.request(b"ask x", seconds=30)
    assert not runner.alive


def test_the_time_of_the_judge_is_not_the_students(runner):
    def answer(payload: bytes) -> bytes:
        time.sleep(0.6)
        return b"late"

    assert runner.request(b"ask x", seconds=0.3, answer=answer) == b"<late>"


def test_a_request_that_does_not_end_is_interrupted(runner):
    with pytest.raises(TimedOut) as caught:
        runner.request(b"loop", seconds=0.3)
    assert caught.value.alive
    assert runner.request(b"echo x", seconds=30) == b"x"


def test_what_student_code_prints_in_a_request_is_kept(runner):
    runner.request(b"print hello", seconds=30)
    runner.request(b"print again", seconds=30)
    assert [output["text"] for output in runner.take_outputs()] == ["hello\n", "again\n"]
    assert runner.take_outputs() == []


def test_the_end_of_the_process_in_a_request(runner):
    with pytest.raises(RunnerDied, match="exit code 5"):
        runner.request(b"exit", seconds=30)


def test_a_handler_that_raises_does_not_end_the_runner(runner):
    with pytest.raises(ProtocolBroken, match="SystemExit: no") as caught:
        runner.request(b"raise", seconds=30)
    assert caught.value.alive
    with pytest.raises(ProtocolBroken, match="TypeError"):
        runner.request(b"unknown", seconds=30)  # it gives back None
    assert runner.request(b"echo x", seconds=30) == b"x"


def test_a_reply_over_the_limit_is_not_read(runner):
    assert len(runner.request(b"size %d" % runners.REPLY_BYTES, seconds=30)) == runners.REPLY_BYTES
    with pytest.raises(OutputTooLarge, match="at most 64 MB") as caught:
        runner.request(b"size %d" % (runners.REPLY_BYTES + 1), seconds=30)
    assert caught.value.alive
    assert runner.request(b"echo x", seconds=30) == b"x"


def test_a_request_into_a_process_that_does_not_read_is_late(preloaded):
    with preloaded.runner(LIMITS, 1) as runner:
        runner.run_cell(HANDLE + "import threading, signal\nsignal.signal(2, signal.SIG_IGN)", seconds=30)
        runner.run_cell("inside._uplink.receive = lambda: time.sleep(60)", seconds=30)
        started = time.monotonic()
        with pytest.raises(TimedOut):
            runner.request(b"echo " + bytes(20 << 20), seconds=0.5)
        assert time.monotonic() - started < 4
        assert not runner.alive


def test_a_closed_runner_says_so(preloaded):
    runner = preloaded.runner(LIMITS, 1)
    runner.close()
    runner.close()
    with pytest.raises(RunnerDied):
        runner.request(b"echo", seconds=30)
