"""What a lesson notebook uses: predictions, checks that explain, figures."""

from . import expect
from .prediction import predict, predictions
from .translate import set_language, tr

__all__ = ["expect", "predict", "predictions", "set_language", "tr"]
