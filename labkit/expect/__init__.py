"""Checks that explain: what was expected, what came, the likely cause, where to look.

from labkit import expect
expect.close(x.grad, [[10.0, 16.0, 22.0]], name="x.grad", where="the section on leaves")
"""

from .comparison import close, equal
from .explaining import explaining
from .kinds import attached, detached, dtype, shape, true
from .kinds import type_ as type
from .memory import same_memory, separate_memory
from .mismatch import Mismatch
from .raising import raises
from .saying import gaps, passed, right
from .scoring import score
from .seeding import rng, set_seed
from .values import name_type

__all__ = [
    "Mismatch",
    "attached",
    "close",
    "detached",
    "dtype",
    "equal",
    "explaining",
    "gaps",
    "name_type",
    "passed",
    "raises",
    "right",
    "rng",
    "same_memory",
    "score",
    "separate_memory",
    "set_seed",
    "shape",
    "true",
    "type",
]
