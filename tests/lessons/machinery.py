"""What the tests of all lessons do: read a lesson's source, run it on both libraries, look at its predictions."""

from __future__ import annotations

import ast
import contextlib
import io
from collections import Counter
from itertools import pairwise
from pathlib import Path

import jupytext
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

SOLUTIONS = Path(__file__).parents[2] / "solutions"
LIBRARIES = ["torchlet", "torch"]


class Lesson:
    """The source of one lesson.

    promises: {code: what it prints}, run after the lesson: what the texts say of the reference answers.
    """

    def __init__(self, name: str, promises: dict[str, str] | None = None):
        self.name, self.promises = name, promises or {}
        self.folder = SOLUTIONS / name
        self.cells = self._read().cells
        self.code = [cell for cell in self.cells if cell.cell_type == "code"]

    def _read(self):
        return jupytext.read(self.folder / f"{self.name}.py")

    def run(self, library: str, folder: Path) -> Run:
        """Run the lesson from top to bottom in a kernel. On PyTorch without the cells tagged `core-only`."""
        notebook = self._read()
        notebook.cells += [new_code_cell(code) for code in self.promises]
        sources = [cell.source for cell in notebook.cells]
        for cell in notebook.cells:
            skipped = library == "torch" and core_only(cell)
            cell.source = "" if skipped else on(library, cell.source)
        NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
        text = {
            source: printed(cell)
            for source, cell in zip(sources, notebook.cells, strict=True)
            if cell.cell_type == "code" and not (library == "torch" and core_only(cell))
        }
        return Run(self, text)

    def cell(self, snippet: str) -> str:
        """The source of the one code cell with this snippet."""
        found = [cell.source for cell in self.code if snippet in cell.source]
        assert len(found) == 1, f"{len(found)} cells contain {snippet!r}"
        return found[0]

    def graded(self) -> dict[str, str]:
        """{grade_id: source} of the cells that nbgrader knows."""
        return {
            cell.metadata["nbgrader"]["grade_id"]: cell.source
            for cell in self.cells
            if "nbgrader" in cell.metadata
        }

    # --- predictions
    def predictions(self) -> list[tuple[dict[str, str], str, str]]:
        """Of each prediction: its options, its answer, and the source of the cell below."""
        found = []
        for cell, below in pairwise(self.code):
            if "predict" in cell.metadata.get("tags", []):
                assert cell.metadata["jupyter"]["source_hidden"], (
                    "the answer would be seen before the prediction"
                )
                call = ast.parse(cell.source).body[0].value
                assert call.keywords[0].arg == "answer"
                options, answer = ast.literal_eval(call.args[1]), ast.literal_eval(call.keywords[0].value)
                found.append((options, answer, below.source))
        return found

    def check_predictions(self) -> None:
        """Each has 3 to 5 options, each explained in its own words, and the right ones stand in different places."""
        found = self.predictions()
        assert len(found) >= 4
        for options, answer, _ in found:
            assert 3 <= len(options) <= 5 and len(set(options.values())) == len(options)
            assert answer in options
        places = Counter(list(options).index(answer) for options, answer, _ in found)
        assert len(places) >= 3 and max(places.values()) <= (len(found) + 1) // 2

    # --- examples with gaps
    def faded(self, library: str, head: str, body: str, needs: tuple[str, ...] = ()) -> str:
        """What the check below the example with gaps prints, when `body` fills the function that starts with `head`.

        needs: snippets of other cells to run before.
        """
        place = next(i for i, cell in enumerate(self.code) if head in cell.source)
        cell, check = self.code[place].source, self.code[place + 1].source
        variables: dict = {}
        exec(on(library, "import torchlet as torch \nfrom labkit import expect"), variables)
        with contextlib.redirect_stdout(io.StringIO()):
            for snippet in needs:
                exec(on(library, self.cell(snippet)), variables)
        start = cell.partition("### BEGIN SOLUTION")[0].rstrip()
        exec(start + "".join(f"\n    {line}" for line in body.splitlines()), variables)
        with contextlib.redirect_stdout(io.StringIO()) as text:
            exec(on(library, check), variables)
        return text.getvalue()

    # --- homework
    def points(self) -> float:
        return sum(
            cell.metadata["nbgrader"].get("points", 0) for cell in self.cells if "nbgrader" in cell.metadata
        )

    def wrong_answers(self) -> list:
        """The cells of the known wrong answers; their metadata says of which task, what they lose, the hint."""
        cells = jupytext.read(self.folder / "wrong_answers.py").cells
        return [cell for cell in cells if "task" in cell.metadata]

    def check_homework(self, points: float, tasks: int) -> None:
        """The points, the number of automatic tasks, one written answer with its rubric, known wrong answers."""
        assert self.points() == points
        graded = [cell for cell in self.cells if "nbgrader" in cell.metadata]
        written = [cell for cell in graded if cell.cell_type == "markdown"]
        assert len(written) == 1 and "BEGIN MARK SCHEME" in written[0].source
        names = {name.removesuffix("_check") for name in self.graded() if name.endswith("_check")}
        known = Counter(cell.metadata["task"] for cell in self.wrong_answers())
        assert set(known) == names and len(names) == tasks
        assert min(known.values()) >= 4
        self.check_hidden_tests_hint()

    def check_hidden_tests_hint(self) -> None:
        """Of a hidden test that fails, students read the hint and nothing else: each of its checks has one."""
        for name, source in self.graded().items():
            hidden = source.partition("### BEGIN HIDDEN TESTS")[2]
            for call in (node for node in ast.walk(ast.parse(hidden)) if isinstance(node, ast.Call)):
                check = ast.unparse(call.func)
                if check.startswith("expect.") and check not in ("expect.rng", "expect.name_type"):
                    hints = [keyword.value for keyword in call.keywords if keyword.arg == "hint"]
                    assert hints and ast.unparse(hints[0]) not in ("''", '""'), f"{name}: {ast.unparse(call)}"

    def check_nothing_is_printed_past_expect(self) -> None:
        """Checks, which are folded, say with `expect.passed` and `expect.right` that all is well, and do not print."""
        folded = [cell for cell in self.code if cell.metadata.get("jupyter", {}).get("source_hidden")]
        assert folded
        for cell in folded:
            calls = [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Call)]
            assert "print" not in [ast.unparse(call.func) for call in calls], cell.source[:80]

    def check_core_only(self, share: float = 0.05) -> None:
        """Cells that cannot print the same on PyTorch are few."""
        assert sum(core_only(cell) for cell in self.code) <= share * len(self.code)


