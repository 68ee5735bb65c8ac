"""A course whose students have handed in, and the command that grades them."""

import json
from contextlib import contextmanager

from nbgrader.api import Gradebook

LESSON = "01_squares"


class Class:
    """A course in a folder, and the command that grades it."""

    def __init__(self, autograder, recipes, course) -> None:
        self.autograder, self.recipes, self.course, self.root = autograder, recipes, course, course.root

    def hand_in(self, *names: str) -> None:
        self.recipes.courses.hand_in(self.course, *names)

    def grade(self, *options: str):
        done = self.autograder(
            "--course", self.root, "grade", LESSON, "--json", self.root / "out.json", *options
        )
        self.report = json.loads((self.root / "out.json").read_text()) if done.code != 2 else {}
        self.marks = {one["student"]: one for one in self.report.get("submissions", [])}
        return done

    def scores(self) -> dict:
        return {name: one["score"] for name, one in self.marks.items()}

    def answer(self, student: str, **answers: str) -> None:
        material = self.recipes.Material.of(self.course, LESSON)
        material.folder = self.course.submitted_dir / student / LESSON
        material.hand_in(material.solved(**answers))

    def edit_source(self, old: str, new: str) -> None:
        file = self.course.source_dir / LESSON / f"{LESSON}.py"
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new))

    @contextmanager
    def gradebook(self):
        with Gradebook(self.course.database_url) as book:
            yield book

    def autograded(self) -> dict[str, int]:
        return {str(p): p.stat().st_mtime_ns for p in self.course.autograded_dir.glob("*/*/*.ipynb")}
