"""The text of a tensor, to the last character as PyTorch prints it.

One form is chosen for all the elements that will be seen (whole numbers, fixed point or scientific), all are
padded to one width, and rows are nested and wrapped.
"""

import math
from contextlib import contextmanager
from types import SimpleNamespace

import numpy

from . import dtypes

_DEFAULT = {"precision": 4, "threshold": 1000, "edgeitems": 3, "linewidth": 80}
_PROFILES = {
    "default": _DEFAULT,
    "short": {**_DEFAULT, "precision": 2, "edgeitems": 2},
    "full": {**_DEFAULT, "threshold": math.inf},
}

_options = SimpleNamespace(**_DEFAULT, sci_mode=None)


def set_printoptions(
    precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None
):
    """Sets how tensors are printed; what is not named keeps its value, except `sci_mode`.

    `precision`: digits after the point (4). `threshold`: with more elements than this (1000), only
    `edgeitems` at each end of each dimension are shown (3). `linewidth`: characters in a line (80).
    `profile`: "default", "short" or "full". `sci_mode`: scientific always (True), never (False), or as the
    values need it (None).
    """
    given = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    chosen = _PROFILES.get(profile, {}) | {name: v for name, v in given.items() if v is not None}
    vars(_options).update(chosen, sci_mode=sci_mode)


def get_printoptions():
    """The options in force, as keyword arguments for `set_printoptions`."""
    return dict(vars(_options))


@contextmanager
def printoptions(**options):
    """`set_printoptions(**options)` for the length of a `with` block."""
    before = get_printoptions()
    set_printoptions(**options)
    try:
        yield
    finally:
        set_printoptions(**before)


def tensor_text(array, *, dtype, device="cpu", requires_grad=False, grad_fn_name=None, prefix="tensor("):
    """What `repr(tensor)` says. `array`: the values (NumPy array or scalar), `dtype`: the tensor's dtype."""
    array = numpy.asarray(array)
    suffixes = []
    if not str(device).startswith("cpu"):
        suffixes.append(f"device='{device}'")
    default = dtypes.get_default_dtype()
    if array.size == 0:
        if array.ndim != 1:
            suffixes.append(f"size={array.shape}")
        if dtype is not default:  # no element shows that it is an integer or a bool
            suffixes.append(f"dtype={dtype}")
    else:
        if not _options.edgeitems:
            suffixes.append(f"size={array.shape}")
        if dtype not in (default, dtypes.int64, dtypes.bool):
            suffixes.append(f"dtype={dtype}")
    if grad_fn_name is not None:
        suffixes.append(f"grad_fn=<{grad_fn_name}>")
    elif requires_grad:
        suffixes.append("requires_grad=True")
    return _with_suffixes(prefix + _values_text(array, len(prefix)), suffixes, len(prefix))


def format_text(tensor, format_spec):
    """What `format(tensor, format_spec)` gives: the number in a 0-d tensor, formatted.

    TypeError for a tensor with dimensions and a format_spec: its elements have to be formatted one by one.
    """
    if tensor.ndim == 0:
        return format(tensor.item(), format_spec)
    return object.__format__(tensor, format_spec)


def _with_suffixes(text, suffixes, indent):
    """Appends `, dtype=…` and the like, each on a new line when it does not fit."""
    last_line = len(text) - text.rfind("\n") + 1
    for suffix in suffixes:
        if last_line + len(suffix) + 2 > _options.linewidth:
            text += ",\n" + " " * indent + suffix
            last_line = indent + len(suffix)
        else:
            text += ", " + suffix
            last_line += len(suffix) + 2
    return text + ")"


def _values_text(array, indent):
    if array.size == 0:
        return "[]"
    shorten = array.size > _options.threshold
    element = _Format(_seen(array) if shorten else array)
    return _nested(array, indent, shorten, element)


def _seen(array):
    """The elements that a shortened print shows: `edgeitems` from both ends of each dimension."""
    edge = _options.edgeitems
    for axis, length in enumerate(array.shape):
        if length > 2 * edge:
            array = numpy.delete(array, slice(edge, length - edge), axis)
    return array


class _Format:
    """The common form of all elements: whole, fixed point or scientific, and `width`, the longest."""

    def __init__(self, array):
        self.floating = array.dtype.kind == "f"
        self.whole, self.scientific, self.width = True, False, 1
        if self.floating:
            # In double precision, in which the thresholds are meant and Python prints.
            array = array[numpy.isfinite(array) & (array != 0)].astype(numpy.float64)
            if array.size:
                self._choose(array)
        for value in array.ravel().tolist():
            self.width = max(self.width, len(self._plain(value)))

    def _choose(self, values):
        self.whole = bool((values == numpy.ceil(values)).all())
        if _options.sci_mode is None:
            small, large = float(abs(values).min()), float(abs(values).max())
            self.scientific = large / small > 1000.0 or large > 1e8 or small < 1e-4
        else:
            self.scientific = _options.sci_mode

    def _plain(self, value):
        if not self.floating:
            return str(value)
        if self.scientific:
            return f"{value:.{_options.precision}e}"
        if self.whole:
            return f"{value:.0f}." if math.isfinite(value) else f"{value:.0f}"
        return f"{value:.{_options.precision}f}"

    def __call__(self, value):
        return self._plain(value).rjust(self.width)


def _nested(array, indent, shorten, element):
    """Brackets around rows; rows of more than one dimension stand apart by blank lines."""
    if array.ndim == 0:
        return element(array.item())
    if array.ndim == 1:
        return _row(array, indent, shorten, element)
    edge, length = _options.edgeitems, len(array)
    cut = shorten and length > 2 * edge
    shown = [*range(edge), None, *range(length - edge, length)] if cut else range(length)
    parts = ["..." if i is None else _nested(array[i], indent + 1, shorten, element) for i in shown]
    between = "," + "\n" * (array.ndim - 1) + " " * (indent + 1)
    return "[" + between.join(parts) + "]"


def _row(array, indent, shorten, element):
    """One line of elements, wrapped at the line width."""
    edge = _options.edgeitems
    if shorten and len(array) > 2 * edge:
        first, last = array[:edge].tolist(), array[len(array) - edge :].tolist()
        texts = [element(v) for v in first] + [" ..." if edge else "..."] + [element(v) for v in last]
    else:
        texts = [element(v) for v in array.tolist()]
    per_line = max(1, (_options.linewidth - indent) // (element.width + 2))
    lines = [", ".join(texts[i : i + per_line]) for i in range(0, len(texts), per_line)]
    return "[" + (",\n" + " " * (indent + 1)).join(lines) + "]"
