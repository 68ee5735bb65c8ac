"""A judge and the student's process in one process: bytes go from one to the other as they do over a socket."""

from __future__ import annotations

from collections.abc import Callable

from autograder import serve
from autograder.judge_session import Session
from autograder.remote import Judge


class Pair:
    """`judge` asks; `names` is the student's namespace, filled by running `source` in it."""

    def __init__(self, source: str = "", **limits):
        self.names: dict = {"__name__": "__main__"}
        exec(source, self.names)
        self.judge = Judge(self.request, **limits)
        self.runner = serve.Runner(self.names, self._callback)
        self._answers: list[Callable[[bytes], bytes]] = []

    def request(self, payload: bytes, answer: Callable[[bytes], bytes]) -> bytes:
        self._answers.append(answer)
        try:
            return self.runner.handle(payload)
        finally:
            self._answers.pop()

    def _callback(self, payload: bytes) -> bytes:
        return self._answers[-1](payload)

    def __getitem__(self, name: str):
        return self.judge.get(name)


class Crossing:
    """Two plain ends, for values that need nobody to ask."""

    def __init__(self):
        self.near, self.far = Session(0), Session(1)

    def over(self, *values):
        """The values on the other side."""
        return self.far.decode(self.near.encode(*values))

    def back(self, *values):
        """Values of the other side, on this one."""
        return self.near.decode(self.far.encode(*values))
