"""The sandbox and the runners once more, as an ordinary user: when the tests run as root, by becoming one."""

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from autograder import sandbox
from autograder.sandbox import refusals

ROOT = Path(__file__).parents[2]
NOBODY = 65534
NEEDED = [Path(sys.base_prefix), Path(sys.prefix), ROOT]

pytestmark = [
    pytest.mark.skipif(os.geteuid() != 0, reason="all the other tests run as an ordinary user already"),
    pytest.mark.skipif(bool(sandbox.missing()), reason="this machine has no sandbox"),
]


def closed_folder(path: Path) -> Path | None:
    """The topmost folder on the way to `path` that an ordinary user may not enter."""
    return next((folder for folder in reversed([path, *path.parents]) if not folder.stat().st_mode & 1), None)


def opening_commands(scratch: Path) -> list[str]:
    """Shell commands that open the way to the interpreter and the checkout, in a mount namespace of their own.

    A closed folder (/root) is hidden behind an empty one, into which only what is needed is put back.
    """
    closed = {path: folder for path in NEEDED if (folder := closed_folder(path))}
    commands = []
    for i, path in enumerate(closed):
        commands += [f"mkdir -p {scratch}/{i}", f"mount --bind {shlex.quote(str(path))} {scratch}/{i}"]
    commands += [f"mount -t tmpfs -o mode=755 tmpfs {shlex.quote(str(f))}" for f in set(closed.values())]
    for i, path in enumerate(closed):
        where = shlex.quote(str(path))
        commands += [f"mkdir -p {where}", f"mount --bind {scratch}/{i} {where}"]
    return commands


@pytest.fixture
def as_nobody():
    """Run Python with these arguments as the user nobody, without groups and capabilities."""
    # not pytest's own folder for temporary files: every start of pytest closes that to other users
    scratch = Path(tempfile.mkdtemp(prefix="nobody-"))
    scratch.chmod(0o711)
    home = scratch / "home"
    home.mkdir()
    home.chmod(0o777)

    def run(*arguments: str, seconds: float) -> subprocess.CompletedProcess:
        drop = f"setpriv --reuid {NOBODY} --regid {NOBODY} --clear-groups --inh-caps=-all --bounding-set=-all"
        command = shlex.join([sys.executable, *arguments])
        script = "; ".join(["set -e", *opening_commands(scratch), f"exec {drop} {command}"])
        environment = {"PATH": os.defpath, "HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8"}
        return subprocess.run(
            ["unshare", "--mount", "sh", "-c", script],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=seconds,
        )

    who = run("-c", "import os; print(os.geteuid(), os.access('/root', os.W_OK))", seconds=30)
    if who.stdout.split()[:1] != [str(NOBODY)]:
        pytest.skip(f"root cannot become an ordinary user here: {who.stderr}")
    yield run
    shutil.rmtree(scratch, ignore_errors=True)


def test_every_line_is_refused_to_an_ordinary_user(as_nobody):
    ended = as_nobody("-P", "-m", "autograder.sandbox.probe", seconds=60)
    assert ended.returncode == 0, ended.stderr
    findings = json.loads(ended.stdout)
    assert [f["what"] for f in findings] == [line.what for line in refusals.LINES + refusals.LIMITS]
    assert [f for f in findings if f["outcome"] != "refused"] == []


@pytest.mark.slow
@pytest.mark.parametrize("file", ["hostile", "apart", "limits"])
def test_runners_behave_the_same_for_an_ordinary_user(as_nobody, file):
    tests = f"tests/autograder/test_runner_{file}.py"
    ended = as_nobody("-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", tests, seconds=240)
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr[-1000:]
