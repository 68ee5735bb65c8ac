"""What all optimizers share: groups of parameters with their settings, and state for each parameter."""

from ..grad_mode import enable_grad, no_grad
from ..nn.module import clear_gradients
from ..tensor import Tensor


class Optimizer:
    """Base of optimizers. A subclass defines `update(parameter, grad, group, state)`, called under `no_grad`.

    `param_groups` is a list of dicts: "params" and the settings of that group; `state` holds a dict for each
    parameter that has been updated.
    """

    def __init__(self, params, defaults):
        if isinstance(params, Tensor):
            raise TypeError(
                "params argument given to the optimizer should be an iterable of Tensors or dicts, "
                f"but got {params.type()}. Put it into a list: [parameter]."
            )
        self.defaults = defaults
        self.state = {}
        self.param_groups = []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, param_group):
        """Adds a dict with "params" and, where they differ from the defaults, its own settings."""
        params = param_group["params"]
        params = [params] if isinstance(params, Tensor) else list(params)
        for parameter in params:
            if not isinstance(parameter, Tensor):
                kind = type(parameter).__name__
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {kind}")
            if not (parameter.is_leaf or parameter.retains_grad):
                raise ValueError("can't optimize a non-leaf Tensor")
        known = {id(parameter) for group in self.param_groups for parameter in group["params"]}
        if any(id(parameter) in known for parameter in params):
            raise ValueError("some parameters appear in more than one parameter group")
        self.param_groups.append({**self.defaults, **param_group, "params": params})

    def zero_grad(self, set_to_none=True):
        """Clears the gradients of all parameters: to None, or to zeros in place."""
        for group in self.param_groups:
            clear_gradients(group["params"], set_to_none)

    def step(self, closure=None):
        """Updates every parameter that has a gradient. `closure` computes the loss again and is called first."""
        loss = None
        if closure is not None:
            with enable_grad():
                loss = closure()
        with no_grad():
            for group in self.param_groups:
                for parameter in group["params"]:
                    if parameter.grad is not None:
                        state = self.state.setdefault(parameter, {})
                        self.update(parameter, parameter.grad, group, state)
        return loss

    def update(self, parameter, grad, group, state):
        """Moves `parameter` in place. Each optimizer says how."""
        raise NotImplementedError(f"{type(self).__name__} defines no update(parameter, grad, group, state)")

    def state_dict(self):
        """Settings and state with parameters replaced by their numbers, as `load_state_dict` takes them."""
        number = {}
        groups = []
        for group in self.param_groups:
            numbers = [number.setdefault(parameter, len(number)) for parameter in group["params"]]
            groups.append({**{k: v for k, v in group.items() if k != "params"}, "params": numbers})
        state = {number[parameter]: dict(values) for parameter, values in self.state.items() if values}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict):
        """Takes settings and state over from another optimizer of the same parameters' shapes."""
        groups = state_dict["param_groups"]
        if len(groups) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        parameters = []
        for own, loaded in zip(self.param_groups, groups, strict=True):
            if len(own["params"]) != len(loaded["params"]):
                raise ValueError(
                    "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
                )
            own.update({k: v for k, v in loaded.items() if k != "params"})
            parameters += own["params"]
        self.state = {parameters[i]: dict(values) for i, values in state_dict["state"].items()}

    def __repr__(self):
        lines = [f"{type(self).__name__} ("]
        for i, group in enumerate(self.param_groups):
            lines.append(f"Parameter Group {i}")
            lines += [f"    {key}: {group[key]}" for key in sorted(group) if key != "params"]
        return "\n".join([*lines, ")"])


def check_not_negative(**settings):
    """ValueError in PyTorch's words for the first setting below zero."""
    for name, value in settings.items():
        if value < 0:
            raise ValueError(f"Invalid {name.replace('_', ' ')}: {value}")
