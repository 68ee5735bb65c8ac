"""`torch.linalg`: norms, and the solution of linear equations."""

import numpy

from .matrices import matmul
from .missing import of_module
from .record import fits_of, record, unrecorded
from .reductions import norm as vector_norm_of


def vector_norm(x, ord=2, dim=None, keepdim=False, *, dtype=None):
    """The norm (Σ|x|ᵖ)^(1/p) of all elements, or over `dim`."""
    return vector_norm_of(x, ord, dim, keepdim, dtype)


def norm(A, ord=None, dim=None, keepdim=False, *, dtype=None):
    """The 2-norm of all elements; with `ord` that of vectors. Matrix norms other than Frobenius are not here."""
    if ord is not None and ord != "fro" and dim is None and A._array.ndim != 1:
        raise NotImplementedError(
            f"linalg.norm with ord={ord!r} of a {A._array.ndim}-D tensor would be a matrix norm; "
            "this core has vector norms (give `dim`) and the Frobenius norm (ord='fro')."
        )
    return vector_norm_of(A, ord, dim, keepdim, dtype)


def _check_square(name, A):
    shape = A._array.shape
    if len(shape) < 2:
        raise RuntimeError(f"linalg.{name}: The input tensor A must have at least 2 dimensions.")
    if shape[-1] != shape[-2]:
        raise RuntimeError(
            f"linalg.{name}: A must be batches of square matrices, but they are {shape[-2]} by {shape[-1]} matrices"
        )


class LinAlgError(RuntimeError):
    """A matrix that cannot be inverted."""


def inv(A):
    """The inverse of a square matrix, or of each in a batch. LinAlgError for a singular one."""
    _check_square("inv", A)
    try:
        out = numpy.linalg.inv(A._array)
    except numpy.linalg.LinAlgError:
        raise LinAlgError(
            "linalg.inv: The diagonal element is zero, the inversion could not be completed because the input matrix "
            "is singular."
        ) from None
    return record("LinalgInvExBackward0", (A,), out)


def solve(A, B):
    """X with A @ X = B. LinAlgError for a singular A."""
    _check_square("solve", A)
    vector = B._array.ndim == 1
    right = B.unsqueeze(-1) if vector else B
    try:
        out = numpy.linalg.solve(A._array, right._array)
    except numpy.linalg.LinAlgError:
        raise LinAlgError(
            "torch.linalg.solve: The solver failed because the input matrix is singular."
        ) from None
    result = record("LinalgSolveExBackward0", (A, right), out, fits=fits_of((A, right), out))
    return result.squeeze(-1) if vector else result


def det(A):
    """The determinant of a square matrix, or of each in a batch."""
    _check_square("det", A)
    return record("LinalgDetBackward0", (A,), numpy.linalg.det(A._array).astype(A._array.dtype)[()])


def pinv(A):
    """The pseudo-inverse of a matrix with independent columns: (AᵀA)⁻¹Aᵀ."""
    return matmul(inv(matmul(A.mT, A)), A.mT)


def lstsq(A, B):
    """The X that minimises |A @ X − B|, as `.solution`; not differentiable: use `solve` on the normal equations."""
    from typing import NamedTuple

    class Result(NamedTuple):
        solution: object
        residuals: object
        rank: object
        singular_values: object

    parts = numpy.linalg.lstsq(A._array, B._array, rcond=None)
    return Result(*[unrecorded("lstsq", (A,), numpy.asarray(p)) for p in parts])


def matrix_rank(A):
    """The number of independent rows."""
    return unrecorded("matrix_rank", (A,), numpy.linalg.matrix_rank(A._array))


def eigvalsh(A):
    """The eigenvalues of a symmetric matrix, ascending. Not differentiable here."""
    if A._requires_grad:
        raise NotImplementedError("eigvalsh has no derivative in this core: pass A.detach().")
    return unrecorded("eigvalsh", (A,), numpy.linalg.eigvalsh(A._array))


__all__ = [
    "LinAlgError",
    "det",
    "eigvalsh",
    "inv",
    "lstsq",
    "matrix_rank",
    "norm",
    "pinv",
    "solve",
    "vector_norm",
]

__getattr__ = of_module(__name__)
