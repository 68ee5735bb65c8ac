"""The recorded graph: one node for each operation, with edges back to where its inputs came from.

A node is made when an operation meets a tensor that requires grad. It knows
  `operation`  the line of the table in `derivatives` that it stands for;
  `next`       for each input the node that made it, or the leaf tensor itself, or None where no gradient goes;
  `saved`      the values that the pull-backs of that line ask for by name, and no others;
  `number`     its place in the order of creation, in which every node comes after the nodes it leads to.
"""

import itertools
import operator
import weakref

from . import derivatives, errors, kernels
from .tensor import Tensor, wrap

next_number = itertools.count(1).__next__


class Operation:
    """One line of the table of derivatives, ready for use: what all nodes of one name share."""

    __slots__ = (
        "asked",  # the places in `saved` that a pull-back asks for, in the order in which they do
        "joint",  # one pull-back gives the gradients of all inputs, of which there may be any number
        "keeps",  # by which inputs require grad: which inputs to save, whether the result
        "name",
        "names",  # of the values in `saved`: the inputs, "out", then parameters of the operation
        "nothing",  # saved in place of the inputs if none of them is needed: a None for each
        "parameters",  # the names of the parameters of the operation that are saved
        "pullbacks",  # for each input (the function, the place of its one argument in `saved`, what takes several)
        "recorded_pullbacks",  # the same of tensor operations, made on demand
        "saves_values",  # whether a pull-back needs tensors; they are freed after use
        "shown_class",  # see `Node.function`
        "sources",  # the names of the inputs
        "wanted",  # for each input the names of what its pull-back needs
    )

    def __init__(self, name, rules):
        self.name, self.joint = name, "each" in rules
        wanted = {source: _parameters(rule) for source, rule in rules.items()}
        self.sources = () if self.joint else tuple(rules)
        self.nothing = (None,) * len(self.sources)
        values = (*self.sources, "out")
        self.names = tuple(dict.fromkeys([*values, *itertools.chain(*wanted.values())]))
        self.parameters = self.names[len(values) :]
        self.asked = tuple(dict.fromkeys(map(self.names.index, itertools.chain(*wanted.values()))))
        self.wanted = tuple(wanted.values())
        self.pullbacks = tuple(
            (rule, *_arguments(self.names, wanted[source])) for source, rule in rules.items()
        )
        self.saves_values = any(n in (*values, *TENSOR_PARAMETERS) for each in self.wanted for n in each)
        self.recorded_pullbacks = self.shown_class = None
        self.keeps = {}

    def kept_for(self, asking):
        """What to save if these inputs require grad: what their pull-backs ask for. Found once, then in `keeps`."""
        asked = [names for names, asks in zip(self.wanted, asking) if asks or self.joint]  # noqa: B905
        needed = set(itertools.chain(*asked))
        inputs = tuple(n in needed for n in self.sources)
        self.keeps[asking] = kept = (inputs if True in inputs else None), "out" in needed
        return kept


# parameters that are tensors, and are freed as such
TENSOR_PARAMETERS = ("condition", "mask", "index", "indices")


def _parameters(rule):
    """What a pull-back asks for besides the gradient: the names of its parameters."""
    return rule.__code__.co_varnames[1 : rule.__code__.co_argcount]


def _arguments(names, wanted):
    """What finds the wanted values among the saved: (place, None) of a single one, (None, getter) of several."""
    places = [names.index(name) for name in wanted]
    if len(places) > 1:
        return None, operator.itemgetter(*places)
    return (places[0] if places else None), None


OPERATIONS = {name: Operation(name, rules) for name, rules in derivatives.rules(kernels).items()}


def _make_recorded_pullbacks():
    """The whole table again, of tensor operations: when second derivatives are first asked for."""
    from . import differentiable  # built on the operations, which are built on this file

    for name, rules in derivatives.rules(differentiable).items():
        operation = OPERATIONS[name]
        finders = [found for _, *found in operation.pullbacks]
        operation.recorded_pullbacks = tuple(
            (rule, *f) for rule, f in zip(rules.values(), finders, strict=True)
        )


