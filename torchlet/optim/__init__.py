"""Optimizers: what to do with a gradient. SGD and Adam, by PyTorch's formulas."""

from ..missing import of_module
from .adam import Adam
from .optimizer import Optimizer
from .sgd import SGD

__all__ = ["SGD", "Adam", "Optimizer"]

__getattr__ = of_module(__name__)
