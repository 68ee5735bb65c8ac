"""Adam: a step size of its own for each element."""

from ..creation import tensor
from ..elementwise import maximum
from ..filled import zeros_like
from .optimizer import Optimizer, check_not_negative


class Adam(Optimizer):
    """Moving averages of the gradient and of its square, corrected for their start at zero (Kingma and Ba 2015).

    p ← p − lr · m̂ / (√v̂ + eps). `weight_decay` adds weight_decay · p to the gradient or, with
    `decoupled_weight_decay`, shrinks p itself; `amsgrad` divides by the largest v so far; `maximize` climbs instead.
    `foreach`, `fused` and `capturable` are PyTorch's ways to compute the same, and change nothing here.
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
        foreach=None,
        maximize=False,
        capturable=False,
        differentiable=False,
        fused=None,
        decoupled_weight_decay=False,
    ):
        check_not_negative("learning rate", lr)
        check_not_negative("epsilon value", eps)
        for i in range(2):
            if not 0 <= betas[i] < 1:
                raise ValueError(f"Invalid beta parameter at index {i}: {betas[i]}")
        check_not_negative("weight_decay value", weight_decay)
        settings = dict(
            lr=lr,
            betas=betas,
            eps=eps,
            weight_decay=weight_decay,
            amsgrad=amsgrad,
            maximize=maximize,
            foreach=foreach,
            capturable=capturable,
            differentiable=differentiable,
            fused=fused,
            decoupled_weight_decay=decoupled_weight_decay,
        )
        super().__init__(params, settings)

    def update(self, parameter, grad, group, state):
        lr, (beta1, beta2), decay = group["lr"], group["betas"], group["weight_decay"]
        if group["maximize"]:
            grad = -grad
        if decay and group["decoupled_weight_decay"]:
            parameter.mul_(1 - lr * decay)
        elif decay:
            grad = grad + decay * parameter
        if not state:
            state["step"] = tensor(0.0)
            state["exp_avg"] = zeros_like(parameter)
            state["exp_avg_sq"] = zeros_like(parameter)
            if group["amsgrad"]:
                state["max_exp_avg_sq"] = zeros_like(parameter)
        state["step"] += 1
        step = state["step"].item()
        mean = state["exp_avg"].lerp_(grad, 1 - beta1)
        square = state["exp_avg_sq"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
        if group["amsgrad"]:
            square = state["max_exp_avg_sq"] = maximum(state["max_exp_avg_sq"], square)
        scale = square.sqrt() / (1 - beta2**step) ** 0.5 + group["eps"]
        parameter.addcdiv_(mean, scale, value=-lr / (1 - beta1**step))
