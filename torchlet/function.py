"""`Function`: how a user teaches autograd a new operation.

The `ctx` that `forward` and `backward` get belongs to the node of the graph and holds nothing of the walk's own, so
that any attribute may be put there. Built-in operations do not come this way: their pull-backs are lines of the
table in `derivatives`.
"""

import functools
import weakref

from . import errors
from .copying import detach
from .grad_mode import no_grad, recording
from .graph import Node, Output, next_number
from .in_place import check_writable, take_history
from .packing import Packed
from .tensor import Tensor, wrap
from .views import link


class FunctionCtx:
    """The `ctx` of a Function's forward and backward: what these tell each other and autograd, by any attribute."""

    needs_input_grad = ()
    materialize_grads = True
    to_save = dirty_tensors = non_differentiable = ()

    def __init__(self, node, needs_input_grad):
        self._of = weakref.ref(node)  # the node holds its ctx; held both ways, neither would go at once
        self.needs_input_grad = needs_input_grad

    def save_for_backward(self, *tensors):
        """Keeps inputs, outputs or other tensors for `backward`, which finds them in `ctx.saved_tensors`."""
        for i, tensor in enumerate(tensors):
            if tensor is not None and not isinstance(tensor, Tensor):
                raise TypeError(
                    f"save_for_backward can only save variables, but argument {i} is of type {type(tensor).__name__}"
                )
        self.to_save = tensors

    def mark_dirty(self, *tensors):
        """Says which inputs `forward` changed in place; they must be among its outputs."""
        _check_tensors("mark_dirty can only accept variables, but argument", tensors)
        self.dirty_tensors = tensors
        for tensor in tensors:
            tensor._written()

    def mark_non_differentiable(self, *tensors):
        """Says which outputs never have a gradient."""
        _check_tensors("mark_non_differentiable only accepts variable arguments, but got argument", tensors)
        self.non_differentiable = tensors

    def set_materialize_grads(self, value):
        """Whether `backward` gets zeros (True, the default) or None for outputs that no gradient reached."""
        self.materialize_grads = value

    @property
    def saved_tensors(self):
        """What `save_for_backward` kept. RuntimeError if it was freed, or written to since."""
        return self._of().saved_tensors

    def name(self):
        """The name of the operation's backward: "MyFunctionBackward"."""
        return self._of().name()

    @property
    def next_functions(self):
        """As of any `grad_fn`: for each input (its node, which output of it)."""
        return self._of().next_functions

    def __getattr__(self, name):
        node = self.__dict__["_of"]()
        raise AttributeError(f"'{type(node).__name__}' object has no attribute '{name}'")


def _check_tensors(complaint, values):
    for i, value in enumerate(values):
        if not isinstance(value, Tensor):
            raise RuntimeError(f"{complaint} {i} is of type {type(value).__name__}")


