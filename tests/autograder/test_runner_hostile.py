"""What a notebook can do to its own process, and to the connection with the grader: it harms itself alone."""

import contextlib
import os
import time
from types import SimpleNamespace

import pytest

from autograder.runner.handle import (
    OutputTooLarge,
    Preloaded,
    ProtocolBroken,
    RunnerDied,
    RunnerFailure,
    TimedOut,
)

LIMITS = SimpleNamespace(output_kb=64, memory_mb=256, submission_seconds=60)

# The connection, as student code finds it.
SOCKET = """
import os, socket, struct, json
from autograder.runner import inside
sock = inside._uplink._socket
def frame(kind, number, payload): sock.sendall(struct.pack('!cIQ', kind, number, len(payload)) + payload)
def output(**event): frame(b'o', 1, json.dumps(event).encode())
"""


@pytest.fixture(scope="module")
def preloaded():
    with Preloaded.start(["numpy"]) as preloaded:
        yield preloaded


@pytest.fixture
def runner(preloaded):
    with preloaded.runner(LIMITS, seed=1) as runner:
        yield runner


@pytest.fixture(autouse=True)
def _the_next_submission_is_not_touched(preloaded):
    yield
    assert preloaded.alive
    with preloaded.runner(LIMITS, seed=1) as other:
        result = other.run_cell("import os; print('fine', os.listdir('.'))", seconds=30)
    assert result.outputs == [{"output_type": "stream", "name": "stdout", "text": "fine []\n"}]


def death(runner, source, seconds=30) -> RunnerFailure:
    with pytest.raises(RunnerFailure) as caught:
        runner.run_cell(source, seconds=seconds)
    assert caught.value.alive == runner.alive
    return caught.value


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import os; os._exit(0)", "exit code 0"),
        ("import os; os._exit(3)", "exit code 3"),
        ("import ctypes; ctypes.string_at(0)", "segmentation fault"),
        ("import os; os.abort()", "abort"),
        ("import faulthandler; faulthandler._sigfpe()", "arithmetic error"),
        ("import os; os.close(SOCKET)", "cut its connection"),
    ],
)
def test_the_end_of_the_process_is_told_apart(runner, source, words):
    if "SOCKET" in source:
        runner.run_cell(SOCKET, seconds=30)
        source = source.replace("SOCKET", "sock.fileno()")
    failure = death(runner, "print('before', flush=True)\n" + source)
    assert isinstance(failure, RunnerDied)
    assert words in str(failure)
    assert not failure.alive
    assert failure.outputs[0]["text"] == "before\n"


def test_a_crash_says_where(runner):
    failure = death(runner, "def crash():\n    import ctypes\n    ctypes.string_at(0)\ncrash()")
    assert "in crash" in failure.why


@pytest.mark.parametrize(
    "source",
    [
        "def f(n): return f(n + 1)\nf(0)",
        "sys.setrecursionlimit(10**6)\nclass A:\n    def __repr__(self): return repr(self)\nrepr(A())",
        "sys.setrecursionlimit(10**6)\ndef f(): return [f()]\nf()",
    ],
)
def test_recursion_without_end_is_an_error_or_a_crash(runner, source):
    with contextlib.suppress(RunnerFailure):
        error = runner.run_cell(f"import sys\n{source}", seconds=2).error
        assert error["ename"] in ("RecursionError", "MemoryError")


def test_killing_oneself_is_no_other_submissions_business(runner):
    # Alone in its process id namespace (root) a process cannot kill itself.
    source = "import os, signal; os.kill(os.getpid(), signal.SIGKILL); 'still here'"
    with contextlib.suppress(RunnerDied):
        assert runner.run_cell(source, seconds=30).error is None


