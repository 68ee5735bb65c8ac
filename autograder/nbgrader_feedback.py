"""nbgrader's own feedback, with our page: for `nbgrader generate_feedback` and for formgrader's button.

nbgrader's page shows hidden tests with their code; ours shows their title and hint.
"""

from __future__ import annotations

from typing import Any

from nbconvert.exporters import Exporter
from nbformat import NotebookNode

from autograder.settings import course_of


class FeedbackPage(Exporter):
    """Gives the page that `autograder feedback` writes for the student whose notebook nbgrader is converting."""

    file_extension = ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kwargs: Any
    ) -> tuple[str, dict[str, Any]]:
        from autograder.feedback import page
        from autograder.gradebook import Grades
        from autograder.ledger import Ledger
        from autograder.pages import autograded
        from autograder.report import NothingGraded

        _, resources = super().from_notebook_node(nb, resources, **kwargs)
        lesson, student = resources["nbgrader"]["assignment"], resources["nbgrader"]["student"]
        with course_of(self.config) as course:
            graded = Ledger(course, lesson).get(student)
            if graded is None:
                raise NothingGraded(lesson=lesson)
            with Grades(course) as grades:
                manual = grades.manual(lesson, student)
            return page(
                course, lesson, graded.submission, autograded(course, lesson, student), manual
            ), resources
