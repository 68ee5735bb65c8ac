"""One end of the connection, with every kind of value that can travel."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

from autograder.judge import arrays, containers, objects, states, tensors
from autograder.judge.atoms import field_names, write_named_tuple
from autograder.judge.exchange import Exchange
from autograder.judge.graphs import Graph, Graphs, RemoteGraph
from autograder.judge.types import write_class, write_exception
from autograder.judge.wire import LIMITS, READERS, Limits, Reader, WireError, Writer

PATH = b"p"  # the tag of a path
GRAPH = "graph"  # how a lent graph is described; anything else describes an object


class Session(Exchange):
    """An `Exchange` that knows containers, arrays, tensors and graphs. `side`: 0 the judge's, 1 the runner's.

    `describe(thing)` gives a plain value that tells the other side what it borrows; `standin(description)` makes
    the stand-in.
    """

    def __init__(self, side: int, limits: Limits = LIMITS):
        super().__init__(side, limits)
        containers.install(self)
        states.install(self)
        self.memories = arrays.install(self)
        self.graphs = Graphs(self)
        self.special = [
            write_class,
            self._write_exception,
            self._write_named_tuple,
            self._write_path,
            self._write_of_new_framework,
        ]
        objects.install(self, judge=side == 0)
        self.load_frameworks()

    def load_frameworks(self) -> int:
        """Let tensors of the frameworks that are imported by now travel; how many kinds there are."""
        tensors.install(self, self.memories, self.graphs)
        return len(self.kinds)

    def meet(self, tag: int) -> bool:
        """The other side imported a framework that was not needed here until now."""
        for name, tags in tensors.TAGS.items():
            if tag in tags:
                importlib.import_module(name)
                self.load_frameworks()
                return tag in READERS or tag in self.by_tag
        return False

    def describe(self, thing: Any) -> Any:
        raise WireError(f"a {type(thing).__name__} cannot be sent")

    def make_standin(self, description: Any) -> Any:
        raise WireError("an object that stays where it is, where none is expected")

    def lend(self, writer: Writer, value: Any) -> None:
        writer.value(GRAPH if isinstance(value, Graph) else self.describe(value))

    def standin(self, reader: Reader) -> Any:
        description = reader.value()
        return RemoteGraph(self.graphs) if description == GRAPH else self.make_standin(description)

    def given_class(self, name: str) -> type | None:
        """The class of this name that the instructor's locked cells define, if objects of it may travel."""
        return None

    def read_special(self, reader: Reader, tag: int) -> Any:
        if tag == PATH[0]:
            return self._read_path(reader)
        if tag == objects.MEMBER[0]:
            return objects.read_member(self, reader)
        return super().read_special(reader, tag)

    def class_to_show(self, kind: type) -> type:
        """The class that an exception of this class has for the other side."""
        return kind

    def _write_exception(self, writer: Writer, value: Any) -> bool:
        if not isinstance(value, BaseException):
            return False
        write_exception(writer, value, self.class_to_show(type(value)))
        return True

    def _write_named_tuple(self, writer: Writer, value: Any) -> bool:
        names = field_names(type(value))
        if names is None:
            return False
        write_named_tuple(writer, value, names)
        return True

    def _write_path(self, writer: Writer, value: Any) -> bool:
        if type(value) is not type(Path()) or not self._may_cross(value):
            return False
        writer.tag(PATH)
        writer.text(str(value))
        return True

    def _read_path(self, reader: Reader) -> Path:
        path = Path(reader.text())
        if self.side == 0 and not _stays_inside(path):
            raise WireError("a path to another folder")
        return path

    def _may_cross(self, path: Path) -> bool:
        return self.side == 0 or _stays_inside(path)

    def _write_of_new_framework(self, writer: Writer, value: Any) -> bool:
        """A tensor of a framework that was imported since the session began."""
        if type(value).__module__.partition(".")[0] not in ("torch", "torchlet"):
            return False
        if len(self.kinds) == self.load_frameworks() or type(value) not in self.kinds:
            return False
        writer.value(value)
        return True


def _stays_inside(path: Path) -> bool:
    """Of the student's process only such paths cross: with another, a test would read what the student may not."""
    return not path.is_absolute() and ".." not in path.parts
