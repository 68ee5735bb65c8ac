"""The recorded graph: one node for each operation, with edges back to where its inputs came from.

A node is made when an operation meets a tensor that requires grad. It knows
  `next`      for each input the node that made it, or the leaf tensor itself, or None where no gradient goes;
  `saved`     the values that its pull-backs ask for by name, and no others;
  `number`    its place in the order of creation, in which every node comes after the nodes it leads to.
There is one class of nodes for each line of the table in `derivatives`: AddBackward0, MulBackward0, …
"""

import itertools
import operator
import weakref

from . import derivatives, errors, kernels
from .tensor import Tensor, wrap

next_number = itertools.count(1).__next__


class Node:
    """One recorded operation. `name()`, `next_functions` and the printed form are PyTorch's."""

    __slots__ = (
        "__weakref__",
        "fits",  # None, or for each input the (shape, dtype) to bring its gradient to
        "inputs",  # those input tensors whose values are saved, else None
        "next",
        "notes",  # None, or a dict of what few nodes have: hooks, retained tensors, metadata
        "number",
        "outputs",  # how many results it has, if several
        "out_version",  # if the result is saved: its list of the number of writes
        "saved",
        "versions",  # None, or how often inputs and result had been written to when they were saved
    )

    # What the nodes of one class share, set by `node_class`.
    sources = ()  # the names of the inputs
    names = ()  # the names of the values in `saved`: the inputs, "out", then parameters of the operation
    wanted = ()  # for each input the names of what its pull-back needs
    pullbacks = ()  # for each input the pull-back, and what takes its arguments out of `saved`
    saves_values = False  # whether a pull-back needs tensors; they are freed after use
    output_nr = 0

    def name(self):
        """The name of the operation's backward: "AddBackward0"."""
        name = type(self).__name__
        return f"torch::autograd::{name}" if name in ("CopySlices", "NotImplemented") else name

    def __repr__(self):
        return f"<{type(self).__name__} object at {hex(id(self))}>"

    @property
    def function(self):
        """What `grad_fn` shows for a result of this node."""
        return self

    @property
    def next_functions(self):
        """For each input (its node, which output of it); (None, 0) where no gradient goes."""
        return tuple([_shown(target) for target in self.next])

    @property
    def metadata(self):
        """A dict for notes; anomaly mode keeps the traceback of the forward operation there."""
        return self.note("metadata", {})

    def note(self, key, default):
        if self.notes is None:
            self.notes = {}
        return self.notes.setdefault(key, default)

    def retains(self, tensor):
        """Whether `retain_grad` was called on this result."""
        return self.notes is not None and any(ref() is tensor for ref in self.notes.get("retained", ()))

    def pull(self, g):
        """From `g`, the gradient of the output, the gradients of the inputs. On arrays: records nothing."""
        saved = self.saved
        if saved != ():
            self.check_saved()
        return [
            None if target is None else pullback(g) if take is None else pullback(g, *take(saved))
            for target, (pullback, take) in zip(self.next, self.pullbacks)  # noqa: B905 (speed)
        ]

    def __call__(self, *gradients):
        """This one step of the walk: from the gradients of its outputs (None: nothing came) to those of its inputs."""
        from .engine import fitted

        device = next(g._device for g in gradients if g is not None)
        arrays = [None if g is None else g._array for g in gradients]
        results = self.pull(arrays[0] if len(arrays) == 1 else arrays)
        if self.fits is not None:
            pairs = zip(results, self.fits, strict=True)
            results = [d if d is None or fit is None else fitted(d, *fit) for d, fit in pairs]
        answers = tuple([None if d is None else wrap(d, device) for d in results])
        return answers if len(answers) > 1 else answers[0]

    def pull_recorded(self, g):
        """The same on tensors, recording on the way: what `create_graph=True` walks."""
        self.check_saved()
        saved = self._saved_as_tensors(g)
        return [
            None if target is None else pullback(g) if take is None else pullback(g, *take(saved))
            for target, (pullback, take) in zip(self.next, recorded_pullbacks(self), strict=True)
        ]

    def check_saved(self):
        """RuntimeError if saved values were freed, or written to since they were saved."""
        if self.saved is None:
            raise errors.freed()
        counts = self.versions or _ZEROS
        for tensor, count in zip(self.inputs, counts):  # noqa: B905
            if tensor is not None:
                version = tensor._writes
                if version is not None and version[0] != count:
                    raise errors.modified(tensor._array, tensor.grad_fn, version[0], count)
        version = self.out_version
        if version is not None:
            count = counts[len(self.inputs)]
            if version[0] != count:
                raise errors.modified(self.saved[len(self.inputs)], self, version[0], count)

    def _saved_as_tensors(self, g):
        device = g._device if isinstance(g, Tensor) else next(d for d in g if d is not None)._device
        return [self._as_tensor(i, value, device) for i, value in enumerate(self.saved)]

    def _as_tensor(self, position, value, device):
        """A saved array as a tensor: the input itself, or the output again as the result of this node."""
        if position < len(self.inputs) and self.inputs[position] is not None:
            return self.inputs[position]
        if not hasattr(value, "strides"):  # no array, whatever module it is of
            return value
        made = wrap(value, device)
        if self.names[position] == "out":
            made._node, made._requires_grad = self, True
        return made

    def free(self):
        """Lets the saved values go, so that a second walk over this node is an error."""
        if self.saves_values and self.saved:
            self.saved = self.inputs = None