@pytest.mark.parametrize(
    "source",
    [
        "import os\nwhile True: os.fork()",
        "import subprocess\nsubprocess.Popen(['sleep', '100'])",
        "import multiprocessing\nmultiprocessing.Process(target=print).start()",
        "import os; os.kill(os.getppid(), 9)",
        "import os; os.kill(-1, 9)",
        "import os; os.killpg(0, 9)",
        "open('/proc/self/mem', 'r+b')",
        "import os; open(f'/proc/{os.getppid()}/environ').read()",
        "import os; os.listdir(os.path.dirname(os.path.dirname(os.getcwd())))",
        "import os; os.listdir('/tmp')",
        "import autograder; open(autograder.__file__, 'a')",
        "import resource; resource.setrlimit(resource.RLIMIT_CPU, (10**6, 10**6))",
    ],
)
def test_what_the_sandbox_refuses_is_an_error_of_the_cell(runner, source):
    result = runner.run_cell(source, seconds=30)
    assert result.error is not None
    assert runner.run_cell("1", seconds=30).error is None


def test_the_solutions_and_grades_of_this_checkout_cannot_be_read(runner):
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    for path in (
        "solutions",
        "tests",
        "course.yml",
        ".git",
        "tests/autograder/" + os.path.basename(__file__),
    ):
        source = (
            f"import os\np = {os.path.join(root, path)!r}\nos.listdir(p) if os.path.isdir(p) else open(p)"
        )
        assert runner.run_cell(source, seconds=30).error["ename"] == "PermissionError", path


def test_what_is_known_not_to_be_refused(runner):
    # On the list `refusals.NOT_REFUSED`; should a kernel refuse it some day, the list is to be changed.
    source = "import os; assert os.stat('/etc/passwd').st_size > 0; assert os.cpu_count() and os.uname()"
    assert runner.run_cell(source, seconds=30).error is None


@pytest.mark.parametrize(
    "source",
    [
        "sock.sendall(b'x' * 100)",
        "frame(b'z', 1, b'')",
        "frame(b'o', 1, b'no json')",
        "frame(b'o', 1, b'[1, 2]')",
        "frame(b'o', 1, b'[' * 50_000)",
        'frame(b\'o\', 1, b\'{"output_type": "error", "ename": 1e999}\')',
        "frame(b'o', 1, b'{\"output_type\": \"stream\", \"text\": ' + b'9' * 5000 + b'}')",
        "output(output_type='nothing')",
        "output(output_type='stream', name='stdout')",
        "output(output_type='stream', name='stdin', text='x')",
        "output(output_type='stream', name='stdout', text=['x'])",
        "output(output_type='display_data', data=[], metadata={})",
        "output(output_type='display_data', data={'text/plain': 1}, metadata=3)",
        "output(output_type='error', ename='x', evalue='y', traceback=[1])",
        "output(output_type='update_display_data', data={}, metadata={})",
        "frame(b'd', 99, b'{}')",
        "frame(b'd', 1, b'7')",
        "frame(b'd', 1, b'{\"error\": {\"ename\": 1}}')",
        "frame(b'c', 1, b'a question in a cell')",
        "frame(b'r', 1, b'a reply in a cell')",
    ],
)
def test_forged_frames_end_the_runner(preloaded, source):
    with preloaded.runner(LIMITS, seed=1) as runner:
        with pytest.raises(ProtocolBroken) as caught:
            runner.run_cell(SOCKET + source + "\nimport time; time.sleep(2)", seconds=30)
        assert not caught.value.alive
        runner.restart()
        assert runner.run_cell("1", seconds=30).error is None


