"""Two submissions share nothing, the grader's own surroundings are not there, and nothing stays behind."""

import ast
import errno
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.runner import folders, preload
from autograder.runner.handle import Preloaded, PreloadedGone, PreloadFailed, RunnerDied

LIMITS = SimpleNamespace(output_kb=64, memory_mb=256, submission_seconds=60)


@pytest.fixture(scope="module")
def preloaded():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTOGRADER_TEST_TOKEN", "secret")
        patch.setenv("PYTHONPATH", "/nowhere")
        with Preloaded.start(["numpy", "matplotlib.pyplot"]) as preloaded:
            yield preloaded


def value(runner, expression: str):
    """An expression's value in the runner, which must be JSON."""
    result = runner.run_cell(f"import json; print(json.dumps({expression}))", seconds=30)
    assert result.error is None, result.error
    return json.loads(result.outputs[0]["text"])


def places_of(runner) -> list[str]:
    runner.run_cell("import os, tempfile", seconds=30)
    return value(
        runner,
        "[os.getcwd(), os.path.expanduser('~'), tempfile.gettempdir(), get_ipython().ipython_dir]",
    )


def test_the_folders_are_private_and_removed(preloaded):
    with preloaded.runner(LIMITS, 1) as one, preloaded.runner(LIMITS, 1) as other:
        assert one.pid != other.pid
        mine, theirs = places_of(one), places_of(other)
        assert not set(mine) & set(theirs)
        assert all(path.startswith(str(preloaded.base)) for path in mine)
        one.run_cell("open('mine', 'w').write('x')", seconds=30)
        for path in mine[:3]:
            source = f"import os; os.listdir({path!r})"
            assert one.run_cell(source, seconds=30).error is None
            assert other.run_cell(source, seconds=30).error is not None
    assert sorted(os.listdir(preloaded.base)) == ["ipython", "matplotlib"]


def test_nothing_of_one_submission_is_left_for_the_next(preloaded):
    with preloaded.runner(LIMITS, 1) as one:
        one.run_cell("x = 1; import builtins, numpy; builtins.y = 2; numpy.z = 3", seconds=30)
        one.run_cell("import os; os.environ['W'] = '4'; import sys; sys.path.append('/v')", seconds=30)
    with preloaded.runner(LIMITS, 1) as other:
        other.run_cell("import builtins, numpy, os, sys", seconds=30)
        left = "['x' in globals(), hasattr(builtins, 'y'), hasattr(numpy, 'z'), 'W' in os.environ,"
        left += " '/v' in sys.path]"
        assert value(other, left) == [False] * 5
        assert other.run_cell("In[1], len(Out)", seconds=30).execution_count == 3


DRAWS = "[__import__('random').random(), float(__import__('numpy').random.rand()), hash('text')]"


def test_random_numbers_follow_the_seed(preloaded):
    draws = []
    for seed in (1, 1, 2, 2**63 + 5):
        with preloaded.runner(LIMITS, seed) as runner:
            draws.append(value(runner, DRAWS))
    assert draws[0] == draws[1]
    assert all(a != b for a, b in zip(draws[0][:2], draws[2][:2], strict=True))
    assert draws[0][2] == draws[2][2]  # hashes follow the parent


def test_tensors_follow_the_seed_and_their_own_parent():
    with Preloaded.start(["torch", "torchlet"], hash_seed=3) as preloaded:
        assert preloaded.absent == []
        draws = []
        for seed in (1, 1, 2):
            with preloaded.runner(LIMITS, seed) as runner:
                source = (
                    "[float(__import__(name).rand(1)) for name in ('torch', 'torchlet')] + [hash('text')]"
                )
                draws.append(value(runner, source))
        with preloaded.runner(LIMITS, 1) as runner:
            training = runner.run_cell(TRAINING, seconds=30)
            again = "[__import__(n).manual_seed(1) and float(__import__(n).rand(1)) for n in ('torch', 'torchlet')]"
            assert value(runner, again) == draws[0][:2]  # as if the notebook had set the seed
    assert draws[0] == draws[1]
    assert all(a != b for a, b in zip(draws[0][:2], draws[2][:2], strict=True))
    assert training.error is None
    assert draws[0][2] == draws[2][2]


TRAINING = """
import torch
x = torch.arange(20.0, dtype=torch.float64)[:, None]
model = torch.nn.Linear(1, 1).double()
optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
for _ in range(20):
    loss = ((model(x) - 2 * x) ** 2).mean()
    optimizer.zero_grad(); loss.backward(); optimizer.step()
assert torch.autograd.gradcheck(torch.sin, (x.requires_grad_(),))
"""


