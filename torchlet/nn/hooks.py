"""Functions that look at what goes through a module, or change it."""

from ..tracking import Handle


class Hooks:
    """The part of a module that is called: its hooks before and after `forward`."""

    def __call__(self, *args, **kwargs):
        if self._forward_hooks or self._forward_pre_hooks:
            return self._forward_with_hooks(args, kwargs)
        return self.forward(*args, **kwargs)

    def register_forward_pre_hook(self, hook):
        """Calls `hook(module, inputs)` before each `forward`; what it returns, if not None, replaces the inputs."""
        return _registered(self._forward_pre_hooks, hook)

    def register_forward_hook(self, hook):
        """Calls `hook(module, inputs, output)` after each `forward`; what it returns, if not None, replaces the output."""
        return _registered(self._forward_hooks, hook)

    def _forward_with_hooks(self, args, kwargs):
        for hook in list(self._forward_pre_hooks.values()):
            answer = hook(self, args)
            if answer is not None:
                args = answer if isinstance(answer, tuple) else (answer,)
        output = self.forward(*args, **kwargs)
        for hook in list(self._forward_hooks.values()):
            answer = hook(self, args, output)
            output = output if answer is None else answer
        return output


def _registered(hooks, hook):
    handle = Handle(hooks)
    hooks[handle.id] = hook
    return handle
