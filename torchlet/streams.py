"""Marks in a GPU's work, and the queue that holds the work."""

from contextlib import contextmanager

from . import gpus


class Event:
    """A mark in the GPU's work. With `enable_timing=True` the time between two of them can be asked for."""

    def __init__(self, enable_timing=False, blocking=False, interprocess=False):
        if gpus.find() is None:
            raise RuntimeError(
                "Tried to instantiate dummy base class Event: there is no GPU. "
                "torch.cuda.simulate() switches on a simulated one."
            )
        self._timing = enable_timing
        self._gpu = self._mark = None

    def record(self, stream=None):
        """Puts the mark behind everything launched so far."""
        self._gpu = gpus.need()
        self._mark = self._gpu.mark()

    def query(self):
        """Whether the GPU has come this far; True if the event was not recorded."""
        return self._mark is None or self._gpu.reached(self._mark)

    def synchronize(self):
        """Waits until the GPU has come this far."""
        if self._mark is not None:
            self._gpu.wait_for(self._mark)

    def wait(self, stream=None):
        """Lets the stream wait for the event; all work runs in one stream, in order, so it does."""

    def elapsed_time(self, end_event):
        """Milliseconds of GPU time from here to `end_event`. Both must be timed, recorded and completed."""
        if not (self._timing and end_event._timing):
            raise ValueError("Both events must be created with argument 'enable_timing=True'.")
        if self._mark is None or end_event._mark is None:
            raise ValueError("Both events must be recorded before calculating elapsed time.")
        if not (self.query() and end_event.query()):
            raise RuntimeError(
                "Both events must be completed before calculating elapsed time: "
                "call torch.cuda.synchronize() first."
            )
        return 1000 * self._gpu.seconds_between(self._mark, end_event._mark)


class Stream:
    """The queue of the GPU's work. There is one, the default stream, whatever object names it."""

    def __init__(self, device=None, priority=0):
        gpus.check_index(device)
        self._gpu = gpus.need()

    def synchronize(self):
        """Waits until the GPU has done everything in the queue."""
        self._gpu.synchronize()

    def query(self):
        """Whether the queue is empty."""
        return self._gpu.reached(self._gpu.mark())

    def record_event(self, event=None):
        """Records `event`, or a new one, here; returns it."""
        event = Event() if event is None else event
        event.record(self)
        return event

    def wait_event(self, event):
        """Nothing to wait for: work runs in the order of its launches."""

    def wait_stream(self, stream):
        """Nothing to wait for: there is one queue."""

    def __eq__(self, other):
        return isinstance(other, Stream) and self._gpu is other._gpu

    def __hash__(self):
        return hash(id(self._gpu))

    def __repr__(self):
        return "<torch.cuda.Stream device=cuda:0 cuda_stream=0x0>"


def current_stream(device=None):
    """The stream that launches go to: the default stream."""
    return Stream(device)


def default_stream(device=None):
    """The one stream there is."""
    return Stream(device)


@contextmanager
def stream(stream):
    """Work inside the `with` block goes to `stream`; None means the current one."""
    yield
