"""nbgrader's steps from a source notebook to the student edition, with three of ours among them."""

from __future__ import annotations

from nbconvert.exporters.exporter import ResourcesDict
from nbformat import NotebookNode
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    IncludeHeaderFooter,
    InstantiateTests,
    LockCells,
    NbGraderPreprocessor,
    SaveCells,
)

from autograder import cells
from autograder.errors import AutograderError
from autograder.settings import course_of


class NotItsText(AutograderError):
    what = "the source notebook and {text} differ"
    why = "the text was changed after the notebook was built, or the notebook without its text"
    repair = "autograder build {lesson}"


KEPT = ("kernelspec", "language_info")


class ForgetPairing(NbGraderPreprocessor):
    """Leaves out what only the source notebook is about: its pairing with the text, what `build` noted in it.

    With the pairing in it, a student's JupyterLab would write a text file beside each notebook.
    """

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        nb.metadata = NotebookNode({key: nb.metadata[key] for key in KEPT if key in nb.metadata})
        for cell in nb.cells:
            cell.metadata.pop("lines_to_next_cell", None)
        return nb, resources


class LetRunAllGoOn(NbGraderPreprocessor):
    """Tags tests as cells that may fail, so that "Run All" goes past homework that is not solved yet."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: ResourcesDict, cell_index: int
    ) -> tuple[NotebookNode, ResourcesDict]:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "code" and cells.is_test(cell) and cells.MAY_FAIL not in tags:
            cell.metadata["tags"] = [*tags, cells.MAY_FAIL]
        return cell, resources


class ListCells(NbGraderPreprocessor):
    """Notes in the setup cell which cells the notebook has, for `labkit.submit`, which knows no course."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        for cell in nb.cells:
            extra = cell.metadata.get("autograder", {})
            if "lesson" in extra:
                extra["cells"] = [name for one in nb.cells if (name := cells.grade_id(one))]
        return nb, resources


class AsTheTextSays(NbGraderPreprocessor):
    """Refuses a source notebook that is not what its text says: it was built before the text was changed, or edited
    without being paired. For nbgrader's own command and formgrader's button, which know nothing of texts."""

    def preprocess(self, nb: NotebookNode, resources: ResourcesDict) -> tuple[NotebookNode, ResourcesDict]:
        from autograder import percent, sources

        lesson = resources["nbgrader"]["assignment"]
        with course_of(self.config) as course:
            source = sources.find(course, lesson)
            made = sources.notebooks(course, lesson)[lesson] if source.text else nb
            if percent.digest(made) != percent.digest(nb):
                raise NotItsText(text=sources.relative(course, source.text), lesson=lesson)
        return nb, resources


RELEASE_STEPS = [
    ForgetPairing,
    LetRunAllGoOn,
    IncludeHeaderFooter,
    InstantiateTests,
    LockCells,
    ClearSolutions,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,  # the gradebook keeps the checksums of cells with hidden tests,
    ClearHiddenTests,  # so these go only now,
    ClearMarkScheme,
    ListCells,
    ComputeChecksums,  # and the checksums are those of what the student gets
    CheckCellMetadata,
]
