"""The losses, as functions: how far an output is from its target. `reduction`: "mean", "sum" or "none"."""

import math
import warnings

import numpy

from .. import errors, kernels, promotion
from ..activations import logsigmoid
from ..choices import where
from ..record import record
from ..reductions import log_softmax
from ..shapes import broadcast_tensors
from ..tensor import Tensor, wrap


def mse_loss(input, target, *, reduction="mean", weight=None):
    """(input − target)², averaged, summed or as it is. `weight`, of the input's shape, weighs the elements and their mean."""
    _warn_of_broadcasting(input, target)
    if weight is not None:
        return _by_weight((input - target) ** 2, weight, input, reduction)
    x, y = _pair(input, target)
    errors.check_floating(x, "mse_cpu")
    return _reduced("MseLossBackward0", x, y, lambda x, y: (x - y) ** 2, reduction)


def l1_loss(input, target, *, reduction="mean", weight=None):
    """|input − target|, averaged, summed or as it is. `weight`, of the input's shape, weighs the elements and their mean."""
    _warn_of_broadcasting(input, target)
    if weight is not None:
        return _by_weight((input - target).abs(), weight, input, reduction)
    return _mean_or_sum((input - target).abs(), reduction)


def binary_cross_entropy(input, target, weight=None, *, reduction="mean"):
    """−(t log p + (1 − t) log(1 − p)) for probabilities `input`; logarithms are kept above −100, as in PyTorch.

    `weight` is multiplied to the loss of each element, broadcast.
    """
    if weight is not None:
        return _mean_or_sum(weight * binary_cross_entropy(input, target, reduction="none"), reduction)
    if input.shape != target.shape:
        raise ValueError(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}) is deprecated. "
            "Please ensure they have the same size."
        )
    if input.dtype != target.dtype:
        given, expected = errors.type_word(target._array.dtype), errors.type_word(input._array.dtype)
        raise RuntimeError(f"Found dtype {given} but expected {expected}")
    errors.check_floating(input, "binary_cross_entropy")
    array = input.detach().numpy() if input.device.type == "cpu" else input._array
    if array.size and not (numpy.greater_equal(array, 0) & numpy.less_equal(array, 1)).all():
        raise RuntimeError("all elements of input should be between 0 and 1")

    def values(p, t):
        with numpy.errstate(divide="ignore"):
            return -(t * numpy.maximum(numpy.log(p), -100) + (1 - t) * numpy.maximum(numpy.log1p(-p), -100))

    return _reduced("BinaryCrossEntropyBackward0", input, target, values, reduction)


def binary_cross_entropy_with_logits(input, target, weight=None, *, reduction="mean", pos_weight=None):
    """The same for logits x: max(x, 0) − x t + log(1 + e^−|x|), which never overflows.

    `weight` is multiplied to the loss of each element, `pos_weight` to that of the part with t; both are broadcast.
    """
    errors.check_floating(input, "log_sigmoid_cpu")
    if not target.is_floating_point():
        given, expected = errors.type_word(input._array.dtype), errors.type_word(target._array.dtype)
        raise RuntimeError(f"result type {given} can't be cast to the desired output type {expected}")
    if weight is not None or pos_weight is not None:
        if pos_weight is None:
            loss = binary_cross_entropy_with_logits(input, target, reduction="none")
        else:
            loss = (1 - target) * input - (1 + (pos_weight - 1) * target) * logsigmoid(input)
        return _mean_or_sum(loss if weight is None else weight * loss, reduction)
    if input.shape != target.shape:
        raise ValueError(f"Target size ({target.shape}) must be the same as input size ({input.shape})")

    def values(x, t):
        return numpy.maximum(x, 0) - x * t + numpy.log1p(numpy.exp(-numpy.abs(x)))

    return _reduced("BinaryCrossEntropyWithLogitsBackward0", input, target, values, reduction)


