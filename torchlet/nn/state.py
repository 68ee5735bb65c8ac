"""What a module knows, as a dict of tensors: to be kept, and put back into a module of the same make."""

from collections import OrderedDict, namedtuple
from collections.abc import Mapping

from ..grad_mode import no_grad
from ..tensor import Tensor
from .parameter import Parameter


class _IncompatibleKeys(namedtuple("IncompatibleKeys", "missing_keys unexpected_keys")):
    """What `load_state_dict` found: the lists `missing_keys` and `unexpected_keys`."""

    __slots__ = ()

    def __repr__(self):
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return super().__repr__()


class State:
    """The part of a module that gives and takes its state."""

    def state_dict(self, *, prefix="", keep_vars=False):
        """{path: tensor} of all parameters and buffers, sharing memory with them; detached unless `keep_vars`."""
        state = OrderedDict()
        for path, _, _, value in self._entries():
            state[prefix + path] = value if keep_vars else value.detach()
        return state

    def load_state_dict(self, state_dict, strict=True, assign=False):
        """Copies values into this module; with `assign` it takes the tensors themselves.

        RuntimeError lists entries of another shape, and those missing or unexpected unless `strict=False`.
        """
        if not isinstance(state_dict, Mapping):
            raise TypeError(f"Expected state_dict to be dict-like, got {type(state_dict)}.")
        own = {path: place for path, *place in self._entries()}
        missing = [path for path in own if path not in state_dict]
        unexpected = [path for path in state_dict if path not in own]
        problems = []
        for kind, paths in (("Missing", missing), ("Unexpected", unexpected)):
            if strict and paths:
                quoted = ", ".join(f'"{path}"' for path in paths)
                problems.append(f"{kind} key(s) in state_dict: {quoted}. ")
        for path, place in own.items():
            if path in state_dict:
                problems += _put(path, *place, state_dict[path], assign)
        if problems:
            listed = "\n\t".join(problems)
            raise RuntimeError(f"Error(s) in loading state_dict for {type(self).__name__}:\n\t{listed}")
        return _IncompatibleKeys(missing, unexpected)

    def _entries(self):
        """(path, module, name, tensor) of all that belongs to the state; what modules share comes with every path."""
        for path, module in self.named_modules(remove_duplicate=False):
            for name, value in (*module._parameters.items(), *module._buffers.items()):
                if value is not None and name not in module._non_persistent_buffers_set:
                    yield f"{path}.{name}" if path else name, module, name, value


@no_grad()
def _put(path, module, name, old, new, assign):
    """Gives one entry its new value; a list of what stands against it."""
    if not isinstance(new, Tensor):
        return [
            f'While copying the parameter named "{path}", expected torch.Tensor or Tensor-like object from checkpoint '
            f"but received {type(new)}"
        ]
    if old.ndim == 0 and new.ndim == 1:  # single numbers were once saved so
        new = new[0]
    if new.shape != old.shape:
        return [
            f"size mismatch for {path}: copying a param with shape {new.shape} from checkpoint, "
            f"the shape in current model is {old.shape}."
        ]
    if not assign:
        old.copy_(new)
    elif isinstance(old, Parameter):
        setattr(module, name, Parameter(new, old.requires_grad))
    else:
        setattr(module, name, new)
    return []
