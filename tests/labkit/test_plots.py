"""Figures with a text alternative."""

import base64
import re

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from labkit import alt_text, palette, session, show_figure, subplots


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(
        session, "show", lambda html, text, more: outputs.append({"html": html, "text": text, **more})
    )
    return outputs


def loss_figure():
    figure, axes = plt.subplots(figsize=(4, 3))
    axes.semilogy(np.arange(1, 11), 20.0 / np.arange(1, 11), label="train")
    axes.scatter([1.0, 2.0], [3.0, 4.0], label="seen")
    axes.set(title="Loss by epoch", xlabel="epoch", ylabel="loss", xlim=(0, 11), ylim=(1, 30))
    return figure


def test_a_figure_is_a_picture_with_its_alternative_and_is_closed(shown):
    figure = loss_figure()
    show_figure(figure, alt='The loss falls from 20 to 2, "as it should"')
    (output,) = shown
    assert 'role="img" aria-label="The loss falls from 20 to 2, &quot;as it should&quot;"' in output["html"]
    assert output["text"] == 'Figure: The loss falls from 20 to 2, "as it should"'
    assert not plt.fignum_exists(figure.number)


def test_its_colours_are_those_of_the_theme(shown):
    figure, axes = subplots()
    axes.plot([1, 2], [3, 4])
    axes.set_xlabel("epoch")
    axes.text(1, 3, "a colour that nobody chose", color="black")
    show_figure(figure, alt="loss")
    picture = shown[0]["html"].partition("</style>")[2]
    assert {"var(--lk-ink)", "var(--lk-soft)", "var(--lk-value)"} <= set(re.findall(r"var\([^)]+\)", picture))
    assert "#000000" not in picture and not any(colour in picture for colour in palette.LIGHT.values())


def test_where_no_html_is_shown_there_is_a_png_of_the_same_size(shown):
    show_figure(loss_figure(), alt="loss")
    png = base64.b64decode(shown[0]["image/png"])
    assert png.startswith(b"\x89PNG") and b"Software" not in png
    width = int(re.search(r"width: (\d+)px", shown[0]["html"])[1])
    assert 330 < width < 430  # four inches, trimmed
    assert abs(int.from_bytes(png[16:20], "big") - width) < 10


def test_the_same_figure_is_the_same_bytes(shown):
    for _ in range(2):
        show_figure(loss_figure(), alt="loss")
    assert shown[0] == shown[1]
    assert "matplotlib.org" not in shown[0]["html"] and "dc:date" not in shown[0]["html"]


def test_a_figure_without_an_alternative_is_refused():
    figure = loss_figure()
    with pytest.raises(ValueError, match="text alternative"):
        show_figure(figure, alt="  ")
    plt.close(figure)


def test_a_draft_of_the_alternative():
    figure = loss_figure()
    assert alt_text(figure) == (
        "Loss by epoch. Horizontal: epoch, 0.0 to 11.0. Vertical: loss, 1.0 to 30.0, logarithmic. "
        'Line "train" of 10 points, from 20.0 to 2.0. Points "seen": 2.'
    )
    plt.close(figure)


def test_images_and_bars_are_counted():
    figure, (left, right) = plt.subplots(1, 2)
    left.imshow(np.zeros((3, 5)))
    right.bar([1, 2, 3], [4, 5, 6])
    text = alt_text(figure)
    assert "An image of 3 × 5." in text and "3 bars." in text
    plt.close(figure)
