"""Objects that stay where they are: the other process gets a number and makes a stand-in for it.

The lender keeps what it lent until the other process says that its stand-in is gone.
"""

from __future__ import annotations

import weakref
from typing import Any

from autograder.judge.wire import WireError


class Lending:
    """What this process lent to the other (`lent`), and its own stand-ins for what it borrowed."""

    def __init__(self):
        self.lent: dict[int, Any] = {}
        self._numbers: dict[int, int] = {}  # id of a lent object → its number
        self._next = 0
        self._borrowed: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
        self._standins: dict[int, int] = {}  # id of a stand-in → number of what it stands for
        self._gone: set[int] = set()

    def lend(self, thing: Any) -> int:
        number = self._numbers.get(id(thing))
        if number is None:
            number = self._next
            self._next += 1
            self.lent[number] = thing
            self._numbers[id(thing)] = number
        return number

    def take_back(self, number: int) -> None:
        """The other process has no stand-in for this any more. Numbers that are not known are ignored."""
        thing = self.lent.pop(number, None)
        self._numbers.pop(id(thing), None)

    def get(self, number: int) -> Any:
        """What was lent under this number. Raises `WireError`."""
        if number not in self.lent:
            raise WireError("an object that was never handed over")
        return self.lent[number]

    def is_lent(self, thing: Any) -> bool:
        return id(thing) in self._numbers

    def standin(self, number: int) -> Any | None:
        """The stand-in for what the other process lent under this number, if there is one."""
        return self._borrowed.get(number)

    def borrow(self, number: int, standin: Any) -> None:
        self._gone.discard(number)
        self._borrowed[number] = standin
        self._standins[id(standin)] = number
        weakref.finalize(standin, self._forget, number, id(standin)).atexit = False

    def borrowed(self, thing: Any) -> int | None:
        """The number of what `thing` stands for; None when it is no stand-in."""
        return self._standins.get(id(thing))

    def gone(self) -> list[int]:
        """The numbers of stand-ins that no longer exist, each once."""
        numbers = sorted(self._gone)
        self._gone.clear()
        return numbers

    def _forget(self, number: int, identity: int) -> None:
        self._standins.pop(identity, None)
        if number not in self._borrowed:
            self._gone.add(number)
