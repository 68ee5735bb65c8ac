"""The guide to a first course holds word by word: its files are written, its commands run, and print what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "first-course.md"
# A fenced block, and the line of prose above it.
BLOCK = re.compile(r"(?P<above>[^\n]+)\n\n```(?P<language>\w+)\n(?P<body>.*?)\n```", re.S)
FILE = re.compile(r"`(?P<path>[\w./]+)`:$")
SECONDS = 240


def steps():
    """(what to do, with what, content) for each block of the guide that is to be carried out."""
    for block in BLOCK.finditer(GUIDE.read_text(encoding="utf-8")):
        named = FILE.search(block["above"])
        if block["language"] == "console":
            yield from commands(block["body"])
        elif named:
            yield (
                ("append" if "the end of" in block["above"] else "write"),
                named["path"],
                block["body"] + "\n",
            )


def commands(block):
    """Each command of a console block, with the lines that it is to print."""
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command, *printed = part.splitlines()
        yield "run", command, printed


def run(command, folder):
    """What a command prints, and the folder in which it leaves us."""
    bin_ = str(Path(sys.executable).parent)
    # A narrow terminal would break the lines of tables.
    environment = {**os.environ, "PATH": f"{bin_}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "120"}
    words = ["bash", "-c", f"{command} || exit\npwd >&2"]
    ran = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, timeout=SECONDS)
    assert ran.returncode == 0, f"{command}: {ran.returncode}\n{ran.stdout}{ran.stderr}"
    return ran.stdout, Path(ran.stderr.splitlines()[-1])


def missing(expected, printed):
    """The expected lines that do not follow each other in what was printed; `…` stands for anything."""
    there = [" ".join(line.split()) for line in printed.splitlines()]
    absent = []
    for line in expected:
        pattern = ".*".join(re.escape(part.strip()) for part in line.split("…"))
        found = next((i for i, text in enumerate(there) if re.search(pattern, text)), None)
        if found is None:
            absent.append(line)
        else:
            there = there[found if line.strip() == "…" else found + 1 :]
    return absent


def test_a_missing_line_is_noticed():
    assert missing(["a … c", "…", "d"], "a  b   c\nx\nd\n") == []
    assert missing(["d", "a"], "a\nd\n") == ["a"]


def test_the_guide_holds(tmp_path):
    folder, done = tmp_path, []
    for kind, name, content in steps():
        done.append(kind)
        if kind == "run":
            printed, folder = run(name, folder)
            assert not missing(content, printed), f"{name} printed:\n{printed}"
        else:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a" if kind == "append" else "w", encoding="utf-8") as file:
                file.write(content)
    assert done.count("run") > 10 and done.count("write") == 2 and done.count("append") == 1
    feedback = (folder / "feedback/ada/02_median/02_median.html").read_text()
    assert "Two numbers stand in the middle: take their mean." in feedback
    assert "[1, 2, 4, 9]" not in feedback
    assert "3 of 3 were graded before and have not changed" in run("autograder grade 02", folder)[0]
