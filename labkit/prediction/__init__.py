"""Predictions: a question before the run, the explanation after it."""

from .asking import predict
from .record import forget, predictions

__all__ = ["forget", "predict", "predictions"]
