"""What all optimizers share: groups of parameters with their settings, and state for each parameter."""

import warnings
from collections import defaultdict

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
        if defaults.get("differentiable"):
            raise NotImplementedError(
                "differentiable=True is not here: write the step as operations that are recorded, p = p - lr * g."
            )
        self.defaults = defaults
        self.state = defaultdict(dict)
        self.param_groups = []
        groups = list(params)
        if not groups:
            raise ValueError("optimizer got an empty parameter list")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, param_group):
        """Adds a dict with "params" (tensors, or pairs with their names) and the settings that are not the defaults."""
        if not isinstance(param_group, dict):
            raise TypeError(f"param_group must be a dict, but got {type(param_group)}")
        params = param_group["params"]
        if isinstance(params, set):
            raise TypeError(
                "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets "
                "will change between runs. Please use a list instead."
            )
        params = [params] if isinstance(params, Tensor) else list(params)
        names = [parameter[0] for parameter in params if isinstance(parameter, tuple)]
        if names:
            if len(names) != len(params):
                raise ValueError(
                    "all optimizer params should be with/without names. Some param names are missing"
                )
            param_group["param_names"] = names
            params = [parameter for _, parameter in params]
        self._check(params)
        param_group["params"] = params
        for name, value in self.defaults.items():
            param_group.setdefault(name, value)
        self.param_groups.append(param_group)

    def _check(self, params):
        """TypeError or ValueError unless all of these can be a group of their own."""
        for parameter in params:
            if not isinstance(parameter, Tensor):
                kind = type(parameter).__name__
                raise TypeError(f"optimizer can only optimize Tensors, but one of the params is {kind}")
            if not (parameter.is_leaf or parameter.retains_grad):
                raise ValueError("can't optimize a non-leaf Tensor")
        if len(set(params)) < len(params):
            warnings.warn(
                "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; "
                "see github.com/pytorch/pytorch/issues/40967 for more information",
                stacklevel=4,
            )
        known = {parameter for group in self.param_groups for parameter in group["params"]}
        if not known.isdisjoint(params):
            raise ValueError("some parameters appear in more than one parameter group")

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
                        state = self.state.get(parameter) or {}
                        self.update(parameter, parameter.grad, group, state)
                        if state:
                            self.state[parameter] = state
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
        state = {number.get(parameter, parameter): dict(values) for parameter, values in self.state.items()}
        return {"state": state, "param_groups": groups}

    def load_state_dict(self, state_dict):
        """Takes settings and state over from another optimizer of the same parameters' shapes."""
        groups = state_dict["param_groups"]
        if len(groups) != len(self.param_groups):
            raise ValueError("loaded state dict has a different number of parameter groups")
        of_number = {}
        for own, loaded in zip(self.param_groups, groups, strict=True):
            if len(own["params"]) != len(loaded["params"]):
                raise ValueError(
                    "loaded state dict contains a parameter group that doesn't match the size of optimizer's group"
                )
            of_number.update(zip(loaded["params"], own["params"], strict=True))
        self.param_groups = [
            {**loaded, "params": own["params"]} for own, loaded in zip(self.param_groups, groups, strict=True)
        ]
        self.state = defaultdict(dict)
        for number, values in state_dict["state"].items():
            parameter = of_number.get(number, number)
            self.state[parameter] = {name: _like(value, name, parameter) for name, value in values.items()}

    def __repr__(self):
        groups = []
        for i, group in enumerate(self.param_groups):
            settings = "".join(f"    {key}: {group[key]}\n" for key in sorted(group) if key != "params")
            groups.append(f"\nParameter Group {i}\n{settings}")
        return f"{type(self).__name__} ({''.join(groups)})"


def _like(value, name, parameter):
    """What is kept for a parameter has its dtype and device; a count of steps stays as it is."""
    if name == "step" or not (isinstance(value, Tensor) and isinstance(parameter, Tensor)):
        return value
    dtype = parameter.dtype if parameter.is_floating_point() else value.dtype
    return value.to(dtype=dtype, device=parameter.device)


def check_not_negative(name, value):
    """ValueError, in PyTorch's words, for a setting below zero."""
    if value < 0:
        raise ValueError(f"Invalid {name}: {value}")
