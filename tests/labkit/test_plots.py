"""Figures with a text alternative."""

import base64
import re

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

from matplotlib import pyplot as plt

from labkit import (
    alt_text,
    session,
    show_figure,
)


@pytest.fixture
def shown(monkeypatch):
    outputs = []
    monkeypatch.setattr(session, "show", lambda html, text, **_: outputs.append((html, text)))
    return outputs


def loss_figure():
    figure, axes = plt.subplots(figsize=(4, 3))
    axes.semilogy(np.arange(1, 11), 20.0 / np.arange(1, 11), label="train")
    axes.scatter([1.0, 2.0], [3.0, 4.0], label="seen")
    axes.set(title="Loss by epoch", xlabel="epoch", ylabel="loss", xlim=(0, 11), ylim=(1, 30))
    return figure


@pytest.mark.parametrize(("kind", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml")])
def test_a_figure_is_an_image_with_its_alternative_and_is_closed(shown, kind, start):
    figure = loss_figure()
    show_figure(figure, alt='The loss falls from 20 to 2, "as it should"', format=kind)
    html, text = shown[0]
    assert 'alt="The loss falls from 20 to 2, &quot;as it should&quot;"' in html
    assert text == 'Figure: The loss falls from 20 to 2, "as it should"'
    assert base64.b64decode(re.search('base64,([^"]+)', html)[1]).startswith(start)
    assert not plt.fignum_exists(figure.number)


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_the_same_figure_is_the_same_bytes(shown, kind):
    for _ in range(2):
        show_figure(loss_figure(), alt="loss", format=kind)
    assert shown[0] == shown[1]
    image = base64.b64decode(re.search('base64,([^"]+)', shown[0][0])[1])
    assert b"matplotlib.org" not in image and b"Software" not in image and b"dc:date" not in image


def test_it_takes_its_size_in_css_pixels(shown):
    show_figure(loss_figure(), alt="loss")
    width = int(re.search(r'width="(\d+)"', shown[0][0])[1])
    assert 330 < width < 430  # four inches, trimmed


def test_a_figure_without_an_alternative_is_refused():
    figure = loss_figure()
    with pytest.raises(ValueError, match="text alternative"):
        show_figure(figure, alt="  ")
    with pytest.raises(ValueError, match='"png" or "svg"'):
        show_figure(figure, alt="loss", format="jpg")
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
