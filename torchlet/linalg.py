"""Products of matrices and vectors."""

import numpy

from . import dtypes, errors, promotion
from .record import record
from .shapes import permute, reshape, t, unsqueeze


def _checked(name, x, y):
    """RuntimeError for operands of two dtypes or devices: products do not promote."""
    if x._array.dtype is not y._array.dtype and x._array.dtype != y._array.dtype:
        a, b = errors.type_word(x._array.dtype).lower(), errors.type_word(y._array.dtype).lower()
        raise RuntimeError(
            f"expected m1 and m2 to have the same dtype, but got: {_C_NAMES[a]} != {_C_NAMES[b]}"
        )
    promotion.common_device((x, y))


_C_NAMES = {
    "double": "double", "float": "float", "half": "c10::Half", "long": "long long", "int": "int", "short": "short",
    "char": "signed char", "byte": "unsigned char", "bool": "bool",
}  # fmt: skip


def mm(input, mat2):
    """The product of two matrices, (n, m) @ (m, p) → (n, p)."""
    x, y = input._array, mat2._array
    if x.ndim != 2:
        raise RuntimeError("self must be a matrix")
    if y.ndim != 2:
        raise RuntimeError("mat2 must be a matrix")
    if x.shape[1] != y.shape[0]:
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({x.shape[0]}x{x.shape[1]} and {y.shape[0]}x{y.shape[1]})"
        )
    _checked("mm", input, mat2)
    return record("MmBackward0", (input, mat2), x @ y)


def mv(input, vec):
    """The product of a matrix and a vector, (n, m) @ (m,) → (n,)."""
    x, y = input._array, vec._array
    if x.ndim != 2 or y.ndim != 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got 1, {x.ndim}, {y.ndim}")
    if x.shape[1] != y.shape[0]:
        raise RuntimeError(
            f"size mismatch, got input ({x.shape[0]}), mat ({x.shape[0]}x{x.shape[1]}), vec ({y.shape[0]})"
        )
    _checked("mv", input, vec)
    return record("MvBackward0", (input, vec), x @ y)


def dot(input, tensor):
    """The sum of the products of two vectors' elements, a 0-d tensor."""
    x, y = input._array, tensor._array
    if x.ndim != 1 or y.ndim != 1:
        raise RuntimeError(f"1D tensors expected, but got {x.ndim}D and {y.ndim}D tensors")
    if x.dtype != y.dtype:
        raise RuntimeError(
            f"dot : expected both vectors to have same dtype, but found {errors.type_word(x.dtype)} and {errors.type_word(y.dtype)}"
        )
    if x.shape != y.shape:
        raise RuntimeError(
            "inconsistent tensor size, expected tensor "
            f"[{x.shape[0]}] and src [{y.shape[0]}] to have the same number of elements, but got {x.shape[0]} and {y.shape[0]} elements respectively"
        )
    return record("DotBackward0", (input, tensor), x @ y)


def matmul(input, other):
    """The product of vectors, matrices or batches of matrices, whichever the operands are."""
    dims = input._array.ndim, other._array.ndim
    if dims == (2, 2):
        return mm(input, other)
    if dims == (2, 1):
        return mv(input, other)
    if dims == (1, 1):
        return dot(input, other)
    if 0 in dims:
        raise RuntimeError(
            f"both arguments to matmul need to be at least 1D, but they are {dims[0]}D and {dims[1]}D"
        )
    if dims == (1, 2):
        return mm(unsqueeze(input, 0), other).squeeze(0)
    raise NotImplementedError
