"""Colours that can be read, and told apart by everyone."""

from itertools import combinations

import numpy as np
import pytest

from labkit.palette import DARK, LIGHT, css

THEMES = {"light": LIGHT, "dark": DARK}

# Machado, Oliveira, Fernandes (2009), severity 1, on linear RGB.
BLINDNESS = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour):
    rgb = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(a, b):
    light, dark = sorted((linear(c) @ [0.2126, 0.7152, 0.0722] for c in (a, b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    f = np.cbrt(np.clip(xyz / [0.9505, 1.0, 1.089], 0, None))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("text", ["ink", "soft", "value", "gradient"])
@pytest.mark.parametrize("ground", ["paper", "panel"])
def test_text_has_contrast(theme, text, ground):
    assert contrast(THEMES[theme][text], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_text_in_filled_boxes_and_lines_have_contrast(theme):
    colours = THEMES[theme]
    for fill in ("value-fill", "gradient-fill"):
        assert contrast(colours["ink"], colours[fill]) >= 4.5
    assert contrast(colours["gradient"], colours["value-fill"]) >= 4.5  # what .grad receives, in a leaf's box
    assert contrast(colours["line"], colours["paper"]) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("kind", BLINDNESS)
def test_values_and_gradients_stay_apart(theme, kind):
    for a, b in combinations(("value", "gradient"), 2):
        seen = [
            lab(np.clip(np.array(BLINDNESS[kind]) @ linear(THEMES[theme][name]), 0, 1)) for name in (a, b)
        ]
        assert np.linalg.norm(seen[0] - seen[1]) > 30


def test_both_themes_have_the_same_names_and_all_reach_the_style():
    assert LIGHT.keys() == DARK.keys()
    assert all(
        f"--lk-{name}: {colour};" in css() for theme in THEMES.values() for name, colour in theme.items()
    )
