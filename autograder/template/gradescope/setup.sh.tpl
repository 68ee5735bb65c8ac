#!/usr/bin/env bash
# Gradescope runs this once, when it builds the image: a Python of 3.11 or newer, and what grading needs.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive PIP_DISABLE_PIP_VERSION_CHECK=1

new_enough() { command -v "$1" >/dev/null && "$1" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
find_python() { for python in python3.13 python3.12 python3.11 python3; do if new_enough "$python"; then return; fi; done; python=""; }

find_python
if [ -z "$python" ]; then
  apt-get update -qq
  apt-get install -y -qq python3.12 python3.12-venv || apt-get install -y -qq python3.11 python3.11-venv
  find_python
fi
if [ -z "$python" ]; then
  echo "no Python of 3.11 or newer: choose an image with Ubuntu 22.04 or newer in the autograder's settings" >&2
  exit 1
fi

"$python" -m venv /autograder/venv
/autograder/venv/bin/python -m pip install -q -r /autograder/source/requirements.txt
packages="$(/autograder/venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
echo /autograder/source/lib > "$packages/autograder.pth"
