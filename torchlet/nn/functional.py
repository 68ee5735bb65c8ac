"""What layers compute, as functions: linear, activations, dropout, losses."""

import math
import warnings

import numpy

from .. import errors, random, reductions
from ..activations import elu, gelu, leaky_relu, logsigmoid, silu, softplus, threshold
from ..elementwise import relu as _relu
from ..elementwise import sigmoid, tanh
from ..matrices import addmm, matmul
from ..missing import of_module
from ..tensor import Tensor, wrap
from .loss_functions import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    l1_loss,
    mse_loss,
    nll_loss,
)

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "dropout",
    "elu",
    "gelu",
    "l1_loss",
    "leaky_relu",
    "linear",
    "log_softmax",
    "logsigmoid",
    "mse_loss",
    "nll_loss",
    "one_hot",
    "relu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
    "threshold",
]


def linear(input, weight, bias=None):
    """y = x Aᵀ + b. input (…, in), weight (out, in), bias (out,) or None; result (…, out)."""
    if not isinstance(input, Tensor):
        raise errors.wrong_argument("linear", "input", 1, "Tensor", input)
    dims, weight_dims = input._array.ndim, weight._array.ndim
    if not dims:
        raise RuntimeError(
            f"both arguments to linear need to be at least 1D, but they are 0D and {weight_dims}D"
        )
    if bias is None:
        return matmul(input, weight.t())
    if weight_dims < 2 or bias._array.ndim != 1:
        return matmul(input, weight.t()) + bias
    if dims == 2:
        return addmm(bias, input, weight.t())
    rows = input.reshape(math.prod(input.shape[:-1]), input.shape[-1])
    return addmm(bias, rows, weight.t()).view(*input.shape[:-1], weight.shape[0])


def relu(input, inplace=False):
    """max(x, 0)."""
    return input.relu_() if inplace else _relu(input)


def softmax(input, dim=None, dtype=None):
    """eˣ divided by its sum along `dim`; to leave `dim` out is a guess, and warned of."""
    return reductions.softmax(input, _implied_dim("softmax", input) if dim is None else dim, dtype=dtype)


def log_softmax(input, dim=None, dtype=None):
    """The logarithm of softmax along `dim`."""
    return reductions.log_softmax(
        input, _implied_dim("log_softmax", input) if dim is None else dim, dtype=dtype
    )


def _implied_dim(name, input):
    warnings.warn(
        f"Implicit dimension choice for {name} has been deprecated. Change the call to include dim=X as an argument.",
        stacklevel=3,
    )
    return 0 if input.ndim in (0, 1, 3) else 1


def dropout(input, p=0.5, training=True, inplace=False):
    """While training: each element becomes 0 with probability p, the others are divided by 1 − p."""
    if not 0 <= p <= 1:
        raise ValueError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0:
        return input
    if not input.is_floating_point():
        word = errors.type_word(input._array.dtype)
        raise RuntimeError(f"result type Float can't be cast to the desired output type {word}")
    kept = random.default_generator.numpy.random(input.shape) >= p
    mask = wrap((kept / (1 - p) if p < 1 else kept).astype(input.dtype.np), input.device)
    return input.mul_(mask) if inplace else input * mask


def one_hot(tensor, num_classes=-1):
    """For each class number a row of zeros with a single 1; int64, one more dimension of length `num_classes`."""
    if not isinstance(tensor, Tensor):
        raise errors.wrong_argument("one_hot", "input", 1, "Tensor", tensor)
    classes = tensor.numpy()
    if tensor.dtype.name != "int64":
        raise RuntimeError("one_hot is only applicable to index tensor of type LongTensor.")
    if classes.size and classes.min() < 0:
        raise RuntimeError("Class values must be non-negative.")
    if num_classes == -1 and not classes.size:
        raise RuntimeError("Can not infer total number of classes from empty tensor.")
    if num_classes == -1:
        num_classes = int(classes.max()) + 1
    elif classes.size and classes.max() >= num_classes:
        raise RuntimeError("Class values must be smaller than num_classes.")
    return wrap(numpy.eye(num_classes, dtype=numpy.int64)[classes], tensor.device)


__getattr__ = of_module(__name__)
