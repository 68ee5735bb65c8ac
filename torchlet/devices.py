"""Where a tensor's numbers live."""

import re
from typing import ClassVar

import numpy

_TYPES = ("cpu", "cuda")
_FORM = re.compile(r"([a-z_]+)(?::(0|[1-9]\d*))?")


class device:
    """A place for tensors: `device("cpu")`, `device("cuda", 0)`, `device("cuda:0")`. One object per place.

    `type`, `index` (None if not said), and for what runs there: `xp`, the array module, and `backend`, which
    is told of each result (see `gpus`). The cpu has none: nothing is asked.
    """

    __slots__ = ("backend", "index", "type", "xp")
    _known: ClassVar[dict] = {}

    def __new__(cls, type=None, index=None):
        if isinstance(type, device):
            return type
        if index is None and isinstance(type, int) and not isinstance(type, bool):
            type, index = "cuda", type
        if isinstance(index, int) and index < 0:
            raise RuntimeError("Device index must not be negative")
        key = _parse(type, index)
        found = cls._known.get(key)
        if found is None:
            found = cls._known[key] = object.__new__(cls)
            found.type, found.index = key
            found.xp, found.backend = numpy, None
        return found

    def __repr__(self):
        return f"device(type={self.type!r}{'' if self.index is None else f', index={self.index}'})"

    def __str__(self):
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other):
        if not isinstance(other, device):
            return NotImplemented
        return self.type == other.type and self.index == other.index

    def __hash__(self):
        return hash((self.type, self.index))

    def __reduce__(self):
        return device, (self.type,) if self.index is None else (self.type, self.index)


def _parse(type, index):
    if not isinstance(type, str):
        raise TypeError(f"device(): argument 'type' (position 1) must be str, not {type.__class__.__name__}")
    if index is not None:
        if not isinstance(index, int) or isinstance(index, bool):
            raise TypeError(
                f"device(): argument 'index' (position 2) must be int, not {index.__class__.__name__}"
            )
        if ":" in type:
            raise RuntimeError(
                f"type (string) must not include an index because index was passed explicitly: {type}"
            )
        return type, index
    form = _FORM.fullmatch(type)
    if form is None:
        raise RuntimeError(f"Invalid device string: '{type}'")
    name, number = form.groups()
    if name not in _TYPES:
        raise RuntimeError(
            f"Expected one of cpu, cuda device type at start of device string: {name}. "
            "The core computes on these two."
        )
    return name, None if number is None else int(number)


cpu = device("cpu")


def place(given):
    """Where a tensor asked for on `given` is put: "cuda" means cuda:0. AssertionError if there is no GPU."""
    found = device(given)
    if found.type == "cpu":
        return cpu
    from . import gpus  # asks for CuPy: not before a GPU is wanted

    return gpus.place(found)
