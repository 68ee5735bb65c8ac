"""`torch.autograd.function`: what belongs to custom Functions."""

from ..function import Function, FunctionNode, once_differentiable

FunctionCtx = FunctionNode

__all__ = ["Function", "FunctionCtx", "once_differentiable"]
