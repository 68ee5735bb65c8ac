"""The module: a function with parameters, made of smaller modules."""

import functools
from collections import OrderedDict

from ..tensor import Tensor
from .parameter import Parameter

# Where each kind of attribute is kept, so that `parameters()` and the like can find it.
_KEPT = ("_parameters", "_buffers", "_modules")


class Module:
    """Base of all models. A subclass calls `super().__init__()`, assigns parameters and modules, defines `forward`.

    Assigning a `Parameter` or a `Module` to an attribute registers it under that name; `register_buffer` does so
    for tensors that belong to the state but are not trained.
    """

    def __init__(self):
        for kept in _KEPT:
            object.__setattr__(self, kept, {})
        object.__setattr__(self, "training", True)

    def forward(self, *inputs):
        """What calling the module computes. Each subclass says."""
        raise NotImplementedError(
            f'Module [{type(self).__name__}] is missing the required "forward" function. '
            f"Define `def forward(self, x):` in class {type(self).__name__}."
        )

    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)

    # --- attributes ---

    def __setattr__(self, name, value):
        kind = (
            "_parameters"
            if isinstance(value, Parameter)
            else "_modules"
            if isinstance(value, Module)
            else None
        )
        if kind is None:
            kind = next((kept for kept in _KEPT if name in self.__dict__.get(kept, ())), None)
            if kind is None:
                return object.__setattr__(self, name, value)
            _check_replacement(kind, name, value)
        elif kind not in self.__dict__:
            what = "parameters" if kind == "_parameters" else "module"
            raise AttributeError(f"cannot assign {what} before Module.__init__() call")
        for kept in _KEPT:
            self.__dict__[kept].pop(name, None) if kept != kind else None
        self.__dict__.pop(name, None)
        self.__dict__[kind][name] = value

    def __getattr__(self, name):
        for kept in _KEPT:
            if name in self.__dict__.get(kept, ()):
                return self.__dict__[kept][name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __delattr__(self, name):
        for kept in _KEPT:
            if name in self.__dict__.get(kept, ()):
                del self.__dict__[kept][name]
                return
        object.__delattr__(self, name)

    def __dir__(self):
        return sorted({*super().__dir__(), *self._parameters, *self._buffers, *self._modules})

    def register_parameter(self, name, param):
        """Adds a parameter, or None for one that this instance does not have."""
        if param is not None and not isinstance(param, Parameter):
            _check_replacement("_parameters", name, param)
        self._parameters[name] = param

    def register_buffer(self, name, tensor):
        """Adds a tensor that is saved with the state and moved with the module, but not trained."""
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"cannot assign '{_typename(tensor)}' object to buffer '{name}' (torch Tensor or None required)"
            )
        self._buffers[name] = tensor

    def add_module(self, name, module):
        """Adds a module under a name that need not be an identifier."""
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{_typename(module)} is not a Module subclass")
        self._modules[name] = module

    register_module = add_module

    # --- what is inside ---

    def named_modules(self, prefix=""):
        """Pairs (path, module): this module, then all below it, each once."""
        seen = set()
        stack = [(prefix, self)]
        while stack:
            path, module = stack.pop()
            if module is None or module in seen:
                continue
            seen.add(module)
            yield path, module
            below = [(f"{path}.{name}" if path else name, child) for name, child in module._modules.items()]
            stack.extend(reversed(below))

    def modules(self):
        """This module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_children(self):
        """Pairs (name, module) of the modules directly inside."""
        return ((name, module) for name, module in self._modules.items() if module is not None)

    def children(self):
        """The modules directly inside."""
        return (module for _, module in self.named_children())

    def get_submodule(self, target):
        """The module at a path such as "body.0"."""
        return functools.reduce(getattr, target.split("."), self) if target else self

    def _named_members(self, kept, prefix, recurse):
        seen = set()
        for path, module in self.named_modules(prefix) if recurse else [(prefix, self)]:
            for name, value in module.__dict__[kept].items():
                if value is not None and id(value) not in seen:
                    seen.add(id(value))
                    yield f"{path}.{name}" if path else name, value

    def named_parameters(self, prefix="", recurse=True):
        """Pairs (path, parameter), each parameter once."""
        return self._named_members("_parameters", prefix, recurse)

    def parameters(self, recurse=True):
        """The parameters, each once: what an optimizer is given."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix="", recurse=True):
        """Pairs (path, buffer)."""
        return self._named_members("_buffers", prefix, recurse)

    def buffers(self, recurse=True):
        """The buffers, each once."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    # --- state ---

    def state_dict(self):
        """{path: tensor} of all parameters and buffers, sharing memory with them, detached."""
        state = OrderedDict()
        for path, module in self.named_modules():
            for name, value in (*module._parameters.items(), *module._buffers.items()):
                if value is not None:
                    state[f"{path}.{name}" if path else name] = value.detach()
        return state

    def load_state_dict(self, state_dict, strict=True):
        """Copies values into this module. RuntimeError lists missing, unexpected and wrongly shaped entries."""
        own = {**dict(self.named_parameters()), **dict(self.named_buffers())}
        missing = [key for key in self.state_dict() if key not in state_dict]
        unexpected = [key for key in state_dict if key not in own]
        problems = []
        if strict and unexpected:
            keys = ", ".join(f'"{key}"' for key in unexpected)
            problems.append(f"Unexpected key(s) in state_dict: {keys}. ")
        if strict and missing:
            keys = ", ".join(f'"{key}"' for key in missing)
            problems.insert(0, f"Missing key(s) in state_dict: {keys}. ")
        for key, value in own.items():
            if key in state_dict and state_dict[key].shape != value.shape:
                problems.append(
                    f"size mismatch for {key}: copying a param with shape {state_dict[key].shape} from "
                    f"checkpoint, the shape in current model is {value.shape}."
                )
            elif key in state_dict:
                value.data.copy_(state_dict[key])
        if problems:
            listed = "\n\t".join(problems)
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t{listed}")
        return LoadedKeys(missing, unexpected)

    def train(self, mode=True):
        """Training behaviour on (or off) here and below."""
        for module in self.modules():
            module.training = bool(mode)
        return self

    def eval(self):
        """Training behaviour off: for layers such as Dropout. Gradients are recorded as before."""
        return self.train(False)

    def requires_grad_(self, requires_grad=True):
        """Freezes (False) or unfreezes all parameters."""
        for parameter in self.parameters():
            parameter.requires_grad_(requires_grad)
        return self

    def zero_grad(self, set_to_none=True):
        """Clears the gradients of all parameters: to None, or to zeros in place."""
        clear_gradients(self.parameters(), set_to_none)

    # --- moving ---

    def to(self, *args, **kwargs):
        """Moves and converts parameters and buffers in place; integers keep their dtype."""

        def moved(tensor):
            target = tensor.to(*args, **kwargs)
            if target.is_floating_point() == tensor.is_floating_point():
                return target
            return tensor.to(target.device)

        for module in self.modules():
            for name, parameter in module._parameters.items():
                if parameter is not None:
                    new = moved(parameter.data)
                    if new is not parameter.data:
                        replacement = Parameter(new, parameter.requires_grad)
                        if parameter.grad is not None:
                            replacement.grad = moved(parameter.grad.detach())
                        module._parameters[name] = replacement
            for name, buffer in module._buffers.items():
                if buffer is not None:
                    module._buffers[name] = moved(buffer)
        return self

    def float(self):
        """All floating parameters and buffers as float32."""
        from .. import dtypes

        return self.to(dtypes.float32)

    def double(self):
        """All floating parameters and buffers as float64."""
        from .. import dtypes

        return self.to(dtypes.float64)

    def half(self):
        """All floating parameters and buffers as float16."""
        from .. import dtypes

        return self.to(dtypes.float16)

    def cpu(self):
        """All parameters and buffers to the cpu."""
        return self.to("cpu")

    def cuda(self, device=None):
        """All parameters and buffers to a cuda device."""
        return self.to("cuda" if device is None else device)

    def apply(self, fn):
        """Calls `fn(module)` for every module below and then for this one; for initialisation."""
        for module in self.children():
            module.apply(fn)
        fn(self)
        return self

    # --- text ---

    def extra_repr(self):
        """What the printed form says between its brackets."""
        return ""

    def __repr__(self):
        extra = [line for line in self.extra_repr().split("\n") if line]
        children = [f"({name}): " + _indented(repr(module)) for name, module in self._modules.items()]
        if not children and len(extra) <= 1:
            return f"{type(self).__name__}({''.join(extra)})"
        return f"{type(self).__name__}(\n  " + "\n  ".join(extra + children) + "\n)"


class LoadedKeys:
    """What `load_state_dict` found: the lists `missing_keys` and `unexpected_keys`."""

    def __init__(self, missing_keys, unexpected_keys):
        self.missing_keys, self.unexpected_keys = missing_keys, unexpected_keys

    def __repr__(self):
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return f"_IncompatibleKeys(missing_keys={self.missing_keys}, unexpected_keys={self.unexpected_keys})"


def clear_gradients(parameters, set_to_none):
    """Forgets the gradients of `parameters`: sets them to None, or to zeros in the same memory."""
    for parameter in parameters:
        if parameter.grad is not None:
            if set_to_none:
                parameter.grad = None
            else:
                parameter.grad = parameter.grad.detach().zero_()


def _indented(text):
    return text.replace("\n", "\n  ")


def _typename(value):
    return value.type() if isinstance(value, Tensor) else type(value).__name__


def _check_replacement(kind, name, value):
    """A registered name may be set to None, and a buffer to a tensor; other values are mistakes."""
    if value is None or (kind == "_buffers" and isinstance(value, Tensor)):
        return
    expected = {
        "_parameters": f"parameter '{name}' (torch.nn.Parameter or None expected)",
        "_modules": f"child module '{name}' (torch.nn.Module or None expected)",
        "_buffers": f"buffer '{name}' (torch.Tensor or None expected)",
    }
    raise TypeError(f"cannot assign '{_typename(value)}' as {expected[kind]}")
