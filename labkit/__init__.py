"""What a lesson notebook uses: predictions, checks that explain, figures."""

from . import expect
from .graph import show_graph
from .prediction import predict, predictions
from .translate import set_language, tr

__all__ = ["expect", "predict", "predictions", "set_language", "show_graph", "tr"]
