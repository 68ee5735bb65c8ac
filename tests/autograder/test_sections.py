"""From a message's words "section 5" back to the lesson."""

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from autograder import cells
from autograder.sections import named, sections, task_place

ADDRESS = "https://colab.research.google.com/github/a/b/blob/v1/notebooks/x/x.ipynb"


def lesson():
    task = {"grade_id": "leaf", "solution": True, "grade": False}
    return new_notebook(
        cells=[
            new_markdown_cell("# 06 · A lesson", id="head"),
            new_markdown_cell("Words.\n\n## 5. What is a leaf?\n\nMore.", id="five"),
            new_markdown_cell("## 12. Far", id="twelve"),
            new_markdown_cell("## 7. Not the lesson's", id=f"{cells.OWN}0"),
            new_markdown_cell("### Task 1", id="task-1"),
            new_markdown_cell("Help", id="help"),
            new_code_cell("...", id="leaf", metadata={"nbgrader": task}),
        ]
    )


def test_numbered_headings_are_places():
    known = sections(lesson(), ADDRESS)
    assert {number: place.title for number, place in known.items()} == {
        "5": "5. What is a leaf?",
        "12": "12. Far",
    }
    assert known["5"].address == f"{ADDRESS}#scrollTo=five"
    assert known["12"].address == f"{ADDRESS}#scrollTo=twelve"
    assert sections(lesson(), "")["5"].address == ""


def test_a_text_names_sections_in_its_order_and_once():
    known = sections(lesson(), "")
    for text, numbers in {
        "Look at: section 5, what is a leaf": ["5"],
        "sections 12 and 5; Section 5 again": ["12", "5"],
        "sections 5, 6, 12": ["5", "12"],
        "section 7": [],
        "intersection 5, 5 of 12, sections": [],
    }.items():
        assert [place.title.split(".")[0] for place in named(text, known)] == numbers, text


def test_a_task_is_found_below_its_heading():
    assert task_place(lesson(), "leaf", ADDRESS) == f"{ADDRESS}#scrollTo=task-1"
    assert task_place(lesson(), "leaf", "") == "" == task_place(lesson(), "no such task", ADDRESS)
