"""What the exchange has to know about each type of mutable objects that travel."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from autograder.judge.wire import Reader, Writer

if TYPE_CHECKING:
    from autograder.judge.exchange import Exchange


class Kind:
    """How the objects of one type travel. The content refers to other mutable objects, it never holds them."""

    tag = b""

    def __init__(self, exchange: Exchange):
        self.exchange = exchange

    def accepts(self, thing: Any) -> bool:
        """Whether this object of the type can travel; otherwise it stays where it is."""
        return True

    def write(self, writer: Writer, thing: Any) -> None:
        """The content of `thing`."""
        raise NotImplementedError

    def create(self, reader: Reader) -> Any:
        """A new object, with content only where it cannot be filled later."""
        raise NotImplementedError

    def fill(self, reader: Reader, thing: Any, new: bool) -> Callable[[], None] | None:
        """Give `thing` this content, in place; what can be done only once the whole message is read is returned."""
        raise NotImplementedError

    def mark(self, thing: Any) -> Any:
        """Something that compares unequal when the content has changed."""
        content = self.exchange.writer()
        self.write(content, thing)
        return bytes(content.out)

    def joined(self, number: int, thing: Any) -> None:
        """A pair of this kind begins."""

    def left(self, number: int) -> None:
        """It has ended."""

    def owners(self, thing: Any) -> int:
        """How many references to `thing` the exchange itself holds beyond its table."""
        return 0
