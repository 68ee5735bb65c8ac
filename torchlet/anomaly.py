"""Anomaly mode: an error in the backward pass shows the line of the forward pass that it belongs to."""

import traceback
import warnings

from .grad_mode import recording


def _trace(node):
    """What a new node remembers: the lines of the program that led to it, without ours."""
    own = __file__.rpartition("anomaly")[0]
    lines = [frame for frame in traceback.extract_stack() if not frame.filename.startswith(own)]
    node.metadata["traceback_"] = traceback.format_list(lines)


def is_anomaly_enabled():
    """Whether nodes remember where they were made."""
    return recording.anomaly is not None


def is_anomaly_check_nan_enabled():
    """Whether a NaN in a gradient is an error."""
    return recording.anomaly is not None and recording.check_nan


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
        self._before = recording.anomaly, recording.check_nan
        recording.anomaly, recording.check_nan = _trace, self._check_nan
        recording.watch()

    def __exit__(self, *exception):
        recording.anomaly, recording.check_nan = self._before
        recording.watch()
        return False


class set_detect_anomaly:
    """Switches anomaly mode on or off, from the call on; as a `with` block, for its length."""

    def __init__(self, mode, check_nan=True):
        self._before = recording.anomaly, recording.check_nan
        recording.anomaly, recording.check_nan = (_trace if mode else None), check_nan
        recording.watch()

    def __enter__(self):
        pass

    def __exit__(self, *exception):
        recording.anomaly, recording.check_nan = self._before
        recording.watch()
        return False


def pulled(node, g, record):
    """The node's step of the walk; if it fails or gives NaN, a warning shows where the node was made."""
    try:
        results = node.pulled(g, record)
        if recording.check_nan:
            _refuse_nan(node, results)
    except Exception:
        _explain(node)
        raise
    return results


def _refuse_nan(node, results):
    for i, result in enumerate(results):
        array = getattr(result, "_array", result)
        if array is not None and (array != array).any():
            raise RuntimeError(f"Function '{node.name()}' returned nan values in its {i}th output.")


def _explain(node):
    lines = (node.notes or {}).get("metadata", {}).get("traceback_")
    if lines is None:
        text = (
            f"Error detected in {node.name()}. No forward pass information available. Enable detect anomaly during forward "
            "pass for more information."
        )
    else:
        text = f"Error detected in {node.name()}. Traceback of forward call that caused the error:\n{''.join(lines)}"
    warnings.warn(text, UserWarning, stacklevel=2)
