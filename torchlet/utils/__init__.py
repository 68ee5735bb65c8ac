"""Data loading and checkpointing."""

from ..missing import of_module
from . import checkpoint, data

__all__ = ["checkpoint", "data"]

__getattr__ = of_module(__name__)
