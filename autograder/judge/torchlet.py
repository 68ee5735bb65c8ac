"""torchlet, as the judge sees it. Imported only where torchlet is loaded already."""

from __future__ import annotations

import numpy as np

import torchlet
from autograder.judge.frameworks import Framework
from torchlet.function_node import FunctionNode
from torchlet.graph import Output
from torchlet.tensor import wrap


class Torchlet(Framework):
    name = "torchlet"
    tag = b"l"
    atom_tags = (b"4", b"5", b"6")

    def __init__(self):
        super().__init__(torchlet)

    @property
    def tensor_types(self):
        return *super().tensor_types, torchlet.Variable

    def variable(self, tensor):
        return (tensor.trainable, tensor.name) if type(tensor) is torchlet.Variable else None

    def as_variable(self, tensor, trainable, name):
        return torchlet.Variable._of(tensor, trainable, name)

    def is_plain(self, tensor):
        # The numbers of the simulated GPU lie in main memory too, but only its own process knows their rules.
        return tensor.device.type == "cpu" and isinstance(tensor._memory(), np.ndarray)

    def array(self, tensor):
        return tensor._memory()

    def whole(self, tensor):
        array = tensor._memory()
        while type(array.base) is np.ndarray:
            array = array.base
        return array

    def build(self, memory, dtype, shape, strides, offset):
        return wrap(np.ndarray(shape, dtype.np, memory.flat, offset, strides))

    def move(self, tensor, other):
        tensor._array = other._array

    def version(self, tensor):
        return tensor._version

    def count_change(self, tensor):
        tensor._written()

    def remote_graph(self, function):
        return function.remote_graph if isinstance(function, self.nodes.mirror._node_class) else None

    def roots(self, tensor):
        shown, inputs, once = [], [], False
        seen, waiting = {tensor._node}, [tensor._node]
        while waiting:
            node = waiting.pop()
            if isinstance(node, torchlet.Tensor):
                shown.append(node)
                inputs.append(node)
                continue
            graph = self.remote_graph(node)
            if graph is not None:
                shown.append(graph)
                inputs.append(_result_of(node))
                continue
            once = once or _saves(node)
            nexts = {each for each in node.next if each is not None} - seen
            seen |= nexts
            waiting += nexts
        return tuple(shown), tuple(inputs), once

    def hollow(self, tensor):
        array = tensor._array
        return wrap(np.broadcast_to(np.zeros((), array.dtype), array.shape))


def _saves(node):
    """Whether a node's values are gone after one backward pass."""
    if type(node) is Output:
        return False
    return bool(node.saved) if isinstance(node, FunctionNode) else node.saves_values


def _result_of(node):
    """A tensor without memory that stands for the result of a Function's node."""
    shape, dtype = node.output_forms[0]
    made = wrap(np.broadcast_to(np.zeros((), dtype), shape))
    made._node, made._requires_grad = node, True
    return made
