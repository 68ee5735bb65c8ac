"""Views: tensors that look at the memory of another one.

A view and its base share an array, the count of writes, and the fate in autograd: writing to one changes what the other
is a function of. So a view remembers how it is made from its base, and a base its living views; `in_place` uses that.
"""

import weakref

from .record import record
from .tensor import Tensor


class View:
    """How a view comes from its base (which is never a view itself): `replay(base)` makes it again."""

    __slots__ = ("base", "steps")

    def __init__(self, base, steps):
        self.base, self.steps = base, steps

    def replay(self, base):
        for step in self.steps:
            base = step(base)
        return base


def view(name, input, array, step, **parameters):
    """The view `array` of `input`'s memory, recorded as `name`; `step(input)` would make it again."""
    result = record(name, (input,), array, **parameters)
    share(result, input)
    if input._view is None:
        base, steps = input, (step,)
    else:
        base, steps = input._view.base, (*input._view.steps, step)
    result._view = View(base, steps)
    _remember(base, result)
    return result


def share(result, input):
    """Writes to one of the two count for both."""
    if input._version is None:
        input._version = [0]
    result._version = input._version


def _remember(base, view):
    views = base._views
    if views is None:
        views = base._views = []
    views.append(weakref.ref(view))
    if len(views) & (len(views) - 1) == 0:  # at each power of two: forget the dead
        views[:] = [reference for reference in views if reference() is not None]


def living_views(base):
    """The views of `base` that someone still holds."""
    return [v for v in (reference() for reference in base._views or ()) if v is not None]
