"""The module: a function with parameters, made of smaller modules."""

import textwrap

from ..tensor import Tensor
from .hooks import Hooks
from .moving import Moving
from .parameter import Parameter
from .state import State


class Module(Hooks, State, Moving):
    """Base of all models. A subclass calls `super().__init__()`, assigns parameters and modules, defines `forward`.

    Assigning a `Parameter` or a `Module` to an attribute registers it under that name; `register_buffer` does so
    for tensors that belong to the state but are not trained.
    """

    def __init__(self):
        # Each kind of attribute has a dict of its own, so that `parameters()` and the like can find it.
        for name in ("_parameters", "_buffers", "_modules", "_forward_hooks", "_forward_pre_hooks"):
            object.__setattr__(self, name, {})
        object.__setattr__(self, "_non_persistent_buffers_set", set())
        object.__setattr__(self, "training", True)

    def forward(self, *inputs):
        """What calling the module computes. Each subclass says."""
        raise NotImplementedError(
            f'Module [{type(self).__name__}] is missing the required "forward" function. '
            f"Define `def forward(self, x):` in class {type(self).__name__}."
        )

    # --- attributes ---

    def __setattr__(self, name, value):
        for kept, registered, accepted, what in _KINDS:
            known = self.__dict__.get(kept)
            if isinstance(value, registered):
                if known is None:
                    raise AttributeError(f"cannot assign {_PLURAL[kept]} before Module.__init__() call")
                self._forget(name, but=kept)
            elif known is None or name not in known:
                continue
            elif not isinstance(value, accepted):
                raise TypeError(f"cannot assign '{_typename(value)}' as {what.format(name=name)}")
            if kept == "_parameters":
                self.register_parameter(name, value)
            else:
                known[name] = value
            return
        object.__setattr__(self, name, value)

    def _forget(self, name, but):
        """Takes an attribute away from wherever it was kept."""
        self.__dict__.pop(name, None)
        self._non_persistent_buffers_set.discard(name)
        for kept, *_ in _KINDS:
            if kept != but:
                self.__dict__[kept].pop(name, None)

    def __getattr__(self, name):
        for kept, *_ in _KINDS:
            if name in self.__dict__.get(kept, ()):
                return self.__dict__[kept][name]
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def __delattr__(self, name):
        for kept, *_ in _KINDS:
            if name in self.__dict__.get(kept, ()):
                del self.__dict__[kept][name]
                self._non_persistent_buffers_set.discard(name)
                return
        object.__delattr__(self, name)

    def __dir__(self):
        return sorted({*super().__dir__(), *self._parameters, *self._buffers, *self._modules})

    def register_parameter(self, name, param):
        """Adds a parameter, or None for one that this instance does not have."""
        self._check_name("_parameters", name)
        if param is not None and not isinstance(param, Parameter):
            raise TypeError(
                f"cannot assign '{_typename(param)}' object to parameter '{name}' (torch.nn.Parameter or None required)"
            )
        self._parameters[name] = param

    def register_buffer(self, name, tensor, persistent=True):
        """Adds a tensor that is moved with the module and, if `persistent`, saved with the state, but not trained."""
        self._check_name("_buffers", name)
        if tensor is not None and not isinstance(tensor, Tensor):
            raise TypeError(
                f"cannot assign '{_typename(tensor)}' object to buffer '{name}' (torch Tensor or None required)"
            )
        self._buffers[name] = tensor
        (self._non_persistent_buffers_set.discard if persistent else self._non_persistent_buffers_set.add)(
            name
        )

    def add_module(self, name, module):
        """Adds a module under a name that need not be an identifier."""
        if module is not None and not isinstance(module, Module):
            raise TypeError(f"{_typename(module)} is not a Module subclass")
        self._check_name("_modules", name)
        self._modules[name] = module

    register_module = add_module

    def _check_name(self, kept, name):
        """A name is free or of the same kind, and can be a part of a path."""
        kind = _SINGULAR[kept]
        if kept not in self.__dict__:
            raise AttributeError(f"cannot assign {kind} before Module.__init__() call")
        if not isinstance(name, str):
            raise TypeError(f"{kind} name should be a string. Got {_typename(name)}")
        if "." in name:
            raise KeyError(f'{kind} name can\'t contain "."' + (f", got: {name}" if kind == "module" else ""))
        if name == "":
            raise KeyError(f'{kind} name can\'t be empty string ""')
        if hasattr(self, name) and name not in self.__dict__[kept]:
            raise KeyError(f"attribute '{name}' already exists")

    # --- what is inside ---

    def named_modules(self, memo=None, prefix="", remove_duplicate=True):
        """Pairs (path, module): this module, then all below it, each once (those in `memo` not at all)."""
        memo = set() if memo is None else memo
        if self in memo:
            return
        if remove_duplicate:
            memo.add(self)
        yield prefix, self
        for name, module in self._modules.items():
            if module is not None:
                yield from module.named_modules(
                    memo, f"{prefix}.{name}" if prefix else name, remove_duplicate
                )

    def modules(self):
        """This module and all below it, each once."""
        return (module for _, module in self.named_modules())

    def named_children(self):
        """Pairs (name, module) of the modules directly inside, each once."""
        first = {module: name for name, module in reversed(self._modules.items()) if module is not None}
        return ((name, module) for name, module in self._modules.items() if first.get(module) == name)

    def children(self):
        """The modules directly inside, each once."""
        return (module for _, module in self.named_children())

    def get_submodule(self, target):
        """The module at a path such as "body.0"."""
        module = self
        for name in target.split(".") if target else ():
            module = _attribute(module, name, Module, "Module")
        return module

    def get_parameter(self, target):
        """The parameter at a path such as "body.0.weight"."""
        path, _, name = target.rpartition(".")
        return _attribute(self.get_submodule(path), name, Parameter, "Parameter")

    def _named_members(self, kept, prefix, recurse, remove_duplicate):
        seen = set()
        modules = self.named_modules(None, prefix, remove_duplicate) if recurse else [(prefix, self)]
        for path, module in modules:
            for name, value in getattr(module, kept).items():
                if value is not None and id(value) not in seen:
                    if remove_duplicate:
                        seen.add(id(value))
                    yield f"{path}.{name}" if path else name, value

    def named_parameters(self, prefix="", recurse=True, remove_duplicate=True):
        """Pairs (path, parameter), each parameter once."""
        return self._named_members("_parameters", prefix, recurse, remove_duplicate)

    def parameters(self, recurse=True):
        """The parameters, each once: what an optimizer is given."""
        return (parameter for _, parameter in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix="", recurse=True, remove_duplicate=True):
        """Pairs (path, buffer), each buffer once."""
        return self._named_members("_buffers", prefix, recurse, remove_duplicate)

    def buffers(self, recurse=True):
        """The buffers, each once."""
        return (buffer for _, buffer in self.named_buffers(recurse=recurse))

    # --- training ---

    def train(self, mode=True):
        """Training behaviour on (or off) here and below."""
        if not isinstance(mode, bool):
            raise ValueError("training mode is expected to be boolean")
        self.training = mode
        for module in self.children():
            module.train(mode)
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

    def _get_name(self):
        return type(self).__name__

    def __repr__(self):
        extra = self.extra_repr()
        lines = extra.split("\n") if extra else []
        if self._modules or len(lines) > 1:
            lines += [f"({name}): {indented(repr(module))}" for name, module in self._modules.items()]
            return f"{self._get_name()}(\n  " + "\n  ".join(lines) + "\n)"
        return f"{self._get_name()}({extra})"