def test_the_environment_of_the_grader_is_not_there(preloaded):
    with preloaded.runner(LIMITS, 1) as runner:
        runner.run_cell("import os", seconds=30)
        environment = value(runner, "dict(os.environ)")
    assert "AUTOGRADER_TEST_TOKEN" not in environment and "PYTHONPATH" not in environment
    assert environment["OMP_NUM_THREADS"] == "1"
    assert "secret" not in environment.values()


TRY_TO_WRITE = """
import os, sys
def try_to_write(folder):
    try: open(folder + '/new', 'w').close()
    except OSError: return False
    return True
"""


def test_no_module_comes_from_where_the_notebook_can_write(preloaded):
    files = {"helper.py": b"x = 'given'", "numpy.py": b"x = 'given'", "data/numbers.csv": b"1\n2\n"}
    with preloaded.runner(LIMITS, 1, files) as runner:
        assert value(runner, "__import__('helper').x") == "given"
        # what is loaded already stays; a file of that name does not take its place
        assert value(runner, "__import__('numpy').array([1]).tolist()") == [1]
        runner.run_cell(TRY_TO_WRITE, seconds=30)
        assert value(runner, "open('data/numbers.csv').read()") == "1\n2\n"
        writable = value(runner, "[try_to_write(p) for p in sys.path if os.path.isdir(p)]")
        assert writable and not any(writable)
        source = "open('colorsys.py', 'w').write('x = 1'); open('helper.py', 'w').write('x = 2')"
        runner.run_cell(source, seconds=30)
        assert value(runner, "hasattr(__import__('colorsys'), 'x')") is False
        assert value(runner, "__import__('importlib').reload(__import__('helper')).x") == "given"
        given = "os.path.dirname(__import__('helper').__file__)"
        assert runner.run_cell(f"open({given} + '/helper.py', 'w')", seconds=30).error is not None
        runner.restart()
        assert value(runner, "open('helper.py').read()") == "x = 'given'"


def test_given_files_can_come_from_files_and_stay_inside(preloaded, tmp_path):
    (tmp_path / "table.csv").write_text("a\n")
    with preloaded.runner(LIMITS, 1, {"table.csv": tmp_path / "table.csv"}) as runner:
        assert value(runner, "open('table.csv').read()") == "a\n"
        assert value(runner, "open('table.csv', 'a').write('b')") == 1
    assert (tmp_path / "table.csv").read_text() == "a\n"
    for name in ("../x", "/x", "a/../../x", ""):
        with pytest.raises(ValueError, match="not a path inside"):
            preloaded.runner(LIMITS, 1, {name: b""})


def test_restart_forgets_everything(preloaded):
    with preloaded.runner(LIMITS, 7) as runner:
        first = value(runner, DRAWS)
        runner.run_cell("x = 1; open('f', 'w')", seconds=30)
        before = runner.pid
        runner.restart()
        assert runner.pid != before
        assert value(runner, DRAWS) == first
        assert value(runner, "['x' in globals(), __import__('os').listdir('.')]") == [False, []]


def test_without_the_sandbox_the_limits_stay():
    with Preloaded.start([], sandboxed=False) as preloaded, preloaded.runner(LIMITS, 1) as runner:
        assert value(runner, "open('/etc/passwd').read()") == Path("/etc/passwd").read_text()
        assert runner.run_cell("bytearray(300 << 20)", seconds=30).error["ename"] == "MemoryError"
        source = "import resource; resource.setrlimit(resource.RLIMIT_CORE, (1, 1))"
        assert runner.run_cell(source, seconds=30).error is not None or os.geteuid() == 0
        pid = runner.pid
        os.kill(preloaded.pid, signal.SIGKILL)
        assert gone(pid)


def test_files_for_a_submission_are_readable_whatever_the_umask(preloaded):
    before = os.umask(0o077)
    try:
        with preloaded.runner(LIMITS, 1, {"pack/__init__.py": b"x = 1", "a.csv": b"1"}) as runner:
            assert value(runner, "[__import__('pack').x, open('a.csv').read()]") == [1, "1"]
    finally:
        os.umask(before)


