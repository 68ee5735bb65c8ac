"""The functions between the layers of a network."""

import math

from . import kernels
from .choices import where
from .in_place import in_place
from .operators import unary

_softplus = unary("SoftplusBackward0", kernels.softplus)
_leaky_relu = unary("LeakyReluBackward0", kernels.leaky_relu)
_elu = unary("EluBackward0", kernels.elu)
_gelu = unary("GeluBackward0", kernels.gelu)
_silu = unary("SiluBackward0", kernels.silu)
_logsigmoid = unary("LogSigmoidBackward0", kernels.logsigmoid)
_leaky_relu_, _elu_, _silu_ = in_place(_leaky_relu), in_place(_elu), in_place(_silu)


def softplus(input, beta=1.0, threshold=20.0):
    """log(1 + exp(beta·x)) / beta, a smooth relu; the identity where beta·x > threshold."""
    return _softplus(input, float(beta), float(threshold))


def leaky_relu(input, negative_slope=0.01, inplace=False):
    """x, but `negative_slope`·x below zero."""
    return (_leaky_relu_ if inplace else _leaky_relu)(input, negative_slope)


def elu(input, alpha=1.0, inplace=False):
    """x, but alpha·(exp(x) − 1) below zero."""
    return (_elu_ if inplace else _elu)(input, alpha)


def gelu(input, approximate="none"):
    """x·Φ(x), with the normal distribution Φ or its approximation by "tanh"."""
    if approximate == "tanh":
        return 0.5 * input * (1 + (math.sqrt(2 / math.pi) * (input + 0.044715 * input**3)).tanh())
    if approximate != "none":
        raise RuntimeError("approximate argument must be either none or tanh.")
    return _gelu(input)


def silu(input, inplace=False):
    """x·σ(x)."""
    return (_silu_ if inplace else _silu)(input)


def logsigmoid(input):
    """log σ(x), without overflow."""
    return _logsigmoid(input)


def threshold(input, threshold, value, inplace=False):
    """x where it is above `threshold`, else `value`."""
    if inplace:
        return input.masked_fill_(input <= threshold, value)
    return where(input <= threshold, value, input)
