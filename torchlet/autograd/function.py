"""`torch.autograd.function`: what belongs to custom Functions."""

from ..function import Function, FunctionCtx, once_differentiable

__all__ = ["Function", "FunctionCtx", "once_differentiable"]
