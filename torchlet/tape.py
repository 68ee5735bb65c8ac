"""The other great interface to the same derivatives: a tape that records while it is open (after TensorFlow's).

    x = Variable(-2.0)
    with GradientTape() as tape:
        y = x**2
    tape.gradient(y, x)        # tensor(-4.)

A tape is a stretch of the order in which nodes are made: what was recorded between opening and closing is on it.
Playing it back is the engine's walk, kept to that stretch. So it answers None where PyTorch's `grad` would raise, and
what is computed after the tape was closed does not exist for it.
"""

import math
from contextlib import contextmanager

from . import engine
from .filled import zeros_like
from .graph import next_number
from .joining import stack
from .tensor import Tensor, wrap
from .variable import Variable, all_trainable, open_tapes


class GradientTape:
    """Records operations on what it watches while it is open: `with GradientTape() as tape: ...`.

    Watched are all trainable Variables (unless `watch_accessed_variables=False`) and what is given to `watch`.
    A tape answers one call of `gradient`, a `persistent` one any number.
    """

    def __init__(self, persistent=False, watch_accessed_variables=True):
        self._persistent = persistent
        self._watches_variables = watch_accessed_variables
        self._forget()

    def __enter__(self):
        if self in open_tapes:
            raise ValueError("Tape is already recording. Close it first, or use a second tape.")
        if self._spent:
            self._forget()
        self._start()
        return self

    def __exit__(self, *exception):
        if self in open_tapes:
            self._stop()
        return False

    def watch(self, tensor):
        """Records from now on what is computed with `tensor` (or each of a list), as if it were a Variable."""
        for each in tensor if isinstance(tensor, list | tuple) else [tensor]:
            if not isinstance(each, Tensor) or not each.is_floating_point():
                kind = each.dtype if isinstance(each, Tensor) else type(each).__name__
                raise ValueError(
                    f"A tape can watch tensors of floating dtype, not {kind}: only these have gradients."
                )
            self._watched[id(each)] = each
            self._since.setdefault(each._node or each, next_number())
        _switch_recording()

    def watched_variables(self):
        """The Variables given to `watch`, and with `watch_accessed_variables` all trainable ones."""
        found = dict(all_trainable) if self._watches_variables else {}
        found.update({k: v for k, v in self._watched.items() if isinstance(v, Variable)})
        return tuple(found.values())

    @contextmanager
    def stop_recording(self):
        """What is computed in this `with` block is not on the tape."""
        self._stop()
        try:
            yield
        finally:
            self._start()

    def reset(self):
        """Forgets all that was recorded and starts again."""
        self._stop()
        self._forget()
        self._start()

    def _forget(self):
        self._watched = {}  # id: what was given to `watch`
        self._since = {}  # the same as an end of the graph (a leaf or a node): the number from which on it is watched
        self._stretches = []  # [first number, last number or None while recording]
        self._spent = False

    def gradient(self, target, sources, output_gradients=None, unconnected_gradients="none"):
        """∂(sum of target)/∂source for each of `sources`, nested as they are (one, list, tuple or dict).

        `output_gradients` weights the elements of the target. A source that the target does not depend on, as far as
        the tape knows, gives None, or zeros with `unconnected_gradients="zero"`. RuntimeError on the second
        call, unless the tape is persistent.
        """
        if unconnected_gradients not in ("none", "zero"):
            raise ValueError(f'unconnected_gradients must be "none" or "zero", not {unconnected_gradients!r}')
        if self._spent:
            raise RuntimeError(
                "A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians). "
                "Make it GradientTape(persistent=True), or record again."
            )
        targets, flat_sources = _flat(target, "target"), _flat(sources, "source")
        if self in open_tapes and not self._persistent:
            self._stop()
        self._spent = not self._persistent
        weights = [None] * len(targets) if output_gradients is None else _flat(output_gradients)
        found = self._walk(targets, weights, flat_sources)
        if unconnected_gradients == "zero":
            found = [zeros_like(s) if g is None else g for s, g in zip(flat_sources, found, strict=True)]
        return _nested(sources, iter(found))

    def jacobian(self, target, sources, unconnected_gradients="none"):
        """∂target[i]/∂source[j], shape: target's followed by source's; one walk for each element of the target."""
        weights = zeros_like(target)
        flat = weights.reshape(-1)
        rows = []
        persistent, self._persistent = self._persistent, True
        try:
            for i in range(flat.numel()):
                flat[i] = 1.0
                rows.append(_flat(self.gradient(target, sources, weights.clone(), unconnected_gradients)))
                flat[i] = 0.0
        finally:
            self._persistent = persistent
        self._spent = not persistent
        blocks = [
            None if column[0] is None else stack(column).reshape(*target.shape, *column[0].shape)
            for column in zip(*rows, strict=True)
        ]
        return _nested(sources, iter(blocks))

    def _was_open(self, node):
        """Whether a node was made while this tape recorded."""
        return any(
            first < node.number < (math.inf if last is None else last) for first, last in self._stretches
        )

    def __contains__(self, node):
        """Whether this tape recorded the operation."""
        return node in self._recorded([node])

    def _recorded(self, ends):
        """The nodes on this tape from which `ends` come: made while it was open, from something that it watched by then."""
        since = dict(self._since)
        if self._watches_variables:
            since.update(dict.fromkeys(all_trainable.values(), -1))
        seen = set()
        waiting = list(ends)
        while waiting:
            node = waiting.pop()
            if node not in seen and self._was_open(node):
                seen.add(node)
                waiting += [end for end in node.next if end is not None and not isinstance(end, Tensor)]
        recorded = set()
        for node in sorted(seen, key=lambda node: node.number):  # inputs before what was made of them
            if any(end in recorded or since.get(end, node.number) < node.number for end in node.next):
                recorded.add(node)
        return recorded

    def _start(self):
        self._stretches.append([next_number(), None])
        open_tapes.append(self)
        _switch_recording()

    def _stop(self):
        if self not in open_tapes:
            raise ValueError("Tape is not recording.")
        self._stretches[-1][1] = next_number()
        open_tapes.remove(self)
        _switch_recording(closed=self)

    def _walk(self, targets, weights, sources):
        roots, gradients = [], []
        watched = {id(v) for v in (*self.watched_variables(), *self._watched.values())}
        known = self._recorded([t._node for t in targets if t._node is not None])
        records = bool(open_tapes)  # an outer tape records the way back, for second derivatives
        for target, weight in zip(targets, weights, strict=True):
            if weight is not None and weight.shape != target.shape:
                raise ValueError(
                    f"an output gradient has a shape of {tuple(weight.shape)}, its target one of {tuple(target.shape)}"
                )
            if target._node in known if target._node is not None else id(target) in watched:
                roots.append(target._node or target)
                weight = zeros_like(target) + 1 if weight is None else weight.to(target.dtype)
                gradients.append(weight.detach() if records else weight._array)
        ends = [source._node or source for source in sources]
        captured = {end: None for end in ends if not isinstance(end, Tensor)}
        # The saved values stay: another tape may have recorded the same nodes.
        leaves = engine.run(roots, gradients, keep_graph=True, record=records, only=known, captured=captured)
        found = []
        for source, end in zip(sources, ends, strict=True):
            g = (
                (leaves.get(end) if id(source) in watched else None)
                if isinstance(end, Tensor)
                else captured[end]
            )
            found.append(wrap(g, source._device) if g is not None and not isinstance(g, Tensor) else g)
        return found


