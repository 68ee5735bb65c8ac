"""What was asked and what was answered: kept for the session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass
class Prediction:
    """A question with its options ({option: explanation}), the right one, and the student's choice."""

    question: str
    options: dict[str, str]
    answer: str
    choice: str | None = None

    def __post_init__(self):
        if len(self.options) < 2:
            raise ValueError(f"a prediction needs at least two options, not {len(self.options)}")
        for role, option in (("answer", self.answer), ("choice", self.choice)):
            if option not in self.options and (role == "answer" or option is not None):
                raise ValueError(
                    f"the {role} {option!r} is none of the options: {', '.join(map(repr, self.options))}"
                )

    @property
    def right(self) -> bool | None:
        """Whether the choice is the answer; None without a choice."""
        return None if self.choice is None else self.choice == self.answer

    def as_dict(self) -> dict[str, Any]:
        return {"question": self.question, "choice": self.choice, "answer": self.answer, "right": self.right}


_asked: dict[str, Prediction] = {}  # by question, the latest attempt


def remember(prediction: Prediction) -> None:
    """Keep the latest attempt at each question; one without a choice never replaces one with."""
    earlier = _asked.get(prediction.question)
    if earlier is None or earlier.choice is None or prediction.choice is not None:
        _asked[prediction.question] = prediction


def predictions() -> list[dict[str, Any]]:
    """The predictions of this session, in the order of asking: question, choice, answer, and whether it was right.

    `choice` and `right` are None where nothing was chosen.
    """
    return [prediction.as_dict() for prediction in _asked.values()]


def forget() -> None:
    """Start anew."""
    _asked.clear()
