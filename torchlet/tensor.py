"""The tensor: an array of numbers, where it lives, and how it was made.

This file holds what a tensor *is*. What can be done with one stands in the files of the operations
(`elementwise`, `reductions`, `shapes`, …); `methods` makes those functions methods as well.
"""

import warnings

import numpy

from . import dtypes, errors
from .devices import cpu
from .grad_mode import recording
from .protocol import PythonProtocol
from .size import Size

_new = object.__new__


class Tensor(PythonProtocol):
    """A dense array of one dtype, on one device, that remembers how it was computed.

    Made by `tensor`, `zeros`, `rand`, … and by operations on other tensors.
    """

    __slots__ = (
        "__weakref__",
        "_array",  # the numbers: an array, or a NumPy scalar for a 0-d tensor whose memory nobody shares
        "_device",
        "_grad",  # the tensor that backward() adds gradients to
        "_hooks",  # a leaf's hooks; those of a result are kept by its node
        "_node",  # the operation that made it, if recorded
        "_requires_grad",
        "_view",  # of a view: the tensor it is a view of, and how; see `views`
        "_views",  # of a tensor with views: weak references to them
        "_writes",  # [how many], one list for all tensors on the same memory; None: never any
    )

    def __new__(cls, *args, device=None):
        """`Tensor()` is empty, `Tensor(2, 3)` uninitialised of that shape, `Tensor([1, 2])` has these elements."""
        from . import typed

        return typed.construct(dtypes.get_default_dtype(), args, device)

    # --- what it is ---

    @property
    def dtype(self):
        """The type of the elements, such as `torch.float32`."""
        return dtypes.of(self._array.dtype)

    @property
    def device(self):
        """Where the numbers live."""
        return self._device

    @property
    def shape(self):
        """The lengths of the dimensions, a `torch.Size`."""
        return Size(self._array.shape)

    @property
    def ndim(self):
        """The number of dimensions; 0 for a single number."""
        return self._array.ndim

    @property
    def itemsize(self):
        """Bytes of one element."""
        return self._array.itemsize

    @property
    def nbytes(self):
        """Bytes of all elements."""
        return self._array.size * self._array.itemsize

    @property
    def is_cuda(self):
        """Whether it lives on a cuda device."""
        return self._device.type == "cuda"

    def size(self, dim=None):
        """The shape, or the length of dimension `dim`."""
        if dim is None:
            return Size(self._array.shape)
        if not self._array.ndim:
            raise IndexError(f"Dimension specified as {dim} but tensor has no dimensions")
        return self._array.shape[errors.checked_dim(dim, self._array.ndim)]

    def dim(self):
        """The number of dimensions."""
        return self._array.ndim

    def numel(self):
        """The number of elements."""
        return self._array.size

    nelement = numel
    ndimension = dim

    def element_size(self):
        """Bytes of one element."""
        return self._array.itemsize

    def is_floating_point(self):
        """Whether the elements are float16, float32 or float64: only these have gradients."""
        return self._array.dtype.kind == "f"

    def is_complex(self):
        """False: this core has no complex dtypes."""
        return False

    def is_signed(self):
        """Whether the dtype has negative numbers."""
        return self.dtype.is_signed

    def get_device(self):
        """The index of its cuda device, -1 on the cpu."""
        return -1 if self._device.type == "cpu" else self._device.index or 0

    # --- its place in the graph ---

    @property
    def requires_grad(self):
        """Whether operations on it are recorded, so that a gradient can come back."""
        return self._requires_grad

    @requires_grad.setter
    def requires_grad(self, value):
        if not isinstance(value, bool):
            raise RuntimeError("requires_grad must be a bool")
        if self._node is not None:
            raise errors.not_a_leaf(value)
        if value and self._array.dtype.kind != "f":
            raise errors.only_floating_given()
        self._requires_grad = value

    def requires_grad_(self, requires_grad=True):
        """Starts (or ends) recording for this leaf, in place. RuntimeError unless it is a floating leaf."""
        if self._node is not None and not requires_grad:
            raise errors.not_a_leaf()
        if requires_grad and self._array.dtype.kind != "f":
            raise errors.only_floating_later()
        if self._node is None:
            self._requires_grad = bool(requires_grad)
        return self

    @property
    def grad_fn(self):
        """The node of the operation that made it, None for a leaf."""
        return None if self._node is None else self._node.function

    @property
    def is_leaf(self):
        """Whether no recorded operation made it: `backward` accumulates only in leaves."""
        return self._node is None

    @property
    def grad(self):
        """The gradient that `backward` accumulated, None before. Not kept for results: see `retain_grad`."""
        grad = self._grad
        if grad is None and self._node is not None and not self.retains_grad:
            warnings.warn(errors.GRAD_OF_RESULT, UserWarning, stacklevel=2)
        return grad

    @grad.setter
    def grad(self, value):
        if value is not None:
            errors.check_gradient_assigned(self, value)
        self._grad = value

    @grad.deleter
    def grad(self):
        self._grad = None

    @property
    def retains_grad(self):
        """Whether this result keeps its gradient because `retain_grad` was called."""
        return self._node is not None and self._node.retains(self)

    @property
    def _version(self):
        """How often this memory was written to in place, through whatever tensor."""
        return 0 if self._writes is None else self._writes[0]

    @property
    def output_nr(self):
        """Which output of its `grad_fn` it is."""
        return 0 if self._node is None else self._node.output_nr

    # --- its numbers ---

    @property
    def data(self):
        """The same memory without the history, and without counting writes: mistakes go unnoticed, prefer `detach`."""
        return wrap(self._memory(), self._device)

    @data.setter
    def data(self, value):
        if not isinstance(value, Tensor):
            raise TypeError(f"Variable data has to be a tensor, but got {errors.type_name(value)}")
        self._array, self._device = value._memory(), value._device

    @property
    def _base(self):
        """The tensor that this one is a view of."""
        return None if self._view is None else self._view.base

    def _host_array(self):
        """The numbers in main memory, wherever the tensor lives."""
        return self._array if self._device is cpu else self._device.backend.download(self._array)

    def _memory(self):
        """The array itself, to be shared or written to: from now on a real array, also for a 0-d tensor."""
        array = self._array
        if type(array) is not numpy.ndarray and isinstance(array, numpy.generic):
            self._array = array = numpy.asarray(array)
            node = self._node
            if node is not None and node.saved and getattr(node, "out_version", None) is not None:
                # what the operation saved is this memory, not the number that it held
                node.keep_output(array)
        return array

    def _written(self):
        """Counts a write, for everyone who shares the memory."""
        recording.writes += 1
        writes = self._writes
        if writes is None:
            self._writes = [1]
        else:
            writes[0] += 1


def wrap(array, device=cpu):
    """A tensor around `array` (an array or NumPy scalar), not recorded. The one place where tensors are born."""
    if device is not cpu:
        array = device.backend.allocate(array)
    made = _new(Tensor)
    made._array = array
    made._device = device
    made._requires_grad = False
    made._writes = made._node = made._grad = made._hooks = made._view = made._views = None
    return made


# The C library gives the memory of a large array back to the system, and fetches it page by page for the next one, until it
# has seen a larger block go. So one goes here, untouched: steps with millions of numbers take a third of the time.
numpy.empty(30 * 2**20, numpy.uint8)