class FunctionNode(Node):
    """The node of a user's Function: it asks the user's `backward`, and shows what the `ctx` holds."""

    function_class = None  # set in the subclass that is made for each Function

    def __init__(self, arguments):
        self.tensor_arguments = [isinstance(a, Tensor) for a in arguments]
        self.ctx = FunctionCtx(self, tuple([isinstance(a, Tensor) and a._requires_grad for a in arguments]))
        self.saved, self.next, self.notes, self.outputs = (), (), None, 1

    def __getattr__(self, name):
        if name == "ctx":
            raise AttributeError(name)
        return getattr(self.ctx, name)

    @property
    def saved_tensors(self):
        if self.saved is None:
            raise errors.freed()
        return tuple([self._unpacked(*entry) for entry in self.saved])

    def _saved_entry(self, tensor, outputs):
        """A saved tensor, which output it is if any, and how often it had been written to."""
        if tensor is None:
            return None, None, None, 0
        if tensor._writes is None:
            tensor._writes = [0]
        for i, output in enumerate(outputs):
            if tensor is output:  # kept without its node, or the node would hold itself
                tensor = wrap(tensor._array, tensor._device)
                return tensor, i, output._writes, output._writes[0]
        return tensor, None, tensor._writes, tensor._writes[0]

    def pack(self, hooks):
        """As of a node of the table: `saved_tensors_hooks` take what was saved."""
        entries = []
        for tensor, position, *version in self.saved:
            if tensor is not None:
                tensor = Packed(self._in_graph(tensor, position), hooks, is_output=position is not None)
            entries.append((tensor, position, *version))
        self.saved = tuple(entries)

    def _unpacked(self, tensor, position, version, count):
        if tensor is None:
            return None
        if isinstance(tensor, Packed):
            return tensor.tensor(None if position is None else self._output(position))
        if version[0] != count:
            made_by = tensor.grad_fn if position is None else self
            raise errors.modified(tensor._array, made_by, version[0], count)
        return self._in_graph(tensor, position)

    def _in_graph(self, tensor, position):
        """A saved tensor; if it is an output, as the result of this node again."""
        if position is None or not self.next:
            return tensor
        again = wrap(tensor._array, tensor._device)
        again._node = self._output(position)
        again._requires_grad = True
        return again

    def _output(self, position):
        return self if self.outputs == 1 else Output(self, position)

    def name(self):
        return type(self).__name__

    saves_values = True
    operation = None  # no line of the table

    def free(self):
        self.saved = None

    def pulled(self, g, record=False):
        gradients = g if self.outputs > 1 else [g]
        if record:
            return self._call_backward(gradients)
        results = self._call_backward([None if d is None else wrap(d, self.device) for d in gradients])
        # seen through a view, so that an array the user may still hold is copied when a leaf takes it
        return [None if r is None else r._array[...] for r in results]

    def _call_backward(self, gradients):
        """The user's `backward`, and whether its answer fits: one gradient for each argument of `forward`."""
        if self.ctx.materialize_grads:
            gradients = [
                wrap(_zeros(shape, dtype), self.device) if d is None and shape is not None else d
                for d, (shape, dtype) in zip(gradients, self.output_forms, strict=True)
            ]
        results = self.function_class.backward(self.ctx, *gradients)
        if not isinstance(results, tuple):
            results = (results,)
        expected = len(self.tensor_arguments)
        if len(results) > expected and all(r is None for r in results[expected:]):
            results = results[:expected]
        if len(results) != expected:
            raise RuntimeError(
                f"function {self.name()} returned an incorrect number of gradients "
                f"(expected {expected}, got {len(results)})"
            )
        answers = []
        for i, (result, is_tensor) in enumerate(zip(results, self.tensor_arguments, strict=True)):
            if is_tensor:
                answers.append(self._checked(result, len(answers)))
            elif result is not None:
                raise RuntimeError(
                    f"function {self.name()} returned a gradient different than None at position {i + 1}, "
                    "but the corresponding forward input was not a Variable"
                )
        return answers

    def _checked(self, result, i):
        if result is None or self.next[i] is None:
            return None
        if not isinstance(result, Tensor):
            raise RuntimeError(f"expected Variable or None (got {errors.type_name(result)})")
        got, wanted = result._array.shape, self.fits[i][0]
        fits = len(got) >= len(wanted) and all(
            w in (1, n) for n, w in zip(got[::-1], wanted[::-1], strict=False)
        )
        if not fits:
            raise RuntimeError(
                f"Function {self.name()} returned an invalid gradient at index {i} - got {list(got)} "
                f"but expected shape compatible with {list(wanted)}"
            )
        return result


def _zeros(shape, dtype):
    import numpy

    return numpy.zeros(shape, dtype)


