"""Anomaly mode: an error in the backward pass shows the line of the forward pass that it belongs to."""

import traceback
import warnings

from .grad_mode import recording


def _trace():
    """What a new node remembers: the lines of the program that led to it, without ours."""
    own = __file__.rpartition("anomaly")[0]
    lines = [frame for frame in traceback.extract_stack() if not frame.filename.startswith(own)]
    return {"metadata": {"traceback_": traceback.format_list(lines)}}


def is_anomaly_enabled():
    """Whether nodes remember where they were made."""
    return recording.trace is not None


def is_anomaly_check_nan_enabled():
    """Whether a NaN in a gradient is an error."""
    return recording.trace is not None and recording.check_nan


class detect_anomaly:
    """A `with` block in which nodes remember their line, and a NaN from a pull-back raises RuntimeError."""

    def __init__(self, check_nan=True):
        self._check_nan = check_nan
        self._before = None
        warnings.warn(
            "Anomaly Detection has been enabled. This mode will increase the runtime and should only be enabled for "
            "debugging.",
            stacklevel=2,
        )

    def __enter__(self):
        self._before = recording.trace, recording.check_nan
        recording.trace, recording.check_nan = _trace, self._check_nan

    def __exit__(self, *exception):
        recording.trace, recording.check_nan = self._before
        return False


class set_detect_anomaly:
    """Switches anomaly mode on or off, from the call on; as a `with` block, for its length."""

    def __init__(self, mode, check_nan=True):
        self._before = recording.trace, recording.check_nan
        recording.trace, recording.check_nan = (_trace if mode else None), check_nan

    def __enter__(self):
        pass

    def __exit__(self, *exception):
        recording.trace, recording.check_nan = self._before
        return False


def explain(node):
    """Warns where in the forward pass the node was made that just failed."""
    lines = (node.notes or {}).get("metadata", {}).get("traceback_")
    if lines is None:
        warnings.warn(
            f"Error detected in {node.name()}. No forward pass information available. Enable detect anomaly during "
            "forward pass for more information.",
            stacklevel=2,
        )
    else:
        warnings.warn(
            f"Error detected in {node.name()}. Traceback of forward call that caused the error:\n{''.join(lines)}",
            stacklevel=2,
        )


def nan_in(node, index):
    """The error for a pull-back that answered with NaN."""
    return RuntimeError(f"Function '{node.name()}' returned nan values in its {index}th output.")
