"""Products of matrices and vectors."""

import math

import numpy

from . import errors, kernels, promotion
from .devices import cpu
from .record import record
from .shapes import common_shape, expand, reshape, squeeze, unsqueeze
from .tensor import Tensor


def _check_same(x, y, kernel):
    """RuntimeError for two dtypes or devices: products of matrices do not promote. `kernel`: what a GPU would run."""
    a, b = x._array.dtype, y._array.dtype
    if a is not b and a != b:
        raise RuntimeError(
            f"expected m1 and m2 to have the same dtype, but got: {errors.C_WORDS[a.name]} != {errors.C_WORDS[b.name]}"
        )
    if x._device is not y._device:
        promotion.common_device((x, y))
    if x._device.type != "cpu" and a.kind != "f":
        raise NotImplementedError(f"\"{kernel}\" not implemented for '{errors.type_word(a)}'")


def mm(input, mat2):
    """The product of two matrices, (n, m) @ (m, p) → (n, p)."""
    x, y = input._array, mat2._array
    if x.ndim != 2:
        raise RuntimeError("self must be a matrix")
    if y.ndim != 2:
        raise RuntimeError("mat2 must be a matrix")
    (n, m), (m_too, p) = x.shape, y.shape
    if m != m_too:
        raise RuntimeError(f"mat1 and mat2 shapes cannot be multiplied ({n}x{m} and {m_too}x{p})")
    if x.dtype is not y.dtype or input._device is not cpu or mat2._device is not cpu:
        _check_same(input, mat2, "addmm_cuda")
    rows, columns = y.strides
    return record("MmBackward0", (input, mat2), kernels.mm(x, y), turned=rows < columns)


def mv(input, vec):
    """The product of a matrix and a vector, (n, m) @ (m,) → (n,)."""
    x, y = input._array, vec._array
    if x.ndim != 2 or y.ndim != 1:
        raise RuntimeError(f"vector + matrix @ vector expected, got 1, {x.ndim}, {y.ndim}")
    if x.shape[1] != y.shape[0]:
        raise RuntimeError(
            f"size mismatch, got input ({x.shape[0]}), mat ({x.shape[0]}x{x.shape[1]}), vec ({y.shape[0]})"
        )
    _check_same(input, vec, "addmv_impl_cuda")
    return record("MvBackward0", (input, vec), kernels.mm(x, y))


def dot(input, tensor):
    """The sum of the products of two vectors' elements, a 0-d tensor."""
    x, y = input._array, tensor._array
    if x.ndim != 1 or y.ndim != 1:
        raise RuntimeError(f"1D tensors expected, but got {x.ndim}D and {y.ndim}D tensors")
    if x.dtype != y.dtype:
        a, b = errors.type_word(x.dtype), errors.type_word(y.dtype)
        raise RuntimeError(f"dot : expected both vectors to have same dtype, but found {a} and {b}")
    if x.shape != y.shape:
        raise RuntimeError(
            f"inconsistent tensor size, expected tensor [{x.shape[0]}] and src [{y.shape[0]}] to have the same number "
            f"of elements, but got {x.shape[0]} and {y.shape[0]} elements respectively"
        )
    _check_same(input, tensor, "dot")
    return record("DotBackward0", (input, tensor), kernels.mm(x, y))


inner_vectors = dot


def bmm(input, mat2):
    """The products of two batches of matrices, (b, n, m) @ (b, m, p) → (b, n, p)."""
    x, y = input._array, mat2._array
    if x.ndim != 3:
        raise RuntimeError("batch1 must be a 3D tensor")
    if y.ndim != 3:
        raise RuntimeError("batch2 must be a 3D tensor")
    if x.shape[0] != y.shape[0] or x.shape[2] != y.shape[1]:
        expected = [x.shape[0], x.shape[2]]
        raise RuntimeError(
            f"Expected size for first two dimensions of batch2 tensor to be: {expected} but got: {list(y.shape[:2])}."
        )
    _check_same(input, mat2, "baddbmm_cuda")
    return record("BmmBackward0", (input, mat2), kernels.matmul(x, y))