class Function:
    """An operation with a derivative of your own: static `forward(ctx, …)` and `backward(ctx, *grad_outputs)`.

    Call it as `MyFunction.apply(…)`. `backward` returns one gradient for each argument of `forward`: a tensor of the
    argument's shape, or None. Instead of using `ctx` in `forward`, a class may define
    `forward(…)` and `setup_context(ctx, inputs, output)`.
    """

    _node_class = None

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        if "vjp" in vars(cls):  # another name for it
            cls.backward = cls.vjp
        cls._node_class = type(cls.__name__ + "Backward", (FunctionNode,), {"function_class": cls})

    def __init__(self, *args, **kwargs):
        raise RuntimeError(
            f"Legacy autograd function with non-static forward method is deprecated: {type(self).__name__} is not "
            "called like a module. Use a static forward method and call MyFunction.apply(x)."
        )

    @staticmethod
    def forward(*args, **kwargs):
        """Computes the outputs. Runs without recording."""
        raise NotImplementedError("You must implement the forward function for custom autograd.Function.")

    @staticmethod
    def setup_context(ctx, inputs, output):
        """Saves for `backward`, if `forward` is written without `ctx`."""
        raise NotImplementedError("setup_context is not implemented.")

    @staticmethod
    def backward(ctx, *grad_outputs):
        """From the gradients of the outputs, the gradients of the inputs: upstream × local."""
        raise NotImplementedError(
            "You must implement either the backward or vjp method for your custom autograd.Function to use it "
            "with backward mode AD."
        )

    @classmethod
    def apply(cls, *args, **kwargs):
        """Runs `forward` and records the operation if an argument requires grad."""
        node = cls._node_class(args)
        ctx = node.ctx
        tensors = [a for a in args if isinstance(a, Tensor)]
        before = [(t._node or t) if t._requires_grad else None for t in tensors]
        with no_grad():
            if cls.setup_context is Function.setup_context:
                answer = cls.forward(ctx, *args, **kwargs)
            else:
                answer = cls.forward(*args, **kwargs)
                cls.setup_context(ctx, args, answer)
        outputs = answer if isinstance(answer, tuple) else (answer,)
        if not all(any(o is t for o in outputs) for t in ctx.dirty_tensors):
            raise RuntimeError(
                "Some elements marked as dirty during the forward method were not returned as output. The inputs that are "
                "modified inplace must all be outputs of the Function."
            )
        records = recording.enabled and any(ctx.needs_input_grad)
        outputs = [_as_output(o, tensors, ctx, records) for o in outputs]
        if records:
            _record(node, tensors, before, outputs)
        node.saved = tuple([node._saved_entry(t, outputs) for t in ctx.to_save])
        ctx.__dict__.pop("to_save", None)
        if records and recording.trace is not None:
            recording.trace(node)
        return tuple(outputs) if isinstance(answer, tuple) else outputs[0]


def _as_output(output, inputs, ctx, records):
    """An input that is returned unchanged comes out as a tensor of its own, on the same memory."""
    if not any(output is t for t in inputs):
        return output
    if any(output is t for t in ctx.dirty_tensors) and (records or not output._requires_grad):
        return output
    again = wrap(output._memory(), output._device)
    link(again, output, detach)
    return again


def _record(node, inputs, before, outputs):
    """Makes `node` the origin of the outputs that have gradients."""
    ctx = node.ctx
    node.number = next_number()
    node.next = tuple(before)
    node.fits = tuple([(t._array.shape, t._array.dtype) for t in inputs])
    node.device = inputs[0]._device
    node.outputs = len(outputs)
    node.output_forms = [
        (o._array.shape, o._array.dtype) if isinstance(o, Tensor) else (None, None) for o in outputs
    ]
    for i, output in enumerate(outputs):
        if not isinstance(output, Tensor) or output._array.dtype.kind != "f":
            continue
        if any(output is t for t in ctx.non_differentiable):
            continue
        is_dirty = any(output is t for t in ctx.dirty_tensors)
        if is_dirty and output._requires_grad and output._node is None:
            raise RuntimeError("a leaf Variable that requires grad has been used in an in-place operation.")
        made = wrap(output._array, output._device) if is_dirty else output
        made._node = node if len(outputs) == 1 else Output(node, i)
        made._requires_grad = True
        if is_dirty:
            check_writable(output)
            take_history(output, made)
        elif output._view is not None:
            output._view.steps = None
            output._view.refused = "function" if len(outputs) == 1 else "several"


def once_differentiable(function):
    """For a `backward` whose result must not be differentiated again: doing so is an error, not a wrong number."""

    @functools.wraps(function)
    def backward(ctx, *gradients):
        with no_grad():
            answers = function(ctx, *gradients)
        asking = [g for g in gradients if isinstance(g, Tensor) and g._requires_grad]
        if not recording.enabled or not asking:
            return answers
        return (
            _Refusal.apply(answers, *asking)
            if isinstance(answers, Tensor)
            else tuple([a if a is None else _Refusal.apply(a, *asking) for a in answers])
        )

    return backward


class _Refusal(Function):
    @staticmethod
    def forward(ctx, answer, *asking):
        return answer

    @staticmethod
    def backward(ctx, *gradients):
        raise RuntimeError(
            "trying to differentiate twice a function that was marked with @once_differentiable"
        )


_Refusal._node_class.__name__ = "Error"  # in a tensor's printed form; its name is longer
_Refusal._node_class.name = lambda node: "torch::autograd::Error"
