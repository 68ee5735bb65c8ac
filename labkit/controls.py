"""Figures for which Python must react: a shape, a number or an expression typed in, and the picture follows.

With ipywidgets and a person at the notebook the fields are alive; elsewhere the picture is drawn once, with the
values that the call gives, and another call shows another one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from . import session


@dataclass(frozen=True)
class Text:
    """A line to type in. It counts when Enter is pressed or the field is left."""

    label: str
    value: str

    def widget(self, widgets: Any) -> Any:
        return widgets.Text(value=self.value, description=self.label, continuous_update=False, **_wide())


@dataclass(frozen=True)
class Choice:
    """One of several texts."""

    label: str
    options: Sequence[str]
    value: str

    def widget(self, widgets: Any) -> Any:
        return widgets.Dropdown(
            options=list(self.options), value=self.value, description=self.label, **_wide()
        )


@dataclass(frozen=True)
class Number:
    """A number between two others; `step` is that of the arrow keys."""

    label: str
    value: float
    low: float
    high: float
    step: float

    def widget(self, widgets: Any) -> Any:
        return widgets.FloatSlider(value=self.value, min=self.low, max=self.high, step=self.step,
                                   description=self.label, continuous_update=False, **_wide())  # fmt: skip


Field = Text | Choice | Number


def respond(draw: Callable[..., tuple[str, str]], *fields: Field) -> None:
    """Show what `draw` makes of the fields' values, again after each change.

    draw(*values) -> (html, text), one value for each field. A value that makes no sense is `draw`'s to explain in
    what it returns: an exception would end up where no student sees it.
    """
    html, text = draw(*(field.value for field in fields))
    widgets = session.widgets()
    if widgets is None:
        session.show(html, text)
        return
    boxes = [field.widget(widgets) for field in fields]
    picture = widgets.Output()

    def redraw(_: Any = None) -> None:
        html, text = draw(*(box.value for box in boxes))
        # Assigned, not displayed: an Output runs the figure's script, and nothing of another cell gets in.
        data = {"text/html": html, "text/plain": text}
        picture.outputs = ({"output_type": "display_data", "data": data, "metadata": {}},)

    for box in boxes:
        box.observe(redraw, names="value")
    redraw()
    whole = widgets.VBox([*boxes, picture])
    view = {"version_major": 2, "version_minor": 0, "model_id": whole.model_id}
    session.show(html, text, more={"application/vnd.jupyter.widget-view+json": view})


def _wide() -> dict[str, Any]:
    """A field as wide as its label and its value need."""
    return {"style": {"description_width": "initial"}, "layout": {"width": "min(100%, 28rem)"}}
