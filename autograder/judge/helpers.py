"""Functions of the instructor's that have to run in the student's process, out of the way of what is defined there.

They are made from their source in a namespace of their own for each test: a student who gives their name, or the name
of a module that they use, to something else gives it to nobody. Whoever changes the process itself may still reach
them; so a test that uses one is recorded as not isolated.
"""

from __future__ import annotations

import linecache
from collections.abc import Mapping
from typing import Any


class Helpers(dict):
    """Names as the helpers see them: those in `sources` are made when they are needed, the others are the student's."""

    def __init__(self, sources: Mapping[str, str], students: Mapping[str, Any]):
        super().__init__(__name__="__main__")
        self.sources = dict(sources)
        self.students = students

    def __missing__(self, name: str) -> Any:
        if name not in self.sources:
            return self.students[name]
        source = self.sources[name]
        filename = f"<helper {name}>"
        linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
        exec(compile(source, filename, "exec", dont_inherit=True), self)
        return dict.__getitem__(self, name)
