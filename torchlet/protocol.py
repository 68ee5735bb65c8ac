"""A tensor among Python's and NumPy's own things: numbers, lists, arrays, copies."""

import sys

import numpy

from . import absent, errors, printing
from .grad_mode import recording


class PythonProtocol:
    """What Python's built-in functions, NumPy, copy and pickle ask of a tensor."""

    __slots__ = ()
    __array_priority__ = 1000  # NumPy leaves `array * tensor` to the tensor
    __hash__ = object.__hash__  # by identity: == compares elements

    def __repr__(self):
        return printing.tensor_text(
            self._host_array(),
            dtype=self.dtype,
            device=self._device,
            requires_grad=self._requires_grad,
            grad_fn_name=None if self._node is None else self._node.shown_name,
        )

    def __format__(self, format_spec):
        return printing.format_text(self, format_spec)

    # --- numbers and lists ---

    def item(self):
        """The one element as a Python number. RuntimeError if there are more, or none."""
        if self._array.size != 1:
            raise RuntimeError(f"a Tensor with {self._array.size} elements cannot be converted to Scalar")
        return self._host_array().item()

    def tolist(self):
        """Nested lists of Python numbers; a number for a 0-d tensor."""
        return self._host_array().tolist()

    def __bool__(self):
        if self._array.size == 1:
            return bool(self._host_array())
        if self._array.size == 0:
            raise RuntimeError("Boolean value of Tensor with no values is ambiguous")
        raise RuntimeError("Boolean value of Tensor with more than one value is ambiguous")

    def __float__(self):
        return float(self._single())

    def __int__(self):
        return int(self._single())

    def _single(self):
        if self._array.size != 1:
            raise ValueError("only one element tensors can be converted to Python scalars")
        return self._host_array().item()

    def __complex__(self):
        return complex(self._single())

    def __index__(self):
        if self._array.size != 1 or self._array.dtype.kind == "f":
            raise TypeError("only integer tensors of a single element can be converted to an index")
        return int(self.item())

    def __delitem__(self, index):
        raise TypeError("Tensor does not support deleting items")

    def __len__(self):
        if self._array.ndim == 0:
            raise TypeError("len() of a 0-d tensor")
        return self._array.shape[0]

    def __iter__(self):
        if self._array.ndim == 0:
            raise TypeError("iteration over a 0-d tensor")
        return iter(self.unbind(0))

    def __reversed__(self):
        return self if self._array.ndim == 0 else self.flip(0)

    def __contains__(self, element):
        if isinstance(element, (PythonProtocol, int, float)):
            return bool((self == element).any())
        raise RuntimeError(
            f"Tensor.__contains__ only supports Tensor or scalar, but you passed in a {type(element)}."
        )

    if sys.version_info >= (3, 12):  # 3.11 reads the slots of a class that has this method ten times slower

        def __getattr__(self, name):
            raise absent.of_tensor(type(self), name)

    else:  # there, for the names that PyTorch has; Python itself says what a mistyped name is near to
        locals().update({name: absent.Absent(name) for name in absent.NAMES})

    def __dir__(self):
        names = set(object.__dir__(self)) - absent.NAMES
        return sorted(name for name in names if not name.startswith("_") or name.startswith("__"))

    # --- NumPy ---

    def numpy(self, *, force=False):
        """The array itself, on the same memory. RuntimeError (TypeError on cuda) if it cannot be shared; see `force`."""
        if force:
            return self.detach().cpu()._memory()
        if self._requires_grad and recording.enabled:
            raise RuntimeError(
                "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead."
            )
        if self._device.type != "cpu":
            raise TypeError(
                f"can't convert {self._device} device type tensor to numpy. Use Tensor.cpu() to copy the tensor to "
                "host memory first."
            )
        if self._writes is None:
            self._writes = [0]
        return self._memory()

    def __array__(self, dtype=None, copy=None):
        array = self.numpy()
        if dtype is not None and array.dtype != dtype:
            if copy is False:
                raise ValueError(f"a {self.dtype} tensor has to be copied to become an array of {dtype}")
            return array.astype(dtype)
        return array.copy() if copy else array

    def __array_wrap__(self, array, context=None, return_scalar=False):
        from .creation import from_numpy

        return from_numpy(array)  # so NumPy's functions of a tensor give tensors

    # --- copies ---

    def __deepcopy__(self, memo):
        if self._node is not None:
            raise RuntimeError(
                "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the "
                "moment.  If you were attempting to deepcopy a module, this may be because of a "
                "torch.nn.utils.weight_norm usage, see https://github.com/pytorch/pytorch/pull/103001"
            )
        if id(self) in memo:
            return memo[id(self)]
        made = self._like(self._array.copy())
        memo[id(self)] = made
        if self._grad is not None:
            made._grad = self._grad.__deepcopy__(memo)
        return made

    def _like(self, array):
        """A leaf of the same class, device and requires_grad around another array."""
        from .tensor import wrap

        made = wrap(array, self._device)
        if type(self) is not type(made):
            made = made.as_subclass(type(self))
        made._requires_grad = self._requires_grad
        return made

    def __reduce_ex__(self, protocol):
        if self._node is not None:
            raise RuntimeError(errors.PICKLED_RESULT)
        from .creation import rebuilt

        return rebuilt, (type(self), numpy.asarray(self._host_array()), self._device, self._requires_grad)