def _switch_recording(closed=None):
    """Variables and watched tensors ask for gradients exactly while a tape that watches them is open."""
    variables = any(tape._watches_variables for tape in open_tapes)
    watched = {}
    for tape in open_tapes:
        watched.update(tape._watched)
    for key, variable in list(all_trainable.items()):
        variable._requires_grad = variables or key in watched
    if closed is not None:
        for each in closed._watched.values():
            if each._node is None and id(each) not in watched and id(each) not in all_trainable:
                each._requires_grad = False
    for each in watched.values():
        each._requires_grad = True


def _flat(nested, role=None):
    """The tensors in a structure of lists, tuples and dicts, in order. role: what anything else is called in an error."""
    if isinstance(nested, Tensor) or (nested is None and role is None):
        return [nested]
    if role is not None and not isinstance(nested, list | tuple | dict):
        kind = "None" if nested is None else type(nested).__name__
        raise TypeError(
            f"a {role} of a tape's gradient is a tensor, or a list or dict of tensors, not {kind}"
            + (": is this the answer of another tape, which had no record?" if nested is None else "")
        )
    values = nested.values() if isinstance(nested, dict) else nested
    return [each for value in values for each in _flat(value, role)]


def _nested(like, values):
    """The values in the structure of `like`."""
    if isinstance(like, Tensor) or like is None:
        return next(values)
    if isinstance(like, dict):
        return {key: _nested(value, values) for key, value in like.items()}
    return type(like)(_nested(value, values) for value in like)
