"""A course that collects: what a test of `autograder collect` needs."""

from pathlib import Path

import nbformat

from .archives import archive

LESSON = "01_squares"
NOTEBOOK = f"{LESSON}.ipynb"


class School:
    """A course, the command, and a platform's download to put files into."""

    def __init__(self, recipes, root: Path, autograder) -> None:
        self.course = recipes.courses.text_course(root / "course")
        self.material = recipes.Material.of(self.course, LESSON)
        self.solved = nbformat.writes(self.material.solved())
        self.empty = nbformat.writes(self.material.release)
        self.root, self.autograder = root, autograder

    def zip(self, files: dict[str, str | bytes], name: str = "download.zip") -> Path:
        return archive(self.root / name, files)

    def collect(self, *words):
        return self.autograder("--course", self.course.root, "collect", LESSON, *words)

    def roster(self, text: str) -> Path:
        (self.root / "roster.csv").write_text(text)
        return self.root / "roster.csv"

    def held(self) -> dict[str, str]:
        """The content of everything below submitted/."""
        place = self.course.submitted_dir
        return {
            str(path.relative_to(place)): path.read_text()
            for path in sorted(place.rglob("*"))
            if path.is_file() and path.name != "timestamp.txt"
        }


def rows(text: str) -> dict[str, list[str]]:
    """The lines of the table by student."""
    lines = [line.split() for line in text.splitlines()]
    return {words[0]: words[1:] for words in lines if len(words) > 2 and words[1] in STATES}


STATES = ("new", "replaced", "unchanged", "older", "refused")
