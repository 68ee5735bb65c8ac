"""Tensors, of PyTorch and of torchlet: their numbers, their dtype and device, and their place in a graph.

A leaf that requires grad is a leaf on both sides. A result that requires grad becomes, on the other side, a
tensor whose backward pass asks this side (`judge.graphs`). A view stays a view of its base.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

from autograder.judge.arrays import Memories, Memory, read_layout
from autograder.judge.atoms import check_elements
from autograder.judge.exchange import Exchange
from autograder.judge.frameworks import Framework, framework
from autograder.judge.graphs import Graph, Graphs
from autograder.judge.kinds import Kind
from autograder.judge.types import know_framework
from autograder.judge.wire import READERS, WRITERS, Reader, WireError, Writer

TAGS = {"torch": b"t123", "torchlet": b"l456"}  # of the values that each framework has


VERSION = 0  # where it stands in a tensor's mark


class Same:
    """Compares by identity, and keeps what it compares alive."""

    __slots__ = ("thing",)

    def __init__(self, thing: Any):
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return type(other) is Same and self.thing is other.thing


class Tensors(Kind):
    """The tensors of one framework."""

    def __init__(self, exchange: Exchange, memories: Memories, graphs: Graphs, library: Framework):
        super().__init__(exchange)
        self.tag = library.tag
        self.memories = memories
        self.graphs = graphs
        self.library = library

    def accepts(self, thing: Any) -> bool:
        return self.library.is_plain(thing)

    def write(self, writer: Writer, thing: Any) -> None:
        library = self.library
        writer.text(str(thing.dtype))
        writer.text(str(thing.device))
        self.memories.write_place(writer, library.array(thing), library.whole(thing), thing.requires_grad)
        agreed = self.exchange.agreed(thing)
        changes = library.version(thing) - agreed[VERSION] if agreed else 0
        writer.value((changes, library.is_parameter(thing), library.variable(thing)))
        writer.value(library.kept_gradient(thing))
        self._write_origin(writer, thing)

    def create(self, reader: Reader) -> Any:
        """The tensor with its numbers and its origin; its gradient comes with `fill`."""
        library = self.library
        dtype, layout, memory, device, _, parameter, variable, _ = self._read(reader)
        shape, strides, offset, requires_grad = layout
        tensor = self._build(dtype, shape, strides, offset, memory)
        origin = self._read_origin(reader)
        try:
            if variable is not None:
                tensor = library.as_variable(tensor, *variable)
            if isinstance(origin, tuple):
                self.graphs.attach(library, tensor, *origin)
            elif origin is not None:
                tensor = library.window(origin, tensor)
            elif parameter:
                tensor = library.parameter(tensor, requires_grad)
            elif requires_grad:
                tensor.requires_grad_()
            return library.on_device(tensor, device)
        except (RuntimeError, TypeError, ValueError) as error:
            raise WireError(f"a tensor that cannot be: {error}") from None

    def fill(self, reader: Reader, thing: Any, new: bool) -> None:
        library = self.library
        dtype, layout, memory, _, changes, _, _, gradient = self._read(reader)
        origin = self._read_origin(reader)
        reader.end()
        if gradient is not None and type(gradient) is not type(thing) and not library.is_tensor(gradient):
            raise WireError("a gradient that is no tensor")
        try:
            if not new:
                self._update(thing, dtype, layout, memory, origin, changes)
            if gradient is not library.kept_gradient(thing):
                thing.grad = gradient
        except (RuntimeError, TypeError, ValueError) as error:
            raise WireError(f"a change that a tensor cannot take: {error}") from None

    def mark(self, thing: Any) -> Any:
        library = self.library
        array = library.array(thing)
        place = self.memories.find(array)
        gradient, function = Same(library.kept_gradient(thing)), Same(thing.grad_fn)
        return (
            library.version(thing),
            array.shape,
            array.strides,
            place,
            thing.requires_grad,
            gradient,
            function,
        )

    def _read(self, reader: Reader) -> tuple:
        dtype = self.library.dtypes.get(reader.text())
        if dtype is None:
            raise WireError("a tensor of a dtype that does not exist")
        device = reader.text()
        layout, memory = read_layout(reader, dtype.itemsize), reader.value()
        match reader.value():
            case (int() as changes, bool() as parameter, (None | (bool(), None | str())) as variable):
                return dtype, layout, memory, device, changes, parameter, variable, reader.value()
        raise WireError("a tensor without version")

    def _build(self, dtype: Any, shape: tuple, strides: tuple, offset: int, memory: Memory | None) -> Any:
        if memory is None:
            if 0 not in shape:
                raise WireError("a tensor without memory")
            return self.library.empty(shape, dtype)
        if not isinstance(memory, Memory):
            raise WireError("a tensor whose memory is none")
        try:
            tensor = self.library.build(memory, dtype, shape, strides, offset)
        except (RuntimeError, ValueError, TypeError) as error:
            raise WireError(f"a tensor beyond its memory: {error}") from None
        if str(dtype).endswith(".bool"):
            check_elements(np.dtype(bool), self.library.array(tensor).reshape(-1).view(np.uint8))
        return tensor

    def _write_origin(self, writer: Writer, thing: Any) -> None:
        """None for a leaf, the base of a view, or what is needed to ask for the gradients of a result."""
        if thing.grad_fn is None or not thing.requires_grad:
            writer.value(None)
        elif (base := self.library.base(thing)) is not None:
            writer.value(base)
        else:
            self.graphs.write(writer, self.library, thing)

    def _read_origin(self, reader: Reader) -> Any:
        origin = reader.value()
        if origin is None or self.library.is_tensor(origin):
            return origin
        return self.graphs.read(origin)

    def _update(self, thing: Any, dtype: Any, layout: tuple, memory: Any, origin: Any, changes: int) -> None:
        library = self.library
        shape, strides, offset, requires_grad = layout
        if dtype != thing.dtype:
            raise WireError("a tensor that changed its dtype in place")
        array = library.array(thing)
        if (array.shape, array.strides) != (shape, strides) or self.memories.find(array) != (memory, offset):
            library.move(thing, self._build(dtype, shape, strides, offset, memory))
        if isinstance(origin, tuple) and not isinstance(origin[0], Graph):
            self.graphs.attach(library, thing, *origin)
        elif origin is None and thing.grad_fn is not None:
            thing.detach_()
        if thing.is_leaf and thing.requires_grad != requires_grad:
            thing.requires_grad_(requires_grad)
        if changes > 0:
            library.count_change(thing)


def install(exchange: Exchange, memories: Memories, graphs: Graphs) -> None:
    """Let the tensors of each framework that is loaded by now travel. Can be called again."""
    for name in TAGS:
        if name in sys.modules and (library := framework(name)) and library.tag[0] not in exchange.by_tag:
            exchange.register(Tensors(exchange, memories, graphs, library), *library.tensor_types)
            know_framework(library.module)
            _atoms(library)


def _atoms(library: Framework) -> None:
    """dtypes, devices and sizes."""
    name = library.name

    def entry(table: dict[str, Any]):
        def read(reader: Reader) -> Any:
            text = reader.text()
            if text not in table:
                raise WireError(f"{name} has no {text[:40]}")
            return table[text]

        return read

    tags = library.atom_tags
    WRITERS[library.dtype_type] = lambda writer, value: (writer.tag(tags[0]), writer.text(str(value)))
    READERS[tags[0][0]] = entry(library.dtypes)
    WRITERS[library.device_type] = lambda writer, value: (writer.tag(tags[1]), writer.text(str(value)))
    READERS[tags[1][0]] = lambda reader: library.device(reader.text())
    WRITERS[library.size_type] = lambda writer, value: (writer.tag(tags[2]), writer.values(tuple(value)))

    def read_size(reader: Reader) -> Any:
        values = reader.values()
        if any(type(value) is not int for value in values):
            raise WireError("a size of what is no integer")
        return library.size_type(values)

    READERS[tags[2][0]] = read_size
