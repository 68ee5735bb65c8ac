"""Whether operations are recorded: no_grad, enable_grad, set_grad_enabled, inference_mode."""

import functools
import inspect


class _Recording:
    """The switch that every operation looks at. Like PyTorch's, but one for all threads."""

    __slots__ = ("anomaly", "check_nan", "enabled", "inference", "partial", "saving", "trace", "writes")

    def __init__(self):
        self.enabled = True  # record operations
        self.inference = False  # inside inference_mode
        self.anomaly = None  # anomaly mode: called with each new node, notes there where it was made
        self.check_nan = True  # anomaly mode: a NaN in a gradient is an error
        self.partial = False  # a backward pass goes to some tensors only
        self.saving = None  # saved_tensors_hooks: what takes the saved values of each new node
        self.trace = None  # called with each new node, if either of these two is on
        self.writes = 0  # how many writes in place there have been, to any tensor

    def watch(self):
        """To be called when anomaly or saving has changed: operations look at `trace` alone."""
        self.trace = self._made if self.anomaly or self.saving else None

    def _made(self, node):
        if self.anomaly is not None:
            self.anomaly(node)
        if self.saving is not None:
            self.saving.take(node)


recording = _Recording()
_new = object.__new__


def is_grad_enabled():
    """Whether operations are being recorded."""
    return recording.enabled


def is_inference_mode_enabled():
    """Whether `inference_mode` is on."""
    return recording.inference


class _Block:
    """A `with` block that sets `recording.enabled` and puts it back; also a decorator, `@no_grad()`."""

    __slots__ = ("_before",)
    enabled = False

    def __enter__(self):
        self._before = recording.enabled
        recording.enabled = self.enabled

    def __exit__(self, kind, value, traceback):
        recording.enabled = self._before

    def _again(self):
        return type(self)()

    def __call__(self, function):
        if inspect.isgeneratorfunction(function):
            return self._around_generator(function)

        @functools.wraps(function)
        def inside(*args, **kwargs):
            with self._again():
                return function(*args, **kwargs)

        return inside

    def _around_generator(self, function):
        """The block lasts while the generator runs, not while its user does."""

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


class no_grad(_Block):
    """Nothing is recorded: results do not require grad. A `with` block or a decorator (with or without parentheses)."""

    __slots__ = ()

    def __new__(cls, function=None):
        return _new(cls) if function is None else _new(cls)(function)


class enable_grad(no_grad):
    """Records again, inside `no_grad`."""

    __slots__ = ()
    enabled = True


class set_grad_enabled(_Block):
    """Records or not, from the call on; as a `with` block or a decorator, only for its length."""

    __slots__ = ("enabled",)

    def __init__(self, mode):
        self.enabled = bool(mode)
        self._before = recording.enabled
        recording.enabled = self.enabled

    def __enter__(self):
        recording.enabled = self.enabled

    def _again(self):
        return set_grad_enabled(self.enabled)

    def __call__(self, function):
        recording.enabled = self._before  # as a decorator it has no effect here and now
        return super().__call__(function)


class inference_mode(_Block):
    """`no_grad` for results that will never meet autograd again (here they are ordinary tensors)."""

    __slots__ = ("_mode", "_was_on")

    def __new__(cls, mode=True):
        made = object.__new__(cls)
        made._mode = bool(mode)
        return made(mode) if callable(mode) else made  # @inference_mode without parentheses

    def __enter__(self):
        self._before, self._was_on = recording.enabled, recording.inference
        recording.enabled, recording.inference = not self._mode, self._mode

    def __exit__(self, kind, value, traceback):
        recording.enabled, recording.inference = self._before, self._was_on

    def _again(self):
        return inference_mode(self._mode)