def matmul(input, other):
    """The product of vectors, matrices or batches of matrices, whichever the operands are; batches broadcast."""
    if not isinstance(other, Tensor):
        raise errors.wrong_argument("matmul", "other", 2, "Tensor", other)
    dims = input._array.ndim, other._array.ndim
    if dims == (2, 2):
        return mm(input, other)
    if dims == (1, 1):
        return dot(input, other)
    if dims == (2, 1):
        return mv(input, other)
    if 0 in dims:
        raise RuntimeError(
            f"both arguments to matmul need to be at least 1D, but they are {dims[0]}D and {dims[1]}D"
        )
    if dims == (1, 2):
        return squeeze(mm(unsqueeze(input, 0), other), 0)
    if dims[0] > 2 and dims[1] <= 2:  # the rows of all batches form one matrix
        rows = reshape(input, (math.prod(input._array.shape[:-1]), input._array.shape[-1]))
        shape = input._array.shape[:-1] + other._array.shape[1:]
        product = mm(rows, other) if dims[1] == 2 else mv(rows, other)
        return record(
            "UnsafeViewBackward0", (product,), product._array.reshape(shape), shape=product._array.shape
        )
    return _batches(input, other)


def _batches(input, other):
    """Both are (batches of) matrices; a vector counts as a row in front, as a column behind."""
    x = unsqueeze(input, 0) if input._array.ndim == 1 else input
    y = unsqueeze(other, 1) if other._array.ndim == 1 else other
    (n, m), (m2, p) = x._array.shape[-2:], y._array.shape[-2:]
    batch = tuple(common_shape(x._array.shape[:-2], y._array.shape[:-2]))
    count = math.prod(batch)
    x = reshape(expand(x, batch + (n, m)), (count, n, m))
    y = reshape(expand(y, batch + (m2, p)), (count, m2, p))
    product = bmm(x, y)
    shape = batch + ((n,) if input._array.ndim > 1 else ()) + ((p,) if other._array.ndim > 1 else ())
    return record(
        "UnsafeViewBackward0", (product,), product._array.reshape(shape), shape=product._array.shape
    )


def operator_matmul(input, other):
    """`input @ other`."""
    if not isinstance(other, Tensor):
        return NotImplemented
    return mm(input, other) if input._array.ndim == 2 == other._array.ndim else matmul(input, other)


def addmm(input, mat1, mat2, *, beta=1, alpha=1):
    """beta · input + alpha · mat1 @ mat2; `input` is broadcast."""
    x, y = mat1._array, mat2._array
    if x.ndim != 2 or y.ndim != 2:
        raise RuntimeError(
            f"mat1 must be a matrix, got {x.ndim}-D tensor"
            if x.ndim != 2
            else f"mat2 must be a matrix, got {y.ndim}-D tensor"
        )
    if x.shape[1] != y.shape[0]:
        raise RuntimeError(
            f"mat1 and mat2 shapes cannot be multiplied ({x.shape[0]}x{x.shape[1]} and {y.shape[0]}x{y.shape[1]})"
        )
    bias = input._array
    if not (x.dtype is y.dtype is bias.dtype and input._device is mat1._device is mat2._device is cpu):
        for name, dtype in (("self", bias.dtype), ("mat1", x.dtype)):
            if dtype != y.dtype:
                words = errors.type_word(dtype), errors.type_word(y.dtype)
                raise RuntimeError(
                    f"{name} and mat2 must have the same dtype, but got {words[0]} and {words[1]}"
                )
        _check_same(mat1, mat2, "addmm_cuda")
        _check_same(input, mat1, "addmm_cuda")
    if (alpha, beta) != (1, 1):
        return input * beta + mm(mat1, mat2) * alpha
    out = kernels.mm(x, y)
    try:
        out += bias
    except ValueError:
        raise RuntimeError(
            f"The expanded size of the tensor ({out.shape[-1]}) must match the existing size "
            f"({input._array.shape[-1]}) at non-singleton dimension {out.ndim - 1}.  Target sizes: {list(out.shape)}.  "
            f"Tensor sizes: {list(input._array.shape)}"
        ) from None
    fits = None if bias.shape == out.shape else ((bias.shape, bias.dtype), None, None)
    return record("AddmmBackward0", (input, mat1, mat2), out, fits=fits, turned=y.strides[0] < y.strides[1])


def outer(input, vec2):
    """All products of an element of `input` with an element of `vec2`: (n,), (m,) → (n, m)."""
    if input._array.ndim != 1 or vec2._array.ndim != 1:
        wrong = input if input._array.ndim != 1 else vec2
        name = "self" if wrong is input else "vec2"
        raise RuntimeError(f"outer: Expected 1-D argument {name}, but got {wrong._array.ndim}-D")
    return reshape(input, (-1, 1)) * vec2


