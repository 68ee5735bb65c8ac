"""The one visual language of all figures: values in one colour, gradients in another, in light and in dark.

The two colours stay apart for every common colour blindness, and every text colour has a contrast of at least
4.5 : 1 on its paper; `tests/labkit/test_palette.py` measures both.
"""

from __future__ import annotations

LIGHT = {
    "paper": "#ffffff",  # behind a figure
    "panel": "#f3f5f8",  # boxes on the paper
    "ink": "#1b1f24",  # text and outlines
    "soft": "#57606a",  # secondary text
    "line": "#7d8590",  # edges and borders
    "value": "#0b5cad",  # what the forward pass computes
    "gradient": "#a8410a",  # what the backward pass brings back
    "value-fill": "#dcebfa",
    "gradient-fill": "#fde8d7",
}
DARK = {
    "paper": "#14181d",
    "panel": "#222932",
    "ink": "#e8edf2",
    "soft": "#a5afba",
    "line": "#828c98",
    "value": "#74b9ff",
    "gradient": "#ffab6b",
    "value-fill": "#15304d",
    "gradient-fill": "#4a2a12",
}

SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"

# How JupyterLab and nbconvert, Colab, Sphinx themes and VS Code mark a dark page.
_DARK_PAGES = (
    '[data-jp-theme-light="false"]',
    'html[theme="dark"]',
    'html[data-theme="dark"]',
    ".vscode-dark",
)


def css() -> str:
    """The colours and fonts as custom properties (`--lk-value`, ...) of everything with the class `lk`."""
    dark = ", ".join(f"{page} .lk" for page in _DARK_PAGES)
    fonts = f"--lk-sans: {SANS}; --lk-mono: {MONO};"
    return f".lk {{ {_properties(LIGHT)} {fonts} }}\n{dark} {{ {_properties(DARK)} }}\n"


def matplotlib_style() -> dict[str, object]:
    """The light palette as Matplotlib's settings; `plots.as_svg` turns it into the theme of the page."""
    from cycler import cycler

    return {
        "figure.facecolor": LIGHT["paper"],
        "axes.facecolor": LIGHT["paper"],
        "axes.edgecolor": LIGHT["line"],
        "axes.labelcolor": LIGHT["ink"],
        "axes.titlecolor": LIGHT["ink"],
        "axes.titlesize": "medium",
        "axes.prop_cycle": cycler(color=[LIGHT["value"], LIGHT["gradient"], LIGHT["soft"], LIGHT["ink"]]),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": LIGHT["line"],
        "grid.alpha": 0.2,
        "text.color": LIGHT["ink"],
        "xtick.color": LIGHT["soft"],
        "ytick.color": LIGHT["soft"],
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
    }


def _properties(colours: dict[str, str]) -> str:
    return " ".join(f"--lk-{name}: {colour};" for name, colour in colours.items())
