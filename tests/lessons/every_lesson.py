"""What is asked of every lesson. Its test file inherits it and adds what only this lesson promises."""

import pytest

from tests.lessons.machinery import Lesson, Run


class EveryLesson:
    """Tests that a lesson's file gets by `class TestLesson(EveryLesson)`, beside its `LESSON`.

    printed: {snippet of a cell: the texts that this cell prints}.
    predicted: of each prediction, in their order, the right option and what the cell below prints.
    core_only: the greatest share of code cells that may be left out on PyTorch.
    """

    lesson: Lesson
    printed: dict[str, list[str]]
    predicted: list[tuple[str, str]]
    points: float
    tasks: int
    core_only: float = 0

    @pytest.mark.slow
    def test_the_cells_print_what_the_text_promises(self, run: Run, snippet: str):
        run.check(self.printed, snippet)

    @pytest.mark.slow
    def test_the_examples_in_the_tasks_are_true(self, run: Run):
        run.check_promises()

    @pytest.mark.slow
    def test_the_cell_below_shows_what_was_to_be_predicted(self, run: Run):
        run.check_predicted(self.predicted)

    def test_every_option_is_explained_and_the_right_one_has_no_fixed_place(self):
        self.lesson.check_predictions()

    @pytest.mark.slow
    def test_torchlet_and_pytorch_print_the_same(self, runs: dict[str, Run]):
        assert runs["torchlet"].text == runs["torch"].text

    def test_few_cells_are_left_out_on_pytorch(self):
        self.lesson.check_core_only(self.core_only)

    def test_what_checks_say_can_be_translated(self):
        self.lesson.check_nothing_is_printed_past_expect()

    def test_the_homework_is_complete(self):
        self.lesson.check_homework(self.points, self.tasks)
