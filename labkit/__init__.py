"""What a lesson notebook uses: predictions, checks that explain, figures."""

from . import expect
from .graph import show_graph
from .ordering import order_lines
from .plots import alt_text, show_figure
from .prediction import predict, predictions
from .translate import set_language, tr

__all__ = [
    "alt_text",
    "expect",
    "order_lines",
    "predict",
    "predictions",
    "set_language",
    "show_figure",
    "show_graph",
    "tr",
]