@pytest.mark.parametrize(
    "source",
    [
        "sock.sendall(struct.pack('!cIQ', b'o', 1, 1 << 40))",
        "sock.sendall(struct.pack('!cIQ', b'd', 1, 1 << 30))",
        "while True: output(output_type='stream', name='stdout', text='x' * 50_000)",
        "while True: output(output_type='clear_output', wait=False)",
        "for i in range(10**9): output(output_type='update_display_data', data={'text/plain': 'x' * 9999},"
        " metadata={}, transient={'display_id': str(i)})",
        "while True:\n    output(output_type='display_data', data={'text/plain': 'x' * 9999}, metadata={},"
        " transient={'display_id': 'a'})\n    output(output_type='clear_output', wait=False)",
    ],
)
def test_frames_that_are_too_large_or_too_many_end_the_runner(preloaded, source):
    with preloaded.runner(LIMITS, seed=1) as runner:
        with pytest.raises((OutputTooLarge, TimedOut)) as caught:
            runner.run_cell(SOCKET + source, seconds=3)
        assert not runner.alive or isinstance(caught.value, TimedOut)
        assert sum(map(len, runner._shown.values())) < 1000
        assert len(repr(caught.value.outputs)) < 10 << 20


def test_a_frame_that_never_ends_is_late(preloaded):
    with preloaded.runner(LIMITS, seed=1) as runner:
        source = SOCKET + "import time\nsock.sendall(struct.pack('!cIQ', b'd', 1, 1 << 20))\n"
        started = time.monotonic()
        with pytest.raises(TimedOut):
            runner.run_cell(source + "while True:\n    sock.sendall(b'x'); time.sleep(0.01)", seconds=0.5)
        assert time.monotonic() - started < 4


def test_a_forged_end_of_a_cell_is_believed_by_nobody_but_its_author(preloaded):
    with preloaded.runner(LIMITS, seed=1) as runner:
        runner.run_cell(SOCKET + "frame(b'd', 1, b'{}')", seconds=30)
        # the true end of the first cell is no answer to the second
        with pytest.raises(ProtocolBroken, match="exchange 1"):
            runner.run_cell("x = 1", seconds=30)


def test_what_a_notebook_file_cannot_hold_is_left_out(preloaded):
    sources = {
        "output(output_type='stream', name='stdout', text='\\ud800')": {"text": "\ufffd"},
        "output(output_type='display_data', data={'image/png': '\"><script>'}, metadata={})": {"data": {}},
        "output(output_type='display_data', data={'text/plain': 5, 'no mime': 'x'}, metadata={})": {
            "data": {"text/plain": "5"}
        },
    }
    for source, expected in sources.items():
        with preloaded.runner(LIMITS, seed=1) as runner:
            outputs = runner.run_cell(SOCKET + source, seconds=30).outputs
        assert expected.items() <= outputs[0].items()


def test_what_runs_on_in_threads_is_stopped_with_the_runner(preloaded):
    with preloaded.runner(LIMITS, seed=1) as runner:
        source = "import threading\ndef f():\n    while True: print('x')\nthreading.Thread(target=f).start()"
        runner.run_cell(source, seconds=30)
        assert runner.run_cell("1 + 1", seconds=30).error is None
        pid = runner.pid
    assert not os.path.exists(f"/proc/{pid}")


@pytest.mark.parametrize(
    "source",
    [
        "import sys; del sys.stdout",
        "import sys; sys.stdout = sys.stderr = None",
        "import sys; sys.modules.clear()",
        "import builtins; builtins.__dict__.clear()",
        "get_ipython().run_cell = None",
        "get_ipython().showtraceback = get_ipython()._showtraceback = None",
        "import autograder.runner.uplink as u; u.json.dumps = lambda *a, **k: 'nothing'",
        "import os; os.close(1); os.close(2)",
        "import gc\nfor o in gc.get_objects():\n    if isinstance(o, dict) and 'receive_blocking' in o: o.clear()",
        "import signal; signal.raise_signal(signal.SIGTERM)",
        "import sys; sys.settrace(lambda *a: 1/0); sys.setprofile(lambda *a: 1/0)",
    ],
)
def test_a_process_that_breaks_itself_fails_as_itself(runner, source):
    with contextlib.suppress(RunnerFailure):
        runner.run_cell(source, seconds=3)
        runner.run_cell("print(1)", seconds=3)
    runner.restart()
    assert runner.run_cell("1", seconds=30).error is None
