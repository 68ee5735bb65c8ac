"""Several processes share one preloaded parent: what one does, and its end, is no other's."""

import os
import signal
import stat
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from autograder.execution import execute
from autograder.judge import host as hosts
from autograder.judge.judging import Judging
from autograder.runner import preloaded
from autograder.runner.failures import PreloadedGone, PreloadFailed
from autograder.runner.line import Line
from autograder.runner.preload import SLOTS
from autograder.runner.preloaded import Preloaded
from autograder.schema import Limits

LIMITS = SimpleNamespace(output_kb=64, memory_mb=256, submission_seconds=60)


@pytest.fixture(scope="module")
def parent():
    with Preloaded.begin([]) as shared:
        yield shared


@pytest.fixture
def lines(parent):
    one, other = Line.join(parent.address), Line.join(parent.address)
    yield one, other
    one.close()
    other.close()


def gone(pid: int) -> bool:
    deadline = time.monotonic() + 20
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    return not Path(f"/proc/{pid}").exists()


def printed(runner, expression: str) -> str:
    result = runner.run_cell(f"print({expression})", seconds=30)
    assert result.error is None, result.error
    return result.outputs[0]["text"].strip()


def test_the_end_of_one_line_ends_its_runners_and_no_others(lines):
    one, other = lines
    lost, kept = one.runner(LIMITS, 1), other.runner(LIMITS, 1)
    printed(lost, "1")
    assert lost._number == kept._number, "each line counts for itself"
    one.close()
    assert gone(lost.pid) and not one.alive
    deadline = time.monotonic() + 20
    while lost._folder.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not lost._folder.exists()
    lost.close()
    assert printed(kept, "'here'") == "here" and other.alive
    kept.close()


def test_runners_of_two_lines_are_two_users_with_nothing_in_common(lines):
    with lines[0].runner(LIMITS, 1) as mine, lines[1].runner(LIMITS, 1) as theirs:
        assert mine.pid != theirs.pid
        if os.geteuid() == 0:
            users = {printed(runner, "__import__('os').getuid()") for runner in (mine, theirs)}
            assert len(users) == 2
        mine.run_cell("x = 1; open('kept', 'w').close()", seconds=30)
        assert printed(theirs, "'x' in globals()") == "False"
        error = theirs.run_cell(f"open({str(mine.work / 'kept')!r})", seconds=30).error
        assert error is not None and error["ename"] == "PermissionError"


def test_there_are_so_many_runners_and_no_more(lines, monkeypatch):
    from autograder.runner import preload

    monkeypatch.setattr(preload, "SLOTS", 2)
    taken = preload.Parent(None, None, Path())
    for slot in (taken._free_slot(), taken._free_slot()):
        taken.children.append(SimpleNamespace(slot=slot))
    with pytest.raises(OSError, match="2 runners are at work"):
        taken._free_slot()
    taken.children.pop(0)
    assert taken._free_slot() == 0
    assert SLOTS == 64


def test_what_is_needed_is_loaded_once_and_what_is_not_installed_is_named(lines):
    with lines[0].runner(LIMITS, 1) as runner:
        assert printed(runner, "'decimal' in __import__('sys').modules") in ("True", "False")
    assert lines[0].need(["sndhdr_of_nobody", "colorsys"]) == ["sndhdr_of_nobody"]
    with lines[1].runner(LIMITS, 1) as runner:
        assert printed(runner, "'colorsys' in __import__('sys').modules") == "True"
    assert lines[0].need(["colorsys"]) == []


def test_no_one_else_may_connect_and_no_runner_can(parent, lines):
    assert stat.S_IMODE(parent.address.stat().st_mode) == 0o600
    connect = f"import socket\nsocket.socket(socket.AF_UNIX).connect({str(parent.address)!r})"
    with lines[0].runner(LIMITS, 1) as runner:
        error = runner.run_cell(connect, seconds=30).error
    assert error is not None and error["ename"] == "PermissionError"


def test_one_that_cannot_load_says_why():
    with Preloaded.begin(["asyncio.windows_events"]) as broken:
        line = Line.join(broken.address)
        with pytest.raises(PreloadedGone):
            line.need(["colorsys"])
        line.close()
    with pytest.raises(PreloadFailed, match="win32 only"):
        Preloaded.start(["asyncio.windows_events"])


def test_one_that_still_loads_is_not_waited_for(monkeypatch):
    kept = []
    monkeypatch.setattr(preloaded, "_keep_fonts", kept.append)  # half a list of fonts would be one
    with Preloaded.begin(hosts.modules_of(["import torch", "plt"])) as slow:
        process, base = slow._process, slow.base
    assert process.returncode == -signal.SIGKILL and not base.exists() and not kept
    with Preloaded.begin([]) as ready:
        process, base = ready._process, ready.base
        line = Line.join(ready.address)
        line.need(["colorsys"])
        line.close()
    assert process.returncode == 0 and not base.exists() and kept == [base]


def test_a_killed_parent_costs_nothing_but_time(monkeypatch):
    """The submission in hand is done again, with a parent of one's own where the shared one is gone."""
    notebook = new_notebook(cells=[new_code_cell("x = 1"), new_code_cell("print(x)")])
    monkeypatch.setattr(hosts, "_hosts", {})
    whole, killed = Judging._cell, []

    with Preloaded.begin(hosts.modules_of([])) as shared:
        monkeypatch.setattr(hosts, "_shared", (shared.address, True))

        def kill_once(self, piece):
            if not killed:
                killed.append(type(self.host))
                os.kill(shared._process.pid, signal.SIGKILL)
                shared._process.wait()
            return whole(self, piece)

        monkeypatch.setattr(Judging, "_cell", kill_once)
        done = execute(notebook, lesson_id="1", limits=Limits(), seed=1)
    assert killed == [Line], "the shared parent was asked first"
    assert [output.text for cell in done.notebook.cells for output in cell.outputs] == ["1\n"]
    [own] = hosts._hosts.values()
    assert isinstance(own, Preloaded)
    own.close()


def test_a_notebook_gets_what_its_words_say_that_it_uses():
    assert hosts.modules_of(["x = 1", "# torch is not imported"]) == list(hosts.ALWAYS)
    assert "torch" in hosts.modules_of(["x = 1", "from torch import nn"])
    assert "torch" not in hosts.modules_of(["import torchlet as torch"])
    assert hosts.modules_of(["import torch", "torch.optim.SGD([w])"])[-2:] == ["torch", "torch._dynamo"]
    assert "torch._dynamo" not in hosts.modules_of(["from torchlet import optim"])
    assert {"matplotlib.pyplot"} == {*hosts.modules_of(["table.plot()"])} - {*hosts.ALWAYS}
