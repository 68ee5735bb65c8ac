"""The tensor that a module trains."""

from .. import errors
from ..copying import as_subclass
from ..tensor import Tensor


class Parameter(Tensor):
    """A leaf tensor that a `Module` registers when it is assigned to an attribute.

    Shares memory with `data`; asks for gradients unless told otherwise.
    """

    __slots__ = ()

    def __new__(cls, data=None, requires_grad=True):
        if data is None:
            from ..filled import empty

            data = empty(0)
        parameter = as_subclass(data.detach(), cls)
        if requires_grad:
            if not data.is_floating_point():
                raise errors.only_floating()
            parameter.requires_grad_()
        return parameter

    def __init__(self, data=None, requires_grad=True):
        """Nothing is left to do; `__new__` has the arguments."""

    def __repr__(self):
        return "Parameter containing:\n" + super().__repr__()

    __format__ = object.__format__  # "{:.2f}" is for plain tensors and numbers

    def __deepcopy__(self, memo):
        if id(self) not in memo:
            memo[id(self)] = type(self)(self.data.clone(), self.requires_grad)
        return memo[id(self)]
