"""Every line of the list of refusals, tried on this machine; and what happens on a machine that lacks something."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import autograder
from autograder import sandbox
from autograder.sandbox import SandboxUnavailable, landlock, refusals, seccomp

LINES = refusals.LINES + refusals.LIMITS

pytestmark = pytest.mark.skipif(
    bool(sandbox.missing()), reason="this machine has no sandbox: " + str(sandbox.missing())
)


def findings(*options: str) -> dict[str, dict]:
    command = [sys.executable, "-P", "-m", "autograder.sandbox.probe", *options]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert found.returncode == 0, found.stderr
    return {finding["what"]: finding for finding in json.loads(found.stdout)}


@pytest.fixture(scope="module")
def inside() -> dict[str, dict]:
    return findings()


@pytest.fixture(scope="module")
def outside() -> dict[str, dict]:
    return findings("--outside")


@pytest.mark.parametrize("line", LINES, ids=lambda line: line.what)
def test_it_is_refused(line, inside):
    assert line.what in inside, f"the sandboxed process ended before or at it; it did {list(inside)[-3:]}"
    assert inside[line.what]["outcome"] == "refused", inside[line.what]["text"]


OLDER = "from autograder.sandbox import landlock, probe; landlock.version = lambda: {}; probe.main()"


@pytest.mark.parametrize("version", range(1, landlock.version()))
def test_older_kernels_refuse_the_same(version):
    # What Landlock does not know there, the filter refuses.
    command = [sys.executable, "-P", "-c", OLDER.format(version)]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert found.returncode == 0, found.stderr
    refused = [finding["what"] for finding in json.loads(found.stdout) if finding["outcome"] == "refused"]
    assert refused == [line.what for line in LINES]


def test_root_of_a_container_with_a_single_user_refuses_the_same():
    command = ["unshare", "--user", "--map-root-user", sys.executable, "-P", "-m", "autograder.sandbox.probe"]
    found = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if "unshare" in found.stderr:
        pytest.skip(f"user namespaces cannot be made here: {found.stderr}")
    refused = [finding["what"] for finding in json.loads(found.stdout) if finding["outcome"] == "refused"]
    assert refused == [line.what for line in LINES], found.stderr


@pytest.mark.parametrize("line", refusals.LINES, ids=lambda line: line.what)
def test_it_is_not_refused_outside(line, outside):
    # As an ordinary user the system itself refuses a part of the list.
    if sandbox.privileges.is_root():
        assert outside[line.what]["outcome"] != "refused", outside[line.what]["text"]
    else:
        assert line.what in outside


def test_every_line_says_what_by_which_means_and_why():
    names = [line.what for line in LINES]
    assert len(set(names)) == len(names)
    assert all(line.by and line.why for line in LINES)


@pytest.mark.parametrize("line", refusals.LINES, ids=lambda line: line.what)
def test_the_call_that_a_line_names_is_not_among_those_that_are_always_allowed(line):
    for means in line.by.split(";"):
        kind, _, detail = means.strip().partition(": ")
        for name in detail.split(","):
            if kind == "seccomp":
                assert name.split()[0] not in seccomp.ALLOWED.split()


def test_this_machine_has_what_is_required():
    assert sandbox.missing() == []
    assert all(protection.detail for protection in sandbox.available())
    sandbox.require()


@pytest.mark.parametrize(
    ("what", "names"),
    [
        ("landlock", "Landlock: files"),
        ("seccomp", "seccomp: system calls"),
        ("system", "Darwin"),
        ("machine", "riscv64"),
    ],
)
def test_what_is_missing_is_named_with_a_repair_and_the_flag(monkeypatch, what, names):
    if what == "landlock":
        monkeypatch.setattr(landlock, "version", lambda: 0)
    elif what == "seccomp":
        monkeypatch.setattr(seccomp, "supported", lambda: False)
    elif what == "system":
        monkeypatch.setattr(sandbox.platform, "system", lambda: "Darwin")
    else:
        monkeypatch.setattr(sandbox.platform, "machine", lambda: "riscv64")
    with pytest.raises(SandboxUnavailable) as caught:
        sandbox.require()
    assert names in str(caught.value)
    assert sandbox.WITHOUT in caught.value.repair
    assert any(p.repair and p.repair in caught.value.repair for p in sandbox.missing())


WINDOWS = """
import os, platform, sys
sys.modules["resource"] = sys.modules["fcntl"] = None
platform.system = lambda: "Windows"
del os.fork
from autograder import doctor, sandbox
from autograder.runner.handle import Preloaded, PreloadFailed
print([protection.name for protection in sandbox.missing()])
try: Preloaded.start(sandboxed=False)
except PreloadFailed as error: print(error.why)
"""


def test_a_system_without_posix_is_told_so_and_can_do_the_rest():
    ended = subprocess.run([sys.executable, "-P", "-c", WINDOWS], capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0, ended.stderr
    assert "Linux on x86_64 or aarch64" in ended.stdout
    assert "cannot fork" in ended.stdout


def test_a_package_in_a_working_copy_is_readable_and_what_lies_beside_it_is_not():
    package = Path(autograder.__file__).parent
    paths = sandbox.readable_paths()
    assert any(package.is_relative_to(path) for path in paths)
    assert not any((package.parent / "solutions").is_relative_to(path) for path in paths)
    assert not any((package.parent / "gradebook.db").is_relative_to(path) for path in paths)


@pytest.mark.parametrize("abi", range(1, 9))
def test_landlock_handles_what_each_version_of_its_interface_knows(abi):
    files, tcp, scopes = landlock.handled(abi)
    assert files & landlock.WRITE_FILE and files & landlock.READ_FILE
    assert bool(files & landlock.REFER) == (abi >= 2)
    assert bool(files & landlock.TRUNCATE) == (abi >= 3)
    assert bool(files & landlock.IOCTL_DEV) == (abi >= 5)
    assert (tcp, scopes) == (3 if abi >= 4 else 0, 3 if abi >= 6 else 0)
    assert not landlock.OWN & (landlock.EXECUTE | landlock.MAKE_SOCK | landlock.MAKE_CHAR)
