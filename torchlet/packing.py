"""`saved_tensors_hooks`: what the graph keeps for the backward pass goes through a user's `pack`, and back through `unpack`.

A node packs its values when it has been recorded, and holds from then on what `pack` answered and nothing else.
The rest of the graph does not know about it: the walk asks such a node for its gradients as a whole.
"""

from .devices import cpu
from .grad_mode import no_grad, recording
from .graph import OPERATIONS, TENSOR_PARAMETERS, Node, next_number
from .tensor import Tensor, wrap


class saved_tensors_hooks:
    """A `with` block in which each tensor that is saved for backward is kept as `pack_hook(tensor)`.

    The backward pass uses `unpack_hook` of what was kept: a tensor with the same numbers. Of nested blocks the
    innermost counts. What `pack_hook` answers should not hold the tensor itself, which holds the graph: use
    `tensor.detach()`. Writes to saved values are not noticed.
    """

    def __init__(self, pack_hook, unpack_hook):
        self.pack_hook, self.unpack_hook = pack_hook, unpack_hook

    def __enter__(self):
        self._before = recording.saving
        recording.saving = self
        recording.watch()

    def __exit__(self, *exception):
        recording.saving = self._before
        recording.watch()

    def take(self, node):
        """A new node's saved values become what the user keeps."""
        if node.operation is None:
            node.pack(self)
        elif node.saved and node.operation.saves_values:
            pack(node, self)


class Packed:
    """One saved tensor as the user keeps it."""

    __slots__ = ("device", "dtype", "kept", "origin", "unpack")

    def __init__(self, tensor, hooks, dtype=None, is_output=False):
        self.dtype, self.device, self.unpack = dtype or tensor._array.dtype, tensor._device, hooks.unpack_hook
        self.origin = (
            None  # where its gradient goes; an output's is the node itself, which must not hold itself
        )
        if tensor._requires_grad and not is_output:
            self.origin = tensor._node or tensor
        writes = _writes(tensor)
        with no_grad():
            self.kept = hooks.pack_hook(tensor)
        if _writes(tensor) != writes:
            raise RuntimeError(
                "A saved tensor pack hook is modifying its input in place. Tensors provided as input to pack hook "
                "cannot be modified by in-place operations as this can lead to unexpected side-effects. Please open an "
                "issue if you need to perform in-place operations on the input to a pack hook."
            )

    def tensor(self, output=None):
        """The tensor again, at its place in the graph; `output`: the node whose result it is, if it is one."""
        unpacked = self.unpack(self.kept)
        if not isinstance(unpacked, Tensor):
            raise TypeError(
                "Output of saved tensor unpack_hook expected to be a Tensor but got result of type "
                f"{type(unpacked).__name__}"
            )
        array = unpacked._array
        made = wrap(array if array.dtype == self.dtype else array.astype(self.dtype), self.device)
        origin = output or self.origin
        if origin is not None:
            made._node = _leading_to(origin) if isinstance(origin, Tensor) else origin
            made._requires_grad = True
        return made


def _writes(tensor):
    return tensor._writes[0] if tensor._writes else 0


def pack(node, hooks):
    """Replaces the tensors that a new node of the table has saved by what the user keeps."""
    names, sources = node.operation.names, node.operation.sources
    device = node.notes["device"] if node.notes and "device" in node.notes else cpu
    saved = list(node.saved)
    for position in node.operation.asked:
        value = saved[position]
        if position < len(node.inputs):
            tensor = node.inputs[position]  # None: not saved, or a number
            if tensor is not None:
                saved[position] = Packed(tensor, hooks, value.dtype)
        elif not hasattr(value, "strides"):  # no array, whatever module it is of
            continue
        elif names[position] == "out":
            out = wrap(value, device)
            out._node, out._requires_grad = node, True
            saved[position] = Packed(out, hooks, is_output=True)
        elif names[position] in TENSOR_PARAMETERS and position > len(sources):
            saved[position] = Packed(wrap(value, device), hooks)
    node.saved = tuple(saved)
    node.inputs, node.versions, node.out_version = (), None, None
    node.note("packed", True)


def unpacked(node, as_tensors):
    """What a packed node has saved, as arrays or as tensors at their places in the graph."""
    names = node.operation.names
    values = list(node.saved)
    for position in node.operation.asked:
        value = values[position]
        if type(value) is Packed:
            tensor = value.tensor(node if names[position] == "out" else None)
            values[position] = tensor if as_tensors else tensor._array
    return values


def _leading_to(leaf):
    """A node through which gradients reach a leaf: its numbers may have been kept elsewhere."""
    node = object.__new__(Node)
    node.operation, node.number, node.next = OPERATIONS["AliasBackward0"], next_number(), (leaf,)
    node.fits = node.versions = node.out_version = node.notes = None
    node.saved = node.inputs = ()
    node.writes = recording.writes
    return node
