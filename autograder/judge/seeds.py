"""Random seeds that a test sets are set for the student's code as well.

`torch.manual_seed(0)` before a call of the student's function has its effect there, as in one process. The seed of
the grading itself is not told.
"""

from __future__ import annotations

import contextlib
import functools
import sys
from collections.abc import Callable, Iterator
from typing import Any

SEEDS = {"random": "seed", "numpy.random": "seed", "torch": "manual_seed", "torchlet": "manual_seed"}
_silent = False


def install(tell: Callable[[str, int], None]) -> None:
    """Let the seeding functions of this process also `tell` (module, seed)."""
    for module, name in SEEDS.items():
        function = getattr(sys.modules.get(module), name, None)
        if function is not None and not hasattr(function, "tells"):
            setattr(sys.modules[module], name, _telling(function, module, tell))


@contextlib.contextmanager
def silently() -> Iterator[None]:
    """Set seeds that the student's process is not told."""
    global _silent
    before, _silent = _silent, True
    try:
        yield
    finally:
        _silent = before


def apply(module: str, seed: int) -> None:
    """Set a seed in this process, if the module is loaded here."""
    if module in sys.modules:
        place = sys.modules[module]
        # torch.manual_seed looks for every kind of device, which takes milliseconds.
        getattr(place.default_generator if module == "torch" else place, SEEDS[module])(seed)


def _telling(function: Callable, module: str, tell: Callable[[str, int], None]) -> Callable:
    @functools.wraps(function)
    def seed(*arguments: Any, **keywords: Any) -> Any:
        result = function(*arguments, **keywords)
        value = next(iter((*arguments, *keywords.values())), None)
        if type(value) is int and not _silent:
            tell(module, value)
        return result

    seed.tells = True
    return seed
