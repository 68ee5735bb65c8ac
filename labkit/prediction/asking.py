"""`predict`: a question before the run, the explanation after it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import session
from ..page import block, inline, plain, style
from ..translate import given, tr
from . import rendering
from .record import Prediction, remember

_open: dict[str, _Question] = {}  # by question: what waits for the next cell


def predict(
    question: str, options: Mapping[str, str], answer: str, *, choice: str | int | None = None
) -> None:
    """Ask for a prediction of what the cell below will do; explain each option after it has run.

    question, options: text; `code` in backticks, *words* to stress. options maps each option to its explanation:
        why it is right, or why it tempts and fails.
    answer: the option that is right.
    choice: the student's choice, by its text or its number from 1, where the notebook shows no widget to click.

    With ipywidgets and a person at the notebook, the choice is made in a widget, kept in the session (see
    `predictions`), and frozen when the next cell has run. Elsewhere every option is folded over its explanation.
    """
    if type(choice) is int and 1 <= choice <= len(options):
        choice = list(options)[choice - 1]
    question, answer, choice = given(question), given(answer), choice and given(choice)
    options = {given(option): given(explanation) for option, explanation in options.items()}
    if (waiting := _open.pop(question, None)) is not None:
        waiting.cancel()
        # A click into the widget selects this cell, so Shift+Enter runs it once more: the choice stands.
        if choice is None and waiting.prediction.choice in options:
            choice = waiting.prediction.choice
    prediction = Prediction(question, options, answer, choice)
    remember(prediction)
    widgets = session.widgets()
    if widgets is None and choice is None:
        note = tr("Which one would you choose, before you look at what comes below? Open it.")
        session.show(rendering.folded_html(prediction, note), rendering.folded_text(prediction, note))
    elif session.shell() is None:
        session.show("", rendering.revealed_text(prediction))
    else:
        _open[question] = _Question(prediction, widgets)


class _Question:
    """A prediction on the screen, from the question to the explanation."""

    def __init__(self, prediction: Prediction, widgets: Any):
        self.prediction = prediction
        self.box = _Box(prediction, widgets) if widgets else None
        note = tr("Noted: {choice}. Now run the cell below.", choice=prediction.choice)
        if self.box:
            note = tr(
                "This notebook shows no buttons here. Add `choice=1` (or 2, ...) to the call to predict."
            )
        html, text = rendering.folded_html(prediction, note), rendering.folded_text(prediction, note)
        if prediction.choice is not None and not self.box:
            html = block(
                "prediction", f"{rendering.heading(prediction)}<p>{inline(note)}</p>", label=tr("Prediction")
            )
        self.handle = session.show(html, text, more=self.box.bundle() if self.box else None)
        self.reveal_later = session.AfterNextCell(self.reveal)

    def cancel(self) -> None:
        self.reveal_later.cancel()

    def reveal(self) -> None:
        _open.pop(self.prediction.question, None)
        if self.prediction.choice is None:
            note = tr(
                "You ran on without predicting, which teaches less. Run this cell again to predict first."
            )
            html = rendering.folded_html(self.prediction, note)
            text = rendering.folded_text(self.prediction, note)
        else:
            html, text = rendering.revealed_html(self.prediction), rendering.revealed_text(self.prediction)
        if self.box:
            self.box.replace(html)
        session.show(html, text, handle=self.handle)


class _Box:
    """The widget: question, one radio button for each option, a line that says what was noted."""

    def __init__(self, prediction: Prediction, widgets: Any):
        self._prediction, self._widgets = prediction, widgets
        self._radio = widgets.RadioButtons(
            options=[(plain(option), option) for option in prediction.options],
            value=prediction.choice,
            layout={"width": "auto", "margin": "0 0 0 0.9em"},
        )
        self._status = widgets.HTML(self._line())
        self._radio.observe(self._chosen, names="value")
        question = widgets.HTML(style() + rendering.heading(prediction))
        self._box = widgets.VBox([question, self._radio, self._status])
        self._box.add_class("lk")

    def bundle(self) -> dict[str, Any]:
        view = {"version_major": 2, "version_minor": 0, "model_id": self._box.model_id}
        return {"application/vnd.jupyter.widget-view+json": view}

    def replace(self, html: str) -> None:
        self._box.remove_class("lk")
        self._box.children = [self._widgets.HTML(html)]

    def _chosen(self, change: Any) -> None:
        self._prediction.choice = change["new"]
        remember(self._prediction)
        self._status.value = self._line()

    def _line(self) -> str:
        choice = self._prediction.choice
        if choice is None:
            return f'<p role="status">{tr("Choose one, then run the cell below.")}</p>'
        return f'<p role="status">{inline(tr("Noted: {choice}. Now run the cell below.", choice=choice))}</p>'
