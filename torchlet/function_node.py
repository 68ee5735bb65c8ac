"""The node of a user's `Function`, and the `ctx` that its `forward` and `backward` get.

The `ctx` belongs to the node and holds nothing of the walk's own, so that any attribute may be put there.
"""

import weakref

import numpy

from . import errors
from .graph import Node, Output
from .packing import Packed
from .tensor import Tensor, wrap


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
        complaint = "save_for_backward can only save variables, but argument"
        _check_tensors(complaint, tensors, TypeError, Tensor | None)
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


def _check_tensors(complaint, values, error=RuntimeError, accepted=Tensor):
    for i, value in enumerate(values):
        if not isinstance(value, accepted):
            raise error(f"{complaint} {i} is of type {type(value).__name__}")


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
                wrap(numpy.zeros(shape, dtype), self.device) if d is None and shape is not None else d
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
