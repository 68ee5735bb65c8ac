"""The nodes that stand in a graph for the other process, as custom Functions of a framework."""

from __future__ import annotations

from types import ModuleType, SimpleNamespace


def functions(framework: ModuleType) -> SimpleNamespace:
    """Mirror, Pin and Join, for `torch` or `torchlet`: both write a Function alike."""
    autograd = framework.autograd

    class Mirror(autograd.Function):
        """The node of a result whose graph is in the other process. The tensor becomes that result in place."""

        @staticmethod
        def forward(ctx, tensor, graph, once, *roots):
            ctx.remote_graph, ctx.once = graph, once
            ctx.roots = roots  # kept: their pairs must live as long as gradients may be asked for
            ctx.mark_dirty(tensor)
            ctx.set_materialize_grads(False)
            if once:
                ctx.save_for_backward(framework.empty(0))
            return tensor

        @staticmethod
        def backward(ctx, gradient):
            if ctx.once:
                ctx.saved_tensors  # noqa: B018 - raises on the second way back, as the graph itself would
            if gradient is None:
                return (None,) * (3 + len(ctx.roots))
            return None, None, None, *ctx.remote_graph.pull(gradient, framework.is_grad_enabled())

    class Pin(autograd.Function):
        """A hollow tensor, of no memory, with the shape of another one and its gradient."""

        @staticmethod
        def forward(ctx, tensor, hollow):
            return hollow(tensor)

        @staticmethod
        def backward(ctx, gradient):
            return gradient, None

    class Join(autograd.Function):
        """Makes a tensor, in place, a result with the gradient of a pin."""

        @staticmethod
        def forward(ctx, tensor, pin):
            ctx.mark_dirty(tensor)
            return tensor

        @staticmethod
        def backward(ctx, gradient):
            return None, gradient

    return SimpleNamespace(mirror=Mirror, pin=Pin, join=Join)