def test_a_folder_for_temporary_files_that_is_roots_alone_will_do(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    tmp_path.chmod(0o700)
    with Preloaded.start([]) as preloaded, preloaded.runner(LIMITS, 1) as runner:
        assert str(preloaded.base).startswith(str(tmp_path))
        assert value(runner, "open('new', 'w').write('x')") == 1


def gone(pid: int, seconds: float = 5) -> bool:
    """Whether a process ends within that time; a zombie has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


HOSTILE_TREE = """
import os
os.makedirs('deep/' * 300)
os.mkdir('closed', 0o000)
os.symlink('/', 'root'); os.symlink('nowhere', 'broken')
for i in range(300):
    os.mkdir('d'); os.chdir('d')
    open('f' * 200, 'w').close()
"""


def test_folders_are_removed_whatever_was_put_there(preloaded):
    with preloaded.runner(LIMITS, 1) as runner:
        runner.run_cell(HOSTILE_TREE, seconds=30)
        folder = runner._folder
        assert folder.exists()
    assert not folder.exists()
    assert Path("/usr").exists()


def test_a_killed_runner_leaves_nothing(preloaded):
    with preloaded.runner(LIMITS, 1) as runner:
        folder, pid = runner._folder, runner.pid
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(RunnerDied):
            runner.run_cell("1", seconds=30)
        assert gone(pid) and not folder.exists()
        runner.restart()
        assert value(runner, "1") == 1


def test_the_end_of_the_parent_is_no_fault_of_the_student():
    with Preloaded.start([]) as preloaded:
        runner = preloaded.runner(LIMITS, 1)
        os.kill(preloaded.pid, signal.SIGKILL)
        assert gone(preloaded.pid) and gone(runner.pid)
        with pytest.raises(PreloadedGone):
            runner.run_cell("1", seconds=30)
        assert not preloaded.alive
        with pytest.raises(PreloadedGone):
            preloaded.runner(LIMITS, 1)
        base = preloaded.base
    assert not base.exists()


COORDINATOR = """
import sys, time
from types import SimpleNamespace
from autograder.runner.handle import Preloaded
preloaded = Preloaded.start([])
runner = preloaded.runner(SimpleNamespace(output_kb=64, memory_mb=256, submission_seconds=60), 1)
print(preloaded.pid, runner.pid, preloaded.base, flush=True)
runner.run_cell("import time\\nwhile True: time.sleep(1)", seconds=100)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_everything_ends_with_the_coordinator(how):
    command = [sys.executable, "-P", "-c", COORDINATOR]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as coordinator:
        parent, runner, base = coordinator.stdout.readline().split()
        time.sleep(0.2)
        coordinator.send_signal(how)
        assert gone(int(runner)) and gone(int(parent))
    deadline = time.monotonic() + 5
    while Path(base).exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not Path(base).exists()


def test_what_was_left_behind_is_removed_by_the_next_start_and_what_is_in_use_is_not():
    left = Path(tempfile.mkdtemp(prefix="autograder-runners-"))
    (left / "file").touch()
    used, lock = folders.make_base()
    try:
        assert not left.exists()
        other, other_lock = folders.make_base()
        assert used.exists() and other.exists()
        os.close(other_lock)
    finally:
        os.close(lock)
        folders.remove(used)
        folders.remove(other)


def test_modules_that_are_not_installed_are_named_and_one_that_fails_stops_it():
    with Preloaded.start(["numpy", "no_such_module"]) as preloaded:
        assert preloaded.absent == ["no_such_module"]
    with pytest.raises(PreloadFailed, match="win32 only"):
        Preloaded.start(["asyncio.windows_events"])


def test_a_fork_that_fails_is_told_and_ends_nothing(preloaded, tmp_path, monkeypatch):
    def no_memory() -> int:
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    monkeypatch.setattr(os, "fork", no_memory)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        order = {"do": "fork", "number": 5, "folders": {}, "limits": {}}
        preload.Parent(theirs, None, tmp_path)._try_to_fork(theirs, order, [])
        told = json.loads(ours.recv(1000))
    assert told == {"forked": 5, "error": "[Errno 12] Cannot allocate memory"}
    preloaded._events["forked", 5] = told
    with pytest.raises(PreloadFailed, match="cannot fork"):
        preloaded._forked(5)


def test_a_module_that_starts_a_thread_is_refused(tmp_path):
    module = "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()"
    (tmp_path / "starter.py").write_text(module)
    command = [
        sys.executable,
        "-c",
        "from autograder.runner import preload; preload.load(['json', 'starter'])",
    ]
    environment = {"PYTHONPATH": str(tmp_path), "OPENBLAS_NUM_THREADS": "1", "IPYTHONDIR": str(tmp_path)}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.returncode != 0
    assert "starter starts a thread" in ended.stderr


OPEN_DESCRIPTORS = """
import os, stat
def kind(fd):
    try: return stat.S_IFMT(os.fstat(fd).st_mode)
    except OSError: return None
print({fd: kind(fd) for fd in range(256) if kind(fd) is not None})
"""


def test_no_descriptor_leads_out_and_none_is_leaked(preloaded):
    preloaded.runner(LIMITS, 1).close()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with preloaded.runner(LIMITS, 1) as runner:
            printed = runner.run_cell(OPEN_DESCRIPTORS, seconds=30).outputs[0]["text"]
    assert len(os.listdir("/proc/self/fd")) == before
    inside = ast.literal_eval(printed)
    assert {0, 1, 2} < set(inside) and len(inside) < 10
    assert not [fd for fd, kind in inside.items() if fd > 2 and kind in (stat.S_IFDIR, stat.S_IFREG)]
