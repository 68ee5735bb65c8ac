"""What concerns the recorded graph itself: hooks for the values that it saves."""

from ..missing import of_module
from ..packing import saved_tensors_hooks

__all__ = ["saved_tensors_hooks"]

__getattr__ = of_module(__name__)
