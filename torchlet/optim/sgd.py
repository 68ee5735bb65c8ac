"""Stochastic gradient descent."""

from ..tensor import Tensor
from .optimizer import Optimizer, check_not_negative


class SGD(Optimizer):
    """p ← p − lr · g, with momentum: v ← momentum · v + (1 − dampening) · g and g replaced by v.

    `weight_decay` adds weight_decay · p to g first; `nesterov` uses g + momentum · v; `maximize` climbs instead.
    The first velocity is g itself. (Sutskever et al. 2013, in PyTorch's form: the rate multiplies the velocity.)
    `foreach` and `fused` are PyTorch's ways to compute the same, and change nothing here.
    """

    def __init__(
        self,
        params,
        lr=1e-3,
        momentum=0,
        dampening=0,
        weight_decay=0,
        nesterov=False,
        *,
        maximize=False,
        foreach=None,
        differentiable=False,
        fused=None,
    ):
        if isinstance(lr, Tensor) and lr.numel() != 1:
            raise ValueError("Tensor lr must be 1-element")
        check_not_negative("learning rate", lr)
        check_not_negative("momentum value", momentum)
        check_not_negative("weight_decay value", weight_decay)
        if nesterov and (momentum <= 0 or dampening != 0):
            raise ValueError("Nesterov momentum requires a momentum and zero dampening")
        super().__init__(
            params,
            dict(
                lr=lr,
                momentum=momentum,
                dampening=dampening,
                weight_decay=weight_decay,
                nesterov=nesterov,
                maximize=maximize,
                foreach=foreach,
                differentiable=differentiable,
                fused=fused,
            ),
        )

    def update(self, parameter, grad, group, state):
        if group["maximize"]:
            grad = -grad
        if group["weight_decay"]:
            grad = grad + group["weight_decay"] * parameter
        momentum = group["momentum"]
        if momentum:
            velocity = state.get("momentum_buffer")
            if velocity is None:
                velocity = state["momentum_buffer"] = grad.detach().clone()
            else:
                velocity.mul_(momentum).add_(grad, alpha=1 - group["dampening"])
            grad = grad + momentum * velocity if group["nesterov"] else velocity
        parameter.add_(grad, alpha=-group["lr"])
