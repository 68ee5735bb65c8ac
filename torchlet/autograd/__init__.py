"""Differentiation: `backward`, `grad`, `Function`, and when to record."""

from ..backward import backward, grad
from ..function import Function
from ..grad_mode import (
    enable_grad,
    inference_mode,
    no_grad,
    set_grad_enabled,
)
from . import function

__all__ = [
    "Function",
    "backward",
    "enable_grad",
    "function",
    "grad",
    "inference_mode",
    "no_grad",
    "set_grad_enabled",
]
