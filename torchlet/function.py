"""`Function`: how a user teaches autograd a new operation.

Built-in operations do not come this way: their pull-backs are lines of the table in `derivatives`. The node that a
`Function` leaves in the graph stands in `function_node`.
"""

import functools

from .copying import detach
from .function_node import FunctionNode
from .grad_mode import no_grad, recording
from .graph import Output, next_number
from .in_place import check_writable, take_history
from .tensor import Tensor, wrap
from .views import link


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