def cross_entropy(input, target, weight=None, *, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """−log softmax(input) at the class `target`: input (N, C, …) or (C,), target class numbers or probabilities.

    `weight` (C,) weighs the classes; samples of class `ignore_index` do not count; `label_smoothing` takes this part of
    the probability from the class and spreads it over all.
    """
    for position, (name, given) in enumerate((("input", input), ("target", target)), start=1):
        if not isinstance(given, Tensor):
            raise errors.wrong_argument("cross_entropy_loss", name, position, "Tensor", given)
    if not 0 <= label_smoothing <= 1:
        raise RuntimeError(f"label_smoothing must be between 0.0 and 1.0. Got: {label_smoothing}")
    dim = 1 if input.ndim > 1 else 0
    if input.shape == target.shape:
        return _of_probabilities(input, target, weight, dim, ignore_index, reduction, label_smoothing)
    logs = log_softmax(input, dim)
    loss = nll_loss(logs, target, weight, ignore_index=ignore_index, reduction=reduction)
    if not label_smoothing:
        return loss
    counted = target != ignore_index
    spread = where(counted, -_weighted(logs, weight, dim).sum(dim), 0.0)
    if reduction != "none":
        spread = spread.sum()
        if reduction == "mean":
            ones = wrap(numpy.ones(input.shape[dim], input._array.dtype), input.device)
            weights = ones if weight is None else weight
            spread = spread / where(counted, weights[where(counted, target, 0)], 0.0).sum()
    return (1 - label_smoothing) * loss + label_smoothing / input.shape[dim] * spread


def _of_probabilities(input, target, weight, dim, ignore_index, reduction, label_smoothing):
    """`cross_entropy` with a probability of each class as target."""
    if not target.is_floating_point():
        given = errors.type_word(target._array.dtype)
        raise RuntimeError(f"Expected floating point type for target with class probabilities, got {given}")
    if ignore_index >= 0:
        raise RuntimeError("ignore_index is not supported for floating point target")
    _check_weight(weight, input.shape[dim], "cross_entropy: ")
    if label_smoothing:
        target = target * (1 - label_smoothing) + label_smoothing / input.shape[dim]
    products = _weighted(log_softmax(input, dim), weight, dim) * target
    if _known(reduction) == "none":
        return -products.sum(dim)
    loss = -products.sum()
    return loss / (products.numel() / input.shape[dim] or math.nan) if reduction == "mean" else loss


def _check_weight(weight, classes, where=""):
    if weight is not None and weight.shape != (classes,):
        raise RuntimeError(
            f"{where}weight tensor should be defined either for all {classes} classes or no classes but got weight "
            f"tensor of shape: {list(weight.shape)}"
        )


def _weighted(logs, weight, dim):
    """Each class times its weight."""
    return (
        logs if weight is None else logs * weight.reshape((1,) * dim + (-1,) + (1,) * (logs.ndim - dim - 1))
    )


def nll_loss(input, target, weight=None, *, ignore_index=-100, reduction="mean"):
    """−input at the class `target`: input (N, C, …) or (C,) of log-probabilities, target (N, …) or () of int64.

    `weight` (C,) weighs the classes, and their mean; samples of class `ignore_index` do not count.
    """
    _known(reduction)
    _check_classes(input, target, weight)
    dim = 1 if input.ndim > 1 else 0
    counted = target._array != ignore_index
    classes = numpy.where(counted, target._array, 0)
    outside = (classes < 0) | (classes >= input.shape[dim])
    if outside.any():
        raise IndexError(f"Target {classes[outside][0]} is out of bounds.")
    index = numpy.expand_dims(classes, dim)
    picked = -numpy.take_along_axis(input._array, index, dim)
    scale, total = 1.0, picked.size
    if weight is not None or not counted.all():
        each = numpy.ones_like(picked) if weight is None else weight._array[index]
        scale = each * numpy.expand_dims(counted, dim)
        total = scale.sum()
    if reduction == "mean":
        scale = scale / total if picked.size else numpy.nan
    if reduction == "none":
        out = (picked * scale).squeeze(dim)
    elif isinstance(scale, float):
        out = (picked.sum() * scale).astype(picked.dtype)
    else:
        out = (picked * scale).sum().astype(picked.dtype)
    return record(
        "NllLossBackward0",
        (input,),
        out if out.ndim else out[()],
        shape=input._array.shape,
        dim=dim,
        index=index,
        scale=scale if total else 0.0,  # the mean of no samples is nan, its gradient 0
        whole=reduction != "none",
    )


def _check_classes(input, target, weight):
    """The errors of shapes and dtypes that do not fit, in PyTorch's order."""
    shape, wanted = input.shape, input.shape[:1] + input.shape[2:]
    if not shape:
        raise ValueError("Expected 1 or more dimensions (got 0)")
    if input.ndim > 1 and target.shape[:1] != shape[:1]:
        raise ValueError(
            f"Expected input batch_size ({shape[0]}) to match target batch_size ({(*target.shape, 0)[0]})."
        )
    if input.ndim > 2 and target.shape != wanted:
        raise RuntimeError(f"Expected target size {list(wanted)}, got {list(target.shape)}")
    if input.ndim <= 2 and target.ndim > 1:
        raise RuntimeError("0D or 1D target tensor expected, multi-target not supported")
    if input.ndim == 1 and target.ndim and target.numel() != 1:
        raise ValueError(f"For 1D input, 1D target must have size 1, but got target size: {target.numel()}")
    if input.ndim == 1 and target.ndim:
        raise RuntimeError(f"size mismatch (got input: {list(shape)}, target: {list(target.shape)})")
    if target.dtype.name not in ("int64", "uint8"):
        given = errors.type_word(target._array.dtype)
        raise RuntimeError(f"expected target dtype to be Long or Byte, but got {given}")
    _check_weight(weight, shape[1 if input.ndim > 1 else 0])
    if weight is not None and weight.dtype != input.dtype:
        given, expected = errors.type_word(weight._array.dtype), errors.type_word(input._array.dtype)
        raise RuntimeError(f"expected scalar type {expected} but found {given}")


def _pair(input, target):
    """Both of the same shape and dtype. RuntimeError if they are on different devices."""
    promotion.common_device((input, target))
    if input.dtype != target.dtype:
        common = (input + target).dtype
        input, target = input.to(common), target.to(common)
    return (input, target) if input.shape == target.shape else broadcast_tensors(input, target)


def _reduced(name, x, y, values, reduction):
    """A loss of two tensors with its mean or sum in one node."""
    out = values(x._array, y._array)
    scale = 1.0
    if _known(reduction) != "none":
        scale = 1 / max(out.size, 1) if reduction == "mean" else 1.0
        out = kernels.mean(out, None, out.size) if reduction == "mean" else out.sum()
    return record(name, (x, y), out[()] if out.ndim == 0 else out, scale=scale)


def _mean_or_sum(loss, reduction):
    return loss.mean() if _known(reduction) == "mean" else loss.sum() if reduction == "sum" else loss


def _by_weight(loss, weight, input, reduction):
    if weight.shape != input.shape:
        raise ValueError("Weights and input must have the same size.")
    loss = loss * weight
    return loss.sum() / weight.sum() if _known(reduction) == "mean" else _mean_or_sum(loss, reduction)


def _known(reduction):
    if reduction not in ("mean", "sum", "none"):
        raise ValueError(f"{reduction} is not a valid value for reduction")
    return reduction


def _warn_of_broadcasting(input, target):
    if input.shape != target.shape:
        warnings.warn(
            f"Using a target size ({target.shape}) that is different to the input size ({input.shape}). "
            "This will likely lead to incorrect results due to broadcasting. "
            "Please ensure they have the same size.",
            stacklevel=3,
        )