# For each kind of attribute: where it is kept, which values register themselves as one, which may take the place
# of one, and how the refusal of others ends.
_KINDS = (
    ("_parameters", Parameter, Parameter | None, "parameter '{name}' (torch.nn.Parameter or None expected)"),
    ("_modules", Module, Module | None, "child module '{name}' (torch.nn.Module or None expected)"),
    ("_buffers", (), Tensor | None, "buffer '{name}' (torch.nn.Buffer, torch.Tensor or None expected)"),
)
_SINGULAR = {"_parameters": "parameter", "_modules": "module", "_buffers": "buffer"}
_PLURAL = {"_parameters": "parameters", "_modules": "module"}


def clear_gradients(parameters, set_to_none):
    """Forgets the gradients of `parameters`: sets them to None, or to zeros in the same memory."""
    for parameter in parameters:
        gradient = parameter.grad
        if set_to_none:
            parameter.grad = None
        elif gradient is not None:
            gradient.detach_() if gradient.grad_fn is not None else gradient.requires_grad_(False)
            gradient.zero_()


def indented(text):
    """A printed form inside another."""
    return textwrap.indent(text, "  ").removeprefix("  ")


def _attribute(module, name, kind, word):
    if not hasattr(module, name):
        raise AttributeError(f"{module._get_name()} has no attribute `{name}`")
    found = getattr(module, name)
    if not isinstance(found, kind):
        raise AttributeError(f"`{name}` is not an nn.{word}")
    return found


def _typename(value):
    """The type of a wrong argument as PyTorch's messages name it, with its module."""
    if isinstance(value, Tensor):
        return value.type()
    kind = value if isinstance(value, type) else type(value)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
