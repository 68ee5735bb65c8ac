#!/usr/bin/env bash
# Gradescope runs this for each submission. What it prints is for instructors; students read results.json.
set -uo pipefail
export PYTHONDONTWRITEBYTECODE=1 LC_ALL=C.UTF-8
cd /autograder

rm -f results/results.json
/autograder/venv/bin/python -m autograder --course /autograder/source/course \
  ci /autograder/submission --hidden --lesson "{lesson}" {sandbox} --gradescope /autograder/results/results.json
[ -f results/results.json ] # else the grader failed, not the student: Gradescope says so, and gives no score
