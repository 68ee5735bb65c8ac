"""What the judge needs to know about a tensor framework, in one shape for PyTorch and torchlet."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cache
from typing import Any

import numpy as np

from autograder.judge.arrays import Memory
from autograder.judge.nodes import functions
from autograder.judge.wire import WireError


class Framework:
    """One framework. `module` is `torch` or `torchlet`; what the two write alike is here."""

    name: str
    tag: bytes
    atom_tags: tuple[bytes, bytes, bytes]  # of dtypes, devices, sizes

    def __init__(self, module: Any):
        self.module = module
        self.nodes = functions(module)
        self.dtype_type = module.dtype
        self.device_type = module.device
        self.size_type = module.Size
        self.dtypes = {
            str(value): value for value in vars(module).values() if isinstance(value, module.dtype)
        }

    @property
    def tensor_types(self) -> tuple[type, ...]:
        return self.module.Tensor, self.module.nn.Parameter

    def is_tensor(self, value: Any) -> bool:
        return isinstance(value, self.tensor_types)

    def is_parameter(self, tensor: Any) -> bool:
        return type(tensor) is self.module.nn.Parameter

    def parameter(self, tensor: Any, requires_grad: bool) -> Any:
        return self.module.nn.Parameter(tensor, requires_grad)

    def variable(self, tensor: Any) -> tuple | None:
        """What makes a tensor a variable of a tape: (trainable, name); None for any other tensor."""
        return None

    def as_variable(self, tensor: Any, trainable: bool, name: str | None) -> Any:
        raise WireError(f"{self.name} has no variables")

    def kept_gradient(self, tensor: Any) -> Any:
        """The tensor in `.grad`, without the warning that a result has none."""
        return tensor.grad if tensor.is_leaf or tensor.retains_grad else None

    def device(self, text: str) -> Any:
        try:
            return self.module.device(text)
        except (RuntimeError, ValueError, TypeError):
            raise WireError(f"{self.name} has no device {text[:40]}") from None

    def empty(self, shape: tuple[int, ...], dtype: Any) -> Any:
        return self.module.empty(shape, dtype=dtype)

    # How the numbers lie in memory

    def is_plain(self, tensor: Any) -> bool:
        """Whether it is a dense tensor in main memory."""
        raise NotImplementedError

    def array(self, tensor: Any) -> np.ndarray:
        """Its memory as an array of the same shape, strides and element size."""
        raise NotImplementedError

    def whole(self, tensor: Any) -> np.ndarray:
        """All the memory that it is a part of."""
        raise NotImplementedError

    def build(self, memory: Memory, dtype: Any, shape: tuple, strides: tuple, offset: int) -> Any:
        """A tensor on this memory. `strides` and `offset` are in bytes."""
        raise NotImplementedError

    def move(self, tensor: Any, other: Any) -> None:
        """Give `tensor` the memory, shape and strides of `other`."""
        raise NotImplementedError

    def on_device(self, tensor: Any, device: str) -> Any:
        if device != "cpu":
            raise WireError(f"a tensor on {device}")
        return tensor

    def version(self, tensor: Any) -> int:
        """How often it was changed in place."""
        raise NotImplementedError

    def count_change(self, tensor: Any) -> None:
        raise NotImplementedError

    def base(self, tensor: Any) -> Any:
        """The tensor that it is a differentiable view of, if views are to stay views; else None."""
        return None

    def window(self, base: Any, tensor: Any) -> Any:
        """The view of `base` that lies where `tensor` lies."""
        raise NotImplementedError

    # Its graph

    def remote_graph(self, function: Any) -> Any:
        """The `RemoteGraph` behind a node that `attach` made; None for any other."""
        raise NotImplementedError

    def roots(self, tensor: Any) -> tuple[tuple, tuple, bool]:
        """What its graph leads back to (leaves and RemoteGraphs), the same as the framework wants it when it is
        asked for gradients, and whether it can be walked only once.
        """
        raise NotImplementedError

    def hollow(self, tensor: Any) -> Any:
        """A tensor without memory of the same shape and dtype."""
        raise NotImplementedError

    def pin(self, tensor: Any) -> Any:
        """A tensor of the same shape whose gradient is that of `tensor` as it is now."""
        with self.module.enable_grad():
            return self.nodes.pin.apply(tensor, self.hollow)

    def attach(self, tensor: Any, graph: Any, roots: list, once: bool) -> None:
        """Make `tensor` a result of these roots, whose backward asks `graph`."""
        with self.module.enable_grad():
            self.nodes.mirror.apply(tensor, graph, once, *roots)

    def attach_to(self, tensor: Any, pin: Any) -> None:
        """Make `tensor` a result whose gradient is that of `pin`."""
        with self.module.enable_grad():
            self.nodes.join.apply(tensor, pin)

    def gradients(self, graph: Any, gradient: Any, create_graph: bool) -> list:
        """The vector-Jacobian product of a `Graph`: one gradient, or None, for each of its roots.

        The graph is kept: another result of the same graph may ask as well.
        """
        with self.module.enable_grad(), self._asking(graph.inputs):
            found = self.module.autograd.grad(
                [graph.pin],
                graph.inputs,
                [gradient],
                retain_graph=True,
                create_graph=create_graph,
                allow_unused=True,
            )
        return list(found)

    @contextlib.contextmanager
    def _asking(self, inputs: tuple) -> Iterator[None]:
        """Leaves that asked for gradients when the graph was made ask again: a tape that closed has made them stop."""
        quiet = [each for each in inputs if self.is_tensor(each) and not each.requires_grad]
        for each in quiet:
            each.requires_grad_(True)
        try:
            yield
        finally:
            for each in quiet:
                each.requires_grad_(False)


@cache
def framework(name: str) -> Framework | None:
    """The framework of this name, which is imported already; None while it is too young to have tensors."""
    if name == "torch":
        from autograder.judge.torch import Torch

        return Torch()
    from autograder.judge.torchlet import Torchlet

    return Torchlet()


def element_strides(strides: tuple[int, ...], offset: int, size: int) -> tuple[tuple[int, ...], int]:
    """Strides and offset in elements of `size` bytes. Raises `WireError` where they are not whole."""
    if any(stride % size for stride in strides) or offset % size or any(stride < 0 for stride in strides):
        raise WireError("a tensor between its elements")
    return tuple(stride // size for stride in strides), offset // size