_ZEROS = (0,) * 64


class JointNode(Node):
    """An operation of any number of inputs: one pull-back gives the gradients of all."""

    __slots__ = ()

    def pull(self, g):
        if self.saved != ():
            self.check_saved()
        pullback, take = self.pullbacks[0]
        return pullback(g, *take(self.saved))

    def pull_recorded(self, g):
        self.check_saved()
        pullback, take = recorded_pullbacks(self)[0]
        return pullback(g, *take(self._saved_as_tensors(g)))


class Output(Node):
    """Between a node with several outputs and one of them, so that each edge carries one gradient."""

    __slots__ = ("index", "parent")

    def __init__(self, parent, index):
        self.parent, self.index = parent, index
        self.next = (parent,)
        self.fits = None
        self.number = next_number()
        self.notes = None

    @property
    def function(self):
        return self.parent

    @property
    def output_nr(self):
        return self.index


class AccumulateGrad:
    """The end of a path, where the gradient is added to `variable.grad`. Exists while someone looks at it."""

    __slots__ = ("__weakref__", "variable")
    next_functions = ()

    def name(self):
        return "torch::autograd::AccumulateGrad"

    __repr__ = Node.__repr__


_accumulators = weakref.WeakValueDictionary()


def accumulate_grad(leaf):
    """The AccumulateGrad of a leaf; the same object as long as anyone holds it."""
    found = _accumulators.get(id(leaf))
    if found is None:
        found = _accumulators[id(leaf)] = AccumulateGrad()
        found.variable = leaf
    return found


def _shown(target):
    """How an edge looks from outside."""
    if target is None:
        return (None, 0)
    if isinstance(target, Tensor):
        return (accumulate_grad(target), 0)
    return (target.function, target.output_nr)


# --- One class of nodes for each line of the table ---


def _parameters(rule):
    """What a pull-back asks for besides the gradient: the names of its parameters."""
    return rule.__code__.co_varnames[1 : rule.__code__.co_argcount]


def _taker(names, wanted):
    """A function from the tuple of saved values to the tuple of those that are wanted; None if none is."""
    places = [names.index(name) for name in wanted]
    if not places:
        return None
    if places == list(range(places[0], places[-1] + 1)):
        return operator.itemgetter(slice(places[0], places[-1] + 1))
    return operator.itemgetter(*places)


_TENSORS = ("condition", "mask", "index", "indices")  # parameters that are tensors, and are freed as such


def node_class(name, rules):
    """The class of nodes for one line of the table, {input: pull-back}, or {"each": one for all inputs}."""
    joint = "each" in rules
    wanted = {source: _parameters(rule) for source, rule in rules.items()}
    values = ("out",) if joint else (*rules, "out")
    names = tuple(dict.fromkeys([*values, *itertools.chain(*wanted.values())]))
    shared = {
        "__slots__": (),
        "sources": () if joint else tuple(rules),
        "names": names,
        "wanted": tuple(wanted.values()),
        "pullbacks": tuple((rule, _taker(names, wanted[source])) for source, rule in rules.items()),
        "saves_values": any(name in (*values, *_TENSORS) for each in wanted.values() for name in each),
    }
    return type(name, (JointNode if joint else Node,), shared)


NODES = {name: node_class(name, rules) for name, rules in derivatives.rules(kernels).items()}

_recorded = {}  # for each class the same pull-backs made of tensor operations


def recorded_pullbacks(node):
    """Like `node.pullbacks`, of tensor operations: made for the whole table when first asked for."""
    if not _recorded:
        from . import differentiable  # built on the operations, which are built on this file

        for name, rules in derivatives.rules(differentiable).items():
            takers = [take for _, take in NODES[name].pullbacks]
            _recorded[name] = tuple(zip(rules.values(), takers, strict=True))
    return _recorded[type(node).__name__]
