"""PyTorch, as the judge sees it. Imported only where torch is loaded already."""

from __future__ import annotations

from functools import cache
from typing import Any

import torch
from torch.autograd.graph import GradientEdge, increment_version

from autograder.judge.arrays import Memory
from autograder.judge.frameworks import Framework, element_strides


class Torch(Framework):
    name = "torch"
    tag = b"t"
    atom_tags = (b"1", b"2", b"3")

    def __init__(self):
        super().__init__(torch)
        self._raw = {1: torch.uint8, 2: torch.int16, 4: torch.int32, 8: torch.int64, 16: torch.complex128}

    def is_plain(self, tensor):
        return (
            tensor.layout is torch.strided
            and tensor.device.type == "cpu"
            and not (tensor.is_quantized or tensor.is_conj() or tensor.is_neg() or tensor.is_inference())
            and tensor.itemsize in self._raw
        )

    def array(self, tensor):
        return tensor.detach().view(self._raw[tensor.itemsize]).numpy()

    def whole(self, tensor):
        storage = tensor.untyped_storage()
        return torch.empty(0, dtype=torch.uint8).set_(storage, 0, (storage.nbytes(),), (1,)).numpy()

    def build(self, memory, dtype, shape, strides, offset):
        strides, offset = element_strides(strides, offset, dtype.itemsize)
        if memory.unclaimed:
            owner = torch.empty(memory.size, dtype=torch.uint8)
            memory.claim(owner.numpy(), owner)
        storage = _storage(memory)
        return torch.empty(0, dtype=dtype).set_(storage, offset, shape, strides)

    def move(self, tensor, other):
        tensor.data = other

    def version(self, tensor):
        return tensor._version

    def count_change(self, tensor):
        increment_version(tensor)

    def base(self, tensor):
        return tensor._base if tensor._is_view() and type(tensor._base) in self.tensor_types else None

    def window(self, base, tensor):
        return base.as_strided(tensor.shape, tensor.stride(), tensor.storage_offset())

    def remote_graph(self, function):
        return function.remote_graph if isinstance(function, self.nodes.mirror._backward_cls) else None

    def roots(self, tensor):
        shown, inputs, once = [], [], False
        seen, waiting = {tensor.grad_fn}, [tensor.grad_fn]
        while waiting:
            node = waiting.pop()
            graph = self.remote_graph(node)
            if graph is not None:
                shown.append(graph)
                inputs.append(GradientEdge(node, 0))
            elif type(node) is _AccumulateGrad:
                shown.append(node.variable)
                inputs.append(node.variable)
            else:
                once = once or _saves(node)
                nexts = {n for n, _ in node.next_functions if n is not None} - seen
                seen |= nexts
                waiting += nexts
        return tuple(shown), tuple(inputs), once

    def hollow(self, tensor):
        return tensor.new_empty(()).expand(tensor.shape)


_AccumulateGrad = type(torch.ones(1, requires_grad=True).view(1).grad_fn.next_functions[0][0])


@cache
def _saves_tensors(kind: type) -> bool:
    return any(name.startswith("_raw_saved_") for name in dir(kind))


def _saves(node: Any) -> bool:
    if isinstance(node, torch.autograd.function.BackwardCFunction):
        return bool(getattr(node, "saved_tensors", ()))
    return _saves_tensors(type(node))


def _storage(memory: Memory) -> torch.UntypedStorage:
    """One storage for all tensors on this memory."""
    if not hasattr(memory, "storage"):
        owner = memory.owner if isinstance(memory.owner, torch.Tensor) else torch.from_numpy(memory.flat)
        memory.storage = owner.untyped_storage()
    return memory.storage