class Run:
    """What each code cell of a lesson printed, by its source."""

    def __init__(self, lesson: Lesson, text: dict[str, str]):
        self.lesson, self.text = lesson, text

    def __getitem__(self, snippet: str) -> str:
        """What the one cell with this snippet printed."""
        if snippet in self.text:
            return self.text[snippet]
        found = [text for source, text in self.text.items() if snippet in source]
        assert len(found) == 1, f"{len(found)} cells contain {snippet!r}"
        return found[0]

    def knows(self, snippet: str) -> bool:
        """Whether a cell with this snippet ran: on PyTorch the cells tagged `core-only` did not."""
        return any(snippet in source for source in self.text)

    def check(self, facts: dict[str, list[str]], snippet: str) -> None:
        """The cell with this snippet printed each of the texts."""
        if not self.knows(snippet):
            assert any(snippet in cell.source and core_only(cell) for cell in self.lesson.code), snippet
            return
        for expected in facts[snippet]:
            assert expected in self[snippet], f"{expected!r} is not in {self[snippet]!r}"

    def check_predicted(self, predicted: list[tuple[str, str]]) -> None:
        """predicted: of each prediction the right option and what the cell below it prints."""
        found = self.lesson.predictions()
        assert [answer for _, answer, _ in found] == [answer for answer, _ in predicted]
        for (_, _, below), (_, text) in zip(found, predicted, strict=True):
            if below in self.text:
                assert text in self.text[below]

    def check_promises(self) -> None:
        for code, text in self.lesson.promises.items():
            assert self.text[code] == text, code


def on(library: str, source: str) -> str:
    """The source as it runs on this library: the lesson's import line is the only difference."""
    return source if library == "torchlet" else source.replace("import torchlet as torch ", "import torch ")


def core_only(cell) -> bool:
    return "core-only" in cell.metadata.get("tags", [])


def printed(cell) -> str:
    """What a cell wrote to stdout, its last value and its figures as text; anything on stderr fails the test."""
    text = ""
    for output in cell.outputs:
        assert output.get("name") != "stderr", f"stderr in {cell.source[:80]}: {output.text}"
        if output.output_type == "error":  # the cell shows one, tagged raises-exception
            text += f"{output.ename}: {output.evalue}\n"
        else:
            text += output.get("text", "") or output.data["text/plain"]
    return text
