"""A root folder with a system, this Python and its packages, and nothing else: no network, no course, no checkout."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

# Namespaces of its own, so nothing that is mounted here is seen outside, or stays.
INSIDE = r"""
set -euo pipefail
root=$1 and_run=$2; shift 2
mount --make-rprivate /
for path in "$@"; do
  mkdir -p "$root$path"
  mount --rbind "$path" "$root$path"
  mount -o remount,bind,ro "$root$path"
done
for name in bin sbin lib lib64; do [ ! -L "/$name" ] || [ -L "$root/$name" ] || cp -P "/$name" "$root/$name"; done
mkdir -p "$root/proc" "$root/dev" "$root/tmp" "$root/etc"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
chmod 1777 "$root/tmp"
for name in ld.so.cache passwd group localtime; do [ ! -e "/etc/$name" ] || cp -L "/etc/$name" "$root/etc/$name"; done
exec chroot "$root" /usr/bin/env -i PATH=/stub:/usr/bin:/bin HOME=/tmp /bin/bash -c "$and_run"
"""
UNSHARE = ("unshare", "--mount", "--net", "--pid", "--fork", "--kill-child")
# What Gradescope's image has as python3.13: this Python. An environment that it makes finds this one's packages.
STUB = """\
#!/bin/bash
if [ "$1 $2" = "-m venv" ]; then
  {python} -m venv --without-pip "$3"
  cd "$3"/lib/python*/site-packages && echo {packages} > shared.pth
else
  exec {python} "$@"
fi
"""


def possible() -> bool:
    """Whether this machine lets us make one."""
    if shutil.which("unshare") is None:
        return False
    done = subprocess.run([*UNSHARE, "mount", "--make-rprivate", "/"], capture_output=True)
    return done.returncode == 0


def prepare(root: Path) -> None:
    stub = root / "stub" / "python3.13"
    stub.parent.mkdir(parents=True)
    stub.write_text(STUB.format(python=sys.executable, packages=sysconfig.get_path("purelib")))
    stub.chmod(0o755)


def run(root: Path, command: str, *, timeout: float = 500) -> subprocess.CompletedProcess:
    """Run a shell command in the folder as its root."""
    shown = {Path("/usr"), Path(sys.base_prefix), Path(sys.prefix), Path(sysconfig.get_path("purelib"))}
    paths = [
        path for path in shown if not any(path != other and path.is_relative_to(other) for other in shown)
    ]
    words = [*UNSHARE, "bash", "-c", INSIDE, "inside", root, command, *sorted(paths)]
    return subprocess.run(list(map(str, words)), capture_output=True, text=True, timeout=timeout)
