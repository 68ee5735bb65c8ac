"""Whether a statement of the instructor's drew random numbers here: then it is taken back, and the student's process asked."""

from __future__ import annotations

import random
import sys
from typing import Any

import numpy as np

FRAMEWORKS = ("torch", "torchlet")


class RandomStates:
    """Where every source of random numbers that is loaded stands now."""

    def __init__(self):
        self.python = random.getstate()
        self.numpy = np.random.get_state(legacy=False)
        loaded = [sys.modules[name] for name in FRAMEWORKS if hasattr(sys.modules.get(name), "get_rng_state")]
        self.frameworks = [(module, module.get_rng_state()) for module in loaded]

    def restore(self) -> None:
        random.setstate(self.python)
        np.random.set_state(self.numpy)
        for module, state in self.frameworks:
            module.set_rng_state(state)

    def moved(self) -> bool:
        """Whether anything was drawn, or a seed set, since then."""
        now = RandomStates()._states()
        return any(now[name] != state for name, state in self._states().items())

    def _states(self) -> dict[str, Any]:
        theirs = {module.__name__: state.numpy().tobytes() for module, state in self.frameworks}
        return {"python": self.python, "numpy": _plain(self.numpy), **theirs}


def _plain(state: Any) -> Any:
    """A state with bytes for arrays, which can be compared."""
    if isinstance(state, dict):
        return {key: _plain(value) for key, value in state.items()}
    return state.tobytes() if isinstance(state, np.ndarray) else state
