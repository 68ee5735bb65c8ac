"""Whether operations are recorded: no_grad, enable_grad, set_grad_enabled, inference_mode."""

import functools
import inspect


class _Recording:
    """The one switch that every operation looks at. Like PyTorch's, but one for all threads."""

    __slots__ = ("check_nan", "enabled", "inference", "trace")

    def __init__(self):
        self.enabled = True  # record operations
        self.inference = False  # inside inference_mode
        self.trace = None  # anomaly mode: called for each new node, gives where it was made
        self.check_nan = True  # anomaly mode: a NaN in a gradient is an error


recording = _Recording()


def is_grad_enabled():
    """Whether operations are being recorded."""
    return recording.enabled


def is_inference_mode_enabled():
    """Whether `inference_mode` is on."""
    return recording.inference


class _Switch:
    """A `with` block or a decorator that sets the mode and puts it back."""

    enabled = False

    def __init__(self):
        self._before = []

    def __new__(cls, function=None, *args, **kwargs):
        made = super().__new__(cls)
        if cls._is_bare_decorator(function):
            made.__init__()
            return made(function)
        return made

    @staticmethod
    def _is_bare_decorator(function):
        return callable(function)  # @no_grad without parentheses

    def _set(self):
        recording.enabled = self.enabled

    def __enter__(self):
        self._before.append((recording.enabled, recording.inference))
        self._set()

    def __exit__(self, *exception):
        recording.enabled, recording.inference = self._before.pop()
        return False

    def __call__(self, function):
        if inspect.isgeneratorfunction(function):
            return self._around_generator(function)

        @functools.wraps(function)
        def inside(*args, **kwargs):
            with self._again():
                return function(*args, **kwargs)

        return inside

    def _again(self):
        return type(self)()

    def _around_generator(self, function):
        """The mode holds while the generator runs, not while its user does."""

        @functools.wraps(function)
        def inside(*args, **kwargs):
            generator = function(*args, **kwargs)
            sent = None
            try:
                while True:
                    with self._again():
                        value = generator.send(sent)
                    sent = yield value
            except StopIteration as end:
                return end.value
            finally:
                generator.close()

        return inside


class no_grad(_Switch):
    """Nothing is recorded: results do not require grad. As a `with` block or a decorator."""


class enable_grad(_Switch):
    """Records again, inside `no_grad`."""

    enabled = True


class inference_mode(_Switch):
    """`no_grad` for results that will never meet autograd again (here they are ordinary tensors)."""

    def __init__(self, mode=True):
        super().__init__()
        self._wanted = mode

    def _set(self):
        recording.inference = self._wanted
        recording.enabled = not self._wanted

    def _again(self):
        return type(self)(self._wanted)


class set_grad_enabled(_Switch):
    """Records or not, from the call on; as a `with` block or a decorator, for its length."""

    def __init__(self, mode):
        super().__init__()
        self.enabled = bool(mode)
        self._before.append((recording.enabled, recording.inference))
        self._set()

    def __enter__(self):
        self._set()

    def __call__(self, function):
        recording.enabled, recording.inference = self._before.pop()
        return super().__call__(function)

    def _again(self):
        return type(self)(self.enabled)
