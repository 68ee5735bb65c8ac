"""Adam: a step size of its own for each element."""

from ..creation import tensor
from ..elementwise import maximum
from ..filled import zeros_like
from .optimizer import Optimizer


class Adam(Optimizer):
    """Moving averages of the gradient and of its square, corrected for their start at zero (Kingma and Ba 2015).

    p ← p − lr · m̂ / (√v̂ + eps). `weight_decay` adds weight_decay · p to the gradient; `amsgrad` divides by the
    largest v so far; `maximize` climbs instead.
    """

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0,
        amsgrad=False,
        *,
        maximize=False,
    ):
        if lr < 0:
            raise ValueError(f"Invalid learning rate: {lr}")
        if eps < 0:
            raise ValueError(f"Invalid epsilon value: {eps}")
        for i, beta in enumerate(betas):
            if not 0 <= beta < 1:
                raise ValueError(f"Invalid beta parameter at index {i}: {beta}")
        if weight_decay < 0:
            raise ValueError(f"Invalid weight_decay value: {weight_decay}")
        settings = dict(
            lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, amsgrad=amsgrad, maximize=maximize
        )
        super().__init__(params, settings)

    def update(self, parameter, grad, group, state):
        if group["maximize"]:
            grad = -grad
        if group["weight_decay"]:
            grad = grad + group["weight_decay"] * parameter
        if not state:
            state["step"] = tensor(0.0)
            state["exp_avg"] = zeros_like(parameter)
            state["exp_avg_sq"] = zeros_like(parameter)
            if group["amsgrad"]:
                state["max_exp_avg_sq"] = zeros_like(parameter)
        state["step"] += 1
        step = state["step"].item()
        beta1, beta2 = group["betas"]
        mean = state["exp_avg"].mul_(beta1).add_(grad, alpha=1 - beta1)
        square = state["exp_avg_sq"].mul_(beta2).add_(grad * grad, alpha=1 - beta2)
        if group["amsgrad"]:
            square = state["max_exp_avg_sq"] = maximum(state["max_exp_avg_sq"], square)
        scale = square.sqrt() / (1 - beta2**step) ** 0.5 + group["eps"]
        parameter.sub_(mean / scale, alpha=group["lr"] / (1 - beta1**step))
