"""`torch.autograd.function`: what belongs to custom Functions."""

from ..function import Function, once_differentiable
from ..function_node import FunctionCtx
from ..missing import of_module

__all__ = ["Function", "FunctionCtx", "once_differentiable"]

__getattr__ = of_module(__name__)
