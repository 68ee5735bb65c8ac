"""The variable: a tensor with a value that changes, which a gradient tape watches by itself."""

import weakref

from .copying import as_subclass
from .creation import tensor
from .grad_mode import no_grad
from .tensor import Tensor, wrap

open_tapes = []  # those that are recording, the innermost last
all_trainable = weakref.WeakValueDictionary()  # id: every living trainable variable


class Variable(Tensor):
    """A tensor that tapes watch by themselves while it is trainable. Results computed from it are plain tensors.

    `Variable(initial_value, trainable=True, name=None, dtype=None)`; takes a copy of the value.
    """

    __slots__ = ("name", "trainable")

    def __new__(cls, initial_value, trainable=True, name=None, dtype=None):
        if isinstance(initial_value, Tensor):
            source = initial_value.detach().to(dtype or initial_value.dtype).clone()
        else:
            source = tensor(initial_value, dtype=dtype)
        return cls._of(source, trainable, name)

    @classmethod
    def _of(cls, source, trainable, name):
        """A variable on the memory of `source`."""
        variable = as_subclass(source, cls)
        variable.name, variable.trainable = name, trainable
        if trainable and variable.is_floating_point():
            all_trainable[id(variable)] = variable
            if any(tape._watches_variables for tape in open_tapes):
                variable._requires_grad = True
        return variable

    def __init__(self, initial_value, trainable=True, name=None, dtype=None):
        """Nothing is left to do; `__new__` has the arguments."""

    def value(self):
        """The numbers as a plain tensor that no tape watches; shares memory."""
        return wrap(self._memory(), self._device)

    def numpy(self):
        """The numbers as an array, also while a tape is open."""
        return self.value().numpy()

    def assign(self, value):
        """Gives it a new value of the same shape. What was computed before keeps the old one, on tapes, too."""
        with no_grad():
            self.data = self.data.clone().copy_(_as_tensor(value))
        return self

    def assign_add(self, delta):
        """Adds to its value."""
        with no_grad():
            self.data = self.data.clone().add_(_as_tensor(delta))
        return self

    def assign_sub(self, delta):
        """Subtracts from its value."""
        with no_grad():
            self.data = self.data.clone().sub_(_as_tensor(delta))
        return self

    def _refused(self, other):
        raise RuntimeError(
            "A Variable is not changed by `variable += value`. Use `variable.assign_add(value)`, or "
            "`out = variable + value` for a new tensor."
        )

    __iadd__ = __isub__ = __imul__ = __itruediv__ = __ifloordiv__ = __imod__ = __ipow__ = _refused

    def __deepcopy__(self, memo):
        if id(self) not in memo:
            memo[id(self)] = Variable(self, self.trainable, self.name)
        return memo[id(self)]

    def __reduce_ex__(self, protocol):
        return Variable, (self.value(), self.trainable, self.name)

    def __repr__(self):
        name = "" if self.name is None else f"{self.name!r}, "
        return f"Variable({name}{self.value()!r}, trainable={self.trainable})"


def _as_tensor(value):
    return value if isinstance(value, Tensor) else tensor(value)