ger = outer


def inner(input, other):
    """The sums of products over the last dimension of both."""
    if 0 in (input._array.ndim, other._array.ndim):
        return input * other
    return tensordot(input, other, ([-1], [-1]))


def tensordot(a, b, dims=2):
    """The sums of products over several dimensions: the last `dims` of `a` with the first of `b`, or listed pairs."""
    if isinstance(dims, int):
        dims = (list(range(a._array.ndim - dims, a._array.ndim)), list(range(dims)))
    over_a = [errors.checked_dim(d, a._array.ndim) for d in dims[0]]
    over_b = [errors.checked_dim(d, b._array.ndim) for d in dims[1]]
    for i, j in zip(
        over_a, over_b, strict=True
    ):  # a dimension of length 1 counts for every place of the other
        if a._array.shape[i] == 1 != b._array.shape[j]:
            b = b.sum(j, True)
        elif b._array.shape[j] == 1 != a._array.shape[i]:
            a = a.sum(i, True)
    rest_a = [d for d in range(a._array.ndim) if d not in over_a]
    rest_b = [d for d in range(b._array.ndim) if d not in over_b]
    shape = [a._array.shape[d] for d in rest_a] + [b._array.shape[d] for d in rest_b]
    inner_size = math.prod([a._array.shape[d] for d in over_a])
    rows = reshape(a.permute(rest_a + over_a), (math.prod(shape[: len(rest_a)]), inner_size))
    columns = reshape(b.permute(over_b + rest_b), (inner_size, math.prod(shape[len(rest_a) :])))
    return reshape(mm(rows, columns), shape)


def trace(input):
    """The sum of the diagonal of a matrix."""
    if input._array.ndim != 2:
        raise RuntimeError(f"trace: expected a matrix, but got tensor with dim {input._array.ndim}")
    return input.diagonal().sum()


def tril(input, diagonal=0):
    """Each matrix with zeros above the diagonal (or the k-th one above it)."""
    _at_least_matrix("tril", input)
    return record("TrilBackward0", (input,), numpy.tril(input._array, diagonal), diagonal=diagonal)


def _at_least_matrix(name, input):
    if input._array.ndim < 2:
        raise RuntimeError(f"{name}: input tensor must have at least 2 dimensions")


def triu(input, diagonal=0):
    """Each matrix with zeros below the diagonal (or the k-th one above it)."""
    _at_least_matrix("triu", input)
    return record("TriuBackward0", (input,), numpy.triu(input._array, diagonal), diagonal=diagonal)


def diag(input, diagonal=0):
    """The matrix with this diagonal for a vector; the diagonal, copied, for a matrix."""
    if input._array.ndim == 1:
        return diag_embed(input, diagonal)
    if input._array.ndim == 2:
        return input.diagonal(diagonal).clone()
    raise RuntimeError("diag(): Supports 1D or 2D tensors. Got " + str(input._array.ndim) + "D")


def diag_embed(input, offset=0, dim1=-2, dim2=-1):
    """Matrices with the last dimension of `input` as their diagonals."""
    length = input._array.shape[-1] + abs(offset)
    shape = input._array.shape[:-1] + (length, length)
    ndim = len(shape)
    a, b = errors.checked_dim(dim1, ndim), errors.checked_dim(dim2, ndim)
    if a == b:
        raise RuntimeError(f"diagonal dimensions cannot be identical {dim1}, {dim2}")
    where = {"offset": offset, "dim1": ndim - 2, "dim2": ndim - 1}
    out = record("DiagEmbedBackward0", (input,), kernels.diagonal_into(input._array, shape, **where), **where)
    return out if (a, b) == (ndim - 2, ndim - 1) else out.movedim((ndim - 2, ndim - 1), (a, b))


def cdist(x1, x2, p=2.0, compute_mode="use_mm_for_euclid_dist_if_necessary"):
    """The distances between all rows of `x1` and `x2`, in the p-norm. `compute_mode` changes nothing here."""
    return (x1.unsqueeze(-2) - x2.unsqueeze(-3)).norm(p, -1)


def dist(input, other, p=2):
    """The p-norm of the difference."""
    return (input - other).norm(p)
