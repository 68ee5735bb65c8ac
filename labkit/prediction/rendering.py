"""A prediction as HTML and as text: before it is revealed, after, and for readers without a kernel."""

from __future__ import annotations

from ..page import block, details, inline, plain
from ..translate import tr
from .record import Prediction


def heading(prediction: Prediction) -> str:
    return f'<p><span class="lk-title">{tr("Predict first.")}</span> {inline(prediction.question)}</p>'


def folded_html(prediction: Prediction, note: str) -> str:
    """Every option folded over its explanation: the reader chooses by opening one."""
    options = "".join(
        details(inline(option), f"<p>{_verdict(prediction, option)} {inline(explanation)}</p>")
        for option, explanation in prediction.options.items()
    )
    body = f'{heading(prediction)}{options}<p class="lk-note">{inline(note)}</p>'
    return block("prediction", body, label=tr("Prediction"))


def revealed_html(prediction: Prediction) -> str:
    """The choice and the answer open, with their explanations; the other options folded."""
    options = "".join(_revealed_option(prediction, option) for option in prediction.options)
    said = f'<p class="lk-note">{inline(_summary(prediction))}</p>'
    return block("prediction", heading(prediction) + options + said, label=tr("Prediction"))


def folded_text(prediction: Prediction, note: str) -> str:
    """Question and options; the explanations stay out, since text cannot be folded."""
    return "\n".join([*_question_lines(prediction), plain(note)])


def revealed_text(prediction: Prediction) -> str:
    lines = _question_lines(prediction)
    lines.append(plain(_summary(prediction)))
    first = [prediction.choice, prediction.answer]
    for option in sorted(prediction.options, key=lambda option: option not in first):
        lines.append(f"  {plain(option)}: {plain(prediction.options[option])}")
    return "\n".join(lines)


def _question_lines(prediction: Prediction) -> list[str]:
    numbered = [f"  {i}. {plain(option)}" for i, option in enumerate(prediction.options, 1)]
    return [f"{tr('Predict first.')} {plain(prediction.question)}", *numbered]


def _revealed_option(prediction: Prediction, option: str) -> str:
    tags = ""
    if option == prediction.choice:
        colour = "lk-right" if prediction.right else "lk-wrong"
        tags += f'<span class="lk-tag {colour}">{tr("your prediction")}</span>'
    if option == prediction.answer:
        tags += f'<span class="lk-tag lk-right">{tr("what happens")}</span>'
    explanation = f"<p>{inline(prediction.options[option])}</p>"
    return details(inline(option) + tags, explanation, opened=bool(tags))


def _verdict(prediction: Prediction, option: str) -> str:
    return f"<b>{tr('Yes.')}</b>" if option == prediction.answer else f"<b>{tr('No.')}</b>"


def _summary(prediction: Prediction) -> str:
    if prediction.right:
        return tr("Your prediction came true. The other options are folded: why does each of them fail?")
    return tr(
        'You predicted "{choice}". What happens: "{answer}".',
        choice=prediction.choice,
        answer=prediction.answer,
    )
