"""Whether a statement of the instructor's drew random numbers here: then it is taken back, and the student's process asked."""

from __future__ import annotations

import random
import sys

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
        now = RandomStates()
        return (
            now.python != self.python
            or repr(now.numpy) != repr(self.numpy)
            or (now.numpy["state"]["key"] != self.numpy["state"]["key"]).any()
            or any(
                bytes(before.tolist()) != bytes(after.tolist())
                for (_, before), (_, after) in zip(self.frameworks, now.frameworks, strict=False)
            )
        )