class Node:
    """One recorded operation. `name()`, `next_functions` and the printed form are PyTorch's."""

    __slots__ = (
        "__weakref__",
        "fits",  # None, or for each input None or the (shape, dtype) to bring its gradient to
        "inputs",  # those input tensors whose values are saved, None for the others; () if none is
        "next",
        "notes",  # None, or a dict of what few nodes have: hooks, retained tensors, metadata
        "number",
        "operation",
        "out_version",  # if the result is saved: its list of the number of writes
        "outputs",  # how many results it has, if several
        "saved",  # () if nothing is, None once freed
        "versions",  # None, or how often inputs and result had been written to when they were saved
        "writes",  # how many writes in place there had been, to anything, when it was recorded
    )

    output_nr = 0

    def name(self):
        """The name of the operation's backward: "AddBackward0"."""
        name = self.operation.name
        return (
            f"torch::autograd::{name}" if name in ("CopyBackwards", "CopySlices", "NotImplemented") else name
        )

    @property
    def shown_name(self):
        """The name in the printed form of a tensor."""
        return type(self.function).__name__

    def __repr__(self):
        return f"<{type(self.function).__name__} object at {hex(id(self))}>"

    @property
    def function(self):
        """Itself, as `grad_fn` and `next_functions` show it: of a class that has the operation's name.

        Nodes are made, and walked over, as plain `Node`s: Python is quickest where it meets one class.
        """
        if type(self) is Node:
            operation = self.operation
            if operation.shown_class is None:
                operation.shown_class = type(operation.name, (Node,), {"__slots__": ()})
            self.__class__ = operation.shown_class
        return self

    @property
    def saves_values(self):
        """Whether what it saved is gone after one backward pass."""
        return self.operation.saves_values

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

    def forget(self, tensor):
        """Ends `retain_grad` for this result."""
        self.notes["retained"] = [ref for ref in self.notes["retained"] if ref() is not tensor]

    def pulled(self, g, record=False):
        """From `g`, the gradient of the output, the gradients of the inputs, by one local rule for each.

        On arrays, or with `record` on tensors, recording on the way: what `create_graph=True` walks. (For the most
        frequent case, arrays and one rule for each input, the engine has these lines itself.)
        """
        self.check_saved()
        operation, saved = self.operation, self.saved
        if self.notes is not None and "packed" in self.notes:
            from .packing import unpacked  # built on this file

            saved = unpacked(self, record)
        pullbacks = operation.pullbacks
        if record:
            saved = self._as_tensors(saved, g)
            if operation.recorded_pullbacks is None:
                _make_recorded_pullbacks()
            pullbacks = operation.recorded_pullbacks
        results = []
        for rule, place, getter in pullbacks:
            values = getter(saved) if getter is not None else () if place is None else (saved[place],)
            if operation.joint:
                return rule(g, *values)
            results.append(None if self.next[len(results)] is None else rule(g, *values))
        return results

    def __call__(self, *gradients):
        """This one step of the walk: from the gradients of its outputs (None: nothing came) to those of its inputs."""
        from .engine import fitted

        expected = getattr(self, "outputs", 1)
        if len(gradients) != expected:
            raise TypeError(f"expected {expected} arguments, got {len(gradients)} instead")
        for i, g in enumerate(gradients):
            if g is not None and not isinstance(g, Tensor):
                raise TypeError(f"argument {i} is not a Variable")
        device = next(g._device for g in gradients if g is not None)
        arrays = [None if g is None else g._array for g in gradients]
        results = self.pulled(arrays[0] if len(arrays) == 1 else arrays)
        if self.fits is not None:
            pairs = zip(results, self.fits, strict=True)
            results = [d if d is None or fit is None else fitted(d, *fit) for d, fit in pairs]
        answers = tuple([None if d is None else wrap(d, device) for d in results])
        return answers if len(answers) > 1 else answers[0]

    def check_saved(self):
        """RuntimeError if saved values were freed, or written to since they were saved."""
        if self.saved is None:
            raise errors.freed()
        counts = self.versions
        for i, tensor in enumerate(self.inputs):
            if tensor is not None:
                writes = tensor._writes
                if writes is not None and writes[0] != (counts[i] if counts else 0):
                    raise errors.modified(
                        tensor._array, tensor.grad_fn, writes[0], counts[i] if counts else 0
                    )
        writes = self.out_version
        if writes is not None and writes[0] != (counts[-1] if counts else 0):
            out = self.saved[len(self.operation.sources)]
            raise errors.modified(out, self, writes[0], counts[-1] if counts else 0)

    def keep_output(self, array):
        """The saved result lies in this array from now on."""
        saved = list(self.saved)
        saved[len(self.operation.sources)] = array
        self.saved = tuple(saved)

    def _as_tensors(self, saved, g):
        device = g._device if isinstance(g, Tensor) else next(d for d in g if d is not None)._device
        return [self._as_tensor(i, value, device) for i, value in enumerate(saved)]

    def _as_tensor(self, position, value, device):
        """A saved array as a tensor: the input itself, or the output again as the result of this node."""
        if position < len(self.inputs) and self.inputs[position] is not None:
            return self.inputs[position]
        if not hasattr(value, "strides"):  # no array, whatever module it is of
            return value
        made = wrap(value, device)
        if self.operation.names[position] == "out":
            made._node, made._requires_grad = self, True
        return made

    def free(self):
        """Lets the saved values go, so that a second walk over this node is an error."""
        if self.saved and self.operation.saves_values:
            self.saved = self.inputs = None


class Output(Node):
    """Between a node with several outputs and one of them, so that each edge carries one gradient."""

    __slots__ = ("index", "parent")
    operation = None  # no line of the table

    def __init__(self, parent, index):
        self.parent, self.index = parent, index
        self.next = (parent,)
        self.fits = None
        self.number = next_number()
        self.notes = None
        self.saved = None

    @property
    def function(self):
        return self.parent.function

    @property
    def output_nr(self):
        return self.index


class Lost(Node):
    """In the place of the history of a view whose base was written to, where there is no way to make the view again."""

    __slots__ = ("error",)
    operation = None  # no line of the table
    shown_name = "Invalid"

    def __init__(self, error):
        self.error, self.number = error, next_number()
        self.next, self.fits, self.notes, self.saved = (), None, None, ()

    @property
    def function(self):
        raise self.error

    def pulled(self, g, record=False):
        raise self.error


class AccumulateGrad:
    """The end of a path, where the gradient is added to `variable.grad`. Exists while someone looks at it."""

    __slots__ = ("__weakref__", "variable")
    next_functions = ()
    function = property(lambda self: self)
    __repr__ = Node.__repr__

    def name(self):
        return "torch::autograd::AccumulateGrad"


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
